"""From a message effect to the outbox; the platform's own inbox is delivered at once, in the same transaction."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from loyaltykit.app.rows import effect_text, to_json
from loyaltykit.errors import LoyaltyError
from loyaltykit.store.rows import InboxRow, OutboxRow
from loyaltykit.templates import render

if TYPE_CHECKING:
    from loyaltykit.program.document import Document
    from loyaltykit.rules.engine import Engine
    from loyaltykit.values import Effect, MemberView

INBOX = "inbox"
_log = logging.getLogger("loyaltykit.app")


def outgoing(engine: Engine, number: int, state: list[Any], effect: Effect) -> tuple[list[OutboxRow], list[InboxRow]]:
    """The outbox rows of a message, one a channel, and what goes into the inbox."""
    facts, key = to_json(effect.data), effect_text(effect)
    outbox, inbox = [], []
    for channel in effect.data.get("channels") or (INBOX,):
        status = "queued"
        if channel == INBOX:
            try:
                subject, text = words(engine.program.document, effect, engine.view(state, effect.at))
            except LoyaltyError as error:  # an event is not lost because words about it cannot be found
                _log.warning("member %d: message %s was not delivered: %s", number, effect.name, error)
                status = "failed"
            else:
                inbox.append(InboxRow(number, key, effect.name, effect.at, subject, text))
                status = "sent"
        outbox.append(OutboxRow(number, key, effect.name, channel, effect.at, status, facts))
    return outbox, inbox


def words(document: Document, effect: Effect, view: MemberView) -> tuple[str, str]:
    """Subject and text of a message for a member, in their locale, else the program's, else the first there is."""
    bodies = document.messages[effect.name].bodies
    wanted = (view.attributes.get("locale"), document.locale)
    locale = next((name for name in wanted if name in bodies), next(iter(bodies)))
    facts = {
        **effect.data,
        "member": {**view.attributes, "id": view.id},
        "program": document.program,
        "points": {name: point.available for name, point in view.points.items()},
        "level": view.level,
    }
    body = bodies[locale]
    return render(body.subject, facts), render(body.text, facts)
