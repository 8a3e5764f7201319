"""Any scikit-learn classifier as a churn model, and whatever else speaks its language: LightGBM, XGBoost, pipelines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import attrs
import numpy as np

from loyaltykit.churn.logistic import log_likelihood, log_odds
from loyaltykit.churn.models._common import OfFeatures, Seen, faults_of, reasons, seen_of
from loyaltykit.churn.protocol import COLD_START, FitReport, Scores
from loyaltykit.errors import MissingExtra, ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loyaltykit.churn.panel import Floats, Panel
    from loyaltykit.churn.protocol import Reasons, State

_LEAST = 1e-6
"""How near to 0 and 1 a probability may come before its log odds are taken for a reason."""
_DIGITS = 12
"""Matrix products add in an order that depends on how many rows there are: beyond these digits a score is rounded."""
_LARGEST = 1e15
"""What is larger is taken as this large: squared it is still a number."""


@attrs.frozen(slots=True, eq=False, kw_only=True)
class _Fitted:
    estimator: Any
    """None where the labels taught nothing."""
    impute: bool
    seen: Seen


class Sklearn(OfFeatures):
    """A scikit-learn classifier, cloned for each fit; by default its histogram-based boosting with a fixed seed.

    `impute` replaces what is not known by the feature's median while learning; left to itself, that is done for
    estimators that do not take NaN. Values are cut where they lie far beyond what was seen, for no estimator takes
    infinities. Give the estimator its `random_state` and one thread, or two fits are two models.

    A reason is what the log odds lose when the feature is set to its median (ablation): this needs nothing of the
    estimator and takes a prediction a feature. The parts of features that act together do not add up.

    Raises MissingExtra without scikit-learn, extra [sklearn]. `state` raises ModelError: a scikit-learn model can only
    be stored by pickle, which runs code when it is read. Keep the estimator's parameters and fit it again.
    """

    def __init__(
        self,
        estimator: Any = None,
        *,
        id: str = "sklearn",
        features: Sequence[str] | None = None,
        minimum: Mapping[str, float] | None = None,
        impute: bool | None = None,
    ) -> None:
        self._estimator = _default() if estimator is None else estimator
        super().__init__(id, features, minimum)
        self._impute = impute
        self._fitted: _Fitted | None = None

    @property
    def estimator_(self) -> Any:
        """The fitted estimator; None where the labels taught nothing. Raises ValueError before `fit`."""
        return self._need().estimator

    def fit(self, panel: Panel) -> FitReport:
        """Learn from a labelled panel. Raises ValueError where it has no label, and what the estimator raises."""
        panel, y, matrix = self._taken(panel)
        matrix = np.clip(matrix, -_LARGEST, _LARGEST)
        faults = faults_of(y)
        impute = not _takes_nan(self._estimator) if self._impute is None else self._impute
        estimator = None if faults else _clone(self._estimator)
        self._fitted = _Fitted(estimator=estimator, impute=impute, seen=seen_of(matrix, y))
        if estimator is not None:
            estimator.fit(self._given(matrix), y.astype(np.int64))
        likelihood = log_likelihood(y, self.score(panel).p)
        return FitReport(n=len(y), degenerate=bool(faults), log_likelihood=likelihood, warnings=faults)

    def score(self, panel: Panel) -> Scores:
        """The probability of churn within the horizon. Raises ValueError before `fit`."""
        seen = self._need().seen
        matrix = panel.matrix(self._spec.features)
        status = seen.status(matrix, self._spec, panel)
        return Scores(np.where(status == COLD_START, seen.rate, self._p(matrix)), status)

    def explain(self, panel: Panel, top: int = 3) -> Reasons:
        """The features that weigh most, by ablation. Raises ValueError before `fit`."""
        fitted = self._need()
        matrix = panel.matrix(self._spec.features)
        whole = log_odds(self._p(matrix), _LEAST)
        parts = np.zeros(matrix.shape)
        for place, usual in enumerate(fitted.seen.usual):
            without = matrix.copy()
            without[:, place] = usual
            parts[:, place] = whole - log_odds(self._p(without), _LEAST)
        return reasons(parts, panel, self._spec.features, fitted.seen.usual, top)

    def state(self) -> State:
        """Raises ModelError (``model/state``) always, and ValueError before `fit`: see the class."""
        self._need()
        raise ModelError(_NO_STATE, code="model/state")

    @classmethod
    def from_state(cls, state: State) -> Self:
        """Raises ModelError (``model/state``) always: see the class."""
        raise ModelError(_NO_STATE, code="model/state")

    def _p(self, matrix: Floats) -> Floats:
        """The estimator's probabilities of churn; the share of churn where it has none."""
        fitted = self._need()
        if fitted.estimator is None or not len(matrix):
            return np.full(len(matrix), fitted.seen.rate)
        column = int(np.flatnonzero(fitted.estimator.classes_ == 1)[0])
        p = np.asarray(fitted.estimator.predict_proba(self._given(matrix))[:, column], dtype=np.float64)
        kept = np.clip(np.nan_to_num(p, nan=fitted.seen.rate), 0.0, 1.0)
        return np.asarray(np.round(kept, _DIGITS), dtype=np.float64)

    def _given(self, matrix: Floats) -> Floats:
        """The matrix as the estimator takes it. A feature that nobody had is zero."""
        fitted = self._need()
        usual, (low, high) = fitted.seen.usual, fitted.seen.bounds()
        found: Floats = np.where(np.isnan(usual), 0.0, np.clip(matrix, low, high))
        return np.where(np.isnan(found), usual, found) if fitted.impute else found

    def _need(self) -> _Fitted:
        if self._fitted is None:
            raise ValueError("the model is not fitted: call fit with a labelled panel first")
        return self._fitted


_NO_STATE = (
    "a scikit-learn model can only be stored by pickle, which runs code when it is read: keep the estimator's "
    "parameters and fit it again, or use `boosted`, which has a state"
)


def _default() -> Any:
    try:
        from sklearn.ensemble import HistGradientBoostingClassifier
    except ImportError:
        raise MissingExtra("sklearn", "the model `sklearn`") from None
    return HistGradientBoostingClassifier(random_state=0)


def _clone(estimator: Any) -> Any:
    try:
        from sklearn.base import clone
    except ImportError:
        raise MissingExtra("sklearn", "the model `sklearn`") from None
    return clone(estimator)


def _takes_nan(estimator: Any) -> bool:
    """What the estimator's tags say, in scikit-learn 1.6 and later or before it."""
    try:
        from sklearn.utils import get_tags
    except ImportError:
        return bool(estimator._get_tags().get("allow_nan", False))  # noqa: SLF001  # the only way before 1.6
    return bool(get_tags(estimator).input_tags.allow_nan)
