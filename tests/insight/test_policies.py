"""What another policy would have brought: by hand, against a known truth, and when there is no answer."""

import json
import math

import numpy as np
import pytest

from loyaltykit.campaigns.policies import Choice, LinUCB, Random, Rule, SquareCB, Thompson
from loyaltykit.insight.policies import evaluate, learned, off_policy
from loyaltykit.insight.policy_log import LoggedChoice

RATES = {("new", "call"): 0.5, ("new", "mail"): 0.2, ("old", "call"): 0.25, ("old", "mail"): 0.4}
OPTIONS = ("call", "mail")
TRUTH = 0.4 * (0.9 * 0.5 + 0.1 * 0.2) + 0.6 * (0.1 * 0.25 + 0.9 * 0.4)
"""Of a policy that gives the call to 90% of the new, who are 40%, and to 10% of the old."""


def school(seed, n=600, *, each=1, lie=None, full=False):
    """A log with known chances, and the probabilities of the policy that TRUTH is about."""
    rng = np.random.default_rng(seed)
    log, wanted = [], []
    for i in range(n):
        keen = rng.random() < 0.4
        segment, p = ("new", 0.75) if keen else ("old", 0.35)
        option = "call" if rng.random() < p else "mail"
        reward = float(rng.random() < RATES[segment, option])
        said = p if lie is None else lie(p)
        chances = {"call": said, "mail": 1 - said}
        context = {"segment": segment}
        more = chances if full else None
        log.append(LoggedChoice(f"m{i // each}", context, OPTIONS, option, chances[option], reward, more))
        wanted.append({"call": 0.9, "mail": 0.1} if keen else {"call": 0.1, "mail": 0.9})
    return log, wanted


# --- by hand -------------------------------------------------------------------------------------------------------


def test_the_estimates_agree_with_a_computation_by_hand():
    """200 rows: `a` with 1/4 (50, 20 with a reward), `b` with 3/4 (150, 90 with one); the policy gives `a` 1/2.

    w is 2 for `a` and 2/3 for `b`. IPS = (20 x 2 + 90 x 2/3) / 200 = 0.5; the weights sum to 200, so SNIPS is the same.
    Effective are 200^2 / (50 x 4 + 150 x 4/9) = 150. The variance of IPS: (30 x 0.5^2 + 20 x 1.5^2 + 60 x 0.5^2 +
    90 x (1/6)^2) / 200^2 x 200/199.
    """
    rows = [("a", 0.25, 1.0)] * 20 + [("a", 0.25, 0.0)] * 30 + [("b", 0.75, 1.0)] * 90 + [("b", 0.75, 0.0)] * 60
    log = [LoggedChoice(f"m{n}", {}, ("a", "b"), *row) for n, row in enumerate(rows)]
    found = off_policy(log, [{"a": 0.5, "b": 0.5}] * 200)
    assert (found.ips.value, found.snips.value) == pytest.approx((0.5, 0.5))
    assert found.effective == pytest.approx(150)
    assert (found.weight.value, found.logged.value) == pytest.approx((1.0, 0.55))
    squares = 30 * 0.25 + 20 * 2.25 + 60 * 0.25 + 90 / 36
    half = 1.959964 * math.sqrt(squares / 200**2 * 200 / 199)
    assert (found.ips.low, found.ips.high) == pytest.approx((0.5 - half, 0.5 + half), abs=1e-6)
    deviations = 20 * (2 * 0.5) ** 2 + 30 * (2 * 0.5) ** 2 + 90 * (2 / 3 * 0.5) ** 2 + 60 * (2 / 3 * 0.5) ** 2
    narrow = 1.959964 * math.sqrt(deviations / 200**2 * 200 / 199)
    assert (found.snips.low, found.snips.high) == pytest.approx((0.5 - narrow, 0.5 + narrow), abs=1e-6)


def test_the_policy_that_ran_brings_what_was_brought():
    log, _ = school(1)
    own = [{row.option: row.propensity, **{o: 1 - row.propensity for o in OPTIONS if o != row.option}} for row in log]
    found = off_policy(log, own)
    assert found.ips == found.logged
    assert found.effective == pytest.approx(600)
    assert found.verdict == "not-shown"


