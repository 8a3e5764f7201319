"""What a channel adapter is: an object with a name that sends one message at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import attrs

from loyaltykit.errors import LoyaltyError

if TYPE_CHECKING:
    import datetime as dt

ACTION_BYTES = 64
"""The most that a button may carry: the Bot API's limit for `callback_data`."""


def _carried(_button: Any, _field: Any, action: str) -> None:
    if len(action) > ACTION_BYTES or not action.isascii():
        raise LoyaltyError(f"a button's action is ASCII of at most {ACTION_BYTES} bytes", code="button/action")


@attrs.frozen(slots=True, kw_only=True)
class Button:
    """What the member may press under a message."""

    label: str
    action: str = attrs.field(validator=_carried)
    """What a press brings back: at most 64 bytes of ASCII that mean nothing to the adapter."""
    url: str | None = None
    """Where the button leads, for channels whose buttons are links, and for buttons that are only that."""


@attrs.frozen(slots=True, kw_only=True)
class Attachment:
    """A file that goes with a message, such as the calendar file of an invitation."""

    name: str
    media_type: str
    """As ``text/calendar``."""
    content: bytes = attrs.field(repr=False)


@attrs.frozen(slots=True, kw_only=True)
class OutgoingMessage:
    """A message in words, for one member. Its repr shows nothing of what is said, nor to whom."""

    id: str
    """The same for every attempt, so that a channel can recognise a message that it has sent already."""
    member: str
    message: str
    """The message's id in the program."""
    at: dt.datetime
    """When it was decided."""
    subject: str = attrs.field(repr=False)
    text: str = attrs.field(repr=False)
    to: str | None = attrs.field(default=None, repr=False)
    """The member's address on this channel; None for channels that know their members by id."""
    html: str | None = attrs.field(default=None, repr=False)
    """The body as HTML, values in it escaped already."""
    purpose: str = "service"
    """``service`` or ``marketing``."""
    buttons: tuple[Button, ...] = attrs.field(default=(), repr=False)
    unsubscribe: str | None = attrs.field(default=None, repr=False)
    """An https address that ends the consent by one POST (RFC 8058)."""
    returns: str | None = None
    """A token that a report about this message brings back: the part of an address, or a header of its own."""
    attachments: tuple[Attachment, ...] = ()
    locale: str = "en"
    """The language of the words."""


@attrs.frozen(slots=True, kw_only=True)
class Receipt:
    """What a channel says about a message that it took."""

    message: str
    """The id of the outgoing message."""
    reference: str | None = None
    """The channel's own id for it."""


class Channel(Protocol):
    """A channel adapter.

    An adapter may have an attribute `address`: the member attribute that holds the address on this channel
    (``email``, ``telegram``). Without it, or with None, the channel knows members by their id. And an attribute
    `limits`, a `Limits`: how often the channel may be used.
    """

    @property
    def name(self) -> str:
        """The channel's id in programs: ``inbox``, ``telegram``, ``email``."""

    def send(self, message: OutgoingMessage) -> Receipt:
        """Hand one message over; return when the channel has taken it.

        Raises `Deferred` when it may be tried again later, `Refused` when this channel will never take this message,
        `Gone` when the address is dead or the member has blocked the sender.
        """


def address_of(channel: Channel) -> str | None:
    """The member attribute that holds the address on this channel; None if it knows members by id."""
    found = getattr(channel, "address", None)
    return found if isinstance(found, str) else None
