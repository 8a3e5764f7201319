"""How often a channel may be used: no window has more, and what may go goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.channels.limits import TELEGRAM, Limits, Pace, limits_of, parse_pace
from loyaltykit.errors import LoyaltyError

SECOND = 1_000_000


def sent(pace, arrivals):
    """When each goes, that is asked about the moment it arrives or the one before it has gone."""
    gone = []
    for arrival in arrivals:
        at = max([arrival, *gone[-1:]])
        nth = gone[-pace.number] if len(gone) >= pace.number else None
        gone.append(pace.free(nth, at))
    return gone


@given(st.integers(1, 8), st.integers(1, 50), st.lists(st.integers(0, 200), max_size=60).map(sorted))
def test_no_window_has_more_than_the_number(number, micros, arrivals):
    gone = sent(Pace(number, micros), arrivals)
    for first, past in zip(gone, gone[number:], strict=False):
        assert past - first >= micros  # a window is half-open: (t - micros, t]


@given(st.integers(1, 8), st.integers(1, 50), st.integers(1, 100))
def test_what_waits_goes_as_fast_as_it_may(number, micros, waiting):
    assert sent(Pace(number, micros), [0] * waiting) == [one // number * micros for one in range(waiting)]


@given(st.integers(1, 8), st.integers(1, 50), st.lists(st.integers(0, 200), max_size=60).map(sorted))
def test_nothing_waits_without_need(number, micros, arrivals):
    gone = sent(Pace(number, micros), arrivals)
    for place, (arrival, went) in enumerate(zip(arrivals, gone, strict=True)):
        before = [one for one in gone[:place] if went - 1 - micros < one]
        assert went in (arrival, *gone[place - 1 : place]) or len(before) >= number


def test_a_clock_that_was_put_back_holds_up_for_one_window_at_most():
    assert Pace(1, 10).free(10**15, 5) == 15


@pytest.mark.parametrize(
    ("text", "number", "micros"),
    [
        ("30 per second", 30, SECOND),
        ("20 per minute", 20, 60 * SECOND),
        ("500 per 1h", 500, 3_600 * SECOND),
        ("5 per 10 seconds", 5, 10 * SECOND),
        ("5/s", 0, 0),
        ("100 per day", 100, 86_400 * SECOND),
        ("0 per second", 0, 0),
        ("2 per week", 0, 0),
        ("many", 0, 0),
        ("1 per 2 days", 0, 0),
        (30, 0, 0),
    ],
)
def test_a_pace_is_read(text, number, micros):
    if number:
        assert parse_pace(text) == Pace(number, micros)
        return
    with pytest.raises(LoyaltyError) as caught:
        parse_pace(text)
    assert caught.value.code == "channel/limits"


def test_a_group_has_a_pace_of_its_own():
    assert [str(one) for one in TELEGRAM.to("42")] == ["1 per 1s"]
    assert [str(one) for one in TELEGRAM.to("-42")] == ["1 per 1s", "20 per 60s"]
    assert Limits().to("@school") == ()


def test_what_an_adapter_says_of_itself():
    class Odd:
        name = "odd"
        limits = "30 per second"

    class Plain:
        name = "plain"

    assert limits_of(Plain()) == Limits()
    with pytest.raises(LoyaltyError) as caught:
        limits_of(Odd())
    assert caught.value.code == "channel/limits"
