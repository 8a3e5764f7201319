"""What a case lets a member do with points: redeem, hold, capture, release, adjust, transfer; use a right.

``{redeem: bonus-lesson}``, ``{hold: {stars: 5}, lasts: 1h}`` (or a reward), ``{capture: true}`` and ``{release: true}``
(the latest hold, or the `id` of one), ``{adjust: {stars: -5}}``, ``{transfer: {stars: 5}, to: bob}``, ``{use: seat}``.
As with the kit, what is not allowed is refused, and changes nothing.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.calendars import add, parse_duration
from loyaltykit.problems import Finding, echo, nearest
from loyaltykit.program.places import Fault, Keys
from loyaltykit.rules.spends import Refusal
from loyaltykit.values import Event, from_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyaltykit.calendars import Zone
    from loyaltykit.program.document import Document
    from loyaltykit.rules.engine import Engine

    State = list[Any]

ACTS = ("redeem", "hold", "capture", "release", "adjust", "transfer", "use")
MORE = {"hold": ("lasts",), "transfer": ("to",)}
"""What may stand beside an act, besides `id`, `member` and `at`."""
_BY = {"by": "case", "reason": "case"}


@attrs.frozen
class Act:
    """One act, and its number in the list."""

    verb: str
    reward: str | None
    amounts: Mapping[str, int]
    hold: str | None
    to: str | None
    until: int | None
    member: str
    id: str
    at: int
    number: int


@attrs.frozen
class ActReader:
    """Reads one act; what is wrong with it becomes faults."""

    document: Document
    zone: Zone
    keys: Keys
    at: int
    faults: list[Fault]

    def read(self, verb: str, item: Mapping[str, Any], *, number: int, member: str) -> Act | None:
        """The act that an item means; None when something is wrong with it."""
        before = len(self.faults)
        what, place = item[verb], (*self.keys, verb)
        by_name = verb in ("redeem", "use") or (verb == "hold" and isinstance(what, str))
        ends = verb in ("capture", "release")
        if verb == "transfer" and "to" not in item:
            self._fault("case/needs", self.keys, "to")
        made = Act(
            verb=verb,
            reward=self._reward(str(what), place) if by_name else None,
            amounts={} if by_name or ends else self._amounts(what, place, signed=verb == "adjust"),
            hold=str(what) if ends and what is not True else None,
            to=str(item["to"]) if "to" in item else None,
            until=self._until(item["lasts"]) if "lasts" in item else None,
            member=member,
            id=str(item.get("id", f"e{number + 1}")),
            at=self.at,
            number=number,
        )
        return made if len(self.faults) == before else None

    def _reward(self, name: str, place: Keys) -> str:
        if name not in self.document.rewards:
            self._unknown(name, self.document.rewards, place)
        return name

    def _amounts(self, what: Any, place: Keys, *, signed: bool) -> dict[str, int]:
        """Points in smallest units."""
        found: dict[str, int] = {}
        if not hasattr(what, "items"):
            self._fault("case/mapping", place, echo(what))
            return found
        for name, amount in what.items():
            declared = self.document.points.get(name)
            if declared is None:
                self._unknown(str(name), self.document.points, (*place, name))
                continue
            units = _units(amount, declared.decimals)
            if not units or (units < 0 and not signed):
                self._fault("case/amount", (*place, name), echo(amount))
            else:
                found[name] = units
        return found

    def _until(self, lasts: Any) -> int | None:
        try:
            return add(self.at, parse_duration(lasts), self.zone)
        except ValueError as error:
            self.faults.append(Fault(Finding("case/duration", {"reason": str(error)}), (*self.keys, "lasts")))
            return None

    def _fault(self, code: str, keys: Keys, name: str) -> None:
        self.faults.append(Fault(Finding(code, {"name": name}), keys))

    def _unknown(self, name: str, known: Iterable[str], keys: Keys) -> None:
        near = nearest(name, known)
        arguments = {"name": echo(name), "known": ", ".join(known)} | ({} if near is None else {"nearest": near})
        self.faults.append(
            Fault(Finding("case/unknown-name", arguments, "hint/nearest" if near else "hint/one-of"), keys)
        )


def _units(amount: Any, decimals: int) -> int | None:
    try:
        units = Decimal(str(amount)).scaleb(decimals)
    except InvalidOperation:
        return None
    return int(units) if units.is_finite() and units == units.to_integral() else None


@attrs.define
class Desk:
    """Judges acts as the shell does, with the stock of the case."""

    engine: Engine
    holds: dict[str, str] = attrs.field(factory=dict)
    """The latest hold by member."""

    def judge(self, act: Act, state: State, left: Mapping[str, int]) -> Event | Refusal:
        """The event that an act is recorded as, or why it is not; `left` is what is left of limited rewards."""
        made = getattr(self, f"_{act.verb}")(act, state, left)
        if isinstance(made, Refusal):
            return made
        kind, data = made
        return Event(act.id, kind, act.member, from_instant(act.at), data)

    def _redeem(self, act: Act, state: State, left: Mapping[str, int]) -> Refusal | tuple[str, dict[str, Any]]:
        refusal, cost = self._terms(act, state, left)
        return refusal or ("kit.redeemed", {"reward": act.reward, **cost})

    def _hold(self, act: Act, state: State, left: Mapping[str, int]) -> Refusal | tuple[str, dict[str, Any]]:
        if act.reward is None:
            refusal, cost = self.engine.spends.short(state, act.amounts.items()), _listed(act.amounts)
        else:
            refusal, cost = self._terms(act, state, left)
        if refusal is None:
            self.holds[act.member] = act.id
        until = None if act.until is None else from_instant(act.until).isoformat()
        return refusal or ("kit.held", {"reward": act.reward, **cost, "until": until})

    def _terms(self, act: Act, state: State, left: Mapping[str, int]) -> tuple[Refusal | None, dict[str, Any]]:
        grant = self.engine.right(act.reward or "")
        if grant is None or grant.terms is None:
            return Refusal("reward/not-redeemable"), {}
        refusal = self.engine.spends.refusal(state, grant, act.at)
        if refusal is None and left.get(grant.id, 1) <= 0:
            refusal = Refusal("reward/out-of-stock")
        return refusal, _listed(dict(grant.terms.cost))

    def _capture(self, act: Act, state: State, left: Mapping[str, int]) -> Refusal | tuple[str, dict[str, Any]]:
        return self._end("kit.captured", act, state)

    def _release(self, act: Act, state: State, left: Mapping[str, int]) -> Refusal | tuple[str, dict[str, Any]]:
        return self._end("kit.released", act, state)

    def _end(self, kind: str, act: Act, state: State) -> Refusal | tuple[str, dict[str, Any]]:
        hold = act.hold or self.holds.get(act.member, "")
        standing = self.engine.spends.hold(state, hold)
        return Refusal("hold/over") if standing is None else (kind, {"hold": hold})

    def _adjust(self, act: Act, state: State, left: Mapping[str, int]) -> Refusal | tuple[str, dict[str, Any]]:
        refusal = self.engine.spends.unpayable(state, act.amounts)
        return refusal or ("kit.adjusted", {**_listed(act.amounts), **_BY})

    def _transfer(self, act: Act, state: State, left: Mapping[str, int]) -> Refusal | tuple[str, dict[str, Any]]:
        refusal = self.engine.spends.short(state, act.amounts.items())
        return refusal or ("kit.sent", {"to": 0, **_listed(act.amounts), **_BY})

    def _use(self, act: Act, state: State, left: Mapping[str, int]) -> Refusal | tuple[str, dict[str, Any]]:
        grant = self.engine.right(act.reward or "")
        held = grant is not None and bool(state[grant.slot])
        return ("kit.used", {"reward": act.reward}) if held else Refusal("reward/not-held")


def _listed(amounts: Mapping[str, int]) -> dict[str, Any]:
    return {"points": list(amounts), "amounts": list(amounts.values())}
