"""Referrals when the friend's history changes: both sides go, both come back, and each of that once."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import loyaltykit as lk
from loyaltykit.app.refold import history
from loyaltykit.rules.plan import KEPT
from tests.app.school import DAY, START
from tests.app.test_chances import HEAD, event, made, names, stars

REFERRALS = """
referrals:
  {joined: member.referred, rewards: {referrer: {award: {stars: 50}, badge: host}, friend: {stars: 20}},
    after: order.paid, limit: 1 per year}
badges: {host: {}}
leaderboards: {weekly: {by: earned('stars'), every: week}}
"""


@pytest.fixture(params=["memory", "sqlite"])
def kit(request, url):
    with made(REFERRALS, "memory:" if request.param == "memory" else url) as kit:
        yield kit


def begin(kit: lk.Loyalty, *friends: str) -> None:
    """Ann is known; each friend names her and buys."""
    kit.record(event("a", "ann", "session.attended"))
    for number, friend in enumerate(friends):
        kit.record(names(f"n.{friend}", friend, "ann"))
        kit.record(event(f"o.{friend}", friend, days=1 + number))


def check_replays(kit: lk.Loyalty) -> None:
    """Whoever folds a history anew gets the state to the byte, and the ledger sums to it."""
    journal = kit._journal
    with journal.reading() as store:
        for _, member in store.members(after=0, limit=100):
            hand = journal.look(member)
            past = history(store.history(hand.number), member)
            replay = journal.engine.replay(
                member, past.events, answers=past.answers, to=journal.now(hand.state), late=past.late
            )
            assert replay.requests == ()
            kept = replay.state[: len(hand.state)]
            theirs = journal.engine.load(journal.engine.dump(hand.state))
            kept[KEPT] = theirs[KEPT] = None  # what a correction left as kept is no fold's
            assert journal.engine.dump(kept) == journal.engine.dump(theirs)
            net = sum(amount for (point, _), amount in store.sums(hand.number).items() if point == "stars")
            assert net == journal.engine.view(hand.state).points["stars"].available


def test_an_order_taken_out_takes_both_sides_back_once(kit):
    begin(kit, "bob")
    assert stars(kit, "ann", "bob") == (50, 20)
    decision = kit.void("o.bob", by="curator")
    assert {entry.member for entry in decision.entries} == {"bob"}
    assert stars(kit, "ann", "bob") == (0, 0)
    assert kit.member("ann").badges["host"].kept
    assert kit.void("o.bob").entries == decision.entries
    kit.record(event("late", "bob", "session.attended", days=0.5))
    assert stars(kit, "ann", "bob") == (0, 0)
    check_replays(kit)


def test_the_next_order_earns_it_again_and_may_be_taken_out_again(kit):
    begin(kit, "bob")
    for number in range(3):
        kit.void("o.bob" if not number else f"o{number}")
        assert stars(kit, "ann", "bob") == (0, 0)
        kit.record(event(f"o{number + 1}", "bob", days=10 + number))
        assert stars(kit, "ann", "bob") == (50, 20)
        check_replays(kit)


def test_an_order_taken_out_with_another_after_it_changes_nothing(kit):
    begin(kit, "bob")
    kit.record(event("p", "bob", days=2))
    kit.void("o.bob")
    assert stars(kit, "ann", "bob") == (50, 20)
    check_replays(kit)


def test_the_limit_is_open_again_for_the_next_friend(kit):
    begin(kit, "bob", "cat")
    assert stars(kit, "ann", "bob", "cat") == (50, 20, 20)
    kit.void("o.bob")
    assert stars(kit, "ann", "bob", "cat") == (50, 0, 20)  # what ann got is cat's now
    kit.void("o.cat")
    assert stars(kit, "ann", "bob", "cat") == (0, 0, 0)
    check_replays(kit)


def test_scores_on_a_leaderboard_follow(kit):
    begin(kit, "bob")
    kit.void("o.bob")
    rows = kit.leaderboard("weekly", at=START + DAY * 1).rows
    assert [row.score for row in rows if row.score] == []


def test_a_name_that_was_a_mistake_is_taken_out(kit):
    begin(kit, "bob")
    kit.void("n.bob")
    assert stars(kit, "ann", "bob") == (0, 0)
    check_replays(kit)


def test_a_friend_who_waited_with_what_was_taken_out_brings_nothing(kit):
    kit.record(names("n", "bob", "ann"))
    kit.record(event("o", "bob", days=1))
    kit.void("o")
    kit.record(event("a", "ann", "session.attended", days=2))
    assert stars(kit, "ann", "bob") == (0, 0)
    kit.record(event("p", "bob", days=3))
    assert stars(kit, "ann", "bob") == (50, 20)
    kit.void("p")
    assert stars(kit, "ann", "bob") == (0, 0)
    check_replays(kit)


def test_whoever_was_invited_late_is_taken_out_and_comes_back_too(kit):
    kit.record(names("n", "bob", "ann"))
    kit.record(event("o", "bob", days=1))
    kit.record(event("a", "ann", "session.attended", days=2))
    assert stars(kit, "ann", "bob") == (50, 20)
    kit.void("o")
    assert stars(kit, "ann", "bob") == (0, 0)
    kit.record(event("p", "bob", days=3))
    assert stars(kit, "ann", "bob") == (50, 20)
    check_replays(kit)


def test_points_that_the_referrer_has_spent_leave_a_hole(url):
    program = lk.Program.from_yaml(HEAD.replace("{kind: lesson}", "{kind: lesson, cost: {stars: 40}}") + REFERRALS)
    with lk.Loyalty(program, store=url) as kit:
        begin(kit, "bob")
        kit.redeem("ann", "bonus", key="k")
        kit.void("o.bob")
        assert stars(kit, "ann") == (-40,)
        check_replays(kit)
    with lk.Loyalty(program, store=url) as kit:
        assert stars(kit, "ann", "bob") == (-40, 0)
        check_replays(kit)


def test_what_takes_a_friend_out_cannot_be_voided_and_is_told(kit):
    begin(kit, "bob")
    kit.void("o.bob")
    rows = [row for row in kit._journal.store.history(1) if row.type in ("kit.referred", "kit.unreferred")]
    assert [row.type for row in rows] == ["kit.referred", "kit.unreferred"]
    with pytest.raises(lk.EventError) as failure:
        kit.void(rows[1].id)
    assert failure.value.code == "event/not-voidable"
    assert kit.void(rows[0].id).entries[0].amount == -50  # the first decision of what took it out
    assert stars(kit, "ann") == (0,)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    steps=st.lists(st.tuples(st.sampled_from(["bob", "cat"]), st.integers(1, 9), st.booleans()), max_size=9),
    known=st.integers(0, 9),
)
def test_the_referrer_has_what_the_friends_have_earned(steps, known):
    """Orders that come, late ones too, and are taken out: a friend with an order has their side, and else nothing."""
    kit = made(REFERRALS.replace("limit: 1 per year", "limit: 9 per year"))
    kit.record_many([names("n.bob", "bob", "ann"), names("n.cat", "cat", "ann")])
    orders: dict[str, set[str]] = {"bob": set(), "cat": set()}
    for number, (friend, day, out) in enumerate(steps):
        if number == known:
            kit.record(event("a", "ann", "session.attended", days=1))
        if out and orders[friend]:
            kit.void(id := min(orders[friend]))
            orders[friend].remove(id)
        else:
            kit.record(event(f"o{number}", friend, days=day / 10))
            orders[friend].add(f"o{number}")
    if known >= len(steps):
        kit.record(event("a", "ann", "session.attended", days=1))
    paid = {friend: bool(left) for friend, left in orders.items()}
    assert stars(kit, "bob", "cat") == (20 * paid["bob"], 20 * paid["cat"])
    assert stars(kit, "ann") == (50 * sum(paid.values()),)
    check_replays(kit)
