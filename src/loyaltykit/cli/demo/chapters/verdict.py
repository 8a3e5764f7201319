"""Did it help? What the goals say, with their intervals, and what is not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.cli.demo.layout import folded
from loyaltykit.cli.demo.words import say
from loyaltykit.cli.output import strong
from loyaltykit.insight import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.cli.demo.facts import School


def verdict(school: School) -> Iterator[str]:
    """The lines of the chapter."""
    lang = school.lang
    if not school.goals:
        yield f"  {say(lang, 'verdict/none')}"
    for report in school.goals.values():
        found = report.comparison
        title = report.title(lang)
        if found is not None and found.difference.value is not None:
            title = f"{title}: {words.counts(found, lang)}; {words.points(found.difference, lang)}"
        yield from folded(title, school.width)
        yield from (strong(line) for line in folded(report.sentence(lang), school.width, first="    "))
    yield from folded(say(lang, "verdict/honest"), school.width)
