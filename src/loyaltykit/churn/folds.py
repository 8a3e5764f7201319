"""Rows in an order of their own, and folds that never part a member's rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from loyaltykit.churn.panel import Ints, Panel


def canonical_order(panel: Panel) -> npt.NDArray[np.intp]:
    """The rows by cut-off and member, then by their values: what is learnt does not depend on how they came."""
    order: npt.NDArray[np.intp] = np.lexsort((panel.member, panel.cutoff))
    member, cutoff = panel.member[order], panel.cutoff[order]
    if ((member[1:] == member[:-1]) & (cutoff[1:] == cutoff[:-1])).any():
        order = np.lexsort((*panel.X.T, panel.labels, panel.member, panel.cutoff))
    return order


def member_folds(panel: Panel, folds: int, chance: np.random.Generator) -> Ints:
    """For each row the fold of its member, dealt evenly: no member is in two. With fewer members, fewer folds."""
    members, place = np.unique(panel.member, return_inverse=True)
    dealt = np.arange(len(members), dtype=np.int64) % folds
    return chance.permutation(dealt)[place]
