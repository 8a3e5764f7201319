"""Levels: ranks by the lifetime score of one point, never lost."""

from __future__ import annotations

from loyaltykit.rules.builder import Builder
from loyaltykit.rules.plan import Climb, RankRead
from loyaltykit.values import NEVER


def lower(builder: Builder) -> None:
    """The ladder and the name `level`. A first step at zero is held from the start."""
    levels = builder.program.document.levels
    if levels is None:
        return
    point = next(point for point in builder.points if point.id == levels.by)
    thresholds = tuple(round(value * point.unit) for value in levels.steps.values())
    held = sum(1 for threshold in thresholds if threshold <= 0)
    slot = builder.slot("level rank", held - 1)
    builder.slot("level next", thresholds[held] if held < len(thresholds) else NEVER)
    builder.levels = Climb(slot, levels.by, tuple(levels.steps), thresholds)
    builder.reads[("level",)] = RankRead(slot)
