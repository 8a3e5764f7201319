"""When a channel is left alone, and when it is tried again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.channels.circuit import ASKS, FEWEST, FIRST_PAUSE, LONGEST_PAUSE, RECENT, Circuit

SECOND = 1_000_000
DAY = 86_400 * SECOND


def failing(number=FEWEST, at=0):
    return Circuit((at, True) for _ in range(number))


def test_a_few_failures_are_no_reason():
    circuit = failing(FEWEST - 1)
    assert (circuit.state(0), circuit.until(0)) == ("closed", 0)


def test_mostly_failures_open_it():
    circuit = failing()
    assert (circuit.state(0), circuit.until(0)) == ("open", FIRST_PAUSE)
    assert circuit.state(FIRST_PAUSE) == "half-open"
    assert circuit.until(FIRST_PAUSE) == FIRST_PAUSE


def test_a_channel_that_takes_most_is_closed():
    circuit = Circuit((at, at % 5 < 3) for at in range(1_000))  # six of ten fail
    assert circuit.state(1_000) == "closed"


def test_what_failed_long_ago_does_not_count():
    circuit = failing(FEWEST - 1)
    circuit.heard(RECENT, failed=True)
    assert circuit.state(RECENT) == "closed"


def test_one_message_that_is_taken_closes_it():
    circuit = failing()
    circuit.heard(FIRST_PAUSE, failed=False)
    assert circuit.state(FIRST_PAUSE) == "closed"
    circuit.heard(FIRST_PAUSE, failed=True)
    assert circuit.state(FIRST_PAUSE) == "closed"


def test_each_try_that_fails_doubles_the_pause_up_to_half_an_hour():
    circuit, at, pauses = failing(), 0, []
    for _ in range(8):
        then = circuit.until(at)
        pauses.append((then - at) // FIRST_PAUSE)
        at = then
        circuit.heard(at, failed=True)
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]


def test_one_answer_does_not_stop_a_channel_for_a_day():
    circuit = Circuit()
    circuit.asked(0, DAY)
    assert (circuit.until(0), circuit.degraded) == (FIRST_PAUSE, False)
    circuit.heard(FIRST_PAUSE, failed=False)
    circuit.asked(FIRST_PAUSE, DAY)
    assert circuit.until(FIRST_PAUSE) == 2 * FIRST_PAUSE


def test_a_channel_that_asks_again_and_again_is_degraded():
    circuit, at = Circuit(), 0
    for _ in range(ASKS):
        circuit.asked(at, DAY)
        at = circuit.until(at)
    assert circuit.degraded
    circuit.heard(at, failed=False)
    assert not circuit.degraded


def test_a_short_wish_is_kept():
    circuit = Circuit()
    circuit.asked(0, 5 * SECOND)
    assert circuit.until(0) == 5 * SECOND


@given(st.lists(st.tuples(st.integers(0, 600), st.sampled_from(["ok", "failed", "asked"])), max_size=80))
def test_it_never_stays_away_longer_than_half_an_hour(steps):
    circuit, at = Circuit(), 0
    for seconds, what in steps:
        at += seconds * SECOND
        if what == "asked":
            circuit.asked(at, at + DAY)
        else:
            circuit.heard(at, failed=what == "failed")
        assert at <= circuit.until(at) <= at + LONGEST_PAUSE
        assert what != "ok" or circuit.until(at) == at
