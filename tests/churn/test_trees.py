"""Symmetric trees against their definitions, gone through by hand: growing, reading, Shapley values."""

from itertools import combinations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.churn.binning import bins_of
from loyaltykit.churn.growing import Growth, grow, joined, mean_of, sample_of
from loyaltykit.churn.logistic import log_loss, logistic
from loyaltykit.churn.trees import Forest

MISSING = 4


@st.composite
def forests(draw, features=3):
    depth, trees = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    asked, leaves = (trees, depth), (trees, 2**depth)
    cover = chance.integers(0, 3, leaves).astype(float)
    return Forest(
        chance.integers(0, features, asked),
        chance.integers(0, MISSING - 1, asked),
        chance.random(asked) < 0.5,
        chance.normal(size=leaves),
        cover,
    )


def codes_of(rows=40, features=3):
    return np.random.default_rng(3).integers(0, MISSING + 1, (features, rows)).astype(np.uint8)


def answer(forest, tree, level, row):
    code = row[forest.feature[tree, level]]
    if code == MISSING:
        return not forest.missing_left[tree, level]
    return code > forest.threshold[tree, level]


def expectation(forest, tree, row, known):
    """Walk down: where the feature is known, the row's side; else both, as training rows were covered."""

    def walk(level, leaves):
        if level == forest.depth:
            return forest.values[tree, leaves[0]]
        sides = [[leaf for leaf in leaves if leaf >> level & 1 == side] for side in (0, 1)]
        if forest.feature[tree, level] in known:
            return walk(level + 1, sides[int(answer(forest, tree, level, row))])
        weights = [forest.cover[tree, side].sum() for side in sides]
        if sum(weights) == 0:
            weights = [0.5, 0.5]
        return sum(w * walk(level + 1, side) for w, side in zip(weights, sides, strict=True)) / sum(weights)

    return walk(0, list(range(2**forest.depth)))


def shapley(forest, row, feature, features):
    others = [one for one in range(features) if one != feature]
    total = 0.0
    for size in range(features):
        weight = factorial(size) * factorial(features - size - 1) / factorial(features)
        for team in combinations(others, size):
            for tree in range(len(forest)):
                gain = expectation(forest, tree, row, {*team, feature}) - expectation(forest, tree, row, set(team))
                total += weight * gain
    return total


@given(forests())
def test_a_row_ends_in_the_leaf_its_answers_spell(forest):
    codes = codes_of()

    found = forest.raw(codes, MISSING)

    for place, row in enumerate(codes.T):
        leaves = [
            sum(int(answer(forest, tree, level, row)) << level for level in range(forest.depth))
            for tree in range(len(forest))
        ]
        assert found[place] == pytest.approx(sum(forest.values[tree, leaf] for tree, leaf in enumerate(leaves)))


@given(forests())
@settings(max_examples=25)
def test_attributions_are_the_shapley_values_of_their_definition(forest):
    codes = codes_of(rows=2)

    found = forest.attributions(codes, MISSING, 3)

    for place, row in enumerate(codes.T):
        assert found[place] == pytest.approx([shapley(forest, row, one, 3) for one in range(3)], abs=1e-9)


@given(forests())
def test_attributions_and_the_base_add_up_to_the_sum_of_the_leaves(forest):
    codes = codes_of()

    parts = forest.attributions(codes, MISSING, 3)

    assert parts.sum(axis=1) + forest.base() == pytest.approx(forest.raw(codes, MISSING), abs=1e-9)


@given(forests())
def test_a_forest_comes_back_from_its_arrays(forest):
    again = Forest.from_arrays(forest.to_arrays(), features=3)

    assert (again.raw(codes_of(), MISSING) == forest.raw(codes_of(), MISSING)).all()


