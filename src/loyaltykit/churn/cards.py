"""Model cards: what a model predicts, from what, how well, and where not to trust it (Mitchell et al. 2019)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.churn.card_words import markdown
from loyaltykit.churn.panel import Feature
from loyaltykit.churn.protocol import STATUS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.churn.comparison import Backtest, Fold
    from loyaltykit.churn.curves import Group
    from loyaltykit.churn.drift import Drift
    from loyaltykit.churn.protocol import FitReport, Spec
    from loyaltykit.churn.resampling import Estimate, Judging


@attrs.frozen(slots=True, eq=False, kw_only=True)
class ModelCard:
    """A model as it was judged. `card_of` makes it of a backtest; `markdown` is for people, `to_dict` for programs."""

    name: str
    spec: Spec
    horizon_days: float | None
    label: str | None
    features: tuple[Feature, ...]
    """The columns that the model reads. A column that the panel did not have has neither unit nor meaning."""
    folds: tuple[Fold, ...]
    rows: int
    members: int
    base_rate: Estimate
    metrics: Mapping[str, Estimate]
    calibration: tuple[Group, ...]
    status: Mapping[str, int]
    drift: Drift
    reports: tuple[FitReport, ...]
    how: Judging
    choices: str | None = None
    """How features, settings and the model itself were chosen, and on which rows: its author says so."""
    notes: tuple[str, ...] = ()
    """What else its author wants to be known."""
    library: str = ""
    """The version of loyaltykit that judged it."""

    def markdown(self, lang: str = "en") -> str:
        """The card as Markdown, in English (`en`) or Russian (`ru`)."""
        return markdown(self, lang)

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "model": {
                "name": self.name,
                "id": self.spec.id,
                "version": self.spec.version,
                "features_hash": self.spec.features_hash,
                "loyaltykit": self.library,
            },
            "predicts": {"label": self.label, "horizon_days": self.horizon_days},
            "minimum": dict(self.spec.minimum),
            "features": [attrs.asdict(feature) for feature in self.features],
            "folds": [{"train": fold.train.to_dict(), "test": fold.test.to_dict()} for fold in self.folds],
            "judged": {"rows": self.rows, "members": self.members, "base_rate": self.base_rate.to_dict()},
            "metrics": {name: found.to_dict() for name, found in self.metrics.items()},
            "calibration": [group.to_dict() for group in self.calibration],
            "status": dict(self.status),
            "drift": self.drift.to_dict(),
            "reports": [attrs.asdict(report) for report in self.reports],
            "how": attrs.asdict(self.how),
            "choices": self.choices,
            "notes": [*self.notes],
        }


def card_of(
    found: Backtest, name: str | None = None, *, choices: str | None = None, notes: tuple[str, ...] = ()
) -> ModelCard:
    """The card of one model of a backtest, of the one with the highest AUC if no name is given.

    Raises ValueError for a model that the backtest does not have, or that failed.
    """
    chosen = found.best if name is None else name
    if chosen is None or chosen not in found.metrics:
        raise ValueError(f"the backtest has no figures of {name or 'any model'}; there are {', '.join(found.metrics)}")
    spec, columns = found.specs[chosen], {feature.name: feature for feature in found.features}
    names = spec.features or tuple(columns)
    return ModelCard(
        name=chosen,
        spec=spec,
        horizon_days=None if found.horizon is None else found.horizon.total_seconds() / 86_400,
        label=found.label,
        features=tuple(columns.get(one) or Feature(one, "", "") for one in names),
        folds=found.folds,
        rows=found.rows,
        members=found.members,
        base_rate=found.base_rate,
        metrics=found.metrics[chosen],
        calibration=found.curves[chosen].calibration,
        status=dict(zip(STATUS, found.status[chosen], strict=True)),
        drift=found.drift[chosen],
        reports=found.reports[chosen],
        how=found.how,
        choices=choices,
        notes=notes,
        library=library_version(),
    )


def library_version() -> str:
    """The version of loyaltykit that is installed; empty where it is not."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("loyaltykit")
    except PackageNotFoundError:
        return ""
