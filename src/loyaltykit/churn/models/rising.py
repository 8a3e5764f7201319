"""Sums over counts of the logarithm of a rising factorial, c (c + 1) ... (c + x - 1), and of its derivatives.

What count models need of the gamma function: log G(c + x) - log G(c), exactly, without the gamma function itself.
Counts up to LONG are a table of how many reach each step; beyond, Stirling's series (Abramowitz and Stegun 1964,
6.1.40) takes over, whose terms left out are below 1e-20 there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

if TYPE_CHECKING:
    from loyaltykit.churn.panel import Floats

LONG = 1024


@attrs.frozen(slots=True, eq=False)
class Rising:
    """Of many counts x with weights: c -> the sum of log (c)_x, and its first and second derivative."""

    steps: Floats
    """0, 1, 2, ..."""
    reached: Floats
    """The weight of the counts above each step."""
    large: Floats
    """Counts above LONG, one of each."""
    weights: Floats
    """Their weights."""

    @classmethod
    def of(cls, x: Floats, weights: Floats | None = None) -> Rising:
        """From whole counts."""
        short = np.minimum(x, LONG).astype(np.intp)
        found = np.bincount(short, weights, minlength=1).astype(np.float64)
        reached = np.cumsum(found[::-1])[::-1][1:]
        beyond = x > LONG
        if not beyond.any():
            return cls(np.arange(len(reached), dtype=np.float64), reached, np.empty(0), np.empty(0))
        large, places = np.unique(x[beyond], return_inverse=True)
        weight = np.bincount(places, None if weights is None else weights[beyond]).astype(np.float64)
        return cls(np.arange(len(reached), dtype=np.float64), reached, large, weight)

    def __call__(self, c: float) -> tuple[float, float, float]:
        """The sum and its two derivatives by c."""
        steps = self.steps + c
        inverse = 1.0 / steps
        weighted = self.reached * inverse
        value = float(self.reached @ np.log(steps))
        slope = float(weighted.sum())
        curve = -float(weighted @ inverse)
        if len(self.large):
            far, near = _stirling(self.large + c), _stirling(np.array([LONG + c]))
            value, slope, curve = (
                base + float(self.weights @ (to - since))
                for base, to, since in zip((value, slope, curve), far, near, strict=True)
            )
        return value, slope, curve


def _stirling(y: Floats) -> tuple[Floats, Floats, Floats]:
    """Log gamma without its constant, digamma and trigamma, for arguments above LONG."""
    inverse = 1.0 / y
    square = inverse * inverse
    log = np.log(y)
    return (
        (y - 0.5) * log - y + inverse * (1 / 12 - square * (1 / 360 - square / 1260)),
        log - 0.5 * inverse - square * (1 / 12 - square * (1 / 120 - square / 252)),
        inverse + 0.5 * square + inverse * square * (1 / 6 - square * (1 / 30 - square / 42)),
    )
