"""Operations of surprises and referrals: what chance decides, and what other members cause."""

from __future__ import annotations

import attrs

from loyaltykit.rules.expression.tree import Node, Ref
from loyaltykit.rules.plan.points import REFERRALS, Follow, PeriodCap

__all__ = ["ASKED", "CLOSED", "OPEN", "REFERRALS", "REFUSED", "REWARDED", "WAITING", "Refer", "Surprise"]


@attrs.frozen(slots=True)
class Surprise:
    """Something given by chance. With a `budget` the shell is asked whether some is left."""

    id: str
    source: str
    events: tuple[str, ...]
    when: Node | None
    chance: float
    follow: Follow
    limit: PeriodCap | None
    """Of one member."""
    budget: tuple[int, str] | None
    """At most so many a calendar period of the program's zone, for all members together."""


@attrs.frozen(slots=True)
class Refer:
    """Referrals. The slot holds what came of the member's own: one of the constants below."""

    slot: int
    events: tuple[str, ...]
    when: Node | None
    referrer: Ref
    friend: Follow
    reward: Follow
    """The referrer's."""


OPEN, CLOSED, ASKED, WAITING, REFUSED, REWARDED = range(6)
"""Nothing happened yet; the event came and nobody was named; the shell was asked; the referrer is not known yet;
refused; both sides got something."""
