"""What a host supplies about a member, and what follows when it moves the member's days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.rules.plan import ATTRIBUTES, MEMBERSHIP, ZONE_FROM, ZONE_TO
from loyaltykit.rules.runtime.clock import local_day, skip, zone_of
from loyaltykit.rules.runtime.ladders import DUE_AT
from loyaltykit.rules.runtime.periods import number_around, start_of
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.calendars import Zone
    from loyaltykit.rules.plan import Plan, Qualify

State = list[Any]


def update_attributes(state: State, data: Any, at: int, plan: Plan) -> None:
    """Attributes that the host supplied; null takes one away.

    Another zone means another local day: dates that the member jumps over are remembered as skipped, and the running
    period of a ladder ends when it ends in the new zone (now, when that is over already). So it does when another day
    of joining becomes known.
    """
    place = zone_of(state, plan.zone)
    before = local_day(state, at, plan.zone)
    running = [(tier, _running(state, tier, place)) for tier in plan.tiers]
    year = number_around(state, MEMBERSHIP, before, place) if "joined" in data else 0
    merged = {**state[ATTRIBUTES], **data}
    state[ATTRIBUTES] = {name: value for name, value in merged.items() if value is not None}
    if "timezone" in data:
        state[ZONE_FROM] = state[ZONE_TO] = 0
        after = local_day(state, at, plan.zone)
        if after - before > 1:
            skip(state, range(before + 1, after))
        if zone_of(state, plan.zone) is not place:
            _move_periods(state, running, plan, at)
    if "joined" in data:
        _move_years(state, running, plan, year, at)


def _running(state: State, tier: Qualify, place: Zone) -> int | None:
    """The number of the period whose end a ladder waits for."""
    due = state[tier.slot + DUE_AT]
    if due == NEVER or tier.period is None:
        return None
    return number_around(state, tier.period, place.local_day(due - 1), place)


def _move_periods(state: State, running: Iterable[tuple[Qualify, int | None]], plan: Plan, at: int) -> None:
    """Running periods end when they end in the member's new zone."""
    place = zone_of(state, plan.zone)
    for tier, number in running:
        if number is not None:
            state[tier.slot + DUE_AT] = max(at, start_of(state, tier.period or "", number + 1, place))


def _move_years(state: State, running: Iterable[tuple[Qualify, int | None]], plan: Plan, before: int, at: int) -> None:
    """The running membership year ends on the new anniversary, and what it counted goes on counting until then."""
    place = zone_of(state, plan.zone)
    year = number_around(state, MEMBERSHIP, place.local_day(at), place)
    for track in plan.tracks:
        box = state[track.slot]
        if track.period == MEMBERSHIP and box[0] is not None and box[0] >= before:
            box[0] = year
    for tier, number in running:
        if number is not None and tier.period == MEMBERSHIP:
            state[tier.slot + DUE_AT] = start_of(state, MEMBERSHIP, year + 1, place)
