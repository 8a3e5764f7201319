"""How far a member has come: the course, the work, the scores, the points. All of it by when it became known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loyaltykit.churn.features.known import MILLIONTHS
from loyaltykit.churn.features.view import Family, ratio, where
from loyaltykit.churn.panel import Feature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.churn.features.view import View
    from loyaltykit.churn.panel import Floats, Ints

_AGO = 28
VALUED = ("progress", "scores", "points", "tier")
COUNTED = ("handed_in", "missed", "late")

FEATURES = (
    Feature("progress", "share", "share of the course done, the last known"),
    Feature("progress_28", "share", "what the share of the course done gained in the last 28 days"),
    Feature("handed_in", "pieces", "pieces of work handed in"),
    Feature("missed", "pieces", "pieces of work that were due and not there"),
    Feature("missed_28", "pieces", "the same in the last 28 days"),
    Feature("late", "pieces", "pieces of work handed in late"),
    Feature("score_last", "score", "the score that became known last"),
    Feature("score_mean", "score", "mean of the scores known"),
    Feature("points", "points", "the last known balance"),
    Feature("tier", "rank", "the last known rank of the tier"),
)


def _columns(view: View) -> Iterator[Floats | Ints]:
    yield from _progress(view)
    yield _count(view, "handed_in")
    missed = view.known["missed"]
    first, end = (cells[view.rows] for cells in missed.cells(view.grid))
    yield end - first
    yield end - missed.cells_ago(view.grid, _AGO)[view.rows]
    yield _count(view, "late")
    scores = view.known["scores"]
    first, end = (cells[view.rows] for cells in scores.cells(view.grid))
    yield scores.last(first, end)
    yield ratio(scores.sums[end] - scores.sums[first], (end - first) * MILLIONTHS)
    yield _last(view, "points")
    yield _last(view, "tier")


def _progress(view: View) -> Iterator[Floats]:
    """The gain counts from 0 where nothing was known 28 days ago."""
    progress = view.known["progress"]
    first, end = (cells[view.rows] for cells in progress.cells(view.grid))
    now = progress.last(first, end)
    before = progress.last(first, progress.cells_ago(view.grid, _AGO)[view.rows])
    yield now
    yield where(end > first, now - np.nan_to_num(before))


def _count(view: View, role: str) -> Ints:
    first, end = (cells[view.rows] for cells in view.known[role].cells(view.grid))
    return end - first


def _last(view: View, role: str) -> Floats:
    known = view.known[role]
    return known.last(*(cells[view.rows] for cells in known.cells(view.grid)))


STUDY = Family(FEATURES, _columns)
