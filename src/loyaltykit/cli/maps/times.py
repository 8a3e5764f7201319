"""Times as tables write them: patterns such as ``DD.MM.YYYY hh:mm``, and ISO 8601.

A pattern has YYYY or YY, MM, DD and maybe hh, mm, ss; the rest stands for itself. Digits may lack a leading zero.
"""

from __future__ import annotations

import datetime as dt
import re

import attrs

_TOKENS = {"YYYY": "year", "YY": "short", "MM": "month", "DD": "day", "hh": "hour", "mm": "minute", "ss": "second"}
_DIGITS = {"year": r"(\d{4})", "short": r"(\d{2})"}
_TOKEN = re.compile("YYYY|YY|MM|DD|hh|mm|ss|[A-Za-z]+")
_ISO = "iso"


@attrs.frozen
class TimeFormat:
    """How a time is written. `pattern` None is ISO 8601."""

    text: str
    pattern: re.Pattern[str] | None
    parts: tuple[str, ...] = ()

    def read(self, text: str) -> dt.datetime | None:
        """The time that a text means, without an offset unless it names one; None when it is written otherwise."""
        if self.pattern is None:
            try:
                return dt.datetime.fromisoformat(text)
            except ValueError:
                return None
        match = self.pattern.fullmatch(text)
        if match is None:
            return None
        found = {part: int(digits) for part, digits in zip(self.parts, match.groups(), strict=True)}
        year = found["year"] if "year" in found else 2000 + found["short"]
        hour, minute, second = (found.get(part, 0) for part in ("hour", "minute", "second"))
        try:
            return dt.datetime(year, found["month"], found["day"], hour, minute, second)  # noqa: DTZ001  # a wall time
        except ValueError:
            return None


def time_format(text: object) -> TimeFormat | None:
    """The format that a pattern means; None when it is no pattern of a date."""
    if not isinstance(text, str) or len(text) > 40:
        return None
    if text.lower() == _ISO:
        return TimeFormat(_ISO, None)
    parts: list[str] = []
    expression, done = "", 0
    for match in _TOKEN.finditer(text):
        part = _TOKENS.get(match[0])
        if part is None or part in parts:
            return None
        parts.append(part)
        expression += re.escape(text[done : match.start()]) + _DIGITS.get(part, r"(\d{1,2})")
        done = match.end()
    year = ("year" in parts) + ("short" in parts)
    if year != 1 or not {"month", "day"} <= set(parts):
        return None
    return TimeFormat(text, re.compile(expression + re.escape(text[done:]), re.ASCII), tuple(parts))


def _formats(*patterns: str) -> tuple[TimeFormat, ...]:
    return tuple(made for pattern in patterns if (made := time_format(pattern)) is not None)


DEFAULT_TIMES = _formats("DD.MM.YYYY hh:mm", "DD.MM.YYYY hh:mm:ss", "DD.MM.YYYY", "iso")
