"""What became known about members besides their activity: rows by member in the order in which they were learned of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from loyaltykit.churn.features.decay import MILLIONTHS
from loyaltykit.churn.features.grid import starts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.churn.features.grid import Days
    from loyaltykit.churn.history import History
    from loyaltykit.churn.panel import Floats, Ints

_MOST = 1e6
"""Values beyond are cut in sums, so that no sum of whole millionths overflows."""


def as_learned(history: History, types: Iterable[str]) -> History:
    """The events of some types, by member in the order in which they became known, then in that of `at`."""
    rows = np.flatnonzero(history.of(types))
    member, at, known_at = history.member[rows], history.at[rows], history.known_at[rows]
    return history.take(rows[np.lexsort((at, known_at, member))])


@attrs.frozen(slots=True, eq=False, kw_only=True)
class Known:
    """The events of some types, by member, when they became known, and when they happened."""

    owner: Ints
    known_at: Ints
    day: Days
    """The calendar day on which it became known."""
    value: Floats
    block: Ints
    sums: Ints
    """Of whole millionths of the values before each place, over all members; exact."""

    @classmethod
    def of(cls, history: History, types: tuple[str, ...], *, valued: bool = False) -> Known:
        """The events of some types; with `valued` only those with a value. The history is `as_learned`."""
        rows = np.flatnonzero(history.of(types) & np.isfinite(history.value) if valued else history.of(types))
        owner, known_at, value = history.member[rows].astype(np.int64), history.known_at[rows], history.value[rows]
        whole = np.rint(np.clip(value, -_MOST, _MOST) * MILLIONTHS) if valued else np.zeros(len(rows))
        return cls(
            owner=owner,
            known_at=known_at,
            day=history.local_days(known_at),
            value=value,
            block=starts(owner, len(history.members)),
            sums=np.concatenate(([0], whole.astype(np.int64).cumsum())),
        )

    def last(self, first: Ints, end: Ints) -> Floats:
        """The value of the last row of each stretch; NaN where it is empty."""
        if not len(self.value):
            return np.full(len(first), np.nan)
        return np.where(end > first, self.value[end - 1], np.nan)
