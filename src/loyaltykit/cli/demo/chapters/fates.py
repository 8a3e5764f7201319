"""Two students, two fates: the one with most points beside the one whose silence matters most, as the kit sees them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from loyaltykit.cli.demo.chapters.silence import examples
from loyaltykit.cli.demo.layout import folded, pair, pair_width
from loyaltykit.cli.demo.words import count, say
from loyaltykit.cli.output import clip, mark, strong
from loyaltykit.cli.words import figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.cli.demo.facts import School, Student

_LETTERS = 2


def fates(school: School) -> Iterator[str]:
    """The lines of the chapter."""
    chosen = two(school)
    room = pair_width(school.width) if len(chosen) == 2 else None
    blocks = [list(_page(school, student, room or school.width)) for student in chosen]
    if room is not None:
        yield from pair(blocks[0], blocks[1], school.width)
    else:
        for block in blocks:
            yield from block


def two(school: School) -> list[Student]:
    """The most points, and the first of the silent ones; one student when these are the same, or nobody is silent."""
    levels = school.document.levels
    point = levels.by if levels else next(iter(school.document.points), None)
    ranked = sorted(school.students, key=lambda one: (-one.view.points[point].lifetime if point else 0, one.id))
    silent = [student for student in examples(school) if student.id != ranked[0].id]
    return [ranked[0], *silent[:1]]


def _page(school: School, student: Student, width: int) -> Iterator[str]:
    """One student's view in a column."""
    yield strong(clip(f"  {student.name}, {student.city}", width))
    for title, words in _facts(school, student):
        yield from folded(f"{title}: {words}", width, first="  ", rest="    ")
    newest = {letter.message: letter for letter in sorted(student.view.inbox, key=lambda letter: letter.at)}
    letters = sorted(newest.values(), key=lambda letter: letter.at)[-_LETTERS:]
    if not letters:
        yield f"  {say(school.lang, 'fates/no-letters')}"
    for letter in letters:
        yield from folded(f"{mark('✉', '*')} {school.day(letter.at, student)} · {letter.subject}", width, first="  ")
        yield from folded(letter.text, width, first="    ")


def _facts(school: School, student: Student) -> Iterator[tuple[str, str]]:
    """The parts of the view that say something."""
    lang, view = school.lang, student.view
    levels = school.document.levels
    if levels and view.level:
        yield school.label("points", levels.by), _level(school, student, levels.by)
    for name, point in view.points.items():
        if not levels or name != levels.by:
            yield school.label("points", name), _spendable(school, student, name) if point.lifetime else figure(lang, 0)
    for name, tier in view.tiers.items():
        until = school.day(tier.until - dt.timedelta(seconds=1), student) if tier.until else None
        held = tier.name or say(lang, "fates/nothing")
        yield school.label("tiers", name), say(lang, "fates/until", what=held, date=until) if until else held
    for name, streak in view.streaks.items():
        if school.document.streaks[name].every == "day":
            best = count(lang, streak.best, "day")
            yield school.label("streaks", name), say(lang, "fates/streak", days=best, now=figure(lang, streak.length))
    badges = [f"{badge.label} ({badge.step})" if badge.step else badge.label for badge in view.badges.values()]
    done = [quest.label for quest in view.quests.values() if quest.done]
    rights = [right.label for right in view.entitlements.values()]
    for word, names in (("badges", badges), ("quests", done), ("rights", rights)):
        if names:
            yield say(lang, f"fates/{word}").capitalize(), ", ".join(names)


def _level(school: School, student: Student, point: str) -> str:
    view = student.view
    total = figure(school.lang, int(view.points[point].lifetime))
    level = f"{total}, {view.level}"
    if view.next_level is None or view.missing_to_level is None:
        return level
    missing = figure(school.lang, int(view.missing_to_level))
    return say(school.lang, "fates/next", level=level, next=view.next_level, missing=missing)


def _spendable(school: School, student: Student, point: str) -> str:
    view = student.view.points[point]
    parts = [figure(school.lang, int(view.available))]
    if view.pending:
        parts.append(say(school.lang, "rhythm/pending", number=figure(school.lang, int(view.pending))))
    if view.expiring:
        at, amount = view.expiring[0]
        expiring = {"number": figure(school.lang, int(amount)), "date": school.day(at, student)}
        parts.append(say(school.lang, "fates/expiring", **expiring))
    return ", ".join(parts)
