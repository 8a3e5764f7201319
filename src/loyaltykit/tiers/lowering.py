"""Tier ladders: earned over a period, a moving window or a lifetime and kept for a time; or paid for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.program.ladder_steps import steps_of
from loyaltykit.rules.builder import TIMELY, Builder, rebuilt, split, timely
from loyaltykit.rules.expression.tree import History, Node, Ref, children
from loyaltykit.rules.plan import MEMBERSHIP, Pay, Qualify, RankRead
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from loyaltykit.program.document import Tier
    from loyaltykit.program.tiers import Window

_WINDOWED = {"count", "sum", "avg", "lowest", "highest", "distinct", "earned"}
_KEEPS = {"until end of period": "period", "until end of next period": "next", "from qualifying": "time"}


def lower(builder: Builder) -> None:
    """A `Qualify` for each ladder, and the names `tier.T`."""
    for name, tier in builder.program.document.tiers.items():
        lowered = _paid(builder, name, tier) if tier.paid is not None else _earned(builder, name, tier)
        if lowered is not None:
            builder.tiers.append(lowered)
            builder.reads["tier", name] = RankRead(lowered.slot)


def _earned(builder: Builder, name: str, tier: Tier) -> Qualify | None:
    path, window = f"tiers.{name}", tier.period
    if window is None or builder.program.expressions.get(f"{path}.by") is None:
        return None
    period = MEMBERSHIP if window.form == "membership year" else window.name or None
    by = builder.expression(f"{path}.by", change=lambda node: over_window(node, window, period))
    if by is None:
        return None
    keep = _KEEPS[tier.kept.form] if tier.kept.length is not None or period is not None else "held"
    keep_for, keep_months = split(tier.kept.length)
    moving = timely(by, builder.segment_conditions())
    timed = keep == "time" or (keep == "held" and moving) or tier.grace is not None
    thresholds = tuple(tier.steps.values())
    held = sum(1 for threshold in thresholds if threshold <= 0) - 1
    slot, ends = _slots(builder, path, held, timed=timed and tier.downgrade != "never")
    return Qualify(
        slot=slot,
        ends=ends,
        by=by,
        period=period,
        at_once=tier.upgrade == "at once",
        keep=keep,
        keep_for=keep_for or 0,
        keep_months=keep_months,
        downgrade=tier.downgrade,
        falls=keep == "held" or not moving,
        **_shared(name, tier, tuple(tier.steps), thresholds),
    )


def _paid(builder: Builder, name: str, tier: Tier) -> Qualify | None:
    paid, path = tier.paid, f"tiers.{name}"
    if paid is None:
        return None
    step = builder.expression(f"{path}.paid.step", paid.start)
    slot, ends = _slots(builder, path, -1, timed=tier.grace is not None)
    steps = steps_of(name, tier)
    return Qualify(
        slot=slot,
        ends=ends,
        by=None,
        period=None,
        at_once=True,
        keep="held",
        keep_for=0,
        keep_months=0,
        downgrade="recompute",
        falls=True,
        paid=Pay(paid.start, paid.end, step, step is not None and _told(builder, step, paid.end)),
        **_shared(name, tier, tuple(steps), tuple(steps.values())),
    )


def _slots(builder: Builder, path: str, held: int, *, timed: bool) -> tuple[int, int | None]:
    """The slots of a ladder, and those of its own timer where it needs one."""
    slot = builder.block(path, rank=held, since=None, reached=held, due=NEVER, previous=held, changed_by="")
    return slot, builder.block(path, ends=NEVER, lapsed=None, secured=held) if timed else None


def _shared(name: str, tier: Tier, steps: tuple[str, ...], thresholds: tuple[float, ...]) -> dict[str, Any]:
    """What both kinds of ladder have."""
    grace, grace_months = split(tier.grace)
    return {
        "id": name,
        "source": f"tiers.{name}",
        "grace": grace,
        "grace_months": grace_months,
        "names": steps,
        "thresholds": thresholds,
        "multiply": _multiply(tier, steps),
        "grants": tuple(tier.benefits[step].grant if step in tier.benefits else () for step in steps),
    }


def over_window(node: Node, window: Window, period: str | None) -> Node:
    """The same tree with every history function that has no window of its own running over the ladder's."""
    if isinstance(node, History):
        if node.within is not None or node.within_months or node.function in TIMELY:
            return node
        if period is not None:
            return attrs.evolve(node, period=period)
        if window.length is None or node.function not in _WINDOWED:
            return node
        micros, months = split(window.length)
        return attrs.evolve(node, within=micros or 0, within_months=months)
    return rebuilt(node, lambda part: over_window(part, window, period))


def _told(builder: Builder, step: Node, events: tuple[str, ...]) -> bool:
    """Whether the events that end a paid ladder have the fields that name its step."""
    fields = builder.program.document.named_events
    return all(path[1] in fields[event] for path in _event_fields(step) for event in events)


def _event_fields(node: Node) -> set[tuple[str, ...]]:
    own = {node.path} if isinstance(node, Ref) and node.path[0] == "event" else set()
    return own.union(*(_event_fields(part) for part in children(node)))


def _multiply(tier: Tier, steps: tuple[str, ...]) -> tuple[tuple[str, tuple[float | None, ...]], ...]:
    points = dict.fromkeys(point for benefit in tier.benefits.values() for point in benefit.multiply)
    return tuple(
        (point, tuple(tier.benefits[step].multiply.get(point) if step in tier.benefits else None for step in steps))
        for point in points
    )
