"""Amounts: from an expression's value to smallest units, and through limits and caps."""

from __future__ import annotations

from bisect import bisect_right
from math import ceil, floor
from typing import Any

from loyaltykit.rules.runtime.history import MOST_INSTANTS, MOST_VALUES, key_of

_GRID = 1 << 20
_MOST = 2**63


def _snapped(value: float) -> float:
    """Onto the grid of 2**-20, so that 0.29 times 100 is 29 before it is rounded (program.md, Points)."""
    return round(value * _GRID) / _GRID


def down(value: float) -> int:
    """To the unit below."""
    return floor(_snapped(value))


def up(value: float) -> int:
    """To the next unit."""
    return ceil(_snapped(value))


def nearest(value: float) -> int:
    """To the nearest; halves up."""
    return floor(_snapped(value) + 0.5)


ROUNDING = {"down": down, "up": up, "nearest": nearest}


def units(value: float | None, factor: float, unit: int, rounding: Any) -> int:
    """Smallest units of an award: multiplied, then rounded. Null, zero, negative or too large gives nothing."""
    if value is None:
        return 0
    amount = value * factor * unit
    if not 0 < amount < _MOST:
        return 0
    return amount if type(amount) is int else int(rounding(amount))


def factor_of(stack: str, factors: list[float | None]) -> float:
    """Several multipliers as one, by the point's `stack`. Null and negative multipliers do not apply."""
    valid = [factor for factor in factors if factor is not None and factor >= 0]
    if stack == "highest":
        return max(valid, default=1)
    if stack == "add":
        return 1 + sum(factor - 1 for factor in valid)
    result: float = 1
    for factor in valid:
        result *= factor
    return result


def limit_key(value: Any) -> str:
    """A value as the key of a limit's cell."""
    key = key_of(value)
    return "\x00" if key is None else key


def cell_by(box: dict[str, Any], value: Any, number: int | None) -> list[Any]:
    """The cell of a limit that counts by value: [period, count], or a rolling list; null is a value like any other."""
    key = limit_key(value)
    cell = box.pop(key, None)
    if cell is None:
        cell = [number, 0] if number is not None else []
    box[key] = cell
    if len(box) > MOST_VALUES:
        del box[next(iter(box))]
    return cell  # type: ignore[no-any-return]  # the slot holds lists


def left_in_period(cell: list[Any], number: int, most: int) -> int:
    """How much of a calendar cap is left. A change of zone never brings a period back."""
    if cell[0] is None or cell[0] < number:
        cell[0] = number
        cell[1] = 0
    return int(most - cell[1])


def left_rolling(cell: list[list[int]], cutoff: int, most: int) -> int:
    """How much of a rolling cap is left: the cell is [[instant, running total], ...], the first only a base."""
    if len(cell) < 2:
        return most
    start = bisect_right(cell, cutoff, lo=1, key=lambda pair: pair[0])
    if start > 1:
        del cell[: start - 1]
    if len(cell) > MOST_INSTANTS:
        del cell[: len(cell) - MOST_INSTANTS]
    return most - (cell[-1][1] - cell[0][1])


def use_rolling(cell: list[list[int]], at: int, amount: int) -> None:
    """Count something against a rolling cap."""
    if not cell:
        cell.append([at, 0])
    cell.append([at, cell[-1][1] + amount])
