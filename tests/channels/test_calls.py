"""HTTP calls of adapters: what an answer means, what no answer is, and what nobody gets to read."""

from __future__ import annotations

import datetime as dt
import email.utils
import logging
import math
import time
import traceback

import pytest
import urllib3
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import Deferred, Gone, LoyaltyError, Refused
from loyaltykit.channels import Answer, Calls
from loyaltykit.testing import HttpReply, HttpStandIn

NAME = "messenger"
PRIVATE = "70001234567"


@pytest.fixture
def service():
    with HttpStandIn() as found:
        yield found


@pytest.fixture
def calls(service):
    found = Calls(NAME, base_url=f"{service.url}/v1/", timeout=0.4, headers={"Authorization": "Bearer t-0815"})
    yield found
    found.close()


def test_json_goes_out_and_comes_back(service, calls):
    service.say(HttpReply.json({"id": 7}))
    answer = calls.post("/messages", {"text": "Привет"}, query={"to": "a b&c"}, headers={"X-Id": "m1"})
    (request,) = service.requests
    assert (request.method, request.path, request.query) == ("POST", "/v1/messages", {"to": "a b&c"})
    assert request.json() == {"text": "Привет"}
    assert request.headers["content-type"] == "application/json"
    assert (request.headers["authorization"], request.headers["x-id"]) == ("Bearer t-0815", "m1")
    assert (answer.ok, answer.json()) == (True, {"id": 7})
    assert repr(answer) == "Answer(status=200)"


def test_bytes_go_as_they_are_and_other_methods_have_no_body(service, calls):
    calls.post("raw", b"\x00\x01", headers={"Content-Type": "text/plain"})
    calls.call("GET", "me")
    assert [(one.method, one.body) for one in service.requests] == [("POST", b"\x00\x01"), ("GET", b"")]
    assert service.requests[0].headers["content-type"] == "text/plain"


def test_a_connection_is_kept(service, calls):
    for _ in range(3):
        calls.post("messages", {})
    assert service.open == 1


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (HttpReply(reset=True), "connection"),
        (HttpReply(delay=math.inf), "timeout"),
        (HttpReply(body=b"x" * 10_000, drip=0.02), "timeout"),
        (HttpReply(endless=True), "too-large"),
        (HttpReply(body=b"x" * 1_000_001), "too-large"),
    ],
)
def test_no_answer_is_deferred_in_time(service, calls, reply, code):
    service.say(reply)
    begun = time.monotonic()
    with pytest.raises(Deferred) as caught:
        calls.post("messages", {"to": PRIVATE})
    assert caught.value.code == f"{NAME}/{code}"
    assert time.monotonic() - begun < 2
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert calls.post("messages", {}).ok


def test_nobody_listens():
    calls = Calls(NAME, base_url="http://127.0.0.1:9", timeout=0.4)
    with pytest.raises(Deferred) as caught:
        calls.post("messages", {})
    assert caught.value.code == f"{NAME}/connection"


def test_a_redirect_is_an_answer(service, calls):
    service.say(HttpReply(status=307, headers=(("Location", f"{service.url}/elsewhere"),)))
    answer = calls.post("messages", {})
    assert (answer.status, len(service.requests)) == (307, 1)
    assert isinstance(calls.failure(answer), Deferred)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Refused),
        (401, Deferred),
        (403, Deferred),
        (404, Deferred),
        (410, Gone),
        (413, Refused),
        (422, Refused),
        (429, Deferred),
        (500, Deferred),
        (503, Deferred),
        (302, Deferred),
    ],
)
def test_what_an_answer_usually_means(calls, status, kind):
    found = calls.failure(Answer(status=status, headers={"Retry-After": "7"}))
    assert (type(found), found.code) == (kind, f"{NAME}/{status}")
    if status in {429, 503}:
        assert found.retry_after == 7


