"""Streaks over gaps: when a run ends, what freezes and pauses forgive.

A run ends when a period that was missed is over. Dates that the member never had are not missed, nor are periods that
a pause touches. A freeze is taken when the missed period ends, so time passing takes it, at that instant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.calendars import DAY, first_day, number_of
from loyaltykit.rules.plan import LONG_AGO, OFFSET, SKIPPED, ZONE_FROM, ZONE_TO
from loyaltykit.rules.runtime.clock import zone_of
from loyaltykit.rules.runtime.standing import arm
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loyaltykit.calendars import PeriodName
    from loyaltykit.rules.plan import Keeping, Touch

State = list[Any]
_SHOWN = 60
"""So many frozen periods of a run are remembered."""
_EVEN = {"day": (1, 0), "week": (7, -first_day("week", 0))}
"""Periods of equal length: its days, and by how many the first of them began before day 0."""


def look_again(state: State, streaks: Iterable[Touch], at: int) -> None:
    """Have the timers of freezes fire now: in another zone periods end at other instants."""
    for streak in streaks:
        if streak.keeping is not None and state[streak.keeping.slot + 3] != NEVER:
            arm(state, streak.keeping.slot + 3, at)


class Chain:
    """A streak that any missed period ends."""

    def __init__(self, plan: Touch, zone: str) -> None:
        self.plan = plan
        self.slot = plan.slot
        self.period: PeriodName = plan.period  # type: ignore[assignment]  # the plan holds period names
        self._zone = zone
        self._days = _EVEN.get(plan.period)

    def ends(self, state: State) -> int:
        """When the run ends unless something counts before; NEVER where there is none. It may be over."""
        last = state[self.slot]
        if last == LONG_AGO:
            return NEVER
        return self._after_next(state, last) or self._over(state, next(self._missing(state, last)))

    def _after_next(self, state: State, last: int) -> int | None:
        """When the period after the next begins, found by adding; None when that takes a look at the zone.

        No clock changes between now and then, so no date is skipped after the member's last event.
        """
        if state[SKIPPED] or self._days is None:
            return None
        days, shift = self._days
        due: int = ((last + 2) * days - shift) * DAY - state[OFFSET]
        return due if state[ZONE_FROM] <= due < state[ZONE_TO] else None

    def _missing(self, state: State, after: int) -> Iterator[int]:
        """The periods after one that count as missed if nothing happens in them, without end."""
        skipped = state[SKIPPED] or () if self.period == "day" else ()
        never = zone_of(state, self._zone).skipped if self.period == "day" else ()
        number = after
        while True:
            number += 1
            if number in skipped or number in never:
                continue
            until = self._excused(state, number)
            if until is None:
                yield number
            else:
                number = until

    def _excused(self, state: State, number: int) -> int | None:
        """The last of the periods that are forgiven together with this one; None when it is not forgiven."""
        return None

    def _over(self, state: State, number: int) -> int:
        """When a period is over, in the member's zone."""
        return zone_of(state, self._zone).day_start(first_day(self.period, number + 1))


