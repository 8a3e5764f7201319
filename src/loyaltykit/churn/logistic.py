"""The logistic function, its inverse and its loss, for every float: no overflow, no NaN."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from loyaltykit.churn.panel import Floats


def logistic(score: Floats) -> Floats:
    """1 / (1 + exp(-score)); beyond 500 in size the score is cut, where it makes no difference in 64 bits."""
    found: Floats = 1.0 / (1.0 + np.exp(-np.clip(score, -500.0, 500.0)))
    return found


def log_odds(p: npt.ArrayLike, least: float = 1e-12) -> Floats:
    """log(p / (1 - p)), with p kept `least` away from 0 and 1."""
    kept = np.clip(p, least, 1.0 - least)
    found: Floats = np.log(kept) - np.log1p(-kept)
    return found


def log_loss(y: Floats, p: Floats, least: float = 1e-12) -> float:
    """The mean of -log of the probability given to what happened; 0 for no rows."""
    if not len(y):
        return 0.0
    right = np.clip(np.where(y > 0.5, p, 1.0 - p), least, 1.0)
    return float(-np.log(right).mean())


def log_likelihood(y: Floats, p: Floats) -> float:
    """The sum of the log of the probability given to what happened."""
    return -log_loss(y, p) * len(y)
