"""Checks of what a model may do beyond the protocol: looking further ahead, and learning on. Made where it has them."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING

import attrs
import numpy as np

from loyaltykit.churn import files
from loyaltykit.churn.optional import WithSurvival, WithUpdate
from loyaltykit.testing.churn.bench import CLOSE, halves, refuse_apart, refuse_bad, scored, with_matrix
from loyaltykit.testing.churn.checks_fit import refuse_report
from loyaltykit.testing.churn.checks_future import in_place
from loyaltykit.testing.churn.checks_say import ships
from loyaltykit.testing.churn.school import HORIZON, HORIZON_DAYS, LABEL, weekly
from loyaltykit.testing.report import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.churn.panel import Floats, Panel
    from loyaltykit.churn.protocol import ChurnModel
    from loyaltykit.testing.churn.bench import Bench

_STEPS = 4


def survival(bench: Bench) -> None:
    """Still being here is a probability that never rises, and begins with what the score leaves; no steps are none."""
    fresh, model = bench.make(), bench.fitted
    if not isinstance(fresh, WithSurvival) or not isinstance(model, WithSurvival):
        return
    _refuse("survival before fit", lambda: fresh.survival(bench.panel, _STEPS))
    here = _looked(model, bench.panel, _STEPS)
    first = "the first step, and what the score leaves of one"
    refuse_apart(here[:, 0], 1.0 - bench.p, first)
    fewer = _looked(model, bench.panel, 2)
    refuse_apart(fewer.ravel(), here[:, :2].ravel(), "looking fewer steps ahead")
    some = bench.some()
    for where, value in (("all NaN", np.nan), ("all zeros", 0.0), ("all infinite", np.inf)):
        odd = with_matrix(some, np.full(some.X.shape, value))
        refuse_apart(_looked(model, odd, _STEPS, where)[:, 0], 1.0 - scored(model, odd), f"{where}: {first}")
    _refuse("survival of no steps", lambda: model.survival(bench.panel, 0))


def _looked(model: WithSurvival, panel: Panel, steps: int, where: str = "the panel") -> Floats:
    found = np.asarray(model.survival(panel, steps))
    if found.shape != (len(panel), steps) or found.dtype.kind != "f":
        raise Fault(f"{where}: survival has the shape {found.shape} for {len(panel)} rows and {steps} steps")
    refuse_bad(found.ravel().astype(np.float64), f"{where}: survival")
    rises = np.diff(found, axis=1) > CLOSE
    if rises.any():
        raise Fault(f"{where}: survival rises in {int(rises.any(axis=1).sum())} of {len(panel)} rows")
    return found.astype(np.float64)


def update(bench: Bench) -> None:
    """More rows are learnt from, no rows change nothing, and a file can be updated as the model that was saved.

    What is known is not forgotten, and rows of another horizon or label are refused.
    """
    fresh = bench.make()
    if not isinstance(fresh, WithUpdate):
        return
    _refuse("update before fit", lambda: fresh.update(bench.panel))
    first, second = (bench.panel.take(rows) for rows in halves(bench))
    model = _fitted_to(bench, first)
    before = scored(model, bench.panel)
    saved = files.loads(files.dumps(model), () if ships(model) else (bench.make,))
    _learn_on(model, bench.panel.take(np.array([], dtype=np.int64)))
    refuse_apart(before, scored(model, bench.panel), "updated by no rows", within=0.0)
    _learn_on(model, second)
    after = scored(model, bench.panel)
    refuse_bad(after, "after an update")
    if np.array_equal(before, after):
        raise Fault(f"an update by {len(second)} rows changes no score")
    if np.array_equal(after, scored(_fitted_to(bench, second), bench.panel)):
        raise Fault("after an update every score is that of a fit to its rows alone: what was known is forgotten")
    other = _fitted_to(bench, first)
    _learn_on(other, second)
    refuse_apart(after, scored(other, bench.panel), "updated twice by the same panel", within=0.0)
    _learn_on(saved, second)
    refuse_apart(after, scored(saved, bench.panel), "updated after it was saved and loaded", within=0.0)
    model.fit(first)
    refuse_apart(before, scored(model, bench.panel), "fitted anew after an update", within=0.0)
    _refuse_other(model, second)


def update_future(bench: Bench) -> None:
    """An update, too, knows nothing of what comes after the cut-off; the history is changed and put back."""
    if not isinstance(bench.make(), WithUpdate):
        return
    early, last = weekly(bench.history)
    middle = max(len(early) // 2, 1)
    parts = [bench.build(bench.history, some, HORIZON, LABEL) for some in (early[:middle], early[middle:])]
    test = bench.build(bench.history, [last])
    model = _fitted_to(bench, parts[0])
    _learn_on(model, parts[1])
    clean = scored(model, test)
    with in_place(bench.history, last):
        again = _fitted_to(bench, parts[0])
        _learn_on(again, parts[1])
        for where, one in (("the model was updated before", model), ("the model is updated again", again)):
            poisoned = scored(one, test)
            if poisoned.tobytes() != clean.tobytes():
                changed = f"{int((poisoned != clean).sum())} of {len(test)} scores"
                raise Fault(
                    f"{changed} change with what comes after the cut-off ({where}), though the panels are the same"
                )


def _fitted_to(bench: Bench, panel: Panel) -> ChurnModel:
    model = bench.make()
    model.fit(panel)
    return model


def _learn_on(model: object, panel: Panel) -> None:
    if not isinstance(model, WithUpdate):
        raise Fault("the model that is read from a file has no `update`")
    before = panel.X.tobytes(), panel.labels.tobytes()
    refuse_report(model.update(panel), panel, "update")
    if before != (panel.X.tobytes(), panel.labels.tobytes()):
        raise Fault("update changes the panel that it is given")


def _refuse_other(model: object, panel: Panel) -> None:
    if isinstance(model, WithUpdate):
        horizon = dt.timedelta(days=HORIZON_DAYS) if panel.horizon is None else 2 * panel.horizon
        for other in (attrs.evolve(panel, horizon=horizon), attrs.evolve(panel, label=f"not {panel.label}")):
            _refuse("update by another horizon or label", partial(model.update, other))


def _refuse(what: str, call: Callable[[], object]) -> None:
    try:
        call()
    except ValueError:
        return
    except Exception as error:
        raise Fault(f"{what} raises {type(error).__name__}, not ValueError") from error
    raise Fault(f"{what} gives something")
