"""What came of offers may change afterwards: a policy has learned each choice once, as it turned out."""

import json

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.app.comparing import _Log
from loyaltykit.campaigns.policies import Random
from loyaltykit.campaigns.policies.sums import beliefs
from loyaltykit.program.load import Program
from loyaltykit.values import Event
from tests.app.school import DAY, START
from tests.app.test_choosing import TEXT

MEMBERS = 12
POLICIES = pytest.mark.parametrize("policy", ["squarecb", "thompson", "linucb"])


@pytest.fixture(params=["memory", "sqlite"])
def store(request, url):
    return "memory:" if request.param == "memory" else url


def school(store, policy="squarecb", **more):
    return Loyalty(Program.from_yaml(TEXT.replace("BY", f"bandit, policy: {policy}")), store=store, **more)


def fail(kit, number):
    data = {"course": "py", "quiz": "q", "topic": ("loops", "lists")[number % 2]}
    kit.record(Event(f"f{number}", "quiz.failed", f"m{number}", START + DAY, data))


def study(kit, number, name="l"):
    at = START + DAY * 1.2
    kit.record(Event(f"{name}{number}", "lesson.completed", f"m{number}", at, {"course": "py", "lesson": "l"}))


def judged(kit):
    """A third comes back in time; then everybody's time is up."""
    for number in range(MEMBERS):
        fail(kit, number)
    for number in range(0, MEMBERS, 3):
        study(kit, number)
    kit.advance(START + 3 * DAY)


def memory(kit, place="c/1"):
    with kit._journal.reading() as found:
        return json.loads(found.policy(place) or "{}")


def believed(kit):
    """What the policy has learned, in numbers that do not depend on the order of learning."""
    known = memory(kit)
    counts = {option: sums["xx"][0] for option, sums in known["options"].items()}
    return known["n"], known["reward"], counts, beliefs(known, {"topic": "loops"}, ("lesson", "review"))


def same(one, other):
    assert one[:3] == other[:3]
    for option, belief in one[3].items():
        assert belief == pytest.approx(other[3][option], abs=1e-9)


@POLICIES
def test_a_late_event_that_makes_a_choice_a_good_one_is_learned_instead(store, policy):
    with school(store, policy) as kit:
        judged(kit)
        assert memory(kit)["n"] == MEMBERS
        assert memory(kit)["reward"] == MEMBERS / 3
        for number in (1, 2, 4):
            study(kit, number, "late")
        found = believed(kit)
    assert found[:2] == (MEMBERS, MEMBERS / 3 + 3)
    with school("memory:", policy) as kit:
        for number in range(MEMBERS):
            fail(kit, number)
        for number in sorted({*range(0, MEMBERS, 3), 1, 2, 4}):
            study(kit, number)
        kit.advance(START + 3 * DAY)
        same(found, believed(kit))  # all was drawn before anything was learned, so the choices are the same


def test_an_event_taken_out_takes_back_what_was_learned_from_it(store):
    with school(store) as kit:
        judged(kit)
        before = believed(kit)
        for number in (1, 2):
            study(kit, number, "late")
        for number in (1, 2):
            kit.void(f"late{number}", by="olga", reason="a slip")
        same(before, believed(kit))
        kit.void("f0", by="olga", reason="a slip")
        assert memory(kit)["n"] == MEMBERS - 1
        assert memory(kit)["reward"] == MEMBERS / 3 - 1


def test_reports_count_a_choice_as_it_turned_out_and_none_that_was_not_there(store):
    with school(store) as kit:
        judged(kit)
        assert counted(kit) == (MEMBERS, MEMBERS // 3)
        study(kit, 1, "late")
        assert counted(kit) == (MEMBERS, MEMBERS // 3 + 1)
        kit.void("late1", by="olga", reason="a slip")
        assert counted(kit) == (MEMBERS, MEMBERS // 3)
        kit.void("f0", by="olga", reason="a slip")
        assert counted(kit) == (MEMBERS - 1, MEMBERS // 3 - 1)
        (step,) = kit.compare_policies("c").steps
        assert step.n == MEMBERS - 1


def counted(kit):
    """Choices and good ones, as `what_works` has them."""
    shares = [share for part in kit.what_works("c").steps[0].report.segments for share in part.shares]
    rewards = sum(row.reward for row in logged(kit))
    return sum(share.n for share in shares), rewards


def logged(kit):
    with kit._journal.reading():
        return _Log(kit._journal, "c", None).rows("1")[0]


def test_what_a_policy_of_a_plug_in_has_learned_stays(store):
    class Counting:
        name = "counting"
        choose = Random.choose

        def learn(self, memory, context, option, reward):
            return {"seen": [*memory.get("seen", ()), reward]}

    with school(store, "counting", policies=[Counting]) as kit:
        fail(kit, 1)
        kit.advance(START + 3 * DAY)
        study(kit, 1, "late")
        kit.void("late1", by="olga", reason="a slip")
        assert memory(kit, "c/1@counting") == {"seen": [0, 1]}
