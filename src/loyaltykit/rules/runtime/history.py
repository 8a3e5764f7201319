"""History functions as incremental state: one update an event, one look an answer, never a scan of events.

Layouts, by function (plain / with a window):
    count     int                       / [instants]
    sum, avg  int, [n, total]           / [[instants], [running totals, the first is the base]]
    lowest, highest  value              / [[instants], [values]], a monotone queue
    distinct  {value: 1}                / [{value: instant}, [instants]]
    first     [value]                   / none has a window
    last, last_at  value                / none has a window
    earned    -                         / as sum
With `same` the slot is {value of the field: layout}, least recently used first. Totals are exact: floats are added as
integers of 2**-60, so that what a window drops takes away exactly what it brought.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from math import inf
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_INSTANTS = 10_000
MOST_VALUES = 1_000
_ONE = 1 << 60
_SCALE = float(_ONE)
Cell = Any
Update = "Callable[[Cell, int, Any, int], Cell]"


def exact(value: float) -> int:
    """A finite number as an integer of 2**-60; what is finer is dropped."""
    if type(value) is int:
        return value << 60
    scaled = value * _SCALE
    return int(scaled) if abs(value) < 1e200 else int(value) << 60


def inexact(total: int) -> float:
    """The nearest float of an exact total; infinite when it is too big for one."""
    return quotient(total, _ONE)


def quotient(total: int, by: int) -> float:
    """A quotient of big integers; infinite when it is too big for a float."""
    try:
        return total / by
    except OverflowError:
        return inf if total > 0 else -inf


def key_of(value: Any) -> str | None:
    """A value as a key of JSON data: text as it is, the rest marked so that it cannot be mistaken for text."""
    if value is None or (type(value) is str and value[:1] != "\x00"):
        return value
    if type(value) is float and value.is_integer():
        value = int(value)
    return f"\x00{value!r}"


def _trim(instants: list[int], cutoff: int) -> int:
    """How many leading instants to drop: those that left the window, and those over the limit."""
    gone = bisect_right(instants, cutoff)
    return max(gone, len(instants) - MOST_INSTANTS)


# --- updates: (cell, at, value, cutoff) -> cell -------------------------------------------------------------------


def count(cell: Cell, at: int, value: Any, cutoff: int) -> Cell:
    return cell + 1


def total(cell: Cell, at: int, value: Any, cutoff: int) -> Cell:
    return cell if value is None else cell + exact(value)


def average(cell: Cell, at: int, value: Any, cutoff: int) -> Cell:
    return cell if value is None else [cell[0] + 1, cell[1] + exact(value)]


def lowest(cell: Cell, at: int, value: Any, cutoff: int) -> Cell:
    return value if cell is None or (value is not None and value < cell) else cell


def highest(cell: Cell, at: int, value: Any, cutoff: int) -> Cell:
    return value if cell is None or (value is not None and value > cell) else cell


def distinct(cell: Cell, at: int, value: Any, cutoff: int) -> Cell:
    if value is not None and (len(cell) < MOST_INSTANTS or key_of(value) in cell):
        cell[key_of(value)] = 1
    return cell


def first(cell: Cell, at: int, value: Any, cutoff: int) -> Cell:
    return [value] if cell is None else cell


def first_of(cell: Cell) -> Any:
    """The first value, which may be null itself."""
    return None if cell is None else cell[0]


def last(cell: Cell, at: int, value: Any, cutoff: int) -> Cell:
    return value


def last_at(cell: Cell, at: int, value: Any, cutoff: int) -> Cell:
    return at


def count_window(cell: Cell, at: int, value: Any, cutoff: int) -> Cell:
    cell.append(at)
    if cell[0] <= cutoff or len(cell) > MOST_INSTANTS:
        del cell[: _trim(cell, cutoff)]
    return cell


def total_window(cell: Cell, at: int, value: Any, cutoff: int) -> Cell:
    if value is None:
        return cell
    instants, totals = cell
    if not totals:
        totals.append(0)
    instants.append(at)
    totals.append(totals[-1] + exact(value))
    if instants[0] <= cutoff or len(instants) > MOST_INSTANTS:
        gone = _trim(instants, cutoff)
        del instants[:gone]
        del totals[:gone]
    return cell


def lowest_window(cell: Cell, at: int, value: Any, cutoff: int) -> Cell:
    return _extreme(cell, at, value, cutoff, 1)


def highest_window(cell: Cell, at: int, value: Any, cutoff: int) -> Cell:
    return _extreme(cell, at, value, cutoff, -1)


def _extreme(cell: Cell, at: int, value: Any, cutoff: int, sign: int) -> Cell:
    if value is None:
        return cell
    instants, values = cell
    while values and values[-1] * sign >= value * sign:
        instants.pop()
        values.pop()
    instants.append(at)
    values.append(value)
    gone = _trim(instants, cutoff)
    if gone:
        del instants[:gone]
        del values[:gone]
    return cell


def distinct_window(cell: Cell, at: int, value: Any, cutoff: int) -> Cell:
    if value is None:
        return cell
    seen, instants = cell
    key = key_of(value)
    previous = seen.pop(key, None)
    if previous is not None:
        del instants[bisect_left(instants, previous)]
    seen[key] = at
    instants.append(at)
    for old in [name for name, when in _oldest(seen, cutoff, len(seen) - MOST_INSTANTS) if when is not None]:
        del seen[old]
    del instants[: _trim(instants, cutoff)]
    return cell


def _oldest(seen: dict[str, int], cutoff: int, over: int) -> list[tuple[str, int]]:
    """The leading entries (least recent first) that left the window or are over the limit."""
    gone = []
    for number, (key, when) in enumerate(seen.items()):
        if when > cutoff and number >= over:
            break
        gone.append((key, when))
    return gone


# --- looks: (cell, cutoff) -> value -------------------------------------------------------------------------------


def mean_of(cell: Cell) -> float | None:
    """The mean of [n, total]; null of nothing."""
    return quotient(cell[1], cell[0] << 60) if cell[0] else None


def count_in(cell: Cell, cutoff: int) -> int:
    return len(cell) - bisect_right(cell, cutoff)


def total_in(cell: Cell, cutoff: int) -> float:
    instants, totals = cell
    return inexact(totals[-1] - totals[bisect_right(instants, cutoff)]) if instants else 0.0


def mean_in(cell: Cell, cutoff: int) -> float | None:
    instants, totals = cell
    start = bisect_right(instants, cutoff)
    n = len(instants) - start
    return quotient(totals[-1] - totals[start], n << 60) if n else None


def extreme_in(cell: Cell, cutoff: int) -> Any:
    instants, values = cell
    start = bisect_right(instants, cutoff)
    return values[start] if start < len(instants) else None


def distinct_in(cell: Cell, cutoff: int) -> int:
    return count_in(cell[1], cutoff)


def leaves(cell: Cell, cutoff: int) -> int | None:
    """The instant that leaves a window next, of those after `cutoff`."""
    instants = cell if not cell or type(cell[0]) is int else cell[1] if type(cell[0]) is dict else cell[0]
    start = bisect_right(instants, cutoff)
    return instants[start] if start < len(instants) else None


# --- by the value of a field, and by period -----------------------------------------------------------------------


def update_same(
    box: dict[str, Cell], value: Any, update: Any, empty: Callable[[], Cell], at: int, given: Any, cutoff: int
) -> None:
    """Update the cell of one value; the least recently used value goes when there are too many."""
    key = key_of(value)
    if key is None:
        return
    cell = box.pop(key) if key in box else empty()
    box[key] = update(cell, at, given, cutoff)
    if len(box) > MOST_VALUES:
        del box[next(iter(box))]


def remember(box: dict[str, Any], value: Any) -> bool:
    """Remember a value as seen last; whether it is new. The least recently seen goes when there are too many."""
    key = key_of(value)
    if key is None:
        return False
    fresh = box.pop(key, None) is None
    box[key] = value
    if len(box) > MOST_VALUES:
        del box[next(iter(box))]
    return fresh


def same(box: dict[str, Cell], value: Any, empty: Callable[[], Cell]) -> Cell:
    """The cell of one value."""
    key = key_of(value)
    return box[key] if key in box else empty()


def update_period(box: Cell, number: int, update: Any, empty: Callable[[], Cell], at: int, given: Any) -> None:
    """Update the cell of a calendar period, starting anew with a later one; a change of zone brings none back."""
    if box[0] is None or box[0] < number:
        box[0] = number
        box[1] = empty()
    box[1] = update(box[1], at, given, 0)


def in_period(box: Cell, number: int, empty: Callable[[], Cell]) -> Cell:
    """The cell of a calendar period."""
    return box[1] if box[0] is not None and box[0] >= number else empty()


PLAIN: dict[str, Any] = {
    "count": count,
    "sum": total,
    "avg": average,
    "lowest": lowest,
    "highest": highest,
    "distinct": distinct,
    "first": first,
    "last": last,
    "last_at": last_at,
    "earned": total,
}
WINDOWED: dict[str, Any] = {
    "count": count_window,
    "sum": total_window,
    "avg": total_window,
    "lowest": lowest_window,
    "highest": highest_window,
    "distinct": distinct_window,
    "earned": total_window,
}
LOOKS: dict[str, Any] = {
    "count": count_in,
    "sum": total_in,
    "avg": mean_in,
    "lowest": extreme_in,
    "highest": extreme_in,
    "distinct": distinct_in,
    "earned": total_in,
}
EMPTY: dict[str, Callable[[], Cell]] = {
    "count": int,
    "sum": int,
    "avg": lambda: [0, 0],
    "lowest": lambda: None,
    "highest": lambda: None,
    "distinct": dict,
    "first": lambda: None,
    "last": lambda: None,
    "last_at": lambda: None,
    "earned": int,
}
EMPTY_WINDOW: dict[str, Callable[[], Cell]] = {
    "count": list,
    "sum": lambda: [[], []],
    "avg": lambda: [[], []],
    "lowest": lambda: [[], []],
    "highest": lambda: [[], []],
    "distinct": lambda: [{}, []],
    "earned": lambda: [[], []],
}
# the whole values of plain cells
VALUES: dict[str, Any] = {"sum": inexact, "earned": inexact, "avg": mean_of, "distinct": len, "first": first_of}


def plain_value(function: str, cell: Cell) -> Any:
    """The value of a plain cell."""
    look = VALUES.get(function)
    return cell if look is None else look(cell)


def insert_sorted(items: list[Any], item: Any) -> None:
    """Insert into a sorted list."""
    insort(items, item)
