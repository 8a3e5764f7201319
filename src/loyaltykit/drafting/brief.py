"""What is asked of a drafter, and what comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import attrs

from loyaltykit.wording import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.problems import Lang

FactKind = Literal["text", "number", "time", "date", "boolean", "list"]


@attrs.frozen(slots=True)
class Fact:
    """Something that a text may put in: its name and what kind of thing it is, never its value."""

    name: str
    kind: FactKind = "text"


@attrs.frozen(slots=True)
class Draft:
    """A template as it was written, plain text with ``{{ placeholders }}``; without a subject the author's stands."""

    text: str
    subject: str | None = None


@attrs.frozen(slots=True)
class Refusal:
    """Why a draft was not taken: a code, and the words of the draft that it is about."""

    code: str
    found: str = ""

    def words(self, lang: Lang = "en") -> str:
        """In a language."""
        return render(self.code, lang, {"found": self.found})


@attrs.frozen(slots=True, kw_only=True)
class Brief:
    """The order for one text. It holds nothing of any person: only what the program's author wrote."""

    message: str
    """The message's id."""
    locale: str
    own: Draft
    """The author's own text: an example, and the bound of what may be said."""
    facts: tuple[Fact, ...] = ()
    must_use: tuple[str, ...] = ()
    """Facts, or groups of facts (``offer`` for any of ``offer.*``), that the text must put out."""
    channel: str | None = None
    purpose: str = "service"
    at_most: int = 700
    """How many characters the text may have, placeholders as they are written."""
    tone: str = ""
    notes: str = ""
    forbid: tuple[str, ...] = ()
    """Words and phrases that may not come up."""
    reasons: tuple[Refusal, ...] = ()
    """Why the draft before was not taken; empty at the first time of asking."""

    def tree(self) -> dict[str, Any]:
        """The names of the facts, nested as `loyaltykit.templates.check_template` takes them."""
        root: dict[str, Any] = {}
        for fact in self.facts:
            *groups, last = fact.name.split(".")
            branch = root
            for group in groups:
                inner = branch.setdefault(group, {})
                branch = inner if isinstance(inner, dict) else {}
            branch.setdefault(last, None)
        return root

    def to_dict(self) -> Mapping[str, Any]:
        """Ready for JSON, for drafters that send it somewhere."""
        return attrs.asdict(self)


Drafter = Callable[[Brief], "Draft | str"]
"""Anything that writes: a function, an object with ``__call__``, a model behind a client."""


@attrs.frozen(slots=True)
class Drafted:
    """What came of asking: the template to use, and why it is not the drafter's when it is not."""

    template: Draft
    accepted: bool
    reasons: tuple[Refusal, ...] = ()
    """Everything that was refused, of the last draft."""
    asked: int = 1
    """How often the drafter was asked."""
