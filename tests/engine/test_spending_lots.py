"""What is taken from lots and put back: `spend` and `restore` of the runtime."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

import loyaltykit as lk
from loyaltykit.rules.runtime.lots import APART, AVAILABLE, HOLE, LOTS, restore, spend
from loyaltykit.values import to_instant
from tests.engine.story import Story, moment


def story(expires: str = "{after: 30d}", pending: str = "none") -> Story:
    return Story(
        f"points: {{p: {{spendable: true, pending: {pending}, expires: {expires}}}}}\n"
        "rules: [{id: r, on: quiz, award: {p: event.score}}]"
    )


def fund(told: Story, day: str, amount: float) -> None:
    told.engine.fold(told.state, lk.Event(f"e{day}", "quiz", "x", moment(f"2026-03-{day} 10:00"), {"score": amount}))


def later(told: Story, wall: str) -> None:
    told.engine.advance(told.state, moment(wall))


def of(told: Story):
    return told.engine.plan.points[0]


def instant(day: str) -> int:
    return to_instant(moment(f"2026-03-{day} 12:00"))


def test_the_lot_that_expires_first_goes_first_then_the_oldest():
    told = story()
    for day, amount in (("01", 3.0), ("02", 4.0), ("03", 5.0)):
        fund(told, day, amount)
    taken = spend(told.state, of(told), 8, instant("03"))
    assert [one.amount for one in taken] == [3, 4, 1]
    assert told.view().points["p"].available == 4


def test_pending_lots_are_not_spent():
    told = story(pending="14d")
    fund(told, "01", 5.0)
    assert [(one.lot, one.amount) for one in spend(told.state, of(told), 2, instant("01"))] == [("", 2)]
    assert told.view().points["p"].available == -2
    assert told.view().points["p"].pending == 5


def test_what_was_not_there_is_filled_by_what_becomes_available_later():
    told = story(pending="2d")
    spend(told.state, of(told), 7, 0)
    fund(told, "01", 5.0)
    assert told.view().points["p"].available == -7
    later(told, "2026-03-04 00:00")
    assert told.view().points["p"].available == -2
    fund(told, "04", 5.0)
    later(told, "2026-03-07 00:00")
    assert told.view().points["p"].available == 3
    later(told, "2026-06-01 00:00")
    assert told.view().points["p"].available == 0


def test_a_refund_restores_the_expiry_and_what_expired_meanwhile_is_gone():
    told = story("{after: 10d}")
    fund(told, "01", 3.0)
    fund(told, "08", 4.0)
    before = told.engine.dump(told.state)
    taken = spend(told.state, of(told), 5, instant("08"))
    restore(told.state, of(told), taken, instant("09"), None, [])
    assert told.engine.dump(told.state) == before
    taken = spend(told.state, of(told), 5, instant("09"))
    out: list = []
    later(told, "2026-03-12 00:00")
    restore(told.state, of(told), taken, instant("12"), "e", out)
    assert [(line[0], line[-1]) for line in out] == [("expiry", -3)]
    assert told.view().points["p"].available == 4


def test_three_thousand_awards_that_never_end_stay_small():
    told = story("never")
    for number in range(3_000):
        at = moment("2026-03-01 00:00") + dt.timedelta(seconds=number)
        told.engine.fold(told.state, lk.Event(f"e{number:04}", "quiz", "x", at, {"score": 2.0}))
    assert len(told.state[of(told).slot + LOTS]) < 3 * APART
    assert len(told.engine.dump(told.state)) < 20_000
    assert told.view().points["p"].available == 6_000
    assert sum(one.amount for one in spend(told.state, of(told), 5_999, instant("02"))) == 5_999
    assert told.view().points["p"].available == 1


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 9), max_size=12), st.lists(st.integers(1, 20), max_size=8), st.booleans())
def test_spending_and_putting_back_in_any_order_keeps_the_sum(awards, spent, ends):
    told = story("{after: 30d}" if ends else "never")
    for number, amount in enumerate(awards):
        fund(told, f"{number + 1:02}", float(amount))
    state, point = told.state, of(told)
    total = sum(awards)
    taken = []
    for amount in spent:
        taken.append(spend(state, point, amount, instant("20")))
        total -= amount
        lots = sum(lot[3] for lot in state[point.slot + LOTS])
        assert state[point.slot + AVAILABLE] == total == lots - state[point.slot + HOLE]
    for one in taken:
        restore(state, point, one, instant("21"), None, [])
    assert state[point.slot + AVAILABLE] == sum(awards)
    assert state[point.slot + HOLE] == 0
