"""Event values -> the typed values that the inside computes with."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from loyaltykit.values import to_instant

if TYPE_CHECKING:
    from loyaltykit.program.fields import DeclaredType

Converter = Callable[[Any], Any]

MAX_ITEMS = 1_000
_INT64 = 2**63
_EPOCH_DAY = dt.date(1970, 1, 1).toordinal()
_MONEY = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,20})?")
_CENT = Decimal("0.01")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOST_MONEY = 10**13
_LONGEST_NUMBER = 40


class Unfit(Exception):  # never leaves this package
    """A value that is not of the declared type."""

    def __init__(self, code: str = "event/field-type") -> None:
        self.code = code
        super().__init__(code)


def converter(kind: DeclaredType) -> Converter:
    """What turns an event's value into the typed one; it raises Unfit."""
    single = _CONVERTERS[kind.kind]
    return _list_of(single) if kind.items else single


def _list_of(single: Converter) -> Converter:
    def convert(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise Unfit
        if len(value) > MAX_ITEMS:
            raise Unfit("event/field-size")
        return tuple([single(item) for item in value])

    return convert


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit
    return value


def _integer(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unfit
    if not -_INT64 <= value < _INT64:
        raise Unfit("event/field-size")
    return int(value)


def _number(value: Any) -> float:
    if type(value) is float and value - value == 0:  # finite: the common case
        return value
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise Unfit
    if isinstance(value, int) and not -_INT64 <= value < _INT64:
        raise Unfit("event/field-size")
    if not math.isfinite(value):
        raise Unfit("event/not-finite")
    return float(value)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit
    return value


def instant_of(value: Any) -> int:
    """The instant of an aware datetime or an ISO 8601 text with an offset. Raises Unfit."""
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value)
        except ValueError:
            raise Unfit from None
    if not isinstance(value, dt.datetime):
        raise Unfit
    if value.utcoffset() is None:
        raise Unfit("event/naive-time")
    return to_instant(value)


def _date(value: Any) -> int:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            value = dt.date.fromisoformat(value)
        except ValueError:
            raise Unfit from None
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise Unfit
    return value.toordinal() - _EPOCH_DAY


def _money(value: Any) -> float:
    """The float nearest to an amount with two decimals. A float counts as the shortest decimal that it prints as."""
    if type(value) is float and -_MOST_MONEY < value < _MOST_MONEY and round(value * 100) / 100 == value:
        return value
    if isinstance(value, str):
        if len(value) > _LONGEST_NUMBER or not _MONEY.fullmatch(value):
            raise Unfit
        value = Decimal(value)
    elif isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Unfit
    if isinstance(value, float | Decimal) and not Decimal(value).is_finite():
        raise Unfit("event/not-finite")
    if not -_MOST_MONEY < value < _MOST_MONEY:
        raise Unfit("event/field-size")
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if exact != exact.quantize(_CENT):
        raise Unfit("event/money")
    return float(exact)


_CONVERTERS: dict[str, Converter] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "instant": instant_of,
    "date": _date,
    "money": _money,
}
