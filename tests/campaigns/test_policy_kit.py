"""The kit for policies: those that ship hold all checks, and each check finds the fault that is planted for it."""

import random

import pytest

from loyaltykit.campaigns.policies import Choice, LinUCB, Random, Rule, SquareCB, Thompson
from loyaltykit.testing import check_policy, policy_checks, policy_report

SHIPPED = (SquareCB, Thompson, LinUCB)
LONG = [check for check in policy_checks() if check.name in ("bounded", "learns")]
SHORT = [check for check in policy_checks() if check not in LONG]


class Counts:
    """A small honest policy: the share of rewards of each option, whoever the student is, and a floor of 10%."""

    name = "counts"

    def choose(self, context, options, *, chance, memory):
        self.refuse(options, chance)
        means = {one: self.mean(memory, one) for one in options}
        best = max(sorted(options), key=means.__getitem__)
        floor = 0.1 if len(options) < 9 else 1 / len(options)
        weights = dict.fromkeys(options, floor)
        weights[best] = 1 - floor * (len(options) - 1)
        return self.drawn(weights, chance)

    def learn(self, memory, context, option, reward):
        if not 0 <= reward <= 1:
            raise ValueError("reward")
        n, total = memory.get(option, [0, 0.0])
        return {**memory, option: [n + 1, total + reward]}

    def refuse(self, options, chance):
        if not options or len(set(options)) < len(options) or not 0 <= chance < 1:
            raise ValueError("misuse")

    def mean(self, memory, option):
        n, total = memory.get(option, [0, 0.0])
        return (total + 1) / (n + 2)

    def drawn(self, weights, chance):
        passed = 0.0
        for one in sorted(weights):
            passed += weights[one]
            if chance < passed:
                break
        return Choice(one, weights[one], weights, self.name)


class NoChoice(Counts):
    def choose(self, context, options, *, chance, memory):
        return super().choose(context, options, chance=chance, memory=memory).option


class NoName(Counts):
    name = "Our Policy"


class Another(Counts):
    name = "thompson"


class Chancy(Counts):
    def choose(self, context, options, *, chance, memory):
        return super().choose(context, options, chance=random.random(), memory=memory)


class Keeps(Counts):
    def __init__(self):
        self.seen = {}

    def choose(self, context, options, *, chance, memory):
        return super().choose(context, options, chance=chance, memory=self.seen)

    def learn(self, memory, context, option, reward):
        self.seen = super().learn(self.seen, context, option, reward)
        return super().learn(memory, context, option, reward)


class TooMuch(Counts):
    def drawn(self, weights, chance):
        return super().drawn({one: 2 * weight for one, weight in weights.items()}, chance)


class OnlyTheChosen(Counts):
    def drawn(self, weights, chance):
        choice = super().drawn(weights, chance)
        return Choice(choice.option, choice.propensity, {choice.option: choice.propensity}, self.name)


class Claims(Counts):
    """Takes the best, and says that others had a chance."""

    def drawn(self, weights, chance):
        best = max(sorted(weights), key=weights.__getitem__)
        return Choice(best, weights[best], weights, self.name)


class Sure(Counts):
    def drawn(self, weights, chance):
        best = max(sorted(weights), key=weights.__getitem__)
        return Choice(best, 1.0, {one: float(one == best) for one in weights}, self.name)


class ByPlace(Counts):
    def drawn(self, weights, chance):
        passed = 0.0
        for one in weights:
            passed += weights[one]
            if chance < passed:
                break
        return Choice(one, weights[one], weights, self.name)


class OnlyKnown(Counts):
    def mean(self, memory, option):
        return memory[option][1] / memory[option][0] if memory else 0.5


class NoNan(Counts):
    def learn(self, memory, context, option, reward):
        return {**super().learn(memory, context, option, reward), "risk": int(context.get("risk") or 0)}


class TakesAll(Counts):
    def refuse(self, options, chance):
        pass


