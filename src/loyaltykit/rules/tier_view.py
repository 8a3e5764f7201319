"""Where a member stands on a ladder: what is kept until when, and what is missing to keep it or to rise."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from loyaltykit.calendars import Duration, add
from loyaltykit.rules.expression.tree import History, Ref
from loyaltykit.rules.plan import JOINED
from loyaltykit.rules.runtime.ladders import DUE_AT, LAPSED, RANK, REACHED, SINCE
from loyaltykit.rules.runtime.periods import end_around
from loyaltykit.values import EPOCH, NEVER, from_instant
from loyaltykit.views import TierView

if TYPE_CHECKING:
    from loyaltykit.calendars import Zone
    from loyaltykit.rules.compile import Compiled
    from loyaltykit.rules.plan import Plan, Qualify

State = list[Any]
_LOOKS = 20_000
"""More than the instants that any window keeps: so often a falling basis is looked at, at most."""


class Standing:
    """One look at the ladders of one state."""

    def __init__(self, plan: Plan, compiled: Compiled, state: State, now: int, zone: Zone) -> None:
        self.plan = plan
        self.compiled = compiled
        self.state = state
        self.now = now
        self.zone = zone

    def view(self, tier: Qualify, unit: str | None) -> TierView:
        """One ladder; `unit` is what its basis counts, in the member's words."""
        rank, since = self.state[tier.slot + RANK], self.state[tier.slot + SINCE]
        following = tier.names[rank + 1] if rank + 1 < len(tier.names) and tier.by is not None else None
        until = self._until(tier, rank)
        grace = None if until is None or tier.grace is None else self._after(tier, until)
        return TierView(
            name=tier.names[rank] if rank >= 0 else None,
            since=None if since is None else from_instant(since),
            until=None if until is None else from_instant(until),
            next=following,
            missing=None if following is None else self._missing(tier, rank + 1, self.now),
            keep_missing=self._keep_missing(tier, rank, until),
            grace_until=None if grace is None else from_instant(grace),
            unit=unit,
            last_day=self._last_day(until),
            last_grace_day=self._last_day(grace),
            in_grace=until is not None and until <= self.now,
            today=self._date(self.zone.local_day(self.now)) if self.state[JOINED] is not None else None,
        )

    def point_of(self, tier: Qualify) -> str | None:
        """The point that a ladder's basis counts, when it is nothing but that."""
        by = tier.by
        if isinstance(by, History) and by.function == "earned":
            return by.field
        return by.path[1] if isinstance(by, Ref) and by.path[0] == "points" else None

    def _until(self, tier: Qualify, rank: int) -> int | None:
        """When what is kept is over; None when nothing ends it."""
        state = self.state
        lapsed = None if tier.ends is None else state[tier.ends + LAPSED]
        if lapsed is not None:
            return int(lapsed)
        if rank <= tier.base or tier.downgrade == "never" or tier.paid is not None:
            return None
        if tier.keep == "held":
            return self._falls(tier, tier.thresholds[rank])
        end: int = state[tier.ends] if tier.keep == "time" and tier.ends is not None else state[tier.slot + DUE_AT]
        if tier.keep == "next" and state[tier.slot + REACHED] >= rank and tier.period is not None:
            end = end_around(state, tier.period, end, self.plan.zone)
        return None if end >= NEVER else end

    def _falls(self, tier: Qualify, threshold: float) -> int | None:
        """When a moving window will have let go of too much, if nothing more happens."""
        if tier.by is None or tier.ends is None:
            return None
        changes, value, at = self.compiled.changes(tier.by), self.compiled.value(tier.by), self.now
        for _ in range(_LOOKS):
            at = changes(self.state, at, None)
            if at >= NEVER:
                return None
            if (value(self.state, at, None) or 0) < threshold:
                return int(at)
        return None

    def _after(self, tier: Qualify, until: int) -> int | None:
        end = add(until, Duration(tier.grace_months, tier.grace or 0), self.zone)
        return end if end < NEVER else None

    def _keep_missing(self, tier: Qualify, rank: int, until: int | None) -> int | float | None:
        """What is missing to keep the step beyond that; None where nothing can."""
        if until is None or tier.by is None:
            return None
        reached, lapsed = self.state[tier.slot + REACHED] >= rank, until <= self.now
        if tier.keep == "period" and tier.grace is None:
            # the next period starts anew; what does not count anew may hold the step all the same
            return 0 if self._missing(tier, rank, until) == 0 else None
        later = tier.keep != "next" or reached or (tier.period is not None and tier.keep == "period")
        return self._missing(tier, rank, until if later and not lapsed else self.now)

    def _missing(self, tier: Qualify, rank: int, at: int) -> int | float:
        """How much of the basis is missing to a step at an instant, if nothing more happens until then."""
        if tier.by is None:
            return 0
        missing = max(0, tier.thresholds[rank] - (self.compiled.value(tier.by)(self.state, at, None) or 0))
        return int(missing) if float(missing).is_integer() else missing

    def _last_day(self, end: int | None) -> dt.date | None:
        """The last local day before an instant, or that of the instant within it."""
        return None if end is None else self._date(self.zone.local_day(end - 1))

    @staticmethod
    def _date(day: int) -> dt.date:
        return (EPOCH + dt.timedelta(days=day)).date()
