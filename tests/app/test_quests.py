"""Quests of every form through the shell: late events, completion undone, a revised score, joining, restarts."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.app import Loyalty
from loyaltykit.errors import NotEligible
from loyaltykit.program.load import Program
from tests.app.school import DAY, START, event

QUIZ = {"on": "quiz.passed", "where": "event.score >= 0.6", "distinct": "quiz", "times": 2}
DOCUMENT = {
    "program": "school",
    "late": "60d",
    "events": {
        "lesson.completed": {"course": "text", "lesson": "text", "minutes": "optional integer"},
        "quiz.passed": {"quiz": "text", "score": "number"},
    },
    "points": {"xp": {}},
    "quests": {
        "plain": {"within": "4d", "steps": [{"on": "lesson.completed", "times": 2}, QUIZ], "reward": {"xp": 1}},
        "dated": {
            "start": {"from": "2026-09-03", "to": "2026-09-10"},
            "steps": [{"on": "lesson.completed", "times": 3}],
            "reward": {"xp": 10},
        },
        "again": {
            "repeat": {"after": "3d", "at_most": 2},
            "steps": [{"on": "lesson.completed", "sum": "minutes", "reach": 50}],
            "reward": {"xp": 100},
        },
        "after": {"requires": {"quest": "again"}, "steps": [QUIZ], "reward": {"xp": 1000}},
        "joined": {
            "start": "join",
            "retroactive": True,
            "repeat": {"after": "5d"},
            "requires": "count('quiz.passed') >= 1",
            "steps": [QUIZ],
            "reward": {"xp": 10000},
        },
    },
}
PROGRAM = Program.from_dict(DOCUMENT)


@pytest.fixture(params=["memory", "sqlite"])
def kit(request, url):
    with Loyalty(PROGRAM, store="memory:" if request.param == "memory" else url) as kit:
        yield kit


def lesson(number: int, day: float, minutes: int | None = None) -> object:
    return event(f"l{number}", days=day, course="py", lesson=str(number), minutes=minutes)


def quiz(id: str, day: float, name: str, score: float) -> object:
    return event(id, "quiz.passed", days=day, quiz=name, score=score)


def xp(kit: Loyalty) -> int:
    return int(kit.member("ann").points["xp"].lifetime)


def test_completion_is_undone_when_an_event_is_taken_out(kit):
    kit.record(lesson(1, 0, 25))
    kit.record(lesson(2, 1, 25))
    assert xp(kit) == 100
    kit.void("l1", by="dora")
    quest = kit.member("ann").quests["again"]
    assert (xp(kit), quest.done, quest.active, quest.steps[0].reached) == (0, False, True, 25)
    kit.record(lesson(3, 2, 25))
    assert xp(kit) == 100


def test_a_revised_score_undoes_a_step(kit):
    for number in range(2):
        kit.record(lesson(number, number))
    kit.record(quiz("q1", 1, "loops", 0.9))
    kit.record(quiz("q2", 2, "lists", 0.7))
    assert xp(kit) == 1
    kit.void("q2", by="dora", reason="copied")
    kit.record(quiz("q2b", 2, "lists", 0.3))
    assert xp(kit) == 0
    kit.record(quiz("q3", 3, "lists", 0.8))
    assert xp(kit) == 1


def test_joining_is_refused_with_its_reason(kit):
    kit.record(lesson(1, 0))
    with pytest.raises(NotEligible) as caught:
        kit.join("ann", quest="joined")
    assert caught.value.code == "quest/requires"
    kit.record(quiz("q1", 1, "loops", 1))
    kit.record(quiz("q2", 2, "lists", 1))
    kit.join("ann", quest="joined", at=START + 3 * DAY)
    assert kit.member("ann").quests["joined"].done
    with pytest.raises(NotEligible) as caught:
        kit.join("ann", quest="joined", at=START + 4 * DAY)
    assert caught.value.code == "quest/too-soon"
    kit.join("ann", quest="joined", at=START + 8 * DAY)
    assert kit.member("ann").quests["joined"].active


def test_a_restart_in_the_middle_changes_nothing(url):
    with Loyalty(PROGRAM, store=url) as kit:
        kit.record(lesson(1, 2, 30))
        kit.record(quiz("q1", 3, "loops", 1))
    with Loyalty(PROGRAM, store=url) as kit:
        kit.record(lesson(2, 4, 20))
        kit.record(quiz("q2", 5, "lists", 1))
        with Loyalty(PROGRAM) as other:
            for one in (lesson(1, 2, 30), quiz("q1", 3, "loops", 1), lesson(2, 4, 20), quiz("q2", 5, "lists", 1)):
                other.record(one)
            assert other.member("ann").quests == kit.member("ann").quests


HAPPENINGS = st.lists(
    st.tuples(
        st.sampled_from(["lesson", "quiz", "join"]), st.integers(0, 14), st.integers(0, 60), st.sampled_from("abc")
    ),
    min_size=2,
    max_size=10,
)


@settings(max_examples=60, deadline=None)
@given(happenings=HAPPENINGS, gone=st.none() | st.integers(0, 9), seed=st.integers(0, 1_000))
def test_the_order_of_arrival_does_not_matter(happenings, gone, seed):
    """Nor does it whether a voided event was ever there."""
    events = []
    for number, (kind, day, value, name) in enumerate(happenings):
        at = day + number / 100
        if kind == "lesson":
            events.append(event(f"e{number}", days=at, course="py", lesson=name, minutes=value))
        elif kind == "quiz":
            events.append(quiz(f"e{number}", at, name, value / 60))
        else:
            events.append(event(f"e{number}", "kit.joined", days=at, quest="joined"))
    out = None if gone is None or gone >= len(events) or events[gone].type.startswith("kit.") else events[gone].id
    found = []
    shuffled = random.Random(seed).sample(events, len(events))
    left = sorted((one for one in events if one.id != out), key=lambda one: one.at)
    for order in (left, shuffled):
        with Loyalty(PROGRAM) as kit:
            for one in order:
                kit.record(one)
            if out is not None and order is shuffled:
                kit.void(out, by="dora")
            if left:
                kit.advance(START + 20 * DAY)
                view = kit.member("ann", timeline=0)
                found.append((view.quests, view.points))
    assert found[:1] == found[1:]
