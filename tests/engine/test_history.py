# ruff: noqa: E501  # a small program and its story are read best in one line
from __future__ import annotations

import datetime as dt

import pytest

import loyaltykit as lk
from tests.engine.story import Story, given, moment

DAY1 = "2026-03-01 10:00"


class Probe(Story):
    """Asks for the value of an expression on `ping` (or on another event)."""

    def __init__(self, expression: str, *, on: str = "ping", more: str = "", zone: str = "UTC") -> None:
        award = f"1000 + ({expression})".replace('"', '\\"')
        super().__init__(
            f'points: {{xp: {{decimals: 6, rounding: nearest}}, stars: {{}}}}\nrules: [{{id: probe, on: {on}, award: {{xp: "{award}"}}}}{more}]',
            zone=zone,
        )

    def ask(self, when: str, type: str = "ping", **data: object) -> float | None:
        got = given(self.on(when, type, **data))
        return round(got[0] / 10**6 - 1000, 6) if got else None


def test_count():
    probe = Probe("count('lesson')")
    assert probe.ask(DAY1) == 0
    for hour in (11, 12):
        probe.on(f"2026-03-01 {hour}:00", "lesson")
    assert probe.ask("2027-03-01 10:00") == 2


def test_history_includes_the_event_itself():
    probe = Probe("count('lesson') + 10 * count('lesson', within='1d')", on="lesson")
    assert probe.ask(DAY1, "lesson") == 11
    assert probe.ask("2026-03-02 10:00", "lesson") == 12


@pytest.mark.parametrize(
    "function",
    [
        "count('lesson', within='7d')",
        "distinct('lesson', 'part', within='7d')",
        "sum('lesson', 'minutes', within='7d')",
    ],
)
def test_windows_are_half_open(function):
    """(t - 7d, t]: what is exactly seven days old is out, what is at t is in."""
    probe = Probe(function)
    probe.on("2026-03-01 10:00", "lesson", part="a", minutes=1)
    assert probe.ask("2026-03-01 10:00") == 1
    assert probe.ask("2026-03-08 09:59:59.999999") == 1
    assert probe.ask("2026-03-08 10:00") == 0


def test_windows_of_several_lengths_share_no_mistake():
    probe = Probe(
        "count('lesson', within='1d') + 10 * count('lesson', within='3d') + 100 * count('lesson', within='2d') + 1000 * count('lesson')"
    )
    for day in (1, 2, 3):
        probe.on(f"2026-03-0{day} 10:00", "lesson")
    assert probe.ask("2026-03-03 10:00") == 3231
    assert probe.ask("2026-03-05 10:00") == 3010
    probe.on("2026-03-10 10:00", "lesson")
    assert probe.ask("2026-03-10 10:00") == 4111


def test_a_window_of_months_keeps_the_wall():
    probe = Probe("count('lesson', within='1 month')", zone="Europe/Berlin")
    probe.on("2026-03-15 10:00", "lesson")  # before the clocks change
    assert probe.ask("2026-04-15 09:59") == 1
    assert probe.ask("2026-04-15 10:00") == 0


def test_where_looks_at_the_counted_event():
    probe = Probe("count('quiz', where=score >= 0.5 and topic != 'x')")
    probe.on("2026-03-01 10:00", "quiz", score=0.5, topic="y")
    probe.on("2026-03-01 10:00", "quiz", score=0.5, topic="x")
    probe.on("2026-03-01 10:00", "quiz", score=0.4, topic="y")
    probe.on("2026-03-01 10:00", "quiz", score=0.9)  # a null topic: the comparison is null, the condition not met
    assert probe.ask("2026-03-01 11:00") == 1


def test_where_sees_the_counted_event_also_on_an_event_of_the_same_type():
    probe = Probe("count('quiz', where=event.score >= 0.5)", on="quiz")
    assert probe.ask("2026-03-01 10:00", "quiz", score=0.9) == 1
    assert probe.ask("2026-03-01 11:00", "quiz", score=0.1) == 1


