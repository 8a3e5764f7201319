"""`Loyalty`: a program over a store, the object that a host uses."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from loyaltykit.app.journal import Journal
from loyaltykit.app.messaging import by_name, signer_of
from loyaltykit.app.policies import Policies
from loyaltykit.app.reading import view_of
from loyaltykit.app.recommending import Recommending
from loyaltykit.app.rows import to_effect
from loyaltykit.app.scoring import Scoring
from loyaltykit.app.shell import Shell
from loyaltykit.errors import LoyaltyError, StoreError
from loyaltykit.problems import unknown
from loyaltykit.program.load import Program
from loyaltykit.rules.engine import Engine
from loyaltykit.store import open_store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from loyaltykit.app.acting import Clock
    from loyaltykit.app.adopting import Adoption, Mode
    from loyaltykit.app.choosing import Recommender
    from loyaltykit.app.drafting import DraftedMessage
    from loyaltykit.app.policies import GivenPolicy
    from loyaltykit.app.previewing import Preview
    from loyaltykit.app.whatif import WhatIf
    from loyaltykit.channels import Channel
    from loyaltykit.churn.registry import Given
    from loyaltykit.drafting import Drafter
    from loyaltykit.rules.expression.own import Functions
    from loyaltykit.store import Store
    from loyaltykit.store.sqlite import Connection

REMEMBERED = 10_000
"""How many members' states are kept in memory between transactions."""


