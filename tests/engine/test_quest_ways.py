# ruff: noqa: E501  # a small program and its story are read best in one line
"""Quests with dates, prerequisites, repetition, sums, and progress from before the enrolment."""

from __future__ import annotations

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

import loyaltykit as lk
from tests.engine.story import HEAD, Story, given, program

QUEST = "points: {xp: {}}\nquests: {q: {%s, reward: {xp: 100}}}"


def states(story: Story) -> list[tuple[str, str, int]]:
    return [
        (story.wall(e.at), e.data["state"], e.data["run"]) for e in story.effects if e.kind == "quest" and e.name == "q"
    ]


# --- sums ----------------------------------------------------------------------------------------------------------


def test_a_step_adds_a_field_up():
    story = Story(QUEST % "steps: [{on: order, sum: amount, reach: 29, label: Spend 29}]")
    got = [given(story.on(f"2026-03-01 10:{n:02}", "order", amount="0.29")) for n in range(60)]
    assert got == [[]] * 60
    for n in range(39):
        assert given(story.on(f"2026-03-01 11:{n:02}", "order", amount="0.29")) == []
    assert story.view().quests["q"].steps[0].reached == 28.71
    assert given(story.on("2026-03-01 12:00", "order", amount="0.29")) == [100]  # a hundred times 0.29 is 29
    step = story.view().quests["q"].steps[0]
    assert (step.reached, step.needed, step.done, step.label) == (29, 29, True, "Spend 29")


def test_nothing_adds_nothing_and_does_not_enrol():
    story = Story(QUEST % "steps: [{on: lesson, sum: minutes, times: 10}]")
    story.on("2026-03-01 10:00", "lesson")
    assert states(story) == []
    story.on("2026-03-01 11:00", "lesson", minutes=9.5)
    assert given(story.on("2026-03-01 12:00", "lesson", minutes=0.5)) == [100]


def test_a_sum_beside_other_steps_and_in_order():
    story = Story(QUEST % "in_order: true, steps: [{on: lesson, sum: minutes, reach: 10}, {on: [lesson, quiz]}]")
    story.on("2026-03-01 09:00", "quiz")
    story.on("2026-03-01 10:00", "lesson", minutes=30)
    assert [step.done for step in story.view().quests["q"].steps] == [True, False]
    assert story.view().quests["q"].progress == 0.5
    assert given(story.on("2026-03-01 11:00", "quiz")) == [100]


# --- dates ---------------------------------------------------------------------------------------------------------


def test_a_quest_with_dates_counts_on_these_days_of_the_member_only():
    story = Story(
        QUEST % "start: {from: 2026-03-02, to: 2026-03-03}, steps: [{on: lesson, times: 3}]", zone="Asia/Vladivostok"
    )
    for when in ("2026-03-01 23:59", "2026-03-02 00:00", "2026-03-03 23:59", "2026-03-04 00:00"):
        story.on(when, "lesson")
    assert states(story) == [("2026-03-02 00:00", "started", 1), ("2026-03-04 00:00", "failed", 1)]
    assert story.view().quests["q"].active is False


def test_the_last_day_is_that_of_where_the_member_is():
    story = Story(QUEST % "start: {to: 2026-03-03}, steps: [{on: lesson, times: 2}]", zone="Europe/Moscow")
    story.on("2026-03-02 10:00", "lesson")
    story.move("America/New_York", "2026-03-03 12:00")
    assert given(story.on("2026-03-03 23:30", "lesson")) == [100]
    other = Story(QUEST % "start: {to: 2026-03-03}, steps: [{on: lesson, times: 2}]", zone="Europe/Moscow")
    other.on("2026-03-02 10:00", "lesson")
    other.move("Asia/Vladivostok", "2026-03-03 18:00")  # the 4th there
    assert [state for _, state, _ in states(other)] == ["started", "failed"]
    assert given(other.on("2026-03-04 02:00", "lesson")) == []


def test_within_may_end_before_the_dates_do():
    story = Story(QUEST % "start: {from: 2026-03-01, to: 2026-03-31}, within: 2d, steps: [{on: lesson, times: 2}]")
    story.on("2026-03-05 10:00", "lesson")
    assert story.view().quests["q"].deadline.isoformat() == "2026-03-07T10:00:00+00:00"
    story.on("2026-03-31 10:00", "lesson")
    assert story.view().quests["q"].deadline.isoformat() == "2026-04-01T00:00:00+00:00"


# --- repetition ----------------------------------------------------------------------------------------------------


