"""Referrals and surprises: what members cause for each other, and what chance gives within a budget."""

from __future__ import annotations

from itertools import permutations

import pytest

import loyaltykit as lk
from tests.app.school import DAY, START

HEAD = """
program: school
late: 7d
events: {order.paid: {amount: money}, course.completed: {course: text}, session.attended: {}}
member: {referred: text}
points: {stars: {spendable: true}}
rewards: {bonus: {kind: lesson}}
"""
REFERRALS = """
referrals:
  {joined: member.referred, rewards: {referrer: {stars: 50}, friend: {stars: 20}}, after: order.paid, limit: 2 per year}
tiers:
  status: {by: earned('stars'), period: calendar year, steps: {gold: 0}, benefits: {gold: {multiply: {stars: 3}}}}
"""
SURPRISES = """
surprises:
  thanks: {on: course.completed, chance: 50%, budget: 3 per month, grant: bonus, award: {stars: 5},
    per_member: 1 per year}
"""


def made(text: str, store: str = "memory:") -> lk.Loyalty:
    return lk.Loyalty(lk.Program.from_yaml(HEAD + text), store=store)


@pytest.fixture(params=["memory", "sqlite"])
def store(request, url):
    return "memory:" if request.param == "memory" else url


def event(id: str, member: str, type: str = "order.paid", days: float = 0, **data):
    if type == "order.paid":
        data.setdefault("amount", "10")
    return lk.Event(id, type, member, START + DAY * days, data)


def names(id: str, member: str, referrer: str, days: float = 0):
    return lk.Event(id, "member.updated", member, START + DAY * days, {"referred": referrer})


def stars(kit, *members):
    return tuple(kit.member(member).points["stars"].available for member in members)


def told(kit, member):
    return [item.detail for item in kit.member(member).timeline if item.kind == "referral"]


def test_both_sides_get_theirs_once_and_no_tier_multiplies_it(store):
    kit = made(REFERRALS, store)
    kit.record(event("a", "ann", "session.attended"))
    kit.record(names("b", "bob", "ann"))
    kit.record(event("c", "bob", days=1))
    kit.record(event("d", "bob", days=2))
    assert stars(kit, "ann", "bob") == (50, 20)
    assert told(kit, "bob") == ["rewarded, referrals"]


def test_who_has_bought_before_is_no_new_friend():
    kit = made(REFERRALS)
    kit.record(event("a", "ann"))
    kit.record(event("b", "bob"))
    kit.record(names("c", "bob", "ann", days=1))
    kit.record(event("d", "bob", days=2))
    assert stars(kit, "ann", "bob") == (0, 0)


def test_the_limit_is_the_referrers_and_the_reason_is_told(store):
    kit = made(REFERRALS, store)
    kit.record(event("a", "ann"))
    for number in range(3):
        kit.record(names(f"n{number}", f"f{number}", "ann"))
        kit.record(event(f"o{number}", f"f{number}", days=1))
    assert stars(kit, "ann", "f0", "f1", "f2") == (100, 20, 20, 20)
    assert "refused, limit, referrals" in told(kit, "ann")


@pytest.mark.parametrize(
    ("chain", "why"),
    [((("ann", "ann"),), "self"), ((("ann", "bob"), ("bob", "ann")), "ring"),
     ((("ann", "bob"), ("bob", "cat"), ("cat", "ann")), "ring")],
)  # fmt: skip
def test_nobody_refers_themselves_and_no_ring_pays(store, chain, why):
    kit = made(REFERRALS, store)
    for number, (friend, referrer) in enumerate(chain):
        kit.record(names(f"n{number}", friend, referrer))
    for number, (friend, _) in enumerate(chain):
        kit.record(event(f"o{number}", friend, days=1))
    for friend, _ in chain:
        assert told(kit, friend) == [f"refused, {why}, referrals"]
        assert stars(kit, friend) == (0,)


