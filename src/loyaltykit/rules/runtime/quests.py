"""Quests that somebody enrols in: a campaign, or the member by joining."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.rules.runtime.clock import later
from loyaltykit.rules.runtime.standing import arm

if TYPE_CHECKING:
    from loyaltykit.rules.plan import Advance

ACTIVE_QUEST, DONE_QUEST = 1, 2


def enrol(state: list[Any], quest: Advance, at: int, event: str | None, out: Any, zone: str) -> bool:
    """Enrol in a quest, anew when it was done before; nothing happens while it is on. Whether it has begun."""
    slot = quest.slot
    if state[slot] == ACTIVE_QUEST:
        return False
    for step in quest.steps:
        state[step.slot] = {} if step.distinct is not None else 0
    state[slot] = ACTIVE_QUEST
    state[slot + 1] += 1
    state[slot + 2] = at
    state[slot + 4] = None
    if quest.within is not None:
        arm(state, slot + 3, later(state, at, quest.within, quest.within_months, zone))
    run = state[slot + 1]
    data = {"state": "started", "run": run}
    out.append(("effect", at, event, quest.source, f"{run}-started", "quest", quest.id, data))
    return True
