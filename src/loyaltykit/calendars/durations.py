"""How long, and how often: durations, periods and rates, as they are written in a program."""

from __future__ import annotations

import re
from collections.abc import Mapping

import attrs

from loyaltykit.calendars.days import DAY, PERIODS, PeriodName

_SECOND = 1_000_000
_MAX_MONTHS = 200 * 12
_MAX_MICROS = 73_050 * DAY
_MAX_TIMES = 1_000_000_000
_EXACT = {"s": _SECOND, "m": 60 * _SECOND, "h": 3_600 * _SECOND, "d": DAY}
_UNITS: dict[str, tuple[int, int]] = {
    **{unit: (0, micros) for unit, micros in _EXACT.items()},
    "second": (0, _EXACT["s"]),
    "minute": (0, _EXACT["m"]),
    "hour": (0, _EXACT["h"]),
    "day": (0, DAY),
    "week": (0, 7 * DAY),
    "month": (1, 0),
    "year": (12, 0),
}
_DURATION = re.compile(r" *([0-9]{1,12}) *([a-z]+) *")
_RATE = re.compile(r" *([0-9]{1,12}) +per +([^ ].*)")
_HOW_LONG = "write a duration as 30s, 15m, 12h, 14d, 6 weeks, 6 months or 1 year"
_HOW_OFTEN = "write a rate as 3 per week, 1 per 7 days or {times: 3, per: week}"


@attrs.frozen(slots=True)
class Duration:
    """A length of time: either calendar `months` of the member's zone or exact `micros` (a day is 24 hours), not both.

    Raises ValueError when one is negative or both are set.
    """

    months: int = 0
    micros: int = 0

    def __attrs_post_init__(self) -> None:
        if self.months < 0 or self.micros < 0 or (self.months and self.micros):
            raise ValueError("a duration is a number of months or of microseconds, not negative, not both")

    def __str__(self) -> str:
        if self.months:
            number, unit = (self.months, "month") if self.months % 12 else (self.months // 12, "year")
            return f"{number} {unit}{'s' if number > 1 else ''}"
        for unit in ("d", "h", "m", "s"):
            if self.micros % _EXACT[unit] == 0:
                return f"{self.micros // _EXACT[unit]}{unit}"
        return f"{self.micros}us"


def parse_duration(text: object) -> Duration:
    """The duration that a text means; `str` of the result is its canonical text.

    Raises ValueError with a short reason: not text, not a number and a unit, zero, or more than 200 years.
    """
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(_HOW_LONG)
    number, unit = int(match[1]), match[2]
    each = _UNITS.get(unit[:-1] if len(unit) > 2 and unit.endswith("s") else unit)
    if each is None:
        raise ValueError(f"unknown unit; {_HOW_LONG}")
    if number == 0:
        raise ValueError("a duration is longer than zero")
    months, micros = number * each[0], number * each[1]
    if months > _MAX_MONTHS or micros > _MAX_MICROS:
        raise ValueError("a duration is at most 200 years")
    return Duration(months, micros)


@attrs.frozen(slots=True)
class Period:
    """What a rate or a cap runs over: a calendar period by `name`, or a window of length `rolling`; exactly one is set.

    A rolling window that ends at t holds what happened in (t - rolling, t]. Raises ValueError when none or both are
    set.
    """

    name: PeriodName | None = None
    rolling: Duration | None = None

    def __attrs_post_init__(self) -> None:
        if (self.name is None) == (self.rolling is None):
            raise ValueError("a period has a name or a length")

    def __str__(self) -> str:
        return self.name or str(self.rolling)


def parse_period(text: object) -> Period:
    """The period that a text means: ``week`` (calendar) or ``7 days`` (rolling).

    Raises ValueError with a short reason.
    """
    bare = text.strip(" ") if isinstance(text, str) else text
    for name in PERIODS:
        if bare == name:
            return Period(name=name)
    if isinstance(bare, str) and bare[:1].isdigit():
        return Period(rolling=parse_duration(bare))
    raise ValueError(f"write a period as one of {', '.join(PERIODS)}, or as a length such as 7 days")


@attrs.frozen(slots=True)
class Rate:
    """At most `times` in each `per`. Raises ValueError unless `times` is 1 to 1,000,000,000."""

    times: int
    per: Period

    def __attrs_post_init__(self) -> None:
        if not 0 < self.times <= _MAX_TIMES:
            raise ValueError(f"the times of a rate are 1 to {_MAX_TIMES}")

    def __str__(self) -> str:
        return f"{self.times} per {self.per}"


def parse_rate(written: object) -> Rate:
    """The rate that a text (``3 per week``) or a mapping (``{times: 3, per: week}``) means.

    Raises ValueError with a short reason.
    """
    if isinstance(written, Mapping):
        times, per = written.get("times"), written.get("per")
        if set(written) != {"times", "per"} or not isinstance(times, int) or isinstance(times, bool):
            raise ValueError(_HOW_OFTEN)
        return Rate(times, parse_period(per))
    match = _RATE.fullmatch(written) if isinstance(written, str) else None
    if match is None:
        raise ValueError(_HOW_OFTEN)
    return Rate(int(match[1]), parse_period(match[2]))
