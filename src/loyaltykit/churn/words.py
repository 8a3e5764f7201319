"""Reasons as sentences that a curator understands, in English and Russian."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loyaltykit.churn.protocol import Reason


def sentence(reason: Reason, lang: str) -> str:
    """The words of one reason. A code without words of its own, a school's feature for instance, stands for itself."""
    known = {"en": "not known", "ru": "неизвестно"}["ru" if lang == "ru" else "en"]
    return f"{reason.code}: {known if reason.value != reason.value else f'{reason.value:g}'}"