def test_a_forest_of_features_that_are_not_there_is_refused():
    forest = Forest(np.array([[2]]), np.array([[0]]), np.array([[True]]), np.zeros((1, 2)), np.ones((1, 2)))

    with pytest.raises(ValueError, match="beyond the 2"):
        Forest.from_arrays(forest.to_arrays(), features=2)
    with pytest.raises(ValueError, match="do not fit"):
        Forest.from_arrays({**forest.to_arrays(), "tree_values": np.zeros((1, 3))}, features=3)


def test_the_mean_of_forests_is_the_mean_of_their_sums():
    one = Forest(np.array([[0]]), np.array([[0]]), np.array([[True]]), np.array([[0.0, 2.0]]), np.ones((1, 2)))
    other = Forest(np.array([[0]]), np.array([[1]]), np.array([[True]]), np.array([[4.0, 6.0]]), np.ones((1, 2)))
    codes = np.array([[0, 1, 2]], dtype=np.uint8)

    assert mean_of([one, other]).raw(codes, MISSING).tolist() == [2.0, 3.0, 4.0]
    assert len(joined([], 3)) == 0


def everything(**given):
    return Growth(**{"trees": 1, "depth": 1, "rate": 1.0, "l2": 1.0, "rows": 1.0, "columns": 1.0, **given})


def sample(matrix, y):
    bins = bins_of(np.asarray(matrix, dtype=float))
    return sample_of(bins.codes(np.asarray(matrix, dtype=float)), np.asarray(y, dtype=float), bins)


def test_the_first_tree_takes_the_cut_of_the_greatest_gain_and_newtons_step():
    of = sample([[1.0, 5.0], [2.0, 5.0], [3.0, 6.0], [4.0, 5.0]], [0, 0, 1, 1])

    tree = grow(of, everything(), 0.0, np.random.default_rng(0))

    assert (tree.feature.tolist(), tree.threshold.tolist()) == ([[0]], [[1]])
    # Each side has two rows with gradients of a half and weights of a quarter: 1 / (0.5 + l2).
    assert tree.values[0] == pytest.approx([-1 / 1.5, 1 / 1.5])
    assert tree.cover[0] == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize(("label", "side"), [(0.0, True), (1.0, False)])
def test_not_known_goes_to_the_side_where_it_gains(label, side):
    of = sample([[1.0], [1.0], [9.0], [9.0], [np.nan], [np.nan]], [0, 0, 1, 1, label, label])

    tree = grow(of, everything(), 0.0, np.random.default_rng(0))

    assert bool(tree.missing_left[0, 0]) is side


@pytest.mark.parametrize("seed", range(3))
def test_sums_left_over_by_subtraction_grow_the_trees_of_sums_made_anew(seed, monkeypatch):
    chance = np.random.default_rng(seed)
    matrix = np.where(chance.random((300, 4)) < 0.1, np.nan, chance.normal(size=(300, 4)).round(1))
    of = sample(matrix, chance.random(300) < 0.4)
    found = grow(of, everything(trees=3, depth=4, rate=0.3), 0.0, np.random.default_rng(0))

    def anew(level, part, node, answer):
        nodes = level.g.shape[1]
        return part.sums(node + answer * nodes, nodes * 2)

    monkeypatch.setattr("loyaltykit.churn.growing._children", anew)
    again = grow(of, everything(trees=3, depth=4, rate=0.3), 0.0, np.random.default_rng(0))
    assert (found.feature.tolist(), found.threshold.tolist()) == (again.feature.tolist(), again.threshold.tolist())
    assert found.values == pytest.approx(again.values)


def test_every_tree_lowers_the_loss_on_the_rows_it_learns_from():
    chance = np.random.default_rng(5)
    matrix = chance.normal(size=(400, 3))
    y = (matrix[:, 0] * matrix[:, 1] > 0).astype(float)
    of = sample(matrix, y)

    forest = grow(of, everything(trees=20, depth=3, rate=0.3), 0.0, np.random.default_rng(0))

    losses = [log_loss(y, logistic(forest.first(count).raw(of.codes, of.missing))) for count in range(21)]
    assert (np.diff(losses) < 0).all()
    assert losses[-1] < losses[0] / 2
