"""The likelihood of BG/NBD with its gradient and Hessian, over logarithms of the parameters.

Fader, Hardie and Lee 2005, "Counting Your Customers" the Easy Way, Marketing Science 24, equation 6, written as

    log L = log (r)_x + log (b)_x - log (a + b)_x - (r + x) log(1 + T / alpha) - x log alpha + [x > 0] log(1 + e^z)
    z = (r + x) log((alpha + T) / (alpha + t_x)) + log a - log(b + x - 1)

with rising factorials (c)_x, so that neither large counts nor flat ridges cost digits. In MBG/NBD (Batislam, Denizel
and Filiztekin 2007) the first activity may be the last as well: x + 1 for x in what has a and b, and no [x > 0].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from loyaltykit.churn.models.rising import Rising

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.churn.panel import Floats

_ROWS = 8192
"""Rows at a time: what is between them stays in the processor's cache."""


@attrs.frozen(slots=True, eq=False)
class Histories:
    """Customers with their counts x, last activities t_x and ages T, those who may have left first."""

    x: Floats
    """Of those who may have left, as are `last` and `gap`."""
    last: Floats
    gap: Floats
    """T - t_x."""
    age: Floats
    """Of all."""
    weights: Floats
    """Shape (all, 2): the weight, and the weight times x."""
    comes: Rising
    """Of x."""
    stays: Rising
    """Of the activities that somebody may have left after, all but the last: x, or x + 1."""
    first: int
    """1 where the first activity may be the last, 0 where it may not."""
    totals: Floats
    """The sums of the two."""

    @classmethod
    def of(cls, x: Floats, last: Floats, age: Floats, weights: Floats | None = None, *, first: int = 0) -> Histories:
        """Sorted into those who may have left and those who cannot have."""
        again = x + first > 0
        order = np.concatenate((np.flatnonzero(again), np.flatnonzero(~again)))
        split = int(np.count_nonzero(again))
        some = order[:split]
        x_some, last_some, age_all = x[some], last[some], age[order]
        both = np.empty((len(x), 2))
        both[:, 0] = 1.0 if weights is None else weights[order]
        both[split:, 1] = 0.0
        np.multiply(x_some, both[:split, 0], out=both[:split, 1])
        gap = age_all[:split] - last_some
        comes = Rising.of(x, weights)
        stays = Rising.of(x + first, weights) if first else comes
        return cls(x_some, last_some, gap, age_all, both, comes, stays, first, both.sum(axis=0))


def log_likelihood(histories: Histories, logs: Floats) -> tuple[float, Floats, Floats]:
    """Value, gradient and Hessian by log r, log alpha, log a, log b."""
    r, alpha, a, b = np.exp(logs).tolist()
    log_age, old, curve = sums(len(histories.age), lambda rows: ages(histories, rows, alpha)).reshape(3, 2).tolist()
    left = sums(len(histories.x), lambda rows: _repeats(histories, rows, (r, alpha, a, b)))
    soft, left_v, left_curve, left_c = left[:4].tolist()
    first, pairs = left[4:8], left[8:].reshape(4, 4)
    in_r, in_b, in_ab = histories.comes(r), histories.stays(b), histories.stays(a + b)
    repeats = float(histories.totals[1])
    value = in_r[0] + in_b[0] - in_ab[0] - r * log_age[0] - log_age[1] - repeats * float(logs[1]) + soft
    by_r, by_b, by_ab = in_r[1] - log_age[0], in_b[1] - in_ab[1], in_ab[1]
    gradient = first + np.array([r * by_r, r * old[0] + old[1] - repeats, -a * by_ab, b * by_b])
    hessian = pairs.copy()
    hessian[0, 0] += r * (by_r + r * in_r[2]) + float(first[0])
    hessian[1, 1] += left_curve - r * curve[0] - curve[1]
    hessian[2, 2] -= a * (by_ab + a * in_ab[2])
    hessian[3, 3] += b * (by_b + b * (in_b[2] - in_ab[2])) - left_c
    hessian[0, 1] = hessian[1, 0] = pairs[0, 1] + r * (old[0] + left_v)
    hessian[2, 3] = hessian[3, 2] = pairs[2, 3] - a * b * in_ab[2]
    return value, gradient, hessian


def sums(rows: int, of: Callable[[slice], Floats]) -> Floats:
    """Sums over all rows, some at a time."""
    found = of(slice(0, min(_ROWS, rows)))
    for start in range(_ROWS, rows, _ROWS):
        found += of(slice(start, min(start + _ROWS, rows)))
    return found


def ages(histories: Histories, rows: slice, alpha: float) -> Floats:
    """Log(1 + T / alpha), o = T / (alpha + T) and o (1 - o), each summed with both weights."""
    age = histories.age[rows]
    each = np.empty((3, len(age)))
    np.log1p(age / alpha, out=each[0])
    np.divide(age, age + alpha, out=each[1])
    np.multiply(each[1], 1.0 - each[1], out=each[2])
    found: Floats = (each @ histories.weights[rows]).ravel()
    return found


def _repeats(histories: Histories, rows: slice, parameters: tuple[float, float, float, float]) -> Floats:
    """What log(1 + e^z) gives: its sum, three sums of second derivatives, the gradient, and the products of the first.

    z's derivatives by the logarithms are r D, m v, 1 and -c, with m = r + x, D = log((alpha + T) / (alpha + t_x)),
    v = alpha / (alpha + T) - alpha / (alpha + t_x) and c = b / (b + x - 1).
    """
    r, alpha, a, b = parameters
    x, last, gap, weight = histories.x[rows], histories.last[rows], histories.gap[rows], histories.weights[rows, 0]
    each = np.empty((7, len(x)))
    since = 1.0 / (last + alpha)
    long = np.log1p(gap * since)
    m = x + r
    left = (x + (histories.first - 1.0)) + b
    z = m * long - np.log(left / a)
    e = np.exp(-np.abs(z))
    soft = np.log1p(e) + np.maximum(z, 0.0)
    p = np.where(z > 0, 1.0, e) / (1.0 + e)
    np.multiply(long, r, out=each[0])
    now = 1.0 / (last + gap + alpha)
    np.multiply(gap * since, now * -alpha, out=each[4])
    np.multiply(m, each[4], out=each[1])
    each[2] = 1.0
    np.divide(-b, left, out=each[3])
    np.multiply(each[1], 1.0 - alpha * (now + since), out=each[5])
    np.multiply(each[3], -1.0 - each[3], out=each[6])
    weighted = weight * p
    sums = each @ weighted
    weighted *= 1.0 - p
    pairs = (each[:4] * weighted) @ each[:4].T
    return np.concatenate(([float(soft @ weight)], sums[4:], sums[:4], pairs.ravel()))
