"""Points that an adoption would have taken away and did not: an event of our own puts them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from loyaltykit.rules.runtime import lots

if TYPE_CHECKING:
    from loyaltykit.rules.actions import Act
    from loyaltykit.rules.plan import Plan


class Keeping:
    """What ``kit.kept`` does."""

    def __init__(self, plan: Plan) -> None:
        self._points = {point.id: point for point in plan.points}
        self._zone = plan.zone

    def kept(self, act: Act) -> None:
        """A line of the mechanic that once gave the points; they live from now on as an award does, ready at once."""
        name, mechanic, amount = act.data["point"], act.data["mechanic"], act.data["amount"]
        point, state = self._points.get(name), act.state
        expires = None
        if point is not None and point.lots is None:
            state[point.slot] += amount
        elif point is not None and point.lots is not None:
            life = attrs.evolve(point.lots, pending=0, pending_months=0)
            _, expires = lots.accrue(state, point.slot, life, act.at, amount, mechanic, act.event, self._zone)
        act.out.append(("accrual", act.at, act.event, mechanic, act.event, name, amount, None, None, expires))
