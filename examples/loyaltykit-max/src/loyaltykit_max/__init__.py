"""The messenger MAX as a channel of loyaltykit."""

from loyaltykit_max.channel import Max, deep_link
from loyaltykit_max.updates import HEADER, Pressed, Replied, Started, Stopped, Update, read_update, take

__all__ = [
    "HEADER",
    "Max",
    "Pressed",
    "Replied",
    "Started",
    "Stopped",
    "Update",
    "deep_link",
    "read_update",
    "take",
]
