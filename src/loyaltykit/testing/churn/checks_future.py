"""The check that nothing is known before its time: what comes after a cut-off is poisoned, and nothing may change."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from loyaltykit.testing.churn.bench import scored
from loyaltykit.testing.churn.school import HORIZON, LABEL, weekly
from loyaltykit.testing.report import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from loyaltykit.churn.history import History
    from loyaltykit.churn.panel import Panel
    from loyaltykit.testing.churn.bench import Bench

_YEAR = 365 * 86_400_000_000


def future(bench: Bench) -> None:
    """Changing anything that was known at the cut-off or later changes neither a feature nor a score.

    The history is changed in place too, so that a model or a feature that holds it sees the poison; afterwards it is
    as it was.
    """
    early, last = weekly(bench.history)
    for cutoff in dict.fromkeys((*early.tolist()[::3], last)):
        before = bench.build(bench.history, [cutoff])
        for after in _poisoned(bench, cutoff, before):
            _refuse_features(before, after)
    train = bench.build(bench.history, early, HORIZON, LABEL)
    test = bench.build(bench.history, [last])
    model = bench.make()
    model.fit(train)
    clean = scored(model, test)
    with in_place(bench.history, last):
        again = bench.make()
        again.fit(train)
        for where, one in (("the model was fitted before", model), ("the model is fitted again", again)):
            poisoned = scored(one, test)
            if poisoned.tobytes() != clean.tobytes():
                changed = int((poisoned != clean).sum())
                text = f"{changed} of {len(test)} scores change with what comes after the cut-off ({where})"
                raise Fault(f"{text}, though the panel is the same: it reads something beside the panel")


def _poisoned(bench: Bench, cutoff: int, before: Panel) -> Iterator[Panel]:
    """The panel when what comes later is gone, and when it is something else."""
    history = bench.history
    known = (history.at < cutoff) & (history.known_at < cutoff)
    yield bench.build(history.take(np.flatnonzero(known)), [cutoff])
    with in_place(history, cutoff):
        yield bench.build(history, [cutoff])


@contextmanager
def in_place(history: History, cutoff: int) -> Iterator[None]:
    """Other values, types and times of everything that is not known at the cut-off; afterwards all is as it was."""
    columns: tuple[npt.NDArray[Any], ...] = (history.value, history.type, history.known_at, history.at)
    before = [column.copy() for column in columns]
    late = (history.at >= cutoff) | (history.known_at >= cutoff)
    ahead = history.at >= cutoff
    try:
        history.value[late] = 7.0 - 3.0 * np.nan_to_num(history.value[late])
        history.type[late] = (history.type[late] + 1) % max(len(history.types), 1)
        history.known_at[late] += _YEAR
        history.at[ahead] += _YEAR // 2
        yield
    finally:
        for column, was in zip(columns, before, strict=True):
            column[...] = was


def _refuse_features(before: Panel, after: Panel) -> None:
    strange = set(_keys(before)) ^ set(_keys(after))
    if strange:
        raise Fault(f"{len(strange)} rows come or go with what is known only after the cut-off")
    if before.columns != after.columns:
        raise Fault("the columns change with what is known only after the cut-off")
    places = {key: row for row, key in enumerate(_keys(after))}
    order = np.array([places[key] for key in _keys(before)], dtype=np.int64)
    now = after.X[order]
    changed = ~((now == before.X) | (np.isnan(now) & np.isnan(before.X)))
    names = [name for name, bad in zip(before.columns, changed.any(axis=0), strict=True) if bad]
    if names:
        raise Fault(f"these features change with what is known only after the cut-off: {', '.join(names)}")


def _keys(panel: Panel) -> list[tuple[str, int]]:
    return [(panel.members[member], int(cut)) for member, cut in zip(panel.member, panel.cutoff, strict=True)]
