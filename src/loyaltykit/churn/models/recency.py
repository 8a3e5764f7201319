"""Recency: the longer the silence, the more likely it goes on. The smallest model there is, and the one to beat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import attrs
import numpy as np

from loyaltykit.churn.calibration import pooled
from loyaltykit.churn.models._common import smoothed_rate, spec_from, spec_to_meta
from loyaltykit.churn.protocol import COLD_START, OK, OUT_OF_RANGE, FitReport, Reason, Scores, Spec, State, cold

if TYPE_CHECKING:
    from loyaltykit.churn.panel import Floats, Panel
    from loyaltykit.churn.protocol import Reasons

ID = "recency"
_BINS = 50
_LONGEST = 1e100
"""Days; more is as good as not known."""
_OWN = 2.0
"""How many rows' worth of the overall share each bin starts with, so that no probability is 0 or 1."""


class Recency:
    """The share of churn by days of silence: bins of equally many rows, pooled until it never falls.

    Between the bins' means the line is straight, beyond the first and the last it is level. (Isotonic regression by
    pooling adjacent violators: Ayer et al. 1955.) Silence longer than any seen is out of range.
    """

    def __init__(self) -> None:
        self._spec = Spec(id=ID, features=("recency",), minimum={"recency": 0.0})
        self._days: Floats | None = None
        self._p = np.empty(0)
        self._longest = 0.0
        self._base = 0.5

    @property
    def spec(self) -> Spec:
        """What it is."""
        return self._spec

    def fit(self, panel: Panel) -> FitReport:
        """Learn the curve. Raises ValueError for a panel without labels."""
        y, days = panel.labels, panel.matrix(("recency",))[:, 0]
        self._base = smoothed_rate(y)
        known = (days >= 0) & (days < _LONGEST)
        days, y = days[known], y[known]
        self._days, self._p = _curve(days, y, self._base) if len(y) else (np.zeros(1), np.array([self._base]))
        self._longest = float(days.max()) if len(days) else 0.0
        self._spec = attrs.evolve(self._spec, horizon=panel.horizon, label=panel.label)
        p = self._of(days)
        said = (f"{int((~known).sum())} rows were left out: their recency is not known",) if not known.all() else ()
        flat = len(self._p) < 2 or bool(self._p[0] == self._p[-1])
        told = ("the share of churn does not rise with silence",) if flat else ()
        likelihood = float(np.log(np.where(y > 0, p, 1 - p)).sum())
        return FitReport(n=len(panel), degenerate=flat, log_likelihood=likelihood, warnings=said + told)

    def score(self, panel: Panel) -> Scores:
        """The share of churn after such a silence; where it is not known, the overall share."""
        days = panel.matrix(("recency",))[:, 0]
        known = (days >= 0) & (days < _LONGEST)
        p = np.where(known, self._of(np.where(known, days, 0.0)), self._base)
        unknown = cold(self._spec, panel) | ~known
        status = np.where(unknown, COLD_START, np.where(days > self._longest, OUT_OF_RANGE, OK))
        return Scores(p, status.astype(np.int8))

    def explain(self, panel: Panel, top: int = 3) -> Reasons:
        """The silence, as `recency`."""
        days, scores = panel.matrix(("recency",))[:, 0], self.score(panel)
        parts = np.log(scores.p / (1 - scores.p)) - np.log(self._base / (1 - self._base))
        rows = zip(parts.tolist(), days.tolist(), (scores.status != COLD_START).tolist(), strict=True)
        return tuple((Reason("recency", part, value),) if known and top > 0 else () for part, value, known in rows)

    def state(self) -> State:
        """The fitted model as data."""
        arrays = {"days": self._knots.copy(), "p": self._p.copy(), "seen": np.array([self._longest, self._base])}
        return State(id=self._spec.id, version=self._spec.version, meta=spec_to_meta(self._spec), arrays=arrays)

    @classmethod
    def from_state(cls, state: State) -> Self:
        """The model again. Raises ValueError for a curve that is none."""
        model = cls()
        model._spec = spec_from(state)
        days, p, seen = (np.array(state.arrays[name], dtype=np.float64) for name in ("days", "p", "seen"))
        ends = np.concatenate(([0.0], p, [1.0]))
        if days.shape != p.shape or days.ndim != 1 or not len(p) or not (np.diff(ends) >= 0).all():
            raise ValueError("a curve has as many days as probabilities, which never fall")
        model._days, model._p, (model._longest, model._base) = days, p, seen.tolist()
        return model

    @property
    def _knots(self) -> Floats:
        if self._days is None:
            raise ValueError("the model is not fitted yet")
        return self._days

    def _of(self, days: Floats) -> Floats:
        found: Floats = np.interp(days, self._knots, self._p)
        return found


def _curve(days: Floats, y: Floats, base: float) -> tuple[Floats, Floats]:
    """Knots and their probabilities, which never fall."""
    edges = np.unique(np.quantile(days, np.linspace(0, 1, _BINS + 1)[1:-1]))
    place = np.searchsorted(edges, days, side="left")
    rows = np.bincount(place, minlength=len(edges) + 1).astype(np.float64)
    there = rows > 0
    sums, churned = (np.bincount(place, weights=one, minlength=len(rows))[there] for one in (days, y))
    rows = rows[there]
    means, sizes = pooled((churned + _OWN * base) / (rows + _OWN), rows)
    return sums / rows, np.repeat(means, sizes)
