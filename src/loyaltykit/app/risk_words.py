"""A churn score in words: what it says, what it is worth, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import attrs

from loyaltykit.wording import render

if TYPE_CHECKING:
    from loyaltykit.problems import Lang
    from loyaltykit.views import ChurnView, MemberView


_WORTH = {
    "away": "reason/score-away",
    "cold-start": "reason/score-cold-start",
    "out-of-range": "reason/score-out-of-range",
}


def sentences(reasons: tuple[str, ...], lang: str) -> tuple[str, ...]:
    """Kept reasons in a language, English where it is neither English nor Russian."""
    if not reasons:
        return ()
    from loyaltykit.churn.kept import to_sentence  # with NumPy: only where there is something to say

    told = "ru" if lang.partition("-")[0] == "ru" else "en"
    return tuple(to_sentence(reason, told) for reason in reasons)


def raising(reasons: tuple[str, ...], lang: str) -> tuple[str, ...]:
    """The same, of those that raise the risk only."""
    if not reasons:
        return ()
    from loyaltykit.churn.kept import raises

    return sentences(tuple(reason for reason in reasons if raises(reason)), lang)


def worded(view: MemberView, lang: str) -> MemberView:
    """The view with the reasons of its churn score as sentences."""
    if view.churn is None or not view.churn.reasons:
        return view
    return attrs.evolve(view, churn=attrs.evolve(view.churn, reasons=sentences(view.churn.reasons, lang)))


def risk_words(churn: ChurnView | None, lang: Lang, zone: str) -> tuple[str, ...]:
    """A line for the score with its day in a zone, and one for each reason."""
    if churn is None:
        return (render("reason/no-score", lang, {}),)
    code = _WORTH.get(churn.status or "", "reason/score")
    shown = {
        "score": "—" if churn.score is None else f"{churn.score:.0%}",
        "band": churn.band or "—",
        "day": churn.at.astimezone(ZoneInfo(zone)).date().isoformat(),
    }
    first = render(code, lang, shown)
    return (first, *(f"  {sentence}" for sentence in sentences(churn.reasons, lang)))
