"""The most that a member can earn: interval arithmetic over everything that awards a point. Infinite when nothing says.

Every bound is an upper one, and what cannot be bounded is endless: nothing that can be reached is called out of reach.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.calendars import DAY
from loyaltykit.lint.known import ENDLESS, Known
from loyaltykit.lint.subject import Giver, givers
from loyaltykit.lint.truth import can_be, most
from loyaltykit.rules.expression.ranges import COUNTER, Range
from loyaltykit.rules.expression.tree import History, Ref, Type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loyaltykit.calendars import Duration, Period
    from loyaltykit.lint.subject import Subject
    from loyaltykit.program.document import Rule
    from loyaltykit.rules.expression.tree import Node

LONGEST = {"day": 1, "week": 7, "month": 31, "quarter": 92, "half": 184, "year": 366}
"""How many days the longest period of a name has."""
_SHORTEST = {"day": 1, "week": 7, "month": 28, "quarter": 90, "half": 181, "year": 365}
_NESTED = ("month", "quarter", "half", "year")
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_NTH = Ref(("event", "nth"), type=Type("integer"))
_ELSEWHERE = ("referrals", "surprises", "leaderboards", "ideas", "surveys", "rewards")


@attrs.frozen(slots=True)
class Window:
    """A stretch of a member's time: a calendar period, so many days, or (without either) a whole life."""

    name: str | None = None
    days: float = math.inf

    def holds(self, period: Period) -> float:
        """In how many periods what happens in the window can fall."""
        if self.name in _NESTED and period.name in _NESTED:
            return max(1, _MONTHS[str(self.name)] // _MONTHS[str(period.name)])
        if self.name is not None and period.name == "day":
            return LONGEST[self.name]
        shortest = _SHORTEST[period.name] if period.name is not None else days_of(period.rolling)
        return math.ceil(self.days / shortest) + 1 if math.isfinite(self.days) else math.inf


LIFE = Window()


def calendar(name: str) -> Window:
    """A calendar period: ``month``, ``quarter``, ``half``, ``year``."""
    return Window(name, LONGEST[name])


def days_of(span: Duration | None) -> float:
    """About how many days a duration has, never more than it has."""
    return math.inf if span is None else max(span.months * 28, span.micros / DAY)


@attrs.frozen(slots=True)
class Earning:
    """What a program lets a member earn."""

    subject: Subject
    known: Known

    @classmethod
    def of(cls, subject: Subject) -> Earning:
        """The earning of a program."""
        return cls(subject, Known.of(subject.document))

    def most(self, point: str, window: Window = LIFE) -> float:
        """The most points of a kind that can be awarded to one member in a window."""
        document = self.subject.document
        total = sum(self._from(giver, point, window) for giver in givers(document) if point in giver.gifts.award)
        if any(_mentions(getattr(document, name, None), point) for name in _ELSEWHERE):
            total = math.inf
        cap = document.points[point].cap
        return total if cap is None else min(total, cap.amount * window.holds(cap.per))

    def each(self, giver: Giver, point: str) -> float:
        """The most that one award of a place gives, with every multiplier there is."""
        node = self.subject.nodes.get(f"{giver.path}.award.{point}")
        high = math.inf if node is None else self.known.bounds(node).high
        high *= math.prod(max(1.0, factor) for factor in self._factors(giver, point))
        return math.inf if high >= ENDLESS else max(0.0, high)

    def times(self, rule: Rule, window: Window) -> float:
        """How often a rule can give something in a window."""
        node = self.subject.nodes.get(f"rules.{rule.id}.when")
        if node is not None and not can_be(node, self.known):
            return 0
        often = math.inf if rule.on is None else len(rule.on) * most(node, _NTH, self.known)
        often = math.inf if often >= COUNTER / 2 else often
        if rule.limit is not None and rule.limit.by is None:
            often = min(often, rule.limit.rate.times * window.holds(rule.limit.rate.per))
        return often

    def highest(self, node: Node, window: Window) -> float:
        """The most that the basis of a ladder can come to in its period."""

        def read(part: Node) -> Range | None:
            points = self.subject.document.points
            if isinstance(part, History) and part.function == "earned" and part.field in points:
                within = window if part.within is None else Window(None, part.within / DAY + part.within_months * 31)
                return Range(0, min(self.most(part.field, within), ENDLESS))
            if isinstance(part, Ref) and part.path[0] == "points":
                return Range(0, min(self.most(part.path[1]), ENDLESS))
            return None

        high = self.known.bounds(node, read).high
        return math.inf if high >= ENDLESS / 4 else high

    def _from(self, giver: Giver, point: str, window: Window) -> float:
        each = self.each(giver, point)
        often = self._often(giver, window)
        total = 0.0 if not each or not often else each * often
        if giver.section == "rules":
            rule = next(rule for rule in self.subject.document.rules if rule.id == giver.name)
            if rule.cap is not None and point in rule.cap.points:
                total = min(total, rule.cap.points[point] * window.holds(rule.cap.per))
        return total

    def _often(self, giver: Giver, window: Window) -> float:
        document = self.subject.document
        if giver.section == "rules":
            return self.times(next(rule for rule in document.rules if rule.id == giver.name), window)
        if giver.section == "badges":
            return max(1, len(document.badges[giver.name].steps))
        if giver.section == "streaks":
            streak = document.streaks[giver.name]
            if streak.once:
                return 1
            periods = int(giver.path.rpartition(".")[2]) * _SHORTEST[streak.every]
            return math.ceil(window.days / periods) + 1 if math.isfinite(window.days) else math.inf
        if giver.section == "quests":
            quest = document.quests[giver.name]
            return 1 if quest.start != "campaign" and getattr(quest, "repeat", None) is None else math.inf
        return math.inf

    def _factors(self, giver: Giver, point: str) -> Iterator[float]:
        document = self.subject.document
        for tier in document.tiers.values():
            yield max((benefit.multiply.get(point, 1.0) for benefit in tier.benefits.values()), default=1.0)
        if giver.section == "rules":
            own = set(next(rule for rule in document.rules if rule.id == giver.name).on or ())
            for rule in document.rules:
                if point in rule.multiply and own & set(rule.on or ()):
                    node = self.subject.nodes.get(f"rules.{rule.id}.multiply.{point}")
                    yield math.inf if node is None else self.known.bounds(node).high


def _mentions(part: Any, point: str) -> bool:
    """Whether a part of the document gives a point: its id is a key somewhere in it."""
    data = part.model_dump() if hasattr(part, "model_dump") else part
    if isinstance(data, dict):
        items: Mapping[Any, Any] = data
        return any((key in ("award", "amount", "referrer", "friend") and point in _keys(item)) or _mentions(item, point)
                   for key, item in items.items())  # fmt: skip
    return isinstance(data, list | tuple) and any(_mentions(item, point) for item in data)


def _keys(item: Any) -> tuple[Any, ...]:
    data = item.model_dump() if hasattr(item, "model_dump") else item
    return (*data, *_keys(data.get("award"))) if isinstance(data, dict) else ()
