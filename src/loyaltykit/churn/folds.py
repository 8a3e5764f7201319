"""Rows in an order of their own, and folds that never part a member's rows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import attrs
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from loyaltykit.churn.panel import Ints, Panel

    Places = npt.NDArray[np.intp]


def canonical_order(panel: Panel) -> Places:
    """The rows by cut-off and member, then by their values: what is learnt does not depend on how they came."""
    order: Places = np.lexsort((panel.member, panel.cutoff))
    member, cutoff = panel.member[order], panel.cutoff[order]
    if ((member[1:] == member[:-1]) & (cutoff[1:] == cutoff[:-1])).any():
        order = np.lexsort((*panel.X.T, panel.labels, panel.member, panel.cutoff))
    return order


@attrs.frozen(slots=True, eq=False)
class Fold:
    """Rows to learn from, and rows that were held out."""

    rows: Places
    held: Places
    part: int
    """Rows held out of the same part have members or a time in common."""


def unseen_folds(panel: Panel, fold: Ints) -> list[Fold]:
    """Folds whose rows held out are of members and of a time that were not learnt from: as a model is used.

    The cut-offs are cut into as many stretches as there are folds. For each fold and stretch the fold's members in the
    stretch are held out, and the others are learnt from at cut-offs at least a horizon away from it: every row is held
    out once. Where that would leave less than a third of the rows to learn from, or a single label, folds part members
    only.
    """
    times, place = np.unique(panel.cutoff, return_inverse=True)
    folds = int(fold.max(initial=-1)) + 1
    stretch = place * folds // max(len(times), 1)
    found = [
        Fold(np.flatnonzero((fold != one) & apart), np.flatnonzero((fold == one) & inside), part)
        for part, (inside, apart) in enumerate(_around(panel, stretch == one) for one in np.unique(stretch))
        for one in range(folds)
    ]
    found = [one for one in found if len(one.held)]
    y = panel.labels
    good = all(3 * len(one.rows) >= len(y) and 0 < y[one.rows].mean() < 1 for one in found)
    return found if good else folds_of(fold)


def _around(panel: Panel, inside: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """A stretch of time, and the rows whose cut-offs are at least a horizon away from it."""
    gap = 1 if panel.horizon is None else panel.horizon // dt.timedelta(microseconds=1)
    low, high = panel.cutoff[inside].min(), panel.cutoff[inside].max()
    return inside, (panel.cutoff <= low - gap) | (panel.cutoff >= high + gap)


def folds_of(fold: Ints) -> list[Fold]:
    """One fold for each number: learn from the others, hold out its own."""
    return [
        Fold(np.flatnonzero(fold != one), np.flatnonzero(fold == one), one)
        for one in range(int(fold.max(initial=-1)) + 1)
    ]


def member_folds(panel: Panel, folds: int, chance: np.random.Generator) -> Ints:
    """For each row the fold of its member, dealt evenly: no member is in two. With fewer members, fewer folds."""
    members, place = np.unique(panel.member, return_inverse=True)
    dealt = np.arange(len(members), dtype=np.int64) % folds
    return chance.permutation(dealt)[place]