class Sets(Counts):
    def learn(self, memory, context, option, reward):
        return {**super().learn(memory, context, option, reward), "seen": {option}}


class Pairs(Counts):
    """A tuple comes back from JSON as a list."""

    def learn(self, memory, context, option, reward):
        learned = super().learn(memory, context, option, reward)
        return {**learned, "first": memory.get("first") or (option,)}


class InPlace(Counts):
    def learn(self, memory, context, option, reward):
        memory.update(super().learn(memory, context, option, reward))
        return memory


class Forgets(Counts):
    def learn(self, memory, context, option, reward):
        return dict(memory)


class Rows(Counts):
    def learn(self, memory, context, option, reward):
        rows = [*memory.get("rows", []), [str(context.get("topic"))[:80], option, reward]]
        return {**super().learn(memory, context, option, reward), "rows": rows}


FAULTS = [
    ("chooses", NoChoice, "str"),
    ("name", NoName, "Our Policy"),
    ("name", Another, "thompson is a policy of the library"),
    ("pure", Chancy, "another choice"),
    ("nothing-kept", Keeps, "otherwise than a new one"),
    ("propensities", TooMuch, "lie in [0, 1]"),
    ("propensities", OnlyTheChosen, "asked about"),
    ("frequencies", Claims, "is chosen"),
    ("explores", Sure, "probability 0"),
    ("order", ByPlace, "another order"),
    ("options", OnlyKnown, "KeyError"),
    ("odd-context", NoNan, "ValueError"),
    ("misuse", TakesAll, "is taken"),
    ("json", Sets, "no JSON"),
    ("json", Pairs, "learns otherwise"),
    ("not-mutated", InPlace, "learn changes"),
    ("learns", Forgets, "after 300 choices"),
    ("bounded", Rows, "characters after"),
]


def test_a_small_policy_passes():
    report = check_policy(Counts)
    assert report.ok
    assert str(report) == "counts: all 15 checks hold"


@pytest.mark.parametrize("make", SHIPPED)
@pytest.mark.parametrize("check", SHORT, ids=str)
def test_policies_that_ship_pass(check, make):
    check(make)


@pytest.mark.parametrize("check", LONG, ids=str)
def test_policies_that_ship_learn_in_a_bounded_memory(check):
    check(LinUCB)


@pytest.mark.parametrize(("name", "make", "what"), FAULTS, ids=[f"{name}-{make.__name__}" for name, make, _ in FAULTS])
def test_a_planted_fault_is_found(name, make, what):
    check = next(one for one in policy_checks() if one.name == name)
    with pytest.raises(AssertionError) as caught:
        check(make)
    assert what in str(caught.value)
    assert "why: " in str(caught.value)
    assert "mend: " in str(caught.value)


def test_every_check_has_a_planted_fault():
    assert list(dict.fromkeys(name for name, _, _ in FAULTS)) == [str(one) for one in policy_checks()]


def test_policies_that_learn_nothing_fail_where_they_must():
    assert [one.name for one in policy_report(Random).failures] == ["learns"]
    assert {one.name for one in policy_report(Rule).failures} == {"explores", "learns", "options", "order"}


def test_a_policy_that_ends_the_process_is_reported_and_the_other_checks_are_made():
    class Leaving(Random):
        def learn(self, memory, context, option, reward):
            raise SystemExit(2)

    report = policy_report(Leaving)
    assert [one.name for one in report.checks] == [str(one) for one in policy_checks()]
    assert any(one.what.startswith("it raises SystemExit: 2") for one in report.failures)


def test_what_cannot_even_be_made_is_reported():
    def leave():
        raise SystemExit(2)

    report = policy_report(leave)
    assert (report.subject, report.ok) == ("the policy", False)


def test_all_faults_are_told_at_once():
    with pytest.raises(AssertionError) as caught:
        check_policy(TooMuch)
    assert "counts: " in str(caught.value)
    assert "propensities: " in str(caught.value)