class Kept(Chain):
    """A streak that freezes and pauses keep."""

    def __init__(self, plan: Touch, keeping: Keeping, zone: str) -> None:
        super().__init__(plan, zone)
        self.keeping = keeping
        self._quick = plan.period == "day" and not keeping.pauses
        self.freezes, self.toward, self.frozen, self.due, self.pauses = range(keeping.slot, keeping.slot + 5)

    # --- looking -----------------------------------------------------------------------------------------------

    def length(self, state: State, number: int) -> int:
        """The length in a period: 0 when more was missed before it than freezes are left."""
        if state[self.slot] == LONG_AGO:
            return 0
        missing = self._missing(state, self._kept_to(state))
        over = all(next(missing) < number for _ in range(state[self.freezes] + 1))
        return 0 if over else int(state[self.slot + 1])

    def ends(self, state: State) -> int:
        """When the run ends unless something counts before, with all freezes taken."""
        if state[self.slot] == LONG_AGO:
            return NEVER
        missing = self._missing(state, self._kept_to(state))
        for _ in range(state[self.freezes]):
            next(missing)
        return self._over(state, next(missing))

    def paused(self, state: State, number: int) -> bool:
        """Whether a pause touches a period."""
        return self._excused(state, number) is not None

    def _kept_to(self, state: State) -> int:
        """The last period up to which nothing is missed: active or frozen."""
        frozen: list[int] = state[self.frozen]
        last: int = state[self.slot]
        return max(last, frozen[-1]) if frozen else last

    def _excused(self, state: State, number: int) -> int | None:
        first, last = first_day(self.period, number), first_day(self.period, number + 1) - 1
        ends = [end for start, end in (*self.keeping.pauses, *state[self.pauses]) if start <= last and first <= end]
        return max(number, number_of(self.period, max(ends))) if ends else None

    # --- changing ----------------------------------------------------------------------------------------------

    def touch(self, state: State, number: int, at: int, event: str, out: Any) -> None:
        """An active period: it lengthens the run, or begins another when the last one has ended."""
        slot, keeping = self.slot, self.keeping
        follows = state[slot] == number - 1 and not state[self.frozen]
        if not follows and (state[slot] == LONG_AGO or not self._take(state, number, at, event, out)):
            state[slot + 1] = 0
            state[slot + 3] += 1
            state[self.frozen] = []
        elif number in state[self.frozen]:  # the member moved to where it is not over yet
            self._give_back(state, number)
        state[slot] = number
        state[slot + 1] += 1
        state[slot + 2] = max(state[slot + 2], state[slot + 1])
        if keeping.each:
            state[self.toward] += 1
            if state[self.toward] == keeping.each:
                state[self.toward] = 0
                state[self.freezes] = min(keeping.most, state[self.freezes] + keeping.earn)
        self._arm(state)

    def pass_time(self, state: State, number: int, at: int, out: Any) -> None:
        """Take a freeze for each missed period that is over by now, and wait for the next."""
        if state[self.slot] != LONG_AGO:
            self._take(state, number, at, None, out)
        self._arm(state)

    def pause(self, state: State, start: int, end: int, at: int, number: int, out: Any) -> None:
        """A pause of the member's own, in days: what was frozen in it gives its freezes back."""
        state[self.pauses].append([start, end])
        for one in tuple(state[self.frozen]):
            if self.paused(state, one):
                self._give_back(state, one)
        self.pass_time(state, number, at, out)

    def _take(self, state: State, number: int, at: int, event: str | None, out: Any) -> bool:
        """Take freezes for what was missed before a period; whether the run goes on."""
        for missed in self._missing(state, self._kept_to(state)):
            if missed >= number:
                return True
            if not state[self.freezes]:
                return False
            state[self.freezes] -= 1
            state[self.frozen] = [*state[self.frozen], missed][-_SHOWN:]
            occurrence, data = f"{state[self.slot + 3]}:{missed}", {"left": state[self.freezes]}
            out.append(("effect", at, event, self.plan.source, occurrence, "frozen", self.plan.id, data))
        raise AssertionError("what may be missed has no end")

    def _give_back(self, state: State, number: int) -> None:
        state[self.frozen].remove(number)
        state[self.freezes] = min(self.keeping.most, state[self.freezes] + 1)

    def _arm(self, state: State) -> None:
        """Look again when the next missed period is over, while there are freezes to take."""
        state[self.due] = NEVER
        gaps = state[self.pauses] or state[self.frozen] or state[SKIPPED]
        if state[self.freezes] and self._quick and not gaps:
            due = (state[self.slot] + 2) * DAY - state[OFFSET]
            if state[ZONE_FROM] <= due < state[ZONE_TO]:  # no change of clocks on the way, so no skipped date
                arm(state, self.due, due)
                return
        if state[self.freezes] and state[self.slot] != LONG_AGO:
            arm(state, self.due, self._over(state, next(self._missing(state, self._kept_to(state)))))
