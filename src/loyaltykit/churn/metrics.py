"""What scores are worth: order, probabilities, and what acting on them brings. NumPy only.

`y` holds 0 and 1 (1: churned), `p` probabilities, `weight` weights above or equal to zero, all of one length; a
ValueError says what is wrong with them. A measure that is not defined is None, never NaN: the measures of order where
only one of the classes is there, every measure of no rows (or of rows that all weigh nothing). Rows of the same score
are never told apart, so the order of rows changes nothing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from loyaltykit.churn.ranked import Ranked

if TYPE_CHECKING:
    import numpy.typing as npt

    from loyaltykit.churn.panel import Floats, Ints
    from loyaltykit.churn.ranked import Weighed

CLIP = float(np.finfo(np.float64).eps)
"""Log loss takes a probability nearer to 0 or 1 than 2.2e-16 for that: a model that is sure and wrong costs 36, not
infinity. scikit-learn clips at the same place."""
BINS = 10
"""Bins of the calibration curve and error where nobody says another number."""


@attrs.frozen(slots=True)
class Bin:
    """Rows of about the same score: their mean score, the share of them that churned, and their weight."""

    p: float
    rate: float
    n: float

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return attrs.asdict(self)


def auc(y: npt.ArrayLike, p: npt.ArrayLike, *, weight: npt.ArrayLike | None = None) -> float | None:
    """The area under the ROC curve: how often a churned row scores higher than one that stayed, a tie counting half.

    Mann and Whitney's U over the number of pairs (Hanley and McNeil 1982). 0.5 is a coin, 1 a perfect order. None
    unless both classes are there.
    """
    ranked = _ranked(y, p, weight)
    return _one(ranked.auc()) if ranked else None


def pr_auc(y: npt.ArrayLike, p: npt.ArrayLike, *, weight: npt.ArrayLike | None = None) -> float | None:
    """Average precision: the area under the steps of the precision-recall curve, without interpolation.

    The precision at each threshold, weighted by the recall gained there; the base rate is what a coin gets. None where
    nobody churned.
    """
    ranked = _ranked(y, p, weight)
    return _one(ranked.average_precision()) if ranked else None


def lift_at(
    y: npt.ArrayLike, p: npt.ArrayLike, share: float = 0.1, *, weight: npt.ArrayLike | None = None
) -> float | None:
    """How many times the base rate the churn among the highest `share` of scores is; None where nobody churned.

    The cut may fall between rows or among rows of one score: they count in part, as a draw among them would on average.
    Raises ValueError unless 0 < share <= 1.
    """
    check_share(share)
    ranked = _ranked(y, p, weight)
    return _one(ranked.lift(share)) if ranked else None


def brier(y: npt.ArrayLike, p: npt.ArrayLike, *, weight: npt.ArrayLike | None = None) -> float | None:
    """The mean squared distance of score and outcome (Brier 1950), 0 to 1, less is better."""
    found, scores, weights = _checked(y, p, weight)
    return _mean((scores - found) ** 2, weights)


def log_loss(y: npt.ArrayLike, p: npt.ArrayLike, *, weight: npt.ArrayLike | None = None) -> float | None:
    """The mean negative log-likelihood in nats, scores clipped at CLIP; less is better."""
    found, scores, weights = _checked(y, p, weight)
    return _mean(log_losses(found, scores), weights)


def calibration_curve(
    y: npt.ArrayLike, p: npt.ArrayLike, *, bins: int = BINS, weight: npt.ArrayLike | None = None
) -> tuple[Bin, ...]:
    """Mean score and churn rate by bins of equal mass, by rising score: what was forecast, and what happened.

    The edges are the quantiles of the scores (not weighted), so that each bin has about as many rows as the next; a
    score that many rows have stays in one bin, and empty bins are left out. Raises ValueError for less than one bin.
    """
    found, scores, weights = _checked(y, p, weight)
    if not len(scores):
        return ()
    where = bin_of(scores, bins)
    n, forecast, churned = (np.bincount(where, weights * part, bins) for part in (1.0, scores, found))
    kept = n > 0
    rows = zip(forecast[kept] / n[kept], churned[kept] / n[kept], n[kept], strict=True)
    return tuple(Bin(float(mean), float(rate), float(size)) for mean, rate, size in rows)


def calibration_error(
    y: npt.ArrayLike, p: npt.ArrayLike, *, bins: int = BINS, weight: npt.ArrayLike | None = None
) -> float | None:
    """Expected calibration error over `bins` bins of equal mass: how far forecast and outcome lie apart, on average.

    The distance of mean score and churn rate in each bin of `calibration_curve`, weighted by the bins' mass (Naeini,
    Cooper and Hauskrecht 2015; equal mass as in Nguyen and O'Connor 2015). Noise alone makes it larger than zero: among
    n rows of a perfect model about sqrt(bins / n) times 0.8 of the standard deviation of y.
    """
    found, scores, weights = _checked(y, p, weight)
    if not weights.sum() > 0:
        return None
    apart = np.bincount(bin_of(scores, bins), weights * (scores - found), bins)
    return float(np.abs(apart).sum() / weights.sum())


def expected_gain(
    y: npt.ArrayLike,
    p: npt.ArrayLike,
    *,
    value: float,
    cost: float,
    share: float | None = None,
    threshold: float | None = None,
    weight: npt.ArrayLike | None = None,
) -> float | None:
    """What acting on the riskiest brings, per row of the panel, acted on or not: in the units of `value` and `cost`.

    Everybody acted on costs `cost`; of them, each who would have churned brings `value` (what a member is worth times
    how likely the action keeps them). Acted on are the highest `share` of scores, or those of at least `threshold`;
    without either, those of at least `break_even(value, cost)` (Elkan 2001). It takes the action to help each leaver
    alike: where a holdout says who is helped, uplift is the better target. Raises ValueError for both `share` and
    `threshold`, and for money that is not a finite number.
    """
    check_money(value, cost)
    if share is not None and threshold is not None:
        raise ValueError("give a share or a threshold, not both")
    if share is not None:
        check_share(share)
        ranked = _ranked(y, p, weight)
        return _one((value * ranked.reached(share)) / ranked.total - cost * share) if ranked else None
    found, scores, weights = _checked(y, p, weight)
    at = break_even(value, cost) if threshold is None else threshold
    return _mean(np.where(scores >= at, value * found - cost, 0.0), weights)


def break_even(value: float, cost: float) -> float:
    """The least probability with which acting pays: cost over value; infinite where it never does."""
    check_money(value, cost)
    return cost / value if value > 0 else math.inf


def log_losses(y: Floats, p: Floats) -> Floats:
    """The loss of each row."""
    sure = np.clip(p, CLIP, 1 - CLIP)
    return -np.where(y > 0, np.log(sure), np.log1p(-sure))


def bin_of(p: Floats, bins: int) -> Ints:
    """The bin of each score among bins of equal mass, from 0."""
    if bins < 1:
        raise ValueError(f"at least one bin: {bins}")
    edges = np.quantile(p, np.linspace(0, 1, bins + 1)) if len(p) else np.zeros(bins + 1)
    return np.searchsorted(edges[1:-1], p).astype(np.int64)


def check_share(share: float) -> None:
    """Raises ValueError unless 0 < share <= 1."""
    if not 0 < share <= 1:
        raise ValueError(f"a share lies above 0 and is at most 1: {share}")


def check_money(value: float, cost: float) -> None:
    """Raises ValueError unless both are finite and the cost is not below zero."""
    if not (math.isfinite(value) and math.isfinite(cost) and cost >= 0):
        raise ValueError(f"value and cost are finite, and a cost is at least 0: {value}, {cost}")


def _ranked(y: npt.ArrayLike, p: npt.ArrayLike, weight: npt.ArrayLike | None) -> Weighed | None:
    """Rows that weigh something, ranked; None where there are none."""
    found, scores, weights = _checked(y, p, weight)
    if not weights.sum() > 0:
        return None
    ranked = Ranked.by(found, scores)
    return ranked.weighed(weights[None, ranked.order])


def _checked(y: npt.ArrayLike, p: npt.ArrayLike, weight: npt.ArrayLike | None) -> tuple[Floats, Floats, Floats]:
    found, scores = np.asarray(y, dtype=np.float64), np.asarray(p, dtype=np.float64)
    weights = np.ones(len(found)) if weight is None else np.asarray(weight, dtype=np.float64)
    if found.ndim != 1 or not found.shape == scores.shape == weights.shape:
        raise ValueError(f"y, p and weight need one length: {found.shape}, {scores.shape}, {weights.shape}")
    if not np.isin(found, (0.0, 1.0)).all():
        raise ValueError("y holds 0 and 1 only")
    if not ((scores >= 0) & (scores <= 1)).all():
        raise ValueError("p holds numbers from 0 to 1 only")
    if not ((weights >= 0) & np.isfinite(weights)).all():
        raise ValueError("weights are finite and not below 0")
    return found, scores, weights


def _mean(losses: Floats, weights: Floats) -> float | None:
    total = weights.sum()
    return float((weights * losses).sum() / total) if total > 0 else None


def _one(found: Floats) -> float | None:
    return None if np.isnan(found[0]) else float(found[0])
