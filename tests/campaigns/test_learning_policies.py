"""Thompson and LinUCB beside SquareCB: calibrated, better than chance, with a floor, over one and the same memory."""

import json
import math
from collections import Counter
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.app import policies as shell
from loyaltykit.campaigns.policies import LEARNING, LinUCB, Random, SquareCB, Thompson, policy_named
from loyaltykit.campaigns.policies.policy import Choice, drawn
from loyaltykit.campaigns.policies.sums import MAX_OPTIONS, SPREAD, Belief, added, beliefs, read, removed
from loyaltykit.campaigns.policies.thompson import chances_of_best
from loyaltykit.program.campaigns import POLICIES
from tests.campaigns.test_policies import CHANCES, CONTEXTS, HISTORY, IDS, OPTIONS, chance, student, suits, taught

EACH = pytest.mark.parametrize("policy", [SquareCB(), Thompson(), LinUCB()], ids=lambda policy: policy.name)


def played(policy, seed, n, *, turns=None, batch=1):
    """Whether each choice was the right one; from choice `turns` on, another option is right for each segment.

    Rewards are learnt in batches: until one is full, the policy knows nothing of the choices in it.
    """
    memory, right, waiting = {}, [], []
    for i in range(n):
        context = student(seed, i)
        choice = policy.choose(context, OPTIONS, chance=chance("choice", seed, i), memory=memory)
        best = suits(context)
        if turns is not None and i >= turns:
            best = OPTIONS[(OPTIONS.index(best) + 1) % 3]
        right.append(choice.option == best)
        waiting.append((context, choice.option, float(chance("reward", seed, i) < (0.5 if right[-1] else 0.2))))
        if len(waiting) == batch:
            for one in waiting:
                memory = policy.learn(memory, *one)
            waiting = []
    return right


def share(right):
    return sum(right) / len(right)


@pytest.fixture(scope="module")
def memory():
    """What 300 choices at random have taught."""
    history = []
    for i in range(300):
        context, option = student("log", i), OPTIONS[int(3 * chance("option", i))]
        rate = 0.5 if option == suits(context) else 0.2
        history.append((context, option, float(chance("reward", i) < rate)))
    return taught(history)


# --- what they learn -----------------------------------------------------------------------------------------------


@EACH
def test_regret_is_a_third_of_that_of_chance_and_falls(policy):
    right = played(policy, "regret", 900)
    assert share(right) > 0.6, "chance has a third"
    assert share(right[-300:]) > 0.75
    assert share(right[-300:]) > share(right[:300])


@settings(deadline=None, max_examples=50)
@given(HISTORY, CONTEXTS, st.sampled_from(OPTIONS), st.floats(0, 1), CONTEXTS)
def test_what_is_taken_back_leaves_what_was_believed_before(history, context, option, reward, asked):
    before = taught(history)
    after = removed(added(before, context, option, reward), context, option, reward)
    known, again = read(before), read(after)
    assert again["n"] == known["n"]
    assert set(again["options"]) == set(known["options"])
    for one, belief in beliefs(again, asked, OPTIONS).items():
        assert belief == pytest.approx(beliefs(known, asked, OPTIONS)[one], abs=1e-6)


def test_of_an_option_that_made_room_nothing_is_left_to_take_back():
    known = taught([({}, f"o{number}", 1.0) for number in range(MAX_OPTIONS + 1)])
    assert "o0" not in known["options"]
    less = removed(known, {}, "o0", 1.0)
    assert (less["n"], less["options"].keys()) == (MAX_OPTIONS, known["options"].keys())
    assert removed({}, {}, "a", 1.0) == {}


@EACH
def test_tastes_that_change_are_learnt_again(policy):
    right = played(policy, "drift", 1_500, turns=300)
    assert share(right[300:400]) < 0.4
    assert share(right[-300:]) > 0.65


@EACH
def test_rewards_that_come_in_batches_are_learnt_as_well(policy):
    assert share(played(policy, "batch", 900, batch=150)[-300:]) > 0.6


@EACH
@settings(deadline=None, max_examples=30)
@given(HISTORY, CONTEXTS)
def test_the_order_of_what_was_learnt_does_not_matter(policy, history, context):
    one, other = (
        policy.choose(context, OPTIONS, chance=0.0, memory=taught(rows, policy)).propensities
        for rows in (history, history[::-1])
    )
    assert dict(one) == pytest.approx(dict(other), abs=1e-6)


