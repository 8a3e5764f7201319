# ruff: noqa: E501  # a small program and its story are read best in one line
"""Rules without an event: they act each time that their condition turns true, at the exact instant."""

from __future__ import annotations

import itertools

import pytest

from tests.engine.story import Story, given


def watching(condition: str, more: str = "", **story) -> Story:
    return Story(
        f'member: {{paused: boolean, birthday: date, exam: date}}\npoints: {{xp: {{}}, seen: {{}}}}\nrules: [{{id: w, when: "{condition}", award: {{seen: 1}}}}{more}]',
        **story,
    )


def fired(story: Story) -> list[str]:
    return [story.wall(entry.at) for entry in story.entries if entry.mechanic == "rules.w"]


def test_silence_each_time_at_the_exact_instant():
    story = watching("silent('14d')")
    story.on("2026-03-01 10:00")
    story.on("2026-03-10 10:00", "quiz")
    story.on("2026-03-24 10:00")  # exactly 14 days: the timer comes before the event
    story.on("2026-04-07 09:59:59")
    story.until("2026-04-21 09:59:58")
    assert fired(story) == ["2026-03-24 10:00"]
    story.until("2027-01-01 00:00")
    assert fired(story) == ["2026-03-24 10:00", "2026-04-21 09:59:59+00:00"]
    assert [entry.occurrence for entry in story.entries] == ["1", "2"]


def test_silence_of_months():
    story = watching("silent('1 month')", zone="Europe/Berlin")
    story.on("2026-03-10 10:00")
    story.until("2027-01-01 00:00")
    assert fired(story) == ["2026-04-10 10:00"]


def test_what_the_host_tells_is_no_activity():
    story = watching("silent('14d')")
    story.on("2026-03-01 10:00")
    story.on("2026-03-10 10:00", "member.updated", paused=False)
    story.until("2027-01-01 00:00")
    assert fired(story) == ["2026-03-15 10:00"]


def test_who_was_never_active_is_not_silent():
    story = watching("silent('14d')")
    story.on("2026-03-10 10:00", "member.updated", paused=False)
    story.until("2027-01-01 00:00")
    assert fired(story) == []


def test_silence_and_an_attribute():
    story = watching("silent('5d') and not member.paused")
    story.on("2026-03-01 10:00")
    story.until("2026-03-20 10:00")
    assert fired(story) == []  # paused is null
    story.on("2026-03-20 12:00", "member.updated", paused=True)
    assert fired(story) == []
    story.on("2026-03-20 13:00", "member.updated", paused=False)
    assert fired(story) == ["2026-03-20 13:00"]
    story.on("2026-03-21 13:00", "member.updated", paused=True)
    story.on("2026-03-22 13:00", "member.updated", paused=False)
    assert fired(story) == ["2026-03-20 13:00", "2026-03-22 13:00"]
    story.on("2026-03-23 10:00")
    story.until("2026-06-01 00:00")
    assert fired(story)[2:] == ["2026-03-28 10:00"]


@pytest.mark.parametrize(
    ("condition", "times"),
    [
        ("days_since('quiz') >= 3", ["2026-03-04 10:00"]),
        ("days_since('quiz') > 3", ["2026-03-05 10:00"]),
        ("days_since('quiz') == 3", ["2026-03-04 10:00"]),
        ("3 <= days_since('quiz') < 5", ["2026-03-04 10:00"]),
        ("days_since('quiz') in [2, 4]", ["2026-03-03 10:00", "2026-03-05 10:00"]),
        ("days_since('quiz') % 2 == 1", [f"2026-03-{day:02} 10:00" for day in (2, 4, 6, 8, 10)]),
        ("days_since('quiz') > 2.5", ["2026-03-04 10:00"]),
        ("not (days_since('quiz') < 2)", ["2026-03-03 10:00"]),
        ("days_since('quiz') is not None", ["2026-03-01 10:00"]),
        ("days_since('lesson') >= 3", []),
        ("7 >= days_since('quiz') >= 6 or days_since('quiz') == 2", ["2026-03-03 10:00", "2026-03-07 10:00"]),
    ],
)
def test_days_since(condition, times):
    story = watching(condition)
    story.on("2026-03-01 10:00", "quiz")
    story.until("2026-03-11 00:00")
    assert fired(story) == times


def test_days_since_starts_anew_with_each_event():
    story = watching("days_since('quiz') >= 3")
    for day in (1, 3, 8):
        story.on(f"2026-03-0{day} 10:00", "quiz")
    story.on("2026-03-09 10:00", "ping")
    story.until("2026-04-01 00:00")
    assert fired(story) == ["2026-03-06 10:00", "2026-03-11 10:00"]


