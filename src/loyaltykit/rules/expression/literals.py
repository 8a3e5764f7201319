"""Literals to constants: a text beside a step, a date or an instant becomes the number that the comparison needs."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from loyaltykit.calendars import day_number
from loyaltykit.problems import echo
from loyaltykit.rules.expression.names import CHURN_STATUS, STATUSES, WEEKDAYS, Unknown, described
from loyaltykit.rules.expression.tokens import INT64_MAX, INT64_MIN, Refused
from loyaltykit.rules.expression.tree import Const, Scope, Type
from loyaltykit.values import to_instant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.rules.expression.syntax import Literal

NULL = Type("null", nullable=True)
_TYPES = {
    type(None): NULL,
    bool: Type("boolean"),
    int: Type("integer"),
    float: Type("number"),
    str: Type("text"),
}
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)


def constant(literal: Literal) -> Const:
    """A literal as it stands. Raises Refused for an integer beyond 64 bits."""
    value = literal.value
    if type(value) is int and not INT64_MIN <= value <= INT64_MAX:
        raise Refused("expression/number-too-large", literal.offset, number=_digits(value))
    return Const(value, type=_TYPES[type(value)], offset=literal.offset)


def _digits(value: int) -> str:
    """An integer for a message; one of a YAML document may be too long for Python to write it."""
    return str(value) if abs(value) < 10**30 else f"{'-' if value < 0 else ''}0x…"


def fitted(literal: Literal, beside: Type, scope: Scope) -> Const:
    """A literal as the type of what it stands beside asks for. Raises Refused for an unknown step, a malformed date."""
    value, offset = literal.value, literal.offset
    if beside.kind == "step" and isinstance(value, str):
        return _step(value, beside.of, scope, offset)
    if beside.of == "weekday" and type(value) is int:
        return _weekday(value, offset)
    if beside.of == CHURN_STATUS and isinstance(value, str):
        return _status(value, offset)
    if beside.kind == "date" and isinstance(value, str):
        return Const(_day(value, offset), type=Type("date"), offset=offset)
    if beside.kind == "instant" and isinstance(value, str):
        return Const(_moment(value, offset), type=Type("instant"), offset=offset)
    return constant(literal)


def collected(literals: Sequence[Literal], beside: Type, scope: Scope, offset: int) -> Const:
    """The constant list behind `in`. Raises Refused for an item that could never equal what stands before `in`."""
    items = [fitted(literal, beside, scope) for literal in literals]
    for item in items:
        if not comparable(item.type, beside):
            kinds = {"left": described(beside), "right": described(item.type), "operator": "in"}
            raise Refused("expression/types", item.offset, **kinds)
    values = tuple(item.value for item in items if not isinstance(item.value, tuple))
    shown = tuple(name for item in items for name in item.shown)
    return Const(values, type=Type("list", of=beside.kind), offset=offset, shown=shown)


def comparable(one: Type, other: Type) -> bool:
    """Whether two types may be compared; a null literal never is (`is None` asks for it)."""
    if one.numeric and other.numeric:
        return True
    return one.kind == other.kind and one.kind not in ("list", "null") and one.of == other.of


def ladder(of: str, scope: Scope) -> tuple[str, ...]:
    """The names of a ladder's steps, lowest first."""
    family, _, name = of.partition(".")
    if family == "tier":
        return scope.tiers[name]
    if family == "badge":
        return scope.badges[name]
    if family == "churn":
        return scope.bands
    return WEEKDAYS if of == "weekday" else scope.levels


def _step(name: str, of: str, scope: Scope, offset: int) -> Const:
    steps = ladder(of, scope)
    if name not in steps:
        raise Unknown("expression/unknown-step", name, steps, offset, ladder=of)
    return Const(steps.index(name), type=Type("step", of=of), offset=offset, shown=(name,))


def _status(name: str, offset: int) -> Const:
    if name not in STATUSES:
        raise Unknown("expression/unknown-step", name, STATUSES, offset, ladder=CHURN_STATUS)
    return Const(name, type=Type("text", of=CHURN_STATUS), offset=offset)


def _weekday(number: int, offset: int) -> Const:
    if not 0 <= number < len(WEEKDAYS):
        raise Refused("expression/weekday", offset, "hint/one-of", name=_digits(number), known=", ".join(WEEKDAYS))
    return Const(number, type=Type("step", of="weekday"), offset=offset, shown=(WEEKDAYS[number],))


def _day(text: str, offset: int) -> int:
    try:
        return day_number(dt.date.fromisoformat(text if _DATE.fullmatch(text) else ""))
    except ValueError:
        raise Refused("expression/date", offset, text=echo(text)) from None


def _moment(text: str, offset: int) -> int:
    try:
        return to_instant(dt.datetime.fromisoformat(text if _INSTANT.fullmatch(text) else ""))
    except (ValueError, OverflowError):
        raise Refused("expression/instant", offset, text=echo(text)) from None
