"""Policies: what they choose, what they log, what they learn; the bandit against a planted preference."""

import hashlib
import json
import math
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.campaigns.policies import Choice, Random, Rule, SquareCB, policy_named
from loyaltykit.campaigns.policies.features import COLUMNS, features
from loyaltykit.campaigns.policies.squarecb import MAX_GAMMA, MAX_OPTIONS, gamma, inverse_gap_weights

OPTIONS = ("bonus-lesson", "curator-review", "early-module")
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
CONTEXTS = st.dictionaries(st.text(max_size=10), VALUES, max_size=6)
IDS = st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=6, unique=True)
CHANCES = st.floats(0, 1, exclude_max=True)
HISTORY = st.lists(st.tuples(CONTEXTS, st.sampled_from(OPTIONS), st.floats(0, 1)), max_size=12)


def chance(*about):
    return int.from_bytes(hashlib.sha256(repr(about).encode()).digest()[:6]) / 2**48


def student(*about):
    """A student's context: the segment matters, the rest is noise."""
    return {
        "segment": f"s{int(3 * chance('segment', *about))}",
        "course": f"c{int(10 * chance('course', *about))}",
        "risk": chance("risk", *about),
        "quiet_days": int(60 * chance("days", *about)),
        "mentor": chance("mentor", *about) < 0.5,
        "topic": None,
    }


def suits(context):
    """The option that suits a segment best."""
    return OPTIONS[int(context["segment"][1:])]


def taught(history, policy=None):
    memory = {}
    for context, option, reward in history:
        memory = (policy or SquareCB()).learn(memory, context, option, reward)
    return memory


def trained(seed, n):
    """The memory and the choices of a bandit whose right choices bring a reward half of the time, others a fifth."""
    policy, memory, log = SquareCB(), {}, []
    for i in range(n):
        context = student(seed, i)
        choice = policy.choose(context, OPTIONS, chance=chance("choice", seed, i), memory=memory)
        rate = 0.5 if choice.option == suits(context) else 0.2
        memory = policy.learn(memory, context, choice.option, float(chance("reward", seed, i) < rate))
        log.append((context, choice))
    return memory, log


@pytest.fixture(scope="module")
def memory():
    return trained("fixture", 400)[0]


@pytest.mark.parametrize("seed", range(4))
def test_a_planted_preference_by_segment_is_found_within_2000_choices(seed):
    log = trained(seed, 2_000)[1]
    late = log[-500:]
    assert sum(choice.propensities[suits(context)] for context, choice in late) / len(late) > 0.9
    assert sum(choice.option == suits(context) for context, choice in log) / len(log) > 0.7


def test_a_bandit_that_can_tell_nothing_apart_does_not_pretend_to():
    """The same rewards for all: each option keeps a share, over the seeds, near a third."""
    shares = Counter()
    for seed in range(6):
        policy, memory = SquareCB(), {}
        for i in range(300):
            choice = policy.choose({}, OPTIONS, chance=chance("null", seed, i), memory=memory)
            memory = policy.learn(memory, {}, choice.option, float(chance("nothing", seed, i) < 0.4))
            shares[choice.option] += 1
    assert min(shares.values()) / shares.total() > 0.1


@pytest.mark.parametrize("name", ["random", "bandit"])
def test_logged_propensities_are_the_frequencies(name, memory):
    """Chi-square of 2,000 draws against the logged propensities; 13.8 is passed once in 1,000 at two degrees."""
    policy, context = policy_named(name), student("frequency")
    draws = [policy.choose(context, OPTIONS, chance=chance("draw", i), memory=memory) for i in range(2_000)]
    logged = draws[0].propensities
    assert all(draw.propensities == logged and draw.propensity == logged[draw.option] for draw in draws)
    counts = Counter(draw.option for draw in draws)
    chi_square = sum((counts[one] - 2_000 * share) ** 2 / (2_000 * share) for one, share in logged.items())
    assert chi_square < 13.8


