"""Calibration: a score that ranks well made into a probability that comes true.

Both kinds are learnt from scores of rows that the model had not seen, and what came of them. A score is any number that
rises with the risk; log odds suit Platt's method best.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import attrs
import numpy as np

from loyaltykit.churn.logistic import log_likelihood, logistic

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from loyaltykit.churn.panel import Floats

_STEPS = 100
_ENOUGH = 1e-10
_FLATTEST = 1e-12
_SLOW = 0.9
"""A pass over all blocks that leaves more of them than this is given up for one that goes block by block."""


class Calibration(Protocol):
    """Scores in, probabilities out, never falling where the score rises."""

    def of(self, score: Floats) -> Floats:
        """The probability of each score, in [0, 1]."""

    def arrays(self) -> dict[str, Floats]:
        """The calibration as arrays; its class's `from_arrays` makes it again."""


@attrs.frozen(slots=True)
class Platt:
    """p = 1 / (1 + exp(-(slope * score + intercept))) (Platt 1999)."""

    slope: float = 1.0
    intercept: float = 0.0

    def of(self, score: Floats) -> Floats:
        """The probability of each score."""
        return logistic(self.slope * score + self.intercept)

    def arrays(self) -> dict[str, Floats]:
        """Slope and intercept."""
        return {"platt": np.array([self.slope, self.intercept])}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Floats]) -> Platt:
        """The calibration again."""
        slope, intercept = arrays["platt"]
        return cls(float(slope), float(intercept))


@attrs.frozen(slots=True, eq=False)
class Isotonic:
    """A line from knot to knot that never falls; beyond the first and the last it is level."""

    score: Floats
    p: Floats

    def of(self, score: Floats) -> Floats:
        """The probability of each score."""
        found: Floats = np.interp(score, self.score, self.p)
        return found

    def arrays(self) -> dict[str, Floats]:
        """The knots."""
        return {"isotonic_score": self.score, "isotonic_p": self.p}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Floats]) -> Isotonic:
        """The calibration again."""
        return cls(arrays["isotonic_score"], arrays["isotonic_p"])


def platt(score: npt.ArrayLike, y: npt.ArrayLike) -> Platt:
    """Fit Platt's two numbers by Newton's method, with his smoothed targets, so that it has a value for every input.

    The targets are (n₁ + 1) / (n₁ + 2) for y = 1 and 1 / (n₀ + 2) for y = 0. The step is halved until the loss falls
    (Lin, Lin and Weng 2007). Raises ValueError for scores that are not finite.
    """
    s, t = _checked(score, y)
    if not len(s):
        return Platt()
    ones = float(t.sum())
    target = platt_targets(t, ones, len(t))
    # Centred and scaled, the two numbers hardly depend on one another, and no score is too large to square.
    middle, spread = float(s.mean()), float(s.std()) or 1.0
    slope, intercept = _newton((s - middle) / spread, target, np.log((ones + 1) / (len(t) - ones + 1)))
    return Platt(slope / spread, intercept - slope * middle / spread)


def platt_targets(y: Floats, ones: float, rows: float) -> Floats:
    """Platt's smoothed targets in place of labels, of which there are so many in all, and so many ones."""
    found: Floats = np.where(y > 0.5, (ones + 1) / (ones + 2), 1 / (rows - ones + 2))
    return found


def platt_where_better(score: Floats, y: Floats, part: npt.NDArray[np.int64]) -> Platt:
    """Platt's method, if it lowers the log loss of each part when it is fitted to the others; else the scores as is.

    Parts are times: what two numbers say of the months that they were fitted to, they need not say of the next.
    """
    gained = 0.0
    for one in np.unique(part):
        held = part == one
        p = platt(score[~held], y[~held]).of(score[held])
        gained += log_likelihood(y[held], p) - log_likelihood(y[held], logistic(score[held]))
    return platt(score, y) if gained > 0 else Platt()