def test_same_counts_events_that_share_the_field_with_the_current_one():
    probe = Probe("count('lesson', same='course')", on="lesson")
    assert [probe.ask(f"2026-03-01 1{n}:00", "lesson", course=course) for n, course in enumerate("aabab")] == [
        1,
        2,
        1,
        3,
        2,
    ]


def test_same_with_a_window_and_another_event():
    text = "points: {xp: {}}\nrules: [{id: r, on: quiz, award: {xp: \"count('quiz', same='topic', within='2d')\"}}]"
    story = Story(text)
    assert given(story.on("2026-03-01 10:00", "quiz", topic="a")) == [1]
    assert given(story.on("2026-03-02 10:00", "quiz", topic="a")) == [2]
    assert given(story.on("2026-03-02 10:00", "quiz", topic="b")) == [1]
    assert given(story.on("2026-03-03 10:00", "quiz", topic="a")) == [2]
    assert given(story.on("2026-03-03 10:00", "quiz")) == []  # null shares nothing with anything


def test_at_most_1000_values_then_the_least_recent_goes():
    probe = Probe("count('lesson', same='course')", on="lesson")
    for number in range(1000):
        probe.entries += probe.engine.fold(probe.state, _lesson(number, f"c{number}")).decision.entries
    assert probe.ask("2026-03-02 10:00", "lesson", course="c0") == 2  # c0 is the most recent now
    assert probe.ask("2026-03-02 10:01", "lesson", course="new") == 1  # c1 goes
    assert probe.ask("2026-03-02 10:02", "lesson", course="c0") == 3
    assert probe.ask("2026-03-02 10:03", "lesson", course="c1") == 1


def _lesson(number, course):
    at = dt.datetime(2026, 3, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=number)
    return lk.Event(f"l{number:06}", "lesson", "ann", at, {"course": course})


def test_windows_keep_at_most_10000_instants():
    probe = Probe("count('lesson', within='365d')")
    for number in range(10_050):
        probe.engine.fold(probe.state, _lesson(number, "a"))
    assert probe.ask("2026-03-02 10:00") == 10_000


def test_sum_skips_null_and_is_zero_of_nothing():
    probe = Probe("sum('lesson', 'minutes')")
    assert probe.ask(DAY1) == 0
    probe.on(DAY1, "lesson", minutes=1.5)
    probe.on(DAY1, "lesson")
    probe.on(DAY1, "lesson", minutes=2)
    assert probe.ask("2026-03-02 10:00") == 3.5


def test_what_leaves_a_window_takes_away_exactly_what_it_brought():
    probe = Probe("1 if sum('lesson', 'minutes', within='1d') == 0.375 else 0")
    probe.on("2026-03-01 10:00", "lesson", minutes=1e15)
    probe.on("2026-03-01 11:00", "lesson", minutes=0.125)
    probe.on("2026-03-01 12:00", "lesson", minutes=0.25)
    assert probe.ask("2026-03-01 13:00") == 0
    assert probe.ask("2026-03-02 10:00") == 1  # the big one is gone and left no trace


def test_avg_lowest_and_highest_are_null_of_nothing():
    for function in ("avg", "lowest", "highest"):
        for window in ("", ", within='1d'"):
            probe = Probe(f"{function}('lesson', 'minutes'{window})")
            assert probe.ask(DAY1) is None
            probe.on("2026-03-01 11:00", "lesson")
            assert probe.ask("2026-03-01 12:00") is None
            probe.on("2026-03-01 12:00", "lesson", minutes=0)
            assert probe.ask("2026-03-01 13:00") == 0
            assert probe.ask("2026-03-02 12:00") == (None if window else 0)


