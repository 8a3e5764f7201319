# ruff: noqa: E501  # a small program and its story are read best in one line
from __future__ import annotations

import pytest

from tests.engine.story import Story, given, told


def states(story: Story) -> list[tuple[str, str, int]]:
    return [(story.wall(e.at), e.data["state"], e.data["run"]) for e in story.effects if e.kind == "quest"]


QUEST = "points: {xp: {}}\nrewards: {seat: {}}\nmessages: {hi: {en: Hi}}\nquests: {q: {%s, reward: {award: {xp: 100}, grant: seat, send: hi}}}"


def test_enrols_at_the_first_event_that_counts_which_counts():
    story = Story(QUEST % "steps: [{on: lesson, times: 2}, {on: quiz, where: event.score >= 0.6}]")
    story.on("2026-03-01 10:00", "quiz", score=0.5)
    assert states(story) == []
    story.on("2026-03-01 11:00", "lesson")
    view = story.view().quests["q"]
    assert (view.active, view.done, view.progress, view.runs) == (True, False, 0.0, 1)
    assert [(step.reached, step.needed, step.done) for step in view.steps] == [(1, 2, False), (0, 1, False)]
    story.on("2026-03-01 12:00", "quiz", score=0.6)
    assert story.view().quests["q"].progress == 0.5
    decision = story.on("2026-03-01 13:00", "lesson")
    assert given(decision) == [100]
    assert (told(decision, "grant"), told(decision, "message")) == (["seat"], ["hi"])
    assert states(story) == [("2026-03-01 11:00", "started", 1), ("2026-03-01 13:00", "done", 1)]
    view = story.view().quests["q"]
    assert (view.active, view.done, view.progress) == (False, True, 1.0)


def test_after_completion_it_is_over():
    story = Story(QUEST % "steps: [{on: lesson}]")
    assert given(story.on("2026-03-01 10:00", "lesson")) == [100]
    assert story.on("2026-03-01 11:00", "lesson").effects == ()
    assert story.view().quests["q"].runs == 1


def test_the_deadline_runs_from_enrolment_and_the_next_counting_event_enrols_anew():
    story = Story(QUEST % "within: 7d, steps: [{on: lesson, times: 3}]")
    story.on("2026-03-01 10:00", "lesson")
    assert story.view().quests["q"].deadline.isoformat() == "2026-03-08T10:00:00+00:00"
    story.on("2026-03-02 10:00", "lesson")
    story.on("2026-03-08 10:00", "lesson")  # the deadline comes first, this one begins anew
    view = story.view().quests["q"]
    assert (view.active, view.runs, view.steps[0].reached) == (True, 2, 1)
    story.on("2026-03-09 10:00", "lesson")
    assert given(story.on("2026-03-15 09:59:59", "lesson")) == [100]
    assert states(story) == [
        ("2026-03-01 10:00", "started", 1),
        ("2026-03-08 10:00", "failed", 1),
        ("2026-03-08 10:00", "started", 2),
        ("2026-03-15 09:59:59+00:00", "done", 2),
    ]
    assert story.until("2027-01-01 00:00").effects == ()


def test_a_failed_quest_is_silent_until_something_counts():
    story = Story(QUEST % "within: 7d, steps: [{on: lesson, times: 3}]")
    story.on("2026-03-01 10:00", "lesson")
    assert [e.data["state"] for e in story.until("2027-01-01 00:00").effects] == ["failed"]
    view = story.view().quests["q"]
    assert (view.active, view.done, view.deadline, view.steps[0].reached) == (False, False, None, 0)


def test_within_a_month_of_the_members_wall():
    story = Story(QUEST % "within: 1 month, steps: [{on: lesson, times: 2}]", zone="Europe/Berlin")
    story.on("2026-03-10 10:00", "lesson")
    story.until("2026-05-01 00:00")
    assert states(story)[1] == ("2026-04-10 10:00", "failed", 1)


def test_in_order_only_the_current_step_advances():
    story = Story(QUEST % "in_order: true, steps: [{on: lesson, times: 2}, {on: quiz}, {on: lesson}]")
    story.on("2026-03-01 09:00", "quiz")
    assert states(story) == []  # a quiz does not count yet
    for hour, type, reached in (
        (10, "lesson", [1, 0, 0]),
        (11, "quiz", [1, 0, 0]),
        (12, "lesson", [2, 0, 0]),
        (13, "lesson", [2, 0, 0]),
        (14, "quiz", [2, 1, 0]),
    ):
        story.on(f"2026-03-01 {hour}:00", type)
        assert [step.reached for step in story.view().quests["q"].steps] == reached, hour
    assert given(story.on("2026-03-01 15:00", "lesson")) == [100]


def test_one_event_advances_one_step_in_order():
    story = Story(QUEST % "in_order: true, steps: [{on: lesson}, {on: lesson}, {on: lesson}]")
    got = [given(story.on(f"2026-03-01 1{n}:00", "lesson")) for n in range(4)]
    assert got == [[], [], [100], []]


