"""Ways by which a message reaches a student: what an adapter is, and the ones that come with the library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.channels.console import Console
from loyaltykit.channels.deliveries import Deliveries, Delivery
from loyaltykit.channels.limits import Limits, Pace
from loyaltykit.channels.protocol import Attachment, Button, Channel, OutgoingMessage, Receipt, address_of

if TYPE_CHECKING:
    from loyaltykit.channels.apart import Apart
    from loyaltykit.channels.email import Email
    from loyaltykit.channels.telegram import Telegram
    from loyaltykit.channels.webhook import Webhook

__all__ = [
    "Apart",
    "Attachment",
    "Button",
    "Channel",
    "Console",
    "Deliveries",
    "Delivery",
    "Email",
    "Limits",
    "OutgoingMessage",
    "Pace",
    "Receipt",
    "Telegram",
    "Webhook",
    "address_of",
]


def __getattr__(name: str) -> Any:
    """The adapters that bring much with them are imported when somebody asks for them."""
    if name == "Apart":
        from loyaltykit.channels.apart import Apart

        return Apart
    if name == "Email":
        from loyaltykit.channels.email import Email

        return Email
    if name == "Telegram":
        from loyaltykit.channels.telegram import Telegram

        return Telegram
    if name == "Webhook":
        from loyaltykit.channels.webhook import Webhook

        return Webhook
    raise AttributeError(name)
