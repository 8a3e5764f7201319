# ruff: noqa: E501  # a small program and its story are read best in one line
"""Null and three-valued logic, as a rule sees them."""

from __future__ import annotations

import pytest

from tests.engine.story import Story, given

RULES = """
member: {paused: boolean, plan: text, score: number}
points: {xp: {}}
rules: [{id: r, on: quiz, when: "%s", award: {xp: 1}}]
"""

NEVER = [
    "event.tries > 0",
    "event.tries <= 0",
    "event.tries == event.tries",
    "event.tries != 5",
    "not event.tries == 5",
    "not (event.tries > 0)",
    "event.tries + 1 > 0",
    "-event.tries < 1",
    "abs(event.tries) >= 0",
    "min(event.tries, 1) < 5",
    "event.topic == 'x'",
    "event.topic != 'x'",
    "event.topic in ['x', 'y']",
    "event.topic not in ['x', 'y']",
    "member.paused",
    "not member.paused",
    "member.paused or event.tries > 1",
    "member.paused and event.score >= 0",
    "not (member.paused and event.score >= 0)",
    "member.paused is not None",
    "event.score / 0 > 0 or event.score / 0 <= 0",
    "event.score % 0 == 0",
    "event.score // 0 == 0",
    "lowest('quiz', 'tries') >= 0 or lowest('quiz', 'tries') < 0",
    "days_since('ping') >= 0",
    "1 < event.tries < 3",
]
ALWAYS = [
    "event.tries is None",
    "event.topic is None and member.paused is None",
    "event.score >= 0 or event.tries > 1",
    "event.tries > 1 or event.score >= 0",
    "not (event.tries > 1 and event.score < 0)",
    "(event.tries > 1) is None",
    "event.tries + 1 is None",
    "(5 if event.tries > 0 else 6) == 6",
    "(5 if not event.tries > 0 else 6) == 6",
    "count('ping') == 0 and sum('lesson', 'minutes') == 0 and distinct('lesson', 'part') == 0",
    "days_since('ping') is None",
    "event.gap is None",
    "anniversary(member.joined) is not None",
    "True",
]


@pytest.mark.parametrize("condition", NEVER)
def test_a_null_condition_is_not_met(condition):
    story = Story(RULES % condition)
    assert given(story.on("2026-03-01 10:00", "quiz", score=0.5)) == []


@pytest.mark.parametrize("condition", ALWAYS)
def test_what_is_known_decides(condition):
    story = Story(RULES % condition)
    assert given(story.on("2026-03-01 10:00", "quiz", score=0.5)) == [1]


@pytest.mark.parametrize(("value", "met"), [(True, [1]), (False, [10]), (None, [])])
def test_a_nullable_boolean(value, met):
    story = Story(
        "member: {paused: boolean}\npoints: {xp: {}}\nrules: [{id: r, on: quiz, when: member.paused, award: {xp: 1}}, {id: s, on: quiz, when: not member.paused, award: {xp: 10}}]"
    )
    if value is not None:
        story.on("2026-03-01 09:00", "member.updated", paused=value)
    assert given(story.on("2026-03-01 10:00", "quiz")) == met


def test_an_attribute_can_be_taken_away_again():
    story = Story(
        "member: {plan: text}\npoints: {xp: {}}\nrules: [{id: r, on: quiz, when: member.plan == 'pro', award: {xp: 1}}]"
    )
    story.on("2026-03-01 09:00", "member.updated", plan="pro")
    assert given(story.on("2026-03-01 10:00", "quiz")) == [1]
    story.on("2026-03-01 11:00", "member.updated", plan=None)
    assert given(story.on("2026-03-01 12:00", "quiz")) == []
    assert story.view().attributes == {}


def test_what_the_host_does_not_mention_stays():
    story = Story("member: {plan: text, name: text}\npoints: {xp: {}}")
    story.on("2026-03-01 09:00", "member.updated", plan="pro", name="Анна")
    story.on("2026-03-01 10:00", "member.updated", name="Аня", other=[1])
    assert story.view().attributes == {"plan": "pro", "name": "Аня", "other": [1]}


def test_joined_is_the_first_event():
    story = Story("points: {xp: {}}\nrules: [{id: r, on: quiz, when: event.at > member.joined, award: {xp: 1}}]")
    story.on("2026-03-01 09:00")
    assert story.view().joined.isoformat() == "2026-03-01T09:00:00+00:00"
    assert given(story.on("2026-03-01 10:00", "quiz")) == [1]


def test_joined_is_the_attribute_when_the_host_supplies_it():
    story = Story(
        "member: {joined: instant}\npoints: {xp: {}}\nrules: [{id: r, on: quiz, when: \"member.joined < '2025-01-01T00:00:00+00:00'\", award: {xp: 1}}]"
    )
    assert given(story.on("2026-03-01 09:00", "quiz")) == []
    story.on("2026-03-01 10:00", "member.updated", joined="2020-03-01T10:00:00+00:00")
    assert given(story.on("2026-03-01 11:00", "quiz")) == [1]


@pytest.mark.parametrize("rounding", ["down", "up"])
def test_an_amount_with_a_part_that_is_null_gives_nothing(rounding):
    """Also where what overflows stands beside a field that cannot be null, and the whole would be small."""
    amount = "event.score + (9223372036854775807 + 1 - 9223372036854775807)"
    story = Story(f"points: {{xp: {{rounding: {rounding}}}}}\nrules: [{{id: r, on: quiz, award: {{xp: '{amount}'}}}}]")
    assert given(story.on("2026-03-01 10:00", "quiz", score=2), "xp") == []
