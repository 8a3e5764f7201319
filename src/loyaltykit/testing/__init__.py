"""For tests of schools and of plug-ins: stand-ins for the world outside, on this machine."""

from loyaltykit.testing.botapi import BotApi
from loyaltykit.testing.mailbox import Mailbox

__all__ = ["BotApi", "Mailbox"]
