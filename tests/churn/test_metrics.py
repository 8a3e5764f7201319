"""Measures of scores: scikit-learn's figures, a naive count's figures, and what happens at the edges."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.churn import metrics

EXACT = 1e-12


def rows(n, seed, *, digits):
    rng = np.random.default_rng(seed)
    p = rng.random(n).round(digits)
    return (rng.random(n) < p).astype(float), p, rng.integers(0, 4, n).astype(float)


CASES = [rows(3_000, 1, digits=9), rows(400, 2, digits=1), rows(60, 3, digits=2)]

scored = st.lists(st.tuples(st.booleans(), st.integers(0, 20)), min_size=1, max_size=40).map(
    lambda pairs: (np.array([one for one, _ in pairs], dtype=float), np.array([p for _, p in pairs]) / 20)
)


@pytest.mark.parametrize(("y", "p", "w"), CASES)
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (metrics.auc, "roc_auc_score"),
        (metrics.pr_auc, "average_precision_score"),
        (metrics.brier, "brier_score_loss"),
        (metrics.log_loss, "log_loss"),
    ],
)
def test_measures_equal_those_of_scikit_learn(y, p, w, ours, theirs):
    theirs = getattr(pytest.importorskip("sklearn.metrics"), theirs)
    assert ours(y, p) == pytest.approx(theirs(y, p), abs=EXACT)
    assert ours(y, p, weight=w) == pytest.approx(theirs(y, p, sample_weight=w), abs=EXACT)


@pytest.mark.parametrize(("y", "p", "w"), CASES)
def test_the_calibration_curve_is_that_of_scikit_learn(y, p, w):
    calibration = pytest.importorskip("sklearn.calibration")
    rate, forecast = calibration.calibration_curve(y, p, n_bins=7, strategy="quantile")
    found = metrics.calibration_curve(y, p, bins=7)
    assert [one.rate for one in found] == pytest.approx(rate, abs=EXACT)
    assert [one.p for one in found] == pytest.approx(forecast, abs=EXACT)


@given(scored)
def test_auc_counts_pairs(case):
    y, p = case
    churned, stayed = p[y > 0], p[y == 0]
    pairs = len(churned) * len(stayed)
    won = sum((a > b) + (a == b) / 2 for a in churned.tolist() for b in stayed.tolist())
    assert metrics.auc(y, p) == (pytest.approx(won / pairs, abs=EXACT) if pairs else None)


@given(scored)
def test_average_precision_walks_down_the_thresholds(case):
    y, p = case
    area = last = 0.0
    for threshold in sorted(set(p), reverse=True):
        above = p >= threshold
        recall = y[above].sum() / max(1.0, y.sum())
        area, last = area + (recall - last) * y[above].mean(), recall
    assert metrics.pr_auc(y, p) == (pytest.approx(area, abs=EXACT) if y.any() else None)


@given(scored, st.floats(0.01, 1), st.randoms())
def test_the_order_of_rows_changes_nothing(case, share, random):
    y, p = case
    places = list(range(len(y)))
    random.shuffle(places)
    gain = {"value": 5, "cost": 1, "share": share}
    for measure in (metrics.auc, metrics.pr_auc, metrics.brier, metrics.log_loss, metrics.calibration_error):
        assert measure(y[places], p[places]) == pytest.approx(measure(y, p), abs=EXACT)
    assert metrics.lift_at(y[places], p[places], share) == pytest.approx(metrics.lift_at(y, p, share), abs=EXACT)
    assert metrics.expected_gain(y[places], p[places], **gain) == pytest.approx(
        metrics.expected_gain(y, p, **gain), abs=EXACT
    )


@given(scored)
def test_a_row_of_weight_two_is_two_rows(case):
    y, p = case
    weight = np.arange(len(y)) % 3
    twice = np.repeat(y, weight), np.repeat(p, weight)
    bins = {"bins": 1}  # more: the edges are those of the rows, whatever they weigh
    assert metrics.calibration_error(y, p, weight=weight, **bins) == pytest.approx(
        metrics.calibration_error(*twice, **bins), abs=EXACT
    )
    for measure in (metrics.auc, metrics.pr_auc, metrics.brier, metrics.log_loss, metrics.lift_at):
        assert measure(y, p, weight=weight) == pytest.approx(measure(*twice), abs=EXACT)


@given(scored)
def test_a_perfect_order_and_its_opposite(case):
    y, _ = case
    if 0 < y.sum() < len(y):
        assert metrics.auc(y, y) == metrics.pr_auc(y, y) == 1
        assert metrics.auc(y, 1 - y) == 0
        assert metrics.auc(y, np.full(len(y), 0.3)) == 0.5


def test_lift_among_equal_scores_is_what_a_draw_gives():
    y, p = np.array([1.0, 0, 1, 0, 0, 0, 0, 0, 0, 0]), np.array([0.9, 0.5, 0.5, 0.5, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1])
    assert metrics.lift_at(y, p, 0.1) == pytest.approx(5)
    assert metrics.lift_at(y, p, 0.3) == pytest.approx((1 + 2 / 4) / 3 / 0.2)
    assert metrics.lift_at(y, p, 0.05) == pytest.approx(5)
    assert metrics.lift_at(y, p, 1) == pytest.approx(1)


def test_a_gain_by_share_by_threshold_and_where_it_pays():
    y, p = np.array([1.0, 0, 1, 0]), np.array([0.9, 0.6, 0.3, 0.1])
    assert metrics.expected_gain(y, p, value=10, cost=2, share=0.5) == pytest.approx((10 - 4) / 4)
    assert metrics.expected_gain(y, p, value=10, cost=2, threshold=0.3) == pytest.approx((20 - 6) / 4)
    assert metrics.expected_gain(y, p, value=10, cost=2) == metrics.expected_gain(y, p, value=10, cost=2, threshold=0.2)
    assert metrics.expected_gain(y, p, value=0, cost=2) == 0
    assert metrics.break_even(10, 2) == 0.2
    assert metrics.break_even(0, 2) == math.inf


def test_acting_where_it_pays_is_the_best_threshold_for_true_probabilities():
    rng = np.random.default_rng(4)
    p = rng.random(200_000)
    y = (rng.random(len(p)) < p).astype(float)
    best = metrics.expected_gain(y, p, value=10, cost=4)
    assert best > max(metrics.expected_gain(y, p, value=10, cost=4, threshold=t) for t in (0.3, 0.5))


def test_calibration_error_of_forecasts_that_are_off_by_a_tenth():
    y, p = np.tile([1.0, 0.0], 50), np.repeat([0.4, 0.6], 50)
    assert metrics.calibration_error(y, p, bins=2) == pytest.approx(0.1)
    assert [one.to_dict() for one in metrics.calibration_curve(y, p, bins=2)] == [
        {"p": pytest.approx(0.4), "rate": 0.5, "n": 50},
        {"p": pytest.approx(0.6), "rate": 0.5, "n": 50},
    ]


def test_a_sure_and_wrong_forecast_costs_36_and_not_infinity():
    assert metrics.log_loss([1.0], [0.0]) == pytest.approx(36.04, abs=0.01)
    assert metrics.log_loss([0.0], [1.0]) == pytest.approx(36.04, abs=0.01)


ALL = [metrics.auc, metrics.pr_auc, metrics.lift_at, metrics.brier, metrics.log_loss, metrics.calibration_error]


@pytest.mark.parametrize("measure", ALL)
def test_no_rows_measure_nothing(measure):
    assert measure([], []) is None
    assert measure([1.0, 0.0], [0.5, 0.2], weight=[0.0, 0.0]) is None


def test_no_rows_have_neither_curve_nor_gain():
    assert metrics.calibration_curve([], []) == ()
    assert metrics.expected_gain([], [], value=1, cost=1) is None
    assert metrics.expected_gain([], [], value=1, cost=1, share=0.5) is None


def test_one_class_alone():
    p = [0.2, 0.4]
    assert [measure([0.0, 0.0], p) for measure in ALL[:3]] == [None, None, None]
    assert [measure([1.0, 1.0], p) for measure in ALL[:3]] == [None, 1, pytest.approx(1)]
    assert metrics.brier([0.0, 0.0], p) == pytest.approx(0.1)
    assert metrics.calibration_error([0.0, 0.0], p, bins=1) == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("y", "p", "weight", "told"),
    [
        ([1.0], [0.5, 0.5], None, "one length"),
        ([1.0], [0.5], [1.0, 1.0], "one length"),
        ([0.5], [0.5], None, "0 and 1 only"),
        ([math.nan], [0.5], None, "0 and 1 only"),
        ([1.0], [math.nan], None, "from 0 to 1"),
        ([1.0], [1.2], None, "from 0 to 1"),
        ([1.0], [0.5], [-1.0], "not below 0"),
    ],
)
def test_what_is_no_score_is_said(y, p, weight, told):
    for measure in ALL:
        with pytest.raises(ValueError, match=told):
            measure(y, p, weight=weight)


def test_wrong_arguments_are_said():
    for share in (0, 1.5):
        with pytest.raises(ValueError, match="a share lies above 0"):
            metrics.lift_at([1.0], [0.5], share)
    with pytest.raises(ValueError, match="not both"):
        metrics.expected_gain([1.0], [0.5], value=1, cost=1, share=0.5, threshold=0.5)
    with pytest.raises(ValueError, match="finite"):
        metrics.expected_gain([1.0], [0.5], value=math.inf, cost=1)
    with pytest.raises(ValueError, match="at least one bin"):
        metrics.calibration_error([1.0], [0.5], bins=0)