def test_what_leaves_a_window_can_turn_a_condition_true():
    story = watching("count('quiz', within='3d') < 2 and count('quiz') >= 2")
    story.on("2026-03-01 10:00", "quiz")
    story.on("2026-03-02 12:00", "quiz")
    story.on("2026-03-02 13:00", "quiz")
    story.until("2026-04-01 00:00")
    assert fired(story) == ["2026-03-05 12:00"]


@pytest.mark.parametrize(
    ("condition", "times"),
    [
        ("sum('quiz', 'score', within='2d') <= 3", ["2026-03-01 10:00", "2026-03-04 10:00"]),
        ("avg('quiz', 'score', within='2d') >= 2.5", ["2026-03-02 10:00"]),
        ("lowest('quiz', 'score', within='2d') >= 2", ["2026-03-03 10:00"]),
        ("highest('quiz', 'score', within='2d') is None", ["2026-03-05 10:00"]),
        ("distinct('quiz', 'score', within='2d') == 1", ["2026-03-01 10:00", "2026-03-03 10:00", "2026-03-04 10:00"]),
        ("earned('xp', within='2d') == 0 and count('quiz') > 0", ["2026-03-05 10:00"]),
        ("count('quiz', within='2d', where=score > 2) == 1", ["2026-03-02 10:00", "2026-03-04 10:00"]),
    ],
)
def test_every_function_with_a_window(condition, times):
    story = watching(condition, ", {id: p, on: quiz, award: {xp: 10}}")
    for day, score in ((1, 1), (2, 4), (3, 3)):
        story.on(f"2026-03-0{day} 10:00", "quiz", score=score)
    story.until("2026-04-01 00:00")
    assert fired(story) == times


def test_windows_of_months_leave_too():
    story = watching("count('quiz', within='1 month') == 0 and count('quiz') > 0")
    story.on("2026-01-15 10:00", "quiz")
    story.until("2026-12-01 00:00")
    assert fired(story) == ["2026-02-15 10:00"]


@pytest.mark.parametrize("day", ["2026-01-29", "2026-01-30", "2026-01-31", "2026-03-31", "2026-02-28"])
def test_windows_of_months_leave_once_also_at_a_months_end(day):
    story = watching("count('quiz', within='1 month') == 0 and count('quiz') > 0")
    story.on(f"{day} 10:00", "quiz")
    story.until("2026-12-01 00:00")
    assert len(fired(story)) == 1
    assert "2026-02-28 10:00" <= fired(story)[0] <= "2026-05-01 00:00"


def test_a_birthday_each_year():
    story = watching("anniversary(member.birthday)", zone="Asia/Vladivostok")
    story.on("2026-03-01 10:00", "member.updated", birthday="1990-05-17")
    story.on("2026-03-01 11:00")
    story.until("2028-12-31 00:00")
    assert fired(story) == ["2026-05-17 00:00", "2027-05-17 00:00", "2028-05-17 00:00"]


def test_a_birthday_on_29_february():
    story = watching("anniversary(member.birthday)")
    story.on("2026-01-01 10:00", "member.updated", birthday="1992-02-29")
    story.until("2029-01-01 00:00")
    assert fired(story) == ["2026-02-28 00:00", "2027-02-28 00:00", "2028-02-29 00:00"]


def test_the_days_after_an_anniversary():
    story = watching("anniversary(member.birthday, within='7d') and count('quiz', within='1d') > 0")
    story.on("2026-03-01 10:00", "member.updated", birthday="1990-12-30")
    story.on("2027-01-02 10:00", "quiz")
    story.on("2027-01-06 10:00", "quiz")
    assert fired(story) == ["2027-01-02 10:00"]


def test_an_anniversary_within_months():
    story = watching("anniversary(member.birthday, within='1 month')")
    story.on("2026-01-01 10:00", "member.updated", birthday="1990-01-20")
    story.until("2026-12-01 10:00")
    assert fired(story) == ["2026-01-20 00:00"]
    assert _holds(story, "anniversary(member.birthday, within='1 month')", "2026-02-19 23:59")


def _holds(story: Story, condition: str, at: str) -> bool:
    probe = watching(condition, ', {id: probe, on: ping, when: "' + condition + '", award: {xp: 1}}')
    for event in story.events:
        probe.take(event)
    return given(probe.on(at)) == [1]


def test_an_anniversary_of_joining_is_not_the_day_itself():
    story = watching("anniversary(member.joined)")
    story.on("2026-03-01 10:00")
    story.on("2026-03-01 12:00", "quiz")
    story.until("2028-12-01 00:00")
    assert fired(story) == ["2027-03-01 00:00", "2028-03-01 00:00"]


