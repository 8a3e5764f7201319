"""What came of a member's own referral, and what a surprise hangs on, for whoever asks why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.calendars import number_of
from loyaltykit.rules.plan.chances import ASKED, CLOSED, OPEN, REFERRALS, REFUSED, REWARDED, WAITING
from loyaltykit.rules.reasons import Reason
from loyaltykit.rules.runtime.amounts import left_in_period, left_rolling
from loyaltykit.rules.runtime.clock import earlier, local_day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from loyaltykit.rules.plan import PeriodCap, Plan
    from loyaltykit.rules.plan.chances import Refer, Surprise

_CAME = {
    CLOSED: "reason/nobody-named",
    ASKED: "reason/referrer-unknown",
    WAITING: "reason/referrer-unknown",
    REFUSED: "reason/referral-refused",
    REWARDED: "reason/rewarded",
}


def referral_reasons(refer: Refer, state: list[Any], named: Any) -> Iterator[Reason]:
    """Of the member as the friend; `named` is the referrer that they name."""
    status = state[refer.slot]
    if status != OPEN:
        yield Reason(REFERRALS, _CAME[status])
    elif named in (None, ""):
        yield Reason(REFERRALS, "reason/nobody-named")
    else:
        yield Reason(REFERRALS, "reason/no-event", values=(("event", ", ".join(refer.events)),))


def surprise_reasons(surprise: Surprise, plan: Plan, state: list[Any], at: int) -> Iterator[Reason]:
    """What a surprise hangs on; nobody can say before whether an event will draw it."""
    about = (("event", ", ".join(surprise.events)), ("chance", f"{surprise.chance:.10g}"))
    yield Reason(surprise.id, "reason/by-chance", values=about)
    if surprise.limit is not None and _left(surprise.limit, plan, state, at) <= 0:
        yield Reason(surprise.id, "reason/limit", values=(("limit", surprise.limit.amount),))


def _left(limit: PeriodCap, plan: Plan, state: list[Any], at: int) -> int:
    """How often the member may still get it; the state is a copy, which counting may tidy."""
    cell = state[limit.slot]
    if limit.period is None:
        return left_rolling(cell, earlier(state, at, limit.rolling or 0, limit.months, plan.zone), limit.amount)
    return left_in_period(cell, number_of(limit.period, local_day(state, at, plan.zone)), limit.amount)  # type: ignore[arg-type]  # the plan holds period names
