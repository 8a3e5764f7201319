"""Who said goodbye for now: finished a course, or left it, and has done nothing since."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from loyaltykit.churn.features.grid import starts

if TYPE_CHECKING:
    import numpy.typing as npt

    from loyaltykit.churn.features.grid import Grid
    from loyaltykit.churn.history import History
    from loyaltykit.churn.panel import Ints


@attrs.frozen(slots=True, eq=False, kw_only=True)
class Away:
    """The goodbyes, by member in the order in which they were learned of."""

    owner: Ints
    known_at: Ints
    latest: Ints
    """When the latest of the member's goodbyes so far was said."""
    block: Ints

    @classmethod
    def of(cls, history: History) -> Away:
        """All events of a history that is `as_learned`."""
        owner, at = history.member.astype(np.int64), history.at
        rising, rank = np.unique(at, return_inverse=True)
        base = owner * len(rising)
        latest = rising[np.maximum.accumulate(base + rank) - base] if len(at) else at
        return cls(owner=owner, known_at=history.known_at, latest=latest, block=starts(owner, len(history.members)))

    def since(self, grid: Grid, last: Ints) -> npt.NDArray[np.bool_]:
        """By cell: a goodbye that was known by then was said at the member's `last` activity or after it."""
        first = np.repeat(self.block[:-1], grid.width)
        end = grid.before(self.owner, self.known_at)
        said = np.flatnonzero(end > first)
        found = np.zeros(len(first), dtype=bool)
        found[said] = self.latest[end[said] - 1] >= last[said]
        return found
