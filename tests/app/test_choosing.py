"""Offers that the shell chooses: the bandit learns what works for whom, the school's own recommender is asked."""

from __future__ import annotations

import json
import logging
import sys
from collections import Counter

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.campaigns.policies import Choice
from loyaltykit.errors import LoyaltyError
from loyaltykit.program.load import Program
from loyaltykit.values import Event
from tests.app.school import DAY, START

TEXT = """
program: school
events: {quiz.failed: {course: text, quiz: text, topic: text}, lesson.completed: {course: text, lesson: text}}
rewards: {review: {}, lesson: {}}
messages: {hello: {en: hello}}
campaigns:
  c:
    start: {on: quiz.failed}
    steps: [{offer: {choose: [review, lesson], by: BY, keep: 1d, take: at once}}, {send: hello}]
"""


def school(by: str, **more) -> Loyalty:
    return Loyalty(Program.from_yaml(TEXT.replace("BY", by)), **more)


def fail(kit: Loyalty, member: str, topic: str, at) -> str:
    decision = kit.record(Event(f"f{member}", "quiz.failed", member, at, {"course": "py", "quiz": "q", "topic": topic}))
    return next(one.data["option"] for one in decision.effects if one.kind == "offer")


def test_the_bandit_finds_what_works_for_whom_and_a_replay_repeats_its_choices(tmp_path):
    likes = {"loops": "review", "strings": "lesson"}
    url = f"sqlite:///{tmp_path}/school.db?synchronous=off"
    right: Counter[bool] = Counter()
    with school("bandit", store=url) as kit:
        for number in range(700):
            at, member = START + DAY * number / 100, f"m{number}"
            topic = ("loops", "strings")[number % 2]
            option = fail(kit, member, topic, at)
            right[option == likes[topic]] += number >= 300
            if option == likes[topic]:  # who got what fits comes back
                kit.record(
                    Event(f"l{number}", "lesson.completed", member, at + DAY / 10, {"course": "py", "lesson": "l"})
                )
            kit.advance(at)
        assert right[True] > 0.7 * right.total(), right
        before = kit.member("m650", at=START + 30 * DAY).to_dict()
    with Loyalty.open(url) as kit:
        journal = kit._journal
        with journal.reading() as store:
            number = store.numbers(["m650"])["m650"]
            asked = [row for row in store.history(number) if row.type == "fact.settled"]
        assert len(asked) == 1
        assert kit.member("m650", at=START + 30 * DAY).to_dict() == before


def test_the_schools_recommender_sees_what_is_known_and_nobodys_name():
    seen = []

    def recommender(context, options):
        seen.append((context, options))
        return "lesson"

    kit = school("recommender", recommender=recommender)
    kit.update_member("ann", {"name": "Анна", "email": "ann@school.example"}, at=START)
    assert fail(kit, "ann", "loops", START + DAY) == "lesson"
    ((context, options),) = seen
    assert options == ["review", "lesson"]
    assert context["topic"] == "loops"
    assert "Анна" not in str(context)
    assert "ann" not in str(context)


def _broken(context, options):
    raise RuntimeError(f"no model for {context}")


@pytest.mark.parametrize("recommender", [None, lambda context, options: "a third", _broken])
def test_without_an_opinion_the_first_option_is_taken(recommender, caplog):
    kit = school("recommender", recommender=recommender)
    with caplog.at_level(logging.WARNING, "loyaltykit"):
        assert fail(kit, "ann", "secret-topic", START) == "review"
    assert "secret-topic" not in caplog.text
    assert kit.member("ann").entitlements.keys() == {"review"}


# --- policies ------------------------------------------------------------------------------------------------------


class Sure:
    """Believes in the second option by name, and remembers how often it was right."""

    name = "sure"

    def choose(self, context, options, *, chance, memory):
        weights = dict.fromkeys(options, 0.2 / (len(options) - 1)) | {sorted(options)[1]: 0.8}
        return Choice(sorted(options)[1], 0.8, weights, self.name)  # draws wrongly: the library draws anew

    def learn(self, memory, context, option, reward):
        return {"seen": memory.get("seen", 0) + 1}


def offers(kit: Loyalty, members: int) -> list[dict]:
    """What was offered to new members, as it is logged."""
    found = []
    for number in range(members):
        id = f"q{number}"
        decision = kit.record(
            Event(id, "quiz.failed", f"n{number}", START, {"course": "py", "quiz": "q", "topic": "loops"})
        )
        found += [dict(one.data) for one in decision.effects if one.kind == "offer" and "by" in one.data]
    return found


