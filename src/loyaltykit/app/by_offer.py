"""What is said of a campaign, offer by offer."""

from __future__ import annotations

import datetime as dt  # the docs read the hints
from typing import Any, Generic, Protocol, TypeVar

import attrs

from loyaltykit.insight import words


class Said(Protocol):
    """What is said of one offer."""

    def words(self, lang: str) -> str:
        """In English (`en`) or Russian (`ru`)."""

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""


S = TypeVar("S", bound=Said)


@attrs.frozen(slots=True, kw_only=True)
class ByOffer(Generic[S]):
    """All offers of a campaign at an instant. `str()` gives the words, `to_dict()` plain data."""

    campaign: str
    as_of: dt.datetime
    steps: tuple[S, ...]

    def words(self, lang: str) -> str:
        """Every offer in English (`en`) or Russian (`ru`)."""
        return "\n\n".join(step.words(lang) for step in self.steps) or words.say("offers/none", lang)

    def __str__(self) -> str:
        return self.words("en")

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "campaign": self.campaign,
            "as_of": self.as_of.isoformat(),
            "steps": [step.to_dict() for step in self.steps],
        }
