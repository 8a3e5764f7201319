"""From a message effect to the outbox; the platform's own inbox is delivered at once, in the same transaction."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from loyaltykit.app.facts import facts_of
from loyaltykit.app.rows import effect_text, to_json
from loyaltykit.app.words import Words, words
from loyaltykit.errors import LoyaltyError
from loyaltykit.store.rows import InboxRow, OutboxRow

if TYPE_CHECKING:
    from loyaltykit.rules.engine import Engine
    from loyaltykit.values import Effect

__all__ = ["INBOX", "Words", "facts_of", "outgoing", "words"]

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
                said = words(engine.program.document, effect, engine.view(state, effect.at), INBOX)
            except LoyaltyError as error:  # an event is not lost because words about it cannot be found
                _log.warning("member %d: message %s was not delivered: %s", number, effect.name, error)
                status = "failed"
            else:
                inbox.append(InboxRow(number, key, effect.name, effect.at, said.subject, said.text))
                status = "sent"
        outbox.append(OutboxRow(number, key, effect.name, channel, effect.at, status, facts))
    return outbox, inbox
