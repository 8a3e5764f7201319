"""Several deliverers, each with channels of its own: none kills what another one can send."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.app.post import DAY, HOUR, NOON, Post, event, join, school

MINUTE = dt.timedelta(minutes=1)


def standing(kit):
    (one,) = kit.outbox()
    return one.status, one.channel, one.channels


@pytest.fixture
def telegram():
    return Post()


@pytest.fixture
def email():
    return Post("email")


def test_each_takes_what_it_serves(url, telegram, email):
    with school(telegram, store=url) as one, school(email, store=url, elsewhere=["telegram"]) as other:
        join(one, email=None)
        one.record(event("h1"))
        for _ in range(3):
            assert other.deliver(NOON).to_dict()["dead"] == 0
        assert standing(other) == ("queued", None, ("telegram", "email"))
        assert one.deliver(NOON + MINUTE).sent == 1
    assert [message.member for message in telegram.taken] == ["ann"]
    assert email.taken == []


def test_what_is_meant_for_another_channel_waits_an_hour_for_who_serves_it(url, telegram, email):
    with school(email, store=url, elsewhere=["telegram"]) as kit:
        join(kit)
        kit.record(event("h1"))
        assert kit.deliver(NOON + HOUR).sent == 0
        assert kit.deliver(NOON + HOUR + MINUTE).sent == 1
    assert telegram.taken == []


def test_what_one_cannot_send_is_left_to_the_other(url, telegram, email):
    with school(telegram, store=url) as one, school(email, store=url) as other:
        join(one, telegram=None)
        one.record(event("h1"))
        assert one.deliver(NOON).to_dict()["dead"] == 0
        assert standing(one) == ("deferred", None, ("email",))
        assert one.deliver(NOON + HOUR).deferred == 0
        assert other.deliver(NOON + HOUR).sent == 1


def test_a_channel_without_anybody_is_not_given_up(url, telegram, email):
    with school(telegram, store=url) as one, school(email, store=url) as other:
        join(one, email=None)
        one.record(event("h1"))
        assert other.deliver(NOON + HOUR + MINUTE).dead == 0
        assert standing(other) == ("deferred", None, ("telegram",))
        assert one.deliver(NOON + 2 * HOUR).sent == 1


def test_what_nobody_serves_ends_as_stale_and_keeps_no_other_back(url, email):
    with school(email, store=url, contact={"stale": "1 month", "channels": ["telegram"]}) as kit:
        for number in range(60):
            join(kit, f"m{number}")
            kit.record(event(f"h{number}", member=f"m{number}"))
        join(kit, "own", channel="email")
        kit.record(event("own", member="own"))
        assert kit.deliver(NOON, limit=5).sent == 1
        assert kit.deliver(NOON + 40 * DAY).suppressed == 60
