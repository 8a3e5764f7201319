"""Streaks: consecutive days, ISO weeks or months with enough activity, in the member's zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.calendars import day_number
from loyaltykit.rules.builder import Builder
from loyaltykit.rules.plan import LONG_AGO, Keeping, StreakRead, Touch
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from loyaltykit.program.streaks import Streak


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
                keeping=_keeping(builder, path, streak) if streak.kept else None,
            )
        )
        builder.reads["streak", name, "length"] = StreakRead(slot, streak.every, streak.kept)


def _keeping(builder: Builder, path: str, streak: Streak) -> Keeping:
    freezes = streak.freezes
    initial = 0 if freezes is None else freezes.initial
    rate = None if freezes is None else freezes.earn
    return Keeping(
        slot=builder.block(path, freezes=initial, toward=0, frozen=[], due=NEVER, pauses=[]),
        initial=initial,
        earn=0 if rate is None else rate.times,
        each=streak.earned_after or 0,
        most=0 if freezes is None else freezes.limit,
        pauses=tuple((day_number(pause.start), day_number(pause.end)) for pause in streak.pauses or ()),
    )
