"""Whom to do what for: the best by reckoning on small cases, and never more than the budget."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.churn.decisions import NOTHING, best_action, expected_gain

EFFECTS = st.floats(-0.2, 0.5)
MEMBERS = st.integers(1, 5).flatmap(
    lambda size: st.tuples(
        st.lists(EFFECTS, min_size=size, max_size=size),
        st.lists(EFFECTS, min_size=size, max_size=size),
        st.lists(st.sampled_from([50.0, 100.0, 1000.0]), min_size=size, max_size=size),
        st.sampled_from([0.0, 1.0, 7.5]),
        st.sampled_from([3.0, 20.0]),
    )
)


def chosen(case, **options):
    letter, call, value, cheap, dear = case
    return best_action({"letter": letter, "call": call}, value, {"letter": cheap, "call": dear}, **options)


def by_hand(case, taken):
    letter, call, value, cheap, dear = case
    gains = [
        (0.0, letter[at] * value[at] - cheap, call[at] * value[at] - dear)[which] for at, which in enumerate(taken)
    ]
    return sum(gains), sum((0.0, cheap, dear)[which] for which in taken)


def test_the_action_with_the_largest_gain_is_taken_and_nothing_where_all_lose():
    found = best_action(
        {"letter": [0.01, 0.10, 0.10, -0.1], "call": [0.02, 0.12, 0.30, 0.0]}, 100, {"letter": 2, "call": 10}
    )
    assert found.words == [None, "letter", "call", None]
    assert found.gain == pytest.approx([0, 8, 20, 0])
    assert found.cost.tolist() == [0, 2, 10, 0]
    assert found.counts() == {"letter": 1, "call": 1}
    assert found.taken[0] == NOTHING


@settings(deadline=None)
@given(MEMBERS)
def test_without_a_budget_no_other_choice_gains_more(case):
    size = len(case[0])
    best = max(by_hand(case, taken)[0] for taken in product(range(3), repeat=size))
    assert chosen(case).gain.sum() == pytest.approx(best)


@settings(max_examples=150, deadline=None)
@given(MEMBERS, st.sampled_from([0.0, 1.0, 7.5, 10.0, 23.0, 45.0]))
def test_a_budget_is_kept_and_the_best_is_missed_by_no_more_than_one_action(case, budget):
    found = chosen(case, budget=budget)
    assert found.cost.sum() <= budget + 1e-9
    assert (found.gain >= 0).all()
    within = [by_hand(case, taken) for taken in product(range(3), repeat=len(case[0]))]
    best = max(gain for gain, cost in within if cost <= budget)
    assert found.gain.sum() >= best - chosen(case).gain.max() - 1e-9


def test_a_budget_goes_to_those_who_gain_most():
    found = best_action({"call": [0.1, 0.5, 0.3, 0.4]}, 100, {"call": 10}, budget=20)
    assert found.words == [None, "call", None, "call"]
    assert best_action({"call": [0.1] * 10}, 10, {"call": 0.1}, budget=1.0).counts() == {"call": 10}


def test_the_riskiest_get_nothing_where_nothing_helps_them():
    risk = np.array([0.95, 0.9, 0.3])
    helped = np.array([0.0, 0.01, 0.2])
    assert best_action({"letter": helped}, 100, {"letter": 2}).words == [None, None, "letter"]
    assert best_action({"letter": risk}, 100, {"letter": 2}).counts() == {"letter": 3}


@pytest.mark.parametrize(
    ("uplift", "value", "cost", "budget", "words"),
    [
        ({"a": [0.1]}, 1, {"b": 1}, None, "its cost"),
        ({}, 1, {}, None, "one uplift a member"),
        ({"a": [0.1], "b": [0.1, 0.2]}, 1, {"a": 1, "b": 1}, None, "one uplift a member"),
        ({"a": [np.nan]}, 1, {"a": 1}, None, "finite"),
        ({"a": [0.1]}, 1, {"a": -1}, None, "below zero"),
        ({"a": [0.9]}, 9, {"a": 1}, -1, "budget"),
    ],
)
def test_wrong_use_is_said(uplift, value, cost, budget, words):
    with pytest.raises(ValueError, match=words):
        best_action(uplift, value, cost, budget=budget)


def test_nobody_gets_nothing():
    assert best_action({"a": []}, 1, {"a": 1}, budget=5).words == []


def test_the_expected_curve_adds_up_the_best_first():
    curve = expected_gain([0.1, 0.3, -0.2], 100, 5)
    assert curve.share == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert curve.expected * 3 == pytest.approx([0, 25, 30, 5])
    assert curve.best == pytest.approx(2 / 3)
    assert curve.measured is None


def test_the_measured_curve_is_that_of_the_experiment():
    chance = np.random.default_rng(0)
    effect, treated = np.repeat([0.3, 0.0], 10_000), chance.integers(0, 2, 20_000)
    benefit = chance.random(20_000) < 0.2 + effect * treated
    curve = expected_gain(effect, 100, 10, outcome=(benefit, treated))
    assert curve.expected == pytest.approx([0, 10, 5])
    assert curve.measured == pytest.approx([0, 10, 5], abs=1.5)
    assert curve.best == 0.5


def test_a_curve_of_what_is_no_number_is_refused():
    with pytest.raises(ValueError, match="finite"):
        expected_gain([np.inf], 1, 1)
    assert expected_gain([], 1, 1).expected.tolist() == [0]
