"""Curves of one model's scores: what a picture is drawn from, thinned to what an eye can see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from loyaltykit.churn import metrics
from loyaltykit.churn.ranked import Ranked
from loyaltykit.churn.resampling import Estimate, estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.churn.panel import Floats, Ints
    from loyaltykit.churn.resampling import Judging, Resamples

POINTS = 200
"""Most points of a curve."""

Line = tuple[tuple[float, float], ...]
"""Points (x, y), x rising."""


@attrs.frozen(slots=True)
class Group:
    """Rows that stand together, a bin of scores or a cut-off: what was forecast for them, and what happened."""

    n: int
    p: float
    """Their mean score."""
    rate: Estimate
    """The share of them that churned."""
    cutoff: int | None = None
    """The instant of a cut-off, in microseconds since 1970-01-01T00:00Z."""
    auc: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {**attrs.asdict(self, recurse=False), "rate": self.rate.to_dict()}


@attrs.frozen(slots=True, kw_only=True)
class Curves:
    """What scores look like against what happened."""

    roc: Line
    """False positive rate, true positive rate."""
    pr: Line
    """Recall, precision: at the places where somebody who churned is reached."""
    gains: Line
    """The share of rows acted on, the riskiest first, and the share of the churned that are among them."""
    calibration: tuple[Group, ...]
    """By bins of equal mass, by rising score."""
    over_time: tuple[Group, ...]
    """By cut-off."""

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        lines = {name: [[*point] for point in getattr(self, name)] for name in ("roc", "pr", "gains")}
        groups = {name: [one.to_dict() for one in getattr(self, name)] for name in ("calibration", "over_time")}
        return {**lines, **groups}


def curves_of(y: Floats, p: Floats, cutoff: Ints, resamples: Resamples, how: Judging) -> Curves:
    """All curves of one model's scores. Lines are empty unless both classes are there."""
    where = metrics.bin_of(p, how.bins)
    moments, at = np.unique(cutoff, return_inverse=True)
    by_time = [
        attrs.evolve(group, cutoff=int(moment), auc=metrics.auc(y[at == place], p[at == place]))
        for place, (moment, group) in enumerate(zip(moments, groups(at, y, p, resamples, how), strict=True))
    ]
    roc, pr, gains = _lines(y, p)
    return Curves(
        roc=roc, pr=pr, gains=gains, calibration=groups(where, y, p, resamples, how), over_time=tuple(by_time)
    )


def groups(where: Ints, y: Floats, p: Floats, resamples: Resamples, how: Judging) -> tuple[Group, ...]:
    """Forecast and outcome by group, for each of the groups that rows are in."""
    kinds, place = np.unique(where, return_inverse=True)
    each = np.zeros((len(y), len(kinds)))
    each[np.arange(len(y)), place] = 1.0
    n, churned, forecast = each.sum(axis=0), y @ each, p @ each
    drawn = resamples.sums(np.hstack([each, each * y[:, None]]))
    sizes = drawn[:, : len(kinds)]
    rates = np.divide(drawn[:, len(kinds) :], sizes, out=np.full_like(sizes, np.nan), where=sizes > 0)
    return tuple(
        Group(
            int(n[one]),
            float(forecast[one] / n[one]),
            estimate(rates[:, one], churned[one] / n[one], "rate", how.confidence),
        )
        for one in range(len(kinds))
    )


def _lines(y: Floats, p: Floats) -> tuple[Line, Line, Line]:
    ranked = Ranked.by(y, p)
    n, churned = len(y), len(ranked.positives)
    if not 0 < churned < n:
        return (), (), ()
    places = np.concatenate(([0], np.unique(ranked.ends)))
    hits = ranked.before[places]
    roc = _line((places - hits) / (n - churned), hits / churned)
    gains = _line(places / n, hits / churned)
    found = np.flatnonzero(np.diff(hits, prepend=0) > 0)
    pr = _line(hits[found] / churned, hits[found] / places[found])
    return roc, pr, gains


def _line(x: Floats, y: Floats) -> Line:
    """At most POINTS of the points, the ends among them."""
    kept: Sequence[int] | Ints = np.unique(np.linspace(0, len(x) - 1, POINTS).round().astype(np.int64))
    return tuple((float(x[one]), float(y[one])) for one in kept)
