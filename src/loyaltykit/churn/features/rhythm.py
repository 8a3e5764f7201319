"""When a member is active: how long ago, how regularly, with what gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loyaltykit.churn.features.days import week_of
from loyaltykit.churn.features.view import DAY, Family, ratio, where
from loyaltykit.churn.panel import Feature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.churn.features.view import View
    from loyaltykit.churn.panel import Floats, Ints

SHRINK = 5
"""How many gaps of the average member each member's own are mixed with."""

FEATURES = (
    Feature("age", "days", "time since the first activity"),
    Feature("recency", "days", "time since the last activity"),
    Feature("last", "days", "time from the first to the last activity"),
    Feature("active_days", "days", "calendar days with activity so far"),
    Feature("repeats", "days", "active days after the first"),
    Feature("cadence", "days", "mean gap between active days, mixed with 5 gaps of all members at that cut-off"),
    Feature("silence_ratio", "cadences", "time since the last activity over the cadence"),
    Feature("gap_max", "days", "longest gap between active days so far, the present silence left out"),
    Feature("gap_last", "days", "gap between the last two active days"),
    Feature("streak", "days", "active days in a row up to the cut-off's day or the day before it"),
    Feature("weeks", "weeks", "active ISO weeks in a row up to the cut-off's week or the week before it"),
)


def _columns(view: View) -> Iterator[Floats | Ints]:
    days, cells, table = view.days, view.cells, view.table
    some = days > 0
    first, last = _ends(view)
    recency = where(some, (view.cutoff - last) / DAY)
    cadence = _cadence(view)
    yield where(some, (view.cutoff - first) / DAY)
    yield recency
    yield where(some, (last - first) / DAY)
    yield days
    yield np.maximum(days - 1, 0)
    yield cadence
    yield ratio(recency, cadence)
    yield where(days > 1, view.of_last_day(table.longest))
    yield where(days > 1, view.of_last_day(table.gap))
    day = view.of_last_day(table.day)
    yield np.where(some & (day >= view.today - 1), cells.end - view.of_last_day(table.run), 0)
    week = week_of(day)
    going = some & (week >= week_of(view.today) - 1)
    yield np.where(going, week - week_of(view.of_last_day(table.day[table.week_run])) + 1, 0)


def _ends(view: View) -> tuple[Ints, Ints]:
    """The first and the last instant of activity before the cut-off; of no meaning where there is none."""
    at = view.table.activity.at
    if not len(at):
        return view.cutoff, view.cutoff
    some = view.days > 0
    return at[np.where(some, view.table.event[view.cells.first], 0)], at[np.where(some, view.cells.event_end - 1, 0)]


def _cadence(view: View) -> Floats:
    """The mean gap, as if SHRINK average gaps of all members had come before: NaN where nobody has a gap yet."""
    average = ratio(view.population.gap_days, view.population.gaps)[view.column]
    own = np.maximum(view.days - 1, 0)
    cadence: Floats = (view.table.between(view.cells) + SHRINK * average) / (own + SHRINK)
    return cadence


RHYTHM = Family(FEATURES, _columns)
