"""Points: one number where nothing expires or is spent, lots where something does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.rules.builder import Builder, split
from loyaltykit.rules.plan import Lots, NumberRead, Points, SlotRead
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from loyaltykit.program.document import Point


def lower(builder: Builder) -> None:
    """A row for every point, and the names `points.P.available|pending|lifetime`."""
    for name, point in builder.program.document.points.items():
        unit = 10**point.decimals
        lots = _lots(point)
        slot = builder.slot(f"points {name} lifetime", 0)
        builder.reads["points", name, "lifetime"] = SlotRead(slot, unit)
        builder.reads["points", name, "available"] = SlotRead(slot, unit)
        builder.reads["points", name, "pending"] = NumberRead(0)
        if lots is not None:
            builder.block(f"points {name}", available=0, pending=0, lots=[], due=NEVER, held=0, hole=0)
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
            )
        )


def _lots(point: Point) -> Lots | None:
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
    )
