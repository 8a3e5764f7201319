"""Offers that the shell chooses: the bandit learns what works for whom, the school's own recommender is asked."""

from __future__ import annotations

import logging
from collections import Counter

import pytest

from loyaltykit.app import Loyalty
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
