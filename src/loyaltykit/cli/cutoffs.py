"""Cut-offs as they are written on the command line: `every 14d`, `every 14d from 2026-01-15`, or moments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loyaltykit.calendars import DAY, parse_duration, zone
from loyaltykit.cli.failing import WrongUsage
from loyaltykit.cli.options import moment
from loyaltykit.cli.words import say
from loyaltykit.values import to_instant

if TYPE_CHECKING:
    from loyaltykit.churn import History
    from loyaltykit.cli.words import Lang

_EVERY = re.compile(r"every\s+(\S+)(?:\s+from\s+(\S+))?", re.IGNORECASE)


def cutoffs_of(text: str, history: History, horizon: int, lang: Lang) -> list[int]:
    """The cut-offs that a text means, rising. WrongUsage for a text that means none.

    `every` without `from` counts back, in days of the history's zone, from the last midnight whose horizon is over;
    with it forward from that moment. The first is after the first event, the last has its horizon over.
    """
    match = _EVERY.fullmatch(text.strip())
    if match is None:
        return sorted({_moment(part, history, lang) for part in text.split(",") if part.strip()})
    step, last = _days(match[1], lang), history.until - horizon
    first = int(history.known_at.min()) if len(history) else history.until
    place = zone(history.zone)
    if match[2] is not None:
        day, count = place.local_day(_moment(match[2], history, lang)), 0
        found = []
        while (at := place.day_start(day + count * step)) <= last:
            found.append(at)
            count += 1
        return [at for at in found if at > first]
    found, day = [], place.local_day(last)
    while (at := place.day_start(day)) > first:
        found.append(at)
        day -= step
    return sorted(found)


def days_of(text: str, lang: Lang) -> int:
    """A number of days or weeks as microseconds. WrongUsage for anything else."""
    return _days(text, lang) * DAY


def _days(text: str, lang: Lang) -> int:
    try:
        duration = parse_duration(text)
    except ValueError:
        raise WrongUsage(say(lang, "usage/days", name=text)) from None
    if duration.months or duration.micros % DAY or duration.micros <= 0:
        raise WrongUsage(say(lang, "usage/days", name=text))
    return duration.micros // DAY


def _moment(text: str, history: History, lang: Lang) -> int:
    return to_instant(moment(text.strip(), history.zone, lang))
