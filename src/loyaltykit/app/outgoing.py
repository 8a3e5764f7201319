"""A message of the outbox in words: what is handed to a channel adapter."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from loyaltykit.app.facts import option_label
from loyaltykit.app.words import Words, words
from loyaltykit.channels.attempts import message_id
from loyaltykit.channels.protocol import Button, OutgoingMessage
from loyaltykit.values import Effect, from_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.app.words import Writer
    from loyaltykit.program.document import Document
    from loyaltykit.rules.engine import Engine
    from loyaltykit.store.rows import OutboxRow
    from loyaltykit.values import MemberView

    State = list[Any]

STAFF = "staff"
"""The purpose of messages to a school's staff: their words are made when they are queued."""


class Press(NamedTuple):
    """What pressing one button of a message does: the action and its fields."""

    label: str
    type: str
    data: dict[str, Any]


def identity(document: Document, row: OutboxRow) -> str:
    """The id that a message keeps through all attempts."""
    return message_id(document.program, row.member, row.effect)


def compose(
    engine: Engine,
    state: State,
    row: OutboxRow,
    *,
    channel: str,
    to: str | None,
    unsubscribe: str | None,
    at: int,
    writer: Writer | None = None,
) -> OutgoingMessage:
    """The message as a channel takes it. LoyaltyError when its words cannot be found."""
    document = engine.program.document
    facts = json.loads(row.facts) if row.facts else {}
    view = engine.view(state, max(at, engine.now(state)))
    if row.purpose == STAFF:
        said = Words(facts["subject"], facts["text"], None, document.locale)
    else:
        said = words(document, _effect(row, view.id, facts), view, channel, writer=writer)
    return OutgoingMessage(
        id=identity(document, row),
        member=view.id,
        message=row.message,
        at=from_instant(row.at),
        subject=said.subject,
        text=said.text,
        html=said.html,
        to=to,
        purpose=row.purpose,
        buttons=tuple(
            Button(label=press.label, action=f"{row.seq}:{number}")
            for number, press in enumerate(presses(document, facts, view))
        ),
        unsubscribe=unsubscribe,
        locale=said.locale,
    )


def presses(document: Document, facts: dict[str, Any], view: MemberView) -> tuple[Press, ...]:
    """The buttons of a message, in order: what is offered, or the answers to a survey."""
    locale = locale_of(document, view)
    return (*_offered(document, facts.get("offer"), locale), *_asked(document, facts.get("survey"), locale))


def locale_of(document: Document, view: MemberView) -> str:
    """The member's language."""
    return str(view.attributes.get("locale") or document.locale)


def _effect(row: OutboxRow, member: str, facts: dict[str, Any]) -> Effect:
    mechanic, _, rest = row.effect.partition("/")
    occurrence = rest.rsplit("/", 2)[0]
    return Effect(f"{member}/{row.effect}", member, "message", row.message, row.at, mechanic, occurrence, None, facts)


def _offered(document: Document, offer: dict[str, Any] | None, locale: str) -> Iterator[Press]:
    """One button for each option that may be taken; what was chosen for the member is one."""
    if not offer:
        return
    chosen = offer.get("option")
    for option in (chosen,) if chosen else offer.get("options", ()):
        label = option_label(document, offer, option, locale, document.locale) or option
        yield Press(label, "kit.taken", {"offer": offer["offer"], "option": option})


def _asked(document: Document, name: str | None, locale: str) -> Iterator[Press]:
    survey = document.surveys.get(name) if name else None
    if survey is None:
        return
    for option in survey.options:
        yield Press(option, "kit.answered", {"survey": name, "option": option})
    if survey.scale:
        low, high = (int(end) for end in survey.scale.split("-"))
        for value in range(low, high + 1):
            yield Press(str(value), "kit.answered", {"survey": name, "value": value})
