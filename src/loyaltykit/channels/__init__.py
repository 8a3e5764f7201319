"""Ways by which a message reaches a student: what an adapter is, and the ones that come with the library."""

from loyaltykit.channels.console import Console
from loyaltykit.channels.protocol import Channel, OutgoingMessage, Receipt

__all__ = ["Channel", "Console", "OutgoingMessage", "Receipt"]
