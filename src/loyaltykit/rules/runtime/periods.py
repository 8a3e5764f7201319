"""Qualification periods of ladders: those of the calendar, and years from the day a member joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.calendars import civil, first_day, number_of
from loyaltykit.rules.plan import ATTRIBUTES, JOINED, MEMBERSHIP
from loyaltykit.rules.runtime.clock import yearly, zone_of

if TYPE_CHECKING:
    from loyaltykit.calendars import Zone

State = list[Any]


def joined_on(state: State, day: int, place: Zone) -> int:
    """The local day on which the member joined: the attribute's, else the first event's; `day` before both."""
    at = state[ATTRIBUTES].get("joined", state[JOINED])
    return day if at is None else place.local_day(at)


def membership_year(state: State, day: int, default: str) -> int:
    """The calendar year in which the membership year around a local day began."""
    return _membership(joined_on(state, day, zone_of(state, default)), day)


def _membership(joined: int, day: int) -> int:
    year = civil(day)[0]
    return year if yearly(joined, year) <= day else year - 1


def number_around(state: State, period: str, day: int, place: Zone) -> int:
    """The number of the period that a local day falls in."""
    if period == MEMBERSHIP:
        return _membership(joined_on(state, day, place), day)
    return number_of(period, day)  # type: ignore[arg-type]  # the plan holds period names


def start_of(state: State, period: str, number: int, place: Zone) -> int:
    """The instant at which the period of a number begins."""
    if period == MEMBERSHIP:
        first = first_day("year", number)
        return place.day_start(yearly(joined_on(state, first, place), number))
    return place.day_start(first_day(period, number))  # type: ignore[arg-type]  # as above


def end_around(state: State, period: str, at: int, default: str) -> int:
    """When the member's period around an instant ends and the next begins."""
    place = zone_of(state, default)
    return start_of(state, period, number_around(state, period, place.local_day(at), place) + 1, place)
