"""Quests: steps to be done, perhaps in order, perhaps within a time, for a reward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.calendars import day_number
from loyaltykit.rules.builder import Builder, split
from loyaltykit.rules.expression.tree import Logic, Node, Type
from loyaltykit.rules.plan import Advance, AnyQuestRead, QuestRead, Step, Ways
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from loyaltykit.program.quests import Quest, QuestStep

_OFF = 1 << 39
"""2**-21: what `rounding` forgives an award, too."""


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
                start=quest.start,
                ways=None if quest.plain else _ways(builder, name, quest),
            )
        )
        for what in ("done", "active"):
            builder.reads["quest", name, what] = QuestRead(slot, what)
        total = quest.any_of or len(steps)
        progress = tuple(part for step in steps for part in (step.slot, step.needed))
        builder.reads["quest", name, "progress"] = QuestRead(slot, "progress", progress, total)
    builder.reads["quest", "any", "done"] = AnyQuestRead(tuple(quest.slot for quest in builder.quests))


def _ways(builder: Builder, name: str, quest: Quest) -> Ways:
    repeat, start = quest.repeat, quest.begin
    after, months = split(None if repeat is None else repeat.after)
    return Ways(
        slot=builder.slot(f"quests.{name} times done", 0),
        first=None if start.start is None else day_number(start.start),
        last=None if start.end is None else day_number(start.end),
        requires=_requires(builder, name),
        again=repeat is not None,
        after=after or 0,
        after_months=months,
        at_most=None if repeat is None else repeat.at_most,
        retroactive=quest.retroactive,
    )


def _exact(amount: float) -> int:
    """An amount as an integer of 2**-60, less what the sum of many decimals may be off by."""
    return (amount << 60 if isinstance(amount, int) else int(amount * 2.0**60)) - _OFF


def _requires(builder: Builder, name: str) -> Node | None:
    """The quests and badges that have to be there, and the condition."""
    paths = (f"quests.{name}.requires", f"quests.{name}.requires.when")
    parts = tuple(node for node in map(builder.expression, paths) if node is not None)
    return Logic("and", parts, type=Type("boolean")) if len(parts) > 1 else parts[0] if parts else None


def _step(builder: Builder, path: str, step: QuestStep) -> Step:
    when = builder.expression(f"{path}.when")
    return Step(
        slot=builder.slot(path, {} if step.distinct is not None else 0),
        events=step.on or (),
        where=builder.expression(f"{path}.where", step.on or ()),
        needed=1 if when is not None else step.times if step.sum is None else _exact(step.amount),
        distinct=step.distinct,
        when=when,
        due=builder.due(path, when),
        sum=step.sum,
    )
