"""Checks of scoring: probabilities, one a row, whatever stands beside it, and for every value there can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from loyaltykit.churn.panel import Feature
from loyaltykit.churn.protocol import COLD_START, STATUS, cold
from loyaltykit.testing.churn.bench import (
    refuse_apart,
    refuse_bad,
    scored,
    with_column,
    with_labels,
    with_matrix,
)
from loyaltykit.testing.report import Fault

if TYPE_CHECKING:
    from loyaltykit.churn.panel import Panel
    from loyaltykit.testing.churn.bench import Bench

_EXTREME = (0.0, -1.0, 1e-300, 1e9, -1e9, 1e38, 1e300, -1e300, np.inf, -np.inf)


def probabilities(bench: Bench) -> None:
    """Each row has a probability and a status."""
    found = bench.fitted.score(bench.panel)
    refuse_bad(scored(bench.fitted, bench.panel), "the panel")
    status = np.asarray(found.status)
    if status.shape != (len(bench.panel),) or status.dtype.kind not in "iu":
        raise Fault(f"status has the shape {status.shape} and the kind {status.dtype} for {len(bench.panel)} rows")
    if len(status) and not 0 <= status.min() <= status.max() < len(STATUS):
        raise Fault(f"status holds {sorted(set(status.tolist()))}; it may hold 0 to {len(STATUS) - 1}")


def blind(bench: Bench) -> None:
    """The labels of what is scored are not looked at."""
    flipped = with_labels(bench.panel, 1.0 - bench.panel.labels)
    refuse_apart(bench.p, scored(bench.fitted, flipped), "with the labels turned round", within=0.0)
    refuse_apart(bench.p, scored(bench.fitted, with_labels(bench.panel, None)), "without labels", within=0.0)


def row_order(bench: Bench) -> None:
    """A row's score does not depend on where it stands."""
    order = bench.chance(3).permutation(len(bench.panel))
    refuse_apart(bench.p[order], scored(bench.fitted, bench.panel.take(order)), "in another order")


def alone(bench: Bench) -> None:
    """A row's score does not depend on who else is scored."""
    panel = bench.panel
    some = np.flatnonzero(bench.chance(4).random(len(panel)) < 0.3)
    refuse_apart(bench.p[some], scored(bench.fitted, panel.take(some)), "among a third of the rows")
    risky = np.argsort(bench.p, kind="stable")[-max(len(panel) // 10, 1) :]
    refuse_apart(bench.p[risky], scored(bench.fitted, panel.take(risky)), "among those with the highest scores")
    for row in np.unique(np.linspace(0, len(panel) - 1, 25).astype(np.int64)):
        refuse_apart(bench.p[[row]], scored(bench.fitted, panel.take(np.array([row]))), f"row {row} alone")
    if len(scored(bench.fitted, panel.take(np.array([], dtype=np.int64)))):
        raise Fault("a panel without rows has scores")


def by_name(bench: Bench) -> None:
    """Columns are read by the names in the spec, and no others."""
    panel = bench.panel
    turned = np.arange(len(panel.features))[::-1]
    other = with_matrix(panel, panel.X[:, turned], [panel.features[place] for place in turned])
    refuse_apart(bench.p, scored(bench.fitted, other), "with the columns in another order")
    extra = Feature("kit.extra", "", "a column that nobody knows")
    noise = bench.chance(5).normal(size=(len(panel), 1))
    more = with_matrix(panel, np.hstack([noise, panel.X]), [extra, *panel.features])
    refuse_apart(bench.p, scored(bench.fitted, more), "with a column more")
    only = panel.only([name for name in bench.needs if name in panel.columns])
    refuse_apart(bench.p, scored(bench.fitted, only), "with only the columns that spec names")
    others = attrs.evolve(panel, member=panel.member[::-1].copy(), members=tuple(f"kit-{one}" for one in panel.members))
    refuse_apart(bench.p, scored(bench.fitted, others), "as rows of other members")


def missing_columns(bench: Bench) -> None:
    """A column that is not there counts as not known."""
    some = bench.some()
    for name in bench.needs:
        without = some.only([column for column in some.columns if column != name])
        p = scored(bench.fitted, without)
        refuse_bad(p, f"without {name}")
        unknown = scored(bench.fitted, with_column(some, name, np.nan))
        refuse_apart(p, unknown, f"without {name}, and with {name} not known")
    refuse_bad(scored(bench.fitted, some.only([])), "without any column")


def not_known(bench: Bench) -> None:
    """NaN is "not known": it is scored, and learnt from."""
    some = bench.some()
    holes = np.where(bench.chance(6).random(some.X.shape) < 0.3, np.nan, some.X)
    for where, matrix in (("with holes", holes), ("with nothing known", np.full(some.X.shape, np.nan))):
        refuse_bad(scored(bench.fitted, with_matrix(some, matrix)), where)
    for name in bench.needs:
        refuse_bad(scored(bench.fitted, with_column(some, name, np.nan)), f"with {name} not known")
    model = bench.make()
    model.fit(with_matrix(some, holes))
    refuse_bad(scored(model, some), "fitted with holes")


def extreme_values(bench: Bench) -> None:
    """Values far from everything that was seen have scores too."""
    some = bench.some(30)
    for value in _EXTREME:
        for name in bench.needs:
            refuse_bad(scored(bench.fitted, with_column(some, name, value)), f"with {name} at {value:g}")
        refuse_bad(scored(bench.fitted, with_matrix(some, np.full(some.X.shape, value))), f"with all at {value:g}")
    signs = bench.chance(7).choice(np.array(_EXTREME), size=some.X.shape)
    model = bench.make()
    model.fit(with_matrix(some, signs))
    refuse_bad(scored(model, some), "fitted to values without bounds")


def cold_start(bench: Bench) -> None:
    """Who has less than spec.minimum is a cold start, and has a score all the same."""
    some, model = bench.some(), bench.fitted
    for name, least in model.spec.minimum.items():
        for where, value in ((f"{name} below {least:g}", least - 1.0), (f"{name} not known", np.nan)):
            _refuse_warm(bench, with_column(some, name, value), where)
        _refuse_warm(bench, some.only([column for column in some.columns if column != name]), f"without {name}")
    _refuse_warm(bench, bench.panel, "the panel")


def _refuse_warm(bench: Bench, panel: Panel, where: str) -> None:
    found = bench.fitted.score(panel)
    refuse_bad(np.asarray(found.p, dtype=np.float64), where)
    wrong = cold(bench.fitted.spec, panel) & (np.asarray(found.status) != COLD_START)
    if wrong.any():
        raise Fault(f"{where}: {int(wrong.sum())} of {len(panel)} rows are not said to be a cold start")
