"""A model of a plain matrix: whoever can learn from X and y, and predict, has a churn model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import attrs
import numpy as np

from loyaltykit.churn.folds import canonical_order
from loyaltykit.churn.logistic import log_likelihood, log_odds
from loyaltykit.churn.models._common import Seen, fitted_spec, reasons, seen_of, spec_from, spec_to_meta
from loyaltykit.churn.protocol import COLD_START, FitReport, Scores, Spec, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from loyaltykit.churn.panel import Floats, Panel
    from loyaltykit.churn.protocol import Reasons

LEAST = 5
"""How many rows of either label there must be to learn from."""
_EDGE = 1e-6
_FAR = 1e12
"""Values beyond are cut in any case: their squares still fit the single precision of many learners."""
_OWN = "own."


class MatrixModel:
    """The base of a model of one's own: give it an `id`, write `learn` and `predict`, and all else is there.

    Rows reach both clean: columns in the order of the spec, values cut to the range that was seen in `fit`, NaN filled
    with the median, or left where `keeps_nan` says so; a feature that nobody had is 0. Where there is nothing to learn
    from (fewer than five rows of either label, no spread) every score is the share of churn, and the report says so.
    Cold starts have that score too.

    The state is the matrix that was learnt from, and `from_state` learns from it again: right for whatever learns the
    same from the same. It holds the members' features, though not who they are. Write `to_arrays` and `from_arrays` to
    keep what was learnt instead.
    """

    id: ClassVar[str] = ""
    version: ClassVar[str] = "1"
    features: ClassVar[tuple[str, ...] | None] = None
    """The columns that it reads; None: those that the panel of `fit` has."""
    minimum: ClassVar[Mapping[str, float]] = {"active_days": 1.0}
    keeps_nan: ClassVar[bool] = False

    def __init__(self) -> None:
        self._spec = Spec(id=self.id, version=self.version, features=self.features or (), minimum=self.minimum)
        self._seen: Seen | None = None
        self._taught: tuple[Floats, Floats] | None = None

    def learn(self, X: Floats, y: Floats) -> None:  # noqa: N803  # as data scientists write it
        """Learn from a matrix of shape (rows, features) and labels of 0 and 1, and keep on self what was learnt."""
        raise NotImplementedError

    def predict(self, X: Floats) -> npt.ArrayLike:  # noqa: N803  # as data scientists write it
        """The probability of churn for each row of a matrix."""
        raise NotImplementedError

    def contributions(self, X: Floats) -> npt.ArrayLike:  # noqa: N803  # as data scientists write it
        """Each feature's signed part in the log odds, of shape (rows, features).

        Unless it is written anew: how much lower the log odds were if that feature had its usual value.
        """
        usual = self._clean(self._need().usual[None, :])[0]
        here, parts = _odds(self.predict(X)), np.zeros(X.shape)
        for place in range(X.shape[1]):
            other = X.copy()
            other[:, place] = usual[place]
            parts[:, place] = here - _odds(self.predict(other))
        return parts

    def to_arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """What `from_arrays` needs: the matrix and the labels."""
        matrix, y = self._taught or (np.empty((0, 0)), np.empty(0))
        return {"X": matrix, "y": y}

    def from_arrays(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Be as when `to_arrays` was called: learn again."""
        self._taught = (arrays["X"], arrays["y"])
        self.learn(*self._taught)

    @property
    def spec(self) -> Spec:
        """What it is; after `fit` with the features, the horizon and the label that it was fitted to."""
        return self._spec

    def fit(self, panel: Panel) -> FitReport:
        """Learn from a labelled panel. Raises ValueError where it has no label."""
        panel = panel.take(canonical_order(panel))
        y = panel.labels
        least = {name: value for name, value in self.minimum.items() if name in panel.columns}
        self._spec = attrs.evolve(fitted_spec(self._spec, self.features, {}, panel), minimum=least)
        matrix = panel.matrix(self._spec.features)
        self._seen, self._taught = seen_of(np.clip(matrix, -_FAR, _FAR), y), None
        faults = _faults(self._seen, y)
        if not faults:
            self._taught = (self._clean(matrix), y)
            self.learn(*self._taught)
        likelihood = log_likelihood(y, self.score(panel).p)
        return FitReport(n=len(y), degenerate=bool(faults), log_likelihood=likelihood, warnings=faults)

    def score(self, panel: Panel) -> Scores:
        """The probability of churn within the horizon. Raises ValueError before `fit`."""
        seen, matrix = self._need(), panel.matrix(self._spec.features)
        status = seen.status(matrix, self._spec, panel)
        p = np.full(len(panel), seen.rate)
        if self._taught is not None and len(panel):
            p = np.clip(np.asarray(self.predict(self._clean(matrix)), dtype=np.float64), 0.0, 1.0)
        return Scores(np.where(status == COLD_START, seen.rate, p), status)

    def explain(self, panel: Panel, top: int = 3) -> Reasons:
        """The features that weigh most, with their parts in the log odds. Raises ValueError before `fit`."""
        seen, matrix = self._need(), panel.matrix(self._spec.features)
        parts = np.zeros(matrix.shape)
        if self._taught is not None and len(panel):
            parts = np.asarray(self.contributions(self._clean(matrix)), dtype=np.float64)
        return reasons(parts, panel, self._spec.features, seen.usual, top)

    def state(self) -> State:
        """The fitted model as data. Raises ValueError before `fit`."""
        seen = self._need()
        own = {} if self._taught is None else self.to_arrays()
        arrays = {**seen.arrays(), **{f"{_OWN}{name}": array for name, array in own.items()}}
        meta = {**spec_to_meta(self._spec), "learnt": self._taught is not None}
        return State(id=self._spec.id, version=self._spec.version, meta=meta, arrays=arrays)

    @classmethod
    def from_state(cls, state: State) -> Self:
        """The model again; it scores the same to the bit. Raises ValueError for a state of another version."""
        model = cls()
        if state.version != model.version:
            raise ValueError(f"the state is of version {state.version}, this is {model.version}")
        model._spec, model._seen = spec_from(state), Seen.from_arrays(state.arrays)
        if state.meta["learnt"]:
            own = {name.removeprefix(_OWN): one for name, one in state.arrays.items() if name.startswith(_OWN)}
            model._taught = (np.empty((0, 0)), np.empty(0))
            model.from_arrays(own)
        return model

    def _clean(self, matrix: Floats) -> Floats:
        """Within what was seen, and filled; a feature that nobody had is 0, for many learners take no column of NaN."""
        seen = self._need()
        within: Floats = np.clip(matrix, seen.low, seen.high)
        fill = np.where(self.keeps_nan & ~np.isnan(seen.usual), np.nan, np.nan_to_num(seen.usual))
        return np.where(np.isnan(within), fill, within)

    def _need(self) -> Seen:
        if self._seen is None:
            raise ValueError("the model is not fitted: call fit with a labelled panel first")
        return self._seen


def _faults(seen: Seen, y: Floats) -> tuple[str, ...]:
    """Why there is nothing to learn from; empty when there is."""
    if min(y.sum(), len(y) - y.sum()) < LEAST:
        return (f"fewer than {LEAST} rows of either label: every score is the share of churn",)
    if not (seen.high > seen.low).any():
        return ("no feature differs between rows: every score is the share of churn",)
    return ()


def _odds(p: npt.ArrayLike) -> Floats:
    """Log odds that stay finite."""
    return log_odds(np.clip(np.asarray(p, dtype=np.float64), _EDGE, 1.0 - _EDGE))
