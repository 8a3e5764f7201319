"""What a channel adapter is: an object with a name that sends one message at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import attrs

if TYPE_CHECKING:
    import datetime as dt


@attrs.frozen(slots=True, kw_only=True)
class OutgoingMessage:
    """A message in words, for one member."""

    id: str
    """The same for every attempt, so that a channel can recognise a message that it has sent already."""
    member: str
    message: str
    """The message's id in the program."""
    at: dt.datetime
    """When it was decided."""
    subject: str
    text: str
    to: str | None = None
    """The member's address on this channel; None for channels that know their members by id."""


@attrs.frozen(slots=True, kw_only=True)
class Receipt:
    """What a channel says about a message that it took."""

    message: str
    """The id of the outgoing message."""
    reference: str | None = None
    """The channel's own id for it."""


class Channel(Protocol):
    """A channel adapter. `send` returns when the channel has taken the message, and raises when it has not."""

    @property
    def name(self) -> str:
        """The channel's id in programs: ``inbox``, ``telegram``, ``email``."""

    def send(self, message: OutgoingMessage) -> Receipt:
        """Hand one message over."""
