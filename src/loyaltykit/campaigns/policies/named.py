"""The policies that ship, by the names that programs give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.campaigns.policies.linucb import LinUCB
from loyaltykit.campaigns.policies.plain import Random, Rule
from loyaltykit.campaigns.policies.squarecb import SquareCB
from loyaltykit.campaigns.policies.thompson import Thompson

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loyaltykit.campaigns.policies.policy import Policy

LEARNING: Mapping[str, Callable[..., Policy]] = {"squarecb": SquareCB, "thompson": Thompson, "linucb": LinUCB}
"""Those that learn, by what `policy` calls them. All remember the same, so a step may go on with another of them."""
DEFAULT = "squarecb"
"""What `by: bandit` means without `policy`."""

SHIPPED = ("rule", "random", "bandit", *LEARNING)
"""All names that are taken."""


def policy_named(name: str, *, floor: float | None = None) -> Policy:
    """A policy by the name that a program has for it: rule, random, bandit, or one of those that learn.

    `floor` is the least probability that each option keeps, of a policy that learns; without it, the policy's own.
    Raises ValueError for another name.
    """
    known: dict[str, Callable[..., Policy]] = {"rule": Rule, "random": Random, "bandit": LEARNING[DEFAULT], **LEARNING}
    if name not in known:
        raise ValueError(f"unknown policy {name!r}; there are {', '.join(known)}")
    return known[name]() if floor is None or name in ("rule", "random") else known[name](floor=floor)
