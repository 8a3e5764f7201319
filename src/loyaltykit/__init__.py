"""loyaltykit: a loyalty program is a pure fold over a member's events."""

from loyaltykit.app import Explanation, GoalReport, Goals, Loyalty, OfferedStep, WhatWorks
from loyaltykit.channels import Attachment, Button, Channel, Deliveries, Delivery, OutgoingMessage, Receipt
from loyaltykit.errors import (
    Deferred,
    DeliveryError,
    DuplicateConflict,
    EventError,
    Gone,
    InsufficientPoints,
    LoyaltyError,
    MissingExtra,
    NotEligible,
    OutOfStock,
    PluginError,
    ProgramError,
    Refused,
    StoreError,
    UnknownMember,
)
from loyaltykit.problems import Problem
from loyaltykit.program.load import Program, check, json_schema
from loyaltykit.rules.engine import Engine
from loyaltykit.values import Decision, Effect, Entry, Event, MemberView, Rejected, Request, Summary

__all__ = [
    "Attachment",
    "Button",
    "Channel",
    "Decision",
    "Deferred",
    "Deliveries",
    "Delivery",
    "DeliveryError",
    "DuplicateConflict",
    "Effect",
    "Engine",
    "Entry",
    "Event",
    "EventError",
    "Explanation",
    "GoalReport",
    "Goals",
    "Gone",
    "InsufficientPoints",
    "Loyalty",
    "LoyaltyError",
    "MemberView",
    "MissingExtra",
    "NotEligible",
    "OfferedStep",
    "OutOfStock",
    "OutgoingMessage",
    "PluginError",
    "Problem",
    "Program",
    "ProgramError",
    "Receipt",
    "Refused",
    "Rejected",
    "Request",
    "StoreError",
    "Summary",
    "UnknownMember",
    "WhatWorks",
    "check",
    "json_schema",
]
