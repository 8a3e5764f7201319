"""Pauses of a member's own, and streaks that late events repair: through the shell, on every store."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.app import Loyalty
from loyaltykit.errors import EventError, LoyaltyError, NotEligible
from loyaltykit.program.load import Program
from tests.app.school import DAY, START, event

DOCUMENT = {
    "program": "school",
    "timezone": "Europe/Moscow",
    "late": "30d",
    "events": {"lesson.completed": {"course": "text", "lesson": "text"}},
    "points": {"xp": {}},
    "streaks": {
        "study": {
            "on": "lesson.completed",
            "freezes": {"initial": 1, "earn": "1 per 3 days", "max": 2},
            "pauses": True,
            "milestones": {3: {"xp": 50}},
        },
        "plain": {"on": "lesson.completed"},
    },
}
PROGRAM = Program.from_dict(DOCUMENT)


@pytest.fixture(params=["memory", "sqlite"])
def kit(request, url):
    with Loyalty(PROGRAM, store="memory:" if request.param == "memory" else url) as kit:
        yield kit


def lesson(day: int) -> object:
    return event(f"l{day}", days=day, course="py", lesson=str(day))


def study(kit: Loyalty, day: float) -> tuple[int, int | None]:
    view = kit.member("ann", at=START + day * DAY).streaks["study"]
    return view.length, view.freezes


def test_a_pause_keeps_a_streak(kit):
    kit.record(lesson(0))
    start = START.date()
    kit.pause("ann", start=start + DAY, end=start + 9 * DAY, by="dora", at=START, key="p")
    again = kit.pause("ann", start=start + DAY, end=start + 9 * DAY, by="dora", at=START, key="p")
    assert [effect.kind for effect in again.effects] == ["paused"]
    kit.record(lesson(10))
    assert study(kit, 10) == (2, 1)
    assert kit.member("ann").streaks["plain"].length == 1


def test_a_pause_is_refused_where_it_means_nothing(kit):
    day = START.date()
    kit.record(lesson(0))
    with pytest.raises(NotEligible, match="cannot be paused"):
        kit.pause("ann", streak="plain", start=day, end=day)
    with pytest.raises(LoyaltyError) as caught:
        kit.pause("ann", streak="nothing", start=day, end=day)
    assert caught.value.code == "streak/unknown"
    for end in (day - DAY, day + 367 * DAY):
        with pytest.raises(EventError):
            kit.pause("ann", start=day, end=end)


def test_a_late_event_repairs_a_streak_and_gives_the_freeze_back(kit):
    kit.record(lesson(0))
    kit.record(lesson(2))
    kit.record(lesson(4))
    assert study(kit, 4) == (1, 1)  # the third active day earned one
    kit.record(lesson(3))
    assert study(kit, 4) == (4, 1)
    kit.record(lesson(1))
    assert study(kit, 4) == (5, 2)
    assert kit.member("ann").points["xp"].lifetime == 50


def test_the_past_is_seen_as_it_was(kit):
    for day in (0, 2, 3):
        kit.record(lesson(day))
    kit.advance(START + 30 * DAY)
    assert [study(kit, day) for day in (0, 1, 2, 3, 4)] == [(1, 1), (1, 1), (2, 0), (3, 1), (3, 1)]


@settings(max_examples=40, deadline=None)
@given(
    days=st.sets(st.integers(0, 20), min_size=2),
    pause=st.none() | st.tuples(st.integers(0, 20), st.integers(0, 5)),
    seed=st.integers(0, 1_000),
)
def test_the_order_of_arrival_does_not_matter(days, pause, seed):
    events = [lesson(day) for day in days]
    if pause is not None:
        start = START.date() + pause[0] * DAY
        said = {"start": start.isoformat(), "end": (start + pause[1] * DAY).isoformat()}
        events.append(event("p", "kit.paused", days=pause[0] + 0.1, **said))
    found = []
    for order in (events, random.Random(seed).sample(events, len(events))):
        with Loyalty(PROGRAM) as kit:
            for one in order:
                kit.record(one)
            kit.advance(START + 25 * DAY)
            view = kit.member("ann", timeline=0)
            found.append((view.streaks, view.points))
    with Loyalty(PROGRAM) as kit:
        kit.record_many(events)
        kit.advance(START + 25 * DAY)
        view = kit.member("ann", timeline=0)
    assert found == [(view.streaks, view.points)] * 2


def test_a_restart_changes_nothing(url):
    with Loyalty(PROGRAM, store=url) as kit:
        for day in (0, 2):
            kit.record(lesson(day))
        kit.pause("ann", start=START.date() + 3 * DAY, end=START.date() + 5 * DAY)
    with Loyalty(PROGRAM, store=url) as kit:
        kit.record(lesson(6))
        assert study(kit, 6) == (3, 1)
        assert isinstance(kit.member("ann").streaks["study"].until, dt.datetime)
