"""What BG/NBD, MBG/NBD and Pareto/NBD have in common: come at your own rate, until you leave for good.

The history of a member matters by three numbers: the count of repeats x, the time t_x from the first to the last
activity, and the age T since the first. The models differ in how a member leaves.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar, Self

import attrs
import numpy as np

from loyaltykit.churn.calibration import Platt
from loyaltykit.churn.logistic import log_odds
from loyaltykit.churn.models._common import refuse_steps, spec_from, spec_to_meta
from loyaltykit.churn.models._updating import learns_on, nothing_new, refuse_other
from loyaltykit.churn.models.counts_fit import Family, Fitted, Known, fit_counts, update_counts
from loyaltykit.churn.models.counts_labels import Labels
from loyaltykit.churn.models.counts_rows import FEATURES, columns_of, histories_of, known_rows
from loyaltykit.churn.protocol import COLD_START, OK, OUT_OF_RANGE, FitReport, Reason, Scores, Spec, State, cold

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from loyaltykit.churn.panel import Floats, Panel
    from loyaltykit.churn.protocol import Reasons

MINIMUM = {"repeats": 1.0, "age": 1.0}
_DAY = dt.timedelta(days=1)
_FAR = 2.0
"""How many times the largest count or age that it was fitted to a member may have and count as known."""
_TINY = 1e-12


class OfCounts:
    """A churn model of counts. What is below in four methods, the models say; the rest is the same for all."""

    _id: ClassVar[str]
    _family: ClassVar[Family]

    def _leaving_odds(self, x: Floats, last: Floats, age: Floats) -> Floats:
        """The logarithm of the odds that a member has left: minus infinity for one who cannot have."""
        raise NotImplementedError

    def _nothing(self, ahead: npt.ArrayLike, x: Floats, age: Floats) -> Floats:
        """The logarithm of the chance that nothing comes in the time ahead of a member who is still there."""
        raise NotImplementedError

    def _comes(self, ahead: Floats, x: Floats, age: Floats) -> Floats:
        """How many times a member who is still there comes in the time ahead, which is above zero."""
        raise NotImplementedError

    def _comes_later(self, ahead: float, span: float, x: Floats, age: Floats) -> Floats:
        """The chance that a member who is still there comes in a span that begins that far ahead."""
        raise NotImplementedError

    def __init__(self, prior: float | None = 3.0, *, calibrate: bool = True) -> None:
        if prior is not None and not 0 < prior < np.inf:
            raise ValueError(f"the prior's standard deviation is above zero, not {prior}")
        self.prior = prior
        self.calibrate = calibrate
        self._fitted: Fitted | None = None
        self._forget()

    def _forget(self) -> None:
        self._spec = Spec(id=self._id, features=FEATURES, minimum=MINIMUM)
        self._labels = Labels()

    @property
    def spec(self) -> Spec:
        """What it is."""
        return self._spec

    @property
    def params_(self) -> dict[str, float]:
        """The four parameters by name, times in the unit of the ages. Raises ValueError before `fit`."""
        return dict(zip(self._family.names, self._parameters.tolist(), strict=True))

    def fit(self, panel: Panel) -> FitReport:
        """Learn from the panel's histories, and from labels, where it has them, how far to trust the probability.

        Rows of one member overlap: the likelihood is a composite one (Varin, Reid and Firth 2011).
        """
        report = self.fit_counts(*panel.matrix(FEATURES).T)
        self._spec = attrs.evolve(self._spec, horizon=panel.horizon, label=panel.label)
        return self._with_labels(panel, report)

    def update(self, panel: Panel) -> FitReport:
        """Learn from more rows: what the rows before taught is a normal prior on the parameters' logarithms.

        So it is with the calibration's two numbers, where these rows have labels, too. A model that was fitted to no
        history at all is fitted. Raises ValueError before `fit`, for a panel of another horizon or label or without
        the columns, and for a model read from the state of an older version, which has no precision.
        """
        known = learns_on(self._of_fit.known)
        refuse_other(self._spec, panel, FEATURES if known.rows else ())
        if not len(panel):
            return nothing_new()
        if not known.rows:
            return self.fit(panel)
        return self._with_labels(panel, self.update_counts(*panel.matrix(FEATURES).T))

    def _with_labels(self, panel: Panel, report: FitReport) -> FitReport:
        if panel.y is not None:
            self._labels = self._labels.counted(panel.y)
        elif panel.horizon is not None and len(panel) and not self._labels.rows:
            new = len(panel) / max(len(panel), learns_on(self._of_fit.known).rows)
            base = (1 - new) * self._labels.base + new * float(np.mean(self._silent(panel)))
            self._labels = attrs.evolve(self._labels, base=float(np.clip(base, _TINY, 1 - _TINY)))
        if self.calibrate and panel.y is not None and panel.horizon is not None:
            good = known_rows(panel)[1]
            self._labels, rises = self._labels.calibrated(log_odds(self._silent(panel)[good]), panel.y[good])
            if not rises:
                said = "the labels do not rise with the probability of silence: it is not calibrated"
                report = attrs.evolve(report, warnings=(*report.warnings, said))
        return attrs.evolve(report, n=len(panel))

    def fit_counts(
        self,
        x: npt.ArrayLike,
        t_x: npt.ArrayLike,
        T: npt.ArrayLike,  # noqa: N803  # the paper's name
        weights: npt.ArrayLike | None = None,
    ) -> FitReport:
        """Learn from counts, last activities and ages in any one unit; `weights` count the customers of each row.

        Rows that are no history (NaN, infinite or negative) are left out; a count is rounded, a T below t_x is t_x.
        Raises ValueError for columns of different lengths.
        """
        rows = columns_of(x, t_x, T, weights)
        self._forget()
        self._fitted = fit_counts(rows, self.prior, self._family)
        return self._fitted.report

    def update_counts(
        self,
        x: npt.ArrayLike,
        t_x: npt.ArrayLike,
        T: npt.ArrayLike,  # noqa: N803  # the paper's name
        weights: npt.ArrayLike | None = None,
    ) -> FitReport:
        """Learn from more counts, last activities and ages, in the unit of `fit_counts`; see `update`."""
        fitted = self._of_fit
        known = learns_on(fitted.known)
        if not known.rows:
            return self.fit_counts(x, t_x, T, weights)
        self._fitted = update_counts(fitted, known, columns_of(x, t_x, T, weights), self.prior, self._family)
        return self._fitted.report

    def p_alive(self, x: npt.ArrayLike, t_x: npt.ArrayLike, T: npt.ArrayLike) -> Floats:  # noqa: N803  # the paper's
        """The probability of not having left.

        Raises ValueError for histories that are negative or not finite, here and below.
        """
        counts, last, age = histories_of(x, t_x, T)
        return share_alive(self._leaving_odds(counts, last, age))

    def p_none(
        self,
        horizon: npt.ArrayLike,
        x: npt.ArrayLike,
        t_x: npt.ArrayLike,
        T: npt.ArrayLike,  # noqa: N803  # the paper's name
    ) -> Floats:
        """The probability of no activity in the next `horizon`: the likelihood's L(x, t_x, T + horizon) / L(x, t_x, T).

        That is 1 - P(alive) (1 - P(nothing comes, for one who is still there)).
        """
        counts, last, age, ahead = histories_of(x, t_x, T, horizon)
        here = share_alive(self._leaving_odds(counts, last, age))
        found: Floats = 1.0 + here * np.expm1(self._nothing(ahead, counts, age))
        return np.clip(found, 0.0, 1.0)

    def expected_purchases(
        self,
        t: npt.ArrayLike,
        x: npt.ArrayLike,
        t_x: npt.ArrayLike,
        T: npt.ArrayLike,  # noqa: N803  # the paper's name
    ) -> Floats:
        """How many activities to expect in the next `t`. With x, t_x and T zero: of somebody new."""
        counts, last, age, ahead = histories_of(x, t_x, T, t)
        found = np.zeros(len(counts))
        some = slice(None) if ahead.all() else ahead > 0
        if ahead.any():
            found[some] = self._comes(ahead[some], counts[some], age[some])
        found *= share_alive(self._leaving_odds(counts, last, age))
        return found

    def score(self, panel: Panel) -> Scores:
        """The probability of no activity within the horizon that it was fitted to.

        A cold start has the population's answer. Raises ValueError before `fit`, and where that had no horizon.
        """
        matrix = panel.matrix(FEATURES)
        largest = _FAR * self._of_fit.largest
        far = (matrix[:, 0] > largest[0]) | (matrix[:, 2] > largest[1])
        status = np.where(cold(self._spec, panel), COLD_START, np.where(far, OUT_OF_RANGE, OK))
        p, good = self._silent(panel), known_rows(panel)[1]
        if self._labels.platt != Platt():
            p[good] = self._labels.platt.of(log_odds(p[good]))
        return Scores(p, status.astype(np.int8))

    def survival(self, panel: Panel, steps: int) -> Floats:
        """The probability of being active in the 1st, 2nd, ... horizon ahead, of shape (rows, steps); first 1 - p.

        Leaving is for good, so it never rises; but a horizon of silence is not leaving: who has been silent in one may
        come in the next. A row that is no history stays each horizon with the population's chance. Raises ValueError
        before `fit`, where that had no horizon, and for fewer steps than one.
        """
        refuse_steps(steps)
        matrix, good = known_rows(panel)
        counts, last, age = histories_of(*matrix[good].T)
        found = np.cumprod(np.full((len(panel), steps), 1.0 - self._labels.base), axis=1)
        here, span = share_alive(self._leaving_odds(counts, last, age)), self._ahead
        found[good, 0] = 1.0 - self._silent(panel)[good]
        for step in range(1, steps if len(counts) else 0):
            found[good, step] = here * self._comes_later(step * span, span, counts, age)
        found = np.minimum.accumulate(found, axis=1)
        if self._labels.platt != Platt():
            found[good] = 1.0 - self._labels.platt.of(log_odds(1.0 - found[good]))
        return np.asarray(found, dtype=np.float64)

    def explain(self, panel: Panel, top: int = 3) -> Reasons:
        """`p_alive` is the part of the silence, `cadence` that of a rhythm that is slower or faster than others'."""
        matrix, good = known_rows(panel)
        p = np.clip(self._silent(panel)[good], _TINY, 1 - _TINY)
        counts, last, age = matrix[good].T
        r, alpha = self._parameters[:2].tolist()
        while_here = self._nothing(self._ahead, counts, age)
        stays = while_here - np.log(np.maximum(-np.expm1(while_here), _TINY))
        left = np.maximum(np.log(p / (1 - p)) - stays, 0.0)
        slope, intercept = self._labels.platt.slope, self._labels.platt.intercept
        left, rhythm = slope * left, slope * stays + intercept - np.log(self._labels.base / (1 - self._labels.base))
        here, gap = self.p_alive(counts, last, age), (alpha + age) / (r + counts)
        found: list[tuple[Reason, ...]] = [()] * len(panel)
        columns = (np.flatnonzero(good), left, rhythm, here, gap, age - last, counts, age)
        for row, *values in zip(*(column.tolist() for column in columns), strict=True):
            found[row] = _reasons(values)[: max(top, 0)]
        return tuple(found)

    def state(self) -> State:
        """The fitted model as data."""
        meta = {**spec_to_meta(self._spec), "prior": self.prior, "calibrate": self.calibrate}
        fitted = self._of_fit
        arrays = {
            "parameters": fitted.parameters.copy(),
            "largest": fitted.largest.copy(),
            **({} if fitted.known is None else fitted.known.arrays()),
            **self._labels.arrays(),
        }
        return State(id=self._spec.id, version=self._spec.version, meta=meta, arrays=arrays)

    @classmethod
    def from_state(cls, state: State) -> Self:
        """The model again. Raises ValueError unless it has four parameters above zero that a fit may find."""
        parameters, largest = (np.array(state.arrays[name], dtype=np.float64) for name in ("parameters", "largest"))
        if not (cls._family.may_be(parameters) and largest.shape == (2,)):
            raise ValueError(f"{', '.join(cls._family.names)} are four numbers above zero that a fit may find")
        prior = state.meta["prior"]
        model = cls(None if prior is None else float(prior), calibrate=bool(state.meta["calibrate"]))
        model._spec = spec_from(state)
        model._fitted = Fitted(parameters, largest, FitReport(n=0), Known.from_arrays(state.arrays))
        model._labels = Labels.from_arrays(state.arrays)
        return model

    @property
    def _of_fit(self) -> Fitted:
        if self._fitted is None:
            raise ValueError("the model is not fitted yet")
        return self._fitted

    @property
    def _parameters(self) -> Floats:
        return self._of_fit.parameters

    @property
    def _ahead(self) -> float:
        """The horizon in days."""
        if self._spec.horizon is None:
            raise ValueError("the model was fitted without a horizon: use p_none, or a panel that has one")
        return self._spec.horizon / _DAY

    def _silent(self, panel: Panel) -> Floats:
        matrix, good = known_rows(panel)
        found = np.full(len(panel), self._labels.base)
        found[good] = self.p_none(self._ahead, *matrix[good].T)
        return found


def _reasons(values: Sequence[float]) -> tuple[Reason, ...]:
    """The two reasons of one row, the weightier first."""
    left, rhythm, here, gap, recency, repeats, age = values
    found = [Reason("cadence", rhythm, gap, {"repeats": repeats, "age": age})]
    if left > 0:
        found.append(Reason("p_alive", left, here, {"recency": recency, "cadence": gap}))
    return tuple(sorted(found, key=lambda one: -abs(one.contribution)))


def share_alive(odds: Floats) -> Floats:
    """1 / (1 + e^odds), without overflow."""
    e = np.exp(-np.abs(odds))
    return np.where(odds > 0, e, 1.0) / (1.0 + e)
