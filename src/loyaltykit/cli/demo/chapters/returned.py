"""One student's way back: the quest, the badge, a real move in the queue, a session with its date."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from loyaltykit.cli.demo.facts import COMEBACK, LESSON, PERSISTENT, SEAT, SESSION
from loyaltykit.cli.demo.layout import fill, folded
from loyaltykit.cli.demo.picks import granted, two
from loyaltykit.cli.demo.words import clock, count, say, weekday
from loyaltykit.cli.output import good, mark
from loyaltykit.cli.words import figure
from loyaltykit.values import from_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.cli.demo.facts import School
    from loyaltykit.cli.demo.picks import Told

_DATE, _STEPS = 14, 6


def returned(school: School) -> Iterator[str]:
    """The lines of the chapter."""
    blocks = two(school)[:1]
    if not blocks or blocks[0].returned is None:
        yield f"  {say(school.lang, 'returned/none')}"
        return
    for at, words in sorted(_way(school, blocks[0]), key=lambda one: one[0]):
        first = f"  {fill(school.day(at, blocks[0].member), _DATE)}"
        yield from folded(words, school.width, first=first, rest=" " * len(first))
    yield from _everybody(school)


def _way(school: School, told: Told) -> Iterator[tuple[dt.datetime, str]]:
    """What happened when, in words."""
    lang, member, back = school.lang, told.member, told.returned
    if back is not None:
        lesson = member.did(LESSON, after=told.letter.at)[0].data.get("lesson", "")
        hours = count(lang, max(1, round((back - told.letter.at) / dt.timedelta(hours=1))), "hour")
        yield back, say(lang, "returned/lesson", name=member.first_name, lesson=lesson, hours=hours)
    yield from _reviews(school, told)
    badge = member.view.badges.get(PERSISTENT)
    if badge is not None:
        yield badge.at, " ".join(_quest(school, told))
    if told.move is not None:
        places = {"before": told.move.before, "after": told.move.after, "all": told.move.of}
        yield told.move.at, say(lang, "returned/queue", reward=school.label("rewards", SEAT), **places)
    if told.seated is not None:
        yield told.seated, say(lang, "returned/seat", reward=school.label("rewards", SEAT), name=member.first_name)
    given = granted(member, SESSION)
    session = None if given is None else school.kit.member(member.id, at=given).entitlements.get(SESSION)
    if given is not None and session is not None and session.at is not None:
        local = school.local(session.at, member)
        when = {"day": weekday(lang, local.date()), "time": clock(local)}
        yield given, say(lang, "returned/session", session=school.label("rewards", SESSION), **when)


def _quest(school: School, told: Told) -> Iterator[str]:
    """The quest as far as it was done, and the badge for it."""
    lang, quest = school.lang, told.member.view.quests.get(COMEBACK)
    badge = say(lang, "returned/badge", badge=school.label("badges", PERSISTENT))
    if quest is not None:
        done, most = sum(step.reached for step in quest.steps), sum(step.needed for step in quest.steps)
        done = most if quest.done else done
        line = mark("█", "#") * round(_STEPS * done / most) if most else ""
        numbers = {"done": figure(lang, int(done)), "all": figure(lang, int(most))}
        yield say(lang, "returned/quest", quest=school.label("quests", COMEBACK), bar=line, **numbers)
        yield mark("→", ">")
    yield badge


def _reviews(school: School, told: Told) -> Iterator[tuple[dt.datetime, str]]:
    """What staff did for them."""
    for effect in told.member.effects:
        if effect.kind == "task" and effect.data.get("state") == "done":
            staff = school.document.staff.get(str(effect.data.get("by")))
            by = (staff.name if staff else None) or str(effect.data.get("by"))
            role = school.label("staff", str(effect.data.get("by")))
            words = say(school.lang, "returned/review", by=by, role=role, note=effect.data.get("note", ""))
            yield from_instant(effect.at), words


def _everybody(school: School) -> Iterator[str]:
    lang = school.lang
    badges = sum(PERSISTENT in member.view.badges for member in school.members)
    numbers = {
        "badges": count(lang, badges, "of student"),
        "moved": figure(lang, len({move.member for move in school.seen.moves})),
        "session": figure(lang, sum(granted(member, SESSION) is not None for member in school.members)),
    }
    text = say(lang, "returned/all", badge=school.label("badges", PERSISTENT), **numbers)
    yield from (good(line) for line in folded(text, school.width))
    got = [member for member in school.members if member.got("waiting", SEAT, "got")]
    if got:
        first = sum(PERSISTENT in member.view.badges for member in got)
        seats = {"seats": figure(lang, len(got)), "first": figure(lang, first), "reward": school.label("rewards", SEAT)}
        yield from (good(line) for line in folded(say(lang, "returned/seats", **seats), school.width))
