"""A member's scores on a leaderboard: kept for the current period of the program's zone, told when they change.

A line ("score", at, event, key of the board, period, group, score) is told to the shell, which ranks members; a score
of None takes the member off. Nothing here knows of other members.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.calendars import civil, first_day, number_of, zone
from loyaltykit.rules.plan import ATTRIBUTES
from loyaltykit.rules.plan.boards import EVERYBODY
from loyaltykit.rules.runtime.history import EMPTY, MOST_VALUES, PLAIN, exact, plain_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.calendars import PeriodName
    from loyaltykit.rules.plan.boards import Board

    State = list[Any]

PERIOD, EVENT, GROUP, CELLS, GIVEN = range(5)


class Scores:
    """One leaderboard, as generated code calls it."""

    def __init__(self, board: Board, place: str, score: Callable[[list[Any]], Any]) -> None:
        self.board = board
        self.key = board.key
        self._zone = zone(place)
        self._period: PeriodName = board.period  # type: ignore[assignment]  # the plan holds period names
        self._score = score
        self._span = (0, 0, 0)
        self._fresh = [EMPTY[part.function] for part in board.parts]

    def number(self, at: int) -> int:
        """The number of the period around an instant."""
        start, end, number = self._span
        if not start <= at < end:
            number = number_of(self._period, self._zone.local_day(at))
            start, end = self.bounds(number)
            self._span = (start, end, number)
        return number

    def bounds(self, number: int) -> tuple[int, int]:
        """When a period starts and ends."""
        first, after = first_day(self._period, number), first_day(self._period, number + 1)
        return self._zone.day_start(first), self._zone.day_start(after)

    def name(self, number: int) -> str:
        """A period as the first of its days."""
        year, month, day = civil(first_day(self._period, number))
        return f"{year:04}-{month:02}-{day:02}"

    def on(self, state: State, at: int, event: str, group: Any) -> None:
        """An event happens: what it brings, also by consequences, is of its group."""
        box = self._box(state, at)
        box[EVENT], box[GROUP] = event, _named(group)

    def counted(self, state: State, part: int, at: int, event: str | None, group: Any, value: Any, out: Any) -> None:
        """A part counts an event."""
        update = PLAIN[self.board.parts[part].function]
        self._update(state, part, at, event, _named(group), lambda cell: update(cell, at, value, 0), out)

    def earned(
        self, state: State, part: int, at: int, event: str | None, amount: int, out: Any, *, back: bool = False
    ) -> None:
        """An award of smallest units; with `back` it may be taken back later."""
        box = self._box(state, at)
        group = box[GROUP] if event is not None and box[EVENT] == event else None
        if back and event is not None:
            box[GIVEN][event] = group
        self._update(state, part, at, event, group, lambda cell: cell + exact(amount), out)

    def awarded(self, state: State, point: str, at: int, event: str, amount: int, out: Any) -> None:
        """An award of a point that may be taken back, when no code of its own was generated for it."""
        for number, part in enumerate(self.board.parts):
            if part.function == "earned" and part.field == point:
                self.earned(state, number, at, event, amount, out, back=True)

    def unearned(
        self, state: State, point: str, given_at: int, award: str, amount: int, at: int, event: str | None, out: Any
    ) -> None:
        """An award of the same period was taken back; one of an earlier period stays where it counted."""
        box = self._box(state, at)
        if self.number(given_at) != box[PERIOD]:
            return
        group = box[GIVEN].get(award)
        for number, part in enumerate(self.board.parts):
            if part.function == "earned" and part.field == point:
                self._update(state, number, at, event, group, lambda cell: cell - exact(amount), out)

    def _box(self, state: State, at: int) -> list[Any]:
        """The state of the period around an instant; a later one starts anew."""
        box: list[Any] = state[self.board.slot]
        number = self.number(at)
        if box[PERIOD] is None or box[PERIOD] < number:
            box[:] = [number, None, None, {}, {}]
        return box

    def _update(
        self, state: State, part: int, at: int, event: str | None, group: str | None, change: Callable[[Any], Any],
        out: Any,
    ) -> None:  # fmt: skip
        box = self._box(state, at)
        attribute = self.board.attribute
        if attribute is not None:
            group = _named(state[ATTRIBUTES].get(attribute))
        for name in (EVERYBODY,) if group is None else (EVERYBODY, group):
            cells = box[CELLS].get(name)
            if cells is None:
                if len(box[CELLS]) > MOST_VALUES:
                    continue
                cells = box[CELLS][name] = [fresh() for fresh in self._fresh]
            cells[part] = change(cells[part])
            out.append(("score", at, event, self.key, box[PERIOD], name, self._value(cells)))

    def _value(self, cells: list[Any]) -> Any:
        parts = self.board.parts
        score = self._score([
            _part(part.function, cell, part.unit) for part, cell in zip(parts, cells, strict=True)
        ])  # fmt: skip
        if score is None or not score > 0:
            return None
        return int(score) if score == int(score) else score


def _part(function: str, cell: Any, unit: int) -> Any:
    value = plain_value(function, cell)
    return value if unit == 1 or value is None else value / unit


def _named(group: Any) -> str | None:
    """A group's name; nothing and empty text are none."""
    return None if group is None or group == "" else str(group)