def test_a_quest_that_repeats_begins_anew_after_a_while_and_so_often():
    story = Story(QUEST % "repeat: {after: 7d, at_most: 2}, steps: [{on: lesson, times: 2}]")
    times = ["01 10", "02 10", "03 10", "09 09", "09 10", "10 10", "20 10", "21 10", "28 10"]
    got = [given(story.on(f"2026-03-{when}:00", "lesson")) for when in times]
    assert got == [[], [100], [], [], [], [100], [], [], []]
    assert states(story) == [
        ("2026-03-01 10:00", "started", 1),
        ("2026-03-02 10:00", "done", 1),
        ("2026-03-09 10:00", "started", 2),
        ("2026-03-10 10:00", "done", 2),
    ]


def test_the_view_says_from_when_it_may_begin_anew():
    story = Story(QUEST % "repeat: {after: 7d, at_most: 2}, steps: [{on: lesson}]")
    story.on("2026-03-01 10:00", "lesson")
    assert story.view().quests["q"].again.isoformat() == "2026-03-08T10:00:00+00:00"
    story.on("2026-03-08 10:00", "lesson")
    assert story.view().quests["q"].again is None


def test_repetition_without_end():
    story = Story(QUEST % "repeat: true, steps: [{on: lesson, times: 2}]")
    assert [given(story.on(f"2026-03-01 1{n}:00", "lesson")) for n in range(6)] == [[], [100]] * 3


def test_a_failed_run_is_no_repetition():
    story = Story(QUEST % "within: 1d, repeat: {after: 30d, at_most: 1}, steps: [{on: lesson, times: 2}]")
    story.on("2026-03-01 10:00", "lesson")
    story.on("2026-03-03 10:00", "lesson")
    assert given(story.on("2026-03-03 11:00", "lesson")) == [100]
    story.on("2026-06-03 11:00", "lesson")
    assert [state for _, state, _ in states(story)] == ["started", "failed", "started", "done"]


# --- prerequisites -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["{a: %s, q: %s}", "{q: %s, a: %s}"])
def test_what_completes_a_quest_does_not_begin_the_one_that_requires_it(order):
    first, second = (
        "{steps: [{on: lesson, times: 2}]}",
        "{requires: {quest: a}, steps: [{on: lesson}], reward: {xp: 100}}",
    )
    parts = (first, second) if order.startswith("{a") else (second, first)
    story = Story("points: {xp: {}}\nquests: " + order % parts)
    assert [given(story.on(f"2026-03-01 1{n}:00", "lesson")) for n in range(3)] == [[], [], [100]]


def test_badges_and_conditions_may_be_required():
    story = Story(
        "points: {xp: {}}\nbadges: {b: {count: quiz, steps: {bronze: 2}}}\n"
        "quests: {q: {requires: {badge: b, when: count('ping') >= 1}, steps: [{on: lesson}], reward: {xp: 100}}}"
    )
    got = [
        given(story.on(f"2026-03-01 1{n}:00", kind))
        for n, kind in enumerate(("lesson", "quiz", "quiz", "lesson", "ping", "lesson"))
    ]
    assert got == [[]] * 5 + [[100]]


def test_a_quest_of_conditions_begins_when_what_it_requires_comes():
    story = Story(
        "points: {xp: {}}\nquests: {q: {requires: count('ping') >= 1, steps: [{when: count('lesson') >= 1}, {when: count('quiz') >= 1}], reward: {xp: 100}}}"
    )
    story.on("2026-03-01 10:00", "lesson")
    assert states(story) == []
    story.on("2026-03-01 11:00", "ping")
    assert states(story) == [("2026-03-01 11:00", "started", 1)]
    assert given(story.on("2026-03-01 12:00", "quiz")) == [100]


def test_what_was_required_is_not_asked_again():
    story = Story(
        "points: {xp: {}}\nquests: {q: {requires: count('ping') < 1, steps: [{on: lesson, times: 2}], reward: {xp: 100}}}"
    )
    story.on("2026-03-01 10:00", "lesson")
    story.on("2026-03-01 11:00", "ping")
    assert given(story.on("2026-03-01 12:00", "lesson")) == [100]


# --- looking back --------------------------------------------------------------------------------------------------


def test_what_happened_before_the_enrolment_counts_when_the_program_says_so():
    for back, got in (("true", [100]), ("false", [])):
        story = Story(QUEST % f"start: join, retroactive: {back}, steps: [{{on: lesson, times: 2}}, {{on: quiz}}]")
        for hour, kind in enumerate(("lesson", "quiz", "lesson", "lesson")):
            story.on(f"2026-03-01 1{hour}:00", kind)
        assert states(story) == []
        assert given(story.on("2026-03-01 15:00", "kit.joined", quest="q")) == got


