"""Tier ladders over calendar periods: what is reached in a period is kept to its end, or to the end of the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.rules.builder import Builder
from loyaltykit.rules.plan import Qualify, RankRead
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from loyaltykit.program.document import Tier


def lower(builder: Builder) -> None:
    """A `Qualify` for each ladder, and the names `tier.T`."""
    for name, tier in builder.program.document.tiers.items():
        path = f"tiers.{name}"
        period = tier.period.removeprefix("calendar ")
        by = builder.expression(f"{path}.by", period=period)
        if by is None:
            continue
        steps = tuple(tier.steps)
        thresholds = tuple(tier.steps.values())
        held = sum(1 for threshold in thresholds if threshold <= 0) - 1
        slot = builder.block(path, rank=held, since=None, reached=held, due=NEVER, previous=held, changed_by="")
        builder.tiers.append(
            Qualify(
                id=name,
                source=path,
                slot=slot,
                by=by,
                period=period,
                keep_next=tier.keep == "until end of next period",
                downgrade=tier.downgrade,
                names=steps,
                thresholds=thresholds,
                multiply=_multiply(tier, steps),
                grants=tuple(tier.benefits[step].grant if step in tier.benefits else () for step in steps),
            )
        )
        builder.reads["tier", name] = RankRead(slot)


def _multiply(tier: Tier, steps: tuple[str, ...]) -> tuple[tuple[str, tuple[float | None, ...]], ...]:
    points = dict.fromkeys(point for benefit in tier.benefits.values() for point in benefit.multiply)
    return tuple(
        (point, tuple(tier.benefits[step].multiply.get(point) if step in tier.benefits else None for step in steps))
        for point in points
    )
