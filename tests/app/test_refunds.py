# ruff: noqa: E501  # a small program is read best in one line
"""Refunds, regrades and waiting points through the shell: late, twice, in any order, over a restart."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

import loyaltykit as lk
from loyaltykit.ledger import balances
from loyaltykit.rules.plan import KEPT
from loyaltykit.rules.runtime.lots import HELD, HOLE, LOTS
from tests.invariants.lot_by_lot import lots_agree

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)

PROGRAM = """
program: school
late: 90d
events:
  paid: {order: text, amount: money}
  refunded: {order: text, amount: money}
  begun: {order: text}
  graded: {work: text, grade: number}
points:
  stars: {spendable: true, decimals: 1, rounding: %s, expires: %s, pending: %s, overdraft: %s, cap: 60 per week}
  xp: {}
rewards: {sticker: {kind: gift, cost: {stars: 4}}}
rules:
  - {id: paid, on: paid, key: event.order, award: {stars: event.amount / 10, xp: 3}, limit: {times: 2, per: day, by: event.order}, cap: {stars: 20, per: 7 days}}
  - {id: grade, on: graded, key: event.work, revise: true, when: event.grade >= 2, award: {xp: 10 * event.grade, stars: event.grade}}
  - {id: refund, on: refunded, reverse: paid, key: event.order, of: amount}
tiers: {status: {by: earned('stars'), period: calendar month, steps: {one: 0, two: 10}}}
levels: {by: xp, steps: {a: 0, b: 20, c: 40}}
"""


@st.composite
def programs(draw):
    rounding = draw(st.sampled_from(["down", "up", "nearest"]))
    expires = draw(st.sampled_from(["never", "{after: 5d}", "{inactivity: 4d, active_on: [graded]}", "2026-03-09"]))
    pending = draw(st.sampled_from(["none", "2d", "{until: begun, key: event.order, at_most: 6d}"]))
    overdraft = draw(st.sampled_from(["allow", "forgive", "refuse"]))
    return lk.Program.from_yaml(PROGRAM % (rounding, expires, pending, overdraft))


@st.composite
def histories(draw):
    found = []
    for number in range(draw(st.integers(2, 14))):
        at = START + dt.timedelta(hours=draw(st.integers(0, 300)))
        kind = draw(st.sampled_from(["paid", "paid", "refunded", "graded", "begun"]))
        name = draw(st.sampled_from("ab"))
        amount = draw(st.sampled_from([10, 33.33, 100, 250]))
        data = {
            "paid": {"order": name, "amount": amount},
            "refunded": {"order": name, "amount": amount},
            "begun": {"order": name},
            "graded": {"work": name, "grade": draw(st.sampled_from([1.0, 2.0, 3.5, 5.0]))},
        }[kind]
        found.append(lk.Event(f"e{number:02}", kind, "ann", at, data))
    return found


def state_of(kit: lk.Loyalty) -> list:
    return kit._journal.look("ann").state


def plain(kit: lk.Loyalty) -> list:
    """The state without what a correction left as kept."""
    return [value for number, value in enumerate(state_of(kit)) if number != KEPT]


def sums(kit: lk.Loyalty) -> dict:
    journal = kit._journal
    return {key: net for key, net in journal.store.sums(journal.look("ann").number).items() if net}


def check(kit: lk.Loyalty) -> None:
    """What the lines add up to is what the state holds: nothing lost, nothing from nowhere."""
    from loyaltykit.app.rows import to_entry

    journal = kit._journal
    lines = [to_entry(row, "ann") for row in journal.store.entries(journal.look("ann").number)]
    state = state_of(kit)
    found = balances(lines)
    for point in journal.engine.plan.points:
        balance = found.get(("ann", point.id))
        if balance is None:
            continue
        assert balance.conserved
        held = state[point.slot]
        if point.lots is not None:
            lots = state[point.slot + LOTS]
            assert all(lot[3] > 0 for lot in lots)
            held = sum(lot[3] for lot in lots) - state[point.slot + HOLE]
            assert held == state[point.slot + 1] + state[point.slot + 2]
            held += state[point.slot + HELD]
        assert balance.pending + balance.available == held
    lots_agree(kit, "ann")


def told(kit: lk.Loyalty) -> tuple:
    view = kit.member("ann").to_dict()
    return view["points"], view["level"], view["tiers"]


END = START + dt.timedelta(days=20)


@settings(max_examples=60, deadline=None)
@given(programs(), histories(), st.randoms(use_true_random=False))
def test_arrival_order_batches_and_repetition_do_not_matter(program, events, chance):
    ordered = lk.Loyalty(program)
    for one in sorted(events, key=lambda one: (one.at, one.id)):
        ordered.record(one)
        check(ordered)
    ordered.advance(END)
    check(ordered)
    shuffled = lk.Loyalty(program)
    arriving = [*events, *chance.sample(events, len(events) // 2)]
    chance.shuffle(arriving)
    for one in arriving:
        shuffled.record(one)
        check(shuffled)
        if chance.random() < 0.3:
            shuffled.advance(max(one.at, shuffled.member("ann").now))
    shuffled.advance(END)
    check(shuffled)
    batch = lk.Loyalty(program)
    batch.record_many(events)
    batch.advance(END)
    for other in (shuffled, batch):
        assert told(other) == told(ordered)
        assert sums(other) == sums(ordered)
        assert plain(other) == plain(ordered)


@settings(max_examples=25, deadline=None)
@given(programs(), histories(), st.integers(0, 13))
def test_redemptions_among_refunds_keep_the_books(program, events, place):
    kit = lk.Loyalty(program)
    for number, one in enumerate(sorted(events, key=lambda one: (one.at, one.id))):
        kit.record(one)
        if number >= place and kit.member("ann").points["stars"].available >= 4:
            kit.redeem("ann", "sticker", key=f"k{number}")
        check(kit)
    kit.advance(END)
    check(kit)


def test_sqlite_says_the_same_after_a_restart(tmp_path):
    program = lk.Program.from_yaml(PROGRAM % ("down", "{after: 5d}", "2d", "allow"))
    url = f"sqlite:///{tmp_path / 'school.db'}"
    events = [
        lk.Event("e1", "paid", "ann", START, {"order": "a", "amount": 100}),
        lk.Event("e2", "refunded", "ann", START + dt.timedelta(days=3), {"order": "a", "amount": 40}),
        lk.Event("e3", "graded", "ann", START + dt.timedelta(days=3, hours=1), {"work": "w", "grade": 3.5}),
        lk.Event("e4", "graded", "ann", START + dt.timedelta(days=4), {"work": "w", "grade": 2.0}),
    ]
    memory = lk.Loyalty(program)
    for one in events:
        memory.record(one)
        with lk.Loyalty(program, store=url) as kit:
            kit.record(one)
    with lk.Loyalty(program, store=url) as kit:
        assert told(kit) == told(memory)
        assert sums(kit) == sums(memory)
        number = kit._journal.look("ann").number
        lots = [(row.kind, row.lot) for row in kit._journal.store.entries(number) if row.kind == "reversal"]
        assert ("reversal", "rules.paid/e1/stars") in lots
