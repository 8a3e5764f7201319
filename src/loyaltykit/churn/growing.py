"""Growing a forest of symmetric trees: gradient boosting with the second-order logistic loss on histograms of bins.

Friedman 2001; the score of a split and the leaf's value after Chen and Guestrin 2016 (XGBoost, equations 5 to 7); bins
and the subtraction of histograms after Ke et al. 2017 (LightGBM).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from loyaltykit.churn.logistic import log_likelihood, logistic
from loyaltykit.churn.trees import Forest

if TYPE_CHECKING:
    import numpy.typing as npt

    from loyaltykit.churn.binning import Bins, Codes
    from loyaltykit.churn.panel import Floats, Ints


_TOGETHER = 8_192
"""How many values are counted at once: what they need stays in the processor's cache."""


@attrs.frozen(slots=True, kw_only=True)
class Growth:
    """How a forest is grown."""

    trees: int = 300
    """The most that are grown."""
    patience: int = 15
    """How many more trees are tried once the loss on rows held out no longer falls."""
    depth: int = 4
    rate: float = 0.1
    """Shrinkage: how much of a tree's step is taken."""
    l2: float = 10.0
    """What is added to the weight of a leaf."""
    rows: float = 0.5
    """The share of the rows that a tree sees, drawn anew for each."""
    columns: float = 0.3
    """The share of the features that a tree may ask."""


@attrs.frozen(slots=True, eq=False)
class Sample:
    """Binned rows to learn from."""

    codes: Codes
    y: Floats
    missing: int
    allowed: npt.NDArray[np.bool_]
    """By feature and bin, whether it may be cut above the bin."""
    has_missing: npt.NDArray[np.bool_]

    def take(self, rows: npt.NDArray[np.intp]) -> Sample:
        """Some of the rows."""
        return attrs.evolve(self, codes=np.ascontiguousarray(self.codes[:, rows]), y=self.y[rows])


def sample_of(codes: Codes, y: Floats, bins: Bins) -> Sample:
    """Rows in bins; a feature may be cut wherever it has a cut."""
    counts = np.array([len(cuts) for cuts in bins.cuts])
    allowed = np.arange(max(bins.missing - 1, 0)) < counts[:, None]
    return Sample(codes, y, bins.missing, allowed, (codes == bins.missing).any(axis=1))


@attrs.frozen(slots=True, eq=False)
class _Level:
    """The sums of gradients and weights by (feature, node, bin) of a level."""

    g: Floats
    h: Floats


