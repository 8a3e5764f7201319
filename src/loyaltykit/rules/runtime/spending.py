"""Points spent, put back and put on hold, as the state keeps it.

A redemption is a list [id, at, paid, value, state, code]: `paid` is what was taken, a list of [point, lots taken]; its
id is that of the event it was accepted by (or of the hold that was captured). A hold is a list [since, until, reward,
paid, piece]: `piece` is true when a piece of limited stock is held, too, or the code that is. Every function takes the
state and changes it in place; ledger lines and effects go into `out` as compact tuples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.rules.plan import DUE
from loyaltykit.rules.runtime.clock import earlier, zone_of
from loyaltykit.rules.runtime.lots import HELD, Taken, restore, spend
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyaltykit.rules.plan import Grant, Points, Spending, Terms

State = list[Any]
Paid = list[list[Any]]
ID, AT, PAID, VALUE, STATUS, CODE = range(6)
"""The places in a redemption."""
SINCE, UNTIL, REWARD, LOCKED, PIECE = range(5)
"""The places in a hold."""
MOST_REDEMPTIONS = 1_000
"""So many redemptions of one reward are remembered of a member; older ones cannot be cancelled any more."""
BY_HAND = "kit"


def source_of(reward: str) -> str:
    """The mechanic that a redemption is posted under."""
    return f"rewards.{reward}"


def redeemed(source: str) -> bool:
    """Whether a right came from a redemption: each of these is one more."""
    return source.startswith("rewards.")


def pay(state: State, points: Mapping[str, Points], cost: Iterable[tuple[str, int]], at: int) -> Paid:
    """Take what something costs out of what is available; a point that the program has no more is left out."""
    return [
        [name, [list(one) for one in spend(state, points[name], amount, at)]] for name, amount in cost if name in points
    ]


def post(paid: Paid, kind: str, at: int, event: str, source: str, occurrence: str, out: Any, *, sign: int = -1) -> None:
    """The ledger lines of what was taken (or, with another sign, put back), lot by lot."""
    for point, taken in paid:
        by_lot: dict[str, int] = {}
        for one in map(Taken._make, taken):
            by_lot[one.lot] = by_lot.get(one.lot, 0) + one.amount
        for lot, amount in by_lot.items():
            out.append((
                kind, at, event, source, occurrence, point, sign * amount, f"{lot}/{point}" if lot else None
            ))  # fmt: skip


def give_back(state: State, points: Mapping[str, Points], paid: Paid, at: int, event: str | None, out: Any) -> None:
    """Put back what was taken, with the expiry it had."""
    for point, taken in paid:
        if point in points:
            restore(state, points[point], map(Taken._make, taken), at, event, out)


def note(state: State, terms: Terms, redemption: list[Any]) -> None:
    """Remember a redemption."""
    held = state[terms.slot]
    held.append(redemption)
    if len(held) > max(MOST_REDEMPTIONS, terms.most or 0):
        del held[0]


def tell_state(state: State, grant: Grant, occurrence: str, status: str) -> None:
    """The right that a redemption brought was used, revoked, or has expired."""
    if grant.terms is not None:
        for one in state[grant.terms.slot]:
            if one[ID] == occurrence:
                one[STATUS] = status


def tell_code(state: State, grant: Grant, occurrence: str, code: str) -> None:
    """A redemption brought a code."""
    found = None if grant.terms is None else find(state, grant.terms, occurrence)
    if found is not None:
        found[CODE] = code


def find(state: State, terms: Terms, id: str) -> list[Any] | None:
    """A redemption by its id."""
    return next((one for one in state[terms.slot] if one[ID] == id), None)


def left(state: State, terms: Terms, at: int, zone: str) -> int | None:
    """How often a member may still redeem a reward now; None without a limit. Cancelled redemptions do not count."""
    if terms.most is None:
        return None
    counted = [one[AT] for one in state[terms.slot] if one[STATUS] != "cancelled"]
    if terms.period is not None:
        from loyaltykit.calendars import period_bounds  # as lists of a member's redemptions are short

        start, _ = period_bounds(terms.period, at, zone_of(state, zone))  # type: ignore[arg-type]  # a period's name
        counted = [one for one in counted if one >= start]
    elif terms.rolling is not None or terms.months:
        since = earlier(state, at, terms.rolling or 0, terms.months, zone)
        counted = [one for one in counted if one > since]
    return max(0, terms.most - len(counted))


@attrs.frozen(slots=True)
class Holds:
    """The points and pieces of stock that are on hold."""

    plan: Spending
    points: Mapping[str, Points]

    def put(self, state: State, id: str, at: int, until: int | None, reward: str | None, paid: Paid) -> None:
        """Put points on hold until an instant, or until somebody captures or releases them."""
        self._held(state, paid, 1)
        state[self.plan.holds][id] = [at, until, reward, paid, False]
        if until is not None and until < state[self.plan.due]:
            state[self.plan.due] = until
            state[DUE] = min(state[DUE], until)

    def take(self, state: State, id: str) -> list[Any] | None:
        """A hold is over: whoever asks first gets it, everybody else nothing."""
        hold: list[Any] | None = state[self.plan.holds].pop(id, None)
        if hold is not None:
            self._held(state, hold[LOCKED], -1)
        return hold

    def release(self, state: State, id: str, at: int, event: str | None, how: str, out: Any) -> None:
        """Give back what a hold has, with the expiry it had."""
        hold = self.take(state, id)
        if hold is None:
            return
        give_back(state, self.points, hold[LOCKED], at, event, out)
        reward = hold[REWARD]
        out.append(
            ("effect", at, event, BY_HAND, f"{id}-{how}", "hold", reward or "points", {"state": how, "hold": id})
        )
        if hold[PIECE]:
            out.append(("effect", at, event, source_of(reward), id, "freed", reward, None))

    def pass_time(self, state: State, at: int, out: Any) -> None:
        """Release the holds whose time is over; arm the timer for the next."""
        holds = state[self.plan.holds]
        ended = [id for id, hold in holds.items() if hold[UNTIL] is not None and hold[UNTIL] <= at]
        for id in sorted(ended, key=lambda name: (holds[name][UNTIL], name)):
            self.release(state, id, at, None, "lapsed", out)
        state[self.plan.due] = min((hold[UNTIL] for hold in holds.values() if hold[UNTIL] is not None), default=NEVER)

    def _held(self, state: State, paid: Paid, sign: int) -> None:
        for point, taken in paid:
            if point in self.points:
                state[self.points[point].slot + HELD] += sign * sum(one[5] for one in taken)
