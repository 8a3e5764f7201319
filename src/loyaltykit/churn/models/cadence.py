"""Cadence: silence measured by the member's own rhythm.

A gap between active days outlasts g days with probability (1 + g / (beta c))^-kappa, where c is the member's mean gap
drawn to the population's: a Lomax distribution (Lomax 1954), an exponential one whose rate is itself uncertain, as
Gamma(kappa, beta c). So after R days of silence it goes on for another h with probability

    ((beta c + R) / (beta c + R + h))^kappa,    c = (last + k mu) / (repeats + k)

so that each day of silence weighs more with somebody who came every day than with somebody who came once a week, while
the second is the likelier to stay away for long in any case.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

import attrs
import numpy as np

from loyaltykit.churn.models._common import smoothed_rate, spec_from, spec_to_meta
from loyaltykit.churn.models.newton import climb
from loyaltykit.churn.protocol import COLD_START, OK, OUT_OF_RANGE, FitReport, Reason, Scores, Spec, State, cold

if TYPE_CHECKING:
    import numpy.typing as npt

    from loyaltykit.churn.models.newton import Peak
    from loyaltykit.churn.panel import Floats, Panel
    from loyaltykit.churn.protocol import Reasons

ID = "cadence"
FEATURES = ("recency", "last", "repeats")
NAMES = ("mu", "k", "beta", "kappa")
_DAY = dt.timedelta(days=1)
_PRIOR = 3.0
_EDGE = 12.0
_TINY = 1e-12
_MOST = 1e9
"""Days; a longer silence is as long, so that no square of one overflows."""
_LONGEST = 1e100
"""Days; more is as good as not known."""


class Cadence:
    """The Lomax model of silence; mu, k, beta and kappa are the most probable for the panel's labels.

    Their logarithms have a normal prior of standard deviation 3 around those of the mean gap, 1, 1 and 1, which decides
    only where the labels do not. A member without a single gap has the population's rhythm and is a cold start.
    """

    def __init__(self) -> None:
        self._spec = Spec(id=ID, features=FEATURES, minimum={"recency": 0.0, "repeats": 1.0})
        self._fitted: Floats | None = None
        self._longest = 0.0
        self._base = 0.5

    @property
    def spec(self) -> Spec:
        """What it is."""
        return self._spec

    @property
    def params_(self) -> dict[str, float]:
        """The parameters by name; mu is in days, k in gaps. Raises ValueError before `fit`."""
        return dict(zip(NAMES, self._parameters.tolist(), strict=True))

    def fit(self, panel: Panel) -> FitReport:
        """Learn from a labelled panel. Raises ValueError for one without labels or horizon."""
        y = panel.labels
        if panel.horizon is None:
            raise ValueError("the panel has no horizon: silence needs to know for how long")
        self._base = smoothed_rate(y)
        matrix, good = _known(panel)
        rows, y = matrix[good], y[good]
        self._spec = attrs.evolve(self._spec, horizon=panel.horizon, label=panel.label)
        self._longest = float(rows[:, 0].max()) if len(rows) else 0.0
        gaps = float(rows[:, 2].sum())
        mean_gap = float(rows[:, 1].sum()) / gaps if gaps else self._ahead
        centre = np.array([np.log(np.clip(mean_gap, 1e-3, 1e6)), 0.0, 0.0, 0.0])
        peak = _peak(rows, y, self._ahead, centre)
        self._fitted = np.exp(peak.at)
        vague = [NAMES[place] for place in peak.vague(_PRIOR**-2)]
        said = [f"{int((~good).sum())} rows were left out: no such history"] if not good.all() else []
        if vague:
            said.append(f"the labels hardly tell {', '.join(vague)}: the prior decides")
        return FitReport(
            n=len(panel),
            converged=peak.converged,
            degenerate=bool(vague),
            log_likelihood=peak.value + 0.5 * _PRIOR**-2 * float(((peak.at - centre) ** 2).sum()),
            warnings=tuple(said),
        )

    def score(self, panel: Panel) -> Scores:
        """The probability that the silence lasts the whole horizon; where nothing is known, the share of churn."""
        matrix, good = _known(panel)
        p = np.full(len(panel), self._base)
        mu, k, beta, kappa = self._parameters.tolist()
        scale = beta * _rhythm(matrix[good], mu, k) + matrix[good, 0]
        p[good] = np.exp(-kappa * np.log1p(self._ahead / scale))
        status = np.where(cold(self._spec, panel), COLD_START, np.where(matrix[:, 0] > self._longest, OUT_OF_RANGE, OK))
        return Scores(p, status.astype(np.int8))

    def explain(self, panel: Panel, top: int = 3) -> Reasons:
        """`silence_ratio`: silence in gaps of the member's own, against none; `cadence`: those gaps against others'.

        The facts are `recency` and `cadence`, in days.
        """
        matrix, good = _known(panel)
        mu, k, beta, kappa = self._parameters.tolist()
        days, gaps = matrix[good, 0], _rhythm(matrix[good], mu, k)
        now, at_first = (self._log_odds(kappa, beta * gaps + silent) for silent in (days, 0.0))
        own = at_first - np.log(self._base / (1 - self._base))
        found: list[tuple[Reason, ...]] = [()] * len(panel)
        columns = (np.flatnonzero(good), now - at_first, own, days / gaps, days, gaps)
        for row, silence, rhythm, ratio, silent, gap in zip(*(column.tolist() for column in columns), strict=True):
            facts = {"recency": silent, "cadence": gap}
            both = (Reason("silence_ratio", silence, ratio, facts), Reason("cadence", rhythm, gap, facts))
            found[row] = tuple(sorted(both, key=lambda one: -abs(one.contribution)))[: max(top, 0)]
        return tuple(found)

    def state(self) -> State:
        """The fitted model as data."""
        arrays = {"parameters": self._parameters.copy(), "seen": np.array([self._longest, self._base])}
        return State(id=self._spec.id, version=self._spec.version, meta=spec_to_meta(self._spec), arrays=arrays)

    @classmethod
    def from_state(cls, state: State) -> Self:
        """The model again. Raises ValueError for parameters that are not four numbers above zero."""
        parameters, seen = (np.array(state.arrays[name], dtype=np.float64) for name in ("parameters", "seen"))
        if parameters.shape != (4,) or not ((parameters > 0) & (parameters < np.inf)).all():
            raise ValueError("mu, k, beta and kappa are four numbers above zero")
        model = cls()
        model._spec, model._fitted = spec_from(state), parameters
        model._longest, model._base = seen.tolist()
        return model

    @property
    def _parameters(self) -> Floats:
        if self._fitted is None:
            raise ValueError("the model is not fitted yet")
        return self._fitted

    def _log_odds(self, kappa: float, scale: Floats) -> Floats:
        p = np.clip(np.exp(-kappa * np.log1p(self._ahead / scale)), _TINY, 1 - _TINY)
        odds: Floats = np.log(p / (1 - p))
        return odds

    @property
    def _ahead(self) -> float:
        """The horizon in days."""
        return (self._spec.horizon or _DAY) / _DAY


def _known(panel: Panel) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """The columns, and which rows have all of them."""
    matrix = panel.matrix(FEATURES)
    return matrix, np.asarray(((matrix >= 0) & (matrix < _LONGEST)).all(axis=1), dtype=bool)


def _rhythm(rows: Floats, mu: float, k: float) -> Floats:
    """The members' mean gaps in days, drawn to the population's."""
    found: Floats = (rows[:, 1] + k * mu) / (rows[:, 2] + k)
    return found


def _peak(rows: Floats, y: Floats, ahead: float, centre: Floats) -> Peak:
    """The most probable parameters, by Fisher scoring."""
    precision = _PRIOR**-2

    def height(logs: Floats) -> tuple[float, Floats, Floats]:
        mu, k, beta, kappa = np.exp(logs).tolist()
        gap = _rhythm(rows, mu, k)
        scale = beta * gap + rows[:, 0]
        u = np.maximum(kappa * np.log1p(ahead / scale), 1e-300)  # p = e^-u
        others = rows[:, 2] + k
        by_scale = -kappa * (ahead / scale) / (scale + ahead)
        slopes = np.stack(
            [by_scale * beta * k * mu / others, by_scale * beta * k * (mu - gap) / others, by_scale * beta * gap, u]
        )
        odds = 1.0 / np.expm1(np.minimum(u, 700.0))
        value = float(np.where(y > 0, -u, np.log(-np.expm1(-u))).sum())
        away = logs - centre
        gradient = slopes @ np.where(y > 0, -1.0, odds) - precision * away
        hessian = -(slopes * odds) @ slopes.T - precision * np.eye(4)
        return value - 0.5 * precision * float(away @ away), gradient, hessian

    return climb(height, centre, centre - _EDGE, centre + _EDGE)