def test_an_option_is_chosen_for_exactly_its_share_of_chance(memory):
    policy, context = SquareCB(), student("grid")
    grid = [policy.choose(context, OPTIONS, chance=i / 1_000, memory=memory) for i in range(1_000)]
    counts = Counter(choice.option for choice in grid)
    assert all(abs(counts[one] / 1_000 - share) <= 0.001 for one, share in grid[0].propensities.items())


@settings(deadline=None)
@given(HISTORY, CONTEXTS, IDS, CHANCES)
def test_propensities_are_above_zero_and_sum_to_one(history, context, options, at):
    for policy in (Random(), SquareCB()):
        choice = policy.choose(context, options, chance=at, memory=taught(history, policy))
        assert set(choice.propensities) == set(options)
        assert min(choice.propensities.values()) > 0
        assert math.isclose(math.fsum(choice.propensities.values()), 1, abs_tol=1e-12)
        assert choice.propensity == choice.propensities[choice.option]


@settings(deadline=None)
@given(HISTORY, CONTEXTS, CHANCES)
def test_memory_goes_through_json_unchanged(history, context, at):
    policy, known = SquareCB(), taught(history)
    again = json.loads(json.dumps(known, allow_nan=False))
    assert policy.choose(context, OPTIONS, chance=at, memory=again) == policy.choose(
        context, OPTIONS, chance=at, memory=known
    )
    assert policy.learn(again, context, "x", 1.0) == policy.learn(known, context, "x", 1.0)


@settings(deadline=None)
@given(HISTORY, CONTEXTS, st.permutations(OPTIONS), CHANCES)
def test_the_order_of_options_and_of_the_context_does_not_matter(history, context, options, at):
    turned = dict(reversed(context.items()))
    for policy in (Random(), SquareCB()):
        known = taught(history, policy)
        one = policy.choose(context, OPTIONS, chance=at, memory=known)
        assert policy.choose(turned, options, chance=at, memory=known) == one


def test_learning_leaves_the_given_memory_alone(memory):
    before = json.dumps(memory)
    SquareCB().learn(memory, student("new"), OPTIONS[0], 1.0)
    assert json.dumps(memory) == before


def test_a_new_option_starts_as_an_average_one(memory):
    options = (*OPTIONS, "brand-new")
    context = student("visitor")
    weights = SquareCB().choose(context, options, chance=0.0, memory=memory).propensities
    assert weights["brand-new"] > min(weights[one] for one in OPTIONS)


def test_an_option_that_is_gone_is_not_chosen_and_not_forgotten(memory):
    context = student("later")
    rest = OPTIONS[1:]
    assert set(SquareCB().choose(context, rest, chance=0.5, memory=memory).propensities) == set(rest)
    assert OPTIONS[0] in SquareCB().learn(memory, context, OPTIONS[1], 0.0)["options"]


def test_memory_stays_small_whatever_comes():
    policy, known = SquareCB(), {}
    for i in range(3 * MAX_OPTIONS):
        known = policy.learn(known, {f"name-{i}": f"value-{i}", "n": 10.0**i}, f"option-{i}", 1.0)
    assert len(known["options"]) == MAX_OPTIONS
    assert f"option-{3 * MAX_OPTIONS - 1}" in known["options"]
    assert "option-0" not in known["options"]
    assert len(json.dumps(known)) < 1_500_000


def test_a_number_is_learned_as_a_number():
    """Rewards that rise with risk for one option only: it is preferred at high risk, and not at low."""
    policy, known = SquareCB(), {}
    for i in range(600):
        risk = chance("risk", i)
        for option, rate in (("call", risk), ("mail", 0.5)):
            known = policy.learn(known, {"risk": risk}, option, float(chance(option, i) < rate))
    high, low = (policy.choose({"risk": risk}, ("call", "mail"), chance=0, memory=known) for risk in (0.95, 0.05))
    assert high.propensities["call"] > 0.8
    assert low.propensities["call"] < 0.2


