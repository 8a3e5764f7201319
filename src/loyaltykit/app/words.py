"""A message in words, for one member on one channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import attrs

from loyaltykit.app.facts import facts_of, tame
from loyaltykit.templates import best_locale, groups_of, render

if TYPE_CHECKING:
    from loyaltykit.program.document import Document
    from loyaltykit.program.letters import Wording
    from loyaltykit.values import Effect
    from loyaltykit.views import MemberView

_LONGEST_SUBJECT = 300


@attrs.frozen(slots=True)
class Words:
    """What a member reads. Its repr shows nothing of it: it is personal."""

    subject: str = attrs.field(repr=False)
    """One line, without control characters."""
    text: str = attrs.field(repr=False)
    """Plain text: a channel that shows markup has to escape it."""
    html: str | None = attrs.field(repr=False)
    """The same as HTML, facts escaped; None when the author wrote none."""
    locale: str

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return attrs.asdict(self)


class Writer(Protocol):
    """Who may have other words for a message than the author's own: what a language model drafted."""

    def wording(self, message: str, locale: str, channel: str | None) -> Wording | None:
        """The words to use instead, None for the author's."""


def locale_of(document: Document, message: str, view: MemberView) -> str:
    """The locale of a message for a member: their own (``ru-RU`` finds ``ru``), else the program's, else the first."""
    return best_locale(document.messages[message].bodies, view.attributes.get("locale"), document.locale)


def words(
    document: Document, effect: Effect, view: MemberView, channel: str | None = None, *, writer: Writer | None = None
) -> Words:
    """A message as a member gets it on a channel; without a channel the words that every channel can show.

    Raises LoyaltyError (``message/render``) when a template reaches its limits.
    """
    locale = locale_of(document, effect.name, view)
    body = body_of(document, effect.name, locale, channel, writer)
    groups = groups_of(body.subject or "") | groups_of(body.text) | groups_of(body.html or "")
    facts: dict[str, Any] = facts_of(document, effect, view, locale=locale, groups=groups) if groups else {}
    return fill(body, facts, locale)


def body_of(document: Document, message: str, locale: str, channel: str | None, writer: Writer | None) -> Wording:
    """The templates of a message: what was drafted for them, else the author's own."""
    drafted = writer.wording(message, locale, channel) if writer is not None else None
    return drafted or document.messages[message].bodies[locale].on(channel)


def groups_used(document: Document, message: str) -> frozenset[str]:
    """The first parts of the names that a message uses, in any of its languages and on any channel."""
    found = document.messages.get(message)
    texts = [text for body in found.bodies.values() for _, text in body.all()] if found is not None else []
    return frozenset(name for text in texts for name in groups_of(text))


def fill(body: Wording, facts: dict[str, Any], locale: str) -> Words:
    """Templates with the facts filled in."""
    return Words(
        subject=one_line(render(body.subject or "", facts, locale=locale)),
        text=render(body.text, facts, locale=locale),
        html=None if body.html is None else render(body.html, facts, html=True, locale=locale),
        locale=locale,
    )


def one_line(text: str) -> str:
    """A line that may stand in a header: no line break, no control character, not endless."""
    line = " ".join(tame(text).split())
    return line if len(line) <= _LONGEST_SUBJECT else f"{line[: _LONGEST_SUBJECT - 1]}…"
