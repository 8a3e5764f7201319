"""Limits of channels: kept over batches, passes and processes, at nobody's expense."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import count

import pytest

from loyaltykit.channels import Limits
from loyaltykit.errors import Deferred, LoyaltyError
from tests.app.post import NOON, Post, event, join, school

SECOND = dt.timedelta(seconds=1)
MINUTE = 60 * SECOND
AWAKE = {"quiet_hours": None, "channels": ["telegram"]}


@pytest.fixture(params=["memory", "sqlite"])
def store(request, url):
    return "memory:" if request.param == "memory" else url


class Clock:
    """A clock that moves by what is waited, and by what sending takes."""

    def __init__(self, at=NOON):
        self.at = at

    def __call__(self):
        return self.at

    def pause(self, seconds):
        self.at += seconds * SECOND


class Timed(Post):
    """Notes when each message arrived."""

    def __init__(self, name, clock, limits, *, takes=0.0):
        super().__init__(name)
        self.clock, self.limits, self.takes, self.times = clock, limits, takes, []

    def send(self, message):
        self.clock.pause(self.takes)
        self.times.append(self.clock.at)
        return super().send(message)


def greeted(kit, number, *, member="m", **attributes):
    for one in range(number):
        join(kit, f"{member}{one}", **attributes)
    kit.record_many([event(f"h-{member}{one}", member=f"{member}{one}") for one in range(number)])


def most_in(times, window):
    """The most messages in any half-open window of a length."""
    return max(sum(first <= one < first + window for one in times) for first in times)


@pytest.mark.parametrize("takes", [0.0, 0.01])
def test_all_of_them_go_at_the_channels_pace(store, takes):
    clock = Clock()
    telegram = Timed("telegram", clock, Limits(overall="30 per second"), takes=takes)
    with school(telegram, store=store, clock=clock, contact=AWAKE) as kit:
        greeted(kit, 100)
        made = kit.deliver(pause=clock.pause)
        assert (made.sent, made.deferred, made.limited) == (100, 0, ())
        assert most_in(telegram.times, SECOND) == 30
        seconds = (clock.at - NOON).total_seconds()
        assert seconds <= 100 / 30 * (1 + 30 * takes) + 1
        assert {row.attempts for row in kit._journal.store.letters(limit=500)} == {1}


def test_an_instant_that_is_given_moves_by_what_is_waited(store):
    waited = []
    telegram = Post()
    telegram.limits = Limits(overall="2 per second")
    with school(telegram, store=store, contact=AWAKE) as kit:
        greeted(kit, 5)
        assert kit.deliver(NOON, pause=waited.append).sent == 5
        assert sum(waited) == 2
        assert Counter(one.done for one in kit.outbox()) == {NOON: 2, NOON + SECOND: 2, NOON + 2 * SECOND: 1}


def test_one_busy_chat_holds_nobody_up(store):
    clock = Clock()
    telegram = Timed("telegram", clock, Limits(each="1 per second"))
    with school(telegram, store=store, clock=clock, contact=AWAKE) as kit:
        join(kit, "busy")
        kit.record_many([event(f"b{number}", member="busy") for number in range(8)])
        greeted(kit, 60)
        assert kit.deliver(pause=clock.pause).sent == 68
        when = {message.member: at for message, at in zip(telegram.taken, telegram.times, strict=True)}
        assert max(at for member, at in when.items() if member != "busy") == NOON
        busy = [at for message, at in zip(telegram.taken, telegram.times, strict=True) if message.member == "busy"]
        assert busy == [NOON + number * SECOND for number in range(8)]


def test_a_group_has_twenty_a_minute(store):
    clock = Clock()
    telegram = Timed("telegram", clock, Limits(each="1 per second", group="20 per minute"))
    with school(telegram, store=store, clock=clock, contact=AWAKE) as kit:
        greeted(kit, 30, telegram="-100")
        made = kit.deliver(pause=clock.pause)
        assert (made.sent, made.deferred, made.limited) == (20, 10, ("telegram",))
        assert {one.reason for one in kit.outbox(status="deferred")} == {"pace"}
        clock.at = NOON + 2 * MINUTE
        assert kit.deliver(pause=clock.pause).sent == 10
        assert most_in(telegram.times, MINUTE) == 20


def test_other_channels_go_on_while_one_is_full(store):
    clock = Clock()
    telegram, email = Timed("telegram", clock, Limits(overall="1 per second")), Timed("email", clock, None)
    contact = {**AWAKE, "channels": ["telegram", "email"]}
    with school(telegram, email, store=store, clock=clock, contact=contact) as kit:
        greeted(kit, 4)
        greeted(kit, 100, member="e", channel="email")
        assert kit.deliver(pause=clock.pause).sent == 104
        assert set(email.times) == {NOON}
        assert telegram.times == [NOON + number * SECOND for number in range(4)]


def test_a_limit_of_hours_is_left_to_later_passes(store):
    email = Post("email")
    email.limits = Limits(overall="3 per hour")
    with school(email, store=store, contact={"quiet_hours": None, "channels": ["email"]}) as kit:
        greeted(kit, 5)
        made = kit.deliver(NOON, pause=pytest.fail)
        assert (made.sent, made.deferred, made.limited) == (3, 0, ("email",))
        assert kit.deliver(NOON + MINUTE, pause=pytest.fail).sent == 0
        assert {one.status for one in kit.outbox()} == {"sent", "queued"}
        assert kit.deliver(NOON + 60 * MINUTE, pause=pytest.fail).sent == 2


def test_two_processes_keep_one_limit(url):
    clock = Clock()
    options = {"store": url, "clock": clock, "contact": AWAKE}
    limits = Limits(overall="10 per second", each="1 per second")
    one, two = Timed("telegram", clock, limits), Timed("telegram", clock, limits)
    with school(one, **options) as first, school(two, **options) as second:
        greeted(first, 60)
        for _ in range(20):
            first.deliver(pause=clock.pause, limit=7)
            second.deliver(pause=clock.pause, limit=5)
        assert len(one.times + two.times) == 60
        assert min(len(one.times), len(two.times)) > 10
        assert most_in(one.times + two.times, SECOND) == 10


def test_a_clock_that_stands_still_ends_the_pass(store):
    telegram = Post()
    telegram.limits = Limits(overall="2 per second")
    with school(telegram, store=store, clock=lambda: NOON, contact=AWAKE) as kit:
        greeted(kit, 5)
        assert kit.deliver(pause=lambda _: None).sent == 2


def test_who_says_stop_is_heard_while_it_waits(store):
    telegram = Post()
    telegram.limits = Limits(overall="1 per 4s")
    with school(telegram, store=store, contact=AWAKE) as kit:
        greeted(kit, 5)
        waited = []
        assert kit.deliver(NOON, pause=waited.append, stop=lambda: len(waited) >= 2).sent == 1
        assert len(waited) == 2


def test_a_rehearsal_is_not_held_up(store):
    telegram = Post()
    telegram.limits = Limits(overall="1 per hour")
    with school(telegram, store=store, contact=AWAKE) as kit:
        greeted(kit, 5)
        assert kit.deliver(NOON, rehearse=True, pause=pytest.fail).sent == 5
        assert kit.deliver(NOON, pause=pytest.fail).sent == 1


def test_what_is_remembered_of_attempts_names_nobody(url):
    telegram = Post()
    telegram.limits = Limits(each="1 per second")
    with school(telegram, store=url, contact=AWAKE) as kit:
        greeted(kit, 1)
        kit.deliver(NOON)
        store = kit._journal.store
        ((_, _, _, _, slot, failed),) = store._all("SELECT * FROM loyalty_attempt", ())
        assert "tg" not in slot
        assert (len(slot), failed) == (32, 0)
        kit.deliver(NOON + dt.timedelta(days=1, seconds=1))
        assert store._all("SELECT * FROM loyalty_attempt", ()) == []


def test_limits_that_are_none_are_refused():
    telegram = Post()
    telegram.limits = 30
    with pytest.raises(LoyaltyError) as caught:
        school(telegram)
    assert caught.value.code == "channel/limits"


def test_what_another_process_sent_meanwhile_is_not_waited_for(url):
    ours, theirs = Post(), Post()
    ours.limits = theirs.limits = Limits(each="1 per second")
    with school(ours, store=url) as kit, school(theirs, store=url) as other:
        join(kit)
        kit.record_many([event("h1"), event("h2")])
        asked = count()
        kit.deliver(
            NOON,
            pause=lambda _: other.deliver(NOON + dt.timedelta(seconds=2)),
            stop=lambda: next(asked) > 100,
        )
        assert next(asked) < 20
    assert (len(ours.taken), len(theirs.taken)) == (1, 1)


def test_a_channel_that_does_not_work_and_has_no_room_ends_the_pass(store):
    telegram = Post("telegram", *[Deferred("telegram/500")] * 8)
    telegram.limits = Limits(overall="8 per hour")
    with school(telegram, store=store, contact={"channels": ["telegram"], "quiet_hours": None}) as kit:
        greeted(kit, 8)
        assert kit.deliver(NOON).degraded == ("telegram",)
        kit.record_many([event(f"second{number}", member=f"m{number}") for number in range(8)])
        asked = count()
        kit.deliver(NOON + dt.timedelta(minutes=10), stop=lambda: next(asked) > 300)
        assert next(asked) < 100
        kit.deliver(NOON + dt.timedelta(hours=2), pause=lambda _: None)
        kit.deliver(NOON + dt.timedelta(hours=4), pause=lambda _: None)
    assert len(telegram.taken) == 16
