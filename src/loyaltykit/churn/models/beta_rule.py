"""Means over a Beta(a, b) distribution, for any a and b above zero and many b at once.

The trapezoidal rule in log odds y = log(p / (1 - p)), whose error falls exponentially for what is analytic in a strip
(Trefethen and Weideman 2014, SIAM Review 56), with two more nodes at p = 0 and p = 1. Their weights make mass and mean
exact, so that only tails of p (1 - p) times the density matter: these fall fast however small a and b are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

if TYPE_CHECKING:
    from loyaltykit.churn.panel import Floats

_STEP = 0.3
_NARROW = 0.6
"""The step as a share of the distribution's width in log odds, where that is small."""
_DIGITS = 40.0
"""Tails below e^-40 are left out."""


@attrs.frozen(slots=True, eq=False)
class Rule:
    """Nodes and weights for the mean of f(p) = g(p) / p, a row for each b."""

    p: Floats
    weights: Floats
    """Of g at each node: the density's weight over p."""
    none: Floats
    """The weight of the node p = 0, to be given f itself."""


def beta_rule(a: float, b: Floats, steepness: Floats) -> Rule:
    """The rule for each b. `steepness` is the logarithm of how much larger f may be at p = 0 than at p = 1."""
    left, right = a + 1.0, b + 1.0
    width = left + right
    to_left = _reach(left, right, _DIGITS + 2.0 * steepness)
    to_right = _reach(right, left, _DIGITS + steepness)
    step = np.minimum(_STEP, _NARROW * np.sqrt(width / (left * right)))
    count = int(np.ceil((to_left + to_right) / step).max()) + 1
    share = np.linspace(0.0, 1.0, count)
    distance = share * (to_left + to_right)[:, None] - to_left[:, None]
    y = np.log(left / right)[:, None] + distance
    e = np.exp(-np.abs(y))
    p, q = np.where(y > 0, 1.0, e) / (1.0 + e), np.where(y > 0, e, 1.0) / (1.0 + e)
    # density of Beta(a + 1, b + 1) by y, up to its constant; from its peak, so that no large terms cancel
    fall = left * distance - width[:, None] * np.log1p((left / width)[:, None] * np.expm1(distance))
    mass = np.exp(fall)
    mass /= mass.sum(axis=1, keepdims=True)
    ratio = (a * b / ((a + b) * (a + b + 1.0)))[:, None]  # B(a + 1, b + 1) / B(a, b)
    over_p = ratio * mass / (p * p * q)  # Beta(a, b) has 1 / (p q) times the density
    none = b / (a + b) - (over_p * p * q).sum(axis=1)
    all_ = a / (a + b) - (over_p * p * p).sum(axis=1)
    return Rule(
        np.concatenate((p, np.ones((len(b), 1))), axis=1),
        np.concatenate((over_p, np.maximum(all_, 0.0)[:, None]), axis=1),
        np.maximum(none, 0.0),
    )


def _reach(a: Floats | float, b: Floats | float, fall: Floats) -> Floats:
    """How far left of its peak in log odds Beta(a, b)'s density falls by e^-fall: Newton's method from above."""
    n = a + b
    peak = a / n
    distance = (fall - n * np.log1p(-peak)) / a
    for _ in range(12):
        down = np.expm1(-distance)
        height = a * distance + n * np.log1p(peak * down)
        slope = a - n * peak * (1.0 + down) / (1.0 + peak * down)
        distance = distance - (height - fall) / np.maximum(slope, 1e-300)
    found: Floats = distance
    return found