# --- what they log -------------------------------------------------------------------------------------------------


@EACH
def test_logged_propensities_are_the_frequencies(policy, memory):
    context = student("frequency")
    draws = [policy.choose(context, OPTIONS, chance=chance("draw", i), memory=memory) for i in range(2_000)]
    logged = draws[0].propensities
    assert all(draw.propensities == logged and draw.propensity == logged[draw.option] for draw in draws)
    counts = Counter(draw.option for draw in draws)
    chi_square = sum((counts[one] - 2_000 * part) ** 2 / (2_000 * part) for one, part in logged.items())
    assert chi_square < 13.8


@EACH
@settings(deadline=None)
@given(HISTORY, CONTEXTS, IDS, CHANCES)
def test_propensities_are_above_zero_sum_to_one_and_forget_the_order_of_options(policy, history, context, options, at):
    known = taught(history, policy)
    choice = policy.choose(context, options, chance=at, memory=known)
    assert set(choice.propensities) == set(options)
    assert min(choice.propensities.values()) > 0
    assert math.isclose(math.fsum(choice.propensities.values()), 1, abs_tol=1e-9)
    assert policy.choose(dict(reversed(context.items())), options[::-1], chance=at, memory=known) == choice


@pytest.mark.parametrize("name", LEARNING)
@pytest.mark.parametrize("floor", [0.02, 0.1, 1 / 3])
def test_each_option_keeps_its_floor(name, floor, memory):
    policy = policy_named(name, floor=floor)
    for i in range(20):
        weights = policy.choose(student("floor", i), OPTIONS, chance=0.5, memory=memory).propensities
        assert min(weights.values()) >= floor - 1e-12
        if name == "linucb":
            assert sorted(weights.values())[:2] == pytest.approx([floor, floor])


def test_a_floor_that_leaves_no_rest_is_a_fair_draw(memory):
    weights = LinUCB(floor=0.5).choose({}, OPTIONS, chance=0.5, memory=memory).propensities
    assert dict(weights) == pytest.approx(dict.fromkeys(OPTIONS, 1 / 3))


@pytest.mark.parametrize("make", LEARNING.values())
@pytest.mark.parametrize("floor", [-0.1, 1.5, math.nan])
def test_a_floor_is_a_probability(make, floor):
    with pytest.raises(ValueError, match="floor"):
        make(floor=floor)


def test_alpha_is_a_number():
    with pytest.raises(ValueError, match="alpha"):
        LinUCB(alpha=-1)


def test_alpha_counts_what_is_not_known(memory):
    """A new option is tried by the curious one, and left alone by the other."""
    options, context = (*OPTIONS, "brand-new"), student("visitor")
    curious, other = (
        LinUCB(alpha=alpha).choose(context, options, chance=0, memory=memory).propensities["brand-new"]
        for alpha in (2.0, 0.0)
    )
    assert curious > 0.5 > 0.05 + 1e-12 >= other


# --- the chance of being the best ----------------------------------------------------------------------------------

BELIEFS = st.builds(Belief, st.floats(-1, 2), st.floats(1e-6, SPREAD))


@settings(deadline=None)
@given(BELIEFS, BELIEFS)
def test_of_two_the_chance_of_being_the_best_has_a_formula(one, other):
    """P(X > Y) of two normal numbers is Phi((x - y) / sqrt(s^2 + t^2))."""
    expected = NormalDist().cdf((one.mean - other.mean) / math.hypot(one.spread, other.spread))
    assert chances_of_best({"a": one, "b": other})["a"] == pytest.approx(expected, abs=1e-9)


def test_of_several_it_agrees_with_draws():
    """100,000 draws each: three standard errors are below .005."""
    found = {"a": Belief(0.5, 0.02), "b": Belief(0.45, 0.1), "c": Belief(0.3, 0.3), "d": Belief(0.48, 0.0001)}
    wins = Counter()
    draws = [NormalDist(one.mean, one.spread).samples(100_000, seed=n) for n, one in enumerate(found.values())]
    for values in zip(*draws, strict=True):
        wins["abcd"[values.index(max(values))]] += 1
    weights = chances_of_best(found)
    assert all(abs(weights[one] - wins[one] / 100_000) < 0.005 for one in found)


