"""Day numbers and the numbers of the periods that they fall in: pure arithmetic, no time zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

DAY = 86_400_000_000
"""Microseconds of 24 hours."""

PeriodName = Literal["day", "week", "month", "quarter", "half", "year"]
PERIODS: tuple[PeriodName, ...] = ("day", "week", "month", "quarter", "half", "year")

_ORDINAL_OF_EPOCH = 719_163
_CACHED_DAYS = 1 << 15
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def civil(day: int) -> tuple[int, int, int]:
    """Year, month and day of month of a day number (any integer).

    Source: Howard Hinnant, chrono-Compatible Low-Level Date Algorithms, `civil_from_days`.
    """
    era, in_era = divmod(day + 719_468, 146_097)
    in_year = (in_era - in_era // 1_460 + in_era // 36_524 - in_era // 146_096) // 365
    day_of_year = in_era - (365 * in_year + in_year // 4 - in_year // 100)
    from_march = (5 * day_of_year + 2) // 153
    month = from_march + 3 if from_march < 10 else from_march - 9
    return in_year + era * 400 + (month <= 2), month, day_of_year - (153 * from_march + 2) // 5 + 1


def day_number(date: dt.date) -> int:
    """Days from 1970-01-01 to a date."""
    return date.toordinal() - _ORDINAL_OF_EPOCH


def week_of(day: int) -> int:
    """The number of the ISO week (Monday to Sunday) of a day; consecutive weeks have consecutive numbers."""
    return (day + 3) // 7


class _Months(dict[int, int]):
    """Day number to month number, filled when asked; forgets everything when it grows large."""

    def __missing__(self, day: int) -> int:
        if len(self) >= _CACHED_DAYS:
            self.clear()
        year, month, _ = civil(day)
        number = self[day] = year * 12 + month - 1
        return number


MONTH: dict[int, int] = _Months()
"""``MONTH[day]`` is `month_of(day)`; a quarter is ``MONTH[day] // 3``, a half ``// 6``, a year ``// 12``."""


def month_of(day: int) -> int:
    """The number of the month of a day: year * 12 + month - 1."""
    return MONTH[day]


def quarter_of(day: int) -> int:
    """The number of the quarter of a day: year * 4 + 0 to 3."""
    return MONTH[day] // 3


def half_of(day: int) -> int:
    """The number of the half-year of a day: year * 2 + 0 or 1."""
    return MONTH[day] // 6


def year_of(day: int) -> int:
    """The year of a day."""
    return MONTH[day] // 12


def _same(day: int) -> int:
    return day


_NUMBER: dict[str, Callable[[int], int]] = {
    "day": _same,
    "week": week_of,
    "month": month_of,
    "quarter": quarter_of,
    "half": half_of,
    "year": year_of,
}


def number_of(period: PeriodName, day: int) -> int:
    """The number of the period of that name that a day falls in; for ``day`` the day number itself."""
    return _NUMBER[period](day)


def first_day(period: PeriodName, number: int) -> int:
    """The first day number of a period: the inverse of `number_of`."""
    if period == "day":
        return number
    if period == "week":
        return number * 7 - 3
    year, month = divmod(number * _MONTHS[period], 12)
    era, in_era = divmod(year - (month < 2), 400)  # years are counted from March, so that the leap day comes last
    day_of_year = (153 * ((month + 10) % 12) + 2) // 5
    return era * 146_097 + in_era * 365 + in_era // 4 - in_era // 100 + day_of_year - 719_468
