"""Models judged on what they could not have seen: rolling origin, or a later panel; side by side, with intervals."""

from __future__ import annotations

import copy
from itertools import combinations
from typing import TYPE_CHECKING

import attrs
import numpy as np

from loyaltykit.churn.comparison import Backtest, Difference, Fold, Side
from loyaltykit.churn.curves import curves_of
from loyaltykit.churn.drift import drift
from loyaltykit.churn.metrics import check_money, check_share
from loyaltykit.churn.panel import Panel
from loyaltykit.churn.protocol import STATUS
from loyaltykit.churn.resampling import Judging, Resamples, estimate, estimates, judge, paired
from loyaltykit.churn.splitting import Split, by_cutoffs, checked, pooled, rolling

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from loyaltykit.churn.drift import Drift
    from loyaltykit.churn.panel import Floats
    from loyaltykit.churn.protocol import ChurnModel, FitReport
    from loyaltykit.churn.resampling import Estimate


def backtest(
    models: Mapping[str, ChurnModel] | Sequence[ChurnModel],
    panel: Panel,
    *,
    test: Panel | Iterable[dt.datetime] | None = None,
    train: Iterable[dt.datetime] | None = None,
    folds: int = 3,
    share: float = 0.1,
    bins: int = 10,
    value: float | None = None,
    cost: float | None = None,
    resamples: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
) -> Backtest:
    """Fit and judge models side by side, on rows whose outcome was not known when they learned.

    Without more, `panel` is judged by rolling origin in `folds` folds (see `rolling`). `test` may be another panel,
    later or of other members; or `train` and `test` are cut-offs of this one. A split whose labels reach into what is
    judged is a ValueError that says how far. Judged rows of all folds are pooled, each with the score of its fold's
    model.

    `models` are named by their ids, or by the keys of a mapping; copies are fitted, yours stay as they are. One that
    breaks, or gives no probabilities, is in `failed` by name, and the others go on.

    The measures are those of `loyaltykit.churn.metrics`: lift at `share`, calibration in `bins` bins, and with `value`
    and `cost` the gain of acting where it pays. Intervals and differences come from `resamples` draws of members with
    `seed`: the same arguments give the same figures to the bit. Raises ValueError for wrong arguments.
    """
    how = Judging(share=share, bins=bins, value=value, cost=cost, resamples=resamples, seed=seed, confidence=confidence)
    _check(how)
    splits = _splits(panel, train, test, folds)
    member, cutoff, y = pooled(splits)
    drawn = Resamples.drawn(member, resamples, seed)
    runs, failed = _runs(_named(models), splits)
    judged = {name: judge(y, run.p, drawn, how) for name, run in runs.items()}
    rate = _rate(y, drawn, how)
    return Backtest(
        metrics={name: estimates(one, how) for name, one in judged.items()},
        differences=tuple(
            Difference(metric=metric, one=one, other=other, value=value)
            for one, other in combinations(judged, 2)
            for metric, value in paired(judged[one], judged[other], how).items()
        ),
        curves={name: curves_of(y, run.p, cutoff, drawn, how) for name, run in runs.items()},
        drift={name: _drift(run, splits, how) for name, run in runs.items()},
        reports={name: run.reports for name, run in runs.items()},
        status={name: run.status for name, run in runs.items()},
        specs={name: run.model.spec for name, run in runs.items()},
        fitted={name: run.model for name, run in runs.items()},
        failed=failed,
        folds=tuple(Fold(_side(split.train), _side(split.test)) for split in splits),
        base_rate=rate,
        rows=len(y),
        members=len(np.unique(member)),
        features=panel.features,
        horizon=panel.horizon,
        label=panel.label,
        how=how,
    )


@attrs.frozen(slots=True, eq=False, kw_only=True)
class _Run:
    """One model over all folds."""

    model: ChurnModel
    p: Floats
    learned: Floats
    """The last fold's scores of what it learned from."""
    status: tuple[int, ...]
    reports: tuple[FitReport, ...]


