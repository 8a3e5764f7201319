"""A channel that does not work is left for the member's next one, tried now and then, and taken again."""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter

import pytest

from loyaltykit.errors import Deferred
from tests.app.post import NOON, Post, event, join, school

MINUTE = dt.timedelta(minutes=1)
AWAKE = {"quiet_hours": None, "channels": ["telegram", "email"]}
ALONE = {"quiet_hours": None, "channels": ["telegram"]}


@pytest.fixture(params=["memory", "sqlite"])
def store(request, url):
    return "memory:" if request.param == "memory" else url


class Down(Post):
    """Takes nothing while it is down."""

    def __init__(self, name="telegram", *, down=True, error=None):
        super().__init__(name)
        self.down, self.error, self.tried = down, error or Deferred("telegram/500"), []

    def send(self, message):
        self.tried.append(message.member)
        if self.down:
            raise self.error
        return super().send(message)


def greeted(kit, number, *, at=NOON, member="m"):
    for one in range(number):
        join(kit, f"{member}{one}")
    kit.record_many([event(f"h-{member}{one}", member=f"{member}{one}", at=at) for one in range(number)])


def passes(kit, minutes, *, start=0):
    total = Counter()
    for minute in range(start, minutes):
        made = kit.deliver(NOON + minute * MINUTE)
        total.update(sent=made.sent, dead=made.dead)
    return total, made


def test_a_channel_that_is_down_is_left_for_the_next_one_after_a_quarter_of_an_hour(store, caplog):
    telegram, email = Down(), Post("email")
    with school(telegram, email, store=store, contact=AWAKE) as kit, caplog.at_level(logging.WARNING):
        greeted(kit, 80)
        first = kit.deliver(NOON)
        assert first.degraded == ("telegram",)
        assert len(telegram.tried) < 20
        assert passes(kit, 15, start=1)[0]["sent"] == 0
        total, _ = passes(kit, 18, start=15)
        assert total["sent"] == len(email.taken) == 80
        assert len(telegram.tried) < 30
        assert {one.channels[-1:] for one in kit.outbox(limit=300)} == {("telegram",)}
    assert "channel telegram does not work" in caplog.text


def test_it_is_tried_now_and_then_and_taken_again(store, caplog):
    telegram = Down()
    with school(telegram, store=store, contact=ALONE) as kit, caplog.at_level(logging.WARNING):
        greeted(kit, 100)
        passes(kit, 30)
        tried = len(telegram.tried)
        assert tried < 20
        telegram.down = False
        total, made = passes(kit, 62, start=30)
        assert total["sent"] == 100
        assert made.degraded == ()
        assert {one.status for one in kit.outbox(limit=200)} == {"sent"}
    assert "channel telegram works again" in caplog.text


def test_a_channel_that_wants_peace_for_a_day_is_not_given_a_day(store):
    telegram = Down(error=Deferred("telegram/429", 86_400))
    with school(telegram, store=store, contact=ALONE) as kit:
        greeted(kit, 100)
        made = kit.deliver(NOON)
        assert (len(telegram.tried), made.deferred) == (1, 50)
        telegram.down = False
        total, _ = passes(kit, 4, start=1)
        assert total["sent"] == 99  # the one that it was said of waits as it was told
        assert kit.deliver(NOON + dt.timedelta(days=1, seconds=1)).sent == 1


def test_where_most_arrive_nobody_is_moved(store):
    class Half(Post):
        count = 0

        def send(self, message):
            self.count += 1
            if self.count % 5 < 2:
                raise Deferred("telegram/500")
            return super().send(message)

    telegram, email = Half(), Post("email")
    with school(telegram, email, store=store, contact=AWAKE) as kit:
        greeted(kit, 60)
        total, _ = passes(kit, 90)
        assert total["sent"] == len(telegram.taken) == 60
        assert email.taken == []


def test_another_process_knows_what_the_last_one_learned(url):
    telegram = Down()
    with school(telegram, store=url, contact=ALONE) as kit:
        greeted(kit, 60)
        kit.deliver(NOON)
    tried = len(telegram.tried)
    with school(telegram, store=url, contact=ALONE) as kit:
        greeted(kit, 60, member="n", at=NOON + MINUTE / 4)
        made = kit.deliver(NOON + MINUTE / 2)
        assert made.degraded == ("telegram",)
        assert len(telegram.tried) == tried


def test_a_channel_that_fails_one_member_is_left_by_that_member_alone(store):
    class Picky(Post):
        def send(self, message):
            if message.member == "ann":
                raise Deferred("telegram/500")
            return super().send(message)

    telegram, email = Picky(), Post("email")
    with school(telegram, email, store=store, contact={**AWAKE, "stale": "30d"}) as kit:
        join(kit)
        greeted(kit, 30)
        kit.record(event("a1"))
        for minute in (0, 2, 6):
            kit.deliver(NOON + minute * MINUTE)
        kit.record(event("a2", at=NOON + 20 * MINUTE))
        made = kit.deliver(NOON + 20 * MINUTE)
        assert made.degraded == ()
        assert [message.member for message in email.taken] == ["ann"]
        kit.record(event("b2", member="m1", at=NOON + 21 * MINUTE))
        kit.deliver(NOON + 21 * MINUTE)
        assert telegram.taken[-1].member == "m1"
        assert len(email.taken) == 1


def test_both_channels_down_lose_nothing(store):
    telegram, email = Down(), Down("email", error=Deferred("smtp/451"))
    with school(telegram, email, store=store, contact=AWAKE) as kit:
        greeted(kit, 50)
        assert passes(kit, 40)[1].degraded == ("email", "telegram")
        telegram.down = email.down = False
        total, made = passes(kit, 160, start=40)
        assert (total["sent"], made.degraded) == (50, ())


def test_a_refusal_says_nothing_against_the_channel(store):
    from loyaltykit.errors import Gone, Refused

    telegram = Post("telegram", *[Refused("telegram/400"), Gone("telegram/403")] * 20)
    with school(telegram, store=store, contact=ALONE) as kit:
        greeted(kit, 60)
        made = kit.deliver(NOON)
        assert (made.sent, made.dead, made.degraded) == (20, 40, ())
