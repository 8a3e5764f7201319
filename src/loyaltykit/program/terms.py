"""What must hold of a reward that is redeemed, and what its redemptions ask of a member."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.program.document import Document
    from loyaltykit.program.names import Desk
    from loyaltykit.program.places import Keys
    from loyaltykit.program.rewards import Reward


def redeemable(reward: Reward) -> bool:
    """Whether members may redeem it: it has a cost, or says who may have it."""
    return bool(reward.cost or reward.tiers or reward.segment or reward.badge or reward.per_member)


def asks(document: Document, reward: Reward) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """What must hold of a member who redeems it: where it stands, its name, and the condition as an expression."""
    for tier, step in reward.tiers.items():
        yield ("tiers", tier), f"tiers.{tier}", f"tier.{_plain(tier)} >= {step!r}"
    for number, segment in enumerate(reward.segment):
        yield ("segment", number), f"segment.{segment}", f"segment.{_plain(segment)}"
    for badge, least in reward.badge.items():
        declared = document.badges.get(badge)
        held = " is not None" if declared is not None and declared.steps else ""
        yield ("badge", badge), f"badge.{badge}", f"badge.{_plain(badge)}{f' >= {least!r}' if least else held}"


def _plain(name: str) -> str:
    return name.replace("-", "_")


def carried(document: Document, reward: Reward) -> tuple[str, ...]:
    """The facts that the lots of a reward's cost may carry: what rules that award these points say."""
    found: dict[str, None] = {}
    for rule in document.rules:
        if any(point in rule.award for point in reward.cost):
            found.update(dict.fromkeys(rule.carry or ()))
    return tuple(found)


def check_terms(desk: Desk, document: Document, name: str, reward: Reward) -> None:
    """A cost can be paid: in points that can be spent, exactly; what a redemption is worth needs something spent."""
    loc: Keys = ("rewards", name)
    for point, amount in reward.cost.items():
        declared = document.points.get(point)
        if declared is None:
            continue
        if not declared.spendable:
            desk.report("document/not-spendable", (*loc, "cost", point), at_key=True, name=point)
        elif (units := Decimal(str(amount)).scaleb(declared.decimals)) != units.to_integral():
            desk.report("document/cost", (*loc, "cost", point), name=str(amount), point=point)
    if reward.value is not None and not reward.cost:
        desk.report("document/needs-cost", (*loc, "value"), at_key=True)
