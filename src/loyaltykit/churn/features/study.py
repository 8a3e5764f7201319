"""How far a member has come: the course, the work, the scores, the points. All of it by when it became known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loyaltykit.churn.features.decay import MILLIONTHS
from loyaltykit.churn.features.view import DAY, Family, ratio, where
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
    Feature("handed_in_28", "pieces", "the same in the last 28 days"),
    Feature("handed_in_ago", "days", "time since work was last handed in"),
    Feature("missed", "pieces", "pieces of work that were due and not there"),
    Feature("missed_28", "pieces", "the same in the last 28 days"),
    Feature("missed_ago", "days", "time since work was last missed"),
    Feature("handed_in_share", "share", "pieces handed in, of those handed in or missed"),
    Feature("late", "pieces", "pieces of work handed in late"),
    Feature("score_last", "score", "the score that became known last"),
    Feature("score_mean", "score", "mean of the scores known"),
    Feature("points", "points", "the last known balance"),
    Feature("tier", "rank", "the last known rank of the tier"),
)


def _columns(view: View) -> Iterator[Floats | Ints]:
    yield from _progress(view)
    handed_in, *others = _work(view, "handed_in")
    yield from (handed_in, *others)
    missed, *others = _work(view, "missed")
    yield from (missed, *others)
    yield ratio(handed_in, handed_in + missed)
    first, end = view.stretch("late")
    yield end - first
    first, end = view.stretch("scores")
    scores = view.known["scores"]
    yield scores.last(first, end)
    yield ratio(scores.sums[end] - scores.sums[first], (end - first) * MILLIONTHS)
    yield from (view.known[role].last(*view.stretch(role)) for role in ("points", "tier"))


def _progress(view: View) -> Iterator[Floats]:
    """The gain counts from 0 where nothing was known 28 days ago."""
    progress = view.known["progress"]
    first, end = view.stretch("progress")
    now = progress.last(first, end)
    before = progress.last(first, view.end_ago("progress", _AGO))
    yield now
    yield where(end > first, now - np.nan_to_num(before))


def _work(view: View, role: str) -> Iterator[Floats | Ints]:
    """How many, how many of late, and how long ago the last one."""
    known_at = view.known[role].known_at
    first, end = view.stretch(role)
    yield end - first
    yield end - view.end_ago(role, _AGO)
    last = known_at[end - 1] if len(known_at) else end
    yield where(end > first, (view.cutoff - last) / DAY)


STUDY = Family(FEATURES, _columns)
