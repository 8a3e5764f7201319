"""Standing: levels, tiers, badges, quests and rights, as generated code changes them.

Every function takes the state, changes it in place, and writes what it decided into `out` as compact tuples
``(what, at, event, source, occurrence, ...)``; `loyaltykit.rules.decisions` turns those into values.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from loyaltykit.calendars import first_day, number_of
from loyaltykit.rules.plan import ATTRIBUTES, DUE, ZONE_FROM, ZONE_TO
from loyaltykit.rules.runtime.clock import local_day, period_end, skip, zone_of
from loyaltykit.rules.runtime.giving import ask, grant_now, withdraw
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.calendars import PeriodName, Zone
    from loyaltykit.rules.plan import Climb, Grant, Qualify

State = list[Any]


def arm(state: State, slot: int, due: int) -> None:
    """Set a timer."""
    state[slot] = due
    state[DUE] = min(state[DUE], due)


def climb(state: State, ladder: Climb, score: int, at: int, event: str | None, out: Any) -> None:
    """Every level that a score has reached, each reported once, in order."""
    rank = state[ladder.slot]
    while rank + 1 < len(ladder.thresholds) and score >= ladder.thresholds[rank + 1]:
        previous = ladder.names[rank] if rank >= 0 else None
        rank += 1
        step = ladder.names[rank]
        out.append(("effect", at, event, "levels", step, "level", step, {"step": step, "previous": previous}))
    state[ladder.slot] = rank
    state[ladder.slot + 1] = ladder.thresholds[rank + 1] if rank + 1 < len(ladder.thresholds) else NEVER


def reached(progress: Any) -> int:
    """How far a quest step is: a count, or the number of distinct values."""
    return progress if type(progress) is int else len(progress)


class Ladder:
    """A tier ladder with the rewards that its steps bring, ready for use at run time."""

    __slots__ = ("due", "grants", "plan", "zone")

    def __init__(self, plan: Qualify, grants: tuple[tuple[Grant, ...], ...], zone: str, due: int | None) -> None:
        self.plan = plan
        self.grants = grants
        self.zone = zone
        self.due = due

    def qualify(self, state: State, value: float | None, at: int, event: str | None, tag: str, out: Any) -> bool:
        """Upgrade at once when the basis has reached a higher step; whether the tier changed."""
        plan, slot = self.plan, self.plan.slot
        rank = -1 if value is None else bisect_right(plan.thresholds, value) - 1
        if rank <= state[slot + 2]:
            return False
        state[slot + 2] = rank
        if state[slot + 3] == NEVER:
            arm(state, slot + 3, period_end(state, at, plan.period, self.zone))  # type: ignore[arg-type]
        if rank <= state[slot]:
            return False
        self._change(state, rank, at, event, tag, out)
        return True

    def begin(self, state: State, at: int, out: Any) -> None:
        """A new member: what the first step brings."""
        plan = self.plan
        for grant in self.grants[plan.base]:
            occurrence = f"{plan.names[plan.base]}@{at}"
            self._bring(state, grant, at, None, occurrence, out)

    def _bring(self, state: State, grant: Grant, at: int, event: str | None, occurrence: str, out: Any) -> None:
        """A reward of a step: held as long as the step is, whatever it lasts elsewhere; of limited stock, asked for."""
        source = self.plan.source
        if not grant.limited:
            grant_now(state, grant, self.due, at, event, source, occurrence, out, self.zone)
        else:
            ask(state, grant, at, event, source, occurrence, out)

    def period_over(self, state: State, value: float | None, at: int, tag: str, out: Any) -> None:
        """The qualification period ended: keep, step down or recompute, and start anew.

        `value` is the basis in the new period: what does not count anew may hold the step.
        """
        plan, slot = self.plan, self.plan.slot
        base = plan.base if value is None else max(plan.base, bisect_right(plan.thresholds, value) - 1)
        floor = max(base, state[slot + 2]) if plan.keep_next else base
        rank = state[slot]
        if rank > floor and plan.downgrade != "never":
            self._change(state, max(floor, rank - 1) if plan.downgrade == "one step" else floor, at, None, tag, out)
        state[slot + 2] = base
        state[slot + 3] = NEVER
        if state[slot] > plan.base and plan.downgrade != "never":
            arm(state, slot + 3, period_end(state, at, plan.period, self.zone))  # type: ignore[arg-type]

    def _change(self, state: State, rank: int, at: int, event: str | None, tag: str, out: Any) -> None:
        plan, slot = self.plan, self.plan.slot
        before = state[slot]
        state[slot], state[slot + 1] = rank, at
        if state[slot + 5] != tag:
            state[slot + 4], state[slot + 5] = before, tag
        step = plan.names[rank] if rank >= 0 else None
        previous = plan.names[before] if before >= 0 else None
        occurrence = f"{step or ''}@{at}"
        data = {"step": step, "previous": previous}
        out.append(("effect", at, event, plan.source, occurrence, "tier", plan.id, data))
        old = self.grants[before] if before >= 0 else ()
        new = self.grants[rank] if rank >= 0 else ()
        for grant in old:
            if grant not in new:
                withdraw(state, grant, at, event, plan.source, out)
        for grant in new:
            if grant not in old:
                self._bring(state, grant, at, event, occurrence, out)


def standing(state: State, slot: int, tag: str) -> int:
    """The rank whose benefits hold: that before the event when this very event changed it."""
    rank: int = state[slot + 4] if state[slot + 5] == tag else state[slot]
    return rank


def update_attributes(state: State, data: Any, at: int, default: str, tiers: Iterable[Qualify] = ()) -> None:
    """Attributes that the host supplied; null takes one away.

    Another zone means another local day: dates that the member jumps over are remembered as skipped, and the running
    period of a ladder ends when it ends in the new zone (now, when that is over already).
    """
    place = zone_of(state, default)
    before = local_day(state, at, default)
    merged = {**state[ATTRIBUTES], **data}
    state[ATTRIBUTES] = {name: value for name, value in merged.items() if value is not None}
    if "timezone" in data:
        state[ZONE_FROM] = state[ZONE_TO] = 0
        after = local_day(state, at, default)
        if after - before > 1:
            skip(state, range(before + 1, after))
        for tier in tiers:
            _move_period(state, tier, place, zone_of(state, default), at)


def _move_period(state: State, tier: Qualify, before: Zone, after: Zone, at: int) -> None:
    due = state[tier.slot + 3]
    if due != NEVER and before is not after:
        period: PeriodName = tier.period  # type: ignore[assignment]  # the plan holds period names
        following = number_of(period, before.local_day(due - 1)) + 1
        state[tier.slot + 3] = max(at, after.day_start(first_day(period, following)))