def test_one_event_may_advance_several_steps():
    story = Story(
        QUEST
        % "steps: [{on: lesson, times: 2}, {on: lesson, distinct: course, times: 2}, {on: [lesson, quiz], times: 3}]"
    )
    story.on("2026-03-01 10:00", "lesson", course="a")
    assert [step.reached for step in story.view().quests["q"].steps] == [1, 1, 1]
    story.on("2026-03-01 11:00", "lesson", course="a")
    assert [step.reached for step in story.view().quests["q"].steps] == [2, 1, 2]
    assert given(story.on("2026-03-01 12:00", "lesson", course="b")) == [100]
    assert [step.reached for step in story.view().quests["q"].steps] == [2, 2, 3]


def test_distinct_values_null_is_none():
    story = Story(QUEST % "steps: [{on: lesson, distinct: part, times: 2}]")
    story.on("2026-03-01 10:00", "lesson")
    assert states(story) == []
    for hour, part in ((11, "a"), (12, "a")):
        assert given(story.on(f"2026-03-01 {hour}:00", "lesson", part=part)) == []
    assert given(story.on("2026-03-01 13:00", "lesson", part="b")) == [100]


@pytest.mark.parametrize(
    "steps", ["[{on: lesson}, {on: lesson}, {on: quiz, times: 9}]", "[{on: lesson}, {on: [lesson, quiz]}, {on: ping}]"]
)
def test_any_of_is_done_once(steps):
    for needed in (1, 2):
        story = Story(QUEST % f"any_of: {needed}, steps: {steps}")
        decision = story.on("2026-03-01 10:00", "lesson")
        assert given(decision) == [100], needed
        assert [e.data["state"] for e in decision.effects if e.kind == "quest"] == ["started", "done"]
        assert story.on("2026-03-01 11:00", "lesson").entries == ()


def test_any_of_progress_is_of_what_is_needed():
    story = Story(QUEST % "any_of: 2, steps: [{on: lesson}, {on: quiz}, {on: ping}]")
    story.on("2026-03-01 10:00", "ping")
    assert story.view().quests["q"].progress == 0.5
    assert given(story.on("2026-03-01 11:00", "lesson")) == [100]


def test_a_step_can_be_a_condition():
    story = Story(
        "points: {xp: {}, go: {}}\nrules: [{id: r, on: ping, award: {go: 10}}]\nquests: {q: {steps: [{on: lesson}, {when: points.go.lifetime >= 20}], reward: {xp: 100}}}"
    )
    assert given(story.on("2026-03-01 10:00", "lesson")) == []
    assert given(story.on("2026-03-01 11:00")) == []
    assert given(story.on("2026-03-01 12:00")) == [100]
    quick = Story(
        "points: {xp: {}, go: {}}\nrules: [{id: r, on: ping, award: {go: 20}}]\nquests: {q: {steps: [{on: lesson}, {when: points.go.lifetime >= 20}], reward: {xp: 100}}}"
    )
    quick.on("2026-03-01 09:00")
    assert given(quick.on("2026-03-01 10:00", "lesson")) == [100]


def test_a_step_that_holds_does_not_enrol_again_and_again_without_an_event():
    """After a failure the next counting event enrols anew, not the passing of time."""
    story = Story(
        "points: {xp: {}}\nquests: {q: {within: 2d, steps: [{on: quiz, times: 5}, {when: count('lesson') >= 1}], reward: {xp: 100}}}"
    )
    story.on("2026-03-01 10:00", "lesson")
    story.on("2026-03-01 11:00", "quiz")
    decision = story.until("2026-06-01 10:00")
    assert [e.data["state"] for e in decision.effects] == ["failed"]
    assert story.view().quests["q"].active is False


def test_conditions_in_order():
    story = Story(
        "points: {xp: {}, go: {}}\nrules: [{id: r, on: ping, award: {go: 10}}]\nquests: {q: {in_order: true, steps: [{on: lesson}, {when: points.go.lifetime >= 20}, {on: quiz}], reward: {xp: 100}}}"
    )
    for hour, type in enumerate(("ping", "quiz", "lesson", "quiz", "ping", "quiz")):
        assert given(story.on(f"2026-03-01 1{hour}:00", type)) == ([100] if hour == 5 else [])


def test_a_reward_can_complete_the_next_quest_in_the_same_event():
    story = Story(
        "points: {xp: {}}\nquests: {b: {steps: [{when: quest.a.done}, {when: points.xp.lifetime >= 5}], reward: {xp: 7}}, a: {steps: [{on: lesson}], reward: {xp: 5}}}\n"
        "badges: {all: {when: quest.b.done and quest.any.done}}"
    )
    decision = story.on("2026-03-01 10:00", "lesson")
    assert given(decision) == [5, 7]
    assert told(decision, "badge") == ["all"]


def test_what_rules_see_of_quests_is_before_the_event():
    story = Story(
        "points: {xp: {}}\nrules: [{id: a, on: lesson, when: quest.q.active, award: {xp: 1}}, {id: d, on: lesson, when: quest.q.done, award: {xp: 2}}, {id: p, on: lesson, when: quest.q.progress >= 0.5, award: {xp: 4}}]\n"
        "quests: {q: {steps: [{on: lesson}, {on: lesson, times: 2}]}}"
    )
    assert [given(story.on(f"2026-03-01 1{n}:00", "lesson")) for n in range(3)] == [[], [1, 4], [2, 4]]
