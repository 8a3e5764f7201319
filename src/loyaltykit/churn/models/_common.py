"""What models of a feature matrix share: what they saw of each feature, the status of a row, reasons from parts."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from loyaltykit.churn.folds import canonical_order
from loyaltykit.churn.protocol import COLD_START, OK, OUT_OF_RANGE, Reason, Spec, cold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from loyaltykit.churn.panel import Floats, Panel
    from loyaltykit.churn.protocol import Reasons, State

FAR = 0.5
"""How far beyond what was seen, in shares of its span, a value is out of range."""
ELAPSED = ("age", "last", "active_days", "repeats", "handed_in")
"""Features that grow with time whatever a member does: by them a model tells one cut-off from another."""
MINIMUM = {"recency": 0.0}
"""A member of whom no activity is known is a cold start."""
RHYTHM = ("recency", "cadence", "active_days_14")
"""Facts that a sentence about silence or a trend needs, whichever feature it is about."""


@attrs.frozen(slots=True, eq=False, kw_only=True)
class Seen:
    """What a model saw while it learnt: the range and the usual value of each feature, the share of churn."""

    low: Floats
    high: Floats
    usual: Floats
    """Medians; NaN for a feature that nobody had."""
    rate: float

    def arrays(self) -> dict[str, Floats]:
        """The same as arrays."""
        return {"seen": np.stack([self.low, self.high, self.usual]), "rate": np.array([self.rate])}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Floats]) -> Seen:
        """What was seen, again."""
        low, high, usual = arrays["seen"]
        return cls(low=low, high=high, usual=usual, rate=float(arrays["rate"][0]))

    def bounds(self) -> tuple[Floats, Floats]:
        """The least and the largest value of each feature that is not out of range; NaN where nothing was seen."""
        with np.errstate(over="ignore"):  # a span may be larger than any float
            margin = FAR * (self.high - self.low)
            return self.low - margin, self.high + margin

    def status(self, matrix: Floats, spec: Spec, panel: Panel) -> npt.NDArray[np.int8]:
        """What a score of each row is worth: a row of which nothing is known is a cold start in any case."""
        low, high = self.bounds()
        far = ((low > matrix) | (matrix > high)).any(axis=1)
        too_little = cold(spec, panel) | np.isnan(matrix).all(axis=1)
        found = np.where(too_little, COLD_START, np.where(far, OUT_OF_RANGE, OK))
        return found.astype(np.int8)


class OfFeatures:
    """What the shipped models of a feature matrix have in common: the features that they read, and their spec."""

    def __init__(self, id: str, features: Sequence[str] | None, minimum: Mapping[str, float] | None) -> None:
        self._wanted = None if features is None else tuple(features)
        self._minimum = dict(MINIMUM if minimum is None else minimum)
        self._spec = Spec(id=id, features=self._wanted or (), minimum=self._minimum)

    @property
    def spec(self) -> Spec:
        """What it is; after `fit` with the features, the horizon and the label that it was fitted to."""
        return self._spec

    def _taken(self, panel: Panel) -> tuple[Panel, Floats, Floats]:
        """A labelled panel in an order that does not depend on its own, the labels, and the matrix of the features."""
        panel = panel.take(canonical_order(panel))
        y = panel.labels
        self._spec = fitted_spec(self._spec, self._wanted, self._minimum, panel)
        return panel, y, panel.matrix(self._spec.features)


def seen_of(matrix: Floats, y: Floats) -> Seen:
    """The ranges, medians and rate of a training matrix."""
    low, high, usual = (np.full(matrix.shape[1], np.nan) for _ in range(3))
    for place, column in enumerate(matrix.T):
        known = column[np.isfinite(column)]
        if len(known):
            low[place], high[place], usual[place] = known.min(), known.max(), np.median(known)
    return Seen(low=low, high=high, usual=usual, rate=smoothed_rate(y))


def smoothed_rate(y: Floats) -> float:
    """The share of ones with half a row of either kind added (Krichevsky and Trofimov 1981): never 0, 1 or NaN."""
    return (float(y.sum()) + 0.5) / (len(y) + 1.0)


def refuse_steps(steps: int) -> None:
    """Raise ValueError for a look ahead of no horizon at all."""
    if steps < 1:
        raise ValueError(f"survival looks one horizon ahead or more, not {steps}")


def faults_of(y: Floats) -> tuple[str, ...]:
    """Why labels teach nothing; empty when they do."""
    if not len(y):
        return ("the panel has no rows: every score is one half",)
    if y.min() == y.max():
        return (f"every row has the label {y[0]:g}: every score is the share of churn",)
    return ()


def reasons(parts: Floats, panel: Panel, names: Sequence[str], usual: Floats, top: int) -> Reasons:
    """By row the `top` features with the largest parts in the log odds; features without any part are left out.

    Facts: `usual`, the feature's median while learning, and what is known of the row in RHYTHM.
    """
    matrix, rhythm = panel.matrix(names), panel.matrix(RHYTHM)
    order = np.argsort(-np.abs(parts), axis=1, kind="stable")[:, : max(top, 0)]
    return tuple(
        tuple(
            Reason(names[place], float(parts[row, place]), float(matrix[row, place]), _facts(usual[place], rhythm[row]))
            for place in places
            if parts[row, place] != 0.0
        )
        for row, places in enumerate(order)
    )


def _facts(usual: float, rhythm: Floats) -> dict[str, float]:
    found = {"usual": float(usual), **{name: float(value) for name, value in zip(RHYTHM, rhythm, strict=True)}}
    return {name: value for name, value in found.items() if np.isfinite(value)}


def fitted_spec(spec: Spec, wanted: Sequence[str] | None, minimum: Mapping[str, float], panel: Panel) -> Spec:
    """A model's spec once it is fitted: its features, and the panel's horizon and label.

    Unless some were wanted, all the panel's features but those that only grow with time.
    """
    lasting = [name for name in panel.columns if name not in ELAPSED] or panel.columns
    features = tuple(lasting if wanted is None else wanted)
    kept = {name: least for name, least in minimum.items() if name in features}
    return attrs.evolve(spec, features=features, minimum=kept, horizon=panel.horizon, label=panel.label)


def spec_to_meta(spec: Spec) -> dict[str, Any]:
    """A spec as JSON; `spec_from` makes it again."""
    horizon = None if spec.horizon is None else spec.horizon // dt.timedelta(microseconds=1)
    return {"features": list(spec.features), "horizon_us": horizon, "label": spec.label, "minimum": dict(spec.minimum)}


def spec_from(state: State) -> Spec:
    """The spec of a state."""
    horizon = state.meta["horizon_us"]
    return Spec(
        id=state.id,
        version=state.version,
        features=tuple(map(str, state.meta["features"])),
        horizon=None if horizon is None else dt.timedelta(microseconds=int(horizon)),
        label=state.meta["label"],
        minimum={str(name): float(least) for name, least in state.meta["minimum"].items()},
    )
