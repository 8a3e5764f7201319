"""Points as a host writes them, ``{"stars": 5}`` in whole units, as what an event carries."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from loyaltykit.errors import EventError, LoyaltyError
from loyaltykit.problems import echo, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.program.document import Document

    Number = int | float | str | Decimal

_MOST = 2**62
_PLAIN = re.compile(r" *[+-]?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})? *")


def amounts_of(
    document: Document, points: Mapping[str, Number], *, signed: bool = False, spendable: bool = True
) -> dict[str, int]:
    """Points in smallest units, exactly.

    Raises LoyaltyError for a point that the program does not have, or that cannot be spent; EventError for an amount
    that is no number, has more digits than the point keeps, or is zero (or, unless `signed`, below).
    """
    if not points:
        raise EventError("name at least one point and an amount", code="points/amount", field="points")
    found = {}
    for name, amount in points.items():
        declared = document.points.get(name)
        if declared is None:
            text, details = unknown("point", name, document.points)
            raise LoyaltyError(text, code="points/unknown", details=details)
        if spendable and not declared.spendable:
            raise LoyaltyError(f"{name} cannot be spent", code="points/not-spendable", details={"name": name})
        found[name] = _units(name, amount, declared.decimals, signed=signed)
    return found


def _units(name: str, amount: Number, decimals: int, *, signed: bool) -> int:
    try:
        if isinstance(amount, str) and not _PLAIN.fullmatch(amount):
            raise InvalidOperation
        units = Decimal(str(amount)).scaleb(decimals)
    except (ArithmeticError, ValueError):  # also an exponent, or an int, that is beyond all bounds
        units = Decimal("NaN")
    fits = not isinstance(amount, bool) and units.is_finite() and abs(units) < _MOST and units == units.to_integral()
    if not fits or not units or (units < 0 and not signed):
        said = echo(_shown(amount))
        text = f"{said} is no amount of {name}"
        raise EventError(text, code="points/amount", field="points", details={"name": name, "amount": said})
    return int(units)


def _shown(amount: object) -> str:
    """The amount as text; Python does not print an int of thousands of digits."""
    try:
        return str(amount)
    except ValueError:
        return type(amount).__name__
