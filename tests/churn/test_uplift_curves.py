"""Qini and uplift curves: what they must be by reason, and what scikit-uplift makes of the same rows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.churn import uplift

GOLDEN = [
    (1, 40, 7, 0.11129044528772297, 0.26289332076903893),
    (2, 60, 1000, 0.016579435677897516, 0.02214198622457029),
]
GOLDEN += [(3, 25, 2, 0.06217995610826628, 0.07350397786233137), (4, 50, 1, 0.0, 0.0)]
"""Seed, rows, levels of the score; qini_auc_score and uplift_auc_score of scikit-uplift 0.5.1 on `rows`."""

QINI_CURVE = [0.0, 0.8, 1.2222222222222223, 1.6363636363636367, 3.625, 3.5, 2.1578947368421053, 2.0]
UPLIFT_CURVE = [0.0, 4.800000000000001, 3.9722222222222223, 3.886363636363637, 9.425, 9.227272727272728]
UPLIFT_CURVE += [5.3117408906882595, 4.444444444444446]
"""The curves of the first, by scikit-uplift 0.5.1; both at 0, 6, 13, 19, 26, 29, 32 and 40 rows."""


def rows(seed, size, levels):
    """An experiment that is the same everywhere: a linear congruential generator of 31 bits."""
    numbers, state = [], seed
    for _ in range(3 * size):
        state = (1103515245 * state + 12345) % 2**31
        numbers.append(state >> 16)
    benefit, treated, score = np.array(numbers).reshape(3, size)
    return benefit % 2, treated % 2, score % levels


@pytest.mark.parametrize(("seed", "size", "levels", "qini", "auuc"), GOLDEN)
def test_the_areas_are_those_of_scikit_uplift(seed, size, levels, qini, auuc):
    benefit, treated, score = rows(seed, size, levels)
    assert uplift.qini(benefit, treated, score) == pytest.approx(qini, abs=1e-12)
    assert uplift.auuc(benefit, treated, score) == pytest.approx(auuc, abs=1e-12)


def test_the_curves_are_those_of_scikit_uplift():
    benefit, treated, score = rows(1, 40, 7)
    qini, lift = uplift.qini_curve(benefit, treated, score), uplift.uplift_curve(benefit, treated, score)
    assert qini.rows.tolist() == lift.rows.tolist() == [0, 6, 13, 19, 26, 29, 32, 40]
    assert qini.gain == pytest.approx(QINI_CURVE, abs=1e-12)
    assert lift.gain == pytest.approx(UPLIFT_CURVE, abs=1e-12)
    best, best_uplift = uplift.perfect_qini_curve(benefit, treated), uplift.perfect_uplift_curve(benefit, treated)
    assert (best.rows.tolist(), best.gain.tolist()) == ([0, 11, 29, 40], [0, 11, 11, 2])
    assert best_uplift.rows.tolist() == [0, 11, 22, 33, 40]
    assert best_uplift.gain == pytest.approx([0, 11, 22, 16.5, 4.444444444444446], abs=1e-12)


@pytest.mark.parametrize(("share", "found"), [(0.3, 0.4153846153846154), (0.5, 0.1770334928229665)])
def test_the_effect_at_the_top_is_that_of_scikit_uplift(share, found):
    benefit, treated, _ = rows(2, 60, 1)
    assert uplift.uplift_at(benefit, treated, np.arange(60) * 7 % 60, share) == pytest.approx(found, abs=1e-12)


@pytest.mark.filterwarnings("ignore")
def test_on_many_experiments_with_ties_everything_equals_scikit_uplift():
    theirs = pytest.importorskip("sklift.metrics", reason="scikit-uplift is in the extra “bench” only")
    compared = 0
    for seed in range(80):
        chance = np.random.default_rng(seed)
        size = int(chance.integers(8, 200))
        benefit, treated = (chance.random((2, size)) < chance.uniform(0.1, 0.9, (2, 1))).astype(int)
        score = chance.integers(0, (2, 9, 10**6)[seed % 3], size) / 7
        if min(len(set(benefit)), len(set(treated))) < 2 or uplift.auuc(benefit, treated, score) is None:
            continue
        compared += 1
        assert uplift.qini(benefit, treated, score) == pytest.approx(
            theirs.qini_auc_score(benefit, score, treated), abs=1e-9
        )
        assert uplift.auuc(benefit, treated, score) == pytest.approx(
            theirs.uplift_auc_score(benefit, score, treated), abs=1e-9
        )
        for ours, other in ((uplift.qini_curve, theirs.qini_curve), (uplift.uplift_curve, theirs.uplift_curve)):
            found, (at, gain) = ours(benefit, treated, score), other(benefit, score, treated)
            assert found.rows.tolist() == at.tolist()
            assert found.gain == pytest.approx(gain, abs=1e-9)
    assert compared > 60


EXPERIMENTS = st.integers(4, 60).flatmap(
    lambda size: st.tuples(
        *(st.lists(st.integers(0, 1), min_size=size, max_size=size) for _ in range(2)),
        st.lists(st.integers(-5, 5), min_size=size, max_size=size),
    )
)


@settings(deadline=None)
@given(EXPERIMENTS)
def test_only_the_order_of_the_scores_matters(case):
    benefit, treated, score = map(np.array, case)
    for figure in (uplift.qini, uplift.auuc, uplift.uplift_at):
        assert figure(benefit, treated, score) == figure(benefit, treated, np.exp(score) - 7)


@settings(deadline=None)
@given(EXPERIMENTS, st.randoms())
def test_the_order_of_the_rows_does_not_matter(case, chance):
    order = list(range(len(case[0])))
    chance.shuffle(order)
    benefit, treated, score = map(np.array, case)
    for figure in (uplift.qini, uplift.auuc, uplift.uplift_at):
        assert figure(benefit[order], treated[order], score[order]) == figure(benefit, treated, score)


@settings(deadline=None)
@given(EXPERIMENTS)
def test_who_knows_the_outcome_has_the_whole_area_and_the_highest_curve(case):
    benefit, treated, score = map(np.array, case)
    best = uplift.qini(benefit, treated, benefit * treated - benefit * (1 - treated))
    assert best is None or best == pytest.approx(1)
    highest = uplift.perfect_qini_curve(benefit, treated).gain.max()
    assert uplift.qini_curve(benefit, treated, score).gain.max() <= highest + 1e-9


@settings(deadline=None)
@given(EXPERIMENTS)
def test_one_score_for_all_is_worth_nothing_and_whoever_is_reversed_loses(case):
    benefit, treated, score = map(np.array, case)
    flat = uplift.qini(benefit, treated, np.zeros(len(benefit)))
    assert flat is None or flat == pytest.approx(0, abs=1e-12)
    assert uplift.uplift_at(benefit, treated, score, 1.0) == uplift.uplift_at(benefit, treated, -score, 1.0)


def test_a_random_order_is_worth_about_nothing():
    chance = np.random.default_rng(5)
    treated, benefit = chance.integers(0, 2, (2, 20_000))
    found = [uplift.qini(benefit, treated, chance.random(20_000)) for _ in range(30)]
    assert abs(np.mean(found)) < 0.003


def test_who_responds_to_treatment_only_is_found_by_the_true_effect_and_not_by_the_risk():
    chance = np.random.default_rng(1)
    risk, movable, treated = chance.random(20_000), chance.random(20_000) < 0.3, chance.integers(0, 2, 20_000)
    benefit = chance.random(20_000) < np.where(movable & (treated == 1), 1 - risk / 2, 1 - risk)
    truth = np.where(movable, risk / 2, 0.0)
    assert uplift.qini(benefit, treated, truth) > 2 * uplift.qini(benefit, treated, risk) > 0


def test_members_who_tie_at_the_border_count_by_the_part_that_fits():
    benefit, treated, score = [1, 0, 1, 0, 0, 0], [1, 0, 1, 1, 0, 0], [2, 2, 1, 1, 1, 1]
    half = (1 + 0.25) / (1 + 0.5) - 0.0
    assert uplift.uplift_at(benefit, treated, score, 0.5) == pytest.approx(half)


def test_against_the_effect_the_axes_are_shares_of_members_and_of_the_effect():
    benefit, treated, score = rows(2, 60, 1000)
    curve = uplift.qini_curve(benefit, treated, score)
    by_hand = np.trapezoid(curve.gain / curve.gain[-1], curve.rows / 60) - 0.5
    assert uplift.qini(benefit, treated, score, against="effect") == pytest.approx(by_hand)
    assert curve.area == pytest.approx(by_hand * 60 * curve.gain[-1])


def test_a_good_order_is_above_zero_also_where_treatment_does_harm_on_the_whole():
    chance = np.random.default_rng(3)
    harmed, treated = chance.random(8_000) < 0.7, chance.integers(0, 2, 8_000)
    benefit = chance.random(8_000) < 0.5 - 0.3 * treated * harmed
    assert uplift.qini(benefit, treated, ~harmed, against="effect") > 0.1
    assert uplift.qini(benefit, treated, harmed, against="effect") < -0.1


@pytest.mark.parametrize(
    ("benefit", "treated"), [([], []), ([1, 0], [1, 1]), ([1, 0], [0, 0]), ([0, 0, 0, 0], [0, 1, 0, 1])]
)
def test_what_is_not_defined_is_none_and_no_number(benefit, treated):
    assert uplift.qini(benefit, treated, np.arange(len(benefit))) is None
    assert uplift.qini(benefit, treated, np.arange(len(benefit)), against="effect") is None


@pytest.mark.parametrize(
    ("benefit", "treated", "score", "words"),
    [
        ([1, 0], [1], [1, 2], "one benefit and one arm a row"),
        ([1, 2], [1, 0], [1, 2], "benefit must be 0 or 1"),
        ([1, 0], [1, np.nan], [1, 2], "treated must be 0 or 1"),
        ([1, 0], [1, 0], [1], "2 rows need 2 scores"),
        ([1, 0], [1, 0], [1, np.nan], "not a number"),
    ],
)
def test_wrong_use_is_said(benefit, treated, score, words):
    with pytest.raises(ValueError, match=words):
        uplift.qini(benefit, treated, score)


def test_wrong_options_are_said():
    with pytest.raises(ValueError, match="against"):
        uplift.qini([1, 0], [1, 0], [1, 2], against="everything")
    with pytest.raises(ValueError, match="share"):
        uplift.uplift_at([1, 0], [1, 0], [1, 2], 0.0)


def simulated(size, seed=0):
    chance = np.random.default_rng(seed)
    treated, score = chance.integers(0, 2, size), chance.normal(size=size)
    return (chance.random(size) < 0.3 + 0.1 * treated * (score > 0)).astype(float), treated, score


def test_the_interval_holds_the_figure_and_the_same_seed_gives_the_same():
    benefit, treated, score = simulated(4_000)
    found = uplift.figures(benefit, treated, score, draws=200, seed=3)
    assert found == uplift.figures(benefit, treated, score, draws=200, seed=3)
    assert found != uplift.figures(benefit, treated, score, draws=200, seed=4)
    for one in (found.qini, found.qini_effect, found.auuc, found.top, found.effect):
        assert one.low < one.value < one.high
    assert found.qini.value == uplift.qini(benefit, treated, score)
    assert found.qini.above_zero
    assert found.treated + found.control == 4_000


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    held = 0
    for seed in range(100):
        benefit, treated, score = simulated(600, seed)
        effect = uplift.figures(benefit, treated, score, draws=200, confidence=0.9).effect
        held += effect.low <= 0.05 <= effect.high
    assert 82 <= held <= 97


def test_rows_of_one_member_go_together_and_widen_the_interval():
    benefit, treated, score = simulated(500)
    four = [np.repeat(one, 4) for one in (benefit, treated, score)]
    alone = uplift.figures(*four, draws=300).effect
    together = uplift.figures(*four, member=np.repeat(np.arange(500), 4), draws=300).effect
    assert together.high - together.low > 1.7 * (alone.high - alone.low)


def test_two_rankings_are_compared_on_the_same_draws():
    benefit, treated, score = simulated(4_000)
    noise = np.random.default_rng(1).normal(size=4_000)
    found = uplift.qini_difference(benefit, treated, score, noise, draws=200)
    assert found.above_zero
    same = uplift.qini_difference(benefit, treated, score, 2 * score, draws=50)
    assert (same.value, same.low, same.high) == (0, 0, 0)


@settings(max_examples=40, deadline=None)
@given(EXPERIMENTS)
def test_hard_rows_never_give_a_figure_that_is_no_number(case):
    found = uplift.figures(*case, draws=20)
    for one in (found.qini, found.qini_effect, found.auuc, found.top, found.effect):
        for value in (one.value, one.low, one.high):
            assert value is None or np.isfinite(value)
