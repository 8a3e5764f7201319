"""Score intervals for one proportion, for the difference of two, and for their ratio. No SciPy, no simulation.

All three are built on Wilson's interval, so they never disagree: the interval of the relative change excludes zero
exactly when the interval of the difference does.
"""

from __future__ import annotations

import math
from functools import cache
from statistics import NormalDist

import attrs


@attrs.frozen(slots=True)
class Interval:
    """An estimate and the interval around it. `value` is None where the estimate is not defined (a share of nobody)."""

    value: float | None
    low: float
    high: float
    """May be infinite: the relative change of nothing has no upper bound."""

    def to_dict(self) -> dict[str, float | None]:
        """Ready for JSON: an infinite end is None."""
        return {"value": self.value, "low": _finite(self.low), "high": _finite(self.high)}


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


@cache
def quantile(confidence: float) -> float:
    """The normal quantile z of a two-sided interval: 1.96 for 0.95. Raises ValueError outside (0, 1)."""
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence level lies between 0 and 1: {confidence}")
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson(successes: float, n: float, *, confidence: float = 0.95) -> Interval:
    """Wilson's score interval for a proportion (Wilson 1927; recommended by Brown, Cai and DasGupta 2001).

    It stays inside [0, 1] and is honest near the ends: no success in 20 gives [0, 0.161]. `n` may be fractional, as an
    effective sample size is. Nobody at all gives no estimate and [0, 1]. Raises ValueError unless 0 <= successes <= n.
    """
    if not 0 <= successes <= n or not math.isfinite(n):
        raise ValueError(f"successes must lie between 0 and n: {successes} of {n}")
    z = quantile(confidence)
    if n == 0:
        return Interval(None, 0.0, 1.0)
    share = successes / n
    middle = (successes + z * z / 2) / (n + z * z)
    half = z * math.sqrt(n) / (n + z * z) * math.sqrt(share * (1 - share) + z * z / (4 * n))
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == n else min(1.0, middle + half)
    return Interval(share, min(low, share), max(high, share))


def difference(a: tuple[int, int], b: tuple[int, int], *, confidence: float = 0.95) -> Interval:
    """The difference of two proportions, `a` minus `b`, each as (successes, n).

    Newcombe's hybrid score interval (Newcombe 1998, Statistics in Medicine 17:873, method 10): the distances from each
    share to the ends of its Wilson interval, put together as squares.
    """
    one, other = wilson(*a, confidence=confidence), wilson(*b, confidence=confidence)
    if one.value is None or other.value is None:
        return Interval(None, -1.0, 1.0)
    delta = one.value - other.value
    low = delta - math.hypot(one.value - one.low, other.high - other.value)
    high = delta + math.hypot(one.high - one.value, other.value - other.low)
    return Interval(delta, max(-1.0, low), min(1.0, high))


def relative_change(a: tuple[int, int], b: tuple[int, int], *, confidence: float = 0.95) -> Interval:
    """The relative change from `b` to `a`, each as (successes, n): 0.3 is 30% more, -0.15 is 15% less.

    MOVER-R with Wilson limits for the ratio (Donner and Zou 2012; Fagerland, Lydersen and Laake 2015), less one. Chosen
    over Katz's logarithm because it is defined with zeros, and because it solves the same equation as `difference`:
    the two always agree about which side of zero they are on. With no success in `b` there is no estimate and no upper
    end; with none in either, nothing is known: [-1, infinity).
    """
    one, other = wilson(*a, confidence=confidence), wilson(*b, confidence=confidence)
    if one.value is None or other.value is None:
        return Interval(None, -1.0, math.inf)
    product = one.value * other.value
    low_part, high_part = one.low * (2 * one.value - one.low), one.high * (2 * one.value - one.high)
    root = math.sqrt(max(0.0, product**2 - low_part * other.high * (2 * other.value - other.high)))
    low = low_part / (product + root) if low_part > 0 else 0.0  # the textbook's lower end, free of its 0/0
    if other.value == 0:
        return Interval(None, low - 1, math.inf)
    below = other.low * (2 * other.value - other.low)
    high = (product + math.sqrt(max(0.0, product**2 - high_part * below))) / below
    ratio = one.value / other.value
    return Interval(ratio - 1, min(low, ratio) - 1, max(high, ratio) - 1)
