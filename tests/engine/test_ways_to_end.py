"""When points arrive and when they end: to the instant, in the member's zone."""

from __future__ import annotations

import pytest

from loyaltykit.rules.runtime.lots import restore, spend
from tests.engine.story import Story, moment

RULE = "rules: [{id: r, on: order, award: {xp: event.amount}}]"


def story(point: str, zone: str = "Europe/Moscow", rules: str = RULE) -> Story:
    return Story(f"points: {{xp: {{expires: {point}}}}}\n{rules}", zone=zone)


@pytest.mark.parametrize(
    ("expires", "awarded", "last", "gone"),
    [
        ("{after: 6 months, from: end of month}", "2020-12-15 10:00", "2021-06-30 23:59", "2021-07-01 00:00"),
        ("2026-12-31", "2026-03-01 10:00", "2026-12-31 23:59", "2027-01-01 00:00"),
        ("{yearly: 12-31}", "2026-12-31 23:00", "2026-12-31 23:59", "2027-01-01 00:00"),
        ("{yearly: 02-29}", "2026-03-01 00:00", "2027-02-28 23:59", "2027-03-01 00:00"),
        ("{yearly: 02-29}", "2027-03-01 00:00", "2028-02-29 23:59", "2028-03-01 00:00"),
        ("{from: end of year}", "2026-03-01 10:00", "2026-12-31 23:59", "2027-01-01 00:00"),
        ("{inactivity: 12 months}", "2026-03-01 10:00", "2027-03-01 09:59", "2027-03-01 10:00"),
    ],
)
@pytest.mark.parametrize("zone", ["Europe/Moscow", "America/Havana", "Asia/Kathmandu"])
def test_points_end_with_their_last_day(expires, awarded, last, gone, zone):
    told = story(expires, zone)
    told.on(awarded, "order", amount=5)
    told.until(last)
    assert told.view().points["xp"].available == 5
    told.until(gone)
    assert told.view().points["xp"].available == 0
    assert told.view().points["xp"].lifetime == 5


def test_what_is_awarded_after_the_last_day_ends_at_once():
    told = story("2026-02-28")
    told.on("2026-03-01 10:00", "order", amount=5)
    told.until("2026-03-01 10:01")
    assert (told.view().points["xp"].available, told.view().points["xp"].lifetime) == (0, 5)


def test_inactivity_is_extended_by_active_events_only():
    told = story("{inactivity: 30d, active_on: lesson}")
    told.on("2026-03-01 10:00", "order", amount=5)
    told.on("2026-03-20 10:00", "lesson")
    told.on("2026-04-10 10:00", "order", amount=3)
    told.until("2026-04-19 09:59")
    assert told.view().points["xp"].available == 8
    told.until("2026-04-19 10:00")
    assert told.view().points["xp"].available == 3  # the first were kept until 30 days after the lesson
    told.until("2026-05-10 10:00")
    assert told.view().points["xp"].available == 0


def test_points_put_back_live_as_long_as_those_that_stayed():
    told = story("{inactivity: 30d, active_on: lesson}")
    told.on("2026-03-01 10:00", "order", amount=5)
    point = told.engine.plan.points[0]
    taken = spend(told.state, point, 2, told.state[1])
    at = moment("2026-03-20 10:00")
    told.state, _ = told.engine.fold(told.state, _lesson(at))
    restore(told.state, point, taken, told.state[1], None, [])
    told.state, decision = told.engine.advance(told.state, moment("2026-04-19 10:00"))
    assert sum(entry.amount for entry in decision.entries) == -5


def _lesson(at):
    import loyaltykit as lk

    return lk.Event("l", "lesson", "ann", at, {"course": "py"})


@pytest.mark.parametrize(("at_most", "pending"), [("", 0), (", at_most: 60d", 4)])
def test_an_award_whose_event_has_no_such_key_waits_for_time_alone(at_most, pending):
    told = Story(f"points: {{xp: {{pending: {{until: order, key: event.order{at_most}}}}}}}\n{_QUIZ}")
    told.on("2026-03-01 10:00", "quiz", score=4.0)
    told.on("2026-03-02 10:00", "order", order="a", amount=1)
    assert told.view().points["xp"].pending == pending
    told.until("2026-04-30 10:00")
    assert told.view().points["xp"].available == 4


_QUIZ = "rules: [{id: r, on: quiz, award: {xp: event.score}}]"


def test_an_award_waits_for_a_later_event_of_its_own_type():
    told = Story("points: {xp: {pending: {until: order, key: event.order}}}\n" + RULE)
    told.on("2026-03-01 10:00", "order", order="a", amount=5)
    assert told.view().points["xp"].pending == 5
    told.on("2026-03-02 10:00", "order", order="b", amount=7)
    assert told.view().points["xp"].pending == 12
    told.on("2026-03-03 10:00", "order", order="a", amount=1)
    assert (told.view().points["xp"].available, told.view().points["xp"].pending) == (5, 8)


def test_without_a_key_any_event_of_the_type_will_do():
    told = Story("points: {xp: {pending: {until: ping, at_most: 10d}}}\n" + RULE)
    told.on("2026-03-01 10:00", "order", order="a", amount=5)
    told.on("2026-03-02 10:00", "order", order="b", amount=7)
    told.on("2026-03-03 10:00")
    assert told.view().points["xp"].available == 12
    told.on("2026-03-04 10:00", "order", order="c", amount=1)
    told.until("2026-03-14 10:00")
    assert (told.view().points["xp"].available, told.view().points["xp"].pending) == (13, 0)


def test_rules_see_points_pending_when_the_event_comes():
    rules = (
        "rules: [{id: r, on: order, award: {xp: 5}}, {id: s, on: ping, when: points.xp.pending == 5, award: {y: 1}}]"
    )
    told = Story(f"points: {{xp: {{pending: {{until: ping}}}}, y: {{}}}}\n{rules}")
    told.on("2026-03-01 10:00", "order")
    told.on("2026-03-02 10:00")
    assert (told.view().points["xp"].available, told.view().points["y"].available) == (5, 1)
