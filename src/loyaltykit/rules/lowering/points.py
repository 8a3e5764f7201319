"""Points: one number where nothing expires or is spent, lots where something does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from loyaltykit.calendars import day_number
from loyaltykit.rules.builder import Builder, split
from loyaltykit.rules.plan import Idle, Lots, NumberRead, Points, SlotRead, Waiting
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from loyaltykit.program.document import Document, Expiry, Point
    from loyaltykit.program.points import Waiting as Pending


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
    wait = point.pending
    pending, pending_months = split(None if wait is None else wait.after)
    found = Lots(
        pending=pending or 0,
        pending_months=pending_months,
        traced=traced(builder.program.document, name) if point.expires is not None else (),
        waiting=None if wait is None or wait.until is None else _waiting(builder, name, wait, wait.until),
    )
    return found if point.expires is None else _ending(builder, name, point.expires, found)


def _waiting(builder: Builder, name: str, wait: Pending, until: tuple[str, ...]) -> Waiting:
    at_most, months = split(wait.at_most)
    return Waiting(until, builder.expression(f"points.{name}.pending.key", until), at_most, months)


def _ending(builder: Builder, name: str, ends: Expiry, lots: Lots) -> Lots:
    """How the lots of a point end."""
    if ends.inactivity is not None:
        micros, months = split(ends.inactivity)
        events = ends.active_on or tuple(builder.program.document.events)
        unless = builder.expression(f"points.{name}.expires.unless")
        idle = Idle(builder.slot(f"points {name} idle", 0), events, micros or 0, months, unless)
        return attrs.evolve(lots, idle=idle)
    if ends.date is not None:
        return attrs.evolve(lots, until_day=day_number(ends.date) + 1)
    if ends.yearly is not None:
        month, _, day = ends.yearly.partition("-")
        return attrs.evolve(lots, yearly=(int(month), int(day)))
    micros, months = split(ends.after)
    return attrs.evolve(lots, expires=micros if not months else None, expires_months=months, expires_from=ends.start)
