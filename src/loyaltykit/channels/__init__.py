"""Ways by which a message reaches a student: what an adapter is, and the ones that come with the library."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from loyaltykit.channels.console import Console
from loyaltykit.channels.deliveries import Deliveries, Delivery
from loyaltykit.channels.limits import Limits, Pace
from loyaltykit.channels.links import is_link
from loyaltykit.channels.protocol import Attachment, Button, Channel, OutgoingMessage, Receipt, address_of

if TYPE_CHECKING:
    from loyaltykit.channels.apart import Apart
    from loyaltykit.channels.apprise import AppriseChannel
    from loyaltykit.channels.calls import Answer, Calls
    from loyaltykit.channels.email import Email
    from loyaltykit.channels.telegram import Telegram
    from loyaltykit.channels.telegram_text import cut
    from loyaltykit.channels.webhook import Webhook

__all__ = [
    "Answer",
    "Apart",
    "AppriseChannel",
    "Attachment",
    "Button",
    "Calls",
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
    "cut",
    "is_link",
]

_LATER = {
    "Answer": "calls",
    "Apart": "apart",
    "AppriseChannel": "apprise",
    "Calls": "calls",
    "Email": "email",
    "Telegram": "telegram",
    "Webhook": "webhook",
    "cut": "telegram_text",
}
"""What brings much with it is imported when somebody asks for it: the name, and its module."""


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(import_module(f"loyaltykit.channels.{_LATER[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
