"""A discrete-time hazard: what is known at a cut-off, in bins, to the odds of leaving before the next.

Each row of the panel is one member in one interval (Allison 1982; Singer and Willett 1993): given that they are still
here, the log odds that they leave are a sum, one number for each feature's bin. So its reasons are the model itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import attrs
import numpy as np

from loyaltykit.churn.binning import Bins, bins_of
from loyaltykit.churn.folds import canonical_order
from loyaltykit.churn.logistic import log_likelihood, logistic
from loyaltykit.churn.models._common import (
    OfFeatures,
    Seen,
    faults_of,
    reasons,
    refuse_steps,
    seen_of,
    spec_from,
    spec_to_meta,
)
from loyaltykit.churn.models._updating import learns_on, nothing_new, refuse_other
from loyaltykit.churn.models.additive_known import Known, learnt, learnt_on, learnt_share, seen_on
from loyaltykit.churn.protocol import COLD_START, FitReport, Scores, State

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from loyaltykit.churn.binning import Codes
    from loyaltykit.churn.panel import Floats, Panel
    from loyaltykit.churn.protocol import Reasons

_ELAPSED = ("age",)
"""What grows by itself while a member is looked at further ahead."""


@attrs.frozen(slots=True, eq=False, kw_only=True)
class _Fitted:
    bins: Bins
    weights: Floats
    """By feature and bin, the part in the log odds less the feature's mean over the training rows."""
    base: float
    seen: Seen
    known: Known | None
    """What it takes to learn on; a state of an older version has none."""


