"""loyaltykit: a loyalty program is a pure fold over a member's events."""

from typing import TYPE_CHECKING, Any

from loyaltykit.app import Loyalty
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
    ModelError,
    NotEligible,
    OutOfStock,
    PluginError,
    ProgramError,
    Refused,
    StoreError,
    UnknownMember,
)
from loyaltykit.lint import check
from loyaltykit.problems import Problem
from loyaltykit.program.load import Program, json_schema
from loyaltykit.redemptions import Hold, Redemption, SpentLot
from loyaltykit.rules.engine import Engine
from loyaltykit.rules.expression.own import Function
from loyaltykit.values import Decision, Effect, Entry, Event, Rejected, Request, Summary
from loyaltykit.views import MemberView

if TYPE_CHECKING:
    from loyaltykit import churn as churn
    from loyaltykit.app.adopting import Adoption
    from loyaltykit.app.announcing import Announced
    from loyaltykit.app.attending import Attendance, Attended
    from loyaltykit.app.comparing import ComparedPolicies, ComparedStep
    from loyaltykit.app.event_stream import sse
    from loyaltykit.app.explaining import Explanation
    from loyaltykit.app.foreseen import ChurnFit, ChurnSummary
    from loyaltykit.app.happenings import Happening, Happenings, Leader
    from loyaltykit.app.judging import GoalReport, Goals
    from loyaltykit.app.offered import OfferedStep, WhatWorks
    from loyaltykit.app.saying import CodeWord
    from loyaltykit.app.whatif import WhatIf
    from loyaltykit.campaigns.policies import Choice, Policy
    from loyaltykit.insight.policies import PolicyValue
    from loyaltykit.telling import Sentence, sentences

__all__ = [
    "Adoption",
    "Announced",
    "Attachment",
    "Attendance",
    "Attended",
    "Button",
    "Channel",
    "Choice",
    "ChurnFit",
    "ChurnSummary",
    "CodeWord",
    "ComparedPolicies",
    "ComparedStep",
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
    "Function",
    "GoalReport",
    "Goals",
    "Gone",
    "Happening",
    "Happenings",
    "Hold",
    "InsufficientPoints",
    "Leader",
    "Loyalty",
    "LoyaltyError",
    "MemberView",
    "MissingExtra",
    "ModelError",
    "NotEligible",
    "OfferedStep",
    "OutOfStock",
    "OutgoingMessage",
    "PluginError",
    "Policy",
    "PolicyValue",
    "Problem",
    "Program",
    "ProgramError",
    "Receipt",
    "Redemption",
    "Refused",
    "Rejected",
    "Request",
    "Sentence",
    "SpentLot",
    "StoreError",
    "Summary",
    "UnknownMember",
    "WhatIf",
    "WhatWorks",
    "check",
    "json_schema",
    "sentences",
    "sse",
]


def __getattr__(name: str) -> Any:
    """What only reports need is imported when it is asked for."""
    from importlib import import_module

    rooms = {
        "Adoption": "adopting",
        "Announced": "announcing",
        "Attendance": "attending",
        "Attended": "attending",
        "ChurnFit": "foreseen",
        "ChurnSummary": "foreseen",
        "ComparedPolicies": "comparing",
        "ComparedStep": "comparing",
        "Explanation": "explaining",
        "GoalReport": "judging",
        "Goals": "judging",
        "Happening": "happenings",
        "Happenings": "happenings",
        "Leader": "happenings",
        "OfferedStep": "offered",
        "PolicyValue": "comparing",
        "WhatIf": "whatif",
        "WhatWorks": "offered",
        "CodeWord": "saying",
        "sse": "event_stream",
    }
    if name == "churn":  # with NumPy
        return import_module(f"{__name__}.churn")
    if name in ("Sentence", "sentences"):  # with Babel
        return getattr(import_module(f"{__name__}.telling"), name)
    if name in ("Choice", "Policy"):
        return getattr(import_module(f"{__name__}.campaigns.policies"), name)
    room = rooms.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.app.{room}"), name)
