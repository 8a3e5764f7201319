"""Quests: steps to be done, perhaps in order, perhaps within a time, for a reward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.rules.builder import Builder, split
from loyaltykit.rules.plan import Advance, AnyQuestRead, QuestRead, Step
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from loyaltykit.program.document import QuestStep


def lower(builder: Builder) -> None:
    """An `Advance` for each quest, and the names `quest.Q.done|active|progress`, `quest.any.done`."""
    for name, quest in builder.program.document.quests.items():
        path = f"quests.{name}"
        slot = builder.block(path, status=0, run=0, enrolled=None, deadline=NEVER, completed=None)
        steps = tuple(_step(builder, f"{path}.steps.{n}", step) for n, step in enumerate(quest.steps, start=1))
        within, months = split(quest.within)
        builder.quests.append(
            Advance(
                id=name,
                source=path,
                slot=slot,
                within=within,
                within_months=months,
                steps=steps,
                in_order=quest.in_order,
                needed=quest.any_of or len(steps),
                reward=builder.follow(path, quest.reward, f"{path}.reward"),
                auto=quest.start == "auto",
            )
        )
        for what in ("done", "active"):
            builder.reads["quest", name, what] = QuestRead(slot, what)
        total = quest.any_of or len(steps)
        progress = tuple(part for step in steps for part in (step.slot, step.needed))
        builder.reads["quest", name, "progress"] = QuestRead(slot, "progress", progress, total)
    builder.reads["quest", "any", "done"] = AnyQuestRead(tuple(quest.slot for quest in builder.quests))


def _step(builder: Builder, path: str, step: QuestStep) -> Step:
    when = builder.expression(f"{path}.when")
    return Step(
        slot=builder.slot(path, {} if step.distinct is not None else 0),
        events=step.on or (),
        where=builder.expression(f"{path}.where", step.on or ()),
        needed=step.times if when is None else 1,
        distinct=step.distinct,
        when=when,
        due=builder.due(path, when),
    )
