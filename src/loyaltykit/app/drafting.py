"""The messages of a program that a language model may write: asked for once each, never for a person."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import attrs

from loyaltykit.drafting import Brief, Draft, Fact, draft
from loyaltykit.program.contexts import contexts
from loyaltykit.program.letters import Wording
from loyaltykit.program.messages import GROUPS
from loyaltykit.program.reserved import attributes
from loyaltykit.program.walking import channels_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.drafting import Drafted, Drafter
    from loyaltykit.drafting.brief import FactKind
    from loyaltykit.program.document import Document
    from loyaltykit.program.fields import DeclaredType

    Place = tuple[str, str, str | None]

_TIMES = frozenset({"until", "at", "due", "deadline"})
_KINDS: dict[str, FactKind] = {
    "integer": "number",
    "number": "number",
    "money": "number",
    "instant": "time",
    "date": "date",
    "boolean": "boolean",
}


@attrs.frozen(slots=True)
class DraftedMessage:
    """What a drafter made of one text of the program."""

    message: str
    locale: str
    channel: str | None
    """None: the words that every channel can show."""
    drafted: Drafted


class Drafts:
    """The drafts of one program, kept in this process: one a message, locale and channel, whoever gets it."""

    def __init__(self, document: Document, drafter: Drafter) -> None:
        self._document = document
        self._drafter = drafter
        self._made: dict[Place, Drafted] = {}
        self._asking = threading.Lock()

    def write(self) -> tuple[DraftedMessage, ...]:
        """Ask for what has not been asked for yet; everything that there is then."""
        with self._asking:
            for brief in briefs_of(self._document):
                place = (brief.message, brief.locale, brief.channel)
                if place not in self._made:
                    self._made[place] = draft(brief, self._drafter)
        return tuple(DraftedMessage(*place, drafted) for place, drafted in self._made.items())

    def wording(self, message: str, locale: str, channel: str | None) -> Wording | None:
        """The words that were drafted and accepted for a place; None where the author's own stand."""
        own = self._document.messages[message].bodies[locale]
        drafted = self._made.get((message, locale, channel if channel in own.channels else None))
        if drafted is None or not drafted.accepted:
            return None
        return Wording(subject=drafted.template.subject or "", text=drafted.template.text)


def briefs_of(document: Document) -> Iterator[Brief]:
    """The orders for all texts that say ``draft``. A text with HTML of its own is the author's alone."""
    for name, message in document.messages.items():
        for locale, body in message.bodies.items() if message.draft is not None else ():
            for channel in (None, *(one for one in channels_of(document, name) if one in body.channels)):
                if body.on(channel).html is None:
                    yield brief_of(document, name, locale, channel)


def brief_of(document: Document, name: str, locale: str, channel: str | None = None) -> Brief:
    """The order for one text: what the program says of it, and names and kinds of facts. Nothing of any person."""
    message = document.messages[name]
    own, wish = message.bodies[locale].on(channel), message.draft
    return Brief(
        message=name,
        locale=locale,
        own=Draft(own.text, own.subject or None),
        facts=tuple(facts_for(document, name)),
        must_use=message.must_use,
        channel=channel,
        purpose=message.purpose,
        at_most=700 if wish is None else wish.at_most,
        tone="" if wish is None else wish.tone,
        notes="" if wish is None else wish.notes,
        forbid=() if wish is None else wish.forbid,
    )


def facts_for(document: Document, message: str) -> Iterator[Fact]:
    """The facts that a text of a message may put in, by name and kind: those that there are wherever it is sent."""
    known = contexts(document).get(message, frozenset(GROUPS))
    yield Fact("member.id")
    for name, declared in attributes(document).items():
        yield Fact(f"member.{name}", _kind(declared))
    yield Fact("program")
    yield from (Fact(f"points.{name}", "number") for name in document.points)
    if document.levels is not None:
        yield Fact("level")
    for group in sorted(known):
        for name, inner in GROUPS[group].items():
            if inner is not None:
                yield from (Fact(f"{group}.{name}.{part}") for part in inner)
            elif name != "options":  # a list needs a loop, and drafts have no tags
                yield Fact(f"{group}.{name}", "time" if name in _TIMES else "text")


def _kind(declared: DeclaredType) -> FactKind:
    return "list" if declared.items else _KINDS.get(declared.kind, "text")
