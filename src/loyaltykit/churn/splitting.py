"""What a model learns from, and what it is judged on: always later, by at least the horizon."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import attrs
import numpy as np

from loyaltykit.values import from_instant, to_instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from loyaltykit.churn.panel import Panel


@attrs.frozen(slots=True, eq=False)
class Split:
    """One fold: rows to learn from, later rows to be judged on."""

    train: Panel
    test: Panel


def rolling(panel: Panel, folds: int = 3) -> tuple[Split, ...]:
    """Rolling origin: the last cut-offs in `folds` blocks, each judged by models of all that was known before it.

    The cut-offs are divided into `folds` + 1 consecutive blocks, as even as may be with the odd ones in the first; all
    but the first are judged. A fold learns from the rows whose horizon is over at the first cut-off of its block
    (Tashman 2000, with the gap that a label needs). A block that nothing comes before is left out. Raises ValueError
    when none is left, or there are fewer cut-offs than blocks.
    """
    if folds < 1:
        raise ValueError(f"at least one fold: {folds}")
    cutoffs, horizon = np.unique(panel.cutoff), horizon_of(panel)
    if len(cutoffs) <= folds:
        raise ValueError(f"{folds} folds need at least {folds + 1} cut-offs, and the panel has {len(cutoffs)}")
    size = len(cutoffs) // (folds + 1)
    found = []
    for number in range(folds, 0, -1):
        block = cutoffs[len(cutoffs) - number * size : len(cutoffs) - (number - 1) * size]
        past = panel.cutoff <= block[0] - horizon
        if past.any():
            found.append(Split(panel.take(past), panel.take(np.isin(panel.cutoff, block))))
    if not found:
        span, days = dt.timedelta(microseconds=int(cutoffs[-1] - cutoffs[0])), dt.timedelta(microseconds=horizon)
        raise ValueError(f"the cut-offs span {span}, which is too short to learn and to judge over a horizon of {days}")
    return tuple(found)


def by_cutoffs(panel: Panel, train: Iterable[dt.datetime], test: Iterable[dt.datetime]) -> Split:
    """A split made by hand, by cut-offs. Raises ValueError when it leaks (see `checked`), or a side has no rows."""
    first, second = (np.array([to_instant(moment) for moment in side], dtype=np.int64) for side in (train, test))
    return checked(
        Split(panel.take(np.isin(panel.cutoff, first)), panel.take(np.isin(panel.cutoff, second))), always=True
    )


def checked(split: Split, *, always: bool = False) -> Split:
    """The split, when no label that is learned from reaches into what is judged.

    Every cut-off learned from plus the horizon is at most the first that is judged; or, unless `always`, no member is
    on both sides. Raises ValueError otherwise, and says by how much it leaks.
    """
    train, test = split.train, split.test
    for name, side in (("learn from", train), ("judge", test)):
        if side.y is None or not len(side):
            raise ValueError(f"there is no labelled row to {name}")
    if train.label != test.label or train.horizon != test.horizon:
        told = [f"{side.label} within {side.horizon}" for side in (train, test)]
        raise ValueError(f"both panels need one label and one horizon: {told[0]}, {told[1]}")
    if not always and not shared(train, test):
        return split
    latest, earliest = int(train.cutoff.max()), int(test.cutoff.min())
    over = latest + horizon_of(train) - earliest
    if over > 0:
        raise ValueError(
            f"the split leaks: what is learned at {from_instant(latest):%Y-%m-%d} looks {_days(horizon_of(train))} "
            f"ahead, and {from_instant(earliest):%Y-%m-%d} is judged: {_days(over)} too early"
        )
    return split


def shared(train: Panel, test: Panel) -> int:
    """How many members have rows in both."""
    sides = [{panel.members[place] for place in np.unique(panel.member)} for panel in (train, test)]
    return len(sides[0] & sides[1])


def horizon_of(panel: Panel) -> int:
    """The panel's horizon in microseconds. Raises ValueError where it has none: without it nothing can be split."""
    if panel.horizon is None:
        raise ValueError("the panel has no horizon: how long after a cut-off is its label known?")
    return panel.horizon // dt.timedelta(microseconds=1)


def pooled(splits: tuple[Split, ...]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Members, cut-offs and labels of all rows that are judged, fold after fold."""
    tests = [split.test for split in splits]
    return (
        np.concatenate([test.member for test in tests]),
        np.concatenate([test.cutoff for test in tests]),
        np.concatenate([test.labels for test in tests]),
    )


def _days(micros: int) -> str:
    days = micros / 86_400_000_000
    return f"{days:.3g} days"
