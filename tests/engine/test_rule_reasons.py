"""Why a rule on events gave something, and why not: what multiplied, and what a limit had to do with it."""

from __future__ import annotations

import pytest

import loyaltykit as lk
from tests.engine.story import Story, moment

LIMITS = {"day": "2 per day", "rolling": "2 per 36h", "each": "{times: 2, per: day, by: event.topic}"}
MULTIPLIED = """
points: {xp: {}, coins: {}}
rules:
  - {id: score, on: quiz, award: {xp: "10 * event.score"}}
  - {id: weekend, on: quiz, active: {weekdays: [sat, sun]}, multiply: {xp: 2}}
  - {id: good, on: quiz, when: event.score > 0.5, multiply: {xp: 1.5}}
  - {id: other, on: quiz, multiply: {coins: 3}}
"""


def why(story: Story, at: str, lang: str = "en", **data: object) -> dict[str, tuple[str, str]]:
    """By rule the code and the words of what it would do about a quiz; looking changes nothing."""
    before = story.engine.dump(story.state)
    event = lk.Event("asked", "quiz", "ann", moment(at), {"score": 1.0, **data})
    found = story.engine.explain(story.state, event)
    assert story.engine.dump(story.state) == before
    return {one.rule: (one.code.removeprefix("reason/"), one.words(lang)) for one in found}


def test_what_multiplied_says_so_and_by_how_much():
    story = Story(MULTIPLIED)
    assert why(story, "2026-03-07 10:00") == {
        "score": ("awarded", "score gave +30 xp"),
        "weekend": ("multiplied", "weekend multiplied xp × 2"),
        "good": ("multiplied", "good multiplied xp × 1.5"),
        "other": (
            "nothing-to-multiply",
            "other would have multiplied coins × 3, but nothing was given for this event",
        ),
    }
    assert why(story, "2026-03-07 10:00", "ru")["good"] == ("multiplied", "good: умножено xp × 1.5")


def test_what_did_not_multiply_says_what_kept_it():
    found = why(Story(MULTIPLIED), "2026-03-06 10:00", score=0.4)
    assert {rule: code for rule, (code, _) in found.items()} == {
        "score": "awarded",
        "weekend": "inactive",
        "good": "condition",
        "other": "nothing-to-multiply",
    }
    nothing = why(Story(MULTIPLIED), "2026-03-07 10:00", score=0.0)
    assert (nothing["score"][0], nothing["weekend"][0]) == ("nothing", "nothing-to-multiply")


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_is_the_reason_only_where_it_is_reached(limit):
    story = Story(
        f'points: {{xp: }}\nrules: [{{id: r, on: quiz, award: {{xp: "event.score"}}, limit: {LIMITS[limit]}}}]'
    )
    for hour in (10, 11):
        assert why(story, f"2026-03-06 {hour}:00", topic="a", score=0.0)["r"][0] == "nothing"
        assert why(story, f"2026-03-06 {hour}:00", topic="a")["r"][0] == "awarded"
        story.on(f"2026-03-06 {hour}:00", "quiz", topic="a")
    assert why(story, "2026-03-06 12:00", topic="a", score=0.0)["r"][0] == "limit"
    assert why(story, "2026-03-06 12:00", topic="a")["r"][0] == "limit"
    assert why(story, "2026-03-06 12:00", topic="b")["r"][0] == ("awarded" if limit == "each" else "limit")
    assert why(story, "2026-03-07 12:00", topic="a")["r"][0] == ("limit" if limit == "rolling" else "awarded")
    assert why(story, "2026-03-07 23:30", topic="a", score=0.0)["r"][0] == "nothing"


REGRADED = """
points: {xp: }
rules:
  - {id: grade, on: quiz, key: event.topic, revise: true, award: {xp: "10 * event.score"}}
  - {id: once, on: quiz, key: event.topic, award: {xp: 1}}
"""


def test_the_same_again_is_told_from_a_value_that_is_not_there():
    story = Story(REGRADED)
    story.on("2026-03-06 10:00", "quiz", topic="a")
    assert why(story, "2026-03-06 11:00", topic="a") == {
        "grade": ("same", "grade: nothing is to be added or taken back for this value (event.topic = a)"),
        "once": ("key", "once gives once for each value, and had given (event.topic = a)"),
    }
    assert why(story, "2026-03-06 11:00", topic="a", score=2.0)["grade"][0] == "awarded"
    assert why(story, "2026-03-06 11:00", topic="a", score=0.5)["grade"][0] == "reversed"
    assert {code for code, _ in why(story, "2026-03-06 11:00").values()} == {"no-key"}


def test_an_explanation_of_an_event_says_why_it_was_more():
    with lk.Loyalty(lk.Program.from_yaml("program: p\nevents: {quiz: {score: number}}" + MULTIPLIED)) as kit:
        kit.record(lk.Event("q", "quiz", "ann", moment("2026-03-07 10:00"), {"score": 0.5}))
        assert kit.explain("ann", event="q").words[1:] == (
            "  rules.score: +10 xp (accrual)",
            "  weekend multiplied xp × 2",
            "  good: event.score > 0.5 did not hold (event.score = 0.5)",
            "  other would have multiplied coins × 3, but nothing was given for this event",
        )
