"""The rhythm: streaks, the tiers of the period with what they bring, and what became of spendable points."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from loyaltykit.cli.demo.layout import fill, joined
from loyaltykit.cli.demo.words import count, say
from loyaltykit.cli.words import figure
from loyaltykit.rules.view import label_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.cli.demo.facts import School
    from loyaltykit.program.document import Benefit, Streak, Tier

_TITLE = 20


def rhythm(school: School) -> Iterator[str]:
    """The lines of the chapter."""
    for name, streak in school.document.streaks.items():
        if streak.every == "day":
            yield from _part(school, "streaks", name, _streak(school, name, streak))
    for name, tier in school.document.tiers.items():
        yield from _part(school, "tiers", name, _tier(school, name, tier))
    for name, point in school.document.points.items():
        if point.spendable or point.expires:
            yield from _part(school, "points", name, _balances(school, name))


def _part(school: School, section: str, name: str, parts: Iterator[str]) -> list[str]:
    return joined(parts, school.width, first=f"  {fill(school.label(section, name), _TITLE)} ")


def _streak(school: School, name: str, streak: Streak) -> Iterator[str]:
    views = {student: student.view.streaks[name] for student in school.students}
    best = max(school.students, key=lambda student: (views[student].best, student.id))
    if views[best].best < 2:
        yield say(school.lang, "rhythm/none")
        return
    record = count(school.lang, views[best].best, "day")
    yield say(school.lang, "rhythm/record", days=record, name=best.name)
    for length in sorted(streak.milestones):
        reached = sum(view.best >= length for view in views.values())
        if reached:
            students = figure(school.lang, reached)
            yield say(school.lang, "rhythm/reached", length=count(school.lang, length, "day"), students=students)
    now = sum(view.length >= 2 for view in views.values())
    yield say(school.lang, "rhythm/now", students=figure(school.lang, now))


def _tier(school: School, name: str, tier: Tier) -> Iterator[str]:
    reached = Counter(student.view.tiers[name].name for student in school.students)
    for step in reversed(tier.steps):
        yield f"{step} {figure(school.lang, reached[step])}"
    if reached[None]:
        yield say(school.lang, "rhythm/no-step", number=figure(school.lang, reached[None]))
    for step, benefit in reversed(tier.benefits.items()):
        yield say(school.lang, "rhythm/benefit", step=step, what=", ".join(_brings(school, benefit)))


def _brings(school: School, benefit: Benefit) -> Iterator[str]:
    for point, factor in benefit.multiply.items():
        label = school.label("points", point).lower()
        written = f"{factor:g}".replace(".", "," if school.lang == "ru" else ".")
        yield say(school.lang, "rhythm/multiplies", point=label, factor=written)
    for reward in benefit.grant:
        yield label_of(school.document.rewards[reward].label, school.lang, reward).lower()


def _balances(school: School, point: str) -> Iterator[str]:
    """Where all that was earned is now. Nothing is spent here: what is neither ripe nor available has expired."""
    views = [student.view.points[point] for student in school.students]
    expired = -sum(item.amount or 0 for student in school.students for item in student.items("expiry", point))
    amounts = {
        "earned": sum(view.lifetime for view in views),
        "available": sum(view.available for view in views),
        "pending": sum(view.pending for view in views),
        "expired": expired,
    }
    for word, amount in amounts.items():
        yield say(school.lang, f"rhythm/{word}", number=figure(school.lang, int(amount)))
