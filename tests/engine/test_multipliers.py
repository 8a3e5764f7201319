# ruff: noqa: E501  # a small program and its story are read best in one line
from __future__ import annotations

import pytest

from tests.engine.story import Story, given

TIERS = """
tiers:
  status: {{by: earned('xp'), period: calendar year, steps: {{bronze: 0, silver: 20, gold: 50}}, benefits: {{silver: {{multiply: {{xp: {silver}}}}}, gold: {{multiply: {{xp: {gold}}}}}}}}}
"""


def test_a_rule_multiplies_the_awards_of_rules_on_the_same_event_only():
    story = Story(
        "points: {xp: {}, stars: {}}\n"
        "rules: [{id: m, on: quiz, when: event.score >= 1, multiply: {xp: 3}}, {id: a, on: [quiz, ping], award: {xp: 10, stars: 10}},\n"
        "  {id: b, on: quiz, award: {xp: 1}}]\n"
        "quests: {q: {steps: [{on: quiz, times: 2}], reward: {xp: 100}}}"
    )
    assert given(story.on("2026-03-01 10:00", "quiz", score=1)) == [30, 3]
    assert given(story.on("2026-03-01 11:00", "quiz", score=0.5)) == [10, 1, 100]
    assert given(story.on("2026-03-01 12:00")) == [10]
    assert {entry.amount for entry in story.entries if entry.point == "stars"} == {10}


def test_the_quest_reward_on_a_multiplied_event_is_not_multiplied():
    story = Story(
        "points: {xp: {}}\nrules: [{id: m, on: quiz, multiply: {xp: 3}}]\n"
        "quests: {q: {steps: [{on: quiz}], reward: {xp: 100}}}\nstreaks: {s: {on: quiz, milestones: {1: {xp: 7}}}}"
    )
    assert given(story.on("2026-03-01 10:00", "quiz")) == [7, 100]


def test_multiplied_before_rounded():
    story = Story(
        "points: {xp: {}}\nrules: [{id: m, on: quiz, multiply: {xp: 1.5}}, {id: a, on: quiz, award: {xp: event.score}}]"
    )
    assert given(story.on("2026-03-01 10:00", "quiz", score=1.4)) == [2]  # 2.1, not 1 * 1.5


def test_a_factor_can_be_an_expression_and_null_or_negative_does_not_apply():
    story = Story(
        "points: {xp: {}}\nrules: [{id: m, on: quiz, multiply: {xp: event.tries}}, {id: a, on: quiz, award: {xp: 10}}]"
    )
    assert given(story.on("2026-03-01 10:00", "quiz", tries=4)) == [40]
    assert given(story.on("2026-03-01 11:00", "quiz")) == [10]
    assert given(story.on("2026-03-01 12:00", "quiz", tries=-1)) == [10]
    assert given(story.on("2026-03-01 13:00", "quiz", tries=0)) == []


@pytest.mark.parametrize(("stack", "amount"), [("multiply", 60), ("add", 40), ("highest", 30)])
def test_stacking(stack, amount):
    story = Story(
        f"points: {{xp: {{stack: {stack}}}}}\n"
        "rules: [{id: m, on: ping, multiply: {xp: 2}}, {id: n, on: ping, multiply: {xp: 3}}, {id: o, on: ping, when: count('quiz') > 0, multiply: {xp: 9}},\n"
        "  {id: a, on: ping, award: {xp: 10}}]"
    )
    assert given(story.on("2026-03-01 10:00")) == [amount]


@pytest.mark.parametrize(("stack", "amount"), [("multiply", 30), ("add", 25), ("highest", 20)])
def test_stacking_with_a_tier(stack, amount):
    story = Story(
        f"points: {{xp: {{stack: {stack}}}}}\nrules: [{{id: a, on: [quiz, ping], award: {{xp: 10}}}}, {{id: b, on: quiz, award: {{xp: 10}}}},"
        "{id: m, on: ping, multiply: {xp: 2}}]" + TIERS.format(silver=1.5, gold=1.5)
    )
    story.on("2026-03-01 10:00", "quiz")
    assert given(story.on("2026-03-01 11:00")) == [amount]


