"""Whether what a model meets is still what it learned from: the population stability index, and calibration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import attrs
import numpy as np

from loyaltykit.churn.telling import drift_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from loyaltykit.churn.panel import Floats, Panel
    from loyaltykit.churn.resampling import Estimate

NOTICEABLE, LARGE = 0.1, 0.25
"""The customary marks of the index: below 0.1 nothing to see, above 0.25 another population."""
BINS = 10
_NEAR = 0.2
"""A forecast within a fifth of what happened is near enough to act on."""

Verdict = Literal["steady", "shifted", "off", "unknown"]


@attrs.frozen(slots=True)
class Shift:
    """How far one feature, or the scores, have moved. `by_chance` is what the index is on average if nothing moved."""

    name: str
    psi: float
    by_chance: float

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return attrs.asdict(self)


@attrs.frozen(slots=True, kw_only=True)
class Drift:
    """What has moved between the panel a model learned from and a later one, the most first.

    The verdict is `off` where the mean forecast lies more than a fifth beside what happened and chance does not explain
    it: the probabilities cannot be trusted. `shifted` where the scores, or a feature, moved by 0.25 or more and the
    forecasts still hold. Else `steady`; `unknown` where there is no outcome yet and nothing has moved much.
    """

    features: tuple[Shift, ...]
    scores: Shift | None = None
    forecast: float | None = None
    """The mean score of the later panel."""
    rate: Estimate | None = None
    """The share that churned there; None where that is not known yet."""

    @property
    def verdict(self) -> Verdict:
        """One word."""
        if self.rate is not None and self.rate.value is not None and self.forecast is not None:
            low, high = self.rate.low, self.rate.high
            outside = low is not None and high is not None and not low <= self.forecast <= high
            if outside and abs(self.forecast - self.rate.value) > _NEAR * self.rate.value:
                return "off"
        if self.largest >= LARGE:
            return "shifted"
        return "steady" if self.rate is not None and self.rate.value is not None else "unknown"

    @property
    def largest(self) -> float:
        """The largest index."""
        return max((shift.psi for shift in (*self.features, *filter(None, [self.scores]))), default=0.0)

    def words(self, lang: str) -> str:
        """The verdict as a sentence or two, in English (`en`) or Russian (`ru`)."""
        return drift_words(self, lang)

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "verdict": self.verdict,
            "features": [shift.to_dict() for shift in self.features],
            "scores": self.scores and self.scores.to_dict(),
            "forecast": self.forecast,
            "rate": self.rate and self.rate.to_dict(),
        }


def psi(expected: npt.ArrayLike, actual: npt.ArrayLike, *, bins: int = BINS) -> Shift:
    """The population stability index of one column: sum over bins of (a - e) log(a / e), a and e the bins' shares.

    The bins hold equal parts of `expected`; NaN is a bin of its own. Half a row is added to each bin, so that an empty
    one does not make the index infinite (Siddiqi 2006, Credit Risk Scorecards; the mean under no change,
    (bins - 1) (1 / n + 1 / m), is Yurdakul's, 2018, for independent rows). Zero where either column is empty.
    """
    first, second = np.asarray(expected, dtype=np.float64), np.asarray(actual, dtype=np.float64)
    if not len(first) or not len(second):
        return Shift("", 0.0, 0.0)
    known = first[~np.isnan(first)]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)[1:-1])) if len(known) else np.empty(0)
    counts = np.stack([_counts(column, edges) for column in (first, second)])
    counts = counts[:, counts.any(axis=0)] + 0.5
    e, a = counts / counts.sum(axis=1, keepdims=True)
    chance = (counts.shape[1] - 1) * (1 / len(first) + 1 / len(second))
    return Shift("", float(((a - e) * np.log(a / e)).sum()), float(chance))


def drift(
    train: Panel,
    later: Panel,
    *,
    features: Sequence[str] | None = None,
    scores: tuple[Floats, Floats] | None = None,
    rate: Estimate | None = None,
    bins: int = BINS,
) -> Drift:
    """What has moved from the panel that a model learned from to a later one.

    `features` are the columns to look at (those of `train` if not given); `scores` the model's scores of both panels;
    `rate` the share that churned in the later one, where that is known by now, with its interval.
    """
    names = train.columns if features is None else tuple(features)
    columns = zip(names, train.matrix(names).T, later.matrix(names).T, strict=True)
    found = [attrs.evolve(psi(first, second, bins=bins), name=name) for name, first, second in columns]
    moved = None if scores is None else attrs.evolve(psi(*scores, bins=bins), name="p")
    return Drift(
        features=tuple(sorted(found, key=lambda shift: (-shift.psi, shift.name))),
        scores=moved,
        forecast=float(scores[1].mean()) if scores is not None and len(scores[1]) else None,
        rate=rate,
    )


def _counts(column: Floats, edges: Floats) -> Floats:
    """How many rows lie between the edges, and in the last place how many are not known."""
    known = column[~np.isnan(column)]
    counts = np.bincount(np.searchsorted(edges, known), minlength=len(edges) + 2).astype(np.float64)
    counts[-1] = len(column) - len(known)
    return counts
