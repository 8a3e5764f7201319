"""Sentences as a page: plain text, Markdown or HTML, with a heading for every section."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from loyaltykit.telling.speech import Speech

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.telling.teller import Sentence

Format = Literal["text", "md", "html"]
_SPECIAL = str.maketrans({char: f"\\{char}" for char in "\\`*_[]<>#|~"})


def page(found: Iterable[Sentence], *, lang: Literal["en", "ru"] = "en", form: Format = "text") -> str:
    """Sentences under headings, as text."""
    speech = Speech(lang)
    parts = [
        (speech.say(f"section/{section}"), [sentence.text for sentence in some])
        for section, some in groupby(found, key=lambda sentence: sentence.section)
    ]
    if form == "html":
        return "\n".join(_html(heading, lines) for heading, lines in parts) + "\n"
    if form == "md":
        return "\n\n".join(_markdown(heading, lines) for heading, lines in parts) + "\n"
    return "\n\n".join("\n".join([heading, *(f"  {line}" for line in lines)]) for heading, lines in parts) + "\n"


def _markdown(heading: str, lines: list[str]) -> str:
    return "\n".join([f"## {heading}", "", *(f"- {line.translate(_SPECIAL)}" for line in lines)])


def _html(heading: str, lines: list[str]) -> str:
    items = "\n".join(f"  <li>{escape(line)}</li>" for line in lines)
    return f"<section>\n<h2>{escape(heading)}</h2>\n<ul>\n{items}\n</ul>\n</section>"