def test_avg_lowest_highest_of_all_and_in_a_window():
    parts = ("avg('quiz', 'score'{})", "lowest('quiz', 'score'{})", "highest('quiz', 'score'{})")
    for window, expected in (
        ("", [(2, 1, 3), (3, 1, 5), (2.5, 1, 5)]),
        (", within='2d'", [(2, 1, 3), (4, 3, 5), (1, 1, 1)]),
    ):
        probes = [Probe(part.format(window)) for part in parts]
        found = []
        for asked, events in (
            ("2026-03-02 11:00", [(1, 1), (2, 3)]),
            ("2026-03-03 12:00", [(3, 5)]),
            ("2026-03-06 10:00", [(6, 1)]),
        ):
            for day, score in events:
                for probe in probes:
                    probe.on(f"2026-03-0{day} 10:00", "quiz", score=score)
            found.append(tuple(probe.ask(asked) for probe in probes))
        assert found == expected, window


def test_distinct_counts_values_and_not_null():
    probe = Probe("distinct('lesson', 'part')")
    for part in ("a", "b", "a", None, "c"):
        probe.on(DAY1, "lesson", **({} if part is None else {"part": part}))
    assert probe.ask("2026-03-02 10:00") == 3


def test_distinct_in_a_window_counts_a_value_while_its_last_time_is_inside():
    probe = Probe("distinct('lesson', 'part', within='2d')")
    for day, part in ((1, "a"), (1, "b"), (2, "a")):
        probe.on(f"2026-03-0{day} 10:00", "lesson", part=part)
    assert probe.ask("2026-03-02 11:00") == 2
    assert probe.ask("2026-03-03 10:00") == 1
    assert probe.ask("2026-03-04 10:00") == 0


def test_first_and_last():
    text = "points: {xp: {}}\nrules: [{id: r, on: ping, when: \"first('quiz', 'topic') == 'a' and last('quiz', 'topic') == 'c'\", award: {xp: 1}}]"
    story = Story(text)
    assert given(story.on("2026-03-01 09:00")) == []
    for topic in "abc":
        story.on("2026-03-01 10:00", "quiz", topic=topic)
    assert given(story.on("2026-03-01 11:00")) == [1]
    story.on("2026-03-01 12:00", "quiz", topic="d")
    assert given(story.on("2026-03-01 13:00")) == []


def test_the_first_and_the_last_value_can_be_null():
    text = "points: {xp: {}}\nrules: [{id: r, on: ping, award: {xp: \"(1 if first('quiz', 'topic') is None else 2) + (10 if last('quiz', 'topic') is None else 20)\"}}]"
    story = Story(text)
    story.on("2026-03-01 10:00", "quiz")
    assert given(story.on("2026-03-01 10:30")) == [11]
    story.on("2026-03-01 11:00", "quiz", topic="a")
    assert given(story.on("2026-03-01 11:30")) == [21]  # the first quiz had no topic, whatever came later
    story.on("2026-03-01 12:00", "quiz")
    assert given(story.on("2026-03-01 12:30")) == [11]


def test_days_since_counts_whole_24_hours():
    probe = Probe("days_since('lesson')", zone="Europe/Berlin")
    assert probe.ask("2026-03-28 09:00") is None
    probe.on("2026-03-28 12:00", "lesson")
    assert probe.ask("2026-03-28 12:00") == 0
    assert probe.ask("2026-03-29 12:00") == 0  # 23 hours: the clocks went forward
    assert probe.ask("2026-03-29 13:00") == 1
    assert probe.ask("2026-04-04 13:00") == 7


def test_days_since_includes_the_event_itself():
    probe = Probe("days_since('lesson')", on="lesson")
    probe.on("2026-03-01 10:00", "lesson")
    assert probe.ask("2026-03-09 10:00", "lesson") == 0


def test_nth():
    probe = Probe("event.nth", on="[lesson, quiz]")
    assert [probe.ask(f"2026-03-01 1{n}:00", type) for n, type in enumerate(["lesson", "quiz", "lesson"])] == [1, 1, 2]


def test_gap():
    probe = Probe("event.gap", on="lesson")
    assert probe.ask("2026-03-01 10:00", "lesson") is None
    assert probe.ask("2026-03-01 10:00", "lesson") == 0
    assert probe.ask("2026-03-03 09:59", "lesson") == 1
    probe.on("2026-03-04 10:00", "quiz")
    assert probe.ask("2026-03-10 09:59", "lesson") == 7


