"""Why a rule acted on an event, and why not: the first condition that failed, with the values it had."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.calendars import number_of
from loyaltykit.rules.expression.evaluate import Failure, first_failure
from loyaltykit.rules.expression.text import to_text, value_text
from loyaltykit.rules.expression.tree import Const, History, Ref
from loyaltykit.rules.plan import Fire, Watch
from loyaltykit.rules.runtime import amounts
from loyaltykit.rules.runtime.clock import earlier, local_day
from loyaltykit.rules.runtime.history import key_of
from loyaltykit.wording import render

if TYPE_CHECKING:
    from loyaltykit.rules.compile import Compiled
    from loyaltykit.rules.expression.tree import Call, Type
    from loyaltykit.rules.plan import PeriodCap, Plan
    from loyaltykit.values import Event, Fired

State = list[Any]
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_HAD = {
    "since": "reason/had-since",
    "again": "reason/had-again",
    "step": "reason/had-step",
    "event": "reason/had-event",
    "until": "reason/had-until",
    "needed": "reason/had-needed",
    "missing": "reason/had-missing",
    "next": "reason/had-next",
    "by": "reason/had-by",
    "length": "reason/had-length",
    "best": "reason/had-best",
    "last": "reason/had-last",
    "rank": "reason/had-rank",
    "score": "reason/had-score",
    "members": "reason/had-members",
    "friends": "reason/had-friends",
    "given": "reason/had-given",
    "budget": "reason/had-budget",
    "chance": "reason/had-chance",
}
"""What is no part of a program's language, in words."""
_DID = {
    "reason/awarded",
    "reason/reversed",
    "reason/capped",
    "reason/acted",
    "reason/multiplied",
    "reason/holds",
    "reason/on-its-way",
    "reason/held",
    "reason/done",
    "reason/may-redeem",
    "reason/rewarded",
    "reason/brought",
    "reason/rank",
}


@attrs.frozen(slots=True)
class Reason:
    """What a rule did about an event, or why it did nothing."""

    rule: str
    code: str
    """`reason/awarded`, `reason/acted`, `reason/multiplied`, `reason/condition`, `reason/inactive`, `reason/key`,
    `reason/no-key`, `reason/same`, `reason/limit`, `reason/cap`, `reason/reversed`, `reason/overdraft`,
    `reason/never-given`, `reason/nothing-left`, `reason/nothing`, `reason/nothing-to-multiply`, `reason/other-event`,
    `reason/too-late`; of a rule without an event `reason/holds`; of a campaign `reason/on-its-way`, `reason/withheld`,
    `reason/once`, `reason/too-soon`, `reason/not-anew`, `reason/no-event`, `reason/no-value`; of standing
    `reason/held`, `reason/done`, `reason/missing`, `reason/next`, `reason/by-others`, `reason/may-redeem`, and others
    that say what stands in the way."""
    condition: str = ""
    """The single condition that failed, as text."""
    values: tuple[tuple[str, Any], ...] = ()
    """What was compared in it, with the values it had; None is null."""
    given: tuple[tuple[str, int | Decimal], ...] = ()
    """Points by id, in whole units."""
    wanted: tuple[tuple[str, int | Decimal], ...] = ()
    """What it would have given without its cap, where that is more."""

    @property
    def idle(self) -> bool:
        """Whether the rule did nothing."""
        return self.code not in _DID

    @property
    def telling(self) -> bool:
        """Whether it says what the lines of the ledger and the effects do not."""
        return self.idle or self.code == "reason/multiplied"

    def words(self, lang: str = "en") -> str:
        """One line for a person."""
        factors = self.code in ("reason/multiplied", "reason/nothing-to-multiply")
        had = ", ".join(f"{name} × {value:g}" if factors else _had(name, value, lang) for name, value in self.values)
        given = ", ".join(f"{amount:+} {point}" for point, amount in self.given)
        wanted = ", ".join(f"{amount} {point}" for point, amount in self.wanted)
        arguments = {"rule": self.rule, "condition": self.condition, "had": had, "given": given, "wanted": wanted}
        return render(self.code, lang, arguments)

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        plain = attrs.asdict(self)
        for name in ("values", "given", "wanted"):
            plain[name] = {key: str(value) if isinstance(value, Decimal) else value for key, value in plain[name]}
        return plain


def _had(name: str, value: Any, lang: str) -> str:
    """One thing that was looked at: as it is written in a program, or in words where it is the campaign's own."""
    code = _HAD.get(name)
    if lang == "ru" and isinstance(value, str) and (date := _DATE.fullmatch(value)) is not None:
        value = f"{date[3]}.{date[2]}.{date[1]}"
    return f"{name} = {'—' if value is None else value}" if code is None else render(code, lang, {"value": value})


