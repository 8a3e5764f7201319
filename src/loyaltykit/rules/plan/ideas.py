"""Operations of ideas: what follows from them, how many a member may propose, who is told."""

from __future__ import annotations

import attrs

from loyaltykit.rules.plan.points import Follow

IDEAS = "ideas"
"""The mechanic, and the name of its weight and its messages."""


@attrs.frozen(slots=True)
class Ideas:
    """Ideas. The slot holds the member's own by id ([state, at, what was given]), and the weights of their votes."""

    slot: int
    follows: tuple[tuple[str, Follow], ...]
    """By what happens: proposed, supported, accepted, done."""
    told: tuple[tuple[str, str], ...]
    """By state the message; without one there are words of ours."""
    times: int
    period: str | None
    rolling: int | None
    months: int
