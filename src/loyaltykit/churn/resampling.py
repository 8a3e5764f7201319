"""Intervals for measures of scores: a bootstrap over members, so that the many rows of one member count once.

Members are drawn with replacement, all rows of a member together (the cluster bootstrap: Davison and Hinkley 1997,
section 3.8; Field and Welsh 2007). The resamples are weights of rows, so a measure is computed for hundreds of them at
once, and every model is judged on the same resamples: their differences are paired. An interval lies between the
quantiles of the resampled values. The calibration error is a sum of distances, which noise only makes larger, and so
each resample lies above it; its interval is the reflected one (twice the value less the quantiles), cut at zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from loyaltykit.churn.metrics import bin_of, break_even, log_losses
from loyaltykit.churn.ranked import Ranked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loyaltykit.churn.panel import Floats, Ints

METRICS = ("auc", "pr_auc", "brier", "log_loss", "calibration_error", "lift", "gain")
"""What is measured, in the order of tables; `gain` only where value and cost are known."""
HIGHER_IS_BETTER = frozenset({"auc", "pr_auc", "lift", "gain"})
_CELLS = 4_000_000
"""Weights in memory at once."""
_DEFINED = 0.9
"""An interval needs the measure to be defined in this share of the resamples."""


@attrs.frozen(slots=True)
class Estimate:
    """A value and its interval. None where it is not defined, or the rows are too few to say how sure it is."""

    value: float | None
    low: float | None = None
    high: float | None = None

    def to_dict(self) -> dict[str, float | None]:
        """Ready for JSON."""
        return attrs.asdict(self)

    @property
    def sign(self) -> int:
        """1 or -1 where the whole interval lies above or below zero, else 0: nothing is shown."""
        if self.low is None or self.high is None:
            return 0
        return 1 if self.low > 0 else -1 if self.high < 0 else 0

    def negated(self) -> Estimate:
        """The same of the opposite."""
        ends = (None if end is None else -end for end in (self.value, self.high, self.low))
        return Estimate(*ends)


@attrs.frozen(slots=True, kw_only=True)
class Judging:
    """How scores are judged: the share of lift and the bins, value and cost of acting, and the resamples."""

    share: float = 0.1
    bins: int = 10
    value: float | None = None
    cost: float | None = None
    resamples: int = 1000
    seed: int = 0
    confidence: float = 0.95

    @property
    def metrics(self) -> tuple[str, ...]:
        """What is measured."""
        return METRICS if self.value is not None and self.cost is not None else METRICS[:-1]


@attrs.frozen(slots=True, eq=False)
class Resamples:
    """How often each member is drawn in each resample. `member` holds each row's place among the members that occur."""

    counts: Floats
    member: Ints

    @classmethod
    def drawn(cls, member: Ints, resamples: int, seed: int) -> Resamples:
        """Draw members; the same seed draws the same ones. Fewer than two members give no resamples."""
        names, places = np.unique(member, return_inverse=True)
        n, rng = len(names), np.random.default_rng(seed)
        counts = np.empty((resamples if n > 1 else 0, n))
        for one in counts:
            one[:] = np.bincount(rng.integers(0, n, n), minlength=n)
        return cls(counts, places.astype(np.int64))

    def sums(self, values: Floats) -> Floats:
        """For each resample the sum of the rows' values; of the shape (rows, kinds) gives (resamples, kinds)."""
        members = self.counts.shape[1]
        by_member = [np.bincount(self.member, column, members) for column in values.T]
        return self.counts @ np.column_stack(by_member)

    def weights(self, order: Ints) -> Iterator[tuple[slice, Floats]]:
        """The rows' weights in an order, some resamples at a time."""
        member = self.member[order]
        step = max(1, _CELLS // max(1, len(order)))
        for start in range(0, len(self.counts), step):
            part = slice(start, start + step)
            yield part, self.counts[part][:, member]


@attrs.frozen(slots=True, eq=False)
class Judged:
    """The measures of one model: of all rows (metrics), and of each resample (resamples, metrics); NaN: not defined."""

    point: Floats
    resampled: Floats


def judge(y: Floats, p: Floats, resamples: Resamples, how: Judging) -> Judged:
    """All measures of one model's scores, of all rows and of each resample."""
    ranked = Ranked.by(y, p)
    ordered = np.empty((len(resamples.counts), 3))
    for part, weights in resamples.weights(ranked.order):
        ordered[part] = _ordered(ranked, weights, how.share)
    once = np.ones((1, len(y)))
    rows = _additive(y, p, how)
    point = np.hstack([_ordered(ranked, once, how.share), _averaged(rows.sum(axis=0)[None, :])])
    drawn = np.hstack([ordered, _averaged(resamples.sums(rows))])
    return Judged(_arranged(point, how)[0], _arranged(drawn, how))


def estimate(values: Floats, point: float, metric: str, confidence: float) -> Estimate:
    """A value with the interval that its resampled values make."""
    if np.isnan(point):
        return Estimate(None)
    known = values[~np.isnan(values)]
    if len(known) < max(1.0, _DEFINED * len(values)):
        return Estimate(float(point))
    tails = (1 - confidence) / 2, (1 + confidence) / 2
    low, high = (float(end) for end in np.quantile(known, tails))
    if metric == "calibration_error":
        low, high = max(0.0, 2 * point - high), 2 * point - low
    return Estimate(float(point), min(low, float(point)), max(high, float(point)))


def estimates(judged: Judged, how: Judging) -> Mapping[str, Estimate]:
    """The measures of one model with their intervals."""
    columns = enumerate(how.metrics)
    return {name: estimate(judged.resampled[:, at], judged.point[at], name, how.confidence) for at, name in columns}


def paired(one: Judged, other: Judged, how: Judging) -> Mapping[str, Estimate]:
    """One model less the other, measure by measure, resample by resample."""
    point, drawn = one.point - other.point, one.resampled - other.resampled
    return {
        name: estimate(drawn[:, at], point[at], f"difference of {name}", how.confidence)
        for at, name in enumerate(how.metrics)
    }


def _ordered(ranked: Ranked, weights: Floats, share: float) -> Floats:
    """AUC, average precision and lift: columns of one row a weighting."""
    weighed = ranked.weighed(weights)
    return np.column_stack([weighed.auc(), weighed.average_precision(), weighed.lift(share)])


def _additive(y: Floats, p: Floats, how: Judging) -> Floats:
    """What the other measures are sums of, row by row: one, squared distance, log loss, gain, distances by bin."""
    gain = np.zeros(len(y))
    if how.value is not None and how.cost is not None:
        gain = np.where(p >= break_even(how.value, how.cost), how.value * y - how.cost, 0.0)
    apart = np.zeros((len(y), how.bins))
    apart[np.arange(len(y)), bin_of(p, how.bins)] = p - y  # the bins are those of all rows, in every resample
    return np.column_stack([np.ones(len(y)), (p - y) ** 2, log_losses(y, p), gain, apart])


def _averaged(sums: Floats) -> Floats:
    """Brier, log loss, calibration error and gain from those sums."""
    apart = np.abs(sums[:, 4:]).sum(axis=1)
    return np.column_stack([sums[:, 1], sums[:, 2], apart, sums[:, 3]]) / sums[:, :1]


def _arranged(columns: Floats, how: Judging) -> Any:
    """The columns in the order of METRICS."""
    found = ("auc", "pr_auc", "lift", "brier", "log_loss", "calibration_error", "gain")
    return columns[:, [found.index(name) for name in how.metrics]]
