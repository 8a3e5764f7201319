import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.churn.calibration import Isotonic, Platt, _one_by_one, isotonic, platt, platt_where_better, pooled

COARSE = st.integers(-50, 50).map(lambda number: number / 8)  # the peer takes scores that nearly touch for one
ROWS = st.lists(st.tuples(st.floats(-1e6, 1e6), st.booleans()), min_size=1, max_size=60)


def split(rows):
    return np.array([row[0] for row in rows]), np.array([float(row[1]) for row in rows])


def test_violators_are_pooled_into_their_weighted_mean():
    means, sizes = pooled(np.array([1.0, 3.0, 2.0, 0.0, 5.0]), np.array([1.0, 1.0, 1.0, 2.0, 1.0]))

    assert means.tolist() == [1.0, 1.25, 5.0]
    assert sizes.tolist() == [1, 3, 1]


def test_scores_that_are_equal_are_one_step():
    found = isotonic([1.0, 1.0, 2.0], [0.0, 1.0, 1.0])

    assert found.of(np.array([0.0, 1.0, 1.5, 2.0, 9.0])).tolist() == [0.5, 0.5, 0.75, 1.0, 1.0]


@given(st.lists(st.tuples(COARSE, st.booleans()), min_size=1, max_size=60))
@settings(deadline=None)  # the first call imports the peer
def test_isotonic_is_scikit_learns(rows):
    peer = pytest.importorskip("sklearn.isotonic")
    score, y = split(rows)

    found = isotonic(score, y).of(score)

    expected = peer.IsotonicRegression(out_of_bounds="clip").fit(score, y).predict(score)
    assert np.allclose(found, expected, atol=1e-9)


@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(0.1, 10)), min_size=1, max_size=50))
def test_pooling_run_by_run_is_pooling_one_by_one(rows):
    values, weight = np.array(rows).T

    means, sizes = pooled(values, weight)
    expected, lengths = _one_by_one(values * weight, weight, np.ones(len(values), dtype=np.int64))

    assert np.allclose(np.repeat(means, sizes), np.repeat(expected, lengths))


def test_a_long_rise_with_a_low_end_is_pooled_in_one_go():
    values = np.append(np.arange(200_000.0), -1e12)

    means, sizes = pooled(values, np.ones(len(values)))

    assert sizes.tolist() == [len(values)]
    assert means[0] == pytest.approx(values.mean())


@given(ROWS)
def test_isotonic_never_falls_and_stays_between_zero_and_one(rows):
    score, y = split(rows)

    p = isotonic(score, y).of(np.sort(score))

    assert (np.diff(p) >= 0).all()
    assert ((p >= 0) & (p <= 1)).all()


def test_platt_is_scikit_learns():
    peer = pytest.importorskip("sklearn.calibration")
    chance = np.random.default_rng(1)
    score = chance.normal(size=500) * 3
    y = (chance.random(500) < 1 / (1 + np.exp(-(0.7 * score - 1)))).astype(float)

    found = platt(score, y)

    slope, intercept = peer._sigmoid_calibration(score, y)
    assert (found.slope, found.intercept) == pytest.approx((-slope, -intercept), abs=1e-4)


@given(ROWS)
def test_platt_has_finite_numbers_for_every_input(rows):
    score, y = split(rows)

    found = platt(score, y)

    assert np.isfinite([found.slope, found.intercept]).all()
    assert np.isfinite(found.of(score)).all()


def test_platt_of_labels_told_apart_by_the_score_keeps_to_the_smoothed_targets():
    found = platt([-1.0] * 8 + [1.0] * 8, [0.0] * 8 + [1.0] * 8)

    assert found.of(np.array([-1.0, 1.0])) == pytest.approx([1 / 10, 9 / 10])


def test_calibrations_come_back_from_their_arrays():
    score, y = np.array([0.1, 0.4, 0.5, 0.9]), np.array([0.0, 1.0, 0.0, 1.0])
    at = np.linspace(-1, 2, 50)

    for found, kind in ((platt(score, y), Platt), (isotonic(score, y), Isotonic)):
        assert (kind.from_arrays(found.arrays()).of(at) == found.of(at)).all()


@pytest.mark.parametrize("fit", [platt, isotonic])
@pytest.mark.parametrize(("score", "y"), [([np.nan], [1.0]), ([1.0], [2.0]), ([1.0, 2.0], [1.0])])
def test_what_is_no_score_or_label_is_refused(fit, score, y):
    with pytest.raises(ValueError, match="scores"):
        fit(score, y)


def years(shift, seed=0):
    """Log odds that are twice too sure, of six years; by year so much more than they say happens."""
    chance = np.random.default_rng(seed)
    score, year = chance.normal(-1, 3, 6_000), np.repeat(np.arange(6), 1_000)
    p = 1 / (1 + np.exp(-(score / 2 + np.asarray(shift)[year])))
    return score, (chance.random(6_000) < p).astype(float), year


def test_what_is_wrong_every_year_is_set_right():
    score, y, year = years([0.0] * 6)
    found = platt_where_better(score, y, year)
    assert found == platt(score, y)
    assert found.slope == pytest.approx(0.5, abs=0.05)


def test_what_differs_from_year_to_year_is_left_as_it_is():
    score, y, year = years([1.5, -1.5, 1.5, -1.5, 1.5, -1.5])
    assert platt_where_better(score / 2, y, year) == Platt()
    assert platt(score / 2, y) != Platt()


def test_a_single_part_says_nothing_about_another():
    score, y, _ = years([0.0] * 6)
    assert platt_where_better(score, y, np.zeros(6_000, dtype=np.int64)) == Platt()
