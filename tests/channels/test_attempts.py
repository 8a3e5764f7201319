"""What follows an attempt: bounded waits, the next channel, the end."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.channels.attempts import (
    ATTEMPTS,
    Course,
    again,
    asked_to_wait,
    coded,
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


def test_used_up_attempts_lead_to_the_next_channel_and_then_to_the_end():
    tired = again(course(attempts=ATTEMPTS), "smtp/450", id="m", at=5, last=FAR)
    assert tired == Course(status="queued", due=5, channels=("email",), reason="smtp/450")
    dead = again(course("email", attempts=ATTEMPTS), "smtp/450", id="m", at=5, last=FAR)
    assert (dead.status, dead.channels, dead.reason) == ("dead", (), "smtp/450")


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