@pytest.mark.parametrize("policy", ["squarecb", "thompson", "linucb"])
def test_a_program_names_its_policy_and_its_floor(policy):
    kit = school(f"bandit, policy: {policy}, floor: 10%")
    for number in range(60):
        at = START + DAY * number
        if fail(kit, f"m{number}", "loops", at) == "review":
            kit.record(
                Event(f"l{number}", "lesson.completed", f"m{number}", at + DAY / 10, {"course": "py", "lesson": "l"})
            )
    kit.advance(START + 70 * DAY)
    decision = kit.record(
        Event("late", "quiz.failed", "late", START + 71 * DAY, {"course": "py", "quiz": "q", "topic": "loops"})
    )
    offer = next(one.data for one in decision.effects if one.kind == "offer")
    assert offer["propensities"].keys() == {"review", "lesson"}
    assert offer["propensity"] == offer["propensities"][offer["option"]]
    assert 0.1 <= offer["propensities"]["lesson"] < 0.3
    if policy == "linucb":
        assert offer["propensities"]["lesson"] == pytest.approx(0.1)


def test_a_policy_of_ones_own_chooses_and_learns_in_a_memory_of_its_own():
    kit = school("bandit, policy: sure", policies=[Sure])
    found = offers(kit, 200)
    assert {tuple(sorted(one["propensities"].items())) for one in found} == {(("lesson", 0.2), ("review", 0.8))}
    assert 0.7 < sum(one["option"] == "review" for one in found) / 200 < 0.9
    assert all(one["propensity"] == one["propensities"][one["option"]] for one in found)
    kit.advance(START + 3 * DAY)
    with kit._journal.reading() as store:
        assert json.loads(store.policy("c/1@sure") or "") == {"seen": 200}
        assert store.policy("c/1") is None


@pytest.mark.parametrize(
    "choose",
    [
        lambda options: 1 / 0,
        lambda options: sys.exit(3),
        lambda options: None,
        lambda options: Choice(options[0], 1.0, {options[0]: 1.0}, "odd"),
        lambda options: Choice(options[0], 0.9, dict.fromkeys(options, 0.9), "odd"),
        lambda options: Choice("third", 1.0, {"third": 1.0}, "odd"),
    ],
    ids=["raises", "exits", "nothing", "too-few", "too-much", "unknown"],
)
def test_a_policy_that_talks_nonsense_leaves_the_choice_to_chance_and_is_named(choose, caplog):
    class Odd(Sure):
        name = "odd"

        def choose(self, context, options, *, chance, memory):
            context["topic"] = "changed"
            return choose(options)

    with caplog.at_level(logging.WARNING, "loyaltykit"):
        found = offers(school("bandit, policy: odd", policies=[Odd()]), 60)
    assert {one["propensity"] for one in found} == {0.5}
    assert {one["option"] for one in found} == {"review", "lesson"}
    assert {one["context"]["topic"] for one in found} == {"loops"}
    assert "policy odd failed" in caplog.text
    assert "loops" not in caplog.text


@pytest.mark.parametrize("memory", [None, [1], {"a": float("nan")}, {"a": object()}, {"a": "x" * 4_000_001}])
def test_a_memory_that_cannot_be_kept_is_left_out_and_the_policy_named(memory, caplog):
    class Odd(Sure):
        def learn(self, known, context, option, reward):
            known["spoilt"] = True
            return memory

    kit = school("bandit, policy: sure", policies=[Odd])
    offers(kit, 1)
    with caplog.at_level(logging.WARNING, "loyaltykit"):
        kit.advance(START + 3 * DAY)
    assert "policy sure cannot learn" in caplog.text
    with kit._journal.reading() as store:
        assert store.policy("c/1@sure") is None


def test_a_policy_that_nobody_brings_is_refused_with_the_nearest_name():
    with pytest.raises(LoyaltyError, match="did you mean sure") as caught:
        school("bandit, policy: sur", policies=[Sure])
    assert caught.value.code == "policy/unknown"
    with pytest.raises(LoyaltyError, match="two policies sure") as caught:
        school("bandit, policy: sure", policies=[Sure, Sure()])
    assert caught.value.code == "policy/duplicate"
