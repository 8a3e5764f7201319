"""Cells of such lists: moments in the ways of several countries, and how long, in words or figures."""

from __future__ import annotations

import datetime as dt
import re

_DAY = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{2,4})")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s*([ap])?\.?(?:m\b\.?)?", re.IGNORECASE)
_LONG = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-zа-я]+)\.?", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_UNITS = {"h": 60.0, "ч": 60.0, "m": 1.0, "м": 1.0, "s": 1 / 60, "с": 1 / 60, "d": 1440.0, "д": 1440.0}
_OFFSET = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$")


def moment(text: str, *, day_first: bool, day: dt.date | None) -> dt.datetime | None:
    """The wall time (or the moment, with an offset) that a cell means; None when it means none.

    `day_first` says how 03/04/2026 is meant; `day` is that of a clock time alone.
    """
    text = text.replace("\u202f", " ").replace("\u00a0", " ").strip()
    if _OFFSET.search(text) or "T" in text:
        try:
            return dt.datetime.fromisoformat(text)
        except ValueError:
            return None
    written = _DAY.search(text)
    clock = _CLOCK.search(text)
    if clock is None:
        return None
    if written is not None:
        date = _date(written, day_first=day_first)
    elif re.search(r"\d{3,}|[a-zа-я]{3,}", text, re.IGNORECASE):
        return None
    else:
        date = day
    hour, minute, second, half = int(clock[1]), int(clock[2]), int(clock[3] or 0), (clock[4] or "").lower()
    if half and hour <= 12:  # a clock of 24 hours may say PM, too
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return None if date is None else dt.datetime.combine(date, dt.time(hour, minute, second))
    except ValueError:
        return None


def _date(written: re.Match[str], *, day_first: bool) -> dt.date | None:
    first, mark, second, third = written.groups()
    if len(first) == 4:
        parts = (int(first), int(second), int(third))
    else:
        year = int(third) + (2000 if len(third) == 2 else 0)
        early, late = int(first), int(second)
        days_first = mark == "." or early > 12 or (day_first and late <= 12)
        parts = (year, late, early) if days_first else (year, early, late)
    try:
        return dt.date(*parts)
    except ValueError:
        return None


def tells_order(texts: list[str]) -> bool | None:
    """Whether dates with strokes begin with the day, as far as some day is over 12; None when none is."""
    found = [match for text in texts if (match := _DAY.search(text)) is not None and match[2] == "/"]
    if any(int(match[1]) > 12 for match in found if len(match[1]) < 4):
        return True
    return False if any(int(match[3]) > 12 for match in found) else None


def minutes(text: str) -> float | None:
    """How many minutes a cell means: ``57``, ``1h 2m 3s``, ``1 ч 2 мин``, ``01:02:03``; None when it means none."""
    text = text.replace("\u00a0", " ").strip().casefold()
    if _NUMBER.fullmatch(text):
        return float(text.replace(",", "."))
    parts = text.split(":")
    if len(parts) in (2, 3) and all(part.strip().isdigit() for part in parts):
        hours, mins, secs = (int(part) for part in (*parts, "0")[:3])
        return hours * 60 + mins + secs / 60
    found = _LONG.findall(text)
    if not found or any(unit[0] not in _UNITS for _, unit in found):
        return None
    return sum(float(number.replace(",", ".")) * _UNITS[unit[0]] for number, unit in found)
