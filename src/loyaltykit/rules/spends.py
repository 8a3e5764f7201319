"""Actions on points: redeemed, cancelled, held, captured, released, adjusted, sent and received; and what refuses them.

What is recorded was accepted: the fold takes it as it is, and points that a refold no longer yields leave a hole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.rules.expression.evaluate import evaluate
from loyaltykit.rules.runtime import giving, lots
from loyaltykit.rules.runtime import spending as kept
from loyaltykit.rules.worth import over_lots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from loyaltykit.rules.actions import Act
    from loyaltykit.rules.compile import Compiled
    from loyaltykit.rules.plan import Grant, Lots, Plan, Points
    from loyaltykit.values import Effect

    State = list[Any]


@attrs.frozen(slots=True)
class Refusal:
    """Why something is not done: a code, and what it is about (a condition of the document, a point)."""

    code: str
    about: str = ""


class Spends:
    """What each of these actions does, and what keeps a member from it."""

    def __init__(self, plan: Plan, compiled: Compiled) -> None:
        self._plan = plan
        self._compiled = compiled
        self._points: Mapping[str, Points] = {point.id: point for point in plan.points if point.lots is not None}
        self._plain = {point.id: point for point in plan.points if point.lots is None}
        self._grants = {grant.id: grant for grant in plan.grants}
        self._holds = None if plan.spending is None else kept.Holds(plan.spending, self._points)
        self.table: dict[str, Callable[[Act], None]] = {
            "kit.redeemed": self.redeemed,
            "kit.cancelled": self.cancelled,
            "kit.held": self.held,
            "kit.captured": self.captured,
            "kit.released": self.released,
            "kit.adjusted": self.adjusted,
            "kit.sent": self.sent,
            "kit.received": self.received,
            "kit.refused": refused,
        }

    # --- what keeps a member from it ---------------------------------------------------------------------------

    def refusal(self, state: State, grant: Grant, at: int) -> Refusal | None:
        """Why a member may not redeem a reward at an instant not before the state's now; stock aside."""
        terms = grant.terms
        if terms is None:
            return Refusal("reward/not-redeemable")
        if giving.over(grant, at):
            return Refusal("reward/over")
        if grant.single and state[grant.slot]:
            return Refusal("reward/held")
        for asked, node in terms.asks:
            if self._compiled.value(node)(state, at, None) is not True:
                return Refusal("reward/not-eligible", f"rewards.{grant.id}.{asked}")
        if kept.left(state, terms, at, self._plan.zone) == 0:
            return Refusal("reward/limit", f"rewards.{grant.id}.per_member")
        return self.short(state, terms.cost)

    def short(self, state: State, cost: Iterable[tuple[str, int]]) -> Refusal | None:
        """Which point there is too little of; None when all of a cost is available."""
        for name, amount in cost:
            point = self._points.get(name)
            if point is None or state[point.slot + lots.AVAILABLE] < amount:
                return Refusal("points/insufficient", name)
        return None

    def unpayable(self, state: State, amounts: Mapping[str, int]) -> Refusal | None:
        """Which point of an adjustment there is too little of and may not go below nothing."""
        strict = {name: point for name, point in self._points.items() if _overdraft(point) == "refuse"}
        return self.short(state, [(name, -amount) for name, amount in amounts.items() if amount < 0 and name in strict])

    def hold(self, state: State, id: str) -> list[Any] | None:
        """A hold that stands."""
        held: list[Any] | None = None if self._holds is None else state[self._holds.plan.holds].get(id)
        return held

    # --- redemptions -------------------------------------------------------------------------------------------

    def redeemed(self, act: Act) -> None:
        """Points for a reward: the lots that expire first are consumed."""
        reward = act.data["reward"]
        paid = kept.pay(act.state, self._points, _cost(act.data), act.at)
        self._buy(act, reward, act.event, paid)
        grant = self._grants.get(reward)
        if grant is not None:
            self._bring(act, grant, act.event)

    def _buy(self, act: Act, reward: str | None, id: str, paid: kept.Paid) -> None:
        """Post a redemption and remember it."""
        source = giving.BY_HAND if reward is None else kept.source_of(reward)
        kept.post(paid, "redemption", act.at, act.event, source, id, act.out)
        grant = self._grants.get(reward or "")
        value = None
        if grant is not None and grant.terms is not None:
            value = self._value(act, grant, paid)
            kept.note(act.state, grant.terms, [id, act.at, paid, value, "granted", None])
        data = {"paid": paid, "value": value}
        act.out.append(("effect", act.at, act.event, source, id, "redeemed", reward or "points", data))

    def _value(self, act: Act, grant: Grant, paid: kept.Paid) -> float | None:
        node = None if grant.terms is None else grant.terms.value
        if node is None:
            return None
        consumed = over_lots(paid, self._points)
        look = self._compiled.value
        value = evaluate(node, lambda ref: consumed(ref) if consumed.about(ref) else look(ref)(act.state, act.at, None))
        return None if value is None else round(value, 6)

    def _bring(self, act: Act, grant: Grant, id: str) -> None:
        """The right that was paid for; of limited stock the shell has seen that a piece is left."""
        source = kept.source_of(grant.id)
        if not grant.limited:
            self._give(act, grant, id)
        else:
            giving.ask(act.state, grant, act.at, act.event, source, id, act.out)

    def _give(self, act: Act, grant: Grant, id: str, piece: object = None) -> None:
        source, plan, code = kept.source_of(grant.id), self._plan, piece if isinstance(piece, str) else None
        giving.grant_now(act.state, grant, plan.grants_due, act.at, act.event, source, id, act.out, plan.zone, code)
        if code is not None:
            kept.tell_code(act.state, grant, id, code)

    def answered(self, state: State, data: Mapping[str, Any], at: int, out: Any) -> bool:
        """Fold the answer about a piece of stock for a hold or a redemption; False when all is as with any grant."""
        grant, id = self._grants.get(data["name"]), data["occurrence"]
        if grant is None or data["mechanic"] != kept.source_of(data["name"]):
            return False
        hold = self.hold(state, id)
        if hold is not None and data["granted"]:
            hold[kept.PIECE] = data.get("code") or True
            return True
        if hold is not None and self._holds is not None:
            self._holds.release(state, id, at, data.get("event"), "refused", out)
        elif not data["granted"]:
            self._undo(state, grant, id, "refused", at=at, event=data.get("event") or id, out=out)
        return False

    def cancelled(self, act: Act) -> None:
        """A redemption is undone: the points come back with the expiry they had, the right is revoked."""
        grant, id = self._grants.get(act.data["reward"]), act.data["redemption"]
        if grant is None:
            return
        right = next((one for one in act.state[grant.slot] if one[3] == id), None)
        if right is not None:
            said = {name: act.data[name] for name in ("by", "reason") if act.data[name] is not None}
            giving.take_back(act.state, grant, right, "revoked", said, act.at, act.event, act.out)
        self._undo(act.state, grant, id, "cancelled", at=act.at, event=act.event, out=act.out)

    def refund(self, act: Act, grant: Grant, id: str) -> None:
        """The right of a redemption was revoked, and its points come back."""
        self._undo(act.state, grant, id, "cancelled", at=act.at, event=act.event, out=act.out)

    def _undo(self, state: State, grant: Grant, id: str, status: str, *, at: int, event: str, out: Any) -> None:
        found = None if grant.terms is None else kept.find(state, grant.terms, id)
        if found is None or found[kept.STATUS] in ("cancelled", "refused"):
            return
        found[kept.STATUS] = status
        source = kept.source_of(grant.id)
        kept.post(found[kept.PAID], "redemption", at, event, source, f"{id}-{status}", out, sign=1)
        kept.give_back(state, self._points, found[kept.PAID], at, event, out)
        out.append(("effect", at, event, source, id, "refunded", grant.id, None))

    # --- holds -------------------------------------------------------------------------------------------------

    def held(self, act: Act) -> None:
        """Points are put aside, and a piece of stock with them."""
        if self._holds is None:
            return
        reward = act.data["reward"]
        paid = kept.pay(act.state, self._points, _cost(act.data), act.at)
        self._holds.put(act.state, act.event, act.at, act.data["until"], reward, paid)
        data = {"state": "held", "hold": act.event, "until": act.data["until"], "reward": reward, "paid": paid}
        act.out.append(("effect", act.at, act.event, giving.BY_HAND, act.event, "hold", reward or "points", data))
        grant = self._grants.get(reward or "")
        if grant is not None and grant.limited:
            giving.ask(act.state, grant, act.at, act.event, kept.source_of(grant.id), act.event, act.out)

    def captured(self, act: Act) -> None:
        """What was on hold is spent."""
        id = act.data["hold"]
        hold = None if self._holds is None else self._holds.take(act.state, id)
        if hold is None:
            return
        reward = hold[kept.REWARD]
        data = {"state": "captured", "hold": id}
        act.out.append(
            ("effect", act.at, act.event, giving.BY_HAND, f"{id}-captured", "hold", reward or "points", data)
        )
        self._buy(act, reward, id, hold[kept.LOCKED])
        grant = self._grants.get(reward or "")
        if grant is not None:
            self._give(act, grant, id, hold[kept.PIECE])

    def released(self, act: Act) -> None:
        """What was on hold is available again."""
        if self._holds is not None:
            self._holds.release(act.state, act.data["hold"], act.at, act.event, "released", act.out)

    # --- adjustments and transfers -----------------------------------------------------------------------------

    def adjusted(self, act: Act) -> None:
        """Points given or taken by hand. What is given is available at once and expires as any award does."""
        for name, amount in _cost(act.data):
            if name in self._plain:
                act.state[self._plain[name].slot] += amount
                _line(act, name, amount)
            elif name in self._points:
                self._adjust(act, self._points[name], amount)

    def _adjust(self, act: Act, point: Points, amount: int) -> None:
        if amount < 0:
            if _overdraft(point) == "forgive":
                amount = -min(-amount, max(0, act.state[point.slot + lots.AVAILABLE]))
            act.state[point.slot] += amount
            taken = [[point.id, lots.spend(act.state, point, -amount, act.at)]]
            kept.post(taken, "adjustment", act.at, act.event, giving.BY_HAND, act.event, act.out)
            return
        at_once: Lots = attrs.evolve(point.lots, pending=0, pending_months=0, waiting=None)  # type: ignore[misc, assignment]  # there are lots
        said = (giving.BY_HAND, act.event, self._plan.zone)
        lots.accrue(act.state, point.slot, at_once, act.at, amount, *said)
        _line(act, point.id, amount)

    def sent(self, act: Act) -> None:
        """Points go to another member: out here. Their own event takes them in there."""
        paid = kept.pay(act.state, self._points, _cost(act.data), act.at)
        kept.post(paid, "adjustment", act.at, act.event, giving.BY_HAND, act.event, act.out)
        data = {"paid": paid, "by": act.data["by"], "reason": act.data["reason"]}
        act.out.append(("effect", act.at, act.event, giving.BY_HAND, act.event, "sent", "points", data))

    def received(self, act: Act) -> None:
        """Points from another member: lots that keep the expiry of those that were given. No score grows by them."""
        for number, ((name, amount), expires) in enumerate(zip(_cost(act.data), act.data["expires"], strict=True)):
            point = self._points.get(name)
            if point is not None:
                _line(act, name, amount)
                one = lots.Taken(giving.BY_HAND, act.event, act.at, number, expires, amount)
                lots.restore(act.state, point, [one], act.at, act.event, act.out)


