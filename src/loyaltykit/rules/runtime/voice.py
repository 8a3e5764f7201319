"""Surveys as they are asked. The slots in a row: from when it may be asked, how often it was, its timer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.rules.runtime.clock import later
from loyaltykit.rules.runtime.standing import arm
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from loyaltykit.rules.plan import Ask

READY, COUNT, DUE_AGAIN = 0, 1, 2


def ask(state: list[Any], survey: Ask, at: int, event: str | None, out: Any, zone: str) -> None:
    """Ask it now; not again before its time has passed."""
    slot = survey.slot
    state[slot + COUNT] += 1
    out.append(("effect", at, event, survey.source, str(state[slot + COUNT]), "survey", survey.id, None))
    state[slot + READY] = later(state, at, survey.every or 0, survey.every_months, zone) if survey.again else NEVER


def look_again(state: list[Any], slot: int, at: int) -> None:
    """Have time look at the condition when it may be asked again."""
    if at < state[slot + READY] < state[slot + DUE_AGAIN]:
        arm(state, slot + DUE_AGAIN, state[slot + READY])
