"""The honest sample with what a model may do besides, for the kit's tests."""

import attrs
import numpy as np

from loyaltykit.churn import FitReport
from tests.churn.sample import PENALTY, STEPS, Sample


class Further(Sample):
    """Looks ahead at a steady hazard, and learns on: mode and curvature so far are the prior of what follows."""

    def fit(self, panel):
        report = super().fit(panel)
        rows, p = self._rows(panel), super().score(panel).p
        self._known = (rows * (p * (1.0 - p))[:, None]).T @ rows + PENALTY * np.eye(len(self._weights))
        return report

    def _rows(self, panel):
        return np.column_stack([np.ones(len(panel)), self._matrix(panel)])

    def survival(self, panel, steps):
        if steps < 1:
            raise ValueError("survival looks one step ahead or more")
        return np.cumprod(np.repeat(1.0 - self.score(panel).p[:, None], steps, axis=1), axis=1)

    def update(self, panel):
        self._log_odds(panel)
        if (panel.horizon, panel.label) != (self.spec.horizon, self.spec.label):
            raise ValueError("the panel has another horizon or label")
        if not len(panel):
            return FitReport(n=0)
        rows, y, before = self._rows(panel), panel.labels, self._weights
        curve = self._known
        for _ in range(STEPS):
            p = self._sigmoid(rows @ self._weights)
            slope = rows.T @ (y - p) - self._known @ (self._weights - before)
            curve = (rows * (p * (1.0 - p))[:, None]).T @ rows + self._known
            self._weights = self._weights + np.linalg.solve(curve, slope)
        self._known = curve
        return FitReport(n=len(y))

    def state(self):
        found = super().state()
        return attrs.evolve(found, arrays={**found.arrays, "known": self._known})

    @classmethod
    def from_state(cls, state):
        found = super().from_state(state)
        found._known = state.arrays["known"]
        return found
