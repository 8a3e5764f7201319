"""Logistic regression on bins by iteratively reweighted least squares, with counts in place of a design matrix.

Every row has one bin in each feature, so the sums of the normal equations are sums by pairs of bins: nothing as wide as
all bins is ever built for all rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from loyaltykit.churn.logistic import log_odds, logistic

if TYPE_CHECKING:
    from loyaltykit.churn.binning import Codes
    from loyaltykit.churn.panel import Floats

_STEPS = 50
_ENOUGH = 1e-9
"""The largest slope of the mean loss at which it is called flat."""


@attrs.frozen(slots=True, eq=False, kw_only=True)
class Additive:
    """log odds = intercept + the sum over features of weights[feature, bin]."""

    intercept: float
    weights: Floats
    counts: Floats
    """As `weights`: how many rows are in the bin."""
    converged: bool
    faults: tuple[str, ...]


def additive_fit(codes: Codes, y: Floats, width: int, l2: float) -> Additive:
    """The intercept and the weights with the least log loss plus l2 / 2 times the squared weights.

    `codes` has the shape (features, rows), with bins below `width`. The step is halved until the loss falls; what does
    not end in 50 steps is reported as not converged.
    """
    at = np.concatenate([[float(log_odds((y.sum() + 0.5) / (len(y) + 1)))], np.zeros(len(codes) * width)])
    penalty = np.full(len(at), l2)
    penalty[0] = 0.0
    loss, converged = _loss(codes, y, width, at, l2), False
    for _ in range(_STEPS):
        p = logistic(_score(codes, width, at))
        gradient = _by_bin(codes, p - y, width) + penalty * at
        converged = bool(np.abs(gradient).max() <= _ENOUGH * len(y))
        if converged:
            break
        step = np.linalg.solve(_by_pair(codes, p * (1.0 - p), width) + np.diag(penalty), gradient)
        share, after = 1.0, _loss(codes, y, width, at - step, l2)
        while after > loss and share > _ENOUGH:
            share /= 2
            after = _loss(codes, y, width, at - share * step, l2)
        if after > loss:
            break
        at, loss = at - share * step, after
    counts = _by_bin(codes, np.ones(len(y)), width)[1:]
    faults = (*_lonely(codes, y, counts, width), *(() if converged else (f"no optimum after {_STEPS} steps",)))
    shape = (len(codes), width)
    return Additive(
        intercept=float(at[0]),
        weights=at[1:].reshape(shape),
        counts=counts.reshape(shape),
        converged=converged,
        faults=faults,
    )


def _lonely(codes: Codes, y: Floats, counts: Floats, width: int) -> tuple[str, ...]:
    """Bins of ten rows or more in which all rows end alike: there only the penalty keeps the weight finite."""
    ones = _by_bin(codes, y, width)[1:]
    found = int(((counts >= 10) & ((ones == 0) | (ones == counts))).sum())
    return (f"in {found} bins all rows end alike: their weights are the penalty's",) if found else ()


def _score(codes: Codes, width: int, at: Floats) -> Floats:
    found = np.full(codes.shape[1], at[0])
    for weights, bins in zip(at[1:].reshape(len(codes), width), codes, strict=True):
        found += weights[bins]
    return found


def _loss(codes: Codes, y: Floats, width: int, at: Floats, l2: float) -> float:
    score = _score(codes, width, at)
    return float((np.logaddexp(0.0, score) - y * score).sum() + l2 / 2 * (at[1:] ** 2).sum())


def _by_bin(codes: Codes, value: Floats, width: int) -> Floats:
    """The sum of `value` over all rows, then over those of each feature's bins."""
    sums = [np.bincount(bins, weights=value, minlength=width) for bins in codes]
    return np.concatenate([[value.sum()], *sums])


def _by_pair(codes: Codes, value: Floats, width: int) -> Floats:
    """As `_by_bin`, for every pair of bins: the matrix of the normal equations."""
    count = len(codes)
    found = np.zeros((1 + count * width, 1 + count * width))
    found[0] = found[:, 0] = _by_bin(codes, value, width)
    for one in range(count):
        rows = slice(1 + one * width, 1 + (one + 1) * width)
        at = codes[one].astype(np.int64) * width
        for other in range(one + 1):
            sums = np.bincount(at + codes[other], weights=value, minlength=width * width).reshape(width, width)
            columns = slice(1 + other * width, 1 + (other + 1) * width)
            found[rows, columns] = sums
            found[columns, rows] = sums.T
    return found
