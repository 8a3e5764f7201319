"""What the families of features read: the rows of a panel to be, and what holds for all members at a cut-off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    import numpy.typing as npt

    from loyaltykit.churn.features.ahead import Planned
    from loyaltykit.churn.features.days import Cells, DayTable
    from loyaltykit.churn.features.grid import Days, Grid
    from loyaltykit.churn.features.known import Known
    from loyaltykit.churn.panel import Feature, Floats, Ints

DAY = 86_400_000_000.0


@attrs.frozen(slots=True, eq=False, kw_only=True)
class Population:
    """What all members that are there at a cut-off have in common: by cut-off, whole numbers, so exact."""

    gap_days: Ints
    """The sum of all gaps between active days."""
    gaps: Ints
    active: Ints
    """Members with an active day in the last 28 days."""
    days: tuple[Ints, ...]
    """By window, the active days of those."""

    @classmethod
    def of(cls, table: DayTable, cells: Cells, there: npt.NDArray[np.bool_], grid: Grid) -> Population:
        """Of the members that are there, by cell."""

        def total(values: Ints) -> Ints:
            return np.asarray(np.where(there, values, 0).reshape(grid.shape).sum(axis=0), dtype=np.int64)

        days = tuple(cells.end - since for since in cells.since)
        return cls(
            gap_days=total(table.between(cells)),
            gaps=total(np.maximum(cells.end - cells.first - 1, 0)),
            active=total((days[-1] > 0).astype(np.int64)),
            days=tuple(total(np.where(days[-1] > 0, one, 0)) for one in days),
        )


@attrs.frozen(slots=True, eq=False, kw_only=True)
class View:
    """The rows of a panel to be."""

    table: DayTable
    cells: Cells
    rows: Ints
    """The number of each row's cell."""
    member: Ints
    """The place of each row's member."""
    column: Ints
    """The number of each row's cut-off."""
    grid: Grid
    population: Population
    known: Mapping[str, Known]
    """By role."""
    planned: Planned

    @property
    def cutoff(self) -> Ints:
        """Each row's cut-off."""
        return self.grid.cutoffs[self.column]

    @property
    def today(self) -> Days:
        """The calendar day that each row's cut-off ends or is in."""
        return self.grid.today[self.column]

    @property
    def days(self) -> Ints:
        """Active days so far."""
        return self.cells.end - self.cells.first

    def stretch(self, role: str) -> tuple[Ints, Ints]:
        """Where in the events of a role the member's own begin, and where those end that the row knows of."""
        known = self.known[role]
        return known.block[self.member], self.grid.before(known.owner, known.known_at)[self.rows]

    def end_ago(self, role: str, days: int) -> Ints:
        """Where those end that were known so many days before the cut-off's day, or earlier."""
        known = self.known[role]
        return self.grid.until_day(known.owner, known.day, days)[self.rows]

    def of_last_day(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """What the table says of the last active day; of no meaning for rows without one."""
        return values[np.maximum(self.cells.end - 1, 0)] if len(values) else np.zeros(len(self.rows), values.dtype)


@attrs.frozen(slots=True)
class Family:
    """Features that are made together, and how: one column each, in their order."""

    features: tuple[Feature, ...]
    columns: Callable[[View], Iterable[Floats | Ints]]


def ratio(over: Floats | Ints, under: Floats | Ints) -> Floats:
    """One over the other; NaN where the other is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):  # by 0, which the next line takes out
        return np.where(under == 0, np.nan, np.true_divide(over, under))


def where(known: npt.NDArray[np.bool_], values: Floats | Ints) -> Floats:
    """The values where they are known, NaN elsewhere."""
    return np.where(known, values, np.nan)
