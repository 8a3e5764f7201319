# ruff: noqa: E501  # a small program and its story are read best in one line
from __future__ import annotations

import pytest

from tests.engine.story import Story, given


def firings(extra: str, times: list[str], *, zone: str = "UTC", award: str = "{xp: 10}") -> list[int]:
    story = Story(f"points: {{xp: {{}}}}\nrules: [{{id: r, on: ping, award: {award}, {extra}}}]", zone=zone)
    return [sum(given(story.on(when))) for when in times]


def test_limit_by_calendar_day_of_the_zone():
    times = ["2026-03-01 00:00", "2026-03-01 12:00", "2026-03-01 23:59:59", "2026-03-02 00:00", "2026-03-02 01:00"]
    for zone in ("UTC", "Europe/Moscow", "America/Havana", "Pacific/Apia"):
        assert firings("limit: 2 per day", times, zone=zone) == [10, 10, 0, 10, 10]


def test_limit_by_iso_week():
    times = [
        "2026-03-01 23:00",
        "2026-03-02 00:00",
        "2026-03-08 23:59",
        "2026-03-09 00:00",
    ]  # Sunday, Monday ... Monday
    assert firings("limit: 1 per week", times, zone="Europe/Moscow") == [10, 10, 0, 10]


@pytest.mark.parametrize(
    ("period", "times", "fired"),
    [
        ("month", ["2026-01-31 23:00", "2026-02-01 00:00", "2026-02-28 23:00", "2026-03-01 00:00"], [10, 10, 0, 10]),
        ("quarter", ["2026-01-01 00:00", "2026-03-31 23:00", "2026-04-01 00:00"], [10, 0, 10]),
        ("half", ["2026-01-01 00:00", "2026-06-30 23:00", "2026-07-01 00:00"], [10, 0, 10]),
        ("year", ["2026-01-01 00:00", "2026-12-31 23:00", "2027-01-01 00:00"], [10, 0, 10]),
    ],
)
def test_limit_by_longer_periods(period, times, fired):
    assert firings(f"limit: 1 per {period}", times, zone="America/Havana") == fired


def test_limit_follows_the_members_own_zone():
    story = Story("points: {xp: {}}\nrules: [{id: r, on: ping, award: {xp: 10}, limit: 1 per day}]")
    story.move("Asia/Vladivostok", "2026-03-01 00:00")
    assert given(story.on("2026-03-02 23:00")) == [10]
    assert given(story.on("2026-03-03 01:00")) == [10]  # the same day in UTC
    assert given(story.on("2026-03-03 23:00")) == []


def test_rolling_limit_is_open_at_its_start():
    """(t - 7d, t]: what happened exactly seven days ago is out."""
    times = ["2026-03-01 10:00", "2026-03-08 09:59:59", "2026-03-08 10:00", "2026-03-15 09:59:59", "2026-03-15 10:00"]
    assert firings("limit: 1 per 7 days", times) == [10, 0, 10, 0, 10]


def test_rolling_limit_counts_only_what_was_given():
    times = [f"2026-03-0{day} 10:00" for day in range(1, 8)]
    assert firings("limit: 2 per 3 days", times) == [10, 10, 0, 10, 10, 0, 10]


def test_rolling_limit_of_months():
    times = ["2026-01-15 10:00", "2026-02-15 09:00", "2026-02-15 10:00"]
    assert firings("limit: 1 per 1 month", times) == [10, 0, 10]


def test_only_an_award_that_gave_something_counts():
    story = Story("points: {xp: {}}\nrules: [{id: r, on: quiz, award: {xp: event.score}, limit: 1 per day}]")
    assert given(story.on("2026-03-01 10:00", "quiz", score=0.5)) == []
    assert given(story.on("2026-03-01 11:00", "quiz", score=3)) == [3]
    assert given(story.on("2026-03-01 12:00", "quiz", score=3)) == []


