"""How much a member does, in windows of calendar days that end with the cut-off's day, and beside the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.churn.features.days import WINDOWS, count_kinds, fading
from loyaltykit.churn.features.decay import HALF_LIVES
from loyaltykit.churn.features.view import Family, ratio
from loyaltykit.churn.panel import Feature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.churn.features.view import View
    from loyaltykit.churn.panel import Floats, Ints

_LONGEST = len(WINDOWS) - 1

FEATURES = (
    *(Feature(f"active_days_{days}", "days", f"active days of the last {days} days") for days in WINDOWS),
    *(Feature(f"events_{days}", "events", f"activity of the last {days} days") for days in WINDOWS),
    Feature("trend", "days", "active days of the last 14 days less those of the 14 days before"),
    *(
        Feature(f"effort_{days}", "effort", f"log(1 + amount) of each active day, half of it after {days} days")
        for days in HALF_LIVES
    ),
    Feature("kinds_28", "kinds", "different kinds of activity in the last 28 days"),
    Feature("peers_7", "days", "active days of the last 7 days less the mean of members active in the last 28"),
    Feature("peers_28", "days", "active days of the last 28 days less the mean of members active in them"),
)


def _columns(view: View) -> Iterator[Floats | Ints]:
    cells, table = view.cells, view.table
    days = [cells.end - since for since in cells.since]
    yield from days
    yield from (cells.event_end - table.event[since] for since in cells.since)
    yield 2 * days[1] - days[2]
    yield from fading(table, cells, view.today)
    yield count_kinds(table, cells, _LONGEST)
    for window in (0, _LONGEST):
        mean = ratio(view.population.days[window], view.population.active)
        yield days[window] - mean[view.column]


VOLUME = Family(FEATURES, _columns)
