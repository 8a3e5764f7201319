"""What labels teach a model of counts: the share of churn, and how far to trust the probability of silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from loyaltykit.churn.calibration import Platt
from loyaltykit.churn.recalibration import platt_on

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.churn.panel import Floats


@attrs.frozen(slots=True, eq=False, kw_only=True)
class Labels:
    """What they taught so far; without any, nothing is calibrated."""

    base: float = 0.5
    """The population's answer."""
    platt: Platt = attrs.field(factory=Platt)
    precision: Floats = attrs.field(factory=lambda: np.zeros((2, 2)))
    """How well Platt's two numbers are known."""
    rows: float = 0.0
    """How many had a label."""
    ones: float = 0.0

    def counted(self, y: Floats) -> Labels:
        """With more labels, by Krichevsky and Trofimov's rule for the share."""
        rows, ones = self.rows + len(y), self.ones + float(y.sum())
        return attrs.evolve(self, rows=rows, ones=ones, base=(ones + 0.5) / (rows + 1.0))

    def calibrated(self, score: Floats, y: Floats) -> tuple[Labels, bool]:
        """With Platt's numbers learnt on from labels that are `counted`. False where p would not rise."""
        platt, precision = platt_on(score, y, self.platt, self.precision, ones=self.ones, rows=self.rows)
        if not platt.slope > 0:
            return self, False
        return attrs.evolve(self, platt=platt, precision=precision), True

    def arrays(self) -> dict[str, Floats]:
        """The same as arrays."""
        told = np.array([self.rows, self.ones, *self.precision.ravel()])
        return {"base": np.array([self.base]), "labels": told, **self.platt.arrays()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Floats]) -> Labels:
        """What labels taught, again; a state of an older version knows its share and numbers, not how well.

        Raises ValueError where it does not fit.
        """
        told = np.asarray(arrays.get("labels", np.zeros(6)), dtype=np.float64)
        if told.shape != (6,) or not np.isfinite(told).all():
            raise ValueError("what labels taught are six numbers")
        return cls(
            base=float(arrays["base"][0]),
            platt=Platt.from_arrays(arrays),
            precision=told[2:].reshape(2, 2),
            rows=float(told[0]),
            ones=float(told[1]),
        )
