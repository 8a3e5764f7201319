"""Rewards that can be granted: standing rights, some of which end, some limited for all members together."""

from __future__ import annotations

from loyaltykit.rules.builder import Builder, split
from loyaltykit.rules.plan import EntitlementRead, Grant
from loyaltykit.values import NEVER


def lower(builder: Builder) -> None:
    """A `Grant` for each reward, and the names `entitlement.E`."""
    rewards = builder.program.document.rewards
    for name, reward in rewards.items():
        lasts, months = split(reward.lasts)
        slot = builder.slot(f"rewards.{name} rights", [])
        builder.grants.append(Grant(name, slot, lasts, months, reward.stock))
        builder.reads["entitlement", name] = EntitlementRead(slot)
    if any(grant.lasts is not None for grant in builder.grants):
        builder.grants_due = builder.slot("rewards due", NEVER)