@pytest.mark.parametrize(
    "value", [math.inf, -math.inf, math.nan, 10**400, -(10**400), "", "x" * 100_000, "\ud800", True, None, 5e-324]
)
def test_no_value_breaks_a_prediction(value, memory):
    policy = SquareCB()
    context = {"odd": value}
    learned = policy.learn(memory, context, OPTIONS[0], 1.0)
    weights = policy.choose(context, OPTIONS, chance=0.0, memory=learned).propensities
    assert all(math.isfinite(weight) and weight > 0 for weight in weights.values())


def test_features_are_stable_over_processes_and_machines():
    """Golden: a memory that is stored today must mean the same tomorrow."""
    found = features({"segment": "halfway", "risk": 0.5, "paid": True})
    assert {column: round(value, 6) for column, value in found.items()} == GOLDEN
    assert max(found) < COLUMNS


GOLDEN = {0: 1.0, 4: -0.481212, 10: 0.707107, 16: -0.707107, 18: 0.707107, 26: -0.707107}


def test_true_and_one_and_its_text_are_three_things():
    assert len({tuple(sorted(features({"a": value}).items())) for value in (True, 1, "1")}) == 3


def test_inverse_gap_weights_are_the_papers():
    weights = inverse_gap_weights({"a": 0.5, "b": 0.3, "c": 0.1}, 10)
    assert weights == pytest.approx({"b": 1 / 5, "c": 1 / 7, "a": 1 - 1 / 5 - 1 / 7})


def test_gamma_grows_with_the_square_root_and_ends():
    assert gamma(4, 0) == 0
    assert gamma(4, 100) == pytest.approx(10 * math.sqrt(100))
    assert gamma(4, 10**9) == MAX_GAMMA


def test_nothing_learned_is_a_fair_draw():
    choice = SquareCB().choose({"a": 1}, OPTIONS, chance=0.4, memory={})
    assert dict(choice.propensities) == pytest.approx(dict.fromkeys(OPTIONS, 1 / 3))


def test_the_rule_takes_the_first():
    choice = Rule().choose({}, ("z", "a"), chance=0.9, memory={})
    assert choice == Choice("z", 1.0, {"z": 1.0, "a": 0.0}, "rule")
    assert choice.to_dict() == {
        "option": "z",
        "propensity": 1.0,
        "propensities": {"z": 1.0, "a": 0.0},
        "policy": "rule",
    }


def test_policies_by_their_names():
    names = ("rule", "random", "bandit", "squarecb", "thompson", "linucb")
    assert [policy_named(name).name for name in names] == ["rule", "random", "squarecb", *names[3:]]
    with pytest.raises(ValueError, match="rule, random, bandit"):
        policy_named("magic")


@pytest.mark.parametrize("policy", [Rule(), Random(), SquareCB()], ids=lambda policy: policy.name)
@pytest.mark.parametrize(
    ("options", "at"), [((), 0.5), (("a", "a"), 0.5), (("a",), 1.0), (("a",), -0.1), (("a",), math.nan)]
)
def test_what_cannot_be_chosen_from_is_refused(policy, options, at):
    with pytest.raises(ValueError, match=r"choice|chance"):
        policy.choose({}, options, chance=at, memory={})


@pytest.mark.parametrize("policy", [Rule(), Random(), SquareCB()], ids=lambda policy: policy.name)
@pytest.mark.parametrize("reward", [-0.1, 1.1, math.nan, math.inf])
def test_a_reward_outside_zero_and_one_is_refused(policy, reward):
    with pytest.raises(ValueError, match="reward"):
        policy.learn({}, {}, "a", reward)


def test_another_memory_is_refused():
    with pytest.raises(ValueError, match="memory"):
        SquareCB().choose({}, OPTIONS, chance=0.0, memory={"kind": "tarot/1"})


def test_importing_the_policies_does_not_load_numpy():
    code = "import sys, loyaltykit.campaigns.policies as p; p.policy_named('bandit'); print('numpy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