@attrs.frozen
class Look:
    """One look at a rule: the state as the rule saw it, and what the event's fold reported."""

    plan: Plan
    compiled: Compiled
    state: State
    """Before the event, but with its history and streaks (what a rule sees)."""
    at: int
    event: Event | None
    trace: tuple[Fired, ...] = ()

    def read(self, node: Ref | History | Call) -> Any:
        """The value of a name or history function."""
        return self.compiled.value(node, self.event.type if self.event else None)(self.state, self.at, self.event)

    def reason(self, rule: Fire | Watch) -> Reason:
        """Why, or why not."""
        if isinstance(rule, Watch):
            failure = first_failure(rule.when, self.read)
            if failure is not None:
                return failed(rule.id, failure, self.plan)
            return Reason(rule.id, "reason/holds", values=(("times", self.state[rule.slot + 1]),))
        if self.event is None or self.event.type not in rule.events:
            return Reason(rule.id, "reason/other-event", values=(("event", self.event.type if self.event else None),))
        return self._of_event(rule)

    def _of_event(self, rule: Fire) -> Reason:
        fired = [line for line in self.trace if line.mechanic == rule.source]
        if rule.reverse is not None or any((line.given or 0) < 0 or (line.wanted or 0) < 0 for line in fired):
            return self._of_reversal(rule, fired)
        given = tuple((line.point, self._whole(line.point, line.given)) for line in fired if line.point and line.given)
        wanted = tuple(
            (line.point, self._whole(line.point, line.wanted))
            for line in fired
            if line.point and line.wanted and line.wanted != line.given
        )
        if given:
            return Reason(rule.id, "reason/awarded" if not wanted else "reason/capped", given=given, wanted=wanted)
        if wanted:
            return Reason(rule.id, "reason/cap", wanted=wanted)
        if fired:
            return Reason(rule.id, "reason/acted")
        return self._refused(rule)

    def _of_reversal(self, rule: Fire, fired: list[Fired]) -> Reason:
        """What was taken back: by a rule with `reverse`, or by a regrade downward."""
        sums: dict[str, int] = {}
        for line in fired:
            if line.point and line.given:
                sums[line.point] = sums.get(line.point, 0) + line.given
        if sums:
            given = tuple((point, self._whole(point, amount)) for point, amount in sums.items())
            return Reason(rule.id, "reason/reversed", given=given)
        refused = tuple((one.point, self._whole(one.point, -one.wanted)) for one in fired if one.point and one.wanted)
        if refused:
            return Reason(rule.id, "reason/overdraft", wanted=refused)
        return self._refused(rule)

    def _whole(self, point: str, amount: int) -> int | Decimal:
        """Smallest units as whole ones."""
        unit = next(one.unit for one in self.plan.points if one.id == point)
        return amount if unit == 1 else Decimal(amount) / unit

    def _refused(self, rule: Fire) -> Reason:
        """A rule on this event that gave nothing: what kept it?"""
        if not self._active(rule):
            return Reason(rule.id, "reason/inactive")
        failure = None if rule.when is None else first_failure(rule.when, self.read)
        if failure is not None:
            return failed(rule.id, failure, self.plan)
        keyed = self._keyed(rule)
        if keyed is not None:
            return keyed
        if rule.limit is not None and self._left(rule.limit) <= 0:
            return Reason(rule.id, "reason/limit", values=(("limit", rule.limit.amount),))
        return self._multiplied(rule) or Reason(rule.id, "reason/nothing")

    def _keyed(self, rule: Fire) -> Reason | None:
        """What the key of a rule kept from being given or taken back."""
        if rule.key is None or self.event is None:
            return None
        value = self.compiled.value(rule.key, self.event.type)(self.state, self.at, self.event)
        known = key_of(value) in self.state[rule.key_slot or 0]
        if rule.reverse is not None:
            why = "reason/nothing-left" if known else "reason/never-given"
        elif value is None:
            why = "reason/no-key"
        elif known:
            why = "reason/same" if rule.kept is not None and rule.kept.revise else "reason/key"
        else:
            return None
        return Reason(rule.id, why, values=((to_text(rule.key), value),))

    def _left(self, limit: PeriodCap) -> int:
        """How often a rule could still give in the period."""
        cell = self.state[limit.slot]
        if limit.by is not None:
            value = self.compiled.value(limit.by, self.event.type if self.event else None)
            cell = cell.get(amounts.limit_key(value(self.state, self.at, self.event)))
        if not cell:
            return limit.amount
        zone = self.plan.zone
        if limit.period is not None:
            number = number_of(limit.period, local_day(self.state, self.at, zone))  # type: ignore[arg-type]  # its name
            return amounts.left_in_period(list(cell), number, limit.amount)
        cutoff = earlier(self.state, self.at, limit.rolling or 0, limit.months, zone)
        return amounts.left_rolling(list(cell), cutoff, limit.amount)

    def _multiplied(self, rule: Fire) -> Reason | None:
        """What a rule multiplied that gives nothing itself, or that nothing was there to be multiplied."""
        found = []
        for one in rule.multiply:
            factor = self.compiled.value(one.amount, self.event.type if self.event else None)
            value = factor(self.state, self.at, self.event)
            if value is not None and value >= 0:
                found.append((one.point, value))
        if not found:
            return None
        sources = {one.source for one in self.plan.rules if isinstance(one, Fire)}
        given = {line.point for line in self.trace if line.mechanic in sources and (line.wanted or 0) > 0}
        there = tuple((point, value) for point, value in found if point in given)
        return Reason(
            rule.id, "reason/multiplied" if there else "reason/nothing-to-multiply", values=there or tuple(found)
        )

    def _active(self, rule: Fire) -> bool:
        active = rule.active
        if active is None:
            return True
        day = local_day(self.state, self.at, self.plan.zone)
        return (
            (active.start is None or day >= active.start)
            and (active.end is None or day <= active.end)
            and (not active.weekdays or (day + 3) % 7 in active.weekdays)
        )


def failed(rule: str, failure: Failure, plan: Plan) -> Reason:
    """The reason of a condition that did not hold."""
    values = tuple(
        (to_text(operand.node), None if operand.value is None else _shown(operand.value, operand.node.type, plan))
        for operand in failure.operands
        if not isinstance(operand.node, Const)
    )
    text = to_text(failure.condition)
    return Reason(rule, "reason/condition", text if failure.wanted else f"not ({text})", values)


def _shown(value: Any, kind: Type, plan: Plan) -> str:
    return plan.band_names[value] if kind.of == "churn" else value_text(value, kind)
