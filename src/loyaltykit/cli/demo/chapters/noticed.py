"""Who was noticed, how early and why; who was rightly left alone."""

from __future__ import annotations

import datetime as dt
from statistics import median_low
from typing import TYPE_CHECKING

from loyaltykit.calendars import DAY
from loyaltykit.cli.demo.facts import FAILED, FINISHED, LEFT, LESSON, PASSED, WITHHELD, score_at
from loyaltykit.cli.demo.layout import folded
from loyaltykit.cli.demo.picks import paused, spared, two
from loyaltykit.cli.demo.words import count, percent, say
from loyaltykit.cli.words import figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.cli.demo.facts import Member, Noticed, School

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
    everybody = len({one.member.id for one in found})
    lines = [
        say(lang, "noticed/count", students=count(lang, everybody, "student"), days=count(lang, days, "day")),
        say(lang, "noticed/stock-all" if early == everybody else "noticed/stock", early=figure(lang, early)),
    ]
    yield from folded(" ".join((*lines, *_foretold(school))), school.width)
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
    said = one.reasons(lang)
    reasons = [*_score(school, one), *(said or (_rhythm(school, one),)), *_stumbled(school, one)]
    yield from folded(say(lang, "noticed/why", reasons="; ".join(reasons)), school.width, first="    ", rest="    ")
    yield from _twin(school, one)


def _foretold(school: School) -> Iterator[str]:
    """Whether the model was right about those who got nothing."""
    horizon = dt.timedelta(microseconds=school.document.churn.horizon.micros)
    alone = [one for one in school.noticed if one.arm == WITHHELD and one.at + horizon <= school.now]
    scores = [one.score for one in alone if one.score is not None]
    if not scores or not school.learned:
        return
    scored = [one for one in alone if one.score is not None]
    silent = sum(not one.member.did(after=one.at, until=one.at + horizon) for one in scored)
    yield say(
        school.lang,
        "noticed/model",
        learned=count(school.lang, school.learned, "student"),
        foretold=percent(school.lang, sum(scores) / len(scores)),
        horizon=count(school.lang, horizon.days, "day"),
        share=percent(school.lang, silent / len(scored)),
    )


def _score(school: School, one: Noticed) -> Iterator[str]:
    if one.score is not None:
        horizon = count(school.lang, school.document.churn.horizon.micros // DAY, "day")
        yield say(school.lang, "noticed/score", score=percent(school.lang, one.score), horizon=horizon)


def _twin(school: School, one: Noticed) -> Iterator[str]:
    """Somebody who was silent just as long that morning, and whom the model gave much less."""
    others = ((other, score_at(other, one.at)) for other in school.members if other.silence(one.at).days == one.days)
    scored = [(score, other.id, other) for other, score in others if score is not None]
    if one.score is None or not scored:
        return
    score, _, other = min(scored, key=lambda found: found[:2])
    if score < one.score / 2:
        before = figure(school.lang, _a_week(school, other, one.at))
        words = say(school.lang, "noticed/twin", name=other.name, before=before, score=percent(school.lang, score))
        yield from folded(words, school.width, first="    ", rest="    ")


def _rhythm(school: School, one: Noticed) -> str:
    before = figure(school.lang, _a_week(school, one.member, one.at))
    return say(school.lang, "noticed/rhythm", before=before, days=count(school.lang, one.days, "day"))


def _a_week(school: School, member: Member, at: dt.datetime) -> float:
    """Days with study a week, in the four weeks before the silence or since they came."""
    did = member.did(until=at)
    last = did[-1].at
    since = max(last - _FOUR_WEEKS, did[0].at)
    days = {school.local(event.at, member).date() for event in did if event.at >= since}
    return len(days) / max(1.0, (last - since) / dt.timedelta(weeks=1))


def _stumbled(school: School, one: Noticed) -> Iterator[str]:
    """The quiz that they failed last, if they have not passed it since."""
    tried = [event for event in one.member.did(FAILED, PASSED, until=one.at) if event.data.get("course") == one.course]
    if tried and tried[-1].type == FAILED:
        quiz = str(tried[-1].data.get("quiz"))
        times = sum(event.type == FAILED and event.data.get("quiz") == quiz for event in tried)
        yield say(school.lang, "noticed/quiz", quiz=quiz, times=count(school.lang, times, "time"))
