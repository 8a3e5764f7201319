"""The steps of a ladder of status, as they are written or as they go without saying."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loyaltykit.program.tiers import Tier


def steps_of(name: str, tier: Tier) -> dict[str, int | float]:
    """A ladder's steps and thresholds. A paid one has those that it names, those with benefits, or its own name."""
    if tier.paid is None:
        return tier.steps
    names = tuple(tier.steps) or (tuple(tier.benefits) if tier.paid.step is not None else ()) or (name,)
    return {step: number for number, step in enumerate(names, start=1)}
