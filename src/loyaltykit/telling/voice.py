"""Sentences about ideas: what students may propose, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.telling.teller import Sentence, Teller


def ideas(teller: Teller) -> Iterator[Sentence]:
    """Who may propose what, who looks at it, how votes count, and what it brings."""
    found, speech = teller.document.ideas, teller.speech
    if found is None:
        return
    parts = [speech.say("ideas/by-hand" if found.opens == "by hand" else "ideas/at-once")]
    for name, given in found.given.items():
        gifts = teller.gifts(given, f"ideas.{name}")
        if gifts:
            parts.append(speech.say(f"ideas/{name}", gifts=gifts))
    parts.append(speech.say("ideas/told"))
    if found.weight is not None:
        parts.append(speech.say("ideas/weight"))
    rate, most = speech.rate(found.limit), speech.number(found.longest)
    yield teller.sentence("ideas", "", "ideas", rate=rate, most=most, parts=" ".join(parts))
