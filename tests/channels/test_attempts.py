"""What follows an attempt: bounded waits, the next channel, the end."""

from __future__ import annotations

import math

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.channels.attempts import (
    ATTEMPTS,
    Course,
    again,
    asked_to_wait,
    coded,
    expired,
    failed,
    message_id,
    passed_on,
)
from loyaltykit.errors import Deferred, Gone, Refused

SECOND = 1_000_000
DAY = 86_400 * SECOND
FAR = 400 * DAY


def course(*channels, attempts=1, reason=None):
    return Course(status="leased", due=0, channels=channels or ("telegram", "email"), attempts=attempts, reason=reason)


def test_a_message_id_is_stable_and_tells_nothing():
    assert message_id("school", 7, "campaigns.c/1:2/message/hi") == message_id(
        "school", 7, "campaigns.c/1:2/message/hi"
    )
    assert message_id("school", 7, "a") != message_id("school", 8, "a") != message_id("other", 8, "a")
    assert len(message_id("school", 7, "ann@school.example")) == 32


@given(attempts=st.integers(1, ATTEMPTS - 1), id=st.text(max_size=40), at=st.integers(0, DAY))
def test_waits_double_within_bounds(attempts, id, at):
    after = again(course(attempts=attempts), "smtp/450", id=id, at=at, last=FAR)
    longest = min(60 * 2 ** (attempts - 1), 6 * 3600) * SECOND
    assert longest // 2 <= after.due - at <= longest
    assert (after.status, after.attempts, after.reason) == ("deferred", attempts, "smtp/450")
    assert after == again(course(attempts=attempts), "smtp/450", id=id, at=at, last=FAR)


@given(retry_after=st.floats() | st.integers(-(10**12), 10**12).map(float))
def test_what_a_channel_asks_is_heeded_within_reason(retry_after):
    wait = again(course(), "telegram/429", id="m", at=0, last=FAR, retry_after=retry_after).due
    if math.isfinite(retry_after) and retry_after > 0:
        assert min(retry_after, 86_400) * SECOND - 1 <= wait <= (min(retry_after, 86_400) + 1) * SECOND + 1
        assert asked_to_wait(Deferred("telegram/429", retry_after), 0) <= DAY
    else:
        assert 30 * SECOND <= wait <= 60 * SECOND
        assert asked_to_wait(Deferred("telegram/429", retry_after), 0) is None


def test_used_up_attempts_lead_to_the_next_channel():
    tired = again(course(attempts=ATTEMPTS), "smtp/450", id="m", at=5, last=FAR)
    assert tired == Course(status="queued", due=5, channels=("email",), reason="smtp/450")


@given(
    attempts=st.integers(ATTEMPTS, 500), at=st.integers(0, 2 * DAY - 60 * SECOND), after=st.none() | st.just(86_400.0)
)
def test_the_last_channel_is_tried_for_as_long_as_sending_is_worth_while(attempts, at, after):
    last = 2 * DAY
    found = again(course("email", attempts=attempts), "smtp/450", id="m", at=at, last=last, retry_after=after)
    assert found.status == "deferred"
    assert at + 30 * SECOND <= found.due <= last
    over = again(course("email", attempts=attempts), "smtp/450", id="m", at=last, last=last, retry_after=after)
    assert (over.status, over.channels, over.reason) == ("dead", (), "smtp/450")


def test_what_a_channel_failed_until_it_was_stale_is_dead_and_what_never_went_is_suppressed():
    dead = expired(course("email", attempts=9, reason="smtp/450"), "stale", at=7)
    assert (dead.status, dead.reason, dead.tried) == ("dead", "smtp/450", (("email", "smtp/450", 9),))
    assert expired(course("email", attempts=0, reason="telegram/500"), "stale", at=7).status == "suppressed"
    assert expired(tried_before(("telegram", "no-address", 0)), "stale", at=7).status == "suppressed"
    assert expired(course("email", reason="smtp/450"), "exited", at=7).reason == "exited"


def tried_before(*tried, **more):
    return attrs.evolve(course("email", **{"attempts": 0, **more}), tried=tried)


def test_one_that_was_handed_over_anywhere_is_dead_when_its_time_is_over():
    elsewhere = expired(tried_before(("telegram", "telegram/403", 1)), "stale", at=7)
    assert (elsewhere.status, elsewhere.reason, elsewhere.channels) == ("dead", "telegram/403", ("email",))
    night = expired(tried_before(("telegram", "telegram/500", 8), attempts=2, reason="quiet-hours"), "stale", at=7)
    assert (night.status, night.reason, night.tried[1:]) == ("dead", "telegram/500", (("email", "attempts", 2),))
    for code in ("cap", "quiet-hours"):
        assert expired(course("email", attempts=2, reason="smtp/450"), code, at=7).reason == "smtp/450"
        assert expired(course("email", attempts=0), code, at=7).status == "suppressed"
    unknown = expired(course("email", attempts=1), "stale", at=7)
    assert (unknown.status, unknown.reason, unknown.channels) == ("dead", "attempts", ())


def test_a_wait_that_outlasts_the_message_is_not_begun():
    assert again(course("email"), "smtp/450", id="m", at=0, last=10 * SECOND).status == "dead"
    assert again(course(), "smtp/450", id="m", at=0, last=10 * SECOND).channels == ("email",)


@pytest.mark.parametrize("error", [Refused("telegram/400"), Gone("telegram/403")])
def test_a_refusal_is_final_on_its_channel(error):
    after = failed(course(), error, channel="telegram", id="m", at=0, last=FAR)
    assert (after.status, after.channels, after.attempts, after.reason) == ("queued", ("email",), 0, error.code)


def test_the_reason_that_is_told_weighs_most():
    assert passed_on(course("email", reason="telegram/403"), "no-address", at=0).reason == "telegram/403"
    wish = passed_on(course("email", reason="no-address"), "no-consent", at=0)
    assert (wish.status, wish.reason) == ("suppressed", "no-consent")
    assert passed_on(course("email", reason="no-consent"), "no-address", at=0).status == "suppressed"
    assert passed_on(course("email"), "no-address", at=0).status == "dead"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Deferred("smtp/450"), "smtp/450"),
        (Refused("ann@school.example is not here"), "email/error"),
        (Gone("smtp/ann@school.example"), "email/error"),
        (ConnectionError("ann@school.example"), "email/error"),
        (KeyError("token"), "email/error"),
    ],
)
def test_a_stored_code_holds_nobodys_data(error, code):
    assert coded(error, "email") == code
    assert failed(course("email"), error, channel="email", id="m", at=0, last=FAR).reason == code
