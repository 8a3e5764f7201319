# ruff: noqa: E501  # a small program and its story are read best in one line
from __future__ import annotations

import datetime as dt

import pytest

from tests.engine.story import Story, given, place, told

STUDY = "points: {xp: {}, seen: {}}\nstreaks: {study: {on: lesson, %s}}\nrules: [{id: r, on: ping, award: {seen: streak.study.length}}]"


def lengths(story: Story, times: list[str]) -> list[int]:
    return [_after(story, when) for when in times]


def _after(story: Story, when: str) -> int:
    story.on(when, "lesson")
    return story.view().streaks["study"].length


@pytest.mark.parametrize("zone", ["UTC", "Europe/Moscow", "America/Havana", "Australia/Lord_Howe"])
def test_days_in_the_members_zone(zone):
    story = Story(STUDY % "every: day", zone=zone)
    times = ["2026-03-01 23:59:59", "2026-03-02 00:00", "2026-03-02 12:00", "2026-03-03 23:59", "2026-03-05 00:00"]
    assert lengths(story, times) == [1, 2, 2, 3, 1]
    view = story.view().streaks["study"]
    assert (view.length, view.best, view.last) == (1, 3, dt.date(2026, 3, 5))


def test_the_gap_of_today_does_not_break_before_midnight():
    story = Story(STUDY % "every: day", zone="Europe/Moscow")
    lengths(story, ["2026-03-01 10:00", "2026-03-02 10:00"])
    assert story.view("2026-03-03 23:59:59").streaks["study"].length == 2
    assert story.view("2026-03-04 00:00").streaks["study"].length == 0
    assert given(story.on("2026-03-03 23:59"), "seen") == [2]
    assert given(story.on("2026-03-04 00:00"), "seen") == []


def test_iso_weeks():
    story = Story(STUDY % "every: week", zone="Europe/Moscow")
    times = ["2026-03-01 23:59", "2026-03-02 00:00", "2026-03-08 12:00", "2026-03-15 23:59", "2026-03-23 00:00"]
    assert lengths(story, times) == [1, 2, 2, 3, 1]
    year = Story(STUDY % "every: week")
    assert lengths(year, ["2026-12-22 10:00", "2026-12-31 10:00", "2027-01-04 10:00"]) == [1, 2, 3]


def test_months():
    story = Story(STUDY % "every: month", zone="America/Havana")
    times = ["2025-12-31 23:59", "2026-01-01 00:00", "2026-02-28 12:00", "2026-03-31 23:59", "2026-05-01 00:00"]
    assert lengths(story, times) == [1, 2, 3, 4, 1]


def test_rules_see_the_streak_with_the_event():
    story = Story(
        "points: {xp: {}}\nstreaks: {study: {on: lesson, every: day}}\nrules: [{id: r, on: lesson, award: {xp: streak.study.length}}]"
    )
    assert [given(story.on(f"2026-03-0{day} 10:00", "lesson")) for day in (1, 2, 3, 3)] == [[1], [2], [3], [3]]


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("America/Havana", "2026-03-05"),  # midnight of 8 March does not exist
        ("Europe/Berlin", "2026-03-26"),
        ("Europe/Berlin", "2026-10-22"),
        ("Australia/Lord_Howe", "2026-04-02"),  # half an hour back
        ("Australia/Lord_Howe", "2026-10-01"),
        ("America/Asuncion", "2023-09-28"),  # no midnight on 1 October
        ("Africa/Cairo", "2026-04-21"),  # no midnight on 24 April
        ("Europe/Moscow", "2011-03-24"),  # summer time for good
        ("Europe/Moscow", "2014-10-23"),  # and back for good
        ("America/Santiago", "2026-09-02"),  # no midnight on 6 September
        ("America/Santiago", "2026-04-01"),  # 4 April is an hour longer, at its end
        ("Asia/Beirut", "2026-03-26"),  # no midnight on 29 March
        ("Asia/Kathmandu", "1985-12-28"),  # 5:30 ahead becomes 5:45
        ("Africa/Casablanca", "2026-02-11"),  # an hour back for Ramadan
        ("Africa/Casablanca", "2026-03-18"),
        ("Pacific/Apia", "2011-09-22"),
    ],
)
def test_every_day_counts_across_a_change_of_clocks(zone, start):
    """Once in the first and once in the last minute of ten local days in a row: ten days, wherever the clocks change."""
    first = dt.date.fromisoformat(start)
    for edge in ("first", "last"):
        story = Story(STUDY % "every: day", zone=zone)
        for number in range(10):
            local = dt.datetime.combine(first + dt.timedelta(days=number + (edge == "last")), dt.time(), place(zone))
            at = local.astimezone(dt.UTC) + dt.timedelta(seconds=-1 if edge == "last" else 0)
            if edge == "first" and at.astimezone(place(zone)).date() != first + dt.timedelta(days=number):
                at += dt.timedelta(hours=1)  # the midnight that does not exist was read before the gap
            assert at.astimezone(place(zone)).date() == first + dt.timedelta(days=number)
            story.on(at, "lesson")
            assert story.view().streaks["study"].length == number + 1