def test_looking_back_with_prerequisites():
    story = Story(QUEST % "requires: count('ping') >= 1, retroactive: true, steps: [{on: lesson, times: 3}]")
    story.on("2026-03-01 10:00", "lesson")
    story.on("2026-03-01 11:00", "lesson")
    story.on("2026-03-01 12:00")
    assert story.view().quests["q"].steps[0].reached == 2
    assert given(story.on("2026-03-01 13:00", "lesson")) == [100]


def test_after_a_failure_it_looks_back_to_that_only():
    story = Story(QUEST % "start: join, within: 1d, retroactive: true, steps: [{on: lesson, times: 3}]")
    story.on("2026-03-01 10:00", "lesson")
    story.on("2026-03-01 11:00", "kit.joined", quest="q")
    story.until("2026-03-03 00:00")
    story.on("2026-03-03 10:00", "lesson")
    story.on("2026-03-03 11:00", "kit.joined", quest="q")
    assert story.view().quests["q"].steps[0].reached == 1


# --- sense ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "path", "code"),
    [
        ("start: {from: 2026-03-02, to: 2026-03-01}, steps: [{on: lesson}]", "start.to", "document/dates"),
        ("start: {how: join, to: 2026-03-01}, steps: [{on: lesson}]", "start", "document/dated-start"),
        ("start: soon, steps: [{on: lesson}]", "start", "document/one-of"),
        ("requires: {quest: q}, steps: [{on: lesson}]", "requires.quest", "document/own-quest"),
        ("requires: {quest: r}, steps: [{on: lesson}]", "requires.quest", "document/unknown-quest"),
        ("requires: {badge: r}, steps: [{on: lesson}]", "requires.badge", "document/unknown-badge"),
        ("repeat: false, steps: [{on: lesson}]", "repeat", "document/repeat"),
        ("steps: [{on: lesson, sum: minutes}]", "steps.1.sum", "document/sum-amount"),
        ("steps: [{on: lesson, sum: course, reach: 1}]", "steps.1.sum", "document/no-number"),
        ("steps: [{on: lesson, sum: hours, reach: 1}]", "steps.1.sum", "document/unknown-field"),
        ("steps: [{on: lesson, sum: minutes, reach: 1, times: 2}]", "steps.1.times", "document/sum-both"),
        ("steps: [{on: lesson, sum: minutes, distinct: course, reach: 1}]", "steps.1.sum", "document/sum-distinct"),
        ("steps: [{on: lesson, reach: 1}]", "steps.1.reach", "document/needs-sum"),
    ],
)
def test_what_makes_no_sense_is_a_problem(written, path, code):
    with pytest.raises(lk.ProgramError) as caught:
        lk.Program.from_yaml(f"{HEAD}quests: {{q: {{{written}}}}}")
    assert [(one.path, one.code) for one in caught.value.problems] == [(f"quests.q.{path}", code)]


def test_a_quest_without_any_of_it_is_as_cheap_as_ever():
    plain = lk.Engine(program("quests: {q: {within: 7d, steps: [{on: lesson}]}}"))
    rich = lk.Engine(program("quests: {q: {within: 7d, repeat: true, steps: [{on: lesson}]}}"))
    assert len(rich.plan.slots) == len(plain.plan.slots) + 1
    assert "QUEST" not in plain.source("lesson")
    assert "QUEST" in rich.source("lesson")


@settings(max_examples=80, deadline=None)
@drawn(
    kinds=st.lists(st.sampled_from(["lesson", "quiz", "ping"]), max_size=24),
    in_order=st.booleans(),
    any_of=st.none() | st.integers(1, 2),
    within=st.sampled_from(["", "within: 90m, "]),
)
def test_a_way_that_asks_for_nothing_is_the_plain_way(kinds, in_order, any_of, within):
    """A prerequisite that always holds, and dates that never end, change nothing."""
    some = f"any_of: {any_of}, " if any_of and not in_order else ""
    rest = f"{within}{some}in_order: {str(in_order).lower()}, steps: [{{on: lesson, times: 2}}, {{on: [lesson, quiz], where: event.at is not None}}]"
    stories = [Story(QUEST % f"{extra}{rest}") for extra in ("", "requires: 'True', ", "start: {from: 2000-01-01}, ")]
    for number, kind in enumerate(kinds):
        found = [given(story.on(f"2026-03-01 {number:02}:00", kind)) for story in stories]
        assert found == [found[0]] * 3
    assert [states(story) for story in stories] == [states(stories[0])] * 3
    assert len({repr(story.view().quests["q"]) for story in stories}) == 1
