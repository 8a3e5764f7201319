"""Checks of learning: the same from the same, nothing left over, nothing from chance, and never an exception."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loyaltykit.churn.protocol import FitReport, Spec
from loyaltykit.testing.churn.bench import (
    auc,
    halves,
    refuse_apart,
    refuse_bad,
    scored,
    with_labels,
    with_matrix,
)
from loyaltykit.testing.report import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.churn.panel import Panel
    from loyaltykit.testing.churn.bench import Bench

_WIDE = 4.5
"""Standard errors of an AUC without any skill."""


def fits(bench: Bench) -> None:
    """`fit` takes a labelled panel and gives a FitReport, `score` takes the panel."""
    model = bench.make()
    refuse_report(model.fit(bench.panel), bench.panel, "the panel")
    scored(model, bench.panel)


def spec(bench: Bench) -> None:
    """The spec is complete, and says what was fitted."""
    before, after = bench.make().spec, bench.fitted.spec
    for one in (before, after):
        if not isinstance(one, Spec) or not (isinstance(one.id, str) and one.id and isinstance(one.version, str)):
            raise Fault(f"spec is {one!r}: no Spec with an id and a version as text")
        if not all(isinstance(name, str) for name in (*one.features, *one.minimum)):
            raise Fault("spec.features and spec.minimum need names as text")
        if not all(np.isfinite(least) for least in one.minimum.values()):
            raise Fault("spec.minimum needs numbers")
    if not after.features or len(set(after.features)) < len(after.features):
        raise Fault(f"after fit spec.features is {after.features}: it names each column that is read, once")
    if before.id != after.id:
        raise Fault(f"the id was {before.id!r} and is {after.id!r} after fit")
    if (after.horizon, after.label) != (bench.panel.horizon, bench.panel.label):
        was, now = f"{bench.panel.horizon}, {bench.panel.label!r}", f"{after.horizon}, {after.label!r}"
        raise Fault(f"it was fitted to the horizon and label {was}; its spec says {now}")
    if bench.again.spec.features_hash != after.features_hash:
        raise Fault("two models of the same panel have another features_hash")


def not_fitted(bench: Bench) -> None:
    """Before `fit` there is nothing to say."""
    for name in ("score", "explain", "state"):
        model = bench.make()
        call = getattr(model, name)
        try:
            call() if name == "state" else call(bench.panel)
        except ValueError:
            continue
        except Exception as error:
            raise Fault(f"{name} before fit raises {type(error).__name__}, not ValueError") from error
        raise Fault(f"{name} before fit gives something")


def deterministic(bench: Bench) -> None:
    """The same panel gives the same model to the bit."""
    refuse_apart(bench.p, scored(bench.again, bench.panel), "fitted twice to the same panel", within=0.0)


def refit(bench: Bench) -> None:
    """Fitting anew forgets."""
    model = bench.make()
    rows = halves(bench)[0]
    model.fit(with_labels(bench.panel.take(rows), 1.0 - bench.panel.labels[rows]))
    model.fit(bench.panel)
    refuse_apart(bench.p, scored(model, bench.panel), "fitted before to other labels", within=0.0)


def apart(bench: Bench) -> None:
    """Two models of one kind know nothing of one another."""
    model, other = bench.make(), bench.make()
    model.fit(bench.panel)
    other.fit(with_labels(bench.panel, 1.0 - bench.panel.labels))
    refuse_apart(bench.p, scored(model, bench.panel), "after another one was fitted to other labels", within=0.0)


def shuffled_labels(bench: Bench) -> None:
    """From labels in any order nothing can be learnt about members who were not there."""
    train, test = halves(bench)
    y = bench.chance(2).permutation(bench.panel.labels)
    model = bench.make()
    model.fit(with_labels(bench.panel.take(train), y[train]))
    held = with_labels(bench.panel.take(test), y[test])
    ones = float(held.labels.sum())
    zeros = len(held) - ones
    found, error = auc(held.labels, scored(model, held)), np.sqrt((len(held) + 1) / (12.0 * ones * zeros))
    if not abs(found - 0.5) <= _WIDE * error:
        raise Fault(f"labels were shuffled, and members held out have an AUC of {found:.3f}, not about .5")


def degenerate(bench: Bench) -> None:
    """Data from which nothing can be learnt are fitted too, and said to be so; nothing is NaN, nothing is raised."""
    for name, panel in _degenerate(bench.some(60)):
        try:
            model = bench.make()
            refuse_report(model.fit(panel), panel, name)
            refuse_bad(scored(model, panel), name)
            refuse_bad(scored(model, bench.panel), f"{name}, then the whole panel")
        except Fault:
            raise
        except Exception as error:
            raise Fault(f"{name}: {type(error).__name__}: {error}") from error


def _degenerate(panel: Panel) -> Iterator[tuple[str, Panel]]:
    ones = np.arange(len(panel)) % 2.0
    yield "everybody stayed", with_labels(panel, np.zeros(len(panel)))
    yield "everybody churned", with_labels(panel, np.ones(len(panel)))
    yield "a single row", panel.take(np.array([0]))
    yield "two rows of either kind", with_labels(panel.take(np.array([0, 1])), [0.0, 1.0])
    yield "no rows", panel.take(np.array([], dtype=np.int64))
    for name, value in (("all zeros", 0.0), ("all ones", 1.0), ("all NaN", np.nan)):
        yield name, with_labels(with_matrix(panel, np.full(panel.X.shape, value)), ones)
    split = np.where(ones[:, None] > 0, 9.0, 1.0) * np.ones(panel.X.shape)
    yield "told apart without fault", with_labels(with_matrix(panel, split), ones)


def refuse_report(report: object, panel: Panel, where: str) -> None:
    """Raise Fault for a report of learning from a panel that is none, or says what cannot be."""
    if not isinstance(report, FitReport):
        raise Fault(f"{where}: it gives {type(report).__name__}, not a FitReport")
    if not 0 <= report.n <= len(panel):
        raise Fault(f"{where}: the report says that it learnt from {report.n} of {len(panel)} rows")
    if report.log_likelihood is not None and not np.isfinite(report.log_likelihood):
        raise Fault(f"{where}: the report's log_likelihood is {report.log_likelihood}")
    if not all(isinstance(text, str) for text in report.warnings):
        raise Fault(f"{where}: the report's warnings are not text")