def test_a_date_that_a_country_skipped_is_not_missed():
    """Samoa went from 29 to 31 December 2011."""
    story = Story(STUDY % "every: day", zone="Pacific/Apia")
    assert lengths(story, ["2011-12-28 10:00", "2011-12-29 10:00", "2011-12-31 10:00"]) == [1, 2, 3]
    other = Story(STUDY % "every: day", zone="Pacific/Apia")
    assert lengths(other, ["2011-12-28 10:00", "2011-12-31 10:00"]) == [1, 1]
    lazy = Story(STUDY % "every: day", zone="Pacific/Apia")
    lengths(lazy, ["2011-12-29 10:00"])
    assert lazy.view("2011-12-31 23:59").streaks["study"].length == 1
    assert lazy.view("2012-01-01 00:00").streaks["study"].length == 0


def test_dates_skipped_by_a_move_are_not_missed():
    """From Midway (-11) to Kiritimati (+14): 25 hours ahead, a whole date is skipped."""
    story = Story(STUDY % "every: day", zone="Pacific/Midway")
    assert lengths(story, ["2026-03-01 12:00", "2026-03-02 12:00"]) == [1, 2]
    story.move("Pacific/Kiritimati", "2026-03-02 23:30")  # 4 March, 00:30 there
    assert story.view().streaks["study"].length == 2
    assert lengths(story, ["2026-03-04 10:00", "2026-03-05 10:00"]) == [3, 4]


def test_a_date_that_was_not_skipped_whole_can_be_missed():
    story = Story(STUDY % "every: day", zone="America/Havana")
    lengths(story, ["2026-03-01 12:00"])
    story.move("Pacific/Kiritimati", "2026-03-02 12:00")  # 3 March there
    assert lengths(story, ["2026-03-03 12:00"]) == [1]


def test_one_instant_counts_for_one_local_day_only():
    story = Story(STUDY % "every: day", zone="Pacific/Kiritimati")
    assert lengths(story, ["2026-03-03 12:00", "2026-03-04 12:00"]) == [1, 2]
    story.move("Pacific/Midway", "2026-03-04 13:00")  # 3 March, 12:00 there: that day counted already
    assert lengths(story, ["2026-03-03 13:00", "2026-03-04 13:00"]) == [2, 2]
    assert lengths(story, ["2026-03-05 13:00"]) == [3]


def test_moving_on_one_day_changes_nothing():
    story = Story(STUDY % "every: day", zone="Europe/Moscow")
    lengths(story, ["2026-03-01 12:00"])
    story.move("Asia/Vladivostok", "2026-03-02 10:00")
    assert lengths(story, ["2026-03-02 18:00", "2026-03-03 12:00"]) == [2, 3]


def test_a_threshold_a_period():
    story = Story(STUDY % "every: day, threshold: 3")
    times = [f"2026-03-0{day} 1{hour}:00" for day in (1, 2) for hour in range(4)]
    assert lengths(story, times) == [0, 0, 1, 1, 1, 1, 2, 2]
    assert lengths(story, ["2026-03-03 10:00", "2026-03-03 11:00"]) == [2, 2]
    assert lengths(story, ["2026-03-04 10:00", "2026-03-04 11:00", "2026-03-04 12:00"]) == [0, 0, 1]


def test_where():
    story = Story("points: {xp: {}}\nstreaks: {study: {on: quiz, where: event.score >= 0.5, every: day}}")
    for day, score in ((1, 0.5), (2, 0.4), (2, 0.6), (3, 0.1)):
        story.on(f"2026-03-0{day} 10:00", "quiz", score=score)
    assert story.view().streaks["study"].length == 2
    assert story.view("2026-03-04 10:00").streaks["study"].length == 0


def test_several_events_keep_one_streak():
    story = Story("points: {xp: {}}\nstreaks: {study: {on: [quiz, lesson], every: day}}")
    story.on("2026-03-01 10:00", "quiz")
    story.on("2026-03-02 10:00", "lesson")
    story.on("2026-03-03 10:00", "ping")
    story.on("2026-03-03 11:00", "quiz")
    assert story.view().streaks["study"].length == 3


def test_milestones_once_a_run():
    story = Story(
        "points: {xp: {}}\nstreaks: {study: {on: lesson, every: day, milestones: {2: {xp: 50}, 3: {award: {xp: 70}, send: hi}}}}\nmessages: {hi: {en: Hi}}"
    )
    got = [given(story.on(f"2026-03-{day:02} 10:00", "lesson")) for day in (1, 2, 2, 3, 4, 10, 11, 12)]
    assert got == [[], [50], [], [70], [], [], [50], [70]]
    assert [(e.name, e.occurrence, e.data["length"]) for e in story.effects if e.kind == "streak"] == [
        ("study", "1:2", 2),
        ("study", "1:3", 3),
        ("study", "2:2", 2),
        ("study", "2:3", 3),
    ]
    assert story.told("message") == ["hi", "hi"]


def test_milestones_once_ever():
    story = Story(
        "points: {xp: {}}\nstreaks: {study: {on: lesson, every: day, once: true, milestones: {2: {xp: 50}, 3: {xp: 70}}}}"
    )
    got = [given(story.on(f"2026-03-{day:02} 10:00", "lesson")) for day in (1, 2, 10, 11, 12, 20, 21, 22)]
    assert got == [[], [50], [], [], [70], [], [], []]


def test_the_milestones_of_a_threshold_streak():
    story = Story(
        "points: {xp: {}}\nstreaks: {study: {on: lesson, every: week, threshold: 2, milestones: {2: {xp: 50}}}}"
    )
    got = [given(story.on(f"2026-03-{day:02} 10:00", "lesson")) for day in (2, 3, 4, 9, 15, 15)]
    assert got == [[], [], [], [], [50], []]
    assert told(story.on("2026-03-30 10:00", "lesson"), "streak") == []