def test_a_time_to_wait_may_be_a_date():
    then = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=60)
    after = Answer(status=429, headers={"Retry-After": email.utils.format_datetime(then, usegmt=True)}).retry_after
    assert after == pytest.approx(60, abs=3)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("0", 0),
        ("86401", 86400),
        ("999999999", 86400),
        ("-1", None),
        ("1e9", None),
        ("٧", None),
        ("soon", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400),
    ],
)
def test_a_time_to_wait_is_bounded(said, seconds):
    assert Answer(status=429, headers={"Retry-After": said}).retry_after == seconds


@given(st.text(max_size=40))
def test_no_time_to_wait_breaks_anything(said):
    after = Answer(status=429, headers={"Retry-After": said}).retry_after
    assert after is None or 0 <= after <= 86_400


@pytest.mark.parametrize("body", [b"", b"\xff", b"[" * 100_000, b"<html>"])
def test_what_is_not_json_is_none(body):
    assert Answer(status=200, body=body).json() is None


def test_neither_errors_nor_logs_say_what_was_sent_to_whom(service, calls, caplog):
    caplog.set_level(logging.DEBUG)
    service.say(HttpReply(reset=True))
    with pytest.raises(Deferred) as caught:
        calls.post(f"bot-t-0815/{PRIVATE}", {"to": PRIVATE}, query={"user": PRIVATE})
    calls.post(f"bot-t-0815/{PRIVATE}", {"to": PRIVATE}, query={"user": PRIVATE})
    said = caplog.text + "".join(map(str, traceback.format_exception(caught.value))) + repr(calls)
    assert "POST" in said
    assert PRIVATE not in said
    assert "t-0815" not in said.replace('f"bot-t-0815', "")


@pytest.mark.parametrize("path", ["to/анна/{}", "to a/{}", "to/../{}", "to/%zz/{}", "to/{}#x", "to?name=анна&id={}"])
def test_nor_do_logs_when_the_path_is_written_otherwise_on_the_wire(service, calls, caplog, path):
    caplog.set_level(logging.DEBUG)
    calls.post(path.format(PRIVATE), {})
    assert "POST" in caplog.text
    assert PRIVATE not in caplog.text
    assert "%D0" not in caplog.text


def test_a_pool_of_ones_own_is_used_and_stays_open(service):
    pool = urllib3.PoolManager()
    calls = Calls(NAME, base_url=service.url, pool=pool)
    calls.post("messages", {})
    calls.close()
    assert len(pool.pools) == 1
    pool.clear()


@pytest.mark.parametrize(
    ("given_settings", "code"),
    [
        ({"base_url": "ftp://x.example"}, "messenger/base-url"),
        ({"base_url": "https://x.example/?a=1"}, "messenger/base-url"),
        ({"base_url": "https://user:pw@x.example"}, "messenger/base-url"),
        ({"base_url": "https://x.example", "timeout": 0}, "messenger/timeout"),
        ({"base_url": "https://x.example", "timeout": math.nan}, "messenger/timeout"),
        ({"base_url": "https://x.example", "headers": {"Authorization": "Bearer pw\n"}}, "messenger/header"),
        ({"base_url": "https://x.example", "headers": {"Authorization": "Bearer pwд"}}, "messenger/header"),
    ],
)
def test_settings_that_cannot_be_are_refused(given_settings, code):
    with pytest.raises(LoyaltyError) as caught:
        Calls(NAME, **given_settings)
    assert caught.value.code == code
    assert "pw" not in str(caught.value)


def test_a_name_is_a_channels_name():
    with pytest.raises(LoyaltyError, match="a-z"):
        Calls("Our Messenger", base_url="https://x.example")


def test_a_stand_in_reads_what_comes_in_pieces(service):
    pool = urllib3.PoolManager()
    pool.request("POST", service.url, body=iter([b"one ", b"two"]), headers={"Transfer-Encoding": "chunked"})
    assert service.requests[0].body == b"one two"
    service.hang_up()
    pool.clear()
