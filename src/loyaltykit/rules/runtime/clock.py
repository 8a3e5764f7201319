"""A member's own time: the zone they live in, and when a condition next changes because time passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.calendars import DAY, Duration, add, civil, end_of, first_day, subtract, zone
from loyaltykit.rules.plan import ATTRIBUTES, JOINED, OFFSET, SKIPPED, ZONE_FROM, ZONE_TO
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.calendars import PeriodName, Zone

State = list[Any]
_END = 253_402_214_400_000_000
"""31 December 9999: no later instant can be written as a date."""


def zone_of(state: State, default: str) -> Zone:
    """The member's zone: the attribute `timezone`, else the program's; an unknown name counts as the program's."""
    name = state[ATTRIBUTES].get("timezone")
    if name is None:
        return zone(default)
    try:
        return zone(name)
    except ValueError:
        return zone(default)


def locate(state: State, at: int, default: str) -> None:
    """Put the span with one UTC offset around `at` into the state, so that most events find their day by adding."""
    place = zone_of(state, default)
    state[ZONE_FROM], state[ZONE_TO], state[OFFSET] = place.day_interval(at)
    if place.skipped:
        skip(state, place.skipped)


def skip(state: State, days: Iterable[int]) -> None:
    """Remember local days that the member never had."""
    state[SKIPPED] = sorted({*(state[SKIPPED] or ()), *days})


def local_day(state: State, at: int, default: str) -> int:
    """The member's local day of an instant."""
    if not state[ZONE_FROM] <= at < state[ZONE_TO]:
        locate(state, at, default)
    return int((at + state[OFFSET]) // DAY)


def later(state: State, at: int, micros: int, months: int, default: str) -> int:
    """The instant a duration later, months in the member's zone; NEVER beyond the calendar's end."""
    then = at + micros if not months else add(at, Duration(months, micros), zone_of(state, default))
    return then if then < _END else NEVER


def earlier(state: State, at: int, micros: int, months: int, default: str) -> int:
    """The instant a duration earlier, months in the member's zone."""
    return at - micros if not months else subtract(at, Duration(months, micros), zone_of(state, default))


def period_end(state: State, at: int, period: PeriodName, default: str) -> int:
    """When the member's calendar period around `at` ends."""
    return end_of(period, at, zone_of(state, default))


def missed(state: State, last: int, day: int) -> int:
    """How many dates strictly between two local days went by; those that were skipped are not missed."""
    skipped: list[int] = state[SKIPPED]
    return day - last - 1 - sum(last < one < day for one in skipped)


class Locator:
    """Puts the span with one UTC offset around an instant into a state, so that most events find their day by adding.

    Keeps the program's zone's last span: most members have no zone of their own.
    """

    __slots__ = ("_default", "_span")

    def __init__(self, default: str) -> None:
        self._default = default
        self._span = (0, 0, 0)

    def __call__(self, state: State, at: int) -> None:
        """Locate one state."""
        if "timezone" in state[ATTRIBUTES]:
            locate(state, at, self._default)
            return
        span = self._span
        if not span[0] <= at < span[1]:
            place = zone(self._default)
            if place.skipped:
                locate(state, at, self._default)
                return
            span = self._span = place.day_interval(at)
        state[ZONE_FROM], state[ZONE_TO], state[OFFSET] = span


def joined(state: State) -> int | None:
    """When the member was first seen."""
    value: int | None = state[JOINED]
    return value


def after(at: int, *instants: int | None) -> int:
    """The earliest of the instants that is later than `at`; NEVER when none is."""
    if len(instants) == 1:  # as most conditions have it
        only = instants[0]
        return only if only is not None and only > at else NEVER
    return min((instant for instant in instants if instant is not None and instant > at), default=NEVER)


def leaving(state: State, at: int, instant: int | None, micros: int, months: int, default: str) -> int:
    """When an instant leaves a window that it is in at `at`; NEVER for none.

    Months of different lengths make the end of a month come and go: until it has left for good, look again each day.
    """
    if instant is None:
        return NEVER
    end = later(state, instant, micros, months, default)
    if end > at:
        return end
    place = zone_of(state, default)
    return place.day_start(place.local_day(at) + 1)


def since_changes(last: int | None, at: int, days: tuple[int, ...]) -> int:
    """When `days_since` next becomes one of `days`; any day counts when there are none."""
    if last is None:
        return NEVER
    if not days:
        return last + ((at - last) // DAY + 1) * DAY
    return after(at, *(last + day * DAY for day in days))


def days_since(last: int | None, at: int) -> int | None:
    """Whole 24-hour days since an instant; null when it never was."""
    return None if last is None else (at - last) // DAY


def is_silent(last: int | None, state: State, at: int, micros: int, months: int, default: str) -> bool:
    """Whether the last activity is at least a duration ago; never for somebody who was never active."""
    return last is not None and later(state, last, micros, months, default) <= at


def day_of(state: State, instant: int | None, default: str) -> int | None:
    """The member's local day of any instant; null of none. It leaves the span around now alone."""
    return None if instant is None else zone_of(state, default).local_day(instant)


def anniversary(state: State, day: int | None, at: int, micros: int, months: int, default: str) -> bool | None:
    """Whether the yearly return of a date began less than a duration ago (today when there is none).

    The first return is a year after the date itself.
    """
    if day is None:
        return None
    start, end, _ = _anniversary(zone_of(state, default), day, at, Duration(months, micros))
    return start <= at < end


def anniversary_changes(state: State, day: int | None, at: int, micros: int, months: int, default: str) -> int:
    """When `anniversary` next turns true or false."""
    if day is None:
        return NEVER
    place = zone_of(state, default)
    start, end, year = _anniversary(place, day, at, Duration(months, micros))
    return after(at, start, end, place.day_start(yearly(day, year + 1)))


def _anniversary(place: Zone, day: int, at: int, span: Duration) -> tuple[int, int, int]:
    """The bounds and the year of the latest return that has begun, or else of the first."""
    today = place.local_day(at)
    year = civil(today)[0]
    if yearly(day, year) > today:
        year -= 1
    year = max(year, civil(day)[0] + 1)
    begun = yearly(day, year)
    start = place.day_start(begun)
    end = add(start, span, place) if span.months or span.micros else place.day_start(begun + 1)
    return start, end, year


def yearly(day: int, year: int) -> int:
    """A date's day number in another year; 29 February returns on 28 February."""
    _, month, number = civil(day)
    first = first_day("month", year * 12 + month - 1)
    following = first_day("month", year * 12 + month)
    return min(first + number, following) - 1
