"""Clocks that jump, at midnight, by half an hour or by a day: everything keeps to the member's own days."""

from __future__ import annotations

import datetime as dt
import random
from fractions import Fraction

import pytest

import loyaltykit as lk
from tests.invariants.books import School
from tests.invariants.days import instant, place
from tests.invariants.profile import TIMES
from tests.invariants.standing import Standing, document
from tests.invariants.walks import DAYS, MONTHS, stand
from tests.invariants.world import World

HOUR = dt.timedelta(hours=1)
JUMPS = {
    "Moscow for good an hour ahead": ("Europe/Moscow", "2011-03-27"),
    "Moscow for good an hour back": ("Europe/Moscow", "2014-10-26"),
    "Cairo at midnight": ("Africa/Cairo", "2023-04-28"),
    "Cairo back at midnight": ("Africa/Cairo", "2023-10-27"),
    "Havana has no midnight": ("America/Havana", "2024-03-10"),
    "Havana has two midnights": ("America/Havana", "2024-11-03"),
    "Santiago has no midnight": ("America/Santiago", "2024-09-08"),
    "Santiago has 23 o'clock twice": ("America/Santiago", "2024-04-07"),
    "Beirut has no midnight": ("Asia/Beirut", "2022-03-27"),
    "Beirut back at midnight": ("Asia/Beirut", "2022-10-30"),
    "Apia has no 30 December": ("Pacific/Apia", "2011-12-30"),
    "Lord Howe by half an hour": ("Australia/Lord_Howe", "2024-10-06"),
    "Lord Howe half an hour back": ("Australia/Lord_Howe", "2024-04-07"),
    "Kathmandu by a quarter of an hour": ("Asia/Kathmandu", "1986-01-01"),
    "Casablanca before Ramadan": ("Africa/Casablanca", "2024-03-10"),
    "Casablanca after Ramadan": ("Africa/Casablanca", "2024-04-14"),
}
ODD = pytest.mark.parametrize(("zone", "day"), JUMPS.values(), ids=JUMPS)


@ODD
@pytest.mark.parametrize("start", ["award", "end of day", "end of month"])
def test_points_and_caps_over_an_odd_clock(zone, day, start):
    """Orders at any quarter of an hour around the jump; a cap a day; points of a day or a month."""
    chance = random.Random(zone + day + start)
    begin = instant(dt.datetime.fromisoformat(day), zone) - 60 * HOUR
    for expires in ("1 days", "1 months"):
        cap, limit = chance.choice([((9, "day"), None), (None, (2, "day")), ((20, "week"), None)])
        school = School(zone=zone, expires=expires, start=start, cap=cap, limit=limit, lessons="1 per day")
        world = World(school, start=begin)
        for number in range(10 * TIMES):
            world.tick(chance.choice([0.25, 3, 7.5, 11.75, 24]))
            world.happen("ann", "order.paid", {"order": f"o{number}", "amount": chance.choice([300, 500])})
            world.happen("ann", "lesson.done", {})
            world.check()
        world.tick(40 * 24)
        world.advance()
        world.check()


@ODD
@pytest.mark.parametrize("downgrade", ["recompute", "one step"])
def test_tiers_levels_and_streaks_over_an_odd_clock(zone, day, downgrade):
    """Month ends and missed days are those that the clock on the wall shows."""
    chance = random.Random(zone + day + downgrade)
    for ago, hours in ((72, DAYS), (24 * 31, MONTHS), (24 * 62, MONTHS)):
        engine = lk.Engine(lk.Program.from_dict(document(zone, downgrade)))
        at = instant(dt.datetime.fromisoformat(day), zone) - ago * HOUR
        stand(engine, Standing(zone, downgrade), at, chance, hours)


# --- a member who moves -----------------------------------------------------------------------------------------------


MOVES = {
    "program": "moves",
    "timezone": "Europe/Moscow",
    "events": {"lesson.done": {}, "order.paid": {"amount": "money"}},
    "points": {
        "xp": {"cap": "20 per day"},
        "stars": {"spendable": True, "expires": {"after": "1d", "from": "end of day"}},
    },
    "rules": [
        {"id": "lesson", "on": "lesson.done", "award": {"xp": 10}},
        {"id": "paid", "on": "order.paid", "award": {"stars": "event.amount"}},
    ],
    "tiers": {
        "status": {
            "by": "earned('stars')",
            "period": "calendar month",
            "downgrade": "recompute",
            "steps": {"b": 0, "s": 5},
        }
    },
    "leaderboards": {"daily": {"by": "earned('xp')", "every": "day"}},
}


class Traveller:
    """A member who goes from zone to zone."""

    def __init__(self) -> None:
        self.kit = lk.Loyalty(lk.Program.from_dict(MOVES), store="memory:")
        self.number = 0

    def happen(self, when: str, zone: str, type: str = "lesson.done", **data) -> None:
        """Something at what the clock of a place shows."""
        self.number += 1
        at = dt.datetime.fromisoformat(when).replace(tzinfo=place(zone))
        self.kit.record(lk.Event(f"e{self.number}", type, "ann", at, data))

    def move(self, when: str, zone: str, to: str) -> None:
        """Another place from then on."""
        self.happen(when, zone, "member.updated", timezone=to)

    def member(self, when: str, zone: str) -> lk.MemberView:
        """The member, at what the clock of a place shows."""
        return self.kit.member("ann", at=dt.datetime.fromisoformat(when).replace(tzinfo=place(zone)))


