"""A checked tree to its canonical text: equal trees give equal text, and the text checks to the same tree again."""

from __future__ import annotations

import datetime as dt
from keyword import iskeyword
from typing import TYPE_CHECKING

from loyaltykit.calendars import Duration
from loyaltykit.rules.expression.names import WEEKDAYS, plain
from loyaltykit.rules.expression.source import AND, ARITHMETIC, ATOM, CHOICE, COMPARE, NOT, OR, SIGN, SUM
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
    Type,
)
from loyaltykit.values import from_instant

if TYPE_CHECKING:
    from loyaltykit.rules.expression.tree import Literals

_EPOCH_DAY = dt.date(1970, 1, 1).toordinal()
_FACTS = frozenset(["at", "nth", "gap", "local"])


def to_text(node: Node) -> str:
    """The expression as a person would write it. A step's rank without its name is shown as `#rank`."""
    return _text(node, CHOICE)


def value_text(value: Literals | tuple[Literals, ...], kind: Type) -> str:
    """A value as an expression writes it: for messages about what a name was."""
    return to_text(Const(value, type=kind))


def _text(node: Node, level: int) -> str:
    text, own = _written(node)
    return text if own >= level else f"({text})"


def _written(node: Node) -> tuple[str, int]:
    """The text of a node and how tightly it binds."""
    match node:
        case Const():
            text = _const(node)
            return text, SIGN if text.startswith("-") else ATOM
        case Ref(path=path):
            return _path(path), ATOM
        case History():
            return _history(node), ATOM
        case Call(function="number", arguments=(inner,)):
            return _written(inner)
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(map(to_text, arguments))})", ATOM
        case _:
            return _operation(node)


def _operation(node: Node) -> tuple[str, int]:
    match node:
        case Not(operand=operand):
            return f"not {_text(operand, NOT)}", NOT
        case Negate(operand=operand):
            return f"-{_text(operand, ATOM)}", SIGN
        case Logic(operator=operator, operands=operands):
            own = AND if operator == "and" else OR
            return f" {operator} ".join(_text(operand, own + 1) for operand in operands), own
        case Compare(operator=operator, left=left, right=right):
            written = {"is-null": "is", "not-null": "is not"}.get(operator, operator)
            return f"{_text(left, SUM)} {written} {_text(right, SUM)}", COMPARE
        case Arithmetic(operator=operator, left=left, right=right):
            own = ARITHMETIC[operator]
            return f"{_text(left, own)} {operator} {_text(right, own + 1)}", own
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return f"{_text(then, OR)} if {_text(condition, OR)} else {_text(otherwise, CHOICE)}", CHOICE
        case _:
            raise TypeError(node)


def _const(node: Const) -> str:
    value, kind = node.value, node.type
    if not isinstance(value, tuple):
        return _literal(value, kind, node.shown[0] if node.shown else "")
    item = Type(kind.of)  # type: ignore[arg-type]  # `of` of a list is a kind
    shown = node.shown or [""] * len(value)
    return f"[{', '.join(_literal(one, item, name) for one, name in zip(value, shown, strict=True))}]"


def _literal(value: Literals, kind: Type, shown: str) -> str:
    if shown:
        return _quoted(shown)
    if kind.kind == "step" and isinstance(value, int):
        return _quoted(WEEKDAYS[value]) if kind.of == "weekday" else f"#{value}"
    if kind.kind == "date" and isinstance(value, int):
        return _quoted(dt.date.fromordinal(value + _EPOCH_DAY).isoformat())
    if kind.kind == "instant" and isinstance(value, int):
        return _quoted(from_instant(value).isoformat())
    return _quoted(value) if isinstance(value, str) else repr(value)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\t", "\\t")
    return f"'{escaped}'"


def _path(path: tuple[str, ...]) -> str:
    head, *rest = path
    if path[:2] == ("event", "field"):
        return f"event[{_quoted(path[2])}]"
    if head in ("event", "member") and len(path) == 2 and not _is_plain(path[1], head):
        return f"{head}[{_quoted(path[1])}]"
    return ".".join([head, *map(plain, rest)])


def _is_plain(field: str, head: str) -> bool:
    return (plain(field).isidentifier() and not iskeyword(plain(field))) or (head == "event" and field in _FACTS)


def _history(node: History) -> str:
    parts = [_quoted(name) for name in (node.event, node.field) if name is not None]
    if node.subject is not None:
        parts.append(to_text(node.subject))
    if node.within is not None:
        duration = _quoted(str(Duration(node.within_months, node.within)))
        parts.append(duration if node.function == "silent" else f"within={duration}")
    if node.where is not None:
        parts.append(f"where={to_text(node.where)}")
    if node.same is not None:
        parts.append(f"same={_quoted(node.same)}")
    return f"{node.function}({', '.join(parts)})"
