"""Badges: awarded when a condition holds, or step by step as something is counted."""

from __future__ import annotations

from loyaltykit.rules.builder import Builder
from loyaltykit.rules.plan import Award, FlagRead, RankRead


def lower(builder: Builder) -> None:
    """An `Award` for each badge, and the names `badge.B`."""
    for name, badge in builder.program.document.badges.items():
        path = f"badges.{name}"
        counted = () if badge.count is None else (badge.count,)
        slot = builder.block(path, rank=-1, at=None, count=0) if counted else builder.block(path, rank=-1, at=None)
        when = builder.expression(f"{path}.when")
        thresholds = tuple(badge.steps.values()) or ((1,) if counted else ())
        builder.badges.append(
            Award(
                id=name,
                source=path,
                slot=slot,
                when=when,
                due=builder.due(path, when, until_met=badge.retroactive != "no"),
                count=badge.count,
                where=builder.expression(f"{path}.where", counted),
                names=tuple(badge.steps),
                thresholds=thresholds,
                follow=builder.follow(path, badge, path),
                waits=badge.retroactive == "no",
            )
        )
        builder.reads["badge", name] = RankRead(slot) if badge.steps else FlagRead(slot)
