"""What a scale comes to: the mean, the Net Promoter Score and the share of the satisfied, with 95% intervals.

Answers may weigh differently; intervals are then for as many answers as the weights are worth: (sum w)^2 / sum w^2
(Kish 1965, Survey Sampling).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from loyaltykit.insight.intervals import Interval, quantile, wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

PROMOTER, DETRACTOR = 9, 6
"""Of a scale from 0 to 10: from 9 on somebody promotes, up to 6 somebody detracts (Reichheld 2003)."""
_ADDED = 3.0


class Weighed(NamedTuple):
    """An answer and how much it counts."""

    value: float
    weight: float


def worth(weights: Sequence[float]) -> float:
    """As how many equal answers some weights are worth."""
    most = max(weights, default=0.0)
    if most <= 0:
        return 0.0
    parts = [weight / most for weight in weights]  # their squares would vanish if they were tiny
    return math.fsum(parts) ** 2 / math.fsum(part * part for part in parts)


def mean(answers: Sequence[Weighed], low: float, high: float) -> Interval | None:
    """The weighted mean with a normal interval, within the scale; None when nothing counts."""
    total = math.fsum(one.weight for one in answers)
    if not total:
        return None
    middle = math.fsum(one.weight * one.value for one in answers) / total
    n = worth([one.weight for one in answers])
    variance = math.fsum(one.weight * (one.value - middle) ** 2 for one in answers) / total
    if n > 1:
        variance *= n / (n - 1)
    half = quantile(0.95) * math.sqrt(variance / n)
    return Interval(middle, max(low, middle - half), min(high, middle + half))


def net_promoters(answers: Sequence[Weighed]) -> Interval | None:
    """Promoters less detractors, in per cent, from -100 to 100; None when nothing counts.

    The interval is the adjusted Wald one of Rocks (2016, The American Statistician 70:365), who found it the best of
    six: three answers are added, 3/4 of them on each end and 3/2 between, and the variance is that of a difference in
    one multinomial sample, p + d - (p - d)^2 over n. So it is not empty when everybody says 10.
    """
    total = math.fsum(one.weight for one in answers)
    if not total:
        return None
    promoters = math.fsum(one.weight for one in answers if one.value >= PROMOTER) / total
    detractors = math.fsum(one.weight for one in answers if one.value <= DETRACTOR) / total
    score, n = promoters - detractors, worth([one.weight for one in answers])
    p, d = ((share * n + _ADDED / 4) / (n + _ADDED) for share in (promoters, detractors))
    half = quantile(0.95) * math.sqrt((p + d - (p - d) ** 2) / (n + _ADDED))
    low, high = max(-1.0, p - d - half), min(1.0, p - d + half)
    return Interval(100 * score, 100 * min(low, score), 100 * max(high, score))


def share(answers: Sequence[Weighed], least: float) -> Interval | None:
    """The share of answers from `least` on, by Wilson; None when nothing counts."""
    total = math.fsum(one.weight for one in answers)
    if not total:
        return None
    part = math.fsum(one.weight for one in answers if one.value >= least) / total
    n = worth([one.weight for one in answers])
    return wilson(min(part * n, n), n)
