"""How many rows of each member count at each cut-off: the one counting that all features are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from loyaltykit.churn.history import History
    from loyaltykit.churn.panel import Ints

    Days = npt.NDArray[np.int32]


@attrs.frozen(slots=True, eq=False)
class Grid:
    """Every member at every cut-off. A *cell* is one of both; cells are numbered member by member."""

    members: int
    cutoffs: Ints
    """Rising, each once."""
    today: Days
    """The calendar day that each cut-off ends or is in: that of the instant just before it."""

    @classmethod
    def of(cls, history: History, cutoffs: Ints) -> Grid:
        """The grid of a history's members."""
        return cls(len(history.members), cutoffs, history.local_days(cutoffs - 1))

    @property
    def width(self) -> int:
        """How many cut-offs."""
        return len(self.cutoffs)

    @property
    def shape(self) -> tuple[int, int]:
        """Members and cut-offs."""
        return self.members, self.width

    def before(self, owner: Ints, at: Ints) -> Ints:
        """By cell, one after the last of the member's rows that is before the cut-off; rows go by owner and time."""
        return self._ends(owner, np.searchsorted(self.cutoffs, at, side="right"))

    def until_day(self, owner: Ints, day: Days, ago: int) -> Ints:
        """By cell, one after the last of the member's rows that is `ago` days before the cut-off's day, or earlier."""
        if not len(day):
            return np.zeros(self.members * self.width, dtype=np.int64)
        first = int(day.min())
        by_day = np.arange(first, int(day.max()) + 1, dtype=np.int32)
        return self._ends(owner, np.searchsorted(self.today - ago, by_day, side="left")[day - first])

    def _ends(self, owner: Ints, column: Ints) -> Ints:
        """By cell, one after the member's rows that begin to count at that cut-off or before it."""
        wide = self.width + 1  # the last column is for rows that never count
        counts = np.bincount(owner * wide + column, minlength=self.members * wide)
        return counts.cumsum().reshape(self.members, wide)[:, :-1].ravel()


def starts(owner: Ints | Days, owners: int) -> Ints:
    """Where each owner's rows begin, and where the last one's end; `owner` never falls."""
    return np.concatenate(([0], np.bincount(owner, minlength=owners).cumsum()))


def first_not_before(at: Ints, low: Ints, high: Ints, limit: Ints) -> Ints:
    """In each stretch [low, high) of rising instants the first place that is at or after its limit: by bisection."""
    low, high = low.copy(), high.copy()
    while (open_ := low < high).any():
        middle = (low + high) >> 1
        early = open_ & (at[np.where(open_, middle, 0)] < limit)
        low = np.where(early, middle + 1, low)
        high = np.where(open_ & ~early, middle, high)
    return low


def spread(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """All places of many stretches [low, high), one after the other, and the number of the stretch of each."""
    lengths = high - low
    stretch = np.repeat(np.arange(len(low)), lengths)
    ends = lengths.cumsum()
    return np.arange(ends[-1] if len(ends) else 0) - (ends - lengths - low)[stretch], stretch
