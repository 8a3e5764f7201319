"""How small and how large a number can be: what lets `check` prove that a sum cannot leave int64 or the finite floats.

Where it is proved, the type is not nullable and the generated code has no guard. Bounds are safe because rounding is
monotone: the floating-point result at the ends of a range bounds the results inside it.
"""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

import attrs

from loyaltykit.rules.expression.own import is_own
from loyaltykit.rules.expression.tokens import INT64_MAX, INT64_MIN
from loyaltykit.rules.expression.tree import Arithmetic, Call, Choice, Const, History, Negate, Node, Ref

if TYPE_CHECKING:
    from collections.abc import Callable

    Number = int | float

FLOAT_MAX = sys.float_info.max
COUNTER = 2**48
"""More events than a member has, more days than there are."""


@attrs.frozen(slots=True)
class Range:
    """Both ends included."""

    low: Number
    high: Number
    overflow: bool = False
    """Whether a result may leave int64 or the finite floats; the ends are those of the results that stay."""
    zero: bool = False
    """Whether it may be a division by zero."""

    @property
    def partial(self) -> bool:
        """Whether some values have no result."""
        return self.overflow or self.zero


_COUNTED = Range(0, COUNTER)
_PATHS = {
    ("event", "local", "hour"): Range(0, 23),
    ("event", "nth"): _COUNTED,
    ("event", "gap"): _COUNTED,
}
_LAST = {"length": _COUNTED, "progress": Range(0.0, 1.0)}
_COUNTERS = frozenset(["count", "distinct", "days_since"])


def bounds(node: Node) -> Range:
    """The range of a numeric node's values, null aside."""
    match node:
        case Const(value=bool() | int() | float() as value):
            return Range(value, value)
        case Ref() | History():
            return _read(node)
        case Negate(operand=operand):
            return negated(operand)
        case Arithmetic(operator=operator, left=left, right=right):
            return combined(operator, left, right)
        case Choice(then=then, otherwise=otherwise):
            return _union(bounds(then), bounds(otherwise))
        case _:
            return _called(node) if isinstance(node, Call) else Range(0, 0)


def _called(node: Call) -> Range:
    return _whole(node) if is_own(node.function) else applied(node.function, node.arguments)


def _read(node: Ref | History) -> Range:
    if isinstance(node, History):
        return _COUNTED if node.function in _COUNTERS else _whole(node)
    path = node.path
    if path[0] in ("streak", "quest") and path[-1] in _LAST:
        return _LAST[path[-1]]
    return _PATHS.get(path) or _whole(node)


def _whole(node: Node) -> Range:
    return Range(INT64_MIN, INT64_MAX) if node.type.kind == "integer" else Range(-FLOAT_MAX, FLOAT_MAX)


def _union(one: Range, other: Range) -> Range:
    return Range(min(one.low, other.low), max(one.high, other.high))


def _clamped(low: Number, high: Number, *, whole: bool, zero: bool = False) -> Range:
    """Cut a range to what the kind of number can hold."""
    least, most = (INT64_MIN, INT64_MAX) if whole else (-FLOAT_MAX, FLOAT_MAX)
    overflow = low < least or most < high
    return Range(min(max(low, least), most), max(min(high, most), least), overflow, zero)


def negated(operand: Node) -> Range:
    """The range of a number with its sign changed."""
    inner = bounds(operand)
    return _clamped(-inner.high, -inner.low, whole=operand.type.kind == "integer")


def combined(operator: str, left: Node, right: Node) -> Range:
    """The range of an arithmetic operation."""
    whole = operator != "/" and left.type.kind == right.type.kind == "integer"
    one, other = bounds(left), bounds(right)
    match operator:
        case "+":
            return _clamped(one.low + other.low, one.high + other.high, whole=whole)
        case "-":
            return _clamped(one.low - other.high, one.high - other.low, whole=whole)
        case "*":
            return _corners(one, other, lambda a, b: a * b, whole=whole)
        case _:
            return _divided(operator, one, other, whole=whole, count=right.type.kind == "integer")


def _divided(operator: str, one: Range, other: Range, *, whole: bool, count: bool) -> Range:
    """The range of a division. `count`: the divisor is an integer, so that it is 0 or at least 1."""
    zero = other.low <= 0 <= other.high
    if operator == "%":
        return _clamped(min(other.low, 0), max(other.high, 0), whole=whole, zero=zero)
    most = max(abs(one.low), abs(one.high))
    if whole and other.low >= 0:
        return _clamped(min(one.low, 0), max(one.high, 0), whole=True, zero=zero)
    if whole:
        return _clamped(-most, most, whole=True, zero=zero)
    if operator == "/" and not zero:
        return _corners(one, other, lambda a, b: a / b, whole=False)
    if not count and (zero or min(abs(other.low), abs(other.high)) < 1):
        return Range(-FLOAT_MAX, FLOAT_MAX, overflow=True, zero=zero)
    return _clamped(-float(most) - 1, float(most), whole=False, zero=zero)


def _corners(one: Range, other: Range, operation: Callable[[Number, Number], Number], *, whole: bool) -> Range:
    found = [operation(a, b) for a in (one.low, one.high) for b in (other.low, other.high)]
    return _clamped(min(found), max(found), whole=whole)


def applied(function: str, arguments: tuple[Node, ...]) -> Range:
    """The range of a plain function's result."""
    if function == "len":
        return _COUNTED
    ranges = [bounds(argument) for argument in arguments]
    first, whole = ranges[0], arguments[0].type.kind == "integer"
    if function in ("min", "max"):
        pick = min if function == "min" else max
        return Range(pick(each.low for each in ranges), pick(each.high for each in ranges))
    if function == "number":
        return Range(float(first.low), float(first.high))
    if function == "abs":
        ends = (abs(first.low), abs(first.high))
        return _clamped(0 if first.low <= 0 <= first.high else min(ends), max(ends), whole=whole)
    if function == "round" and len(arguments) == 2:
        return first if whole else _clamped(first.low - 1, first.high + 1, whole=False)
    return _clamped(math.floor(first.low), math.ceil(first.high), whole=True)
