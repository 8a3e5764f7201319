"""The interpreter of trees: what an expression means, and which condition made one fail.

It says the same as the emitted source (a test holds the two together), slowly and with nothing hidden: it serves
`explain`, not the fold.
"""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.rules.expression.own import is_own
from loyaltykit.rules.expression.tokens import INT64_MAX, INT64_MIN
from loyaltykit.rules.expression.tree import (
    Arithmetic,
    Call,
    Choice,
    Compare,
    Const,
    History,
    Logic,
    Negate,
    Node,
    Not,
    Ref,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Read = Callable[[Ref | History | Call], Any]

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda item, group: item in group,
    "not in": lambda item, group: item not in group,
}
_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}
_CALLS: Mapping[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "abs": abs,
    "round": round,
    "floor": math.floor,
    "ceil": math.ceil,
    "len": len,
    "number": float,
}


@attrs.frozen(slots=True)
class Operand:
    """One side of a condition and the value that it had; None is null."""

    node: Node
    value: Any


@attrs.frozen(slots=True)
class Failure:
    """The first single condition that kept a larger one from being true."""

    condition: Node
    """A comparison, or a yes-or-no name."""
    wanted: bool
    """What it should have been: False where it stands behind `not`."""
    operands: tuple[Operand, ...]
    """What was compared; constants too."""


def evaluate(node: Node, read: Read) -> Any:
    """The value of a node, None when it is null. `read` gives the value of a name or a history function."""
    return _EVALUATE[type(node)](node, read)


def _constant(node: Const, read: Read) -> Any:
    return node.value


def _reading(node: Ref | History, read: Read) -> Any:
    return read(node)


def _not(node: Not, read: Read) -> bool | None:
    value = evaluate(node.operand, read)
    return None if value is None else not value


def _chosen(node: Choice, read: Read) -> Node:
    return node.then if evaluate(node.condition, read) is True else node.otherwise


def _choice(node: Choice, read: Read) -> Any:
    return evaluate(_chosen(node, read), read)


def _logic(node: Logic, read: Read) -> bool | None:
    values = [evaluate(operand, read) for operand in node.operands]
    stop = node.operator == "or"
    if any(value is stop for value in values):
        return stop
    return None if None in values else not stop


def _compare(node: Compare, read: Read) -> bool | None:
    left = evaluate(node.left, read)
    if node.operator in ("is-null", "not-null"):
        return (left is None) == (node.operator == "is-null")
    right = evaluate(node.right, read)
    return None if left is None or right is None else _COMPARE[node.operator](left, right)


def _arithmetic(node: Arithmetic, read: Read) -> Any:
    return _applied(_ARITHMETIC[node.operator], (node.left, node.right), read)


def _negate(node: Negate, read: Read) -> Any:
    return _applied(operator.neg, (node.operand,), read)


def _call(node: Call, read: Read) -> Any:
    if is_own(node.function):
        return read(node)
    return _applied(_CALLS[node.function], node.arguments, read)


def _applied(operation: Callable[..., Any], operands: tuple[Node, ...], read: Read) -> Any:
    """The result of an operation on numbers; null for a null operand, an overflow, a division by zero."""
    values = [evaluate(operand, read) for operand in operands]
    if None in values:
        return None
    try:
        value = operation(*values)
    except ZeroDivisionError:
        return None
    inside = INT64_MIN <= value <= INT64_MAX if isinstance(value, int) else math.isfinite(value)
    return value if inside else None


_EVALUATE: Mapping[type[Node], Callable[[Any, Read], Any]] = {
    Const: _constant,
    Ref: _reading,
    History: _reading,
    Not: _not,
    Logic: _logic,
    Compare: _compare,
    Choice: _choice,
    Arithmetic: _arithmetic,
    Negate: _negate,
    Call: _call,
}


def first_failure(node: Node, read: Read) -> Failure | None:
    """The first single condition because of which `node` is not true; None when it is true."""
    return _failure(node, read, wanted=True)


def _failure(node: Node, read: Read, *, wanted: bool) -> Failure | None:
    if evaluate(node, read) is wanted:
        return None
    match node:
        case Not(operand=operand):
            return _failure(operand, read, wanted=not wanted)
        case Logic(operands=operands):
            found = (_failure(operand, read, wanted=wanted) for operand in operands)
            return next(failure for failure in found if failure is not None)
        case Choice():
            return _failure(_chosen(node, read), read, wanted=wanted)
        case _:
            parts = (node.left, node.right) if isinstance(node, Compare) else (node,)
            return Failure(node, wanted, tuple(Operand(part, evaluate(part, read)) for part in parts))