class Loyalty(Scoring):
    """A program over a store. One object may be used by many threads; each call is one transaction of its own.

    `program` None takes the one that the store remembers. `store` is a url (``memory:``, ``sqlite:///PATH``) or a
    Store. `clock` gives the default of every `at=`; without one that is the member's own now. Raises ProgramError with
    the code ``program/not-adopted`` when the store runs another program, StoreError when it cannot be opened.

    `channels` are the adapters that `deliver` sends by; `elsewhere` names the channels that other processes deliver on:
    what is meant for one of these waits an hour for them. `secret` signs the links of `unsubscribe_url`, an https
    address with ``{token}`` in it: there the school takes one-click unsubscriptions and calls `unsubscribe`; and those
    of `press_url`, where an offer is taken, or a survey answered, from a letter: it calls `pressed_link`.
    `drafter` writes the messages that say ``draft`` (see `draft`).
    `recommender` chooses for offers with `by: recommender`: a call, or the id of a plug-in's; by default the only one
    that a plug-in brings. `policies` are what an offer may name in `policy` beside ours: classes or objects.
    Raises LoyaltyError (``policy/unknown``) for one that neither these nor a plug-in have.
    `churn_model` scores instead of the program's model: a class, a model that is not fitted, or a fitted one, which is
    then used as it is. Raises ModelError for a program whose model neither the library nor a plug-in brings.
    `functions` are those of your own that the program of the store calls; a `program` that is given has its own.
    """

    def __init__(
        self,
        program: Program | None,
        *,
        store: str | Store = "memory:",
        clock: Clock | None = None,
        channels: Iterable[Channel] = (),
        elsewhere: Iterable[str] = (),
        secret: str | bytes | None = None,
        unsubscribe_url: str | None = None,
        press_url: str | None = None,
        drafter: Drafter | None = None,
        recommender: Recommender | str | None = None,
        policies: Iterable[GivenPolicy] = (),
        churn_model: Given | None = None,
        functions: Functions = (),
    ) -> None:
        adapters, signer = by_name(channels), signer_of(secret, unsubscribe=unsubscribe_url, press=press_url)
        opened = open_store(store) if isinstance(store, str) else store
        try:
            engine = Engine(_remembered(opened, functions) if program is None else program)
            journal = Journal(engine, opened, remembered=REMEMBERED)
            journal.recommender = Recommending(recommender)
            journal.policies = Policies(policies)
            journal.policies.settle(engine.program.document)
            journal.recommender.settle(engine.program.document)
            journal.adapters = tuple(adapters)
            journal.open()
            _settled_model(engine.program, churn_model)
        except BaseException:
            if opened is not store:
                opened.close()
            raise
        super().__init__(journal, clock, adapters=adapters, elsewhere=tuple(elsewhere), signer=signer)
        self._drafter = drafter
        if drafter is not None:
            self._draft_by(drafter)
        self._store = opened
        self._churn_model = churn_model

    def _draft_by(self, drafter: Drafter) -> None:
        from loyaltykit.app.drafting import Drafts  # with pydantic: the library starts fast without it

        self._journal.drafts = Drafts(self.program.document, drafter)

    @classmethod
    def open(
        cls,
        store: str | Store,
        *,
        clock: Clock | None = None,
        channels: Iterable[Channel] = (),
        elsewhere: Iterable[str] = (),
        secret: str | bytes | None = None,
        unsubscribe_url: str | None = None,
        press_url: str | None = None,
        drafter: Drafter | None = None,
        recommender: Recommender | str | None = None,
        policies: Iterable[GivenPolicy] = (),
        churn_model: Given | None = None,
        functions: Functions = (),
    ) -> Self:
        """Open a store with the program it remembers."""
        return cls(
            None,
            store=store,
            clock=clock,
            channels=channels,
            elsewhere=elsewhere,
            secret=secret,
            unsubscribe_url=unsubscribe_url,
            press_url=press_url,
            drafter=drafter,
            recommender=recommender,
            policies=policies,
            churn_model=churn_model,
            functions=functions,
        )

    @property
    def program(self) -> Program:
        """The program that runs."""
        return self._journal.engine.program

    def adopt(self, program: Program, *, mode: Mode = "forward", at: dt.datetime | None = None) -> Adoption:
        """Have another version of the program follow this one, from an instant on, in one transaction.

        Earlier events, also those that come late, are folded under the program that was live then. ``forward`` gives
        nothing for the past: lots keep their expiry, quests on their way are recounted under the new steps, campaigns
        that changed end their runs as `adopted`, removed mechanics stop and their grants run out, and history informs
        new counters. ``recompute`` folds the whole past under the new program and posts the net by member, point and
        mechanic, and sends nothing for it; ``recompute upward only`` leaves out what would be taken away. Adopting the
        program that runs changes nothing. Without `at` it is the clock's time, or just after what is known. Raises
        EventError for an earlier `at`, LoyaltyError (``adopt/...``) for a program that cannot follow this one.
        """
        from loyaltykit.app.adopting import adopt  # only where a program changes

        _settled_model(program, self._churn_model)
        self._journal.policies.settle(program.document)
        self._journal.recommender.settle(program.document)
        with self._lock:
            adoption = adopt(self._journal, program, mode=mode, at=self._reading_at(at), explicit=at is not None)
            if self._drafter is not None:
                self._draft_by(self._drafter)
        return adoption

    def what_if(self, program: Program, *, mode: Mode = "recompute", at: dt.datetime | None = None) -> WhatIf:
        """What adopting a version of the program would change: by member, point, level, tier and badge, and in all.

        Nothing is written, and nobody is asked: where the new program would need a choice or a piece of stock, it is
        taken as open. `mode` and `at` as in `adopt`.
        """
        from loyaltykit.app.whatif import what_if  # only where a program changes

        with self._lock:
            return what_if(self._journal, program, mode=mode, at=self._reading_at(at), explicit=at is not None)

    def draft(self) -> tuple[DraftedMessage, ...]:
        """Have the drafter write the messages that say ``draft``; what came of each, and why one was not taken.

        Each text is asked for once while this object lives, for nobody in particular: the drafter sees what the program
        says, and never a person's data. `deliver` asks by itself; until a text was asked for, the author's own is sent.
        Raises LoyaltyError when no drafter was given.
        """
        if self._journal.drafts is None:
            raise LoyaltyError("draft needs Loyalty(..., drafter=...)", code="draft/no-drafter")
        return self._journal.drafts.write()

    def preview(
        self, message: str, member: str, *, channel: str | None = None, at: dt.datetime | None = None
    ) -> Preview:
        """A message as this member would get it, for each of its channels or for one; nothing is sent or written.

        The facts are those of the last such message to the member, else of their last offer; what is not known is made
        up from the program, and marked. Drafted words are shown once they are drafted (`draft`). Raises LoyaltyError
        for a message that the program has not, UnknownMember.
        """
        from loyaltykit.app.previewing import preview_of  # with pydantic, too

        document = self.program.document
        if message not in document.messages:
            text, details = unknown("message", message, document.messages)
            raise LoyaltyError(text, code="preview/unknown", details=details)
        moment = self._reading_at(at)
        with self._lock, self._journal.reading() as store:
            hand = self._journal.look(member)
            view = view_of(self._journal, hand, moment)
            now = moment if moment is not None else self._journal.now(hand.state)
            effects = [to_effect(row, member) for row in store.effects(hand.number) if now is None or row.at <= now]
        return preview_of(
            document, message, view, at=now or 0, effects=effects, channel=channel, writer=self._journal.drafts
        )

    @contextmanager
    def within(self, connection: Connection) -> Iterator[Shell]:
        """The same verbs inside a transaction that the host has open on its own sqlite3 connection.

        Every call is a savepoint: what it wrote is committed or rolled back by the host, and an error of ours leaves
        the host's transaction usable. Nothing is committed, retried or remembered here. The tables must be in that
        database: `Loyalty(program, store="sqlite:///...")` on the same file makes them. Use `BEGIN IMMEDIATE` where
        others write, too; while the host's transaction is open, this object's own writes wait for it. Raises
        StoreError for a connection in autocommit without an open transaction.
        """
        from loyaltykit.store.sqlite import within_host

        with self._lock:
            self._journal.engine.warm()  # the shell below has a lock of its own
            journal = Journal(self._journal.engine, within_host(connection), remembered=0)
            journal.recommender, journal.policies = self._journal.recommender, self._journal.policies
            journal.adapters = self._journal.adapters
            journal.timeline = self._journal.timeline
            journal.open()
        yield Shell(journal, self._clock)

    def close(self) -> None:
        """Let go of the store; closing twice is fine."""
        with self._lock:
            self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _settled_model(program: Program, own: Given | None) -> None:
    """Look for a model that is not ours; plug-ins are loaded for such a program only. Raises ModelError."""
    from loyaltykit.program.churn import MODELS  # with pydantic, as the program is by now

    model = program.document.churn.model
    if own is None and model is not None and model not in MODELS:
        from loyaltykit.app.chosen_model import chosen  # with NumPy

        chosen(program.document, None, None)


def _remembered(store: Store, functions: Functions) -> Program:
    """The program that a store runs."""
    store.begin(write=False)
    try:
        row = store.program()
    finally:
        store.rollback()
    if row is None:
        raise StoreError("the store is new: open it with a program first", code="store/no-program")
    return Program.from_json(row.document, functions=functions)
