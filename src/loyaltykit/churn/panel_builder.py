"""From a history to a panel: features for all cut-offs at once, and labels, without a look ahead."""

from __future__ import annotations

import datetime as dt
from itertools import chain
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from loyaltykit.churn.away import Away
from loyaltykit.churn.columns import instants, length, micros
from loyaltykit.churn.features import FAMILIES, FEATURES
from loyaltykit.churn.features.ahead import Planned
from loyaltykit.churn.features.days import Activity, DayTable, corrected, extra, locate
from loyaltykit.churn.features.grid import Grid
from loyaltykit.churn.features.known import Known, as_learned
from loyaltykit.churn.features.study import COUNTED, VALUED
from loyaltykit.churn.features.view import Population, View
from loyaltykit.churn.labels import Ahead, label_of, labelled
from loyaltykit.churn.panel import Panel
from loyaltykit.churn.roles import Roles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy.typing as npt

    from loyaltykit.churn.columns import Length
    from loyaltykit.churn.features.days import Cells
    from loyaltykit.churn.history import History
    from loyaltykit.churn.labels import Label
    from loyaltykit.churn.panel import Ints

    Mask = npt.NDArray[np.bool_]

MOST_EXTRA = 1 << 24
"""How many events may be held again at once, for members of whom some became known late."""
_NEVER = np.iinfo(np.int64).max
_LONG_AGO = np.iinfo(np.int64).min


