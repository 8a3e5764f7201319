"""For tests of schools and of plug-ins: stand-ins for the world outside, on this machine; kits for authors."""

from typing import TYPE_CHECKING, Any

from loyaltykit.testing.botapi import BotApi
from loyaltykit.testing.channel import (
    Arrived,
    FarEnd,
    HttpFarEnd,
    channel_checks,
    channel_report,
    check_channel,
)
from loyaltykit.testing.endpoint import Endpoint
from loyaltykit.testing.mailbox import Mailbox
from loyaltykit.testing.policy import check_policy, policy_checks, policy_report
from loyaltykit.testing.standin import HttpReply, HttpRequest, HttpStandIn

if TYPE_CHECKING:
    from loyaltykit.testing.churn import check_churn_model, churn_model_checks, churn_model_report

__all__ = [
    "Arrived",
    "BotApi",
    "Endpoint",
    "FarEnd",
    "HttpFarEnd",
    "HttpReply",
    "HttpRequest",
    "HttpStandIn",
    "Mailbox",
    "channel_checks",
    "channel_report",
    "check_channel",
    "check_churn_model",
    "check_policy",
    "churn_model_checks",
    "churn_model_report",
    "policy_checks",
    "policy_report",
]


def __getattr__(name: str) -> Any:
    """What needs NumPy is imported when it is asked for."""
    if name in __all__:
        from loyaltykit.testing import churn

        return getattr(churn, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
