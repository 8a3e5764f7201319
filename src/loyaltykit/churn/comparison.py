"""What came of a backtest: measures with intervals, differences between models, curves. Values that decide nothing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.churn.protocol import STATUS
from loyaltykit.churn.resampling import HIGHER_IS_BETTER
from loyaltykit.churn.telling import backtest_words
from loyaltykit.values import from_instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.churn.curves import Curves
    from loyaltykit.churn.drift import Drift
    from loyaltykit.churn.panel import Feature
    from loyaltykit.churn.protocol import ChurnModel, FitReport, Spec
    from loyaltykit.churn.resampling import Estimate, Judging


@attrs.frozen(slots=True, kw_only=True)
class Side:
    """One side of a fold: what was learned from, or judged."""

    rows: int
    members: int
    cutoffs: tuple[int, ...]
    """Instants in microseconds since 1970-01-01T00:00Z, rising."""
    base_rate: float

    @property
    def moments(self) -> list[dt.datetime]:
        """The cut-offs."""
        return [from_instant(instant) for instant in self.cutoffs]

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {**attrs.asdict(self), "cutoffs": [moment.isoformat() for moment in self.moments]}


@attrs.frozen(slots=True)
class Fold:
    """What models learned from, and what they were judged on."""

    train: Side
    test: Side


@attrs.frozen(slots=True, kw_only=True)
class Difference:
    """One model less another by one measure, over the same resamples."""

    metric: str
    one: str
    other: str
    value: Estimate

    @property
    def better(self) -> str | None:
        """The model that is better by the interval; None where the interval holds zero: nothing is shown.

        With k models there are k (k - 1) / 2 pairs: among twenty pairs of equals one is called different by chance.
        """
        sign = self.value.sign * (1 if self.metric in HIGHER_IS_BETTER else -1)
        return {1: self.one, -1: self.other}.get(sign)

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        named = {"metric": self.metric, "one": self.one, "other": self.other}
        return {**named, **self.value.to_dict(), "better": self.better}


@attrs.frozen(slots=True, eq=False, kw_only=True)
class Backtest:
    """What came of a backtest, by model. `backtest` makes it."""

    metrics: Mapping[str, Mapping[str, Estimate]]
    """By model, by measure: value, low, high."""
    differences: tuple[Difference, ...]
    """Each pair of models, by each measure."""
    curves: Mapping[str, Curves]
    drift: Mapping[str, Drift]
    """By model: from what it learned from to what it was judged on, in the last fold."""
    reports: Mapping[str, tuple[FitReport, ...]]
    """By model, one a fold."""
    status: Mapping[str, tuple[int, ...]]
    """By model: how many scores were ok, cold start, out of range: the order of STATUS."""
    specs: Mapping[str, Spec]
    fitted: Mapping[str, ChurnModel]
    """The models as the last fold left them."""
    failed: Mapping[str, str]
    """Models that broke, and how."""
    folds: tuple[Fold, ...]
    base_rate: Estimate
    """The share of judged rows that churned."""
    rows: int
    """Rows that were judged, in all folds."""
    members: int
    features: tuple[Feature, ...]
    """The panel's columns; a model's spec says which of them it reads."""
    horizon: dt.timedelta | None
    label: str | None
    how: Judging

    @property
    def best(self) -> str | None:
        """The model with the highest AUC, or with the lowest Brier score where no AUC is defined."""
        found = self.metrics.items()
        ranks = {name: (one["auc"].value or 0.0, -(one["brier"].value or 0.0)) for name, one in found}
        return max(ranks, key=lambda name: ranks[name], default=None)

    def between(self, one: str, other: str) -> dict[str, Difference]:
        """The differences of two models by measure, `one` less `other`."""
        found = {}
        for row in self.differences:
            if (row.one, row.other) == (one, other):
                found[row.metric] = row
            elif (row.other, row.one) == (one, other):
                found[row.metric] = attrs.evolve(row, one=one, other=other, value=row.value.negated())
        return found

    def words(self, lang: str) -> str:
        """A table of all models with intervals, and what the differences show, in English (`en`) or Russian (`ru`)."""
        return backtest_words(self, lang)

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "label": self.label,
            "horizon_days": None if self.horizon is None else self.horizon / dt.timedelta(days=1),
            "rows": self.rows,
            "members": self.members,
            "base_rate": self.base_rate.to_dict(),
            "how": attrs.asdict(self.how),
            "folds": [{"train": fold.train.to_dict(), "test": fold.test.to_dict()} for fold in self.folds],
            "models": {name: self._model(name) for name in self.metrics},
            "differences": [one.to_dict() for one in self.differences],
            "failed": dict(self.failed),
        }

    def _model(self, name: str) -> dict[str, Any]:
        spec = self.specs[name]
        return {
            "id": spec.id,
            "version": spec.version,
            "features_hash": spec.features_hash,
            "metrics": {metric: one.to_dict() for metric, one in self.metrics[name].items()},
            "status": dict(zip(STATUS, self.status[name], strict=True)),
            "reports": [attrs.asdict(report) for report in self.reports[name]],
            "drift": self.drift[name].to_dict(),
            "curves": self.curves[name].to_dict(),
        }
