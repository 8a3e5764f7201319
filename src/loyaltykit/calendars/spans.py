"""Periods and durations laid on a zone's time: when they begin and end, as instants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.calendars.days import DAY, PeriodName, civil, first_day, number_of

if TYPE_CHECKING:
    from loyaltykit.calendars.durations import Duration
    from loyaltykit.calendars.zones import Zone


def period_bounds(period: PeriodName, instant: int, zone: Zone) -> tuple[int, int]:
    """Start and end (exclusive, the start of the next) of the local calendar period around an instant."""
    number = number_of(period, zone.local_day(instant))
    return zone.day_start(first_day(period, number)), zone.day_start(first_day(period, number + 1))


def end_of(period: PeriodName, instant: int, zone: Zone) -> int:
    """The instant at which the local calendar period around an instant ends and the next begins."""
    return zone.day_start(first_day(period, number_of(period, zone.local_day(instant)) + 1))


def missed_days(last_day: int, day: int, zone: Zone) -> int:
    """How many dates strictly between two local days existed in the zone; 0 when the days are in the wrong order."""
    missed = day - last_day - 1
    if missed <= 0:
        return 0
    return missed - sum(last_day < skipped < day for skipped in zone.skipped)


def add(instant: int, duration: Duration, zone: Zone) -> int:
    """The instant a duration later.

    Months keep the local wall time and clamp to the month's last day (31 August and 6 months: 28 February, same hour).
    A wall time that does not exist there becomes the first instant after the gap; one that comes twice, the first.
    Of two instants the later may therefore come out earlier, but never on an earlier local day.
    """
    return _shift(instant, duration.months, zone) + duration.micros


def subtract(instant: int, duration: Duration, zone: Zone) -> int:
    """The instant a duration earlier, by the rules of `add`."""
    return _shift(instant, -duration.months, zone) - duration.micros


def _shift(instant: int, months: int, zone: Zone) -> int:
    if not months:
        return instant
    day = zone.local_day(instant)
    time = max(0, instant + zone.offset(instant) - day * DAY)  # below 0: an evening that comes a second time
    year, month, day_of_month = civil(day)
    number = year * 12 + month - 1 + months
    first, following = first_day("month", number), first_day("month", number + 1)
    return zone.instant_of(min(first + day_of_month, following) * DAY - DAY + time)
