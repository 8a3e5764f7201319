"""Calendars, told by looking at one day after the other. Nothing here is the library's."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo


@cache
def place(zone: str) -> ZoneInfo:
    """A zone of the pinned rules; the machine's own may be older."""
    with resources.files("tzdata").joinpath(f"zoneinfo/{zone}").open("rb") as file:
        return ZoneInfo.from_file(file, key=zone)


def instant(wall: dt.datetime, zone: str) -> dt.datetime:
    """When a wall clock shows that, or jumps over it."""
    return wall.replace(tzinfo=place(zone)).astimezone(dt.UTC)


def wall(at: dt.datetime, zone: str) -> dt.datetime:
    """What the clock on the wall shows."""
    return at.astimezone(place(zone)).replace(tzinfo=None, fold=0)


def next_start(period: str, day: dt.date) -> dt.datetime:
    """The midnight at which the period after a day's begins."""
    begin = day + dt.timedelta(days=1)
    while not begins(period, begin):
        begin += dt.timedelta(days=1)
    return dt.datetime.combine(begin, dt.time())


def begins(period: str, day: dt.date) -> bool:
    """Whether a period begins on a day."""
    if period in ("day", "week"):
        return period == "day" or day.weekday() == 0
    return day.day == 1 and (day.month - 1) % {"month": 1, "quarter": 3, "half": 6, "year": 12}[period] == 0


def together(one: dt.datetime, now: dt.datetime, per: str, zone: str) -> bool:
    """Whether something of an earlier instant is in the same period as now, or within so many days."""
    if per.endswith(" days"):
        return now - dt.timedelta(days=int(per.removesuffix(" days"))) < one <= now
    day, today = wall(one, zone).date(), wall(now, zone).date()
    return next_start(per, day) == next_start(per, today)
