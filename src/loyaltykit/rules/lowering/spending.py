"""What redemptions cost and ask for, and a place for points on hold where points can be spent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.program.terms import asks, redeemable
from loyaltykit.rules.plan import Spending, Terms
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from loyaltykit.program.rewards import Reward
    from loyaltykit.rules.builder import Builder


def lower(builder: Builder) -> None:
    """The holds of a member; nothing where nothing can be spent."""
    document = builder.program.document
    if any(point.spendable for point in document.points.values()):
        slot = builder.block("spending", holds={}, due=NEVER)
        builder.spending = Spending(slot, slot + 1)


def terms(builder: Builder, name: str, reward: Reward) -> Terms | None:
    """What redeeming a reward takes; None when nobody redeems it."""
    if not redeemable(reward):
        return None
    points = builder.program.document.points
    allowed = reward.per_member
    rolling = allowed.per.rolling if allowed is not None and allowed.per is not None else None
    conditions = (
        (asked, builder.expression(f"rewards.{name}.{asked}")) for _, asked, _ in asks(builder.program.document, reward)
    )
    return Terms(
        slot=builder.slot(f"rewards.{name} redemptions", []),
        cost=tuple((point, round(amount * 10 ** points[point].decimals)) for point, amount in reward.cost.items()),
        asks=tuple((asked, node) for asked, node in conditions if node is not None),
        most=None if allowed is None else allowed.times,
        period=allowed.per.name if allowed is not None and allowed.per is not None else None,
        rolling=None if rolling is None else rolling.micros,
        months=0 if rolling is None else rolling.months,
        value=builder.expression(f"rewards.{name}.value"),
    )
