"""A small honest model: what the kit is tried on, and what the broken ones of test_kit.py are made from."""

import attrs
import numpy as np

from loyaltykit.churn import FitReport, Reason, Scores, Spec, State
from loyaltykit.churn.protocol import COLD_START, OK, cold

FEATURES = ("recency", "active_days_14", "progress")
STEPS, PENALTY = 25, 1.0


class Sample:
    """Logistic regression by Newton's method on standardised features; the median stands for what is not known."""

    def __init__(self):
        self._spec = Spec(id="sample", features=FEATURES, minimum={"age": 7.0})
        self._centre = self._scale = self._weights = None

    @property
    def spec(self):
        return self._spec

    def _matrix(self, panel):
        raw = panel.matrix(FEATURES)
        with np.errstate(invalid="ignore", over="ignore"):
            return np.clip(np.nan_to_num((raw - self._centre) / self._scale, nan=0.0), -8.0, 8.0)

    def fit(self, panel):
        raw, y = panel.matrix(FEATURES), panel.labels
        known = [np.clip(column[np.isfinite(column)], -1e12, 1e12) for column in raw.T]
        self._centre = np.array([np.median(one) if len(one) else 0.0 for one in known])
        self._scale = np.array([one.std() if len(one) and one.std() > 0 else 1.0 for one in known])
        rows = np.column_stack([np.ones(len(y)), self._matrix(panel)])
        weights = np.zeros(rows.shape[1])
        for _ in range(STEPS):
            p = self._sigmoid(rows @ weights)
            slope = rows.T @ (y - p) - PENALTY * weights
            curve = (rows * (p * (1.0 - p))[:, None]).T @ rows + PENALTY * np.eye(len(weights))
            weights = weights + np.linalg.solve(curve, slope)
        self._weights = weights
        self._spec = attrs.evolve(self._spec, horizon=panel.horizon, label=panel.label)
        one_class = len(np.unique(y)) < 2
        return FitReport(n=len(y), degenerate=one_class, warnings=("only one class",) if one_class else ())

    @staticmethod
    def _sigmoid(z):
        return 1.0 / (1.0 + np.exp(-np.clip(z, -30.0, 30.0)))

    def _log_odds(self, panel):
        """Term by term, so that a row's score does not depend on how many stand beside it."""
        if self._weights is None:
            raise ValueError("the model is not fitted")
        return self._weights[0] + (self._matrix(panel) * self._weights[1:]).sum(axis=1)

    def score(self, panel):
        status = np.where(cold(self._spec, panel), COLD_START, OK).astype(np.int8)
        return Scores(self._sigmoid(self._log_odds(panel)), status)

    def explain(self, panel, top=3):
        self._log_odds(panel)
        parts, raw = self._matrix(panel) * self._weights[1:], panel.matrix(FEATURES)
        order = np.argsort(-np.abs(parts), axis=1, kind="stable")[:, :top]
        return tuple(
            tuple(Reason(FEATURES[at], float(parts[row, at]), float(raw[row, at])) for at in order[row])
            for row in range(len(panel))
        )

    def state(self):
        if self._weights is None:
            raise ValueError("the model is not fitted")
        horizon = None if self._spec.horizon is None else self._spec.horizon.total_seconds()
        arrays = {"centre": self._centre, "scale": self._scale, "weights": self._weights}
        return State(id="sample", version="1", meta={"horizon": horizon, "label": self._spec.label}, arrays=arrays)

    @classmethod
    def from_state(cls, state):
        import datetime as dt

        found, horizon = cls(), state.meta["horizon"]
        horizon = None if horizon is None else dt.timedelta(seconds=horizon)
        found._spec = attrs.evolve(found._spec, horizon=horizon, label=state.meta["label"])
        found._centre, found._scale, found._weights = (state.arrays[one] for one in ("centre", "scale", "weights"))
        return found
