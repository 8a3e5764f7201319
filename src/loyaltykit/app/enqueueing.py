"""From a message effect to the outbox; the platform's own inbox is delivered at once, in the same transaction."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from loyaltykit.app.outgoing import STAFF, SURVEY, effect_of, offer_told, worded
from loyaltykit.app.rows import effect_text, to_json
from loyaltykit.errors import LoyaltyError
from loyaltykit.rules.ideas import TOLD
from loyaltykit.rules.plan import ATTRIBUTES
from loyaltykit.store.rows import InboxRow, OutboxRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.app.words import Writer
    from loyaltykit.program.document import Document
    from loyaltykit.rules.engine import Engine
    from loyaltykit.values import Effect

    State = list[Any]

INBOX = "inbox"
SAID = ("message", SURVEY, TOLD)
"""Kinds of effects that something is said by."""
_log = logging.getLogger("loyaltykit.app")


class Outgoing(NamedTuple):
    """Where a message goes: the outbox, the inbox, or both."""

    letter: OutboxRow | None
    inbox: InboxRow | None


def outgoing(
    engine: Engine,
    number: int,
    state: State,
    effect: Effect,
    writer: Writer | None = None,
    *,
    shown: Effect | None = None,
) -> Outgoing:
    """What becomes of a message or a survey: the inbox has its copy at once, other channels wait for the dispatcher.

    `shown` is the effect with what is not written down with it, for the words of the copy.
    """
    document = engine.program.document
    channels, inbox = routes(document, effect.data.get("channels") or (), state[ATTRIBUTES].get("channel"))
    copy = _inbox(engine, number, state, shown or effect, writer) if inbox else None
    if not channels:
        return Outgoing(None, copy)
    return Outgoing(_letter(document, number, effect, channels), copy)


def routes(document: Document, named: Sequence[str], preferred: str | None) -> tuple[list[str], bool]:
    """The channels that wait for the dispatcher, in order, and whether the inbox has a copy.

    A message that names no channels goes by the member's own, then by those of `contact`; the inbox always has it. The
    member's own goes first wherever it is among those named.
    """
    channels = list(named or document.contact.channels)
    if preferred is not None and preferred != INBOX and (preferred in channels or not named):
        channels = [preferred, *(name for name in channels if name != preferred)]
    return [name for name in channels if name != INBOX], INBOX in channels or not named


@attrs.frozen(slots=True, kw_only=True)
class Over:
    """What is over, so that messages about it that still wait are pointless."""

    reason: str
    run: str | None = None
    """A campaign's run: all its messages."""
    offer: str | None = None
    survey: str | None = None

    def concerns(self, document: Document, row: OutboxRow) -> bool:
        """Whether a message that waits is about it."""
        if row.purpose == STAFF:
            return False
        effect = effect_of(row, "")
        if self.run is not None:
            return row.run == self.run
        if self.offer is not None:
            return self.offer == offer_told(document, effect)
        return effect.kind == SURVEY and effect.name == self.survey


def over_by(effect: Effect) -> Over | None:
    """What an effect puts an end to: a run that was left, an offer that the member took; None of other effects."""
    state = effect.data.get("state")
    if effect.kind == "run" and state in ("exited", "adopted"):
        return Over(reason=str(state), run=f"{effect.name}/{effect.data['label']}")
    if effect.kind == "offer" and state == "taken" and effect.data["who"] == "member":
        return Over(reason="answered", offer=str(effect.data.get("offer")))
    return None


def _letter(document: Document, number: int, effect: Effect, channels: Sequence[str]) -> OutboxRow:
    return OutboxRow(
        0,
        number,
        effect_text(effect),
        effect.name,
        document.messages[effect.name].purpose if effect.kind == "message" else "service",
        json.dumps(channels),
        effect.at,
        effect.at,
        "queued",
        run=effect.data.get("run"),
        facts=to_json(effect.data),
    )


def _inbox(engine: Engine, number: int, state: State, effect: Effect, writer: Writer | None) -> InboxRow | None:
    try:
        said = worded(engine.program.document, effect, engine.view(state, effect.at), INBOX, writer)
    except LoyaltyError as error:  # an event is not lost because words about it cannot be found
        _log.warning("member %d: message %s was not delivered: %s", number, effect.name, error.code)
        return None
    return InboxRow(number, effect_text(effect), effect.name, effect.at, said.subject, said.text)
