"""Activity by member and calendar day: the table that rhythm and volume are read from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from loyaltykit.churn.features.decay import HALF_LIVES, MILLIONTHS, carried, effort, left
from loyaltykit.churn.features.grid import first_not_before, spread, starts

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from loyaltykit.churn.features.grid import Days, Grid
    from loyaltykit.churn.history import History
    from loyaltykit.churn.panel import Floats, Ints

    Kinds = npt.NDArray[np.uint64]

WINDOWS = (7, 14, 28)
_LEVELS = 5
"""2**5 > 28: two stretches of 1, 2, 4, 8 or 16 days cover every window."""
_BITS = 64
_MOST = 1e6
"""An event's amount is cut there, so that no sum of millionths overflows."""


@attrs.frozen(slots=True, eq=False, kw_only=True)
class Activity:
    """The events that are activity, by owner and time. Owners are members; `Corrected` adds more."""

    owner: Ints
    at: Ints
    day: Days
    kind: npt.NDArray[np.int32]
    known_at: Ints
    amount: Ints
    """How much of it there was, in millionths."""
    owners: int
    kinds: int

    @classmethod
    def of(cls, history: History, types: tuple[str, ...], amounts: tuple[str, ...] = ()) -> Activity:
        """The activity of a history; the value of some types is their amount."""
        rows = slice(None) if len(types) == len(history.types) else np.flatnonzero(history.of(types))
        at = history.at[rows]
        return cls(
            owner=history.member[rows].astype(np.int64),
            at=at,
            day=history.local_days(at),
            kind=history.type[rows],
            known_at=history.known_at[rows],
            amount=_amounts(history, amounts)[rows],
            owners=len(history.members),
            kinds=len(history.types),
        )

    def pick(self, rows: Ints, owner: Ints, owners: int) -> Activity:
        """Some of the events, as those of other owners."""
        return attrs.evolve(
            self,
            owner=owner,
            at=self.at[rows],
            day=self.day[rows],
            kind=self.kind[rows],
            known_at=self.known_at[rows],
            amount=self.amount[rows],
            owners=owners,
        )

    def and_also(self, other: Activity) -> Activity:
        """Both, the other's owners numbered on."""
        return attrs.evolve(
            self,
            owner=np.concatenate([self.owner, other.owner + self.owners]),
            at=np.concatenate([self.at, other.at]),
            day=np.concatenate([self.day, other.day]),
            kind=np.concatenate([self.kind, other.kind]),
            known_at=np.concatenate([self.known_at, other.known_at]),
            amount=np.concatenate([self.amount, other.amount]),
            owners=self.owners + other.owners,
        )


