"""The words of every problem code, in English and Russian: one row a code, so that neither language is forgotten.

A row is ``code: (english, russian)``, both `str.format` templates over the finding's arguments. Each subject has its
module; a test asks that every code used in the library has a row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.wording import (
    campaigns,
    cases,
    document,
    drafts,
    expressions,
    lint,
    maps,
    measures,
    mechanics,
    messages,
    reasons,
    tiers,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS: dict[str, tuple[str, str]] = {
    **document.WORDS,
    **mechanics.WORDS,
    **campaigns.WORDS,
    **measures.WORDS,
    **messages.WORDS,
    **expressions.WORDS,
    **cases.WORDS,
    **maps.WORDS,
    **reasons.WORDS,
    **drafts.WORDS,
    **lint.WORDS,
    **tiers.WORDS,
}


def render(code: str, lang: str, arguments: Mapping[str, Any]) -> str:
    """The words of a code in a language, with its arguments filled in."""
    english, russian = WORDS[code]
    return (russian if lang == "ru" else english).format(**arguments)
