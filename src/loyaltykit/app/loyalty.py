"""`Loyalty`: a program over a store, the object that a host uses."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from loyaltykit.app.journal import Journal
from loyaltykit.app.messaging import Messaging, by_name, signer_of
from loyaltykit.app.shell import Shell
from loyaltykit.errors import StoreError
from loyaltykit.program.load import Program
from loyaltykit.rules.engine import Engine
from loyaltykit.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from loyaltykit.app.shell import Clock
    from loyaltykit.channels import Channel
    from loyaltykit.store import Store
    from loyaltykit.store.sqlite import Connection

REMEMBERED = 10_000
"""How many members' states are kept in memory between transactions."""


class Loyalty(Messaging):
    """A program over a store. One object may be used by many threads; each call is one transaction of its own.

    `program` None takes the one that the store remembers. `store` is a url (``memory:``, ``sqlite:///PATH``) or a
    Store. `clock` gives the default of every `at=`; without one that is the member's own now. Raises ProgramError with
    the code ``program/not-adopted`` when the store runs another program, StoreError when it cannot be opened.

    `channels` are the adapters that `deliver` sends by. `secret` signs the links of `unsubscribe_url`, an https address
    with ``{token}`` in it where the school takes one-click unsubscriptions and hands the token to `unsubscribe`.
    """

    def __init__(
        self,
        program: Program | None,
        *,
        store: str | Store = "memory:",
        clock: Clock | None = None,
        channels: Iterable[Channel] = (),
        secret: str | bytes | None = None,
        unsubscribe_url: str | None = None,
    ) -> None:
        adapters, signer = by_name(channels), signer_of(secret, unsubscribe_url)
        opened = open_store(store) if isinstance(store, str) else store
        try:
            engine = Engine(_remembered(opened) if program is None else program)
            journal = Journal(engine, opened, remembered=REMEMBERED)
            journal.adopt()
        except BaseException:
            if opened is not store:
                opened.close()
            raise
        super().__init__(journal, clock, adapters=adapters, signer=signer)
        self._store = opened

    @classmethod
    def open(
        cls,
        store: str | Store,
        *,
        clock: Clock | None = None,
        channels: Iterable[Channel] = (),
        secret: str | bytes | None = None,
        unsubscribe_url: str | None = None,
    ) -> Self:
        """Open a store with the program it remembers."""
        return cls(None, store=store, clock=clock, channels=channels, secret=secret, unsubscribe_url=unsubscribe_url)

    @property
    def program(self) -> Program:
        """The program that runs."""
        return self._journal.engine.program

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
            journal.adopt()
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


def _remembered(store: Store) -> Program:
    """The program that a store runs."""
    store.begin(write=False)
    try:
        row = store.program()
    finally:
        store.rollback()
    if row is None:
        raise StoreError("the store is new: open it with a program first", code="store/no-program")
    return Program.from_json(row.document)
