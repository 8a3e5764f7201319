"""The story on the screen: five chapters, told from the store alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.cli.demo.chapters.fates import fates, two
from loyaltykit.cli.demo.chapters.growth import growth
from loyaltykit.cli.demo.chapters.quests import quests
from loyaltykit.cli.demo.chapters.rhythm import rhythm
from loyaltykit.cli.demo.chapters.silence import silence
from loyaltykit.cli.demo.layout import folded, heading, joined
from loyaltykit.cli.demo.words import count, say
from loyaltykit.cli.output import strong
from loyaltykit.cli.words import figure

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from loyaltykit.cli.demo.facts import School
    from loyaltykit.cli.demo.folding import Left
    from loyaltykit.cli.feed.recording import Outcome

CHAPTERS = {"growth": growth, "rhythm": rhythm, "quests": quests, "silence": silence, "fates": fates}
"""In the order in which they are told."""


def tell(school: School, outcome: Outcome, seed: int, left: Left) -> Iterator[str]:
    """All lines, from the header to the commands to try next."""
    yield from _head(school, outcome, seed, left)
    if not school.students:
        yield say(school.lang, "head/nobody")
        return
    for number, (name, chapter) in enumerate(CHAPTERS.items(), 1):
        title = "fates/one" if name == "fates" and len(two(school)) == 1 else name
        yield heading(number, say(school.lang, title), school.width)
        yield from chapter(school)
    yield from _files(school, left)


def _head(school: School, outcome: Outcome, seed: int, left: Left) -> Iterator[str]:
    lang = school.lang
    parts = [
        say(lang, "head/simulated", seed=seed),
        count(lang, len(school.students), "student"),
        count(lang, school.days, "day"),
        say(lang, "head/until", date=school.day(school.now)),
    ]
    first, *rest = joined([say(lang, "head", school=school.document.program), *parts], school.width, first="")
    yield strong(first)
    yield from rest
    events, rate = count(lang, outcome.recorded, "event"), figure(lang, outcome.rate)
    made = {"entries": count(lang, outcome.entries, "entry"), "effects": count(lang, outcome.effects, "effect")}
    lines = [
        say(lang, "head/folded", events=events, seconds=figure(lang, round(outcome.seconds, 1)), rate=rate),
        say(lang, "head/made", **made),
    ]
    if outcome.rejected:
        refused = count(lang, outcome.rejected, "event")
        lines.append(say(lang, "head/rejected", events=refused, path=left.store.with_suffix(".quarantine.jsonl")))
    yield from joined(lines, school.width, first="")


def _files(school: School, left: Left) -> Iterator[str]:
    lang = school.lang
    names = ", ".join(path.name for path in (left.program, left.events, left.store))
    yield ""
    yield from folded(f"{say(lang, 'files', folder=left.folder)} {names}.", school.width, first="")
    yield from folded(say(lang, "files/next"), school.width, first="")
    for command in commands(left, two(school)[-1].id, school.now):
        yield f"  {command}"


def commands(left: Left, member: str, until: dt.datetime) -> list[str]:
    """What to try next."""
    return [
        f"loyaltykit test {left.program}",
        f"loyaltykit member {member} --store {left.url()} --at {until:%Y-%m-%d}",
        f"loyaltykit run {left.program} {left.events} --store {left.url('again.db')} --until {until:%Y-%m-%d}",
    ]
