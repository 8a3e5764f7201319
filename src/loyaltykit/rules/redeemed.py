"""From what a state and its decisions say of redemptions and holds to values in whole units."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from loyaltykit.redemptions import Hold, Redemption, SpentLot
from loyaltykit.rules.plan import MEMBER
from loyaltykit.rules.runtime.lots import MANY, Taken
from loyaltykit.rules.runtime.spending import AT, CODE, ID, LOCKED, PAID, REWARD, SINCE, STATUS, UNTIL, VALUE
from loyaltykit.values import NEVER, from_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from loyaltykit.rules.plan import Plan
    from loyaltykit.values import Amount, Effect

    State = list[Any]


def whole(units: int, unit: int) -> Amount:
    """Smallest units as whole ones: int, or Decimal where the point has decimals."""
    return units if unit == 1 else Decimal(units).scaleb(-(len(str(unit)) - 1))


class Redeemed:
    """Reads redemptions and holds of one plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._units = {point.id: point.unit for point in plan.points}

    def of_effect(self, effect: Effect, code: str | None = None) -> Redemption:
        """The redemption that an effect `redeemed` tells of."""
        reward = None if effect.mechanic == "kit" else effect.name
        told = [effect.occurrence, effect.at, effect.data["paid"], effect.data["value"], "granted", code]
        return self._redemption(effect.member, reward, told)

    def of_state(self, state: State) -> tuple[Redemption, ...]:
        """A member's redemptions, the newest first."""
        found = [
            (one[AT], one[ID], self._redemption(state[MEMBER], grant.id, one))
            for grant in self._plan.grants
            if grant.terms is not None
            for one in state[grant.terms.slot]
        ]
        return tuple(one for _, _, one in sorted(found, key=lambda line: line[:2], reverse=True))

    def holds(self, state: State) -> tuple[Hold, ...]:
        """What a member has on hold, the oldest first."""
        spending = self._plan.spending
        held = {} if spending is None else state[spending.holds]
        return tuple(
            self.hold(state[MEMBER], id, held[id]) for id in sorted(held, key=lambda name: (held[name][SINCE], name))
        )

    def hold(self, member: str, id: str, held: list[Any]) -> Hold:
        """One hold of a state."""
        until = held[UNTIL]
        return Hold(
            id=id,
            member=member,
            reward=held[REWARD],
            points=self._cost(held[LOCKED]),
            at=from_instant(held[SINCE]),
            until=None if until is None else from_instant(until),
        )

    def _redemption(self, member: str, reward: str | None, told: list[Any]) -> Redemption:
        """One redemption, as a state keeps it."""
        value = told[VALUE]
        return Redemption(
            id=told[ID],
            member=member,
            reward=reward,
            at=from_instant(told[AT]),
            cost=self._cost(told[PAID]),
            lots=tuple(self._lots(told[PAID])),
            value=int(value) if value is not None and float(value).is_integer() else value,
            state=told[STATUS],
            code=told[CODE],
        )

    def _cost(self, paid: Iterable[list[Any]]) -> Mapping[str, Amount]:
        return {point: whole(sum(one[5] for one in taken), self._units.get(point, 1)) for point, taken in paid}

    def _lots(self, paid: Iterable[list[Any]]) -> Iterator[SpentLot]:
        for point, taken in paid:
            for one in map(Taken._make, taken):
                yield SpentLot(
                    point=point,
                    amount=whole(one.amount, self._units.get(point, 1)),
                    awarded=from_instant(one.awarded),
                    expires=None if one.expires >= NEVER else from_instant(one.expires),
                    mechanic=one.source,
                    occurrence="" if one.occurrence == MANY else one.occurrence,
                    facts=one.carry or {},
                )
