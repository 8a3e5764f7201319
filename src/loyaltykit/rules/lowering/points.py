"""Points: one number where nothing expires or is spent, lots where something does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from loyaltykit.rules.builder import Builder, split
from loyaltykit.rules.plan import Lots, NumberRead, Points, SlotRead
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from loyaltykit.program.document import Document, Point


def lower(builder: Builder) -> None:
    """A row for every point, and the names `points.P.available|pending|lifetime`."""
    for name, point in builder.program.document.points.items():
        unit = 10**point.decimals
        lots = _lots(point, name, builder)
        slot = builder.slot(f"points {name} lifetime", 0)
        builder.reads["points", name, "lifetime"] = SlotRead(slot, unit)
        builder.reads["points", name, "available"] = SlotRead(slot, unit)
        builder.reads["points", name, "pending"] = NumberRead(0)
        if lots is not None:
            builder.block(f"points {name}", available=0, pending=0, lots=[], due=NEVER, held=0, hole=0)
            if lots.traced:
                lots = attrs.evolve(lots, gone=builder.slot(f"points {name} gone", {}))
            builder.reads["points", name, "available"] = SlotRead(slot + 1, unit)
            builder.reads["points", name, "pending"] = SlotRead(slot + 2, unit)
        cap = point.cap
        builder.points.append(
            Points(
                id=name,
                slot=slot,
                unit=unit,
                rounding=point.rounding,
                stack=point.stack,
                lots=lots,
                cap=None if cap is None else builder.cap(f"points {name} cap", round(cap.amount * unit), cap.per),
                overdraft=point.overdraft,
            )
        )


def traced(document: Document, point: str) -> tuple[str, ...]:
    """The rules that award a point and may be taken back."""
    reversed_rules = {rule.reverse for rule in document.rules}
    return tuple(
        f"rules.{rule.id}"
        for rule in document.rules
        if point in rule.award and (rule.revise or rule.id in reversed_rules)
    )


def _lots(point: Point, name: str, builder: Builder) -> Lots | None:
    if not point.spendable and point.pending is None and point.expires is None:
        return None
    pending, pending_months = split(point.pending)
    if point.expires is None:
        return Lots(pending=pending or 0, pending_months=pending_months)
    after = point.expires.after
    return Lots(
        pending=pending or 0,
        pending_months=pending_months,
        expires=after.micros if not after.months else None,
        expires_months=after.months,
        expires_from=point.expires.start,
        traced=traced(builder.program.document, name),
    )
