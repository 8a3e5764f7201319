"""Policies choose one of several offers, say how likely each was, and may learn from what came of it.

A policy keeps nothing: what it has learned is a `Memory`, which the caller stores, and chance is an argument. The
choice is a fact from outside for the fold: it is recorded, and a replay never asks again.
"""

from loyaltykit.campaigns.policies.linucb import LinUCB
from loyaltykit.campaigns.policies.named import LEARNING, SHIPPED, policy_named
from loyaltykit.campaigns.policies.plain import Random, Rule
from loyaltykit.campaigns.policies.policy import Choice, Context, Memory, Policy
from loyaltykit.campaigns.policies.squarecb import SquareCB
from loyaltykit.campaigns.policies.thompson import Thompson

__all__ = [
    "LEARNING",
    "SHIPPED",
    "Choice",
    "Context",
    "LinUCB",
    "Memory",
    "Policy",
    "Random",
    "Rule",
    "SquareCB",
    "Thompson",
    "policy_named",
]
