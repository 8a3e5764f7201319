# ruff: noqa: E501  # a small program and its story are read best in one line
from __future__ import annotations

import pytest

from tests.engine.story import Story, given, told


def test_a_badge_by_count_with_steps():
    story = Story(
        "points: {xp: {}}\nbadges: {scholar: {label: Знаток, count: quiz, steps: {bronze: 2, silver: 4, gold: 5}, award: {xp: 5}}}"
    )
    assert story.view().badges == {}
    steps = []
    for n in range(8):
        decision = story.on(f"2026-03-01 1{n}:00", "quiz")
        steps += [(n, e.name, e.occurrence, e.data["step"]) for e in decision.effects]
        assert len(given(decision)) == len(decision.effects)
    assert steps == [
        (1, "scholar", "bronze", "bronze"),
        (3, "scholar", "silver", "silver"),
        (4, "scholar", "gold", "gold"),
    ]
    badge = story.view().badges["scholar"]
    assert (badge.step, badge.label, badge.at.isoformat()) == ("gold", "Знаток", "2026-03-01T14:00:00+00:00")


def test_where_says_what_counts():
    story = Story("points: {xp: {}}\nbadges: {b: {count: quiz, where: event.score >= 0.5, steps: {one: 2}}}")
    for hour, score in enumerate((0.5, 0.4, 0.6)):
        story.on(f"2026-03-01 1{hour}:00", "quiz", score=score)
    assert story.dated("badge") == ["2026-03-01 12:00"]


def test_a_count_without_steps_is_a_badge_for_the_first():
    story = Story(
        "points: {xp: {}}\nbadges: {b: {count: quiz}}\nrules: [{id: r, on: ping, when: badge.b, award: {xp: 1}}]"
    )
    assert given(story.on("2026-03-01 09:00")) == []
    assert told(story.on("2026-03-01 10:00", "quiz"), "badge") == ["b"]
    assert told(story.on("2026-03-01 11:00", "quiz"), "badge") == []
    assert given(story.on("2026-03-01 12:00")) == [1]


def test_steps_compare_in_order_and_no_step_is_null():
    text = (
        "points: {xp: {}}\nbadges: {b: {count: quiz, steps: {bronze: 1, silver: 2, gold: 3}}}\n"
        "rules: [{id: r, on: ping, when: \"badge.b >= 'silver'\", award: {xp: 1}}, {id: s, on: ping, when: badge.b is None, award: {xp: 10}},"
        "{id: t, on: ping, when: \"badge.b == 'gold'\", award: {xp: 100}}]"
    )
    story = Story(text)
    expected = [[10], [], [1], [1, 100]]
    for n, amounts in enumerate(expected):
        assert given(story.on(f"2026-03-01 1{n}:00")) == amounts
        story.on(f"2026-03-01 1{n}:30", "quiz")


def test_a_badge_by_condition_once():
    story = Story(
        "points: {xp: {}}\nrules: [{id: r, on: quiz, award: {xp: 10}}]\nrewards: {chat: {}}\nmessages: {hi: {en: Hi}}\n"
        "badges: {b: {when: points.xp.lifetime >= 20, grant: chat, send: hi, award: {xp: 3}}}"
    )
    assert story.on("2026-03-01 10:00", "quiz").effects == ()
    decision = story.on("2026-03-01 11:00", "quiz")
    assert [(e.kind, e.name, e.mechanic) for e in decision.effects] == [
        ("badge", "b", "badges.b"),
        ("grant", "chat", "badges.b"),
        ("message", "hi", "badges.b"),
    ]
    assert given(decision) == [10, 3]
    assert story.on("2026-03-01 12:00", "quiz").effects == ()


def test_a_badge_that_everyone_deserves_comes_with_the_first_event():
    """Whatever else the program has, and whatever the first event is."""
    for condition in (
        "level >= 'Newcomer'",
        "points.xp.lifetime < 100",
        "not quest.any.done",
        "member.plan is None",
        "count('quiz') == 0",
    ):
        text = f'member: {{plan: text}}\npoints: {{xp: {{}}}}\nlevels: {{by: xp, steps: {{Newcomer: 0}}}}\nbadges: {{b: {{when: "{condition}"}}}}'
        for more in (
            "",
            "\nrules: [{id: r, on: ping, award: {xp: 1}}]",
            "\nrules: [{id: w, when: silent('1d'), award: {xp: 1}}]",
        ):
            story = Story(text + more)
            assert story.effects == []
            story.on("2026-03-01 10:00", "ping")
            assert story.dated("badge") == ["2026-03-01 10:00"], (condition, more)


