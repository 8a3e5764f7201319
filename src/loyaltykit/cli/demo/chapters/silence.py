"""Who fell silent: how long and where on the course, who comes back unaided, and three of them by name."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from loyaltykit.cli.demo.facts import HALFWAY, HALFWAY_SILENT, SILENT
from loyaltykit.cli.demo.layout import folded, joined, table
from loyaltykit.cli.demo.rates import RETURNING, WITHIN
from loyaltykit.cli.demo.words import count, percent, quoted, say
from loyaltykit.cli.output import faint
from loyaltykit.cli.words import figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.cli.demo.facts import School, Student

_FIRST = 44
_SHOWN = 3
_LETTER = 14  # days after which the program writes


def silence(school: School) -> Iterator[str]:
    """The lines of the chapter."""
    silent = school.within(SILENT)
    if silent:
        yield from _now(school, silent)
    else:
        yield f"  {say(school.lang, 'silence/none')}"
    if HALFWAY in school.document.segments:
        yield from _returned(school)
    told = examples(school)
    for student in told[1 : 1 + _SHOWN] or told:  # the first has a page in the next chapter
        yield from _where(school, student)


def examples(school: School) -> list[Student]:
    """The silent students who matter most: those of the second half first, the longest silent first."""
    silent, urgent = school.within(SILENT), school.within(HALFWAY_SILENT)
    found = [student for student in school.students if student.id in silent | urgent]
    found.sort(key=lambda one: (one.id not in urgent, -one.silent_days(school.now), one.id))
    return found


def _now(school: School, silent: frozenset[str]) -> Iterator[str]:
    """Silent members by how long, before and after the half of the course."""
    halfway, bounds = school.within(HALFWAY), list(RETURNING)
    found: Counter[tuple[bool, int]] = Counter()
    for student in school.students:
        if student.id in silent:
            days = student.silent_days(school.now)
            found[student.id in halfway, max((one for one in bounds if one <= days), default=bounds[0])] += 1
    spans = [f"{low}–{high - 1}" for low, high in pairwise(bounds)] + [f"{bounds[-1]}+"]
    rows = [[say(school.lang, "silence/now"), *spans, say(school.lang, "silence/total")]]
    for half, word in ((False, "first"), (True, "second")):
        numbers = [found[half, bound] for bound in bounds]
        rows.append([f"  {say(school.lang, f'silence/{word}')}", *map(str, numbers), str(sum(numbers))])
    yield from table(rows, first=_FIRST, width=school.width)


def _returned(school: School) -> Iterator[str]:
    """Of all silences in the second half that are old enough to know: the share that ended, against OULAD's."""
    days = count(school.lang, WITHIN, "day")
    cases, back = _silences(school)
    known = [bound for bound in RETURNING if cases[bound]]
    if not known:
        yield from folded(say(school.lang, "silence/unknown", days=days), school.width)
        return
    heads = [say(school.lang, "silence/back"), *map(str, RETURNING)]
    shares = [percent(school.lang, back[one] / cases[one]) if cases[one] else "–" for one in RETURNING]
    counts = [figure(school.lang, cases[one]) for one in RETURNING]
    published = [percent(school.lang, share) for share in RETURNING.values()]
    words = (say(school.lang, f"silence/{word}", days=days) for word in ("returned", "cases", "published"))
    rows = [heads] + [[f"  {title}", *cells] for title, cells in zip(words, (shares, counts, published), strict=True)]
    yield from table(rows, first=_FIRST, width=school.width)
    first = next((one for one in known if one >= _LETTER), known[-1])
    facts = {"days": count(school.lang, first, "day"), "cases": count(school.lang, cases[first], "case")}
    note = say(school.lang, "silence/unaided", back=figure(school.lang, back[first]), **facts)
    yield from map(faint, folded(note, school.width))


def _silences(school: School) -> tuple[Counter[int], Counter[int]]:
    """By length so far: how many silences of the second half were followed long enough, and how many ended in time."""
    cases: Counter[int] = Counter()
    back: Counter[int] = Counter()
    shortest = dt.timedelta(days=min(RETURNING))
    for student in school.students:
        for before, after in student.gaps(shortest):
            if before.at + shortest + dt.timedelta(days=WITHIN) > school.now:
                continue
            if HALFWAY not in school.kit.member(student.id, at=before.at + shortest, timeline=0).segments:
                continue
            for days in RETURNING:
                reached = before.at + dt.timedelta(days=days)
                until = reached + dt.timedelta(days=WITHIN)
                if until <= school.now and (after is None or after.at >= reached):
                    cases[days] += 1
                    back[days] += after is not None and after.at < until
    return cases, back


def _where(school: School, student: Student) -> Iterator[str]:
    lang, last = school.lang, school.last_lesson(student)
    facts = {"name": student.name, "city": student.city, "days": count(lang, student.silent_days(school.now), "day")}
    progress = last.get("progress")
    if isinstance(progress, int | float):
        facts |= {
            "lesson": str(last.get("lesson")),
            "course": str(last.get("course")),
            "percent": percent(lang, progress),
        }
        yield from folded(say(lang, "silence/where", **facts), school.width)
    else:
        yield from folded(say(lang, "silence/nowhere", **facts), school.width)
    yield from joined(_sent(school, student), school.width, first="      ")


def _sent(school: School, student: Student) -> Iterator[str]:
    """What the school has written since, and what is open to them."""
    lang, view = school.lang, student.view
    since = student.active[-1].at if student.active else dt.datetime.min.replace(tzinfo=dt.UTC)
    letters = sorted((letter for letter in view.inbox if letter.at > since), key=lambda letter: letter.at)
    subjects = ", ".join(quoted(lang, letter.subject) for letter in letters)
    yield say(lang, "silence/sent", subjects=subjects) if subjects else say(lang, "silence/not-sent")
    if view.entitlements:
        rights = ", ".join(school.label("rewards", name).lower() for name in view.entitlements)
        yield say(lang, "silence/rights", rights=rights)
