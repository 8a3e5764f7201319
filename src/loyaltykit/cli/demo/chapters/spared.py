"""Whom the school did not bother, and why."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

from loyaltykit.cli.demo.facts import COMEBACK, FINISHED, WITHHELD
from loyaltykit.cli.demo.layout import folded
from loyaltykit.cli.demo.picks import paused, two
from loyaltykit.cli.demo.picks import spared as left_alone
from loyaltykit.cli.demo.words import count, date, known, say, why
from loyaltykit.cli.words import figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.cli.demo.facts import Member, School
    from loyaltykit.cli.words import Lang
    from loyaltykit.rules.reasons import Reason

_NOT_SENT = {
    "no-consent": "spared/no-consent",
    "exited": "spared/exited",
    "answered": "spared/answered",
    "no-address": "spared/no-address",
    "cap": "spared/capped",
    "quiet-hours": "spared/quiet",
    "stale": "spared/stale",
}


def spared(school: School) -> Iterator[str]:
    """The lines of the chapter."""
    lang = school.lang
    reasons, unsent = list(_waited(school)), ", ".join(_not_sent(school))
    if unsent:
        reasons.append(say(lang, "spared/not-sent", reasons=unsent))
    if reasons:
        yield from folded(say(lang, "spared/waited", reasons="; ".join(reasons)), school.width)
    withheld = len({one.member.id for one in school.noticed if one.arm == WITHHELD})
    yield from folded(say(lang, "spared/withheld", students=count(lang, withheld, "student")), school.width)
    finished = min(left_alone(school, FINISHED), key=lambda one: one[1], default=None)
    resting = _resting(school)
    if resting is not None:
        member, reason = resting
        since = school.day(member.did()[-1].at, member)
        yield from folded(say(lang, "spared/why-not", name=member.name, date=since, why=reason), school.width)
    if finished is not None:
        member, done = finished
        text = say(lang, "spared/finished", name=member.name, date=school.day(done, member))
        yield from folded(text, school.width)


def _waited(school: School) -> Iterator[str]:
    waited = Counter(school.seen.deferred.values())
    for code in ("quiet-hours", "cap"):
        if waited[code]:
            yield say(school.lang, f"spared/{code}", number=figure(school.lang, waited[code]))


def _not_sent(school: School) -> Iterator[str]:
    found = Counter(one.reason or "?" for one in school.deliveries if one.status in ("suppressed", "dead"))
    for code, number in found.most_common():
        yield say(school.lang, _NOT_SENT.get(code, "spared/other"), number=figure(school.lang, number), code=code)


def _resting(school: School) -> tuple[Member, str] | None:
    """Somebody on a pause whom the campaign left alone, and why; best of all for a reason that there are words for."""
    if COMEBACK not in school.document.campaigns:
        return None
    told = {one.member.first_name for one in two(school)}
    resting = sorted(paused(school), key=lambda one: (one.first_name not in told, _until(one), one.id), reverse=True)
    found = ((member, failed) for member in resting if (failed := _failed(school, member)) is not None)
    first = best = next(found, None)
    while best is not None and not known(best[1].condition):
        best = next(found, None)
    kept = best or first
    return None if kept is None else (kept[0], _in_words(school.lang, kept[1]))


def _until(member: Member) -> str:
    return str(member.view.attributes.get("paused_until"))


def _failed(school: School, member: Member) -> Reason | None:
    """The first condition that kept the campaign from beginning, for the course that they were at last."""
    reasons = school.kit.explain(member.id, campaign=COMEBACK, lang=school.lang).reasons
    return reasons[-1] if reasons and reasons[-1].code == "reason/condition" else None


def _in_words(lang: Lang, reason: Reason) -> str:
    *about, (_, value) = reason.values or (("", None),)
    course = next((say(lang, "why/course", course=one) for name, one in about if name.startswith("event.")), "")
    return why(lang, reason.condition, _dated(lang, str(value).strip("'"))) + course


def _dated(lang: Lang, value: str) -> str:
    """A value as people write it: a date in words."""
    try:
        return date(lang, dt.date.fromisoformat(value), year=True)
    except ValueError:
        return value
