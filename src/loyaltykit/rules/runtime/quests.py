"""Quests at run time: who enrols, and quests that repeat, wait for others, have dates, add up or look back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.rules.runtime.clock import later, local_day, zone_of
from loyaltykit.rules.runtime.history import exact
from loyaltykit.rules.runtime.standing import arm, reached
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from loyaltykit.rules.plan import Advance, Step, Ways

    State = list[Any]
    Move = tuple[int, Any]
    """The number of a step and what counts for it: one, a value that is told apart, an amount; None is nothing."""

IDLE_QUEST, ACTIVE_QUEST, DONE_QUEST = 0, 1, 2


def enrol(state: State, quest: Advance, at: int, event: str | None, out: Any, zone: str) -> bool:
    """Enrol in a quest, anew when it was done before; nothing happens while it is on. Whether it has begun."""
    slot = quest.slot
    if state[slot] == ACTIVE_QUEST:
        return False
    if quest.ways is None or not quest.ways.retroactive or state[slot] == DONE_QUEST:
        clear(state, quest)
    state[slot] = ACTIVE_QUEST
    state[slot + 1] += 1
    state[slot + 2] = at
    state[slot + 4] = None
    deadline = end_of(state, quest, at, zone)
    if deadline != NEVER:
        arm(state, slot + 3, deadline)
    run = state[slot + 1]
    data = {"state": "started", "run": run}
    out.append(("effect", at, event, quest.source, f"{run}-started", "quest", quest.id, data))
    return True


def clear(state: State, quest: Advance) -> None:
    """No step has progressed."""
    for step in quest.steps:
        state[step.slot] = {} if step.distinct is not None else 0


def end_of(state: State, quest: Advance, since: int, zone: str) -> int:
    """When the time of a run that began at an instant is up; NEVER when it has no end."""
    end = NEVER if quest.within is None else later(state, since, quest.within, quest.within_months, zone)
    last = None if quest.ways is None else quest.ways.last
    return end if last is None else min(end, zone_of(state, zone).day_start(last + 1))


def look_again(state: State, quests: Iterable[Advance], at: int) -> None:
    """Have the deadlines of quests with dates looked at now: in another zone their last day ends at another instant."""
    for quest in quests:
        if quest.ways is not None and quest.ways.last is not None and state[quest.slot + 3] != NEVER:
            arm(state, quest.slot + 3, at)


class Way:
    """A quest with ways of its own."""

    def __init__(self, plan: Advance, ways: Ways, zone: str) -> None:
        self.plan = plan
        self.ways = ways
        self.slot = plan.slot
        self.requires: Callable[[State, int, None], Any] | None = None
        """Whether the prerequisites hold; the compiler puts it here."""
        self._zone = zone
        self._counting = any(step.when is None for step in plan.steps)

    # --- who may begin -----------------------------------------------------------------------------------------

    def ready(self, state: State, at: int) -> bool:
        """Whether the prerequisites hold."""
        return self.requires is None or bool(self.requires(state, at, None))

    def barred(self, state: State, at: int) -> str | None:
        """Why a run cannot begin now: `active`, `done`, `too-soon`, `dates`, `requires`; None when it can."""
        if state[self.slot] == ACTIVE_QUEST:
            return "active"
        if not self.inside(state, at):
            return "dates"
        return self._spent(state, at) or (None if self.ready(state, at) else "requires")

    def inside(self, state: State, at: int) -> bool:
        """Whether an instant is on one of the quest's dates."""
        first, last = self.ways.first, self.ways.last
        if first is None and last is None:
            return True
        day = local_day(state, at, self._zone)
        return (first is None or day >= first) and (last is None or day <= last)

    def again_at(self, state: State) -> int | None:
        """From when on a quest that is done may begin anew; None when it may not."""
        ways = self.ways
        if state[self.slot + 4] is None or not ways.again:
            return None
        if ways.at_most is not None and state[ways.slot] >= ways.at_most:
            return None
        return later(state, state[self.slot + 4], ways.after, ways.after_months, self._zone)

    def _spent(self, state: State, at: int) -> str | None:
        """Whether it was done as often as it may be, or not long enough ago."""
        ways = self.ways
        if not ways.again:
            return "done" if state[self.slot] == DONE_QUEST and self.plan.start != "campaign" else None
        if ways.at_most is not None and state[ways.slot] >= ways.at_most:
            return "done"
        at_earliest = self.again_at(state) if state[self.slot] == DONE_QUEST else None
        return "too-soon" if at_earliest is not None and at < at_earliest else None

    # --- progress ----------------------------------------------------------------------------------------------

    def open(self, state: State, number: int, at: int, event: str | None) -> bool:
        """Whether a step that is a condition may be done now."""
        plan = self.plan
        if self._earlier_missing(state, number) or state[plan.steps[number].slot] >= 1:
            return False
        if state[self.slot] == ACTIVE_QUEST:
            return self.inside(state, at)
        first = number == 0 and plan.in_order
        return plan.auto and event is not None and (first or not self._counting)

    def _earlier_missing(self, state: State, number: int) -> bool:
        steps = self.plan.steps
        return self.plan.in_order and not all(done(state, step) for step in steps[:number])

    def move(self, state: State, moves: Sequence[Move], ready: bool, at: int, event: str | None, out: Any) -> bool:  # noqa: FBT001  # called by generated code
        """Steps move on; the first one enrols where the quest begins by itself. Whether the quest is done by it."""
        found = [(step, what) for step, what in self._effective(state, moves, at) if what is not None]
        if not found and not (self.ways.retroactive and state[self.slot] == IDLE_QUEST and self._enough(state)):
            return False
        if state[self.slot] != ACTIVE_QUEST:
            begins = self.plan.auto and ready and self.unready(state, at) is None
            if begins and state[self.slot] == DONE_QUEST:
                clear(state, self.plan)
            if begins:
                enrol(state, self.plan, at, event, out, self._zone)
            elif not self.ways.retroactive or state[self.slot] == DONE_QUEST:
                return False
        for step, what in found:
            _advance(state, step, what)
        return self.complete(state, at, event, out)

    def unready(self, state: State, at: int) -> str | None:
        """As `barred`, the prerequisites aside: those are looked at as before the event."""
        return self._spent(state, at) if self.inside(state, at) else "dates"

    def _effective(self, state: State, moves: Sequence[Move], at: int) -> list[tuple[Step, Any]]:
        """The moves that count: in order only that of the current step, and none for what is done."""
        steps = self.plan.steps
        if state[self.slot] == ACTIVE_QUEST and not self.inside(state, at):
            return []
        again = state[self.slot] == DONE_QUEST
        if not self.plan.in_order:
            return [(steps[number], what) for number, what in moves if again or not done(state, steps[number])]
        current = 0 if again else next((n for n, step in enumerate(steps) if not done(state, step)), len(steps))
        return [(steps[number], what) for number, what in moves if number == current]

    def _enough(self, state: State) -> bool:
        return sum(done(state, step) for step in self.plan.steps) >= self.plan.needed

    def complete(self, state: State, at: int, event: str | None, out: Any) -> bool:
        """Finish a run of which enough steps are done; whether it was so."""
        slot = self.slot
        if state[slot] != ACTIVE_QUEST or not self._enough(state):
            return False
        state[slot] = DONE_QUEST
        state[slot + 3] = NEVER
        state[slot + 4] = at
        state[self.ways.slot] += 1
        self._tell(state, "done", at, event, out)
        return True

    def pass_time(self, state: State, at: int, out: Any) -> bool:
        """A run's time is up, unless the member moved to where it is not; whether it has failed."""
        slot = self.slot
        state[slot + 3] = NEVER
        if state[slot] != ACTIVE_QUEST:
            return False
        deadline = at if self.ways.last is None else end_of(state, self.plan, state[slot + 2], self._zone)
        if deadline > at:
            arm(state, slot + 3, deadline)
            return False
        state[slot] = IDLE_QUEST
        clear(state, self.plan)
        self._tell(state, "failed", at, None, out)
        return True

    def _tell(self, state: State, what: str, at: int, event: str | None, out: Any) -> None:
        run = state[self.slot + 1]
        occurrence = str(run) if what == "done" else f"{run}-{what}"
        data = {"state": what, "run": run}
        out.append(("effect", at, event, self.plan.source, occurrence, "quest", self.plan.id, data))


def done(state: State, step: Step) -> bool:
    """Whether a step is done."""
    return bool(reached(state[step.slot]) >= step.needed)


def _advance(state: State, step: Step, what: Any) -> None:
    if step.distinct is not None:
        state[step.slot][what] = 1
    elif step.sum is not None:
        state[step.slot] += exact(what)
    else:
        state[step.slot] += 1