def test_a_date_to_come_has_no_anniversary_before_it():
    story = watching("anniversary(member.exam)")
    story.on("2026-01-01 10:00", "member.updated", exam="2027-06-01")
    story.until("2029-01-01 00:00")
    assert fired(story) == ["2028-06-01 00:00"]


def test_a_condition_on_points_each_time_it_turns_true():
    story = Story(
        "points: {xp: {expires: {after: 3d}}, seen: {}}\nrules: [{id: r, on: quiz, award: {xp: event.score}}, {id: w, when: points.xp.available >= 20, award: {seen: 1}}]"
    )
    for day, score in ((1, 10), (2, 10), (3, 10), (10, 20)):
        story.on(f"2026-03-{day:02} 10:00", "quiz", score=score)
    assert fired(story) == ["2026-03-02 10:00", "2026-03-10 10:00"]


def test_a_condition_that_is_true_from_the_start_turns_true_with_the_first_event():
    for condition in (
        "points.xp.lifetime < 100",
        "count('quiz') == 0",
        "member.paused is None",
        "days_since('quiz') is None",
    ):
        story = watching(condition)
        story.on("2026-03-01 10:00", "ping")
        story.on("2026-03-02 10:00", "ping")
        assert fired(story) == ["2026-03-01 10:00"], condition


def test_two_conditions_that_feed_each_other_act_once_an_event():
    """Each mechanic once an event, at most 16 rounds."""
    story = Story(
        "points: {xp: {}}\nrules: [{id: r, on: quiz, award: {xp: 10}}, {id: w, when: points.xp.lifetime % 20 == 10, award: {xp: 10}},"
        "{id: v, when: points.xp.lifetime % 20 == 0 and points.xp.lifetime > 0, award: {xp: 10}}]"
    )
    decision = story.on("2026-03-01 10:00", "quiz")
    assert [entry.mechanic for entry in decision.entries] == ["rules.r", "rules.w", "rules.v"]


def test_a_condition_acts_on_what_another_gave_at_the_same_instant():
    story = Story(
        "points: {a: {}, b: {}}\nrules: [{id: w, when: silent('5d'), award: {a: 1}}, {id: v, when: points.a.lifetime > 0, award: {b: 1}}]\nbadges: {x: {when: points.b.lifetime > 0}}"
    )
    story.on("2026-03-01 10:00")
    decision = story.until("2026-03-20 00:00")
    assert [(entry.mechanic, story.wall(entry.at)) for entry in decision.entries] == [
        ("rules.w", "2026-03-06 10:00"),
        ("rules.v", "2026-03-06 10:00"),
    ]
    assert story.dated("badge") == ["2026-03-06 10:00"]


def test_segments_are_conditions_too():
    story = Story(
        "segments: {gone: {when: silent('5d')}, rich: {when: segment.gone and points.a.lifetime >= 2}}\npoints: {a: {}, b: {}}\n"
        "rules: [{id: r, on: quiz, award: {a: 1}}, {id: w, when: segment.rich, award: {b: 1}}]"
    )
    for day in (1, 10, 20):
        story.on(f"2026-03-{day:02} 10:00", "quiz")
    story.until("2026-06-01 00:00")
    assert fired(story) == ["2026-03-15 10:00", "2026-03-25 10:00"]
    assert story.view().segments == ("gone", "rich")


def test_advancing_often_seldom_or_never_gives_the_same():
    text = (
        "points: {xp: {pending: 2d, expires: {after: 10d}}, seen: {}}\nrewards: {chat: {lasts: 4d}}\n"
        "rules: [{id: r, on: quiz, award: {xp: 10}, grant: chat}, {id: w, when: silent('5d'), award: {seen: 1}}, {id: v, when: 'points.xp.available == 0 and count(\"quiz\") > 0', award: {seen: 2}}]\n"
        "quests: {q: {within: 3d, steps: [{on: quiz, times: 3}]}}\nbadges: {b: {when: \"days_since('quiz') == 6\"}}\n"
        "tiers: {t: {by: earned('seen'), period: calendar month, keep: until end of period, steps: {a: 0, b: 1}}}"
    )
    events = ["2026-03-01 10:00", "2026-03-02 10:00", "2026-03-09 10:00", "2026-03-12 10:00"]
    ends = []
    for hours in (None, 1, 7, 100):
        story = Story(text)
        marks = [] if hours is None else [f"2026-03-{1 + h // 24:02} {h % 24:02}:30" for h in range(0, 24 * 12, hours)]
        for when, what in sorted([*zip(events, itertools.repeat("quiz")), *zip(marks, itertools.repeat("until"))]):
            story.until(when) if what == "until" else story.on(when, "quiz")
        story.until("2026-07-01 00:00")
        ends.append((story.engine.dump(story.state), story.entries, story.effects))
    assert all(end == ends[0] for end in ends)