class PanelBuilder:
    """Makes panels from a history. `roles` says what its types mean.

    An event counts at a cut-off when it happened before it and was known before it. Windows of days are calendar days
    of the history's zone, the last one that of the instant just before the cut-off.
    """

    features = FEATURES
    """The columns of every panel, in their order."""

    def __init__(self, history: History, roles: Roles | None = None) -> None:
        self.history = history
        self.roles = roles or Roles()
        self._types = self.roles.active(history.types)
        self._activity = Activity.of(history, self._types, self.roles.amounts)
        self._late = bool((self._activity.known_at > self._activity.at).any())
        self._table = None if self._late else DayTable.of(self._activity)
        named = {role: getattr(self.roles, role) for role in (*VALUED, *COUNTED, "left", "away")}
        few = as_learned(history, chain.from_iterable(named.values()))
        self._known = {role: Known.of(few, named[role], valued=role in VALUED) for role in (*VALUED, *COUNTED)}
        self._planned = Planned.of(history, self.roles.due)
        self._seen = _earliest(history)
        self._left = _earliest(few.take(np.flatnonzero(few.of(named["left"]))))
        self._away = Away.of(few.take(np.flatnonzero(few.of(named["away"]))))

    def at(
        self,
        cutoffs: Any,
        *,
        horizon: Length | None = None,
        label: str | Label | Callable[[Ahead], Any] | None = None,
        active: Length | None = None,
        members: Iterable[str] | None = None,
    ) -> Panel:
        """The panel at some cut-offs: one row for each member that was seen, and had not left, before each.

        `cutoffs` are aware datetimes, numpy.datetime64, ISO text or microseconds; a `dt.timedelta` or a text such as
        ``28d`` is a `horizon`. `label` is ``silence``, an event's type (churned is for whom it happens), a Label, or a
        function of an `Ahead`; with one, rows whose horizon ends after the history was observed are dropped. `active`
        keeps members with activity in so much time before the cut-off, `members` some of them. Rows go by member, then
        by cut-off. Raises ValueError for a label without a horizon, and for times that are none.
        """
        span = None if horizon is None else length(horizon, "horizon")
        if label is not None and span is None:
            raise ValueError("a label needs a horizon: at(cutoffs, horizon='28d', label='silence')")
        moments = np.unique(instants(cutoffs, "cutoffs"))
        if label is not None and span is not None:
            moments = moments[moments <= self.history.until - micros(span)]
        within = None if active is None else micros(length(active, "active"))
        chosen = None if members is None else self._chosen(members)
        parts = [self._view(Grid.of(self.history, part), chosen, within) for part in self._parts(moments)]
        panels = [self._panel(view, span, None if label is None else label_of(label)) for view in parts]
        return panels[0] if len(panels) == 1 else _together(panels)

    def _view(self, grid: Grid, chosen: Mask | None, within: int | None) -> View:
        """The rows of some cut-offs, and what their features are made from."""
        table, cells = (self._table, locate(self._table, grid)) if self._table else corrected(self._activity, grid)
        last = _last(table, cells)
        there = self._there(grid, last)
        population = Population.of(table, cells, there, grid)
        kept = there if chosen is None else there & np.repeat(chosen, grid.width)
        if within is not None:
            kept &= last >= np.tile(grid.cutoffs, grid.members) - within
        rows = np.flatnonzero(kept)
        member, column = np.divmod(rows, max(grid.width, 1))
        return View(
            table=table,
            cells=cells.take(rows),
            rows=rows,
            member=member,
            column=column,
            grid=grid,
            population=population,
            known=self._known,
            planned=self._planned,
        )

    def _panel(self, view: View, span: dt.timedelta | None, label: Label | None) -> Panel:
        columns = np.empty((len(FEATURES), len(view.rows)))
        made = chain.from_iterable(family.columns(view) for family in FAMILIES)
        for place, column in enumerate(made):
            columns[place] = column
        cutoff, y = view.cutoff, None
        if label is not None and span is not None:
            end = cutoff + micros(span)
            ahead = Ahead(history=self.history, activity=self._types, member=view.member, start=cutoff, end=end)
            y = labelled(label, ahead)
        return Panel(
            X=columns.T,
            features=FEATURES,
            member=view.member,
            cutoff=cutoff,
            members=self.history.members,
            y=y,
            horizon=span,
            label=None if label is None else label.name,
        )

    def _parts(self, moments: Ints) -> list[Ints]:
        """The cut-offs, in parts where so much became known late that all at once would take too much memory."""
        if self._table is not None:
            return [moments]
        rows = extra(self._activity, Grid.of(self.history, moments)).cumsum() // MOST_EXTRA
        return np.split(moments, np.flatnonzero(np.diff(rows)) + 1)

    def _there(self, grid: Grid, last: Ints) -> Mask:
        """By cell: seen, and neither left nor away."""
        seen = self._seen[:, None] < grid.cutoffs
        there = (seen & ~(self._left[:, None] < grid.cutoffs)).ravel()
        return there & ~self._away.since(grid, last) if len(self._away.owner) else there

    def _chosen(self, members: Iterable[str]) -> Mask:
        wanted = set(members)
        return np.array([name in wanted for name in self.history.members], dtype=bool)


def _together(panels: list[Panel]) -> Panel:
    """One panel of several, by member and cut-off."""
    member = np.concatenate([panel.member for panel in panels])
    cutoff = np.concatenate([panel.cutoff for panel in panels])
    rows = np.lexsort((cutoff, member))
    y = None if panels[0].y is None else np.concatenate([panel.labels for panel in panels])[rows]
    X = np.concatenate([panel.X.T for panel in panels], axis=1)[:, rows].T  # noqa: N806  # as Panel has it
    return attrs.evolve(panels[0], X=X, member=member[rows], cutoff=cutoff[rows], y=y)


def _earliest(history: History) -> Ints:
    """By member, when the first of the events became known."""
    found = np.full(len(history.members), _NEVER)
    if len(history):
        first = np.flatnonzero(np.diff(history.member, prepend=-1))
        found[history.member[first]] = np.minimum.reduceat(history.known_at, first)
    return found


def _last(table: DayTable, cells: Cells) -> Ints:
    """By cell, the instant of the last activity before the cut-off; long ago where there is none."""
    some = cells.end > cells.first
    if not len(table.day):
        return np.full(len(some), _LONG_AGO)
    return np.where(some, table.activity.at[np.where(some, cells.event_end - 1, 0)], _LONG_AGO)