def test_a_ring_of_others_does_not_stop_a_referral():
    kit = made(REFERRALS)
    kit.record_many([names("n1", "bob", "cat"), names("n2", "cat", "bob"), names("n3", "ann", "bob")])
    kit.record(event("o", "ann", days=1))
    assert stars(kit, "ann", "bob") == (20, 50)


def test_a_referrer_nobody_has_seen_is_waited_for(store):
    kit = made(REFERRALS, store)
    kit.record(names("n", "bob", "ann"))
    kit.record(event("o", "bob", days=1))
    assert told(kit, "bob") == ["waiting, unknown, referrals"]
    assert stars(kit, "bob") == (0,)
    kit.record(event("a", "ann", "session.attended", days=3))
    assert stars(kit, "ann", "bob") == (50, 20)
    kit.record(event("late", "ann", "session.attended", days=2))  # what was told is not told again
    assert stars(kit, "ann", "bob") == (50, 20)


EVENTS = (
    event("a", "ann", "session.attended"),
    names("n", "bob", "ann"),
    event("o", "bob", days=1),
    event("p", "bob", days=2),
)


@pytest.mark.parametrize("order", list(permutations(EVENTS)))
def test_the_order_of_arrival_does_not_matter(order):
    one, batch = made(REFERRALS), made(REFERRALS)
    for item in order:
        one.record(item)
    batch.record_many(order)
    assert stars(one, "ann", "bob") == stars(batch, "ann", "bob") == (50, 20)


def test_a_replay_of_the_log_asks_nobody(url):
    events = []
    with made(REFERRALS, url) as kit:
        kit.record(names("n", "bob", "ann"))
        kit.record(event("o", "bob", days=1))
        kit.record(event("a", "ann", days=3))
        journal = kit._journal
        with journal.reading() as store:
            for member in ("ann", "bob"):
                hand = journal.look(member)
                from loyaltykit.app.refold import history

                past = history(store.history(hand.number), member)
                replay = journal.engine.replay(member, past.events, answers=past.answers, to=journal.now(hand.state))
                assert replay.requests == ()
                assert journal.engine.dump(replay.state) == journal.engine.dump(hand.state)
                events += past.events
    assert {"kit.invited", "kit.referred"} <= {item.type for item in events}
    with lk.Loyalty.open(url) as again:
        assert stars(again, "ann", "bob") == (50, 20)


def test_a_surprise_keeps_to_its_budget_and_comes_once_a_member(store):
    kit = made(SURPRISES, store)
    drawn = {}
    for day in (0, 1, 40):
        for number in range(30):
            kit.record(event(f"e{day}.{number}", f"m{number}", "course.completed", days=day, course="py"))
        drawn[day] = sum("bonus" in kit.member(f"m{number}").entitlements for number in range(30))
    assert drawn == {0: 3, 1: 3, 40: 6}
    assert sum(stars(kit, *(f"m{number}" for number in range(30)))) == 30


def test_chance_is_the_share_and_the_same_again():
    text = SURPRISES.replace("budget: 3 per month, ", "").replace("50%", "20%")
    first, second = made(text), made(text)
    events = [event(f"e{number}", f"m{number}", "course.completed", course="py") for number in range(1000)]
    first.record_many(events)
    for item in reversed(events):
        second.record(item)
    lucky = {item.member for item in events if "bonus" in first.member(item.member).entitlements}
    assert 150 < len(lucky) < 250
    assert lucky == {item.member for item in events if "bonus" in second.member(item.member).entitlements}


def test_a_late_event_does_not_draw_from_the_budget_twice(store):
    kit = made(SURPRISES.replace("50%", "100%").replace("3 per month", "2 per month"), store)
    kit.record(event("e1", "ann", "course.completed", days=1, course="py"))
    kit.record(event("late", "ann", "session.attended", days=0))
    kit.record(event("e2", "bob", "course.completed", days=1, course="py"))
    kit.record(event("e3", "cat", "course.completed", days=1, course="py"))
    assert stars(kit, "ann", "bob", "cat") == (5, 5, 0)