def test_points_end_when_they_would_have_ended_where_they_were_earned():
    ann = Traveller()
    ann.happen("2026-09-01 23:30", "Europe/Moscow", "order.paid", amount=7)
    ann.move("2026-09-01 23:40", "Europe/Moscow", "America/New_York")
    ann.happen("2026-09-01 23:30", "America/New_York", "order.paid", amount=3)
    assert ann.member("2026-09-02 23:59", "Europe/Moscow").points["stars"].available == 10
    assert ann.member("2026-09-03 00:00", "Europe/Moscow").points["stars"].available == 3
    assert ann.member("2026-09-02 23:59", "America/New_York").points["stars"].available == 3
    assert ann.member("2026-09-03 00:00", "America/New_York").points["stars"].available == 0


@pytest.mark.parametrize(
    ("to", "again"),
    [
        ("America/New_York", [("2026-09-01 23:50", 20), ("2026-09-02 00:10", 30)]),
        ("Asia/Omsk", [("2026-09-02 02:50", 30), ("2026-09-02 23:50", 40), ("2026-09-03 00:10", 50)]),
    ],
    ids=["west", "east"],
)
def test_a_cap_a_day_after_a_move(to, again):
    """To the west the day is not over, to the east another has begun."""
    ann = Traveller()
    for minute in (10, 20, 30):
        ann.happen(f"2026-09-01 23:{minute}", "Europe/Moscow")
    ann.move("2026-09-01 23:40", "Europe/Moscow", to)
    for when, points in again:
        ann.happen(when, to)
        assert ann.member(when, to).points["xp"].available == points


def test_going_east_and_back_brings_no_day_back():
    ann = Traveller()
    ann.happen("2026-09-01 22:00", "Europe/Moscow")
    ann.happen("2026-09-01 22:10", "Europe/Moscow")
    ann.move("2026-09-01 22:20", "Europe/Moscow", "Asia/Omsk")
    ann.happen("2026-09-02 01:30", "Asia/Omsk")
    ann.happen("2026-09-02 01:40", "Asia/Omsk")
    ann.move("2026-09-02 01:45", "Asia/Omsk", "Europe/Moscow")
    ann.happen("2026-09-01 23:00", "Europe/Moscow")
    ann.happen("2026-09-02 12:00", "Europe/Moscow")
    assert ann.member("2026-09-02 13:00", "Europe/Moscow").points["xp"].available == 40
    ann.happen("2026-09-03 12:00", "Europe/Moscow")
    assert ann.member("2026-09-03 13:00", "Europe/Moscow").points["xp"].available == 50


@pytest.mark.parametrize(("to", "step"), [("America/New_York", "s"), ("Asia/Omsk", "b")], ids=["west", "east"])
def test_a_month_ends_where_the_member_is(to, step):
    """Ten past midnight in Moscow is still the month before in New York."""
    ann = Traveller()
    ann.happen("2026-09-10 10:00", "Europe/Moscow", "order.paid", amount=3)
    ann.move("2026-09-20 10:00", "Europe/Moscow", to)
    ann.happen("2026-10-01 00:10", "Europe/Moscow", "order.paid", amount=3)
    assert ann.member("2026-10-01 00:20", "Europe/Moscow").tiers["status"].name == step


def test_a_leaderboard_has_the_days_of_the_program():
    ann = Traveller()
    ann.happen("2026-08-31 10:00", "Europe/Moscow")
    ann.move("2026-08-31 11:00", "Europe/Moscow", "America/New_York")
    ann.happen("2026-09-01 23:30", "Europe/Moscow")
    ann.happen("2026-09-02 00:30", "Europe/Moscow")
    day = dt.datetime(2026, 9, 1, 12, tzinfo=place("Europe/Moscow"))
    ann.kit.advance(dt.datetime(2026, 9, 2, 1, tzinfo=place("Europe/Moscow")))
    scores = [row.score for row in ann.kit.leaderboard("daily", at=day).rows]
    assert scores == [10]


def test_a_half_hour_and_a_quarter_are_exact():
    """Midnight in Kathmandu is 18:15 in London's winter."""
    school = School(zone="Asia/Kathmandu", expires="1 days", start="end of day", rate=Fraction(1))
    world = World(school, start=dt.datetime(2026, 1, 5, 18, 14, tzinfo=dt.UTC))
    world.happen("ann", "order.paid", {"order": "a", "amount": 5})
    world.tick(1 / 60)
    world.happen("ann", "order.paid", {"order": "b", "amount": 6})
    world.check()
    shown = world.kits["memory"].member("ann", at=world.clock).points["stars"].expiring
    assert [at.astimezone(dt.UTC).isoformat()[5:16] for at, _ in shown] == ["01-06T18:15", "01-07T18:15"]