@attrs.frozen(slots=True, eq=False)
class _Rows:
    """The bins, gradients and weights of the rows that a tree sees, in the columns that it may ask."""

    codes: Codes
    g: Floats
    h: Floats
    missing: int

    def take(self, rows: npt.NDArray[np.intp]) -> _Rows:
        """Some of them."""
        return _Rows(np.take(self.codes, rows, axis=1), self.g[rows], self.h[rows], self.missing)

    def sums(self, node: Ints, nodes: int) -> _Level:
        """What they come to by feature, node and bin."""
        cells = nodes * (self.missing + 1)
        base = node * (self.missing + 1)
        at_once = max(1, _TOGETHER // max(len(base), 1))
        parts = [self._sums(base, cells, slice(at, at + at_once)) for at in range(0, len(self.codes), at_once)]
        shape = (len(self.codes), nodes, self.missing + 1)
        return _Level(*(np.concatenate(part).reshape(shape) for part in zip(*parts, strict=True)))

    def _sums(self, base: Ints, cells: int, features: slice) -> tuple[Floats, Floats]:
        """The sums of some features at once: many calls for few rows would take longer than the counting."""
        codes = self.codes[features]
        count = len(codes)
        at = (codes + base + cells * np.arange(count)[:, None]).ravel()
        g, h = (np.bincount(at, np.tile(one, count), minlength=count * cells) for one in (self.g, self.h))
        return g.astype(np.float64, copy=False), h.astype(np.float64, copy=False)


@attrs.frozen(slots=True, eq=False)
class _May:
    """By the columns that a tree may ask: above which bins each may be cut, and whether it has missing values."""

    cut: npt.NDArray[np.bool_]
    missing: npt.NDArray[np.bool_]


@attrs.frozen(slots=True)
class _Split:
    feature: int
    threshold: int
    missing_left: bool


class Grower:
    """A forest that grows tree by tree, and what it says of rows that were held out."""

    def __init__(
        self, sample: Sample, growth: Growth, start: float, chance: np.random.Generator, held: Sample | None = None
    ) -> None:
        self._sample, self._growth, self._chance, self._held = sample, growth, chance, held
        self._start = start
        self._score = np.full(len(sample.y), start)
        self._held_score = np.full(0 if held is None else len(held.y), start)
        self._trees: list[Forest] = []

    def step(self) -> None:
        """One tree more."""
        p = logistic(self._score)
        tree = _tree(self._sample, self._growth, p - self._sample.y, p * (1.0 - p), self._chance)
        self._trees.append(tree)
        self._score += tree.raw(self._sample.codes, self._sample.missing)
        if self._held is not None:
            self._held_score += tree.raw(self._held.codes, self._held.missing)

    def held_after(self, trees: int) -> Floats:
        """The log odds of the rows held out after so many of the trees."""
        if self._held is None:
            return np.empty(0)
        return self._start + self.forest.first(trees).raw(self._held.codes, self._held.missing)

    @property
    def loss(self) -> float:
        """The sum of the log loss over the rows that were held out."""
        return 0.0 if self._held is None else -log_likelihood(self._held.y, logistic(self._held_score))

    @property
    def forest(self) -> Forest:
        """All trees so far."""
        return joined(self._trees, self._growth.depth)


def grow(sample: Sample, growth: Growth, start: float, chance: np.random.Generator, trees: int = 0) -> Forest:
    """A forest for the sample, from the log odds `start`; `trees`, or as many as `growth` has at most."""
    grower = Grower(sample, growth, start, chance)
    for _ in range(trees or growth.trees):
        grower.step()
    return grower.forest


def trees_needed(growers: list[Grower], growth: Growth) -> int:
    """With how many trees, one at least, the growers do best together on what they held out."""
    best, least = 0, sum(grower.loss for grower in growers)
    for trees in range(1, growth.trees + 1):
        for grower in growers:
            grower.step()
        loss = sum(grower.loss for grower in growers)
        if loss < least:
            best, least = trees, loss
        elif trees >= best + growth.patience:
            break
    return max(best, 1)


def joined(forests: list[Forest], depth: int) -> Forest:
    """One forest of several of the same depth."""
    if not forests:
        return _empty(depth)
    return Forest(*(np.concatenate([getattr(one, field.name) for one in forests]) for field in attrs.fields(Forest)))


def mean_of(forests: list[Forest]) -> Forest:
    """One forest whose sum is the mean of the sums of several of the same depth; its base is the mean of theirs."""
    whole = joined(forests, forests[0].depth)
    return attrs.evolve(whole, values=whole.values / len(forests))


def _empty(depth: int) -> Forest:
    asked, leaves = (0, depth), np.empty((0, 2**depth))
    return Forest(np.empty(asked, np.int64), np.empty(asked, np.int64), np.empty(asked, bool), leaves, leaves)


def _tree(sample: Sample, growth: Growth, g: Floats, h: Floats, chance: np.random.Generator) -> Forest:
    """One tree for these gradients and weights, on the rows and columns that chance picks."""
    rows = np.flatnonzero(chance.random(len(g)) < growth.rows) if growth.rows < 1 else np.arange(len(g))
    count = len(sample.codes)
    columns = np.sort(chance.permutation(count)[: max(1, round(count * growth.columns))])
    part = _Rows(np.take(sample.codes[columns], rows, axis=1), g[rows], h[rows], sample.missing)
    splits, leaf = _asked(part, _May(sample.allowed[columns], sample.has_missing[columns]), growth)
    leaves = 2**growth.depth
    weight = np.bincount(leaf, weights=part.h, minlength=leaves).astype(np.float64)
    values = -growth.rate * np.bincount(leaf, weights=part.g, minlength=leaves) / (weight + growth.l2)
    return Forest(
        np.array([[columns[one.feature] for one in splits]], dtype=np.int64),
        np.array([[one.threshold for one in splits]], dtype=np.int64),
        np.array([[one.missing_left for one in splits]]),
        values[None],
        weight[None],
    )


def _asked(part: _Rows, may: _May, growth: Growth) -> tuple[list[_Split], Ints]:
    """The questions of one tree, level by level, and the leaf that each row ends in."""
    node = np.zeros(part.codes.shape[1], dtype=np.int64)
    level = part.sums(node, 1)
    found: list[_Split] = []
    for depth in range(growth.depth):
        split = _best(level, may, growth.l2)
        found.append(split)
        answer = _answers(part, split)
        if depth + 1 < growth.depth:
            level = _children(level, part, node, answer)
        node += answer.astype(np.int64) << depth
    return found, node


def _children(level: _Level, part: _Rows, node: Ints, answer: npt.NDArray[np.bool_]) -> _Level:
    """The sums of the next level: only the smaller child of each node is counted, the other is what is left."""
    nodes = level.g.shape[1]
    yes = np.bincount(node, weights=answer, minlength=nodes)
    smaller = yes * 2 <= np.bincount(node, minlength=nodes)
    rows = np.flatnonzero(answer == smaller[node])
    counted = part.take(rows).sums(node[rows], nodes)
    pick = smaller[None, :, None]
    sides = []
    for whole, one in ((level.g, counted.g), (level.h, counted.h)):
        other = whole - one
        sides.append(np.concatenate([np.where(pick, other, one), np.where(pick, one, other)], axis=1))
    return _Level(sides[0], np.maximum(sides[1], 0.0))


def _best(level: _Level, may: _May, l2: float) -> _Split:
    """The question whose answers, asked in every node of the level, gain most; the first of equals."""
    gains = np.where(may.cut, _gains(level, l2, with_missing=False), -np.inf)
    left = may.missing
    if left.any():
        other = np.full_like(gains, -np.inf)
        part = _Level(level.g[left], level.h[left])
        other[left] = np.where(may.cut[left], _gains(part, l2, with_missing=True), -np.inf)
        gains = np.stack([gains, other])
    place = np.unravel_index(int(gains.argmax()), gains.shape)
    return _Split(int(place[-2]), int(place[-1]), bool(len(place) == 3 and place[0]))


def _gains(level: _Level, l2: float, *, with_missing: bool) -> Floats:
    """By feature and cut the sum over nodes and both sides of G² / (H + l2); the missing on the left, or the right."""
    g_all, h_all = level.g.sum(axis=2, keepdims=True), level.h.sum(axis=2, keepdims=True)
    g_left, h_left = np.cumsum(level.g[:, :, :-2], axis=2), np.cumsum(level.h[:, :, :-2], axis=2)
    if with_missing:
        g_left, h_left = g_left + level.g[:, :, -1:], h_left + level.h[:, :, -1:]
    g_right, h_right = g_all - g_left, np.maximum(h_all - h_left, 0.0)
    gain: Floats = (g_left**2 / (h_left + l2) + g_right**2 / (h_right + l2)).sum(axis=1)
    return gain


def _answers(part: _Rows, split: _Split) -> npt.NDArray[np.bool_]:
    codes = part.codes[split.feature]
    found: npt.NDArray[np.bool_] = codes > split.threshold
    return found & (codes != part.missing) if split.missing_left else found
