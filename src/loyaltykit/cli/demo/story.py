"""The story on the screen: five chapters, told from the store and from what arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.cli.demo.chapters.noticed import noticed
from loyaltykit.cli.demo.chapters.offered import offered
from loyaltykit.cli.demo.chapters.returned import returned
from loyaltykit.cli.demo.chapters.spared import spared
from loyaltykit.cli.demo.chapters.verdict import verdict
from loyaltykit.cli.demo.layout import folded, heading, joined
from loyaltykit.cli.demo.picks import two
from loyaltykit.cli.demo.words import CHANNELS, count, say
from loyaltykit.cli.output import strong
from loyaltykit.cli.words import figure

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from loyaltykit.cli.demo.facts import School
    from loyaltykit.cli.demo.left import Left

CHAPTERS = {"noticed": noticed, "offered": offered, "returned": returned, "spared": spared, "verdict": verdict}
"""In the order in which they are told."""


def tell(school: School, seed: int, effect: float, left: Left) -> Iterator[str]:
    """All lines, from the header to the commands to try next."""
    yield from _head(school, seed, effect)
    if not school.members:
        yield say(school.lang, "head/nobody")
        return
    for number, (name, chapter) in enumerate(CHAPTERS.items(), 1):
        yield heading(number, say(school.lang, name), school.width)
        yield from chapter(school)
    yield from _files(school, left)


def _head(school: School, seed: int, effect: float) -> Iterator[str]:
    lang = school.lang
    parts = [
        say(lang, "head/simulated", seed=seed),
        *([] if effect == 1 else [say(lang, "head/effect", effect=f"{effect:g}")]),
        count(lang, len(school.members), "student"),
        count(lang, school.days, "day"),
        say(lang, "head/until", date=school.day(school.now)),
    ]
    first, *rest = joined([say(lang, "head", school=school.document.program), *parts], school.width, first="")
    yield strong(first)
    yield from rest
    made = {"events": count(lang, school.seen.events, "event"), "letters": count(lang, len(school.letters), "letter")}
    yield say(lang, "head/done", **made, seconds=figure(lang, round(school.seconds, 1)))
    if school.seen.refused:
        yield say(lang, "head/refused", events=count(lang, school.seen.refused, "event"))
    for channel, extra in school.missing:
        yield from folded(say(lang, "head/missing", channel=CHANNELS[channel], extra=extra), school.width, first="")


def _files(school: School, left: Left) -> Iterator[str]:
    lang = school.lang
    names = ", ".join((left.program.name, left.events.name, left.store.name, f"{left.messages.name}/"))
    yield from folded(
        f"{say(lang, 'files', folder=left.folder)} {names}. {say(lang, 'files/next')}", school.width, first=""
    )
    told = two(school)
    for command in commands(left, told[0].member.id if told else school.members[0].id, school.now):
        yield f"  {command}"


def commands(left: Left, member: str, until: dt.datetime) -> list[str]:
    """What to try next."""
    return [
        f"loyaltykit test {left.program}",
        f"loyaltykit member {member} --store {left.url()} --at {until:%Y-%m-%d}",
        f"loyaltykit overlay --store {left.url()} --replay",
        f"loyaltykit goals --store {left.url()} --at {until:%Y-%m-%d}",
        f"loyaltykit run {left.program} {left.events} --store {left.url('again.db')} --until {until:%Y-%m-%d}",
    ]
