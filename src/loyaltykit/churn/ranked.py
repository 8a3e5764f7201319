"""Rows ranked by score, and what AUC, average precision and lift are made of: for one weighting of rows or for many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from loyaltykit.churn.panel import Floats, Ints


@attrs.frozen(slots=True, eq=False, kw_only=True)
class Ranked:
    """Rows by falling score; rows of the same score are one group, so their order means nothing.

    A place is how many rows stand before: `starts` and `ends` have, for the row at each place, the places where its
    group begins and ends. `positives` are the places of the rows with y = 1, `before` how many of them stand before
    each place (one more than rows).
    """

    order: Ints
    starts: Ints
    ends: Ints
    positives: Ints
    before: Ints

    @classmethod
    def by(cls, y: Floats, p: Floats) -> Ranked:
        """Rank rows by p."""
        order = np.argsort(-p, kind="stable")
        falling = p[order]
        edges = np.flatnonzero(np.concatenate(([True], falling[1:] != falling[:-1], [True])))
        sizes = np.diff(edges)
        ranked = y[order] > 0
        return cls(
            order=order,
            starts=np.repeat(edges[:-1], sizes),
            ends=np.repeat(edges[1:], sizes),
            positives=np.flatnonzero(ranked),
            before=np.concatenate(([0], np.cumsum(ranked))),
        )

    def weighed(self, weights: npt.NDArray[np.float64]) -> Weighed:
        """The rows with weights, of the shape (weightings, rows), in the order of the ranked rows."""
        return Weighed(self, _running(weights), _running(weights[:, self.positives]), weights[:, self.positives])


@attrs.frozen(slots=True, eq=False)
class Weighed:
    """Ranked rows under one or more weightings. Each measure has one value a weighting, NaN where it is not defined."""

    ranked: Ranked
    seen: Floats
    """The weight before each place: (weightings, rows + 1)."""
    hits: Floats
    """The weight of the positives before each positive: (weightings, positives + 1)."""
    weights: Floats
    """The weights of the positives."""

    @property
    def total(self) -> Floats:
        """The weight of all rows."""
        return self.seen[:, -1]

    @property
    def churned(self) -> Floats:
        """The weight of the positives."""
        return self.hits[:, -1]

    def auc(self) -> Floats:
        """The share of pairs of a positive and a negative in which the positive stands higher; a tie is a half."""
        ranked, negatives = self.ranked, self.total - self.churned
        starts, ends = ranked.starts[ranked.positives], ranked.ends[ranked.positives]
        above, upto = (self.seen[:, at] - self.hits[:, ranked.before[at]] for at in (starts, ends))
        beaten = negatives[:, None] - (above + upto) / 2
        return _ratio((self.weights * beaten).sum(axis=1), self.churned * negatives)

    def average_precision(self) -> Floats:
        """The precision at each score that a positive has, averaged over the positives."""
        ends = self.ranked.ends[self.ranked.positives]
        seen = self.seen[:, ends]
        precision = np.divide(self.hits[:, self.ranked.before[ends]], seen, out=np.zeros_like(seen), where=seen > 0)
        return _ratio((self.weights * precision).sum(axis=1), self.churned)

    def reached(self, share: float) -> Floats:
        """The weight of the positives among the highest `share` of rows; a group that is cut gives its share of them.

        That is what a draw among rows of the same score gives on average.
        """
        wanted = share * self.total
        place = np.minimum((self.seen[:, 1:] < wanted[:, None]).sum(axis=1), self.seen.shape[1] - 2)
        starts, ends = self.ranked.starts[place], self.ranked.ends[place]
        each = np.arange(len(wanted))
        low, high = self.seen[each, starts], self.seen[each, ends]
        hits, more = self.hits[each, self.ranked.before[starts]], self.hits[each, self.ranked.before[ends]]
        part = np.divide(wanted - low, high - low, out=np.zeros_like(low), where=high > low)
        reached: Floats = hits + np.clip(part, 0.0, 1.0) * (more - hits)
        return reached

    def lift(self, share: float) -> Floats:
        """How many times as many positives stand among the highest `share` of rows as among all."""
        return _ratio(self.reached(share), share * self.churned)


def _running(weights: Floats) -> Floats:
    """Sums from the left, with a zero in front."""
    sums = np.zeros((weights.shape[0], weights.shape[1] + 1))
    np.cumsum(weights, axis=1, out=sums[:, 1:])
    return sums


def _ratio(part: Floats, whole: Floats) -> Floats:
    """NaN where there is nothing to divide by."""
    ratio: Floats = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return ratio
