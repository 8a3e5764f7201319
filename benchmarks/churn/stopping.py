"""At which moment to flag a silence, if it may be flagged once only: the best that can be done with a model's scores.

To flag early is to flag many who would come back; to wait is to see who comes back, and to be late for those who do
not. Dynamic programming settles it: backwards from the last day, a silence is flagged at a score where the chance that
it will last, less the price of a flag, is more than what waiting a day is worth (Bellman; optimal stopping of a Markov
chain, here of the day and the score). Chances are counted on the presentation that is learnt from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from loyaltykit.churn.panel import Floats, Ints

    Rows = npt.NDArray[np.intp]

_BINS = 40
_PRIOR = 20.0
"""So many rows at any day stand behind the chance of a score, before those of the day are counted."""
_ROUNDS = 30


@attrs.frozen(slots=True, eq=False)
class Stopping:
    """What happened on each day of a silence, by score: how often it lasted, and which score came next, if any."""

    edges: Floats
    lasting: Floats
    """By day and bin of scores."""
    next: Floats
    """By day, bin, and bin of the next day: they add up to how often there was a next day of silence."""

    @classmethod
    def learnt(cls, scores: Floats, silences: Ints, silent: Ints, lost: Floats) -> Stopping:
        """From rows by silence and day."""
        edges = np.quantile(scores[silent > 1], np.linspace(0, 1, _BINS + 1)[1:-1])
        bin, days = np.searchsorted(edges, scores), int(silent.max()) + 1
        shape = (days, _BINS)
        rows, gone = (np.bincount(silent * _BINS + bin, one, days * _BINS).reshape(shape) for one in (None, lost))
        usual = gone.sum(axis=0) / np.maximum(rows.sum(axis=0), 1)
        on = np.flatnonzero((silences[1:] == silences[:-1]) & (silent[1:] == silent[:-1] + 1))
        moves = np.zeros((days, _BINS, _BINS))
        np.add.at(moves, (silent[on], bin[on], bin[on + 1]), 1)
        return cls(edges, (gone + _PRIOR * usual) / (rows + _PRIOR), moves / np.maximum(rows, 1)[:, :, None])

    def flags(self, price: float) -> npt.NDArray[np.bool_]:
        """By day and bin, whether a silence that comes there is flagged, when a flag costs so many lasting silences."""
        worth, found = np.zeros(_BINS), np.zeros(self.lasting.shape, dtype=bool)
        for day in range(len(self.lasting) - 1, -1, -1):
            now, later = self.lasting[day] - price, self.next[day] @ worth
            found[day] = (now > 0) & (now >= later)
            worth = np.where(found[day], now, later)
        return found

    def rows(self, scores: Floats, silences: Ints, silent: Ints, number: int) -> Rows:
        """The row at which each silence is flagged, at the lowest price at which no more than a number are."""
        bin, day = np.searchsorted(self.edges, scores), np.minimum(silent, len(self.lasting) - 1)
        low, high, best = 0.0, 1.0, np.empty(0, dtype=np.intp)
        for _ in range(_ROUNDS):
            price = (low + high) / 2
            hit = np.flatnonzero(self.flags(price)[day, bin])
            first = hit[np.unique(silences[hit], return_index=True)[1]]
            if len(first) <= number:
                high, best = price, first
            else:
                low = price
        return best
