"""The table of all mechanics: one row each, in the order in which they are lowered.

The order matters only where one mechanic needs another's slots (levels look up their point). What a program does not
use lowers to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from loyaltykit.campaigns import lowering as campaigns
from loyaltykit.rules.builder import Builder
from loyaltykit.rules.lowering import (
    badges,
    boards,
    chances,
    churn,
    grants,
    ideas,
    levels,
    points,
    quests,
    rules,
    segments,
    spending,
    streaks,
    surveys,
)
from loyaltykit.tiers import lowering as tiers

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.program.load import Program
    from loyaltykit.rules.plan import Plan


@attrs.frozen
class Mechanic:
    """A part of the document, and how it is lowered."""

    key: str
    lower: Callable[[Builder], None]


MECHANICS = (
    Mechanic("points", points.lower),
    Mechanic("segments", segments.lower),
    Mechanic("streaks", streaks.lower),
    Mechanic("rules", rules.lower),
    Mechanic("levels", levels.lower),
    Mechanic("tiers", tiers.lower),
    Mechanic("badges", badges.lower),
    Mechanic("quests", quests.lower),
    Mechanic("rewards", grants.lower),
    Mechanic("rewards", spending.lower),
    Mechanic("churn", churn.lower),
    Mechanic("leaderboards", boards.lower),
    Mechanic("surprises", chances.surprises),
    Mechanic("referrals", chances.referrals),
    Mechanic("surveys", surveys.lower),
    Mechanic("ideas", ideas.lower),
    Mechanic("campaigns", campaigns.lower),
)


def lower(program: Program) -> Plan:
    """Door three: the whole program as a plan."""
    builder = Builder(program)
    for mechanic in MECHANICS:
        mechanic.lower(builder)
    return builder.plan()