def test_limit_by_value():
    story = Story(
        "points: {xp: {}}\nrules: [{id: r, on: lesson, award: {xp: 10}, limit: {times: 1, per: day, by: event.course}}]"
    )
    assert given(story.on("2026-03-01 10:00", "lesson", course="a")) == [10]
    assert given(story.on("2026-03-01 10:01", "lesson", course="b")) == [10]
    assert given(story.on("2026-03-01 10:02", "lesson", course="a")) == []
    assert given(story.on("2026-03-02 10:02", "lesson", course="a")) == [10]


def test_null_is_a_value_like_any_other_of_a_limit():
    story = Story(
        "points: {xp: {}}\nrules: [{id: r, on: quiz, award: {xp: 1}, limit: {times: 1, per: day, by: event.topic}}]"
    )
    topics = [None, "", "a", None, "", "\x00", "\x00None"]
    got = [given(story.on(f"2026-03-01 1{n}:00", "quiz", topic=topic)) for n, topic in enumerate(topics)]
    assert got == [[1], [1], [1], [], [], [1], [1]]


def test_rolling_limit_by_value():
    story = Story(
        "points: {xp: {}}\nrules: [{id: r, on: lesson, award: {xp: 10}, limit: {times: 1, per: 2 days, by: event.course}}]"
    )
    assert given(story.on("2026-03-01 10:00", "lesson", course="a")) == [10]
    assert given(story.on("2026-03-03 09:00", "lesson", course="b")) == [10]
    assert given(story.on("2026-03-03 09:59", "lesson", course="a")) == []
    assert given(story.on("2026-03-03 10:00", "lesson", course="a")) == [10]


def test_cap_gives_the_rest_and_keeps_what_was_wanted():
    story = Story("points: {xp: {}}\nrules: [{id: r, on: quiz, award: {xp: event.score}, cap: {xp: 25, per: week}}]")
    (first,) = story.on("2026-03-02 10:00", "quiz", score=20).entries
    assert (first.amount, first.wanted) == (20, None)
    (second,) = story.on("2026-03-03 10:00", "quiz", score=20).entries
    assert (second.amount, second.wanted) == (5, 20)
    third = story.on("2026-03-08 23:00", "quiz", score=20)
    assert third.entries == ()
    assert [(fired.mechanic, fired.wanted, fired.given) for fired in third.trace] == [("rules.r", 20, 0)]
    assert given(story.on("2026-03-09 00:00", "quiz", score=20)) == [20]


def test_cap_counts_points_after_multipliers():
    story = Story(
        "points: {xp: {}}\nrules: [{id: r, on: ping, award: {xp: 10}, cap: {xp: 25, per: day}}, {id: m, on: ping, multiply: {xp: 2}}]"
    )
    (first,), (second,) = (story.on(f"2026-03-02 1{hour}:00").entries for hour in (0, 1))
    assert (first.amount, first.wanted) == (20, None)
    assert (second.amount, second.wanted) == (5, 20)


def test_cap_is_in_whole_units():
    story = Story("points: {xp: {decimals: 2}}\nrules: [{id: r, on: ping, award: {xp: 10}, cap: {xp: 12.5, per: day}}]")
    assert [given(story.on(f"2026-03-02 1{hour}:00")) for hour in range(3)] == [[1000], [250], []]


def test_rolling_cap():
    story = Story("points: {xp: {}}\nrules: [{id: r, on: ping, award: {xp: 10}, cap: {xp: 15, per: 2 days}}]")
    times = ["2026-03-01 10:00", "2026-03-02 10:00", "2026-03-03 09:59", "2026-03-03 10:00", "2026-03-04 10:00"]
    assert [sum(given(story.on(when))) for when in times] == [10, 5, 0, 10, 5]


def test_cap_is_per_rule_and_the_points_own_over_all():
    story = Story(
        "points: {xp: {cap: 30 per day}}\n"
        "rules: [{id: a, on: ping, award: {xp: 10}, cap: {xp: 15, per: day}}, {id: b, on: ping, award: {xp: 10}}]"
    )
    assert [given(story.on(f"2026-03-02 1{hour}:00")) for hour in range(4)] == [[10, 10], [5, 5], [], []]