def test_what_is_no_longer_true_after_the_first_event_was_never_true():
    story = Story("points: {xp: {}}\nbadges: {b: {when: count('quiz') == 0}}")
    story.on("2026-03-01 10:00", "quiz")
    story.on("2026-03-01 11:00", "ping")
    assert story.effects == []


def test_a_badge_sees_history_and_other_badges_of_the_same_event():
    story = Story(
        "points: {xp: {}}\nbadges: {z: {when: \"badge.a and badge.c == 'one'\"}, a: {when: count('quiz') >= 2}, c: {count: quiz, steps: {one: 2}}}"
    )
    story.on("2026-03-01 10:00", "quiz")
    decision = story.on("2026-03-01 11:00", "quiz")
    assert told(decision, "badge") == ["c", "a", "z"]


def test_a_rule_gives_a_badge_once():
    story = Story(
        "points: {xp: {}}\nrules: [{id: r, on: quiz, badge: b}]\nbadges: {b: {when: count('ping') >= 1, award: {xp: 4}}}"
    )
    decision = story.on("2026-03-01 10:00", "quiz")
    assert (told(decision, "badge"), given(decision)) == (["b"], [4])
    assert story.on("2026-03-01 11:00", "quiz").effects == ()
    assert story.on("2026-03-01 12:00", "ping").effects == ()


def test_a_badge_given_early_is_not_given_again_when_its_count_is_full():
    story = Story(
        "points: {xp: {}}\nrules: [{id: r, on: ping, badge: b}]\nbadges: {b: {count: quiz, steps: {one: 2, two: 3}}}"
    )
    story.on("2026-03-01 10:00")
    for hour in (11, 12, 13):
        story.on(f"2026-03-01 {hour}:00", "quiz")
    assert [e.data["step"] for e in story.effects] == ["one", "two"]


@pytest.mark.parametrize("days", ["silent('5d')", "days_since('quiz') >= 5"])
def test_time_alone_can_earn_a_badge(days):
    story = Story(f'points: {{xp: {{}}}}\nbadges: {{b: {{when: "{days}"}}}}')
    story.on("2026-03-01 10:00", "quiz")
    story.on("2026-03-05 10:00", "quiz")
    story.until("2026-04-01 10:00")
    assert story.dated("badge") == ["2026-03-10 10:00"]


@pytest.mark.parametrize(
    ("when", "timer"),
    [
        ("streak.study.length >= 3", False),
        ("3 < streak.study.length", False),
        ("count('quiz', within='7d') >= 3 and distinct('lesson', 'course', within='7d') > 1", False),
        ("not streak.study.length < 3", False),
        ("segment.keen", False),
        ("count('quiz') < 3", False),
        ("streak.study.length < 3", True),
        ("not streak.study.length >= 3", True),
        ("streak.study.length == 0 and count('quiz') >= 1", True),
        ("count('quiz', within='7d') <= 1", True),
        ("count('quiz', within='1 month') >= 3", True),
        ("streak.study.length >= 3 or silent('3d')", True),
        ("not segment.keen", True),
    ],
)
def test_a_badge_has_a_timer_only_where_time_can_bring_it(when, timer):
    text = f"""
streaks: {{study: {{on: quiz, every: day}}}}
segments: {{keen: {{when: streak.study.length >= 2}}}}
badges: {{b: {{when: "{when}"}}}}
"""
    (badge,) = Story(text).engine.plan.badges
    assert (badge.due is not None) == timer
    (waiting,) = Story(text.replace("{b: {", "{b: {retroactive: no, ")).engine.plan.badges
    assert (waiting.due is not None) == (timer or "within" in when or "streak" in when or "segment" in when)


def test_a_badge_for_a_streak_or_a_window_comes_with_the_event_that_fills_it():
    story = Story(
        "streaks: {study: {on: quiz, every: day}}\n"
        "badges: {run: {when: streak.study.length >= 2}, busy: {when: \"count('quiz', within='3d') >= 3\"}}"
    )
    story.on("2026-03-01 10:00", "quiz")
    story.on("2026-03-04 10:00", "quiz")
    assert not story.view().badges
    story.on("2026-03-05 09:00", "quiz")
    assert set(story.view().badges) == {"run"}
    story.on("2026-03-06 09:00", "quiz")
    assert set(story.view().badges) == {"run", "busy"}
