"""Two students, two different gifts on two channels, in the words that really arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.cli.demo.layout import folded, pair, pair_width
from loyaltykit.cli.demo.picks import two
from loyaltykit.cli.demo.words import CHANNELS, quoted, say
from loyaltykit.cli.output import clip, good, mark, strong, tame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.cli.demo.facts import School
    from loyaltykit.cli.demo.picks import Told


def offered(school: School) -> Iterator[str]:
    """The lines of the chapter."""
    blocks = two(school)
    if not blocks:
        yield f"  {say(school.lang, 'offered/none')}"
        return
    each = pair_width(school.width) if len(blocks) > 1 else None
    told = [list(_letter(school, one, each or school.width)) for one in blocks]
    if each is None:
        for lines in told:
            yield from lines
    else:
        yield from pair(told[0], told[1], school.width)


def _letter(school: School, one: Told, width: int) -> Iterator[str]:
    lang, letter = school.lang, one.letter
    moment = school.moment(letter.at, one.member)
    channel = CHANNELS[letter.channel]
    yield clip(f"  {say(lang, 'offered/to', name=one.member.name, channel=channel, moment=moment)}", width)
    if letter.subject:
        yield from (strong(line) for line in folded(tame(letter.subject), width))
    yield from folded(tame(" ".join(letter.text.split())), width)
    if letter.buttons:
        yield from folded(" ".join(f"[{tame(label)}]" for label in letter.buttons), width)
    yield from (good(line) for line in folded(_taken(school, one), width, first=f"  {mark('→', '>')} ", rest="    "))


def _taken(school: School, one: Told) -> str:
    if one.taken is None:
        return say(school.lang, "offered/not-taken")
    several = len(one.letter.buttons) > 1 or not one.stuck
    option = ", ".join(_labels(school, one))
    return say(school.lang, "offered/picked" if several else "offered/took", option=option)


def _labels(school: School, one: Told) -> Iterator[str]:
    """What the option gives, by its labels."""
    offers = [effect for effect in one.member.effects if effect.kind == "offer"]
    materials = next((effect.data["materials"] for effect in offers if effect.data.get("materials")), ())
    option = "" if one.taken is None else str(one.taken.data.get("option"))
    for part in option.split("+"):
        for name in materials if part == "materials" else (part,):
            section = "rewards" if name in school.document.rewards else "materials"
            yield (
                quoted(school.lang, school.label(section, name))
                if section == "materials"
                else school.label(section, name)
            )