# --- against a known truth -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def repeated():
    """300 schools."""
    return [off_policy(*school(seed, 400)) for seed in range(300)]


@pytest.mark.parametrize("name", ["ips", "snips", "dr"])
def test_estimates_are_unbiased_and_their_intervals_hold_the_truth(name, repeated):
    """Of 300 intervals 285 should hold it; fewer than 272 or more than 295 come once in 500 times."""
    found = [getattr(one, name) for one in repeated if one.refusal is None]
    assert len(found) >= 298
    error = np.array([one.value for one in found]) - TRUTH
    assert abs(error.mean()) < 4 * error.std() / math.sqrt(len(found))
    assert 272 <= sum(one.low <= TRUTH <= one.high for one in found) <= 295


def test_the_regression_makes_the_interval_narrower(repeated):
    widths = {
        name: np.mean([getattr(one, name).high - getattr(one, name).low for one in repeated if one.refusal is None])
        for name in ("ips", "snips", "dr")
    }
    assert widths["dr"] < 0.97 * widths["ips"]
    assert widths["dr"] < 1.02 * widths["snips"]


def test_choices_of_one_member_are_not_taken_as_independent():
    """Three equal rows a member tell what one row tells: the interval does not shrink."""
    log, wanted = school(1, 300)
    more = [row for row in log for _ in range(3)], [row for row in wanted for _ in range(3)]
    once, often = off_policy(log, wanted), off_policy(*more)
    assert (often.members, often.n) == (300, 900)
    assert often.ips.high - often.ips.low == pytest.approx(once.ips.high - once.ips.low, rel=1e-9)


@pytest.mark.parametrize("policy", [SquareCB(), Thompson(), LinUCB()], ids=lambda policy: policy.name)
def test_a_policy_that_learns_is_found_to_be_better_than_chance(policy):
    """The best that can be is .4 x .5 + .6 x .4 = .44, chance brings .335."""
    rng = np.random.default_rng(6)
    log = []
    for i in range(1_200):
        segment, option = ("new" if rng.random() < 0.4 else "old"), OPTIONS[int(rng.random() < 0.5)]
        reward = float(rng.random() < RATES[segment, option])
        log.append(LoggedChoice(f"m{i}", {"segment": segment}, OPTIONS, option, 0.5, reward))
    found = evaluate(log, policy)
    assert found.verdict == "better"
    assert found.dr.low < 0.44 < found.dr.high + 0.03
    assert evaluate(log, Random()).verdict == "not-shown"


def test_nobody_is_judged_by_what_was_learnt_from_their_own_choices():
    """A policy that remembers who liked what is no better than chance on a log where nothing can be learnt."""

    class Memory(Random):
        def choose(self, context, options, *, chance, memory):
            best = memory.get(context["id"])
            weights = dict.fromkeys(options, 0.5) if best is None else {one: float(one == best) for one in options}
            return Choice(options[0], weights[options[0]], weights, "memory")

        def learn(self, memory, context, option, reward):
            return {**memory, context["id"]: option} if reward else memory

    rng = np.random.default_rng(9)
    log = [
        LoggedChoice(
            f"m{i}", {"id": f"m{i}"}, OPTIONS, OPTIONS[int(rng.random() < 0.5)], 0.5, float(rng.random() < 0.3)
        )
        for i in range(400)
    ]
    assert all(set(weights.values()) == {0.5} for weights in learned(log, Memory()))
    assert evaluate(log, Memory()).verdict == "not-shown"


# --- no answer -----------------------------------------------------------------------------------------------------


def refused(log, wanted):
    found = off_policy(log, wanted)
    assert (found.ips, found.snips, found.dr, found.gain, found.verdict) == (None, None, None, None, "refused")
    assert found.refusal.words("en") in found.words("en")
    return found.refusal


