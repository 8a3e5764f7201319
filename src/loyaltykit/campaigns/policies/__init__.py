"""Policies choose one of several offers, say how likely each was, and may learn from what came of it.

A policy keeps nothing: what it has learned is a `Memory`, which the caller stores, and chance is an argument. The
choice is a fact from outside for the fold: it is recorded, and a replay never asks again.
"""

from loyaltykit.campaigns.policies.plain import Random, Rule
from loyaltykit.campaigns.policies.policy import Choice, Context, Memory, Policy
from loyaltykit.campaigns.policies.squarecb import SquareCB

__all__ = ["Choice", "Context", "Memory", "Policy", "Random", "Rule", "SquareCB", "policy_named"]


def policy_named(name: str) -> Policy:
    """The policy that a program names in `by`: rule, random or bandit. Raises ValueError for another name."""
    known: dict[str, type[Policy]] = {"rule": Rule, "random": Random, "bandit": SquareCB}
    if name not in known:
        raise ValueError(f"unknown policy {name!r}; there are {', '.join(known)}")
    return known[name]()