class Hazard(OfFeatures):
    """A logistic hazard on quantile bins with an L2 penalty, fitted by iteratively reweighted least squares.

    `l2` is the penalty on half the squared weights, `bins` how many ranges a feature is cut into. A fit whose rows are
    told apart without fault (separation) is reported as degenerate: only the penalty keeps its numbers finite. The same
    panel gives the same model to the bit, in whatever order its rows stand.
    """

    def __init__(
        self,
        *,
        features: Sequence[str] | None = None,
        minimum: Mapping[str, float] | None = None,
        bins: int = 20,
        l2: float = 30.0,
    ) -> None:
        if not l2 > 0:
            raise ValueError(f"l2 must be above zero, not {l2}: bins of one feature always add up to one")
        super().__init__("hazard", features, minimum)
        self._bins, self._l2 = bins, l2
        self._fitted: _Fitted | None = None

    def fit(self, panel: Panel) -> FitReport:
        """Learn from a labelled panel. Raises ValueError where it has no label."""
        panel, y, matrix = self._taken(panel)
        bins = bins_of(matrix, self._bins)
        codes = bins.codes(matrix)
        if faults := faults_of(y):
            known, converged = learnt_share(codes, y, bins.width, self._l2), True
        else:
            known, found = learnt(codes, y, bins.width, self._l2)
            converged, faults = found.converged, found.faults
        self._keep(bins, seen_of(matrix, y), known)
        p = logistic(self._sum(codes))
        apart = bool(len(y)) and not (0 < y.sum() < len(y) and p[y > 0.5].min() <= p[y < 0.5].max())
        likelihood = log_likelihood(y, p)
        return FitReport(
            n=len(y), converged=converged, degenerate=apart or not len(y), log_likelihood=likelihood, warnings=faults
        )

    def update(self, panel: Panel) -> FitReport:
        """Learn from more labelled rows: what the rows before taught is a normal prior in place of the penalty.

        The bins stay those of the first fit, so a value beyond what was seen then is in the outermost one; what is
        usual, which reasons are told against, stays too. A model that was fitted to no rows at all is fitted. Raises
        ValueError before `fit`, for a panel without labels, for one of another horizon or label or without a feature
        that was learnt from, and for a model read from a state without a precision: one of an older version, or of more
        than 4,000 weights.
        """
        fitted, known = self._need(), learns_on(self._need().known)
        had = ~np.isnan(fitted.seen.low)
        refuse_other(self._spec, panel, [name for name, there in zip(self._spec.features, had, strict=True) if there])
        if not len(panel):
            return nothing_new()
        if not known.rows:
            return self.fit(panel)
        panel = panel.take(canonical_order(panel))
        y, matrix = panel.labels, panel.matrix(self._spec.features)
        codes = fitted.bins.codes(matrix)
        known, found = learnt_on(known, codes, y, fitted.bins.width)
        self._keep(fitted.bins, seen_on(fitted.seen, seen_of(matrix, y), known.rate), known)
        return FitReport(
            n=len(y),
            converged=found.converged,
            degenerate=known.one_kind,
            log_likelihood=log_likelihood(y, logistic(self._sum(codes))),
            warnings=() if found.converged else found.faults[-1:],
        )

    def score(self, panel: Panel) -> Scores:
        """The probability of churn within the horizon. Raises ValueError before `fit`."""
        fitted = self._need()
        matrix = panel.matrix(self._spec.features)
        status = fitted.seen.status(matrix, self._spec, panel)
        p = logistic(self._sum(fitted.bins.codes(matrix)))
        return Scores(np.where(status == COLD_START, fitted.seen.rate, p), status)

    def explain(self, panel: Panel, top: int = 3) -> Reasons:
        """The features that weigh most, with their parts in the log odds. Raises ValueError before `fit`."""
        return reasons(self.parts(panel), panel, self._spec.features, self._need().seen.usual, top)

    def parts(self, panel: Panel) -> Floats:
        """Every feature's part in the log odds, of shape (rows, features); with `base` they are the log odds."""
        fitted = self._need()
        codes = fitted.bins.codes(panel.matrix(self._spec.features))
        return np.stack([weights[bins] for weights, bins in zip(fitted.weights, codes, strict=True)], axis=1)

    @property
    def base(self) -> float:
        """The mean log odds of the training rows. Raises ValueError before `fit`."""
        return self._need().base

    def survival(self, panel: Panel, steps: int) -> Floats:
        """The probability of still being here after 1, 2, ... `steps` horizons, of shape (rows, steps).

        The member goes on as they are: only `age` grows, by a horizon each step. A cold start stays each horizon with
        the population's chance. Raises ValueError before `fit`, for a model that was fitted without a horizon, and for
        fewer steps than one.
        """
        refuse_steps(steps)
        fitted = self._need()
        days = _days(self._spec.horizon)
        matrix = panel.matrix(self._spec.features)
        cold_start = fitted.seen.status(matrix, self._spec, panel) == COLD_START
        moves = np.array([days if name in _ELAPSED else 0.0 for name in self._spec.features])
        here = np.empty((len(panel), steps))
        for step in range(steps):
            p = logistic(self._sum(fitted.bins.codes(matrix + step * moves)))
            here[:, step] = 1.0 - np.where(cold_start, fitted.seen.rate, p)
        return np.asarray(np.cumprod(here, axis=1), dtype=np.float64)

    def state(self) -> State:
        """The fitted model as data. Raises ValueError before `fit`."""
        fitted = self._need()
        arrays = {**fitted.bins.to_arrays(), "weights": fitted.weights, **fitted.seen.arrays()}
        if fitted.known is not None:
            arrays.update(fitted.known.arrays())
        meta = {**spec_to_meta(self._spec), "base": fitted.base}
        return State(id=self._spec.id, version=self._spec.version, meta=meta, arrays=arrays)

    @classmethod
    def from_state(cls, state: State) -> Self:
        """The model again; it scores the same to the bit. Raises ValueError for a state that does not fit together."""
        model = cls()
        model._spec = spec_from(state)
        bins, weights = Bins.from_arrays(state.arrays), state.arrays["weights"]
        if weights.shape != (len(model._spec.features), bins.width) or len(bins.cuts) != len(weights):
            raise ValueError("the state's weights do not fit its features and bins")
        seen = Seen.from_arrays(state.arrays)
        known = Known.from_arrays(state.arrays, weights.shape)
        model._fitted = _Fitted(bins=bins, weights=weights, base=float(state.meta["base"]), seen=seen, known=known)
        return model

    def _sum(self, codes: Codes) -> Floats:
        """The log odds: added feature by feature, so that a row's do not depend on its neighbours."""
        fitted = self._need()
        found = np.full(codes.shape[1], fitted.base)
        for weights, bins in zip(fitted.weights, codes, strict=True):
            found += weights[bins]
        return found

    def _keep(self, bins: Bins, seen: Seen, known: Known) -> None:
        weights, base = known.parts()
        self._fitted = _Fitted(bins=bins, weights=weights, base=base, seen=seen, known=known)

    def _need(self) -> _Fitted:
        if self._fitted is None:
            raise ValueError("the model is not fitted: call fit with a labelled panel first")
        return self._fitted


def _days(horizon: dt.timedelta | None) -> float:
    if horizon is None:
        raise ValueError("a model that was fitted without a horizon has no steps: give the panel a horizon")
    return horizon.total_seconds() / 86_400
