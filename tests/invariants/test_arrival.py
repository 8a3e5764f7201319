"""However events come in, late, shuffled, in batches or twice, a member's points come to the same."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

import loyaltykit as lk
from tests.invariants.books import School
from tests.invariants.profile import TIMES
from tests.invariants.world import MEMBERS, World, entries

SCHOOLS = (
    School(pending=1, expires="2 days", cap=(20, "day"), limit=(2, "day"), rate=Fraction(7, 200)),
    School(zone="America/Havana", decimals=2, rounding="nearest", expires="1 days", start="end of day", share=True),
    School(zone="Asia/Kathmandu", overdraft="forgive", cap=(25, "2 days"), limit=(3, "week"), rounding="up"),
    School(zone="Australia/Lord_Howe", overdraft="refuse", expires="1 months", start="end of month", share=False),
    School(zone="Africa/Casablanca", until=True, expires="idle 2", cap=(20, "day")),
)


def story(world: World, chance: random.Random) -> list[lk.Event]:
    """Events of six days, in order."""
    found = []
    for hour in sorted(chance.sample(range(6 * 24), 9)):
        data = {"order": chance.choice("abc"), "amount": chance.choice([99, 250, "333.30", 1000])}
        kind = chance.choice(["order.paid", "order.paid", "order.refunded", "lesson.done", "order.begun"])
        data = {} if kind == "lesson.done" else data
        found.append(world.event(chance.choice(MEMBERS), kind, data, ago=6 * 24 - hour))
    return found


@pytest.mark.parametrize("school", SCHOOLS, ids=lambda one: one.zone)
def test_a_thousand_orders_of_arrival(school):
    """Two hundred a school: each is recorded one by one, some in batches, with time told now and then."""
    chance = random.Random(school.zone)
    for _ in range(40 * TIMES):
        first = World(school)
        first.tick(6 * 24)
        events = story(first, chance)
        for _ in range(5):
            world = World(school)
            world.tick(6 * 24)
            shuffled = chance.sample(events, len(events))
            cut = chance.choice([0, 0, 3])
            if cut:
                world.batch(shuffled[:cut])
            for event in shuffled[cut:]:
                world.record(event)
                if chance.random() < 0.1:
                    world.advance()
            world.check()


def test_a_batch_gives_what_one_by_one_gives():
    chance = random.Random(1)
    for number in range(30 * TIMES):
        one_by_one, batch = World(SCHOOLS[number % len(SCHOOLS)]), World(SCHOOLS[number % len(SCHOOLS)])
        for world in (one_by_one, batch):
            world.tick(6 * 24)
        events = story(one_by_one, chance)
        for event in sorted(events, key=lambda one: (one.member, one.at, one.id)):
            one_by_one.record(event)
        batch.batch(events)
        for world in (one_by_one, batch):
            world.check()
        for member in MEMBERS:
            assert plain(one_by_one, member) == plain(batch, member)


def test_it_does_not_matter_how_often_time_is_told():
    chance = random.Random(2)
    for number in range(20 * TIMES):
        often, seldom, never = (World(SCHOOLS[number % len(SCHOOLS)]) for _ in range(3))
        for _ in range(10):
            hours, who, order = chance.choice([5, 24, 50]), chance.choice(MEMBERS), chance.choice("abcd")
            kind = chance.choice(["order.paid", "order.paid", "order.refunded"])
            for world in (often, seldom, never):
                for _ in range(hours):
                    world.tick(1)
                    if world is often and chance.random() < 0.2:
                        world.advance()
                if world is seldom and chance.random() < 0.2:
                    world.advance()
                world.happen(who, kind, {"order": order, "amount": 400})
                world.redeem(who, "mug")
        for world in (often, seldom, never):
            world.check()
        often.advance()
        seldom.advance()
        for member in MEMBERS:
            lines = [sorted(one) for one in ((plain(world, member)) for world in (often, seldom))]
            assert lines[0] == lines[1]


def plain(world: World, member: str) -> list[tuple]:
    """Lines of a ledger without the number of the event that they were recorded with."""
    return [
        (row.kind, row.point, row.amount, row.at, row.mechanic, row.occurrence)
        for row in entries(world.kits["memory"], member)
    ]


def test_what_a_person_gives_is_there_at_once_although_awards_wait_for_an_event():
    """Found by the machine: it waited as an award does."""
    world = World(School(until=True, expires="idle 6"))
    world.adjust("ann", 6)
    world.check()
    assert world.kits["memory"].member("ann").points["stars"].available == 6