def refused(act: Act) -> None:
    """What was asked for was not done; the effect is there for the member's story."""
    name, data = act.data["reward"] or "points", {"reason": act.data["code"], "about": act.data["about"]}
    act.out.append(("effect", act.at, act.event, giving.BY_HAND, act.event, "refused", name, data))


def received(sent: Effect) -> dict[str, Any]:
    """What the receiver of a transfer gets, as their event says it: the lots that were given, with their expiry."""
    lots = [(point, one[5], one[4]) for point, taken in sent.data["paid"] for one in taken]
    columns = {name: [lot[place] for lot in lots] for place, name in enumerate(("points", "amounts", "expires"))}
    return {"cause": sent.occurrence, **columns, **{name: sent.data[name] for name in ("by", "reason")}}


def _overdraft(point: Points) -> str:
    """What happens to a point of which more is taken than there is."""
    return str(getattr(point, "overdraft", "allow"))


def _cost(data: Mapping[str, Any]) -> list[tuple[str, int]]:
    return list(zip(data["points"], data["amounts"], strict=True))


def _line(act: Act, point: str, amount: int) -> None:
    lot = f"{giving.BY_HAND}/{act.event}/{point}"
    line = ("adjustment", act.at, act.event, giving.BY_HAND, act.event, point, amount, lot)
    act.out.append(line)
