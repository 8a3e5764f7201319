"""A channel that stalls holds others up for no more than its share of time, and loses nothing by it."""

from __future__ import annotations

import datetime as dt
from itertools import count

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.channels import Limits
from loyaltykit.channels.protocol import Receipt
from loyaltykit.errors import Deferred
from tests.app.post import NOON, event, join, program

HOUR = dt.timedelta(hours=1)
EACH = 150
USUAL = 0.01


class Watch:
    """A clock that channels move."""

    now = 0.0

    def __call__(self):
        return self.now


class Slow:
    """A channel that takes its time; `fault` says what becomes of the first attempt at its n-th message."""

    address = None

    def __init__(self, name, watch, log, *, fault=None, limits=None):
        self.name, self.limits = name, limits
        self._watch, self._log, self._fault = watch, log, fault
        self._tried = []

    def send(self, message):
        first = message.id not in self._tried
        self._tried.append(message.id)
        seconds, taken = self._fault(len(self._tried)) if first and self._fault else (USUAL, True)
        self._watch.now += seconds
        if not taken:
            raise Deferred(f"{self.name}/timeout")
        self._log.append((self._watch.now, self.name, message.member))
        return Receipt(message=message.id)


def stalling(seconds, *, begins=0):
    """Every tenth message stalls and is not taken."""
    return lambda number: (seconds, False) if number > begins and number % 10 == 5 else (USUAL, True)


def slowing(seconds, *, begins):
    """All that it takes takes longer from then on."""
    return lambda number: (seconds if number > begins else USUAL, True)


def refusing(share):
    """So many of ten are not taken, and at once."""
    return lambda number: (USUAL, number % 10 >= share)


def sent(*faults, url="memory:", limits=None):
    """What was sent when, of a calm channel and others that take turns."""
    watch, log = Watch(), []
    others = [Slow(f"odd{number}", watch, log, fault=fault) for number, fault in enumerate(faults)]
    names = [*(one.name for one in others), "calm"]
    channels = [*others, Slow("calm", watch, log, limits=limits)]
    with Loyalty(program(channels=["calm"], quiet_hours=None, stale="60d"), store=url, channels=channels) as kit:
        members = [f"{number:03}-{name}" for number in range(EACH) for name in names]
        for member in members:
            join(kit, member, channel=member[4:])
        kit.record_many([event(f"h-{member}", member=member) for member in members])
        for step in range(100):
            kit.deliver(NOON + step * HOUR, timer=watch, pause=lambda _: None)
        assert kit.dead() == ()
    assert sorted(member for _, _, member in log) == sorted(members)  # each once, whatever it was
    return log


def ended(log, name="calm"):
    return max(at for at, channel, _ in log if channel == name)


@pytest.mark.parametrize(
    "fault",
    [
        stalling(0.25), stalling(0.25, begins=75), slowing(0.2, begins=1), slowing(0.2, begins=40), refusing(4),
        refusing(10),
    ],
)  # fmt: skip
def test_a_faulty_channel_slows_others_by_less_than_a_tenth(fault):
    healthy = ended(sent(None))
    assert healthy == pytest.approx(2 * EACH * USUAL, rel=0.01)
    saved = (
        0.5 + 0.25
    )  # what a channel may lose at first, and one stall more: the rest is the tenth, however long it runs
    assert ended(sent(fault)) < healthy / 0.9 + saved


def test_one_long_stall_is_the_last_while_others_are_due():
    stall = 30.0
    assert stall < ended(sent(stalling(stall))) < stall + 2 * EACH * USUAL


def test_of_two_that_stall_each_has_a_share_and_neither_waits_for_the_other_for_good():
    log = sent(stalling(1.0), stalling(1.0))
    assert ended(log) < 3 * EACH * USUAL + 2 * 1.0
    assert ended(log, "odd0") > ended(log)
    assert ended(log, "odd1") > ended(log)


def test_all_that_stalls_is_sent_when_nothing_else_is_due(url):
    log = sent(stalling(1.0), url=url)
    assert ended(log, "odd0") > ended(log)


def test_others_that_wait_for_a_limit_keep_no_stalling_channel_waiting():
    log = sent(stalling(1.0), limits=Limits(overall="10 per hour"))
    assert ended(log, "odd0") < ended(log)


@pytest.mark.parametrize(
    ("fault", "limits"), [(lambda number: (30.0, number == 3), None), (refusing(10), Limits(overall="1 per hour"))]
)
def test_what_waits_for_an_earlier_message_of_a_channel_that_waits_ends_the_pass_and_goes_later(url, fault, limits):
    """Both of a member's messages stay: the later one is not asked again and again meanwhile."""
    watch, log = Watch(), []
    channel = Slow("odd", watch, log, fault=fault, limits=limits)
    with Loyalty(program(channels=["odd"], quiet_hours=None, stale="60d"), store=url, channels=[channel]) as kit:
        join(kit)
        join(kit, "bob")
        kit.record(event("first"))
        assert kit.deliver(NOON, timer=watch, pause=lambda _: None).deferred == 1
        kit.record(event("between", member="bob"))
        kit.record(event("second"))
        for step in range(1, 6):
            asked = count()
            kit.deliver(NOON + step * HOUR, timer=watch, pause=lambda _: None, stop=lambda: next(asked) > 100)  # noqa: B023
            assert next(asked) < 20
    assert sorted(member for _, _, member in log) == ["ann", "ann", "bob"]
