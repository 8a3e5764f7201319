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


@attrs.frozen(slots=True, eq=False)
class Quadratic:
    """What is known before: the intercept and all weights, feature by feature, as a normal distribution."""

    at: Floats
    """Its mode."""
    precision: Floats
    """The inverse of its covariance."""

    def loss(self, at: Floats) -> float:
        """Minus the logarithm of its density, up to a constant."""
        off = at - self.at
        return float(0.5 * off @ self.precision @ off)

    def slope(self, at: Floats) -> Floats:
        """Its gradient."""
        found: Floats = self.precision @ (at - self.at)
        return found

    @classmethod
    def penalty(cls, length: int, l2: float) -> Quadratic:
        """All weights about zero, l2 their precision; of the intercept nothing is known."""
        precision = np.diag(np.full(length, l2))
        precision[0, 0] = 0.0
        return cls(np.zeros(length), precision)


@attrs.frozen(slots=True, eq=False, kw_only=True)
class Additive:
    """log odds = intercept + the sum over features of weights[feature, bin]."""

    intercept: float
    weights: Floats
    counts: Floats
    """As `weights`: how many rows are in the bin."""
    converged: bool
    faults: tuple[str, ...]
    known: Quadratic
    """What is known afterwards, by Laplace's approximation: the mode, and the loss's curvature there."""


def additive_fit(codes: Codes, y: Floats, width: int, l2: float) -> Additive:
    """The intercept and the weights with the least log loss plus l2 / 2 times the squared weights.

    `codes` has the shape (features, rows), with bins below `width`. The step is halved until the loss falls; what does
    not end in 50 steps is reported as not converged.
    """
    before = Quadratic.penalty(1 + len(codes) * width, l2)
    start = before.at.copy()
    start[0] = float(log_odds((y.sum() + 0.5) / (len(y) + 1)))
    return _descend(codes, y, before, start, len(y))


def additive_update(codes: Codes, y: Floats, width: int, before: Quadratic, rows: float) -> Additive:
    """The same with what so many rows before taught in place of the penalty.

    Spiegelhalter and Lauritzen 1990, "Sequential Updating of Conditional Probabilities on Directed Graphical
    Structures", Networks 20: what is known after some rows is what is known before those that follow.
    """
    return _descend(codes, y, before, before.at, rows + len(y))


def known_share(codes: Codes, width: int, l2: float, rate: float) -> Quadratic:
    """What is known where only the share of ones could be learnt: every weight is zero, as the penalty has it.

    The intercept is known as by one row more, which is that of `smoothed_rate`.
    """
    found = Quadratic.penalty(1 + len(codes) * width, l2)
    found.at[0] = float(log_odds(rate))
    spread = rate * (1.0 - rate)
    precision = found.precision + _by_pair(codes, np.full(codes.shape[1], spread), width)
    precision[0, 0] += spread
    return Quadratic(found.at, precision)


def _descend(codes: Codes, y: Floats, before: Quadratic, start: Floats, rows: float) -> Additive:
    width = (len(start) - 1) // max(len(codes), 1)
    at, loss, converged = start, _loss(codes, y, width, start) + before.loss(start), False
    curve = before.precision
    for _ in range(_STEPS):
        p = logistic(_score(codes, width, at))
        gradient = _by_bin(codes, p - y, width) + before.slope(at)
        curve = _by_pair(codes, p * (1.0 - p), width) + before.precision
        converged = bool(np.abs(gradient).max() <= _ENOUGH * rows)
        if converged:
            break
        step = np.linalg.solve(curve, gradient)
        share, after = 1.0, _loss(codes, y, width, at - step) + before.loss(at - step)
        while after > loss and share > _ENOUGH:
            share /= 2
            after = _loss(codes, y, width, at - share * step) + before.loss(at - share * step)
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
        known=Quadratic(at, curve),
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


def _loss(codes: Codes, y: Floats, width: int, at: Floats) -> float:
    score = _score(codes, width, at)
    return float((np.logaddexp(0.0, score) - y * score).sum())


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