def test_the_posterior_is_that_of_plain_numbers():
    """One column: after n rewards with the sum s the mean is (s - n m) / (n + 1), the variance 1 / (n + 1)."""
    known = taught([({}, "a", 1.0), ({}, "a", 0.0), ({}, "a", 1.0), ({}, "b", 0.0)], Thompson())
    mean = (2 + 0.5) / 5
    found = beliefs(known, {}, ("a", "b", "new"))
    assert found["a"] == pytest.approx((mean + (2 - 3 * mean) / 4, 0.5 * math.sqrt(1 / 4)))
    assert found["b"] == pytest.approx((mean + (0 - mean) / 2, 0.5 * math.sqrt(1 / 2)))
    assert found["new"] == pytest.approx((mean, 0.5))


# --- one memory ----------------------------------------------------------------------------------------------------


@EACH
@pytest.mark.parametrize("other", [SquareCB(), Thompson(), LinUCB()], ids=lambda policy: policy.name)
def test_a_policy_goes_on_with_what_another_of_ours_has_learnt(policy, other):
    known = taught([({}, "a", 1.0)] * 40 + [({}, "b", 0.0)] * 40, other)
    assert policy.choose({}, ("a", "b"), chance=0, memory=json.loads(json.dumps(known))).propensities["a"] > 0.9


@EACH
def test_the_memory_of_another_policy_is_refused(policy):
    for known in ({"kind": "tarot/1"}, {"cards": 22}):
        with pytest.raises(ValueError, match="memory"):
            policy.choose({}, OPTIONS, chance=0.0, memory=known)
        with pytest.raises(ValueError, match="memory"):
            policy.learn(known, {}, "a", 1.0)


@EACH
def test_a_memory_from_before_there_were_more_policies_is_read(policy, memory):
    old = {**memory, "kind": "squarecb/1"}
    context = student("old")
    assert policy.choose(context, OPTIONS, chance=0.5, memory=old) == policy.choose(
        context, OPTIONS, chance=0.5, memory=memory
    )


@EACH
def test_an_option_that_comes_is_tried_and_one_that_goes_is_not_chosen(policy, memory):
    context, before = student("later"), json.dumps(memory)
    more = policy.choose(context, (*OPTIONS, "brand-new"), chance=0.5, memory=memory).propensities
    assert more["brand-new"] > 0
    less = policy.choose(context, OPTIONS[1:], chance=0.5, memory=memory).propensities
    assert set(less) == set(OPTIONS[1:])
    assert json.dumps(memory) == before


@EACH
@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, 10**400, "", "\ud800", True, None])
def test_no_value_breaks_a_choice(policy, value, memory):
    learned = policy.learn(memory, {"odd": value}, OPTIONS[0], 1.0)
    weights = policy.choose({"odd": value}, OPTIONS, chance=0.0, memory=learned).propensities
    assert all(math.isfinite(weight) and weight > 0 for weight in weights.values())


def test_the_names_of_policies_are_the_same_everywhere():
    assert tuple(LEARNING) == POLICIES == shell.OURS
    assert [make().name for make in LEARNING.values()] == list(POLICIES)


# --- what another's policy says ------------------------------------------------------------------------------------


def said(**weights):
    return Choice("a", weights.get("a", 0.0), weights, "theirs")


def test_anothers_probabilities_are_drawn_with_here():
    """A policy that always takes `a`, and says that `b` had a chance, is corrected: what is logged is what happens."""
    choices = [drawn(said(a=0.25, b=0.75), ("a", "b"), floor=0.0, chance=i / 1_000) for i in range(1_000)]
    assert Counter(choice.option for choice in choices) == {"a": 250, "b": 750}
    assert {choice.propensity for choice in choices} == {0.25, 0.75}


def test_a_floor_counts_for_another_too():
    weights = drawn(said(a=1.0, b=0.0), ("a", "b"), floor=0.1, chance=0.0).propensities
    assert dict(weights) == pytest.approx({"a": 0.9, "b": 0.1})


@pytest.mark.parametrize(
    "weights",
    [{}, {"a": 1.0}, {"a": 0.5, "c": 0.5}, {"a": 0.6, "b": 0.6}, {"a": -0.5, "b": 1.5}, {"a": math.nan, "b": 1.0}],
)
def test_what_is_no_probability_is_refused(weights):
    with pytest.raises(ValueError, match="propensities"):
        drawn(said(**weights), ("a", "b"), floor=0.0, chance=0.5)


def test_chance_alone_learns_nothing_so_the_bar_of_these_tests_is_one():
    right = played(Random(), "regret", 900)
    assert 0.28 < share(right) < 0.39
