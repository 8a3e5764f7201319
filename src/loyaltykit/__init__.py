"""loyaltykit: a loyalty program is a pure fold over a member's events."""

from loyaltykit.app import Explanation, Loyalty
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
from loyaltykit.problems import Problem
from loyaltykit.program.load import Program, check, json_schema
from loyaltykit.rules.engine import Engine
from loyaltykit.values import Decision, Effect, Entry, Event, MemberView, Rejected, Request, Summary

__all__ = [
    "Decision",
    "DuplicateConflict",
    "Effect",
    "Engine",
    "Entry",
    "Event",
    "EventError",
    "Explanation",
    "InsufficientPoints",
    "Loyalty",
    "LoyaltyError",
    "MemberView",
    "MissingExtra",
    "NotEligible",
    "OutOfStock",
    "PluginError",
    "Problem",
    "Program",
    "ProgramError",
    "Rejected",
    "Request",
    "StoreError",
    "Summary",
    "UnknownMember",
    "check",
    "json_schema",
]