@pytest.mark.parametrize("stack", ["multiply", "add", "highest"])
def test_a_step_without_a_benefit_does_not_take_part_in_stacking(stack):
    story = Story(
        f"points: {{xp: {{stack: {stack}}}}}\nrules: [{{id: a, on: ping, award: {{xp: 10}}}}, {{id: m, on: ping, multiply: {{xp: 0.5}}}}]"
        + TIERS.format(silver=1.5, gold=1.5)
    )
    assert given(story.on("2026-03-01 10:00")) == [5]


def test_a_new_tiers_benefits_begin_with_the_next_event():
    story = Story(
        "points: {xp: {}}\nrules: [{id: a, on: ping, award: {xp: 10}}]\n"
        "quests: {q: {steps: [{on: ping, times: 2}], reward: {xp: 5}}}" + TIERS.format(silver=2, gold=3)
    )
    assert given(story.on("2026-03-01 10:00")) == [10]
    assert given(story.on("2026-03-01 10:00")) == [
        10,
        5,
    ]  # silver is reached here: the quest's reward is not doubled yet
    assert given(story.on("2026-03-01 10:00")) == [20]
    assert given(story.on("2026-03-01 10:00")) == [20]  # gold
    assert given(story.on("2026-03-01 10:00")) == [30]


def test_a_tier_multiplies_every_award_of_mechanics_too():
    story = Story(
        "points: {xp: {}}\nrules: [{id: a, on: ping, award: {xp: 20}}, {id: w, when: silent('1d'), award: {xp: 1}}]\n"
        "quests: {q: {steps: [{on: quiz}], reward: {xp: 5}}}\nstreaks: {s: {on: quiz, milestones: {1: {xp: 7}}}}\n"
        "badges: {b: {count: quiz, steps: {one: 1}, award: {xp: 9}}}" + TIERS.format(silver=2, gold=2)
    )
    story.on("2026-03-01 10:00")
    assert sorted(given(story.on("2026-03-01 11:00", "quiz"))) == [10, 14, 18]
    assert given(story.until("2026-03-03 10:00")) == [2]


def test_a_tier_that_was_left_no_longer_multiplies():
    text = "points: {xp: {}}\nrules: [{id: a, on: ping, award: {xp: 20}}]" + TIERS.format(silver=2, gold=2)
    story = Story(text.replace("calendar year,", "calendar month, keep: until end of period,"))
    assert given(story.on("2026-01-31 10:00")) == [20]
    assert given(story.on("2026-01-31 11:00")) == [40]
    assert given(story.on("2026-02-01 00:00")) == [20]


def test_active_weekdays_in_the_members_zone():
    text = "points: {xp: {}}\nrules: [{id: a, on: ping, award: {xp: 10}}, {id: m, on: ping, active: {weekdays: [fri, sun]}, multiply: {xp: 2}}]"
    story = Story(text, zone="Asia/Vladivostok")
    times = ["2026-03-05 23:59", "2026-03-06 00:00", "2026-03-06 23:59", "2026-03-07 00:00", "2026-03-08 12:00"]
    assert [given(story.on(when)) for when in times] == [[10], [20], [20], [10], [20]]


def test_active_dates_include_both_ends_in_the_members_zone():
    text = "points: {xp: {}}\nrules: [{id: a, on: ping, active: {from: 2026-09-01, to: 2026-09-02}, award: {xp: 10}}]"
    story = Story(text)
    story.move("Pacific/Apia", "2026-08-01 10:00")
    times = ["2026-08-31 23:59", "2026-09-01 00:00", "2026-09-02 23:59:59", "2026-09-03 00:00"]
    assert [given(story.on(when)) for when in times] == [[], [10], [10], []]


def test_active_and_when_must_both_hold():
    text = "points: {xp: {}}\nrules: [{id: a, on: quiz, when: event.score > 1 or event.score < 0, active: {weekdays: fri}, award: {xp: 10}}]"
    story = Story(text)
    assert given(story.on("2026-03-05 10:00", "quiz", score=2)) == []
    assert given(story.on("2026-03-06 10:00", "quiz", score=0.5)) == []
    assert given(story.on("2026-03-06 11:00", "quiz", score=-2)) == [10]
    assert given(story.on("2026-03-07 11:00", "quiz", score=-2)) == []
