"""Accuracy on real students: models that learn from one presentation of a course, tested on its next.

All learn from OULAD's BBB2013B and are tested on BBB2013J: silent for the next 28 days, given activity in the last 28.
The peers, scikit-learn's and LightGBM's boosting as they come and a logistic regression, read every column there is.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import attrs

from benchmarks.measure import Result, goal, once
from loyaltykit.churn.metrics import auc, brier, calibration_error, lift_at
from loyaltykit.churn.models import BGNBD, Boosted, Hazard, Recency, Sklearn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loyaltykit.churn import ChurnModel, Panel

QUICK = {"members": 300}
SHARE = 0.1
SLOWEST = 10.0
_MEASURED = """Calibration error: over ten equal shares of the rows by score. Nothing about the default was chosen on
the presentation it is tested on: docs/explanation/churn-models.md tells how it was."""


@attrs.frozen
class Found:
    """What one model came to on the presentation that it had not seen."""

    auc: float
    brier: float
    lift: float
    calibration: float
    fitted: float
    """CPU seconds."""
    scored: float
    """CPU microseconds a row."""


def run(*, data: str | None = None, members: int | None = None) -> Result:
    """Raises `examples.oulad.tables.DataMissing` when the tables are not there."""
    from examples.oulad.history import oulad_panels

    train, test = oulad_panels(data)
    if members is not None:
        train = train.take(train.member < members)
    found = {name: measured(make(), train, test) for name, make in models(train.columns).items()}
    ours = found["boosted"]
    setting = f"OULAD: fitted on {len(train):,} rows of BBB2013B, tested on {len(test):,} of BBB2013J, of which "
    setting += f"{test.labels.mean():.1%} fell silent; one thread, CPU time."
    return Result(
        "Churn: accuracy on the next presentation",
        ("model", "AUC", "Brier", "lift at 10%", "calibration error", "fit, s", "score, µs a row"),
        tuple(_line(name, one) for name, one in found.items()),
        (setting, _MEASURED),
        (
            goal("AUC of the default", ours.auc, 0.860),
            goal("its Brier score", ours.brier, 0.0690, at_most=True),
            goal("its lift at 10%", ours.lift, 4.6),
            goal("its calibration error", ours.calibration, 0.01, at_most=True),
            goal("seconds it takes to fit", ours.fitted, SLOWEST, at_most=True, unit=" s"),
        ),
    )


def models(columns: tuple[str, ...]) -> Mapping[str, Callable[[], ChurnModel]]:
    """The contestants by name, ours first."""
    return {
        "recency": Recency,
        "bg-nbd": BGNBD,
        "hazard": Hazard,
        "boosted": Boosted,
        "logistic regression": lambda: Sklearn(_logistic(), features=columns),
        "scikit-learn's histogram boosting": lambda: Sklearn(features=columns),
        "LightGBM": lambda: Sklearn(_lightgbm(), features=columns),
    }


def measured(model: ChurnModel, train: Panel, test: Panel) -> Found:
    """One model, fitted and tested."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # peers warn of columns without names, and of columns that nobody has
        fitted, _ = once(lambda: model.fit(train))
        scored, scores = once(lambda: model.score(test))
    y, p = test.labels, scores.p
    figures = (auc(y, p), brier(y, p), lift_at(y, p, SHARE), calibration_error(y, p))
    return Found(*(float("nan") if one is None else one for one in figures), fitted, scored / len(test) * 1e6)


def _line(name: str, found: Found) -> tuple[str, ...]:
    return (
        name,
        f"{found.auc:.3f}",
        f"{found.brier:.4f}",
        f"{found.lift:.2f}",
        f"{found.calibration:.4f}",
        f"{found.fitted:.1f}",
        f"{found.scored:.1f}",
    )


def _logistic() -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1_000))


def _lightgbm() -> Any:
    from lightgbm import LGBMClassifier

    return LGBMClassifier(random_state=0, n_jobs=1, verbose=-1)
