"""The journal: an engine, a store, and what is remembered of the store between transactions.

`writing()` gives a `Work` inside one transaction: what it has in hand at the end is appended and committed, all or
nothing. Members' states are remembered from committed transactions only, a bounded number of them, and forgotten when
somebody else has written. A member in hand is taken out of the memory, so a transaction that fails leaves nothing
half-folded.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from loyaltykit.app.policies import Policies
from loyaltykit.app.recommending import Recommending
from loyaltykit.app.refold import rebuilt
from loyaltykit.app.work import Hand, Work
from loyaltykit.errors import ProgramError, UnknownMember
from loyaltykit.problems import Problem
from loyaltykit.program.load import Program
from loyaltykit.rules.engine import Engine
from loyaltykit.rules.timeline import ALWAYS, Era, Timeline
from loyaltykit.store.rows import ProgramRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import TracebackType

    from loyaltykit.app.drafting import Drafts
    from loyaltykit.app.happened import Happened
    from loyaltykit.store.protocol import Store

    State = list[Any]

_log = logging.getLogger("loyaltykit.app")


class Journal:
    """One engine over one store. `remembered` bounds how many members' states are kept between transactions."""

    def __init__(self, engine: Engine, store: Store, *, remembered: int) -> None:
        self.engine = engine
        self.timeline = Timeline.of(engine)
        """The programs that the store has run, and this one."""
        self.store = store
        self.drafts: Drafts | None = None
        """What a language model wrote of the program's messages, when there is one."""
        self.recommender = Recommending()
        """Who chooses for offers with `by: recommender`."""
        self.policies = Policies()
        """What may choose for offers with `by: bandit`."""
        self.adapters: tuple[str, ...] = ()
        """The names of the channels that this process sends by."""
        self.happened: Happened | None = None
        """What happened to all members, as it was read last for their churn scores."""
        self.advanced: int | None = None
        self.plan = 0
        self.adoptions = 0
        """How many programs the store had when this one was taken for the last; 0 before that."""
        self.outdated = False
        """Whether snapshots of another plan may be there."""
        self._bound = remembered
        self._memory: dict[str, Hand] = {}
        self._last_event: int | None = None
        self._last_member: int | None = None

    def open(self) -> None:
        """Remember the program in a new store. ProgramError when the store belongs to another program document."""
        program, plan = self.engine.program, self.engine.plan.hash
        with self.writing() as work:
            known = work.store.programs()
            if not known:
                document = program.document
                row = ProgramRow(program.hash, document.program, document.version, plan, None, program.text)
                work.store.add_program(row)
            elif known[-1].hash != program.hash:
                raise not_adopted(known[-1], program.document.program, program.document.version)
            elif self.timeline.size != len(known):
                self.timeline = timeline_of(known, self.engine)
            self.adoptions = max(1, len(known))
            self.plan = work.store.plan(plan)
            self.outdated = bool(work.store.outdated(self.plan, limit=1))

    def run(self, engine: Engine, timeline: Timeline, plan: int) -> None:
        """Have another program run from now on; what is remembered belongs to the earlier one."""
        self.engine, self.timeline, self.plan = engine, timeline, plan
        self.happened = None
        self._memory.clear()

    def writing(self) -> Writing:
        """One transaction that writes; ``with journal.writing() as work:``."""
        return Writing(self)

    def begin(self) -> Work:
        """Begin a transaction that writes."""
        changed = self.store.begin()
        try:
            self._begun(changed=changed)
            return Work(self, last_event=self._last_event or 0, last_member=self._last_member or 0)
        except BaseException:
            self.roll_back()
            raise

    def commit(self, work: Work) -> None:
        """Append and commit what a transaction has in hand, and remember its members."""
        try:
            work.flush()
            self.store.commit()
        except BaseException:
            self.roll_back()
            raise
        self._last_event, self._last_member = work.last_event, work.last_member
        memory = self._memory
        for hand in work.hands.values():
            if hand.number:
                hand.put_back()
                memory[hand.id] = hand
        if len(memory) > self._bound:
            self._shrink()

    def roll_back(self) -> None:
        """Undo a transaction; what was read in it may not be so."""
        self._last_event = None
        self.store.rollback()

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """One transaction that only reads: everything in it is of one moment."""
        changed = self.store.begin(write=False)
        try:
            self._begun(changed=changed)
            yield self.store
        finally:
            self.store.rollback()

    def take_one(self, id: str) -> Hand:
        """A member to fold events into."""
        remembered = self._memory.pop(id, None)
        return next(self._load([id])) if remembered is None else remembered

    def take(self, ids: Iterable[str]) -> Iterator[Hand]:
        """Members to fold events into, out of the memory or the store; unseen ones start new, without a number."""
        missing = []
        for id in ids:
            remembered = self._memory.pop(id, None)
            if remembered is None:
                missing.append(id)
            else:
                yield remembered
        if missing:
            yield from self._load(missing)

    def look(self, id: str) -> Hand:
        """A member to read; the state is not to be changed. UnknownMember when nobody of that id was seen."""
        remembered = self._memory.get(id)
        if remembered is not None:
            return remembered
        hand = next(self._load([id]))
        if not hand.number:
            raise UnknownMember(f"no member {id!r} was seen", details={"name": id})
        self._memory[id] = hand
        self._shrink()
        return hand

    def look_all(self, ids: Iterable[str]) -> Iterator[Hand]:
        """Members to read, many at once; the memory stays as it is."""
        missing = []
        for id in ids:
            remembered = self._memory.get(id)
            if remembered is None:
                missing.append(id)
            else:
                yield remembered
        if missing:
            yield from self._load(missing)

    def now(self, state: State) -> int | None:
        """The member's now: the later of the last advance and what was folded last; None when neither is."""
        folded = self.engine.now(state)
        now = folded if self.advanced is None else max(folded, self.advanced)
        return now if now > NOTHING else None

    def _load(self, ids: list[str]) -> Iterator[Hand]:
        numbers = self.store.numbers(ids)
        rows = {row.member: row for row in self.store.states(numbers.values())} if numbers else {}
        for id in ids:
            number = numbers.get(id, 0)
            row = rows.get(number)
            if row is None:
                yield Hand(id, number, self.engine.start(id))
            elif row.plan == self.plan:
                yield Hand(id, number, self.engine.load(row.body))
            else:
                _log.info("member %d: the snapshot is of another plan, folding the events again", number)
                yield Hand(id, number, rebuilt(self, id, number, row.now))

    def _begun(self, *, changed: bool) -> None:
        if changed:
            self._memory.clear()
            self._last_event = None
            if self.adoptions and self.store.adoptions() != self.adoptions:
                known, own = self.store.program(), self.engine.program.document
                assert known is not None  # noqa: S101  # there were some already
                raise not_adopted(known, own.program, own.version)
        if self._last_event is None:
            self._last_event = self.store.last_event()
            self._last_member = self.store.last_member()
            self.advanced = self.store.advanced()

    def _shrink(self) -> None:
        memory = self._memory
        while len(memory) > self._bound:
            del memory[next(iter(memory))]


