"""Who was noticed, how early and why; who was rightly left alone."""

from __future__ import annotations

import datetime as dt
from statistics import median_low
from typing import TYPE_CHECKING

from loyaltykit.cli.demo.facts import FAILED, FINISHED, LEFT, LESSON, PASSED
from loyaltykit.cli.demo.layout import folded
from loyaltykit.cli.demo.picks import paused, spared, two
from loyaltykit.cli.demo.words import count, percent, say
from loyaltykit.cli.words import figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.cli.demo.facts import Noticed, School

STOCK = 14
"""Days of the usual rule."""
_FOUR_WEEKS = dt.timedelta(weeks=4)


def noticed(school: School) -> Iterator[str]:
    """The lines of the chapter."""
    lang, found = school.lang, school.noticed
    if not found:
        yield f"  {say(lang, 'noticed/none')}"
        return
    days = median_low(one.days for one in found)
    early = len({one.member.id for one in found if one.days < STOCK})
    students = count(lang, len({one.member.id for one in found}), "student")
    lines = [
        say(lang, "noticed/count", students=students, days=count(lang, days, "day")),
        say(lang, "noticed/stock", early=figure(lang, early)),
    ]
    yield from folded(" ".join(lines), school.width)
    for told in two(school)[:1]:
        yield from _why(school, told.noticed)
    alone = {
        "finished": sum(1 for _ in spared(school, FINISHED)),
        "paused": sum(1 for _ in paused(school)),
        "left": sum(1 for _ in spared(school, LEFT)),
    }
    numbers = {name: figure(lang, number) for name, number in alone.items()}
    yield from folded(say(lang, "noticed/spared", **numbers), school.width)


def _why(school: School, one: Noticed) -> Iterator[str]:
    """Where somebody is, and what their own rhythm was."""
    lang, member = school.lang, one.member
    lessons = [event for event in member.did(LESSON, until=one.at) if event.data.get("course") == one.course]
    progress = float(lessons[-1].data.get("progress", 0)) if lessons else 0.0
    place = {"course": one.course, "percent": percent(lang, progress)}
    yield f"  {say(lang, 'noticed/who', name=member.name, city=member.city, **place)}"
    reasons = [_rhythm(school, one), *_stumbled(school, one)]
    yield from folded(say(lang, "noticed/why", reasons="; ".join(reasons)), school.width, first="    ", rest="    ")


def _rhythm(school: School, one: Noticed) -> str:
    """Days with study a week, in the four weeks before the silence or since they came."""
    member, did = one.member, one.member.did(until=one.at)
    last = did[-1].at
    since = max(last - _FOUR_WEEKS, did[0].at)
    days = {school.local(event.at, member).date() for event in did if event.at >= since}
    before = len(days) / max(1.0, (last - since) / dt.timedelta(weeks=1))
    return say(
        school.lang, "noticed/rhythm", before=figure(school.lang, before), days=count(school.lang, one.days, "day")
    )


def _stumbled(school: School, one: Noticed) -> Iterator[str]:
    """The quiz that they failed last, if they have not passed it since."""
    tried = [event for event in one.member.did(FAILED, PASSED, until=one.at) if event.data.get("course") == one.course]
    if tried and tried[-1].type == FAILED:
        quiz = str(tried[-1].data.get("quiz"))
        times = sum(event.type == FAILED and event.data.get("quiz") == quiz for event in tried)
        yield say(school.lang, "noticed/quiz", quiz=quiz, times=count(school.lang, times, "time"))