def test_the_points_own_cap_holds_for_every_award_and_keeps_what_was_wanted():
    story = Story(
        "points: {xp: {cap: 30 per day}}\nrules: [{id: a, on: ping, award: {xp: 10}}]\n"
        "quests: {q: {steps: [{on: ping}], reward: {xp: 100}}}"
    )
    decision = story.on("2026-03-02 10:00")
    assert [(entry.mechanic, entry.amount, entry.wanted) for entry in decision.entries] == [
        ("rules.a", 10, None),
        ("quests.q", 20, 100),
    ]


def test_a_capped_out_award_does_not_use_up_the_limit():
    story = Story(
        "points: {xp: {cap: 10 per day}}\n"
        "rules: [{id: a, on: quiz, award: {xp: 10}}, {id: b, on: ping, award: {xp: 10}, limit: 1 per week}]"
    )
    story.on("2026-03-02 10:00", "quiz")
    assert given(story.on("2026-03-02 11:00")) == []
    assert given(story.on("2026-03-03 11:00")) == [10]
    assert given(story.on("2026-03-04 11:00")) == []


def test_key_awards_once_per_value():
    story = Story("points: {xp: {}}\nrules: [{id: r, on: order, award: {xp: event.amount}, key: event.order}]")
    assert given(story.on("2026-03-02 10:00", "order", order="1", amount=5)) == [5]
    assert given(story.on("2026-03-02 11:00", "order", order="1", amount=50)) == []
    assert given(story.on("2026-03-03 11:00", "order", order="2", amount=50)) == [50]
    assert given(story.on("2028-03-03 11:00", "order", order="1", amount=50)) == []


def test_a_key_that_is_null_awards_nothing():
    story = Story("points: {xp: {}}\nrules: [{id: r, on: quiz, award: {xp: 1}, key: event.topic}]")
    assert given(story.on("2026-03-02 10:00", "quiz")) == []
    assert given(story.on("2026-03-02 10:00", "quiz", topic="a")) == [1]


def test_keys_of_numbers_and_texts_are_apart():
    text = "points: {xp: {}}\nrules: [{id: r, on: quiz, award: {xp: 1}, key: event.score}, {id: t, on: quiz, award: {xp: 10}, key: event.topic}]"
    story = Story(text)
    assert given(story.on("2026-03-02 10:00", "quiz", score=1, topic="1")) == [1, 10]
    assert given(story.on("2026-03-02 10:01", "quiz", score=1.0, topic="1")) == []
    assert given(story.on("2026-03-02 10:02", "quiz", score=1.5, topic="1.0")) == [1, 10]


def test_hopping_between_zones_does_not_open_a_daily_limit_again():
    """A day that a member has left behind does not come back with its limit unused."""
    story = Story("points: {xp: {}}\nrules: [{id: r, on: ping, award: {xp: 10}, limit: 1 per day}]")
    assert given(story.on("2026-03-02 00:30")) == [10]
    story.move("America/Havana", "2026-03-02 00:40")
    assert given(story.on("2026-03-01 19:50")) == []  # still the first of March there: that day has passed
    story.move("UTC", "2026-03-01 20:00")
    assert given(story.on("2026-03-02 01:30")) == []
    assert given(story.on("2026-03-03 01:30")) == [10]


def test_a_rule_without_an_event_has_limits_and_caps_too():
    story = Story("points: {xp: {}}\nrules: [{id: r, when: silent('1d'), award: {xp: 10}, limit: 2 per month}]")
    for day in (1, 3, 5, 7):
        story.on(f"2026-03-0{day} 10:00")
    story.until("2026-03-20 10:00")
    assert [story.wall(entry.at) for entry in story.entries] == ["2026-03-02 10:00", "2026-03-04 10:00"]
    capped = Story("points: {xp: {}}\nrules: [{id: r, when: silent('1d'), award: {xp: 10}, cap: {xp: 15, per: month}}]")
    for day in (1, 3, 5):
        capped.on(f"2026-03-0{day} 10:00")
    capped.until("2026-03-20 10:00")
    assert [(entry.amount, entry.wanted) for entry in capped.entries] == [(10, None), (5, 10)]
