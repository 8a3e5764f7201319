"""Symmetric trees: every node of a level asks the same question, so a leaf is a number made of answers.

(Also "oblivious" trees: Kohavi 1994; Prokhorenkova et al. 2018, CatBoost.) They are read without branching, a column
of bytes at a time, which NumPy does about as fast as compiled code walks ordinary trees.
"""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

    from loyaltykit.churn.binning import Codes
    from loyaltykit.churn.panel import Floats, Ints

DEEPEST = 8
"""A leaf's number is a byte."""
CHUNK = 32_768
"""Rows read at a time: their bins stay in the processor's cache over all trees."""


@attrs.frozen(slots=True, eq=False)
class Forest:
    """Trees of one depth whose leaves add up.

    Level k of tree t asks `bin of feature[t, k] > threshold[t, k]`; "not known" answers no where `missing_left` is set,
    else yes. The answers are the bits of the leaf's number, level 0 the lowest.
    """

    feature: Ints
    threshold: Ints
    missing_left: npt.NDArray[np.bool_]
    values: Floats
    """Of shape (trees, 2 ** depth): what a leaf adds."""
    cover: Floats
    """As `values`: the weight of the training rows in the leaf."""

    @property
    def depth(self) -> int:
        """How many questions a tree asks."""
        return int(self.feature.shape[1])

    def __len__(self) -> int:
        """How many trees."""
        return len(self.feature)

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The trees as named arrays."""
        return {f"tree_{field.name}": getattr(self, field.name) for field in attrs.fields(Forest)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]], features: int) -> Forest:
        """The trees again. Raises ValueError when they do not fit together or ask features that are not there."""
        parts = {field.name: arrays[f"tree_{field.name}"] for field in attrs.fields(cls)}
        found = cls(**parts)
        trees, depth = found.feature.shape
        asked = ((trees, depth),) * 3 + ((trees, 2**depth),) * 2
        if tuple(one.shape for one in parts.values()) != asked or depth > DEEPEST:
            raise ValueError("the parts of the trees do not fit")
        if trees and (found.feature.min() < 0 or found.feature.max() >= features):
            raise ValueError(f"the trees ask features beyond the {features} there are")
        return found

    def first(self, trees: int) -> Forest:
        """The first trees only."""
        return Forest(*(getattr(self, field.name)[:trees] for field in attrs.fields(Forest)))

    def raw(self, codes: Codes, missing: int) -> Floats:
        """The sum of the leaves of each row; `codes` has the shape (features, rows)."""
        found = np.zeros(codes.shape[1])
        for rows, trees in self._leaves(codes, missing):
            for tree, leaf in enumerate(trees):
                found[rows] += self.values[tree][leaf]
        return found

    def _leaves(self, codes: Codes, missing: int) -> Iterator[tuple[slice, Iterator[npt.NDArray[np.uint8]]]]:
        """By chunk of rows, tree by tree the numbers of their leaves."""
        for start in range(0, codes.shape[1], CHUNK):
            rows = slice(start, start + CHUNK)
            part = np.ascontiguousarray(codes[:, rows])
            yield rows, self._tree_by_tree(part, missing)

    def _tree_by_tree(self, part: Codes, missing: int) -> Iterator[npt.NDArray[np.uint8]]:
        known = np.where(part == missing, np.uint8(0), part)
        for tree in range(len(self)):
            leaf = np.zeros(part.shape[1], dtype=np.uint8)
            for level in range(self.depth):
                side = known if self.missing_left[tree, level] else part
                answer = side[self.feature[tree, level]] > self.threshold[tree, level]
                leaf |= answer.view(np.uint8) << np.uint8(level)
            yield leaf

    def attributions(self, codes: Codes, missing: int, features: int) -> Floats:
        """The part of each feature in `raw`, of shape (rows, features): exact Shapley values of the trees.

        With `base` they add up to `raw` (Lundberg et al. 2020, path-dependent TreeSHAP). A symmetric tree asks at most
        `depth` features, so the subsets are gone through once for all trees, never by row.
        """
        tables = self._shapley()
        found = np.zeros((features, codes.shape[1]))
        for rows, trees in self._leaves(codes, missing):
            for leaf, asked, table in zip(trees, self.feature, tables, strict=True):
                for feature, part in zip(asked, table, strict=True):
                    found[feature, rows] += part[leaf]
        return np.ascontiguousarray(found.T)

    def base(self) -> float:
        """The mean of `raw` over the training rows, as `cover` weighs them."""
        return float(self._expected(())[:, 0].sum())

    def _shapley(self) -> Floats:
        """The Shapley value in every leaf of the feature each level asks, of shape (trees, depth, leaves).

        A feature asked twice has its value at the first of its levels, and zeros at the others.
        """
        levels = range(self.depth)
        subsets = [tuple(level for level in levels if known >> level & 1) for known in range(2**self.depth)]
        expected = np.stack([self._expected(subset) for subset in subsets])
        owner = (self.feature[:, :, None] == self.feature[:, None, :]).argmax(axis=2)
        found = np.zeros((len(self), self.depth, 2**self.depth))
        for pattern in np.unique(owner, axis=0):
            trees = np.flatnonzero((owner == pattern).all(axis=1))
            found[trees] = np.einsum("ks,stl->tkl", _weights(tuple(map(int, pattern))), expected[:, trees])
        return found

    def _expected(self, known: tuple[int, ...]) -> Floats:
        """The trees' expectations in each leaf when only these levels' answers are known, the others by their cover."""
        shape = (len(self), *(2,) * self.depth)
        value, cover = self.values.reshape(shape), self.cover.reshape(shape)
        for level in reversed(range(self.depth)):
            axis = self.depth - level  # level 0 is the lowest bit of a leaf's number, so the last axis
            if level not in known:
                total = cover.sum(axis=axis, keepdims=True)
                share = np.divide(cover, total, out=np.full_like(value, 0.5), where=total > 0)
                value = np.broadcast_to((value * share).sum(axis=axis, keepdims=True), shape)
            cover = np.broadcast_to(cover.sum(axis=axis, keepdims=True), shape)
        return value.reshape(len(self), -1)


def _weights(owner: tuple[int, ...]) -> Floats:
    """By level and subset of levels the weight of the subset's expectation in the Shapley value of the level's feature.

    `owner` names for each level the first level that asks the same feature.
    """
    players = sorted(set(owner))
    count = len(players)
    found = np.zeros((len(owner), 2 ** len(owner)))
    for chosen in range(2**count):
        team = {player for place, player in enumerate(players) if chosen >> place & 1}
        subset = sum(1 << level for level, player in enumerate(owner) if player in team)
        for player in players:
            others = len(team - {player})
            weight = factorial(others) * factorial(count - others - 1) / factorial(count)
            found[player, subset] += weight if player in team else -weight
    return found
