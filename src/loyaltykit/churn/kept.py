"""Reasons as texts that an event can hold, and back into sentences in whatever language is asked for."""

from __future__ import annotations

import json
import math
from typing import Any

from loyaltykit.churn.protocol import Reason
from loyaltykit.jsontext import encoder


def _strange(value: object) -> str:
    raise TypeError(f"a reason has a {type(value).__name__}")


_DIGITS = 6
_encode = encoder(_strange)


def to_text(reason: Reason) -> str:
    """A reason as one line of JSON: code, value (null: not known), contribution, and facts where there are some."""
    parts: list[Any] = [reason.code, _number(reason.value), _number(reason.contribution)]
    if reason.facts:
        parts.append({name: _number(value) for name, value in reason.facts.items()})
    return _encode(parts)


def raises(text: str) -> bool:
    """Whether a kept reason raises the risk; a text of somebody else's does."""
    found = _reason(text)
    return found is None or found.contribution > 0


def to_sentence(text: str, lang: str) -> str:
    """What a kept reason says, in English (`en`) or Russian (`ru`). A text of somebody else's stands for itself."""
    found = _reason(text)
    return text if found is None else found.sentence(lang)


def _number(value: float) -> float | None:
    return round(float(value), _DIGITS) if math.isfinite(value) else None


def _reason(text: str) -> Reason | None:
    if not text.startswith("["):
        return None
    try:
        parts = json.loads(text)
        code, value, contribution, *facts = parts
        known = {name: _known(one) for name, one in (facts[0] if facts else {}).items()}
        return Reason(str(code), _known(contribution), _known(value), known)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None


def _known(value: Any) -> float:
    return math.nan if value is None else float(value)
