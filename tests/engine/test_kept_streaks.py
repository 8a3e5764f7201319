# ruff: noqa: E501  # a small program and its story are read best in one line
"""Freezes and pauses: what keeps a streak over missed periods."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

import loyaltykit as lk
from loyaltykit.values import from_instant
from tests.engine.story import HEAD, Story, given, place, program, told

FROZEN = "points: {xp: {}, seen: {}}\nstreaks: {study: {on: lesson, every: %s, freezes: {%s}}}\nrules: [{id: r, on: ping, award: {seen: streak.study.length}}]"
PAUSED = "points: {xp: {}}\nstreaks: {study: {on: lesson, every: %s, pauses: %s}}"


def lengths(story: Story, days: list[str]) -> list[int]:
    found = []
    for day in days:
        story.on(f"{day} 10:00", "lesson")
        found.append(story.view().streaks["study"].length)
    return found


def test_a_missed_day_takes_a_freeze_when_it_ends():
    story = Story(FROZEN % ("day", "initial: 1"), zone="Europe/Moscow")
    lengths(story, ["2026-03-01"])
    assert story.view("2026-03-02 23:59:59").streaks["study"].freezes == 1
    view = story.view("2026-03-03 00:00").streaks["study"]
    assert (view.length, view.freezes, view.frozen, view.done) == (1, 0, (dt.date(2026, 3, 2),), False)
    assert view.until == dt.datetime.fromisoformat("2026-03-04T00:00+03:00")
    assert story.view("2026-03-03 23:59:59").streaks["study"].length == 1
    assert story.view("2026-03-04 00:00").streaks["study"].length == 0
    decision = story.until("2026-03-04 00:00")
    assert [(effect.kind, story.wall(effect.at), effect.data["left"]) for effect in decision.effects] == [
        ("frozen", "2026-03-03 00:00", 0)
    ]


def test_a_frozen_day_keeps_and_does_not_lengthen():
    story = Story(FROZEN % ("day", "initial: 2"))
    assert lengths(story, ["2026-03-01", "2026-03-03", "2026-03-04", "2026-03-06"]) == [1, 2, 3, 4]
    assert lengths(story, ["2026-03-08"]) == [1]
    assert story.view().streaks["study"].best == 4


def test_two_missed_days_take_two_freezes():
    story = Story(FROZEN % ("day", "initial: 2"))
    assert lengths(story, ["2026-03-01", "2026-03-04", "2026-03-06"]) == [1, 2, 1]


def test_freezes_are_earned_at_the_period_that_completes_so_many_active_ones():
    story = Story(FROZEN % ("day", "earn: 1 per 3 days, max: 2"))
    days = [f"2026-03-{day:02}" for day in range(1, 11)]
    held = [(lengths(story, [day]), story.view().streaks["study"].freezes)[1] for day in days]
    assert held == [0, 0, 1, 1, 1, 2, 2, 2, 2, 2]


def test_frozen_days_are_not_active_ones():
    story = Story(FROZEN % ("day", "initial: 1, earn: 1 per 3 days, max: 2"))
    lengths(story, ["2026-03-01", "2026-03-03"])
    assert story.view().streaks["study"].freezes == 0
    lengths(story, ["2026-03-04"])
    assert story.view().streaks["study"].freezes == 1


@pytest.mark.parametrize(
    ("every", "earn", "days", "expected"),
    [
        ("week", "1 per 2 weeks", ["2026-03-02", "2026-03-09", "2026-03-23", "2026-04-06"], [1, 2, 3, 1]),
        ("month", "1 per 2 months", ["2026-01-31", "2026-02-01", "2026-04-30", "2026-06-01"], [1, 2, 3, 1]),
    ],
)
def test_weeks_and_months_are_frozen_too(every, earn, days, expected):
    assert lengths(Story(FROZEN % (every, f"earn: {earn}")), days) == expected


def test_milestones_of_a_kept_streak():
    story = Story(
        "points: {xp: {}}\nstreaks: {study: {on: lesson, freezes: {initial: 1}, milestones: {2: {xp: 50}, 3: {award: {xp: 70}}}}}"
    )
    got = [given(story.on(f"2026-03-{day:02} 10:00", "lesson")) for day in (1, 3, 4, 10, 11)]
    assert got == [[], [50], [70], [], [50]]


def test_a_threshold_and_where_go_with_freezes():
    story = Story(
        "points: {xp: {}}\nstreaks: {study: {on: quiz, where: event.score >= 0.5, threshold: 2, freezes: {initial: 1}}}"
    )
    for day, score in ((1, 0.5), (1, 0.6), (2, 0.9), (2, 0.1), (3, 0.5), (3, 0.5)):
        story.on(f"2026-03-0{day} 10:00", "quiz", score=score)
    view = story.view().streaks["study"]
    assert (view.length, view.freezes) == (2, 0)


def test_dates_that_a_country_skipped_take_no_freeze():
    """Samoa went from 29 to 31 December 2011."""
    story = Story(FROZEN % ("day", "initial: 1"), zone="Pacific/Apia")
    assert lengths(story, ["2011-12-29", "2011-12-31"]) == [1, 2]
    assert story.view().streaks["study"].freezes == 1


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Europe/Moscow", "2011-03-24"),  # summer time for good
        ("Europe/Moscow", "2014-10-23"),  # and back
        ("Africa/Cairo", "2026-04-20"),  # no midnight on 24 April
        ("America/Havana", "2026-03-04"),  # no midnight on 8 March
        ("America/Santiago", "2026-09-02"),  # no midnight on 6 September
        ("Asia/Beirut", "2026-03-25"),  # no midnight on 29 March
        ("Australia/Lord_Howe", "2026-04-01"),  # half an hour
        ("Asia/Kathmandu", "2026-03-01"),  # 5:45 ahead
        ("Africa/Casablanca", "2026-02-11"),  # back an hour for Ramadan
        ("Pacific/Apia", "2011-12-31"),
    ],
)
def test_a_freeze_is_taken_at_the_first_instant_of_the_next_local_day(zone, start):
    """Active on one day of two: each gap takes a freeze at the midnight after it, wherever the clocks change."""
    story = Story(FROZEN % ("day", "initial: 5, max: 5"), zone=zone)
    first = dt.date.fromisoformat(start)
    for number in range(0, 10, 2):
        story.on(f"{first + dt.timedelta(days=number)} 12:00", "lesson")
        assert story.view().streaks["study"].length == number // 2 + 1
    story.until(f"{first + dt.timedelta(days=10)} 12:00")
    taken = [effect.at for effect in story.effects if effect.kind == "frozen"]
    days = [from_instant(at - 1).astimezone(place(zone)).date() for at in taken]
    assert days == [first + dt.timedelta(days=number) for number in (1, 3, 5, 7, 9)]
    after = [from_instant(at).astimezone(place(zone)).date() for at in taken]
    assert after == [day + dt.timedelta(days=1) for day in days]


def test_moving_east_and_west_mid_streak():
    story = Story(FROZEN % ("day", "initial: 1"), zone="Europe/Moscow")
    lengths(story, ["2026-03-01", "2026-03-02"])
    story.move("Asia/Vladivostok", "2026-03-03 18:00")  # 4 March, 01:00 there: the 3rd is over and was missed
    assert story.view().streaks["study"].freezes == 0
    assert lengths(story, ["2026-03-04"]) == [3]
    other = Story(FROZEN % ("day", "initial: 1"), zone="Asia/Vladivostok")
    lengths(other, ["2026-03-01"])
    other.until("2026-03-03 01:00")
    assert other.view().streaks["study"].freezes == 0
    other.move("Europe/Moscow", "2026-03-03 02:00")  # 2 March, 19:00 there: it is not over yet
    other.on("2026-03-02 20:00", "lesson")
    view = other.view().streaks["study"]
    assert (view.length, view.freezes, view.frozen) == (2, 1, ())


def test_school_holidays_are_not_missed_and_what_is_done_then_counts():
    story = Story(PAUSED % ("day", "[{from: 2026-12-24, to: 2027-01-08}]"))
    assert lengths(story, ["2026-12-23", "2026-12-25", "2027-01-09", "2027-01-11"]) == [1, 2, 3, 1]
    lazy = Story(PAUSED % ("day", "{from: 2026-12-24, to: 2027-01-08}"))
    lengths(lazy, ["2026-12-23"])
    view = lazy.view("2027-01-08 12:00").streaks["study"]
    assert (view.length, view.paused, view.freezes) == (1, True, None)
    assert view.until == dt.datetime(2027, 1, 10, tzinfo=dt.UTC)
    assert lazy.view("2027-01-09 23:59").streaks["study"].length == 1
    assert lazy.view("2027-01-10 00:00").streaks["study"].length == 0


def test_a_week_that_a_pause_touches_is_not_missed():
    story = Story(PAUSED % ("week", "[{from: 2026-12-24, to: 2027-01-05}]"))
    assert lengths(story, ["2026-12-20", "2027-01-12", "2027-01-25"]) == [1, 2, 1]


def test_a_members_own_pause():
    story = Story(PAUSED % ("day", "true"))
    lengths(story, ["2026-03-01"])
    decision = story.on("2026-03-01 12:00", "kit.paused", start="2026-03-02", end="2026-03-20")
    assert told(decision, "paused") == ["study"]
    assert lengths(story, ["2026-03-21", "2026-03-23"]) == [2, 1]


def test_a_pause_for_days_that_have_passed_gives_the_freeze_back_and_mends_the_run():
    story = Story(FROZEN % ("day", "initial: 1"))
    lengths(story, ["2026-03-01"])
    assert story.view("2026-03-05 12:00").streaks["study"].length == 0
    story.until("2026-03-05 12:00")
    story.on("2026-03-05 12:00", "kit.paused", start="2026-03-02", end="2026-03-04", streak="study")
    view = story.view().streaks["study"]
    assert (view.length, view.freezes, view.frozen) == (1, 1, ())
    assert lengths(story, ["2026-03-06"]) == [2]
    assert story.view().streaks["study"].freezes == 0


def test_a_condition_sees_the_streak_end_at_midnight():
    """Also of a streak that nothing keeps: the condition is looked at again when the missed day is over."""
    for keep, when in (("", "2026-03-04 00:00"), (", freezes: {initial: 1}", "2026-03-05 00:00")):
        story = Story(
            f"points: {{xp: {{}}}}\nstreaks: {{study: {{on: lesson{keep}}}}}\n"
            "rules: [{id: lost, when: streak.study.length == 0 and count('lesson') >= 2, award: {xp: 1}}]\nbadges: {gone: {when: streak.study.length < 1 and count('lesson') >= 2}}",
            zone="Europe/Moscow",
        )
        story.on("2026-03-01 10:00", "lesson")
        story.on("2026-03-02 10:00", "lesson")
        story.until("2026-04-01 00:00")
        assert [story.wall(entry.at) for entry in story.entries] == [when]
        assert story.dated("badge") == [when]
        assert given(story.on("2026-04-01 10:00", "lesson")) == []
        story.until("2026-05-01 00:00")
        assert len(story.entries) == 2


def test_weeks_and_months_end_for_conditions_too():
    for every, when in (("week", "2026-03-16 00:00"), ("month", "2026-05-01 00:00")):
        story = Story(
            f"points: {{xp: {{}}}}\nstreaks: {{study: {{on: lesson, every: {every}}}}}\nrules: [{{id: lost, when: streak.study.length == 0 and count('lesson') >= 1, award: {{xp: 1}}}}]"
        )
        story.on("2026-03-04 10:00", "lesson")
        story.until("2026-08-01 00:00")
        assert [story.wall(entry.at) for entry in story.entries] == [when]


@pytest.mark.parametrize(
    ("written", "path", "code"),
    [
        ("freezes: {earn: 1 per 2 weeks}", "freezes.earn", "document/freeze-periods"),
        ("freezes: {earn: 1 per 36h}", "freezes.earn", "document/freeze-periods"),
        ("freezes: {initial: 3, max: 2}", "freezes.initial", "document/freezes-over"),
        ("freezes: {max: 2}", "freezes", "document/freezes-none"),
        ("pauses: false", "pauses", "document/pauses"),
        ("pauses: [{from: 2026-02-01, to: 2026-01-01}]", "pauses.to", "document/dates"),
    ],
)
def test_what_makes_no_sense_is_a_problem(written, path, code):
    every = "day" if "36h" in written or "2 weeks" not in written else "month"
    with pytest.raises(lk.ProgramError) as caught:
        lk.Program.from_yaml(f"{HEAD}streaks: {{s: {{on: lesson, every: {every}, {written}}}}}")
    assert [(one.path, one.code) for one in caught.value.problems] == [(f"streaks.s.{path}", code)]


def test_a_streak_without_freezes_and_pauses_is_as_cheap_as_ever():
    plain = lk.Engine(program("streaks: {study: {on: lesson}}"))
    kept = lk.Engine(program("streaks: {study: {on: lesson, pauses: true}}"))
    assert len(kept.plan.slots) == len(plain.plan.slots) + 5
    assert "STREAK" not in plain.source("lesson")
    assert "STREAK" in kept.source("lesson")


# --- against an oracle that counts day by day ----------------------------------------------------------------------

FIRST = dt.date(2026, 3, 1)


def naive(active: set[int], last: int, *, initial: int, each: int, most: int, pauses: list[tuple[int, int]]):
    """(length, best, freezes) at noon of a day, counted one day after the other."""
    length = best = toward = 0
    freezes, begun = initial, False
    for day in range(last + 1):
        if day in active:
            length, begun = length + 1, True
            best = max(best, length)
            toward += 1
            if each and toward == each:
                toward, freezes = 0, min(most, freezes + 1)
        elif not begun or day == last or any(start <= day <= end for start, end in pauses):
            continue
        elif length and freezes:
            freezes -= 1
        elif length:
            length = 0
    return length, best, freezes


@settings(max_examples=150, deadline=None)
@drawn(
    active=st.sets(st.integers(0, 40), min_size=1),
    freezes=st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 2)),
    pauses=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), max_size=2),
    last=st.integers(0, 60),
    looks=st.sets(st.integers(0, 60), max_size=4),
)
def test_day_by_day_it_is_the_same(active, freezes, pauses, last, looks):
    initial, each, extra = freezes
    last = max(last, *active)
    most = max(1, initial + extra)
    spans = [(start, start + length) for start, length in pauses]
    earn = f"earn: 1 per {each} days, " if each else ""
    dates = [f"{{from: {FIRST + dt.timedelta(days=a)}, to: {FIRST + dt.timedelta(days=b)}}}" for a, b in spans]
    if not initial and not each:
        each, earn = 4, "earn: 1 per 4 days, "
    story = Story(
        f"streaks: {{study: {{on: lesson, freezes: {{initial: {initial}, {earn}max: {most}}}, pauses: [{', '.join(dates)}]}}}}"
    )
    for day in range(last + 1):
        date = FIRST + dt.timedelta(days=day)
        if day in looks:
            story.until(f"{date} 00:00")
        if day in active:
            story.on(f"{date} 10:00", "lesson")
    view = story.view(f"{FIRST + dt.timedelta(days=last)} 12:00").streaks["study"]
    expected = naive(active, last, initial=initial, each=each, most=most, pauses=spans)
    assert (view.length, view.best, view.freezes) == expected


def test_a_date_skipped_by_a_move_takes_no_freeze():
    """From Midway (-11) to Kiritimati (+14): 25 hours ahead, a whole date is skipped."""
    story = Story(FROZEN % ("day", "initial: 1"), zone="Pacific/Midway")
    lengths(story, ["2026-03-01", "2026-03-02"])
    story.move("Pacific/Kiritimati", "2026-03-02 23:30")  # 4 March, 00:30 there
    story.until("2026-03-04 23:00")
    assert story.view("2026-03-04 23:00").streaks["study"].freezes == 1
    story.until("2026-03-05 00:00")
    assert story.view("2026-03-05 00:00").streaks["study"].freezes == 0
    assert lengths(story, ["2026-03-05"]) == [3]
