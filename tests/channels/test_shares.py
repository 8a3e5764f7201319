"""A channel that loses more than its share of time owes, and owes no more when enough time has passed."""

from __future__ import annotations

import pytest

from loyaltykit.channels.shares import OWED, SAVED, SHARE, Shares


def usual(seconds=0.1):
    """Accounts in which one channel is known, and the instant."""
    shares = Shares()
    for step in range(10):
        shares.used("a", seconds, step * seconds, taken=True, again=False)
    return shares, 10 * seconds


def test_healthy_messages_cost_nothing_however_long_they_take():
    shares, end = usual(20.0)
    shares.used("a", 29.0, end + 29, taken=True, again=False)
    assert shares.owing(end + 29) == ()


def test_a_stall_is_paid_in_full_and_no_earlier():
    shares, end = usual()
    end += 30
    shares.used("a", 30.1, end, taken=False, again=False)
    over = end + (30 - SAVED) / SHARE
    assert shares.owing(end) == shares.owing(over - 1) == ("a",)
    assert shares.owing(over + 1) == ()
    assert not shares.owes("b", end)


def test_a_process_that_was_stopped_for_hours_owes_no_more_than_minutes():
    shares, end = usual()
    end += 36_000
    shares.used("a", 36_000, end, taken=False, again=False)
    assert shares.owing(end + OWED / SHARE - 1) == ("a",)
    assert shares.owing(end + OWED / SHARE + 1) == ()


def test_a_fault_that_costs_no_more_than_a_message_is_free_once():
    shares, end = usual()
    for step in range(100):
        shares.used("a", 0.1, end + step, taken=False, again=False)
    assert shares.owing(end + 100) == ()
    for step in range(100):
        shares.used("a", 0.1, end + 100 + step / 5, taken=True, again=True)
    assert shares.owing(end + 120) == ("a",)


def test_a_message_that_is_taken_far_slower_than_usual_costs_the_rest():
    shares, end = usual()
    shares.used("a", 0.3, end, taken=True, again=False)
    assert shares.owing(end) == ()
    shares.used("a", 5.1, end, taken=True, again=False)
    over = end + (0.2 + 5.0 - SAVED) / SHARE
    assert shares.owing(over - 1) == ("a",)
    assert shares.owing(over + 1) == ()


def test_a_receiver_that_slows_down_does_not_become_the_usual_thing():
    shares, end = usual()
    for step in range(1000):
        shares.used("a", 5.0, end + 5 * step, taken=True, again=False)
    shares.forgive(end + 5000)
    shares.used("a", 5.0, end + 5005, taken=True, again=False)
    assert shares.owing(end + 5005) == ("a",)


def test_the_first_message_says_what_is_usual_until_quicker_ones_do():
    shares = Shares()
    shares.used("a", 5.0, 5.0, taken=True, again=False)
    for step in range(3):
        shares.used("a", 0.1, 6.0 + step, taken=True, again=False)
    shares.used("a", 5.0, 14.0, taken=True, again=False)
    assert shares.owing(14.0) == ("a",)


def test_what_is_owed_is_forgiven_and_counts_anew_from_then_on():
    shares, end = usual()
    shares.used("a", 1e6, end, taken=False, again=False)
    shares.forgive(end)
    assert shares.owing(end) == ()
    shares.used("a", SAVED + 0.2, end, taken=False, again=False)
    assert shares.owing(end) == ("a",)


@pytest.mark.parametrize("taken", [True, False])
def test_over_a_long_time_no_more_than_the_share_is_lost(taken):
    (shares, now), lost = usual(), 0.0
    began = now
    for _ in range(10_000):
        if shares.owes("a", now):
            now += 0.1
            continue
        now += 2.0
        lost += 1.9
        shares.used("a", 2.0, now, taken=taken, again=False)
    assert lost / (now - began) == pytest.approx(SHARE, rel=0.05)