def test_fewer_than_100_effective_choices_are_too_few():
    """One in eight was given the mail, the policy gives nearly everybody the mail."""
    draws = [("mail", 0.125) if i % 8 == 0 else ("call", 0.875) for i in range(400)]
    log = [LoggedChoice(f"m{i}", {}, OPTIONS, *draw, float(i % 3 == 0)) for i, draw in enumerate(draws)]
    refusal = refused(log, [{"call": 0.02, "mail": 0.98}] * 400)
    assert refusal.code == "few"
    assert refusal.details["have"] < 100 == refusal.details["need"]


def test_fewer_than_100_members_are_too_few():
    assert refused(*school(2, 500, each=10)).code == "members"


def test_what_was_never_given_cannot_be_judged():
    log, _ = school(2)
    log = [row._replace(options=("call", "mail", "gift")) for row in log]
    refusal = refused(log, [{"call": 0.5, "mail": 0.4, "gift": 0.1}] * len(log))
    assert (refusal.code, refusal.details["option"], refusal.details["times"]) == ("hardly", "gift", 0)


def test_what_some_could_not_be_given_cannot_be_judged():
    """The old were never called; only the logged probabilities tell."""
    log = []
    for i in range(600):
        new = i % 2 == 0
        option = "call" if new and i % 4 == 0 else "mail"
        chances = {"call": 0.5, "mail": 0.5} if new else {"call": 0.0, "mail": 1.0}
        log.append(LoggedChoice(f"m{i}", {"new": new}, OPTIONS, option, chances[option], float(i % 3 == 0), chances))
    refusal = refused(log, [{"call": 0.5, "mail": 0.5}] * 600)
    assert (refusal.code, refusal.details) == ("support", {"option": "call", "share": pytest.approx(25)})
    assert off_policy(log, [dict(row.propensities) for row in log]).refusal is None


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("lie", [lambda p: 0.5, lambda p: 1 - p, lambda p: p * 0.7], ids=["half", "other", "less"])
def test_wrong_probabilities_are_found(lie, full):
    for seed in range(5):
        refusal = refused(*school(seed, 1_500, lie=lie, full=full))
        assert refusal.code in ("propensities", "weights")


def test_right_probabilities_are_not_accused():
    assert [seed for seed in range(60) if off_policy(*school(seed, 400, full=True)).refusal] == []


def test_hardly_any_success_or_failure_is_too_few():
    log, wanted = school(2)
    rare = [row._replace(reward=float(i < 5)) for i, row in enumerate(log)]
    assert refused(rare, wanted).code == "cases-something"
    assert refused([row._replace(reward=1 - row.reward) for row in rare], wanted).code == "cases-nothing"


def test_nothing_at_all():
    assert evaluate([], Rule()).refusal.code == "none"


@pytest.mark.parametrize(
    "change", [{"propensity": 0.0}, {"propensity": 1.1}, {"propensity": math.nan}, {"reward": 2.0}, {"option": "gift"}]
)
def test_impossible_rows_are_refused(change):
    log, wanted = school(2, 10)
    with pytest.raises(ValueError, match="propensity"):
        off_policy([log[0]._replace(**change), *log[1:]], wanted)


# --- what is said --------------------------------------------------------------------------------------------------


def test_words_and_json():
    found = off_policy(*school(1), policy="thompson")
    assert found.words("en") == (
        "thompson: 40.6%\N{NO-BREAK SPACE}[36.2, 45.1], +3.1 pp [1.4, 4.9] against what was chosen: better"
    ).replace("\N{NO-BREAK SPACE}", " ")
    assert found.words("ru").replace("\N{NO-BREAK SPACE}", " ") == (
        "thompson: 40,6 % [36,2; 45,1], +3,1 п.п. [1,4; 4,9] к тому, что выбирали: лучше"
    )
    told = json.loads(json.dumps(found.to_dict()))
    assert (told["policy"], told["verdict"], told["refusal"]) == ("thompson", "better", None)
    assert set(told["dr"]) == {"value", "low", "high"}
    none = off_policy(*school(1, 50))
    assert json.loads(json.dumps(none.to_dict()))["refusal"] == {"code": "members", "have": 50, "need": 100}
    assert none.words("ru") == "policy: сказать нельзя: выборы есть у участников: 50, а нужно хотя бы 100"
