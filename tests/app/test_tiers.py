"""Tiers over a store: what late events, voided ones, refunds and another program do to a ladder."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import loyaltykit as lk

PROGRAM = """
program: shop
late: 60d
events:
  paid: {order: text, amount: number}
  refunded: {order: text, amount: number}
  started: {plan: text}
  ended: {plan: text}
points: {stars: }
rewards: {chat: {kind: chat}, club: {kind: chat}}
rules:
  - {id: paid, on: paid, award: {stars: event.amount}, key: event.order}
  - {id: back, on: refunded, reverse: paid, key: event.order}
tiers:
  status:
    by: earned('stars')
    period: calendar year
    keep: until end of period
    steps: {bronze: 0, gold: 100}
    benefits: {gold: {multiply: {stars: 2}, grant: chat}}
  year: {by: count('paid'), period: rolling 30d, keep: 40d from qualifying, grace: 5d, steps: {one: 1, three: 3}}
  plan: {paid: {start: started, end: ended, step: event.plan}, steps: [basic, pro], benefits: {pro: {grant: club}}}
"""
START = dt.datetime(2026, 3, 1, 10, tzinfo=dt.UTC)


def paid(id: str, days: float, amount: float = 60) -> lk.Event:
    return lk.Event(id, "paid", "ann", START + dt.timedelta(days=days), {"order": id, "amount": amount})


def plan(id: str, days: float, what: str, name: str) -> lk.Event:
    return lk.Event(id, what, "ann", START + dt.timedelta(days=days), {"plan": name})


def facts(kit: lk.Loyalty) -> dict:
    view = kit.member("ann").to_dict()
    return {key: view[key] for key in ("points", "tiers", "entitlements")}


@pytest.fixture
def kit(tmp_path):
    with lk.Loyalty(lk.Program.from_yaml(PROGRAM), store=f"sqlite:///{tmp_path / 'shop.db'}") as made:
        yield made


def test_a_refold_that_takes_a_tier_ends_its_benefits_now_and_the_points_follow(kit):
    for one in (paid("a", 0), paid("b", 1), paid("c", 2)):
        kit.record(one)
    assert kit.member("ann").tiers["status"].name == "gold"
    assert kit.entitled("ann", "chat")
    assert kit.member("ann").points["stars"].available == 60 + 60 + 120
    kit.void("a")
    view = kit.member("ann")
    assert view.tiers["status"].name == "gold"  # b and c are enough, and c is not doubled any more
    assert view.points["stars"].available == 120
    kit.void("b")
    view = kit.member("ann")
    assert (view.tiers["status"].name, view.points["stars"].available) == ("bronze", 60)
    assert view.entitlements == {}
    assert not kit.entitled("ann", "chat")


def test_a_late_event_raises_a_tier_as_if_it_had_come_in_time(kit):
    kit.record(paid("b", 1))
    kit.record(paid("c", 2))
    kit.record(paid("a", 0))
    view = kit.member("ann")
    assert view.points["stars"].available == 60 + 60 + 120
    assert view.tiers["status"].since == START + dt.timedelta(days=1)


def test_what_is_paid_back_counts_no_more_at_the_end_of_the_period(kit):
    kit.record(paid("a", 0, 150))
    kit.record(lk.Event("r", "refunded", "ann", START + dt.timedelta(days=1), {"order": "a", "amount": 150}))
    status = kit.member("ann").tiers["status"]
    assert (status.name, status.missing, status.until) == ("gold", None, dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
    kit.advance(dt.datetime(2027, 1, 2, tzinfo=dt.UTC))
    assert kit.member("ann").tiers["status"].name == "bronze"


@pytest.mark.parametrize(
    ("kept", "until"),
    [
        ("period: calendar year\n    keep: until end of period", dt.datetime(2027, 1, 1, tzinfo=dt.UTC)),
        ("period: calendar year\n    keep: until end of next period", dt.datetime(2027, 1, 1, tzinfo=dt.UTC)),
        ("period: calendar year\n    keep: 90d from qualifying", START + dt.timedelta(days=90)),
        ("period: rolling 12 months\n    keep: 90d from qualifying", START + dt.timedelta(days=90)),
        ("period: rolling 12 months", None),
        ("period: lifetime", None),
    ],
)
def test_a_step_outlives_a_refund_as_long_as_it_is_kept_and_no_longer(kept, until):
    """Not even until the end of the next period: what came back was not earned in this one."""
    text = PROGRAM.replace("period: calendar year\n    keep: until end of period", kept)
    with lk.Loyalty(lk.Program.from_yaml(text)) as kit:
        kit.record(paid("a", 0, 150))
        kit.record(lk.Event("r", "refunded", "ann", START + dt.timedelta(days=1), {"order": "a", "amount": 150}))
        if until is None:
            assert kit.member("ann").tiers["status"].name == "bronze"
            return
        before = until - dt.timedelta(microseconds=1)
        assert kit.member("ann", at=before).tiers["status"].name == "gold"
        kit.advance(until)
        assert kit.member("ann").tiers["status"].name == "bronze"


def test_a_snapshot_goes_on_where_it_was(tmp_path):
    url, program = f"sqlite:///{tmp_path / 'shop.db'}", lk.Program.from_yaml(PROGRAM)
    events = [paid("a", 0), paid("b", 1), plan("s", 2, "started", "pro"), paid("c", 3), plan("e", 60, "ended", "pro")]
    for one in events:
        with lk.Loyalty(program, store=url) as kit:
            kit.record(one)
    with lk.Loyalty(program, store=url) as kit, lk.Loyalty(program) as other:
        other.record_many(events)
        assert facts(kit) == facts(other)
        for one in (kit, other):
            one.advance(START + dt.timedelta(days=400))
        assert facts(kit) == facts(other)


def test_a_step_goes_over_to_a_changed_ladder(kit):
    kit.record(paid("a", 0, 150))
    changed = PROGRAM.replace("period: calendar year", "period: membership year").replace("gold: 100}", "gold: 200}")
    kit.adopt(lk.Program.from_yaml(changed + "version: 2\n"), mode="forward", at=START + dt.timedelta(days=10))
    status = kit.member("ann").tiers["status"]
    assert (status.name, status.until) == ("gold", dt.datetime(2027, 3, 1, tzinfo=dt.UTC))
    kit.advance(dt.datetime(2027, 3, 2, tzinfo=dt.UTC))
    assert kit.member("ann").tiers["status"].name == "bronze"


def test_a_level_is_not_lost_when_points_are_taken_back_and_not_told_twice():
    levels = "levels: {by: stars, steps: {Newcomer: 0, Explorer: 50, Expert: 100}}\n"
    with lk.Loyalty(lk.Program.from_yaml(PROGRAM + levels)) as kit:
        first = kit.record(paid("a", 0, 120))
        assert [effect.name for effect in first.effects if effect.kind == "level"] == ["Explorer", "Expert"]
        kit.record(lk.Event("r", "refunded", "ann", START + dt.timedelta(days=1), {"order": "a", "amount": 120}))
        view = kit.member("ann")
        assert (view.level, view.points["stars"].lifetime) == ("Expert", 0)
        again = kit.record(paid("b", 2, 120))
        assert [effect.name for effect in again.effects if effect.kind == "level"] == []


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("paid"), st.integers(0, 55), st.sampled_from([20, 60, 110])),
        st.tuples(st.just("started"), st.integers(0, 55), st.sampled_from(["basic", "pro"])),
        st.tuples(st.just("ended"), st.integers(0, 55), st.sampled_from(["basic", "pro"])),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(EVENTS, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(drawn, chance):
    program = lk.Program.from_yaml(PROGRAM)
    events = [
        paid(f"e{n}", day, what) if kind == "paid" else plan(f"e{n}", day, kind, what)
        for n, (kind, day, what) in enumerate(drawn)
    ]
    shuffled = list(events)
    chance.shuffle(shuffled)
    with lk.Loyalty(program) as one, lk.Loyalty(program) as other:
        one.record_many(events)
        for event in shuffled:
            other.record(event)
        assert facts(one) == facts(other)
        for kit in (one, other):
            kit.advance(START + dt.timedelta(days=200))
        assert facts(one) == facts(other)