@attrs.frozen(slots=True, eq=False, kw_only=True)
class DayTable:
    """One row an owner and active day, in order."""

    activity: Activity
    owner: Ints
    day: Days
    event: Ints
    """The place of the day's first event; one more at the end."""
    block: Ints
    """The first row of each owner; one more at the end."""
    gap: Days
    """Days since the owner's active day before; 0 at the first."""
    longest: Ints
    """The longest gap so far."""
    run: Ints
    """The first row of the active days in a row that this one belongs to."""
    week_run: Ints
    """The same of active weeks."""
    done: Ints
    """The amount of all events before each, in millionths, over all owners; one more at the end."""
    carried: Floats
    """By half-life, what is left of the effort of the days before."""
    seen: tuple[Kinds, ...]
    """For every 64 kinds, one row a level: the kinds of 2**level rows from here on, as bits."""

    @classmethod
    def of(cls, activity: Activity) -> DayTable:
        """The table of some activity."""
        owner, day = activity.owner, activity.day
        new = np.ones(len(day), dtype=bool)
        new[1:] = (day[1:] != day[:-1]) | (owner[1:] != owner[:-1])
        event = np.flatnonzero(new)
        day, owner = day[event], owner[event]
        fresh = np.ones(len(day), dtype=bool)
        fresh[1:] = owner[1:] != owner[:-1]
        gap = np.diff(day, prepend=day[:1])
        gap[fresh] = 0
        week = week_of(day)
        block = starts(owner, activity.owners)
        done = np.concatenate(([0], activity.amount.cumsum()))
        event = np.append(event, len(activity.at))
        return cls(
            activity=activity,
            owner=owner,
            day=day,
            event=event,
            block=block,
            done=done,
            carried=carried(block, gap, effort(np.diff(done[event]))),
            gap=gap,
            longest=_running_max(owner, gap),
            run=_last_true(fresh | (gap != 1)),
            week_run=_last_true(fresh | (np.diff(week, prepend=week[:1]) > 1)),
            seen=tuple(_levels(_bits(activity, word), event[:-1]) for word in range(-(-activity.kinds // _BITS))),
        )

    def between(self, cells: Cells) -> Ints:
        """By cell, the days from the first to the last active day."""
        if not len(self.day):
            return np.zeros(len(cells.end), dtype=np.int64)
        some = cells.end > cells.first
        first = self.day[np.where(some, cells.first, 0)]
        return np.where(some, self.day[cells.end - 1] - first, 0).astype(np.int64)

    @property
    def last_at(self) -> Ints:
        """The last instant of each day."""
        return self.activity.at[self.event[1:] - 1]

    @property
    def first_at(self) -> Ints:
        """The first instant of each day."""
        return self.activity.at[self.event[:-1]]


@attrs.frozen(slots=True, eq=False, kw_only=True)
class Cells:
    """Where in a DayTable each cell, or each row of the panel, stands."""

    first: Ints
    """The first row of the owner."""
    end: Ints
    """One after the last day with an event before the cut-off."""
    since: tuple[Ints, ...]
    """By window, the first row of the window."""
    event_end: Ints
    """One after the last event before the cut-off."""

    def take(self, cells: Ints) -> Cells:
        """Some of them."""
        since = tuple(window[cells] for window in self.since)
        return Cells(first=self.first[cells], end=self.end[cells], since=since, event_end=self.event_end[cells])


def locate(table: DayTable, grid: Grid) -> Cells:
    """Where each cell stands, going by the times of events alone."""
    rows = int(table.block[grid.members])
    owner, day = table.owner[:rows], table.day[:rows]
    first = np.repeat(table.block[: grid.members], grid.width)
    end = grid.before(owner, table.first_at[:rows])
    since = tuple(grid.until_day(owner, day, window) for window in WINDOWS)
    event_end = table.event[end]
    if rows:
        cutoff = np.tile(grid.cutoffs, grid.members)
        split = np.flatnonzero((end > first) & (table.last_at[end - 1] >= cutoff))
        low = table.event[end[split] - 1]
        event_end[split] = first_not_before(table.activity.at, low, event_end[split], cutoff[split])
    return Cells(first=first, end=end, since=since, event_end=event_end)


def corrected(activity: Activity, grid: Grid) -> tuple[DayTable, Cells]:
    """The table and the cells where some activity became known only after a cut-off.

    Each cell that such an event would change becomes an owner of its own, of what was known by then. Everything else
    then goes on as if it were a member.
    """
    cells = _changed(activity, grid)
    member, column = np.divmod(cells, max(grid.width, 1))
    block = starts(activity.owner, activity.owners)
    rows, owner = spread(block[member], block[member + 1])
    known = activity.known_at[rows] < grid.cutoffs[column[owner]]
    table = DayTable.of(activity.and_also(activity.pick(rows[known], owner[known], len(cells))))
    found, own = locate(table, grid), _own(table, grid, column)
    for window, exact in zip((found.first, found.end, *found.since, found.event_end), own, strict=True):
        window[cells] = exact
    return table, found


def extra(activity: Activity, grid: Grid) -> Ints:
    """By cut-off, how many events `corrected` holds again."""
    member, column = np.divmod(_changed(activity, grid), max(grid.width, 1))
    held = np.bincount(activity.owner, minlength=activity.owners)[member]
    return np.bincount(column, weights=held, minlength=grid.width).astype(np.int64)


def _changed(activity: Activity, grid: Grid) -> Ints:
    """The cells with an event that had happened by the cut-off and was not known."""
    late = np.flatnonzero(activity.known_at > activity.at)
    low = np.searchsorted(grid.cutoffs, activity.at[late], side="right")
    high = np.searchsorted(grid.cutoffs, activity.known_at[late], side="right")
    column, event = spread(low, high)
    return np.unique(activity.owner[late][event] * grid.width + column)


def _own(table: DayTable, grid: Grid, column: Ints) -> tuple[Ints, ...]:
    """Where the owners beyond the members stand, each at the one cut-off that it is made for."""
    block = table.block[grid.members :]
    first, end, rows = block[:-1], block[1:], slice(block[0], None)
    today = grid.today[column][table.owner[rows] - grid.members]
    early = [np.append(0, (table.day[rows] <= today - window).cumsum()) for window in WINDOWS]
    since = (first + before[end - block[0]] - before[first - block[0]] for before in early)
    return first, end, *since, table.event[end]


def count_kinds(table: DayTable, cells: Cells, window: int) -> Ints:
    """How many kinds of activity there were in a window."""
    low, last = cells.since[window], cells.end
    split = np.flatnonzero((last > low) & (cells.event_end < table.event[last]))
    high = last.copy()
    high[split] -= 1
    found = np.zeros(len(low), dtype=np.int64)
    ends = np.column_stack([table.event[high[split]], cells.event_end[split]]).ravel()
    for word, levels in enumerate(table.seen):
        kinds = _either(levels, low, high)
        if len(split):
            bits = np.append(_bits(table.activity, word), np.uint64(0))
            kinds[split] |= np.bitwise_or.reduceat(bits, ends)[::2]
        found += _ones(kinds)
    return found


def fading(table: DayTable, cells: Cells, today: Days) -> Iterator[Floats]:
    """By half-life, what is left of all effort on the cut-off's day."""
    some = cells.end > cells.first
    if not len(table.day):
        yield from (np.zeros(len(some)) for _ in HALF_LIVES)
        return
    last = np.maximum(cells.end - 1, 0)
    own = effort(np.where(some, table.done[cells.event_end] - table.done[table.event[last]], 0))
    since = np.where(some, today - table.day[last], 0)
    for before, half_life in zip(table.carried, HALF_LIVES, strict=True):
        yield np.where(some, (before[last] + own) * left(half_life, since), 0.0)


def week_of(day: Days) -> Days:
    """The number of the ISO week of a day, counted from 1970."""
    return (day + np.int32(3)) // np.int32(7)


def _amounts(history: History, types: tuple[str, ...]) -> Ints:
    """The amount of each event in millionths; 1 where its type has none, or its value is none."""
    found = np.full(len(history), MILLIONTHS)
    if types:
        rows = np.flatnonzero(history.of(types) & (history.value >= 0))
        found[rows] = np.rint(np.minimum(history.value[rows], _MOST) * MILLIONTHS)
    return found


def _bits(activity: Activity, word: int) -> Kinds:
    """The bit of each event's kind, for kinds of the given 64; none for others."""
    table = np.zeros((-(-activity.kinds // _BITS), _BITS), dtype=np.uint64)
    table[word] = np.uint64(1) << np.arange(_BITS, dtype=np.uint64)
    return np.asarray(table.ravel()[activity.kind])


def _levels(bits: Kinds, event: Ints) -> Kinds:
    rows = len(event)
    levels = np.zeros((_LEVELS, rows), dtype=np.uint64)
    if rows:
        levels[0] = np.bitwise_or.reduceat(bits, event)
    for level in range(1, _LEVELS):
        half = 1 << (level - 1)
        levels[level] = levels[level - 1]
        if half < rows:
            levels[level, : rows - half] |= levels[level - 1, half:]
    return levels


def _either(levels: Kinds, low: Ints, high: Ints) -> Kinds:
    """The kinds of the rows [low, high), at most 28 of them."""
    size = high - low
    level = np.array([0, 0, 1, 1, *[2] * 4, *[3] * 8, *[4] * 16])[size]
    some = size > 0
    rows = levels.shape[1]
    flat = levels.ravel()
    if not rows:
        return np.zeros(len(low), dtype=np.uint64)
    first = flat[np.where(some, level * rows + low, 0)]
    second = flat[np.where(some, level * rows + high - (1 << level), 0)]
    return np.where(some, first | second, np.uint64(0))


def _ones(kinds: Kinds) -> Ints:
    if hasattr(np, "bitwise_count"):
        return np.asarray(np.bitwise_count(kinds), dtype=np.int64)
    ones = np.unpackbits(kinds.view(np.uint8).reshape(-1, 8), axis=1)  # NumPy 1
    return np.asarray(ones.sum(axis=1, dtype=np.int64))


def _running_max(owner: Ints, values: Days) -> Ints:
    if not len(values):
        return np.empty(0, dtype=np.int64)
    step = int(values.max()) + 1  # so that every owner's values lie above those of the owner before
    return np.maximum.accumulate(owner * step + values) - owner * step


def _last_true(marks: npt.NDArray[np.bool_]) -> Ints:
    """The place of the last mark at or before each place; the first place is marked."""
    return np.maximum.accumulate(np.where(marks, np.arange(len(marks)), 0))
