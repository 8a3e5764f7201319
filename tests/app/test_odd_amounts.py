"""Amounts that nobody expects, at every door: an EventError with a code, never an exception of Python's."""

import math
from decimal import Decimal

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.errors import EventError
from loyaltykit.program.load import Program
from loyaltykit.rules.engine import Engine
from loyaltykit.values import Event
from tests.app.school import START

PROGRAM = Program.from_yaml("""
program: school
events: {order.paid: {amount: money}}
points: {stars: {spendable: true}}
rules: [{id: paid, on: order.paid, award: {stars: event.amount}}]
""")
HUGE = 10**5_000
"""More digits than Python prints."""
ODD = [
    "12.345",
    "",
    "NaN",
    "Infinity",
    "1_0",
    "٣",
    "0x10",
    "1e9999999",
    math.nan,
    math.inf,
    10**30,
    HUGE,
    -HUGE,
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("1e9999999"),
    Decimal("12.345"),
    True,
    [],
    b"5",
]


def named(value):
    return "huge" if isinstance(value, int) and abs(value) > 10**40 else ascii(value)


@pytest.fixture(scope="module")
def kit():
    with Loyalty(PROGRAM) as kit:
        for member in ("ann", "bob"):
            kit.record(Event(member, "order.paid", member, START, {"amount": 1_000}))
        yield kit


@pytest.mark.parametrize("value", [*ODD, None, 1e18, "1e18"], ids=named)
def test_money_of_an_event(value, kit):
    event = Event("odd", "order.paid", "ann", START, {"amount": value})
    for door in (kit.record, lambda event: Engine(PROGRAM).fold(Engine(PROGRAM).start("ann"), event)):
        with pytest.raises(EventError) as caught:
            door(event)
        assert caught.value.code.startswith("event/")
        assert len(str(caught.value)) < 300


@pytest.mark.parametrize("value", [*ODD, None, 0, 1.5, "-1e9999999"], ids=named)
@pytest.mark.parametrize("verb", ["adjust", "transfer", "hold"])
def test_points_of_a_call(value, verb, kit):
    said = {"by": "olga", "reason": "why"}
    calls = {
        "adjust": lambda: kit.adjust("ann", {"stars": value}, **said),
        "transfer": lambda: kit.transfer("ann", "bob", {"stars": value}, **said),
        "hold": lambda: kit.hold("ann", {"stars": value}),
    }
    with pytest.raises(EventError) as caught:
        calls[verb]()
    assert caught.value.code == "points/amount"
    assert len(str(caught.value)) < 300
    assert kit.member("ann").points["stars"].available == 1_000


@pytest.mark.parametrize("value", [5, 5.0, "5", " 5 ", "5.00", "+5", "5e0", Decimal(5)], ids=named)
def test_plain_amounts_are_taken(value, kit):
    assert kit.adjust("bob", {"stars": value}, by="olga", reason="why").entries[0].amount == 5
