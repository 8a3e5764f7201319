"""Whether a condition can be true at all: its ways to be true, each a set of comparisons that must hold together."""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

import attrs

from loyaltykit.rules.expression.tree import Choice, Compare, Const, Logic, Node, Not

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loyaltykit.lint.known import Known

_MOST_WAYS = 512
Way = tuple["Fact", ...]
_OPPOSITE: dict[str, Any] = {
    "==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "in": "not in", "not in": "in",
    "is-null": "not-null", "not-null": "is-null",
}  # fmt: skip
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}


@attrs.frozen(slots=True)
class Fact:
    """Something that must hold: `left OPERATOR right`; of a yes or no the right side is that."""

    operator: str
    left: Node
    right: Node | bool


class _TooManyError(Exception):
    """More ways than are worth looking at."""


def ways(node: Node, *, wanted: bool = True) -> tuple[Way, ...] | None:
    """The ways in which a condition becomes true (or false, null is neither); None when there are too many."""
    try:
        return tuple(_ways(node, wanted=wanted))
    except _TooManyError:
        return None


def _ways(node: Node, *, wanted: bool) -> list[Way]:
    match node:
        case Const(value=value):
            return [()] if value is wanted else []
        case Not(operand=operand):
            return _ways(operand, wanted=not wanted)
        case Logic(operator=operator, operands=operands):
            parts = [_ways(operand, wanted=wanted) for operand in operands]
            return _all(parts) if (operator == "and") == wanted else [way for part in parts for way in part]
        case Compare(operator=operator, left=left, right=right):
            return [(Fact(operator if wanted else _OPPOSITE[operator], left, right),)]
        case Choice(condition=condition, then=then, otherwise=otherwise):
            first = _all([_ways(condition, wanted=True), _ways(then, wanted=wanted)])
            return [*first, *_ways(otherwise, wanted=wanted)]
        case _:
            return [(Fact("is", node, wanted),)]


def _all(parts: Sequence[list[Way]]) -> list[Way]:
    if math.prod(map(len, parts)) > _MOST_WAYS:
        raise _TooManyError
    return [tuple(fact for part in choice for fact in part) for choice in product(*parts)]


def can_be(node: Node, known: Known, *, wanted: bool = True, without: Node | None = None) -> bool:
    """Whether a condition can be true (or false). `without`: something that is null for now."""
    found = ways(node, wanted=wanted)
    if found is None:
        return True
    return any(consistent(way, known) and not (without and _asks(way, without)) for way in found)


def _asks(way: Way, without: Node) -> bool:
    """Whether a way needs a value of something."""
    from loyaltykit.rules.expression.tree import depends

    sides = (side for fact in way if fact.operator != "is-null" for side in (fact.left, fact.right))
    return any(without in depends(side) for side in sides if isinstance(side, Node))


def consistent(way: Iterable[Fact], known: Known) -> bool:
    """Whether all of it can hold at once."""
    subjects: dict[Node, _Values] = {}
    for fact in way:
        subject, operator, value = _turned(fact)
        if isinstance(value, Node):
            if not _comparable(subject, operator, value, known):
                return False
            continue
        values = subjects.get(subject)
        if values is None:
            values = subjects[subject] = _Values.of(subject, known)
        values.take(operator, value)
    return all(values.some for values in subjects.values())


def _turned(fact: Fact) -> tuple[Node, str, Any]:
    """The fact with what is not written out on the left, and the value it is compared with."""
    if isinstance(fact.right, bool):
        return fact.left, "is", fact.right
    if isinstance(fact.right, Const):
        return fact.left, fact.operator, fact.right.value
    if isinstance(fact.left, Const) and fact.operator in _MIRRORED:
        return fact.right, _MIRRORED[fact.operator], fact.left.value
    return fact.left, fact.operator, fact.right


def _comparable(left: Node, operator: str, right: Node, known: Known) -> bool:
    """Whether two things that are both read can stand in such an order."""
    if left == right:
        return operator not in ("<", ">", "!=")
    if not (left.type.numeric and right.type.numeric):
        return True
    one, other = known.bounds(left), known.bounds(right)
    return {
        "<": one.low < other.high,
        "<=": one.low <= other.high,
        ">": one.high > other.low,
        ">=": one.high >= other.low,
        "==": one.low <= other.high and other.low <= one.high,
    }.get(operator, True)


@attrs.define
class _Values:
    """What one thing can still be."""

    whole: bool
    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False
    only: frozenset[Any] | None = None
    never: frozenset[Any] = frozenset()
    null: Literal["may", "must", "cannot"] = "may"
    clash: bool = False

    @classmethod
    def of(cls, node: Node, known: Known) -> _Values:
        whole = node.type.kind in ("integer", "step", "date", "instant")
        if node.type.numeric:
            found = known.bounds(node)
            return cls(whole, found.low, found.high)
        ladder = known.range_of(node)
        return cls(whole) if ladder is None else cls(whole, ladder.low, ladder.high)

    def take(self, operator: str, value: Any) -> None:
        """One more thing that must hold."""
        null = "must" if operator == "is-null" else "cannot"
        self.clash |= self.null not in ("may", null)
        self.null = null  # type: ignore[assignment]  # one of the three
        if operator in ("==", "is"):
            self._one_of((value,))
        elif operator == "in":
            self._one_of(value)
        elif operator in ("!=", "not in"):
            self.never |= frozenset(value if operator == "not in" else (value,))
        elif operator in ("<", "<=") and (value, operator == "<=") < (self.high, not self.open_high):
            self.high, self.open_high = value, operator == "<"
        elif operator in (">", ">=") and (-value, operator == ">=") < (-self.low, not self.open_low):
            self.low, self.open_low = value, operator == ">"

    def _one_of(self, values: Any) -> None:
        found = frozenset(values)
        self.only = found if self.only is None else self.only & found

    @property
    def some(self) -> bool:
        """Whether anything is left that it can be."""
        if self.clash or self.null == "must":
            return not self.clash
        if self.only is not None:
            return any(self._inside(value) for value in self.only - self.never)
        low, high = self.low, self.high
        if self.whole and math.isfinite(low) and math.isfinite(high):
            first = math.floor(low) + 1 if self.open_low else math.ceil(low)
            last = math.ceil(high) - 1 if self.open_high else math.floor(high)
            return last - first >= len(self.never) or any(one not in self.never for one in range(first, last + 1))
        return low < high or (low == high and not self.open_low and not self.open_high and low not in self.never)

    def _inside(self, value: Any) -> bool:
        if not isinstance(value, int | float):
            return True
        above = value > self.low or (value == self.low and not self.open_low)
        return above and (value < self.high or (value == self.high and not self.open_high))


def most(node: Node | None, subject: Node, known: Known) -> float:
    """The most that something can be while a condition is true; infinite when the condition does not say."""
    found = None if node is None else ways(node)
    if found is None:
        return math.inf
    highest = -math.inf
    for way in found:
        if consistent(way, known):
            values = _Values.of(subject, known)
            for fact in way:
                about, operator, value = _turned(fact)
                if about == subject and not isinstance(value, Node):
                    values.take(operator, value)
            top = values.high - (1 if values.whole and values.open_high else 0)
            highest = max(highest, top if values.only is None else max(values.only, default=-math.inf))
    return highest


__all__ = ["Fact", "can_be", "consistent", "most", "ways"]
