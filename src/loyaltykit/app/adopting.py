"""Adopts another program: an instant of every member's story, written in one transaction, or not at all.

Time is brought up to the instant under the old program first. Then each member's history is folded through both (or,
when the past is recomputed, under the new one alone), and what that says is held against the ledger and the effects
that are there, as after a late event: what is new is posted, what is there already is not posted again.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Literal, get_args

import attrs

from loyaltykit.app.advancing import advance
from loyaltykit.app.others import id_of
from loyaltykit.app.outgoing import STAFF
from loyaltykit.app.refold import difference, refold
from loyaltykit.app.upward import left_alone
from loyaltykit.app.work import Hand
from loyaltykit.errors import EventError, LoyaltyError
from loyaltykit.problems import unknown
from loyaltykit.rules.engine import Engine
from loyaltykit.rules.plan.ideas import IDEAS
from loyaltykit.rules.timeline import Era, Timeline
from loyaltykit.store.rows import ProgramRow
from loyaltykit.values import Event, from_instant

if TYPE_CHECKING:
    import datetime as dt

    from loyaltykit.app.journal import Journal
    from loyaltykit.app.work import Work
    from loyaltykit.program.load import Program

Mode = Literal["forward", "recompute", "recompute upward only"]
MODES: tuple[Mode, ...] = get_args(Mode)
PAGE = 500
"""So many members are in hand at once."""
_log = logging.getLogger("loyaltykit.app")


@attrs.frozen(slots=True, kw_only=True)
class Adoption:
    """What adopting a program came to."""

    version: int
    mode: Mode
    at: dt.datetime | None
    """The instant from which it is in force; None when it was in force already, and nothing was done."""
    members: int = 0
    entries: int = 0
    """Ledger lines posted."""
    effects: int = 0

    @property
    def changed(self) -> bool:
        """Whether there was anything to do."""
        return self.at is not None

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {**attrs.asdict(self), "at": None if self.at is None else self.at.isoformat(), "changed": self.changed}


def adopt(journal: Journal, program: Program, *, mode: Mode, at: int | None, explicit: bool) -> Adoption:
    """Have a program follow the one that runs. LoyaltyError when it cannot, EventError when `at` is too early.

    With `explicit` an instant before what is known is an error; else the next possible one is taken.
    """
    check_successor(journal.engine, program, mode)
    version = program.document.version
    if program.hash == journal.engine.program.hash:
        return Adoption(version=version, mode=mode, at=None)
    engine = Engine(program)
    while True:
        moment = instant_for(journal, at, explicit=explicit)
        advance(journal, moment)
        before = journal.engine, journal.timeline, journal.plan
        try:
            done = _in_one(journal, engine, moment, mode)
        except BaseException:
            journal.run(*before)
            raise
        if done is not None:
            return done
        journal.run(*before)  # something happened meanwhile


def check_successor(engine: Engine, program: Program, mode: str) -> None:
    """LoyaltyError unless a program can follow another one: of the same name, its points counted in the same units."""
    if mode not in MODES:
        text, details = unknown("mode", mode, MODES)
        raise LoyaltyError(text, code="adopt/mode", details=details)
    old, new = engine.program.document, program.document
    if old.program != new.program:
        text = (
            f"the store runs {old.program}, and {new.program} is another program: effects and control groups go by it"
        )
        raise LoyaltyError(text, code="adopt/other-program", details={"name": old.program, "other": new.program})
    for name, point in new.points.items():
        if name in old.points and old.points[name].decimals != point.decimals:
            text = f"the ledger counts {name} with {old.points[name].decimals} decimals: declare another point instead"
            raise LoyaltyError(text, code="adopt/decimals", details={"name": name})


def instant_for(journal: Journal, at: int | None, *, explicit: bool) -> int:
    """When an adoption happens: after everything that is known, and not before the last advance."""
    with journal.reading() as store:
        newest, advanced = store.newest(), store.advanced()
    earliest = max(0 if newest is None else newest + 1, advanced or 0)
    if at is None:
        return earliest
    if at < earliest and explicit:
        text = f"{from_instant(at).isoformat()} is before what is known already: {from_instant(earliest).isoformat()}"
        raise EventError(text, code="event/past", field="at")
    return max(at, earliest)


def _in_one(journal: Journal, engine: Engine, at: int, mode: Mode) -> Adoption | None:
    """The transaction; None, with nothing written, when an event came in between."""
    document = engine.program.document
    era = Era(at, lambda: engine, recomputes=mode != "forward")
    journal.run(engine, Timeline([*journal.timeline.all, era]), 0)
    with journal.writing() as work:
        store = work.store
        if (store.newest() or 0) >= at:
            return None
        work.tells = False
        program = engine.program
        row = ProgramRow(program.hash, document.program, document.version, engine.plan.hash, at, program.text, mode)
        store.add_program(row)
        journal.plan = store.plan(engine.plan.hash)
        label = f"adoption:{store.adoptions()}"
        members = 0
        while page := store.members(after=members, limit=PAGE):
            for number, id in page:
                hand = work.hands.get(id) or Hand(id, number, engine.start(id))
                work.hands[id] = hand
                _carry_over(work, hand, label, at, mode)
            work.flush()
            work.hands.clear()
            members = page[-1][0]
        journal.adoptions = store.adoptions()
        _log.info("adopted %s version %d for %d members", document.program, document.version, members)
        return Adoption(
            version=document.version,
            mode=mode,
            at=from_instant(at),
            members=members,
            entries=work.entered,
            effects=work.effected,
        )


def _carry_over(work: Work, hand: Hand, label: str, at: int, mode: Mode) -> None:
    """One member: their history through all programs, and what the store lacks of it."""
    if mode == "recompute upward only":
        _keep(work, hand, label, at)
    refold(work, hand, None, label, at, quiet_before=None if mode == "forward" else at)
    document = work.engine.program.document
    gone = [
        row.seq
        for row in work.store.unsent(hand.number)
        if row.purpose != STAFF and row.message not in (*document.messages, *document.surveys, IDEAS)
    ]
    if gone:
        work.store.suppress(gone, reason="adopted", at=at)


def _keep(work: Work, hand: Hand, label: str, at: int) -> None:
    """Record what would be taken away, so that every fold of the member's history puts it back."""
    old, new = (era.engine.program.document for era in work.journal.timeline.all[-2:])
    for (point, mechanic), amount in left_alone(difference(work, hand, at), old, new).items():
        id = id_of("kept:", label, hand.id, point, mechanic)
        said = {"point": point, "mechanic": mechanic, "amount": amount}
        work.record(hand, work.event_row(hand, Event(id, "kit.kept", hand.id, from_instant(at), said)))
