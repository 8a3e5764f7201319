"""Why a draft is not taken: everything that it says of its own accord."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loyaltykit.drafting.brief import Draft, Refusal
from loyaltykit.drafting.folding import PLACEHOLDER, clean, fold, line, tokens
from loyaltykit.drafting.inventions import inventions
from loyaltykit.problems import echo
from loyaltykit.templates import MAX_TEMPLATE, Piece, Template, check_template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.drafting.brief import Brief


FILTERS = ("capitalize", "date", "default", "downcase", "number", "plural")
"""The filters that a draft may use. None of them makes one fact into another."""
LANGUAGES = ("ru", "en")
"""The languages whose numbers, prices, promises and dates in words are known here."""
_LONGEST_SUBJECT = 200
_INSIDE = re.compile(rf"(?<=\w){PLACEHOLDER}+(?=\w)")
_QUOTED = re.compile("'([^']*)'")
_PATTERN = re.compile(
    r"short|medium|long|full|(?:(?<![^\W\d_])([GyMLwWdDFEeacHhKkmsSzZ])\1*(?![^\W\d_])|[\s.,:/-]|%-?[dmYyHMSj%])*"
)
"""A pattern of a date as `date` takes it: fields of one letter apart from each other, nothing that reads as a word."""
_SEAM = Piece("\n")
"""Between subject and text."""
_MARKUP = re.compile(r"<\s*/?\s*[a-z!][^>]*>?|&#?\w+;|\[[^\]]*\]\s*\(|^\s*#{1,6}\s|```", re.IGNORECASE | re.MULTILINE)


def refusals(written: Draft, brief: Brief) -> tuple[Refusal, ...]:
    """Everything that is wrong with a draft; empty when it can be used.

    What stands in the author's own text is allowed as it stands there: the same words, and the same word after a
    number or on both sides of a promise. Everything else of this kind is taken for invented: figures of any script and
    numbers in words, prices, links, promises, dates and deadlines, in Russian and English.
    """
    if brief.locale[:2] not in LANGUAGES:
        return (Refusal("draft/locale", brief.locale),)
    text, subject = clean(written.text), clean(written.subject or "")
    shape = tuple(_shape(text, subject, brief))
    if shape:
        return shape
    pieces = (*Template.parse(subject).pieces(), _SEAM, *Template.parse(text).pieces())
    placeholders = tuple(_placeholders(pieces))
    own = brief.own
    allowed = inventions(_readings(f"{own.subject or ''}\n{own.text}"), brief.locale)
    stated = inventions(_ways(pieces), brief.locale)
    found = sorted(stated - allowed)
    told = dict.fromkeys(Refusal(one.code, echo(_shown(one.found))) for one in found)
    return (*placeholders, *told, *_forbidden(pieces, brief))


def _shape(text: str, subject: str, brief: Brief) -> Iterator[Refusal]:
    """What has to be right before the words are looked at."""
    if not text.strip():
        yield Refusal("draft/empty")
        return
    if len(text) > min(brief.at_most, MAX_TEMPLATE) or len(subject) > _LONGEST_SUBJECT:
        yield Refusal("draft/too-long", str(brief.at_most))
        return
    if "\n" in subject.strip():
        yield Refusal("draft/subject")
    facts = brief.tree()
    for part, must_use in ((subject, ()), (text, brief.must_use)):
        for finding in check_template(part, facts, locale=brief.locale, must_use=must_use):
            yield Refusal(_CODES.get(finding.code, "draft/template"), str(finding.arguments.get("name", "")))


_CODES = {
    "message/unknown-variable": "draft/placeholder",
    "message/whole": "draft/placeholder",
    "message/dynamic": "draft/placeholder",
    "message/must-use": "draft/must-use",
    "message/filter": "draft/filter",
    "message/tag": "draft/tag",
}


def _placeholders(pieces: tuple[Piece, ...]) -> Iterator[Refusal]:
    for piece in pieces:
        if piece.tag:
            yield Refusal("draft/tag", ", ".join(piece.names))
        yield from (Refusal("draft/filter", name) for name in piece.filters if name not in FILTERS)
        if piece.text is None and not piece.tag and not piece.names:
            yield Refusal("draft/placeholder", echo(", ".join(piece.literals)))
        if (markup := _MARKUP.search(piece.text or "")) is not None:
            yield Refusal("draft/markup", echo(markup[0]))


def _readings(template: str) -> tuple[str, ...]:
    """The readings of the author's text, which may use tags: what tags hold counts as text."""
    try:
        return _ways(Template.parse(clean(template)).pieces())
    except ValueError:
        return (template,)


def _ways(pieces: tuple[Piece, ...]) -> tuple[str, ...]:
    """A text with its placeholders as a mark, as nothing, and as the texts written in them."""
    glued = "".join(PLACEHOLDER if piece.text is None else piece.text for piece in pieces)
    readings = (
        glued,
        glued.replace(PLACEHOLDER, f" {PLACEHOLDER} "),
        _INSIDE.sub("", glued),
        "".join((_said(piece) or PLACEHOLDER) if piece.text is None else piece.text for piece in pieces),
        "\n".join(_said(piece) for piece in pieces if piece.text is None),
    )
    return tuple(dict.fromkeys(reading for reading in readings if reading.strip()))


def _said(piece: Piece) -> str:
    """The texts written in a placeholder; of the pattern of a date only what is quoted in it."""
    said = piece.literals
    if "date" in piece.filters:
        said = tuple("".join(_QUOTED.findall(one)) if _PATTERN.fullmatch(_QUOTED.sub("", one)) else one for one in said)
    return " ".join(one for one in said if one)


def _forbidden(pieces: tuple[Piece, ...], brief: Brief) -> Iterator[Refusal]:
    said = [line(tokens(fold(way))) for way in _ways(pieces)]
    for phrase in brief.forbid:
        words = line(tokens(fold(phrase))).strip()
        if words and any(f" {words}" in one for one in said):
            yield Refusal("draft/forbidden", echo(phrase))


def _shown(found: str) -> str:
    return found.replace(PLACEHOLDER, "{{…}}").strip()
