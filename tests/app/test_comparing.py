"""`kit.evaluate_policy` and `kit.compare_policies`: the store's own log, joined with what came of each choice."""

import copy
import json

import pytest

import loyaltykit as lk
from loyaltykit.app import Loyalty
from loyaltykit.campaigns.policies import Choice, Random
from loyaltykit.errors import LoyaltyError
from loyaltykit.program.load import Program
from tests.app.judged import DAY, DOCUMENT, PROGRAM, START, event, simulate


class Odd(Random):
    def choose(self, context, options, *, chance, memory):
        raise RuntimeError(str(context))


class Calls(Random):
    """Calls everybody."""

    def choose(self, context, options, *, chance, memory):
        weights = {one: float(one == "call") for one in options}
        return Choice("call", weights["call"], weights, "calls")


@pytest.fixture(scope="module", params=["memory", "sqlite"])
def kit(request, tmp_path_factory):
    """Who was called comes back much oftener; chance decided who was called."""
    url = "memory:" if request.param == "memory" else f"sqlite:///{tmp_path_factory.mktemp('log')}/s.db"
    with Loyalty(PROGRAM, store=url) as kit:
        kit.record_many([event(f"a{n}", f"s{n}", n % 24 / 24) for n in range(700)])
        kit.advance(START + 8 * DAY)
        with kit._journal.reading() as store:
            names = dict(store.members(limit=10_000))
            called = {
                names[row.member]
                for row in store.effects_of("campaigns.back", "offer", after=0, to=store.last_member())
                if json.loads(row.data)["option"] == "call"
            }
        back = [n for n in range(700) if n % 10 < (7 if f"s{n}" in called else 2)]
        kit.record_many([event(f"b{n}", f"s{n}", 9.5) for n in back])
        kit.advance(START + 25 * DAY)
        yield kit


def test_a_policy_is_judged_by_what_the_store_has_logged(kit):
    """The call brings .7, the bonus .2: calling everybody brings a quarter more than a coin."""
    found = kit.evaluate_policy("back", "1", Calls("calls"))
    assert isinstance(found, lk.PolicyValue)
    assert found.n == found.members == kit.goals()["returned"].measured.treated.n
    assert found.verdict == "better"
    assert found.dr.low < 0.7 < found.dr.high
    assert 0.4 < found.logged.value < 0.5
    assert kit.evaluate_policy("back", "1", "rule").dr.high < 0.4, "the first option is the bonus"


def test_all_there_are_are_compared(kit):
    (step,) = kit.compare_policies("back").steps
    assert (step.step, step.by, step.policy, step.left_out) == ("1", "random", "", 0)
    verdicts = {value.policy: value.verdict for value in step.values}
    assert verdicts == {
        "random": "not-shown",
        "rule": "worse",
        "squarecb": "better",
        "thompson": "better",
        "linucb": "better",
    }
    told = json.loads(json.dumps(kit.compare_policies("back", ["rule"]).to_dict()))
    assert [one["policy"] for one in told["steps"][0]["policies"]] == ["rule"]
    assert told["steps"][0]["logged"]["value"] == step.logged.value


def test_who_has_time_left_is_not_counted(kit):
    found = kit.evaluate_policy("back", "1", "random", at=START + 9 * DAY)
    assert (found.n, found.refusal.code) == (0, "none")


def test_a_policy_that_fails_is_named_and_the_others_are_told(kit):
    found = kit.evaluate_policy("back", "1", Odd("odd"))
    assert (found.verdict, found.refusal.code) == ("refused", "failed")
    assert found.words("en") == "odd: cannot be told: it fails with RuntimeError"


def test_what_there_is_not_is_refused_with_the_nearest(kit):
    for arguments, code in (
        (("bakc", "1", "rule"), "campaign/unknown"),
        (("back", "2", "rule"), "policy/step"),
        (("back", "1", "thomson"), "policy/unknown"),
    ):
        with pytest.raises(LoyaltyError) as caught:
            kit.evaluate_policy(*arguments)
        assert caught.value.code == code
    assert "did you mean thompson" in str(caught.value)
    assert kit.compare_policies("open").steps == ()
    assert str(kit.compare_policies("open")) == "nothing has been offered yet"


def changed(**offer):
    document = copy.deepcopy(DOCUMENT)
    document["campaigns"]["back"]["steps"][0]["offer"].update(offer)
    return Program.from_dict(document)


def test_where_chance_did_not_choose_nothing_is_said():
    with Loyalty(changed(by="rule")) as kit:
        simulate(kit, students=300, base=0.3, lift=0.0, seed=1)
        (step,) = kit.compare_policies("back").steps
        assert {value.refusal.code for value in step.values} == {"not-drawn"}
        assert "выбирал не случай" in step.words("ru")


@pytest.mark.parametrize("policy", ["squarecb", "thompson", "linucb"])
def test_the_log_of_a_bandit_holds_the_probability_of_every_option(policy):
    with Loyalty(changed(by="bandit", policy=policy, floor="10%")) as kit:
        simulate(kit, students=500, base=0.3, lift=0.0, seed=1)
        found = kit.evaluate_policy("back", "1", "random")
        assert found.weight.low <= 1 <= found.weight.high
        with kit._journal.reading() as store:
            rows = store.effects_of("campaigns.back", "offer", after=0, to=store.last_member())
            offers = [one for row in rows if "by" in (one := json.loads(row.data))]
        assert all(one["propensities"][one["option"]] == one["propensity"] for one in offers)
        assert {tuple(one["propensities"]) for one in offers} == {("bonus", "call")}
        assert (found.verdict, found.refusal) == ("not-shown", None)
        (step,) = kit.compare_policies("back", ["random"]).steps
        assert (step.by, step.policy) == ("bandit", policy)