def _splits(
    panel: Panel, train: Iterable[dt.datetime] | None, test: Panel | Iterable[dt.datetime] | None, folds: int
) -> tuple[Split, ...]:
    if isinstance(test, Panel):
        if train is not None:
            raise ValueError("cut-offs to learn from need cut-offs to be judged on: with a test panel, take them apart")
        return (checked(Split(panel, test)),)
    if (train is None) != (test is None):
        raise ValueError("give the cut-offs of both sides, train and test, or neither")
    if train is not None and test is not None:
        return (by_cutoffs(panel, train, test),)
    return rolling(panel, folds)


def _runs(models: Mapping[str, ChurnModel], splits: tuple[Split, ...]) -> tuple[dict[str, _Run], dict[str, str]]:
    """Every model that holds over all folds; and why others do not."""
    runs, failed = {}, {}
    for name, model in models.items():
        try:
            runs[name] = _run(model, splits)
        except (Exception, SystemExit) as error:  # noqa: BLE001  # somebody's model: the others are judged
            failed[name] = f"{type(error).__name__}: {error}"
    return runs, failed


def _run(model: ChurnModel, splits: tuple[Split, ...]) -> _Run:
    reports, scores, status = [], [], np.zeros(len(STATUS), dtype=np.int64)
    fitted = model
    for split in splits:
        fitted = copy.deepcopy(model)
        reports.append(fitted.fit(split.train))
        found = fitted.score(split.test)
        p = np.asarray(found.p, dtype=np.float64)
        if p.shape != (len(split.test),) or not ((p >= 0) & (p <= 1)).all():
            raise ValueError(f"its scores are not {len(split.test)} probabilities")
        scores.append(p)
        status += np.bincount(found.status, minlength=len(STATUS))
    return _Run(
        model=fitted,
        p=np.concatenate(scores),
        learned=fitted.score(splits[-1].train).p,
        status=tuple(map(int, status)),
        reports=tuple(reports),
    )


def _drift(run: _Run, splits: tuple[Split, ...], how: Judging) -> Drift:
    """From what the last fold's model learned from to what it was judged on."""
    last = splits[-1]
    judged = run.p[len(run.p) - len(last.test) :]
    known = Resamples.drawn(last.test.member, how.resamples, how.seed)
    return drift(
        last.train,
        last.test,
        features=run.model.spec.features or None,
        scores=(run.learned, judged),
        rate=_rate(last.test.labels, known, how),
    )


def _rate(y: Floats, drawn: Resamples, how: Judging) -> Estimate:
    sums = drawn.sums(np.column_stack([np.ones(len(y)), y]))
    return estimate(sums[:, 1] / sums[:, 0], float(y.mean()), "rate", how.confidence)


def _side(panel: Panel) -> Side:
    return Side(
        rows=len(panel),
        members=len(np.unique(panel.member)),
        cutoffs=tuple(int(instant) for instant in np.unique(panel.cutoff)),
        base_rate=float(panel.labels.mean()),
    )


def _named(models: Mapping[str, ChurnModel] | Sequence[ChurnModel]) -> dict[str, ChurnModel]:
    """Models by name. Raises ValueError for none, and for two of one id in a sequence."""
    if hasattr(models, "items"):
        named = dict(models.items())
    else:
        named = {model.spec.id: model for model in models}
        if len(named) < len(models):
            raise ValueError("two models have one id: give a mapping with names")
    if not named:
        raise ValueError("there is no model to judge")
    return named


def _check(how: Judging) -> None:
    check_share(how.share)
    if (how.value is None) != (how.cost is None):
        raise ValueError("a gain needs both a value and a cost")
    if how.value is not None and how.cost is not None:
        check_money(how.value, how.cost)
    if how.bins < 1 or how.resamples < 0:
        raise ValueError(f"at least one bin, and resamples from 0: {how.bins}, {how.resamples}")
    if not 0 < how.confidence < 1:
        raise ValueError(f"a confidence level lies between 0 and 1: {how.confidence}")
