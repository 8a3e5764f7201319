"""What a redemption is worth: functions over the facts of the lots that it consumed, weighted by points."""

from __future__ import annotations

import pytest

from loyaltykit.rules.expression.check import check
from loyaltykit.rules.expression.evaluate import evaluate
from loyaltykit.rules.expression.tree import Scope
from loyaltykit.rules.plan import Points
from loyaltykit.rules.runtime.lots import Taken
from loyaltykit.rules.worth import over_lots

SCOPE = Scope(events={}, lots=("price", "city"))
STAMPS = Points(id="stamps", slot=0, unit=100, rounding="down", stack="multiply")


def worth(text, *lots):
    """The value of an expression over lots of (stamps, facts)."""
    taken = [
        list(Taken("rules.night", f"e{n}", 0, n, 9, 100 * amount, facts)) for n, (amount, facts) in enumerate(lots)
    ]
    return evaluate(check(text, SCOPE, expect="number").node, over_lots([["stamps", taken]], {"stamps": STAMPS}))


@pytest.mark.parametrize(("first", "second", "value"), [((5, 100), (5, 150), 125), ((5, 70), (5, 100), 85)])
def test_ten_nights_are_worth_their_mean(first, second, value):
    lots = [(amount, {"price": price}) for amount, price in (first, second)]
    assert worth("mean(lot.price)", *lots) == value


def test_every_function_weighs_by_points():
    lots = ((1, {"price": 10}), (3, {"price": 20}), (7, None), (2, {"city": "Omsk", "price": "dear"}))
    found = [worth(f"{name}(lot.price)", *lots) for name in ("sum", "mean", "lowest", "highest")]
    assert found == [70, 17.5, 10, 20]
    assert worth("min(15, highest(lot.price)) + 1", *lots) == 16
    assert worth("mean(lot.city)", *lots) is None
    assert worth("mean(lot.price)") is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("mean(lot.prise)", "expression/unknown-field"),
        ("lot.price", "expression/lot-bare"),
        ("count(lot.price)", "expression/over-lots"),
        ("mean(lot.price, 2)", "expression/arguments"),
        ("mean(3)", "expression/arguments"),
    ],
)
def test_what_is_no_value_is_told(text, code):
    assert [finding.code for finding in check(text, SCOPE, expect="number").findings] == [code]
