"""Refunds that are dated before their purchase: clocks differ, and no point may stay for that."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import loyaltykit as lk
from loyaltykit.ledger import balances

PROGRAM = """
program: school
events:
  paid: {order: text, amount: money}
  refunded: {order: text, amount: money}
  cancelled: {order: text}
points: {stars: %s}
rules:
  - {id: paid, on: paid, key: event.order, award: {stars: event.amount / 10}%s}
  - {id: refund, on: refunded, reverse: paid, key: event.order, of: amount}
  - {id: cancel, on: cancelled, reverse: paid, key: event.order}
"""
START = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
KINDS = ["{}", "{spendable: true}", "{pending: 14d}", "{expires: {after: 1 year}}"]


def engine(point: str = "{}", paid: str = "") -> lk.Engine:
    return lk.Engine(lk.Program.from_yaml(PROGRAM % (point, paid)))


def event(kind: str, minutes: int, id: str, order: str = "a", **data) -> lk.Event:
    return lk.Event(id, kind, "ann", START + dt.timedelta(minutes=minutes), {"order": order, **data})


def folded(made: lk.Engine, events: list[lk.Event]) -> tuple[list, list[lk.Entry]]:
    state, entries = made.start("ann"), []
    for one in sorted(events, key=lambda one: (one.at, one.id)):
        state, decision = made.fold(state, one)
        entries += decision.entries
        state = made.load(made.dump(state))  # what waits survives the store
    return state, entries


@pytest.mark.parametrize("point", KINDS)
def test_what_came_back_before_is_taken_back_when_it_is_given(point):
    made = engine(point)
    events = [event("refunded", -5, "r", amount=40), event("paid", 0, "p", amount=100)]
    state, entries = folded(made, events)
    assert made.view(state).points["stars"].lifetime == 6
    assert [(one.kind, one.amount, one.mechanic, one.occurrence, one.event) for one in entries] == [
        ("accrual", 10, "rules.paid", "p", "p"),
        ("reversal", -4, "rules.refund", "r", "p"),
    ]
    assert entries[1].lot == "rules.paid/p/stars"


@pytest.mark.parametrize("point", KINDS)
@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(st.tuples(st.integers(-9, 9), st.integers(1, 120)), min_size=1, max_size=6),
    amount=st.integers(10, 400),
)
def test_when_a_refund_is_dated_does_not_matter(point, parts, amount):
    made = engine(point)
    refunds = [event("refunded", at, f"r{n}", amount=part) for n, (at, part) in enumerate(parts)]
    state, entries = folded(made, [event("paid", 0, "p", amount=amount), *refunds])
    whole = floor(Fraction(amount, 10))
    share = min(Fraction(1), Fraction(sum(part for _, part in parts), amount))
    assert made.view(state).points["stars"].lifetime == whole - min(whole, floor(whole * share))
    found = balances(entries)["ann", "stars"]
    assert found.conserved
    assert found.pending + found.available == made.view(state).points["stars"].lifetime
    assert len({one.id for one in entries}) == len(entries)


def test_several_rules_take_back_at_most_the_whole():
    made = engine()
    events = [event("cancelled", -9, "c"), event("refunded", -5, "r", amount=40), event("paid", 0, "p", amount=100)]
    state, entries = folded(made, [*events, event("refunded", 5, "s", amount=60)])
    assert made.view(state).points["stars"].lifetime == 0
    assert [one.amount for one in entries] == [10, -10]


def test_it_waits_for_its_own_order_only_and_only_once():
    made = engine()
    events = [event("refunded", -5, "r", "b", amount=100), event("paid", 0, "p", amount=100)]
    state, _ = folded(made, [*events, event("paid", 3, "q", "b", amount=100), event("paid", 4, "s", "b", amount=100)])
    assert made.view(state).points["stars"].lifetime == 10


@pytest.mark.parametrize("rule", [", limit: 1 per day", ", cap: {stars: 10, per: day}"])
def test_limit_and_cap_are_open_again(rule):
    made = engine("{}", rule)
    events = [event("refunded", -5, "r", amount=100), event("paid", 0, "p", amount=100)]
    state, _ = folded(made, [*events, event("paid", 3, "q", "b", amount=100)])
    assert made.view(state).points["stars"].lifetime == 10


def test_a_regrade_after_it_gives_nothing_back():
    made = engine("{}", ", revise: true")
    events = [event("refunded", -5, "r", amount=100), event("paid", 0, "p", amount=100)]
    state, _ = folded(made, [*events, event("paid", 3, "q", amount=200)])
    assert made.view(state).points["stars"].lifetime == 0


def test_only_so_many_orders_are_waited_for():
    made = engine()
    events = [event("refunded", n - 2000, f"r{n:04}", f"o{n}", amount=1) for n in range(1003)]
    state = made.start("ann")
    for one in events:
        state, _ = made.fold(state, one)
    slot = next(n for n, one in enumerate(made.plan.slots) if one.name == "rules.paid early")
    assert next(iter(state[slot])) == "o3"
    assert len(state[slot]) == 1000


@settings(max_examples=40, deadline=None)
@given(minutes=st.lists(st.integers(-9, 9), min_size=3, max_size=3), chance=st.randoms(use_true_random=False))
def test_arrival_and_dates_in_any_order_leave_nothing(minutes, chance):
    program = lk.Program.from_yaml(PROGRAM % ("{spendable: true}", ""))
    events = [event("refunded", at, f"r{n}", amount=40) for n, at in enumerate(minutes)]
    events.append(event("paid", 0, "p", amount=100))
    chance.shuffle(events)
    kit = lk.Loyalty(program)
    for one in events:
        kit.record(one)
    assert kit.member("ann").points["stars"].available == 0
