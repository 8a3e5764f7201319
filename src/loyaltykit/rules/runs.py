"""Actions on streaks: a pause of a member's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.calendars import number_of
from loyaltykit.rules.runtime.clock import local_day
from loyaltykit.rules.runtime.streaks import Kept

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.rules.actions import Act
    from loyaltykit.rules.compile import Compiled
    from loyaltykit.rules.plan import Plan


class Runs:
    """What each of these actions does. A streak that the program does not have (any more) is left alone."""

    def __init__(self, plan: Plan, compiled: Compiled) -> None:
        self._zone = plan.zone
        chains = {streak.id: compiled.chain(streak.slot) for streak in plan.streaks}
        self._kept = {name: chain for name, chain in chains.items() if isinstance(chain, Kept)}
        self.table: dict[str, Callable[[Act], None]] = {"kit.paused": self.paused}

    def paused(self, act: Act) -> None:
        """On these dates nothing is missed; of no streak in particular, all that may pause do."""
        start, end, wanted = act.data["start"], act.data["end"], act.data["streak"]
        day = local_day(act.state, act.at, self._zone)
        for name, chain in self._kept.items():
            if wanted in (None, name):
                chain.pause(act.state, start, end, act.at, number_of(chain.period, day), act.out)
                data = {"start": start, "end": end}
                act.out.append(("effect", act.at, act.event, f"streaks.{name}", act.event, "paused", name, data))
