# ruff: noqa: E501  # a small program and its story are read best in one line
from __future__ import annotations

import pytest

from tests.engine.story import Story, given, told

LEVELS = "levels: {by: xp, steps: {Newcomer: 0, Explorer: 100, Эксперт: 500, Мастер: 1000}}\n"


def test_several_levels_at_once_each_once_in_order():
    story = Story("points: {xp: {}}\nrules: [{id: r, on: quiz, award: {xp: event.score}}]\n" + LEVELS)
    assert story.view().level == "Newcomer"
    assert told(story.on("2026-03-01 10:00", "quiz", score=99), "level") == []
    decision = story.on("2026-03-01 11:00", "quiz", score=900)
    assert [(e.name, dict(e.data)) for e in decision.effects] == [
        ("Explorer", {"step": "Explorer", "previous": "Newcomer"}),
        ("Эксперт", {"step": "Эксперт", "previous": "Explorer"}),
    ]
    view = story.view()
    assert (view.level, view.next_level, view.missing_to_level) == ("Эксперт", "Мастер", 1)
    assert told(story.on("2026-03-01 12:00", "quiz", score=1), "level") == ["Мастер"]
    assert told(story.on("2026-03-01 13:00", "quiz", score=10_000), "level") == []
    view = story.view()
    assert (view.level, view.next_level, view.missing_to_level) == ("Мастер", None, None)


def test_a_level_is_not_lost_when_points_expire():
    story = Story(
        "points: {xp: {expires: {after: 1d}}}\nrules: [{id: r, on: quiz, award: {xp: event.score}}]\n" + LEVELS
    )
    story.on("2026-03-01 10:00", "quiz", score=100)
    story.until("2026-04-01 10:00")
    assert (story.view().level, story.view().points["xp"].available) == ("Explorer", 0)


def test_pending_points_count_for_the_level():
    story = Story("points: {xp: {pending: 9d}}\nrules: [{id: r, on: quiz, award: {xp: event.score}}]\n" + LEVELS)
    assert told(story.on("2026-03-01 10:00", "quiz", score=100), "level") == ["Explorer"]


def test_below_the_first_step_there_is_no_level_and_it_is_null():
    story = Story(
        "points: {xp: {}, seen: {}}\nrules: [{id: r, on: quiz, award: {xp: event.score}},"
        "{id: n, on: ping, when: level is None, award: {seen: 1}},"
        "{id: s, on: ping, when: not (level >= 'A'), award: {seen: 10}}]\nlevels: {by: xp, steps: {A: 10, B: 20}}"
    )
    assert story.view().level is None
    assert (story.view().next_level, story.view().missing_to_level) == ("A", 10)
    assert given(story.on("2026-03-01 10:00"), "seen") == [1]  # not null is null: not met
    story.on("2026-03-01 11:00", "quiz", score=10)
    assert given(story.on("2026-03-01 12:00"), "seen") == []


@pytest.mark.parametrize(
    ("condition", "scores"),
    [
        ("level >= 'Explorer'", [100, 500, 1000]),
        ("level == 'Explorer'", [100]),
        ("level < 'Эксперт'", [0, 100]),
        ("'Explorer' <= level < 'Мастер'", [100, 500]),
        ("level in ['Newcomer', 'Эксперт']", [0, 500]),
    ],
)
def test_levels_compare_in_ladder_order(condition, scores):
    for score in (0, 100, 500, 1000):
        story = Story(
            f'points: {{xp: {{}}, seen: {{}}}}\nrules: [{{id: r, on: quiz, award: {{xp: event.score}}}}, {{id: s, on: ping, when: "{condition}", award: {{seen: 1}}}}]\n'
            + LEVELS
        )
        story.on("2026-03-01 10:00", "quiz", score=score)
        assert bool(given(story.on("2026-03-01 11:00"), "seen")) == (score in scores), score


def test_thresholds_are_whole_units():
    story = Story(
        "points: {xp: {decimals: 2}}\nrules: [{id: r, on: quiz, award: {xp: event.score}}]\nlevels: {by: xp, steps: {A: 0, B: 1.5}}"
    )
    assert told(story.on("2026-03-01 10:00", "quiz", score=1.49), "level") == []
    assert told(story.on("2026-03-01 11:00", "quiz", score=0.01), "level") == ["B"]


def test_rules_see_the_level_before_the_event():
    story = Story(
        "points: {xp: {}, seen: {}}\nrules: [{id: r, on: quiz, award: {xp: 100}}, {id: s, on: quiz, when: level >= 'Explorer', award: {seen: 1}}]\n"
        + LEVELS
    )
    assert given(story.on("2026-03-01 10:00", "quiz"), "seen") == []
    assert given(story.on("2026-03-01 11:00", "quiz"), "seen") == [1]
