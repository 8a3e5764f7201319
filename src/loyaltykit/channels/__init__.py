"""Ways by which a message reaches a student: what an adapter is, and the ones that come with the library."""

from loyaltykit.channels.console import Console
from loyaltykit.channels.protocol import Attachment, Button, Channel, OutgoingMessage, Receipt, address_of

__all__ = ["Attachment", "Button", "Channel", "Console", "OutgoingMessage", "Receipt", "address_of"]
