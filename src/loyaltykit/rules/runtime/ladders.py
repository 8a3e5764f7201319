"""Tiers, as generated code changes them: qualified for in a period, kept for a time, or paid for.

Every function takes the state, changes it in place, and writes what it decided into `out` as compact tuples, as in
`loyaltykit.rules.runtime.standing`. The rank that the basis has now is always looked at whole, so that the same events
give the same steps however often somebody looks.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from loyaltykit.rules.runtime.clock import later
from loyaltykit.rules.runtime.giving import ask, grant_now, withdraw
from loyaltykit.rules.runtime.periods import end_around
from loyaltykit.rules.runtime.standing import arm
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from loyaltykit.rules.plan import Grant, Qualify

State = list[Any]
RANK, SINCE, REACHED, DUE_AT, PREVIOUS, CHANGED_BY = range(6)
ENDS_AT, LAPSED, SECURED = range(3)


class Steps:
    """A ladder's steps with the rewards that they bring, ready for use at run time."""

    __slots__ = ("_base", "due", "grants", "plan", "zone")

    def __init__(self, plan: Qualify, grants: tuple[tuple[Grant, ...], ...], zone: str, due: int | None) -> None:
        self.plan = plan
        self.grants = grants
        self.zone = zone
        self.due = due
        self._base = plan.base

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

    def _change(self, state: State, rank: int, at: int, event: str | None, tag: str, out: Any) -> None:
        """Another step: benefits of the one before hold for this very event still."""
        plan, slot = self.plan, self.plan.slot
        before = state[slot]
        state[slot], state[slot + SINCE] = rank, at
        if state[slot + CHANGED_BY] != tag:
            state[slot + PREVIOUS], state[slot + CHANGED_BY] = before, tag
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

    def _lapse(self, state: State, at: int) -> bool:
        """What was kept is over: whether a grace begins, or runs already."""
        plan, ends = self.plan, self.plan.ends
        if plan.grace is None or ends is None:
            return False
        if state[ends + LAPSED] is None:
            state[ends + LAPSED] = at
            arm(state, ends, later(state, at, plan.grace, plan.grace_months, self.zone))
        return True


class Ladder(Steps):
    """A ladder that is earned."""

    __slots__ = ()

    def qualify(self, state: State, value: float | None, at: int, event: str | None, tag: str, out: Any) -> bool:
        """The basis may have moved: upgrade at once when it has reached a higher step; whether the tier changed."""
        plan, slot = self.plan, self.plan.slot
        rank = self._rank(value)
        before = state[slot + REACHED]
        if rank == before or (rank < before and not plan.falls):
            return False
        state[slot + REACHED] = rank
        if rank < before:  # points were taken back: what counts is what is left
            return plan.keep == "held" and rank < state[slot] and self._over(state, rank, at, event, tag, out)
        if plan.period is not None and state[slot + DUE_AT] == NEVER:
            arm(state, slot + DUE_AT, end_around(state, plan.period, at, self.zone))
        held = state[slot]
        if rank < held or (rank > held and not plan.at_once):
            if rank > held:
                self._requalified(state, at)
            return False
        if rank > held:
            self._requalified(state, at)
            self._change(state, rank, at, event, tag, out)
            return True
        if plan.period is not None or (plan.ends is not None and state[plan.ends + LAPSED] is not None):
            self._requalified(state, at)
        return False

    def period_over(self, state: State, value: float | None, at: int, tag: str, out: Any) -> None:
        """The qualification period ended: give, keep, step down or recompute, and start anew.

        `value` is the basis in the new period: what does not count anew may hold the step.
        """
        plan, slot = self.plan, self.plan.slot
        base, reached, held = self._rank(value), state[slot + REACHED], state[slot]
        state[slot + REACHED] = base
        floor = max(base, reached) if plan.keep == "next" else base
        if plan.ends is not None:
            state[plan.ends + SECURED] = floor
        if reached > held and not plan.at_once:
            self._requalified(state, at)
            self._change(state, reached, at, None, tag, out)
        elif held > floor and plan.keep != "time":
            self._over(state, floor, at, None, tag, out)
        state[slot + DUE_AT] = NEVER
        if state[slot] > plan.base and plan.downgrade != "never" and plan.keep != "time":
            arm(state, slot + DUE_AT, end_around(state, plan.period or "", at, self.zone))

    def time_over(self, state: State, value: float | None, at: int, tag: str, out: Any) -> None:
        """The timer of what is kept: a grace is over, a step's time is, or a moving window has let something go."""
        plan, slot = self.plan, self.plan.slot
        ends: int = plan.ends  # type: ignore[assignment]  # only ladders that have it are called
        state[ends] = NEVER
        rank = self._rank(value)
        held = state[slot]
        if state[ends + LAPSED] is not None:
            state[ends + LAPSED] = None
            by_period = plan.keep in ("period", "next")
            floor = max(rank, state[ends + SECURED], state[slot + REACHED]) if by_period else rank
            self._down(state, floor, at, None, tag, out)
            return
        state[slot + REACHED] = rank
        if rank < held:
            self._over(state, rank, at, None, tag, out)
        elif plan.keep == "time" and held > plan.base:
            self._requalified(state, at)

    def _rank(self, value: float | None) -> int:
        base = self._base
        if value is None:
            return base
        rank = bisect_right(self.plan.thresholds, value) - 1
        return max(base, rank)

    def _requalified(self, state: State, at: int) -> None:
        """The step held, or a higher one, is qualified for now: a grace ends, a time begins anew."""
        plan = self.plan
        if plan.ends is None:
            return
        state[plan.ends + LAPSED] = None
        state[plan.ends] = NEVER
        if plan.keep == "time" and plan.downgrade != "never":
            arm(state, plan.ends, later(state, at, plan.keep_for, plan.keep_months, self.zone))

    def _over(self, state: State, floor: int, at: int, event: str | None, tag: str, out: Any) -> bool:
        """What was kept is over, and the basis has less: a grace begins, or the step is lost; whether it is."""
        if self.plan.downgrade == "never" or self._lapse(state, at):
            return False
        return self._down(state, floor, at, event, tag, out)

    def _down(self, state: State, floor: int, at: int, event: str | None, tag: str, out: Any) -> bool:
        plan, slot = self.plan, self.plan.slot
        rank = max(floor, state[slot] - 1) if plan.downgrade == "one step" else floor
        if rank >= state[slot]:
            return False
        self._change(state, rank, at, event, tag, out)
        if plan.keep == "time" and rank > plan.base:
            self._requalified(state, at)
        return True


