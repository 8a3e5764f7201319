"""Operations of spending: what a redemption costs and asks for, and points that are on hold."""

from __future__ import annotations

import attrs

from loyaltykit.rules.expression.tree import Node


@attrs.frozen(slots=True)
class Terms:
    """What redeeming a reward takes. `slot` holds the redemptions: see `loyaltykit.rules.runtime.spending`."""

    slot: int
    cost: tuple[tuple[str, int], ...]
    """Points in smallest units."""
    asks: tuple[tuple[str, Node], ...]
    """What must hold of the member, by where the document says it."""
    most: int | None = None
    """So often a member may redeem it, for good or in a period: a calendar name, or a rolling length."""
    period: str | None = None
    rolling: int | None = None
    months: int = 0
    value: Node | None = None
    """What one redemption is worth, over the lots that it consumed."""


@attrs.frozen(slots=True)
class Spending:
    """Holds of a program whose points can be spent. Slots: the holds by id, and when the next one times out."""

    holds: int
    due: int
