"""What reading gives: events and refusals, each with where it stood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from loyaltykit.cli.words import say
from loyaltykit.cli.words.refusing import in_russian

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.cli.words import Lang
    from loyaltykit.errors import LoyaltyError
    from loyaltykit.values import Event


@attrs.frozen
class Refusal:
    """Why something that was read is no event. `code` is one of `words` when `message` is empty."""

    code: str
    arguments: Mapping[str, Any] = attrs.field(factory=dict)
    message: str = ""
    event: str | None = None
    column: str = ""
    value: str = ""

    @classmethod
    def of(cls, error: LoyaltyError) -> Refusal:
        """The refusal that an error of the library means."""
        return cls(error.code, error.details, message=str(error), event=getattr(error, "event", None))

    def words(self, lang: Lang) -> str:
        """The reason in a language."""
        own = in_russian(self.code, self.arguments) if self.message and lang == "ru" else None
        text = own or self.message or say(lang, self.code, **self.arguments)
        return f"{self.column}: {text}" if self.column else text


class Item(NamedTuple):
    """An event or a refusal, the file and line where it stood, and the text that stood there."""

    file: str
    line: int
    raw: bytes | str
    what: Event | Refusal