def _newton(z: Floats, target: Floats, start: float) -> tuple[float, float]:
    at = np.array([0.0, start])
    loss = platt_loss(z, target, at)
    for _ in range(_STEPS):
        p = logistic(at[0] * z + at[1])
        w = p * (1 - p)
        gradient = np.array([((p - target) * z).sum(), (p - target).sum()])
        if np.abs(gradient).max() < _ENOUGH * len(z):
            break
        wz = (w * z).sum()
        hessian = np.array([[(w * z * z).sum(), wz], [wz, w.sum()]]) + _FLATTEST * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        share = 1.0
        while share > _ENOUGH and (next_loss := platt_loss(z, target, at - share * step)) > loss:
            share /= 2
        if share <= _ENOUGH:
            break
        at, loss = at - share * step, next_loss
    return float(at[0]), float(at[1])


def platt_loss(z: Floats, target: Floats, at: Floats) -> float:
    """The negative log-likelihood of targets, by Platt's slope and intercept."""
    f = at[0] * z + at[1]
    return float((np.logaddexp(0.0, f) - target * f).sum())


def isotonic(score: npt.ArrayLike, y: npt.ArrayLike) -> Isotonic:
    """Fit the never-falling steps nearest to y in squares: pool adjacent violators (Ayer et al. 1955).

    Rows of the same score are one. Between the steps the line is straight, as in scikit-learn. Raises ValueError for
    scores that are not finite, and for none.
    """
    s, t = _checked(score, y)
    if not len(s):
        raise ValueError("an isotonic calibration needs at least one row")
    knots, place = np.unique(s, return_inverse=True)
    weight = np.bincount(place).astype(np.float64)
    means, sizes = pooled(np.bincount(place, weights=t) / weight, weight)
    last = np.cumsum(sizes) - 1
    ends = np.unique(np.concatenate([last - sizes + 1, last]))
    return Isotonic(knots[ends], np.clip(np.repeat(means, sizes)[ends], 0.0, 1.0))


def pooled(values: Floats, weight: Floats) -> tuple[Floats, npt.NDArray[np.int64]]:
    """The never-falling sequence nearest to `values` in weighted squares, as the mean and the length of its blocks."""
    total, sizes = values * weight, np.ones(len(values), dtype=np.int64)
    weight = weight.astype(np.float64)
    while True:
        means = total / weight
        # A run of falling blocks ends up in one block whatever the order, so all runs are pooled at once.
        starts = np.flatnonzero(np.append(True, means[1:] > means[:-1]))
        if len(starts) == len(means):
            return means, sizes
        slow = len(starts) > _SLOW * len(means)
        total, weight, sizes = (np.add.reduceat(one, starts) for one in (total, weight, sizes))
        if slow:
            return _one_by_one(total, weight, sizes)


def _one_by_one(total: Floats, weight: Floats, sizes: npt.NDArray[np.int64]) -> tuple[Floats, npt.NDArray[np.int64]]:
    """The same with a stack, in time that grows with the number of blocks only."""
    stack: list[tuple[float, float, int]] = []
    for block in zip(total.tolist(), weight.tolist(), sizes.tolist(), strict=True):
        top = block
        while stack and stack[-1][0] * top[1] >= top[0] * stack[-1][1]:
            below = stack.pop()
            top = (below[0] + top[0], below[1] + top[1], below[2] + top[2])
        stack.append(top)
    table = np.array([(one[0] / one[1], one[2]) for one in stack])
    return table[:, 0], table[:, 1].astype(np.int64)


def _checked(score: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Floats, Floats]:
    s, t = np.asarray(score, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if s.shape != t.shape or s.ndim != 1:
        raise ValueError(f"scores and labels need one shape (rows,), not {s.shape} and {t.shape}")
    if not np.isfinite(s).all() or not np.isin(t, (0.0, 1.0)).all():
        raise ValueError("scores need finite numbers, labels 0 or 1")
    return s, t
