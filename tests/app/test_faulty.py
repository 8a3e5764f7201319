"""Receivers that reset, stall and lie, by a seed: what was committed arrives, every attempt ends, others go at once."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack

import pytest

from benchmarks.faults.receivers import SHARES, Faults, mail, telegram, webhook
from loyaltykit.app import Loyalty
from loyaltykit.channels.attempts import ATTEMPTS
from tests.app.post import NOON, Post, event, join, program
from tests.invariants.profile import TIMES

HOUR = dt.timedelta(hours=1)
MESSAGES = 200 * TIMES
"""So many that some fail again and again; it takes seconds. With LOYALTYKIT_EXAMPLES=50 they are 10,000."""
CALM = 20


def committed(kit, name):
    for number in range(1, MESSAGES + 1):
        join(kit, f"m{number}", telegram=str(number), channel=name)
    for number in range(CALM):
        join(kit, f"calm{number}", channel="calm")
    members = [*(f"m{number}" for number in range(1, MESSAGES + 1)), *(f"calm{number}" for number in range(CALM))]
    kit.record_many([event(f"h-{member}", member=member) for member in members])


@pytest.mark.parametrize("receiver", [mail, telegram, webhook])
def test_all_that_was_committed_arrives_and_others_go_at_once(receiver, url):
    there, adapter = receiver(Faults(6, SHARES))
    calm = Post("calm", address=None)
    with there:
        channel = adapter()
        rules = program(channels=[channel.name], quiet_hours=None, stale="60d")
        with ExitStack() as stack, Loyalty(rules, store=url, channels=[channel, calm]) as kit:
            stack.callback(getattr(channel, "close", int))
            committed(kit, channel.name)
            first = kit.deliver(NOON)
            assert first.channels["calm"] == {"sent": CALM}
            sent = first.sent
            for step in range(1, 60 * 24 * 2):
                if sent == MESSAGES + CALM:
                    break
                sent += kit.deliver(NOON + step * HOUR / 2).sent
            assert kit.dead() == ()
            assert sent == MESSAGES + CALM
    assert len(there.taken) == MESSAGES
    assert {"reset", "lost", "error", "busy"} <= set(there.seen)
    repeats = sum(there.taken.values()) - MESSAGES
    assert repeats <= sum(there.seen[name] for name in ("lost", "drip", "endless"))  # only where the answer was lost
    assert there.strayed == 0


def test_the_last_channel_is_tried_until_a_message_is_taken_however_often_it_fails(url):
    """So that nothing is dead before its time is over: more attempts than a channel has that is not the last one."""
    there, adapter = webhook(Faults(6, {"error": 85}))
    rules = program(channels=["webhook"], quiet_hours=None, stale="60d")
    with there, Loyalty(rules, store=url, channels=[adapter()]) as kit:
        for number in range(10):
            join(kit, f"m{number}")
            kit.record(event(f"h-{number}", member=f"m{number}"))
        for step in range(24 * 2 * 20):
            kit.deliver(NOON + step * HOUR / 2)
            if len(there.taken) == 10:
                break
        assert kit.dead() == ()
        letters = kit._journal.store.letters(limit=20)
    assert [one.status for one in letters] == ["sent"] * 10
    assert max(one.attempts for one in letters) > ATTEMPTS
