"""What the parts of a quest must agree on: its dates run forward, a sum has an amount, it does not wait for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from loyaltykit.program.names import Desk
    from loyaltykit.program.places import Keys
    from loyaltykit.program.quests import Quest, QuestStep


def check_quest(desk: Desk, name: str, quest: Quest, cut: Collection[Keys]) -> None:
    """Report what of a quest makes no sense."""
    loc: Keys = ("quests", name)
    begin = quest.begin
    if begin.start is not None and begin.end is not None and begin.end < begin.start:
        desk.report("document/dates", (*loc, "start", "to"))
    if begin.how != "auto" and (begin.start is not None or begin.end is not None):
        desk.report("document/dated-start", (*loc, "start"), name=begin.how)
    if quest.requires is not None and name in quest.requires.quest:
        desk.report("document/own-quest", (*loc, "requires", "quest"), name=name)
    for number, step in enumerate(quest.steps):
        _check_step(desk, step, (*loc, "steps", number))


def _check_step(desk: Desk, step: QuestStep, loc: Keys) -> None:
    """A sum has an amount to reach, and counts nothing else."""
    if step.sum is None:
        if step.reach is not None:
            desk.report("document/needs-sum", (*loc, "reach"), at_key=True, name="reach")
        return
    if step.distinct is not None:
        desk.report("document/sum-distinct", (*loc, "sum"), at_key=True)
    if step.reach is None and "times" not in step.model_fields_set:
        desk.report("document/sum-amount", (*loc, "sum"), at_key=True)
    if step.reach is not None and "times" in step.model_fields_set:
        desk.report("document/sum-both", (*loc, "times"), at_key=True)