def test_gap_and_days_since_on_one_event():
    probe = Probe("event.gap * 10 + days_since('lesson')", on="lesson")
    probe.on("2026-03-01 10:00", "lesson")
    assert probe.ask("2026-03-04 10:00", "lesson") == 30


def test_earned_in_a_window_counts_awards_before_the_event():
    probe = Probe("earned('stars', within='2d')", more=", {id: s, on: [quiz, ping], award: {stars: 5}}")
    assert probe.ask("2026-03-01 10:00") == 0  # as points: before the event
    assert probe.ask("2026-03-02 10:00") == 5
    assert probe.ask("2026-03-03 10:00") == 5
    assert probe.ask("2026-03-03 10:00") == 10
    assert probe.ask("2026-03-09 10:00") == 0


def test_earned_counts_rewards_of_mechanics():
    story = Story(
        "points: {stars: {}, xp: {}}\nquests: {q: {steps: [{on: quiz}], reward: {stars: 7}}}\n"
        "rules: [{id: r, on: ping, award: {xp: \"earned('stars', within='2d')\"}}]"
    )
    story.on("2026-03-01 10:00", "quiz")
    assert given(story.on("2026-03-02 10:00")) == [7]


def test_local_time_is_the_members():
    probe = Probe(
        "event.local.hour + (100 if event.local.weekday == 'mon' else 0) + (1000 if event.local.date == '2026-03-02' else 0)"
    )
    assert probe.ask("2026-03-01 23:30") == 23
    probe.move("Europe/Moscow", "2026-03-01 23:40")
    assert probe.ask("2026-03-02 02:45") == 1102
    assert probe.ask("2026-03-03 00:10") == 0


@pytest.mark.parametrize("name", ["at", "local", "nth", "gap", "from", "class", "time-spent", "a.b", "a_b", "имя"])
def test_a_field_may_have_any_name(name):
    document = {
        "program": "p",
        "events": {"x": {name: "number", "a_c": "number", "a.c": "number"}},
        "points": {"xp": {}, "other": {}},
        "rules": [
            {
                "id": "r",
                "on": "x",
                "award": {"xp": f"event['{name}'] + sum('x', '{name}')", "other": "event['a.c'] - event['a_c']"},
            },
        ],
    }
    engine = lk.Engine(lk.Program.from_dict(document))
    event = lk.Event("e", "x", "m", moment(DAY1), {name: 21.0, "a_c": 1.0, "a.c": 8.0})
    decision = engine.fold(engine.start("m"), event).decision
    assert [(entry.point, entry.amount) for entry in decision.entries] == [("xp", 42), ("other", 7)]


def test_huge_values_do_not_break_a_sum():
    probe = Probe("sum('quiz', 'score')")
    windowed = Probe("sum('quiz', 'score', within='2d') + avg('quiz', 'score', within='2d')")
    for one in (probe, windowed):
        for _ in range(3):
            one.on(DAY1, "quiz", score=1.7e308)
        assert one.ask("2026-03-01 11:00") is None
        for _ in range(3):
            one.on("2026-03-01 12:00", "quiz", score=-1.7e308)
        assert one.ask("2026-03-01 13:00") == 0


def test_what_came_too_late_informs_history_only():
    story = Story(
        "points: {xp: {}}\nrules: [{id: r, on: lesson, award: {xp: 10}}, {id: s, on: ping, award: {xp: \"count('lesson')\"}}]\n"
        "streaks: {s: {on: lesson, milestones: {2: {xp: 50}}}}\nbadges: {b: {count: lesson, steps: {one: 1}}, c: {when: count('lesson') >= 1}}\n"
        "quests: {q: {steps: [{on: lesson}]}}"
    )
    decision = story.take(_lesson(1, "a"), history_only=True)
    assert (decision.entries, decision.effects) == ((), ())
    view = story.view()
    assert (view.badges, view.streaks["s"].length, view.quests["q"].active) == ({}, 0, False)
    assert given(story.on("2026-03-02 10:00")) == [1]
