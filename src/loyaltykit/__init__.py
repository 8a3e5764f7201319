"""loyaltykit: a loyalty program is a pure fold over a member's events."""

from loyaltykit.errors import (
    DuplicateConflict,
    EventError,
    InsufficientPoints,
    LoyaltyError,
    MissingExtra,
    NotEligible,
    OutOfStock,
    PluginError,
    ProgramError,
    StoreError,
    UnknownMember,
)
from loyaltykit.program.load import Program
from loyaltykit.rules.engine import Engine
from loyaltykit.values import Decision, Event, MemberView
