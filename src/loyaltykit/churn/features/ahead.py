"""What lies ahead by what is known already: the work that is due. A school knows its calendar; so may a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from loyaltykit.churn.features.grid import starts
from loyaltykit.churn.features.view import DAY, Family
from loyaltykit.churn.panel import Feature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.churn.features.view import View
    from loyaltykit.churn.history import History
    from loyaltykit.churn.panel import Floats, Ints

_SPAN = 28 * int(DAY)
_MOST = 36_500.0
"""Days: whatever is due later is taken as due then, so that no instant overflows."""

FEATURES = (
    Feature("due_in", "days", "time until the next work that is known to be due"),
    Feature("due_28", "pieces", "pieces of work that are known to be due in the next 28 days"),
)


@attrs.frozen(slots=True, eq=False, kw_only=True)
class Planned:
    """Work by the instant at which it is due, and since when that is known."""

    owner: Ints
    due: Ints
    known_at: Ints
    block: Ints
    """Where each owner's rows begin; one more at the end."""

    @classmethod
    def of(cls, history: History, types: tuple[str, ...]) -> Planned:
        """The events of some types whose value says in how many days, from the event, work is due."""
        rows = np.flatnonzero(history.of(types) & (history.value > 0) & np.isfinite(history.value))
        due = history.at[rows] + np.rint(np.minimum(history.value[rows], _MOST) * DAY).astype(np.int64)
        order = np.lexsort((due, history.member[rows]))
        owner = history.member[rows][order].astype(np.int64)
        known_at, block = history.known_at[rows][order], starts(owner, len(history.members))
        return cls(owner=owner, due=due[order], known_at=known_at, block=block)


def _columns(view: View) -> Iterator[Floats | Ints]:
    """From the first piece that is not yet due onwards, a piece at a time: few are due within four weeks."""
    planned, cutoff = view.planned, view.cutoff
    nearest, count = np.full(len(cutoff), np.nan), np.zeros(len(cutoff), dtype=np.int64)
    place = view.grid.before(planned.owner, planned.due - 1)[view.rows]
    end = planned.block[view.member + 1]
    rows = np.flatnonzero(place < end)
    while len(rows):
        at = place[rows]
        away, known = planned.due[at] - cutoff[rows], planned.known_at[at] < cutoff[rows]
        first = known & np.isnan(nearest[rows])
        nearest[rows[first]] = away[first] / DAY
        soon = away <= _SPAN
        count[rows] += known & soon
        place[rows] += 1
        rows = rows[(soon | np.isnan(nearest[rows])) & (place[rows] < end[rows])]
    yield nearest
    yield count


AHEAD = Family(FEATURES, _columns)
