"""A message that has one channel left is stale when its time is over, and is not given up before."""

from __future__ import annotations

import datetime as dt

import pytest

from loyaltykit.channels import Limits
from loyaltykit.errors import Deferred
from tests.app.post import HOUR, NOON, Post, event, join, school

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(params=["memory", "sqlite"])
def store(request, url):
    return "memory:" if request.param == "memory" else url


def standing(kit):
    return [(one.status, one.reason) for one in kit.outbox()]


def test_one_that_waits_for_a_limit_longer_than_it_lives_is_stale_then(store):
    telegram = Post()
    telegram.limits = Limits(each="1 per day")
    with school(telegram, store=store, contact={"quiet_hours": None, "channels": ["telegram"], "stale": "12h"}) as kit:
        join(kit)
        kit.record_many([event("h1"), event("h2")])
        for step in range(12):
            assert kit.deliver(NOON + step * HOUR).dead == 0
            assert sorted(standing(kit)) == [("deferred", "pace"), ("sent", None)]
        for step in range(8):
            kit.deliver(NOON + 12 * HOUR + step * MINUTE)
        assert sorted(standing(kit)) == [("sent", None), ("suppressed", "stale")]
        assert kit.dead() == ()
    assert len(telegram.taken) == 1


@pytest.mark.parametrize(("channels", "ends"), [(["telegram"], ("suppressed", "stale")), (["telegram", "email"], None)])
def test_one_whose_channel_asks_to_be_left_alone_is_stale_or_takes_the_next(store, channels, ends):
    telegram, email = Post("telegram", Deferred("telegram/429", 3600.0)), Post("email")
    contact = {"quiet_hours": None, "channels": channels, "stale": "10m"}
    with school(telegram, email, store=store, contact=contact) as kit:
        for member in ("ann", "bob"):
            join(kit, member)
            kit.record(event(f"h-{member}", member=member))
        kit.deliver(NOON + dt.timedelta(minutes=9, seconds=30))
        assert {one.member: (one.status, one.reason) for one in kit.outbox()}["bob"] == (ends or ("sent", None))
        kit.deliver(NOON + HOUR)
    assert telegram.taken == []
    assert sorted(one.member for one in email.taken) == ([] if ends else ["ann", "bob"])