class Writing:
    """A transaction that writes: committed at the end, undone when something is raised."""

    __slots__ = ("_journal", "_work")

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def __enter__(self) -> Work:
        self._work = self._journal.begin()
        return self._work

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._journal.commit(self._work)
        else:
            self._journal.roll_back()


def timeline_of(rows: Sequence[ProgramRow], engine: Engine) -> Timeline:
    """The programs that a store has run; the last one is there already, compiled."""

    def era(row: ProgramRow, make: Callable[[], Engine]) -> Era:
        return Era(
            ALWAYS if row.adopted is None else row.adopted, make, recomputes=(row.mode or "forward") != "forward"
        )

    def making(row: ProgramRow) -> Callable[[], Engine]:
        return lambda: Engine(Program.from_json(row.document, functions=engine.program.functions.values))

    return Timeline([*(era(row, making(row)) for row in rows[:-1]), era(rows[-1], lambda: engine)])


NOTHING = -(2**61)
"""Instants before this are of a state into which nothing was folded."""


def not_adopted(known: ProgramRow, name: str, version: int) -> ProgramError:
    """The store belongs to another program document."""
    problem = Problem(
        path="program",
        line=0,
        column=0,
        severity="error",
        code="program/not-adopted",
        message=f"the store runs {known.name} version {known.version}; {name} version {version} is another document",
        hint="adopt it (loyaltykit adopt, kit.adopt), or open the store with the program that it remembers",
    )
    return ProgramError([problem], code=problem.code)