class Subscription(Steps):
    """A ladder that is paid for."""

    __slots__ = ()

    def start(self, state: State, name: Any, at: int, event: str | None, tag: str, out: Any) -> bool:
        """A step is paid for, or (None) the only one; whether the tier changed. A name that is no step is no step."""
        rank = self._step(name)
        if rank is None:
            return False
        if self.plan.ends is not None:
            state[self.plan.ends + LAPSED] = None
            state[self.plan.ends] = NEVER
        if rank == state[self.plan.slot]:
            return False
        self._change(state, rank, at, event, tag, out)
        return True

    def stop(self, state: State, name: Any, at: int, event: str | None, tag: str, out: Any) -> bool:
        """The step that is held is paid for no longer; the end of another one ends nothing."""
        held = state[self.plan.slot]
        if held < 0 or (self.plan.paid is not None and self.plan.paid.told and self._step(name) != held):
            return False
        if self._lapse(state, at):
            return False
        self._change(state, -1, at, event, tag, out)
        return True

    def time_over(self, state: State, at: int, tag: str, out: Any) -> None:
        """The grace after the end is over."""
        ends: int = self.plan.ends  # type: ignore[assignment]  # only ladders that have it are called
        state[ends], state[ends + LAPSED] = NEVER, None
        self._change(state, -1, at, None, tag, out)

    def _step(self, name: Any) -> int | None:
        plan = self.plan
        if plan.paid is None or plan.paid.step is None:
            return 0
        return plan.names.index(name) if name in plan.names else None


def keep_on(state: State, plan: Qualify, at: int, zone: str) -> None:
    """A step that is held as another program begins is kept as if it had been reached now."""
    if plan.downgrade == "never" or plan.paid is not None:
        return
    if plan.period is not None and plan.keep != "time":
        arm(state, plan.slot + DUE_AT, end_around(state, plan.period, at, zone))
    elif plan.ends is not None:
        time = plan.keep == "time"
        arm(state, plan.ends, later(state, at, plan.keep_for, plan.keep_months, zone) if time else at)


def standing(state: State, slot: int, tag: str) -> int:
    """The rank whose benefits hold: that before the event when this very event changed it."""
    rank: int = state[slot + PREVIOUS] if state[slot + CHANGED_BY] == tag else state[slot]
    return rank
