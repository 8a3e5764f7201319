"""A model made of a few sentences. It is honest when it is told what was wrong, and not always before."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loyaltykit.drafting import Brief

HONEST = {
    "ru": (
        "{{ member.name | default: 'Друг' }}, на этом месте спотыкаются многие. "
        "Мы подобрали для вас: {{ offer.label }}. Продолжим?"
    ),
    "en": (
        "{{ member.name | default: 'Friend' }}, many stumble here. "
        "We picked this for you: {{ offer.label }}. Shall we go on?"
    ),
}
TEMPTING = {
    "ru": (
        " Бесплатно, и только сегодня!",
        " Вы точно сдадите экзамен.",
        " Осталось три места: school точка ру.",
    ),
    "en": (
        " For free, and only today!",
        " You will pass the exam, guaranteed.",
        " Three seats left: school dot com.",
    ),
}
STUBBORN = "email"
"""On this channel it does not listen."""


def loyaltykit_draft_message(brief: Brief) -> str:
    """A text for a brief; what it makes up depends on the brief alone."""
    text = HONEST[brief.locale]
    if brief.reasons and brief.channel != STUBBORN:
        return text
    choices = TEMPTING[brief.locale]
    number = hashlib.sha256(f"{brief.message}/{brief.locale}/{brief.channel}".encode()).digest()[0]
    return text + choices[number % len(choices)]
