"""Streaks: consecutive days, ISO weeks or months with enough activity, in the member's zone."""

from __future__ import annotations

from loyaltykit.rules.builder import Builder
from loyaltykit.rules.plan import LONG_AGO, StreakRead, Touch


def lower(builder: Builder) -> None:
    """A `Touch` for each streak, and the names `streak.S.length`."""
    for name, streak in builder.program.document.streaks.items():
        path = f"streaks.{name}"
        counted = [None, 0] if streak.threshold > 1 else None
        slot = builder.block(path, last=LONG_AGO, length=0, best=0, run=0, counted=counted, reached=0)
        builder.streaks.append(
            Touch(
                id=name,
                source=path,
                slot=slot,
                events=streak.on,
                where=builder.expression(f"{path}.where", streak.on),
                period=streak.every,
                threshold=streak.threshold,
                milestones=tuple(
                    (length, builder.follow(path, given, f"{path}.milestones.{length}"))
                    for length, given in sorted(streak.milestones.items())
                ),
                once=streak.once,
            )
        )
        builder.reads["streak", name, "length"] = StreakRead(slot, streak.every)
