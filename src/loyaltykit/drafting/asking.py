"""A brief in words, for models that read words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.drafting.brief import Brief

_LANGUAGES = {"ru": "Russian", "en": "English"}


def instructions(brief: Brief) -> str:
    """What to ask of a language model, as one text: what the program's author wrote, and nothing of any person."""
    return "\n".join(_lines(brief))


def _lines(brief: Brief) -> Iterator[str]:
    language = _LANGUAGES.get(brief.locale[:2], brief.locale)
    where = f" for the channel {brief.channel}" if brief.channel else ""
    yield f"Write one short message of a school to one student, in {language}{where}."
    yield f"At most {brief.at_most} characters. Plain text, no markup, no links."
    if brief.tone:
        yield f"Tone: {brief.tone}"
    if brief.notes:
        yield f"Notes: {brief.notes}"
    yield "You know nothing about the student. Use placeholders, exactly as written here, which are filled in later:"
    yield from (f"- {{{{ {fact.name} }}}} ({fact.kind})" for fact in brief.facts)
    yield 'A name that may be missing takes a default: {{ member.name | default: "…" }}'
    if brief.must_use:
        yield f"You must use: {', '.join(brief.must_use)}"
    if brief.forbid:
        yield f"Never say: {', '.join(brief.forbid)}"
    yield "Never state numbers (in figures or words), prices, discounts, dates, deadlines, links, promises or"
    yield "guarantees that the author's text does not state."
    yield "The author's text:"
    yield f"{brief.own.subject}\n{brief.own.text}" if brief.own.subject else brief.own.text
    if brief.reasons:
        yield "Your last draft was refused:"
        yield from (f"- {reason.words('en')}" for reason in brief.reasons)
    yield "Answer with the text of the message only."
