"""Boosted trees, the shipped default: a committee of forests of symmetric trees, in NumPy alone.

How it came to be is told in docs/explanation/churn-models.md, with the measurements behind every default.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import attrs
import numpy as np

from loyaltykit.churn.binning import Bins, bins_of
from loyaltykit.churn.calibration import Platt, platt_where_better
from loyaltykit.churn.folds import Fold, folds_of, member_folds, unseen_folds
from loyaltykit.churn.growing import Grower, Growth, Sample, grow, joined, mean_of, sample_of, trees_needed
from loyaltykit.churn.logistic import log_likelihood, log_odds
from loyaltykit.churn.models._common import (
    OfFeatures,
    Seen,
    faults_of,
    reasons,
    seen_of,
    smoothed_rate,
    spec_from,
    spec_to_meta,
)
from loyaltykit.churn.protocol import COLD_START, FitReport, Scores, State
from loyaltykit.churn.trees import Forest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loyaltykit.churn.panel import Floats, Panel
    from loyaltykit.churn.protocol import Reasons

_ALONE = 50
"""How many trees are grown where there are too few members to find out how many are right."""


@attrs.frozen(slots=True, eq=False, kw_only=True)
class _Fitted:
    bins: Bins
    forest: Forest
    start: float
    platt: Platt
    seen: Seen


class Boosted(OfFeatures):
    """Gradient-boosted symmetric trees on bins (Friedman 2001; Chen and Guestrin 2016; Prokhorenkova et al. 2018).

    How many trees are grown is seen on members and a time that were both held out, for that is how a model is used:
    next month, next term. Then the members are dealt into `folds`, and each forest of the committee learns without one
    of them. The score is the mean of the forests' log odds, set right by Platt's method on what was said of the rows
    held out at first, if that does good on a time that it was not fitted to. The same panel and `seed` give the same
    model to the bit, in whatever order its rows stand.

    Features are the panel's own unless `features` names them, but for those that only grow with time (`ELAPSED`): by
    them trees tell one cut-off from another, and learn what was so that month.

    `explain` gives each feature's exact Shapley value in log odds (Lundberg et al. 2020): with the mean of the training
    rows they add up to the log odds of the score.
    """

    def __init__(
        self,
        *,
        features: Sequence[str] | None = None,
        minimum: Mapping[str, float] | None = None,
        growth: Growth | None = None,
        bins: int = 64,
        folds: int = 5,
        seed: int = 0,
    ) -> None:
        if folds < 2:
            raise ValueError(f"at least 2 folds are needed to see when to stop, not {folds}")
        super().__init__("boosted", features, minimum)
        self._growth = growth or Growth()
        self._bins, self._folds, self._seed = bins, folds, seed
        self._fitted: _Fitted | None = None

    def fit(self, panel: Panel) -> FitReport:
        """Learn from a labelled panel. Raises ValueError where it has no label."""
        panel, y, matrix = self._taken(panel)
        bins = bins_of(matrix, self._bins)
        faults = faults_of(y)
        if faults or not bins.cut_any:
            faults = faults or ("no feature differs between rows: every score is the share of churn",)
            forest, start, calibration = joined([], self._growth.depth), float(log_odds(smoothed_rate(y))), Platt()
        else:
            forest, start, calibration = self._committee(sample_of(bins.codes(matrix), y, bins), panel)
        self._fitted = _Fitted(bins=bins, forest=forest, start=start, platt=calibration, seen=seen_of(matrix, y))
        likelihood = log_likelihood(y, self.score(panel).p)
        return FitReport(n=len(y), degenerate=bool(faults), log_likelihood=likelihood, warnings=faults)

    def _committee(self, sample: Sample, panel: Panel) -> tuple[Forest, float, Platt]:
        """The forests as one, where they start from, and what sets their log odds right."""
        chance = np.random.default_rng(self._seed)
        start = float(log_odds(smoothed_rate(sample.y)))
        fold = member_folds(panel, self._folds, chance)
        if not fold.max():
            return grow(sample, self._growth, start, chance, _ALONE), start, Platt()
        apart = unseen_folds(panel, fold)
        growers = [self._grower(sample, one, chance) for one in apart]
        trees = trees_needed(growers, self._growth)
        unseen, part = np.empty(len(sample.y)), np.empty(len(sample.y), dtype=np.int64)
        for one, grower in zip(apart, growers, strict=True):
            unseen[one.held], part[one.held] = grower.held_after(trees), one.part
        forests = [grow(sample.take(one.rows), self._growth, start, chance, trees) for one in folds_of(fold)]
        return mean_of(forests), start, platt_where_better(unseen, sample.y, part)

    def _grower(self, sample: Sample, fold: Fold, chance: np.random.Generator) -> Grower:
        taken = sample.take(fold.rows)
        return Grower(taken, self._growth, float(log_odds(smoothed_rate(taken.y))), chance, sample.take(fold.held))

    def score(self, panel: Panel) -> Scores:
        """The probability of churn within the horizon. Raises ValueError before `fit`."""
        fitted, matrix = self._known(panel)
        status = fitted.seen.status(matrix, self._spec, panel)
        raw = fitted.start + fitted.forest.raw(fitted.bins.codes(matrix), fitted.bins.missing)
        return Scores(np.where(status == COLD_START, fitted.seen.rate, fitted.platt.of(raw)), status)

    def explain(self, panel: Panel, top: int = 3) -> Reasons:
        """The features that weigh most, with their Shapley values in log odds. Raises ValueError before `fit`."""
        return reasons(self.parts(panel), panel, self._spec.features, self._need().seen.usual, top)

    def parts(self, panel: Panel) -> Floats:
        """Every feature's part in the log odds of the score, of shape (rows, features); with `base` they add up."""
        fitted, matrix = self._known(panel)
        codes = fitted.bins.codes(matrix)
        return fitted.platt.slope * fitted.forest.attributions(codes, fitted.bins.missing, matrix.shape[1])

    @property
    def base(self) -> float:
        """The mean log odds of the training rows. Raises ValueError before `fit`."""
        fitted = self._need()
        return fitted.platt.slope * (fitted.start + fitted.forest.base()) + fitted.platt.intercept

    @property
    def trees(self) -> int:
        """How many trees all the forests have together. Raises ValueError before `fit`."""
        return len(self._need().forest)

    def state(self) -> State:
        """The fitted model as data. Raises ValueError before `fit`."""
        fitted = self._need()
        arrays = {
            **fitted.bins.to_arrays(),
            **fitted.forest.to_arrays(),
            **fitted.platt.arrays(),
            **fitted.seen.arrays(),
        }
        meta = {**spec_to_meta(self._spec), "start": fitted.start, "depth": fitted.forest.depth}
        return State(id=self._spec.id, version=self._spec.version, meta=meta, arrays=arrays)

    @classmethod
    def from_state(cls, state: State) -> Self:
        """The model again; it scores the same to the bit. Raises ValueError for a state that does not fit together."""
        model = cls()
        model._spec = spec_from(state)
        bins = Bins.from_arrays(state.arrays)
        if len(bins.cuts) != len(model._spec.features):
            raise ValueError(f"the state has bins of {len(bins.cuts)} features, not of {len(model._spec.features)}")
        model._fitted = _Fitted(
            bins=bins,
            forest=Forest.from_arrays(state.arrays, features=len(bins.cuts)),
            start=float(state.meta["start"]),
            platt=Platt.from_arrays(state.arrays),
            seen=Seen.from_arrays(state.arrays),
        )
        return model

    def _known(self, panel: Panel) -> tuple[_Fitted, Floats]:
        return self._need(), panel.matrix(self._spec.features)

    def _need(self) -> _Fitted:
        if self._fitted is None:
            raise ValueError("the model is not fitted: call fit with a labelled panel first")
        return self._fitted
