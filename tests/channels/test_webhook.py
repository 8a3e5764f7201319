"""The webhook channel against servers on this machine, and its signatures against the specification's own package."""

import base64
import datetime as dt
import json
import time

import pytest
import standardwebhooks
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit import Attachment, Button, Deferred, EventError, LoyaltyError, Refused
from loyaltykit.channels import Webhook
from loyaltykit.channels.signatures import keys, signed
from loyaltykit.channels.webhook import new_secret, verify
from loyaltykit.testing import Endpoint
from tests.channels.post import certificates, failing, message

SECRET, OLDER = new_secret(), new_secret()
NOON = dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def endpoint():
    with Endpoint(SECRET) as found:
        yield found


def hook(endpoint, secret=SECRET, **options):
    return Webhook(endpoint.url, secret, allow=Endpoint.ALLOW, **options)


def test_three_lines_send_a_message_that_the_receiver_can_trust(endpoint):
    channel = Webhook(endpoint.url, SECRET, allow=Endpoint.ALLOW)
    receipt = channel.send(message(id="m1"))
    assert receipt.message == receipt.reference == endpoint.requests[0].headers["webhook-id"] == "m1"
    assert endpoint.payloads == [
        {
            "type": "message.created",
            "timestamp": "2026-09-01T10:00:00Z",
            "data": {
                "id": "m1",
                "member": "ann",
                "message": "come-back",
                "purpose": "service",
                "locale": "en",
                "subject": "Анна, продолжим?",
                "text": "Вы остановились на уроке 7.\n\nДо конца — два урока.",
            },
        }
    ]


def test_all_that_belongs_to_a_message_goes_along(endpoint):
    buttons = (Button(label="Дальше", action="go:7", url="https://school.example/7"), Button(label="Нет", action="no"))
    file = Attachment(name="встреча.ics", media_type="text/calendar", content=b"BEGIN:VCALENDAR")
    hook(endpoint, address="phone").send(
        message(
            to="+79", html="<p>Да</p>", buttons=buttons, unsubscribe="https://school.example/u", attachments=(file,)
        )
    )
    data = endpoint.payloads[0]["data"]
    assert (data["to"], data["html"], data["unsubscribe"]) == ("+79", "<p>Да</p>", "https://school.example/u")
    assert data["buttons"] == [
        {"label": "Дальше", "action": "go:7", "url": "https://school.example/7"},
        {"label": "Нет", "action": "no"},
    ]
    assert base64.b64decode(data["attachments"][0]["content"]) == b"BEGIN:VCALENDAR"


def test_an_address_goes_along_only_when_the_channel_asks_for_one(endpoint):
    hook(endpoint).send(message(to="ann@example.org"))
    assert "to" not in endpoint.payloads[0]["data"]


def test_without_words_only_ids_leave_the_school(endpoint):
    hook(endpoint, words=False, address="phone").send(message(id="m1", to="+79"))
    assert endpoint.payloads[0]["data"] == {
        "id": "m1", "member": "ann", "message": "come-back", "purpose": "service", "locale": "en",
    }  # fmt: skip


@settings(deadline=None)
@given(body=st.text(st.characters(codec="utf-8")), id=st.text("aZ09_-", min_size=1, max_size=40))
def test_the_package_of_the_specification_takes_our_signatures_and_we_take_its(body, id):
    now = dt.datetime.now(dt.UTC)
    headers = signed(keys([SECRET, OLDER]), id, now, json.dumps({"said": body}).encode())
    for secret in (SECRET, OLDER):
        theirs = standardwebhooks.Webhook(secret)
        assert theirs.verify(json.dumps({"said": body}).encode(), headers) == {"said": body}
        head = {"webhook-id": id, "webhook-timestamp": str(int(now.timestamp()))}
        head["webhook-signature"] = theirs.sign(id, now, json.dumps({"said": body}))
        assert verify(secret, head, json.dumps({"said": body}).encode(), now=now) == {"said": body}


def test_the_example_of_the_specification_has_the_signature_that_its_libraries_give():
    at = dt.datetime.fromtimestamp(1614265330, dt.UTC)
    found = signed(
        keys("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}'
    )
    assert found["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_while_a_secret_is_changed_both_sides_may_have_either():
    for receiver in ([SECRET], [OLDER], [SECRET, OLDER]):
        with Endpoint(receiver) as endpoint:
            hook(endpoint, [SECRET, OLDER]).send(message())
            assert len(endpoint.payloads) == 1
            assert endpoint.requests[0].headers["webhook-signature"].count("v1,") == 2


def test_a_receiver_with_another_secret_defers_the_message_until_it_is_put_right(endpoint):
    with pytest.raises(Deferred, match="webhook/401"):
        hook(endpoint, OLDER).send(message())
    assert endpoint.payloads == []


BODY = b'{"type": "x"}'


def spoilt(headers, **changes):
    return {**headers, **{f"webhook-{name}": value for name, value in changes.items()}}


@pytest.mark.parametrize(
    ("changes", "body"),
    [
        ({}, BODY + b" "),
        ({"id": "m2"}, BODY),
        ({"timestamp": str(int(NOON.timestamp()) + 1)}, BODY),
        ({"timestamp": ""}, BODY),
        ({"timestamp": "1e9"}, BODY),
        ({"timestamp": "٣"}, BODY),
        ({"id": ""}, BODY),
        ({"id": "m1.5"}, BODY),
        ({"signature": ""}, BODY),
        ({"signature": "v1,"}, BODY),
        ({"signature": "v1a,AAAA v2,BBBB nonsense , v1,щ"}, BODY),
    ],
)
def test_what_was_changed_on_its_way_is_not_taken(changes, body):
    headers = signed(keys(SECRET), "m1", NOON, BODY)
    assert verify(SECRET, headers, BODY, now=NOON) == {"type": "x"}
    with pytest.raises(EventError) as caught:
        verify(SECRET, spoilt(headers, **changes), body, now=NOON)
    assert caught.value.code == "webhook/signature"


@pytest.mark.parametrize(("seconds", "taken"), [(-301, False), (-300, True), (300, True), (301, False)])
def test_a_request_is_good_for_five_minutes_either_way(seconds, taken):
    headers = signed(keys(SECRET), "m1", NOON, BODY)
    now = NOON + dt.timedelta(seconds=seconds)
    if taken:
        assert verify(SECRET, headers, BODY, now=now) == {"type": "x"}
    else:
        with pytest.raises(EventError):
            verify(SECRET, headers, BODY, now=now)


def test_headers_may_come_in_any_case_and_the_body_as_text():
    headers = {name.title(): value for name, value in signed(keys(SECRET), "m1", NOON, BODY).items()}
    assert verify([OLDER, SECRET], headers, BODY.decode(), now=NOON) == {"type": "x"}


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff", b"[" * 100_000])
def test_what_is_signed_and_no_object_is_told_apart(body):
    with pytest.raises(EventError) as caught:
        verify(SECRET, signed(keys(SECRET), "m1", NOON, body), body, now=NOON)
    assert caught.value.code == "webhook/body"


def with_bytes(number):
    return "whsec_" + base64.b64encode(bytes(number)).decode()


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_$$$$", with_bytes(23), with_bytes(65), with_bytes(32)[6:], []])
def test_a_secret_that_is_none_is_refused_and_not_repeated(secret, caplog):
    error, said = failing(lambda: Webhook("https://school.example/", secret), caplog)
    assert error.code == "webhook/secret"
    assert not secret or secret[6:] == "" or secret[6:] not in said.partition("Traceback")[0]


@pytest.mark.parametrize("number", [24, 64])
def test_secrets_have_24_to_64_bytes(number):
    assert keys(with_bytes(number)) == (bytes(number),)
    assert keys(with_bytes(number).rstrip("=")) == (bytes(number),)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, Refused) for status in (400, 410, 413, 415, 422)),
        *((status, Deferred) for status in (301, 307, 401, 403, 404, 408, 429, 500, 502, 503)),
    ],
)
def test_what_an_answer_means(status, kind, endpoint):
    endpoint.fail(status)
    with pytest.raises(kind, match=f"webhook/{status}"):
        hook(endpoint).send(message())


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0), ("0", 0.0), ("-1", None), ("soon", None), ("", None), ("1e3", None), ("9" * 40, None),
        ("Tue, 01 Sep 2026 12:02:00 GMT", 120.0), ("Tue, 01 Sep 2026 11:00:00 GMT", -3600.0),
        ("Fri, 99 Zzz 9999 99:99:99 GMT", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("status", [429, 503])
def test_the_wait_that_an_endpoint_asks_for(status, said, seconds, endpoint):
    endpoint.fail(status, retry_after=said)
    with pytest.raises(Deferred) as caught:
        hook(endpoint, now=lambda: NOON).send(message())
    assert caught.value.retry_after == seconds


def test_an_endpoint_that_is_gone_is_left_alone_and_no_member_is_to_blame(endpoint):
    channel = hook(endpoint)
    endpoint.fail(410)
    for _ in range(3):
        with pytest.raises(Refused, match="webhook/410"):
            channel.send(message())
    assert len(endpoint.requests) == 1
    channel._closed_until = time.monotonic() - 1
    channel.send(message())
    assert len(endpoint.payloads) == 1


def test_a_broken_connection_and_a_late_answer_come_again_under_the_same_id(endpoint):
    channel = hook(endpoint, timeout=0.3)
    endpoint.reset()
    with pytest.raises(Deferred, match="webhook/connection"):
        channel.send(message(id="m1"))
    endpoint.slow(1)
    with pytest.raises(Deferred, match="webhook/timeout"):
        channel.send(message(id="m1"))
    time.sleep(1)
    channel.send(message(id="m1"))
    assert [one["data"]["id"] for one in endpoint.payloads] == ["m1"]
    assert {head["webhook-id"] for head in (one.headers for one in endpoint.requests)} == {"m1"}


def test_an_id_that_no_header_may_have_becomes_one_that_it_may(endpoint):
    for id in ("ann:come-back:7", "a.b", "a\r\nb: c", "я", "x" * 65):
        reference = hook(endpoint).send(message(id=id)).reference
        assert reference == endpoint.payloads[-1]["data"]["id"] != id
        assert reference == hook(endpoint).send(message(id=id)).reference
    assert len(endpoint.payloads) == 5


def test_over_tls_the_certificate_and_its_name_are_checked():
    server, client = certificates()
    with Endpoint(SECRET, tls=server) as endpoint:
        hook(endpoint, ssl_context=client).send(message())
        assert len(endpoint.payloads) == 1
        with pytest.raises(Deferred, match="webhook/certificate"):
            hook(endpoint).send(message())
    assert len(endpoint.payloads) == 1


@pytest.mark.parametrize("words", ["a\0b", "a\ud800b", "a\x1bb", "a\x7fb"])
def test_what_databases_and_parsers_stumble_over_is_left_out(words, endpoint):
    hook(endpoint).send(message(subject=words, text=words, html=words, buttons=(Button(label=words, action="a"),)))
    data = endpoint.payloads[0]["data"]
    assert {data["subject"], data["text"], data["html"], data["buttons"][0]["label"]} == {"ab"}


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a b", "//x", "https://x/\r\nY: z"])
def test_a_link_that_is_none_is_not_handed_on(url, endpoint):
    for changes in ({"buttons": (Button(label="x", action="a", url=url),)}, {"unsubscribe": url}):
        with pytest.raises(Refused, match="webhook/link"):
            hook(endpoint).send(message(**changes))
    assert endpoint.requests == []


def test_a_message_too_large_for_any_server_is_refused(endpoint):
    file = Attachment(name="x", media_type="a/b", content=bytes(800_000))
    with pytest.raises(Refused, match="webhook/too-large"):
        hook(endpoint).send(message(attachments=(file,)))


def test_nothing_of_a_person_or_a_secret_is_said(endpoint, caplog):
    channel = Webhook(endpoint.url + "?key=hush", SECRET, allow=Endpoint.ALLOW, timeout=0.5)
    for step in (lambda: endpoint.fail(500), endpoint.reset, lambda: endpoint.slow(1)):
        step()
        _, said = failing(lambda: channel.send(message()), caplog)
        assert not any(word in said for word in ("Анна", "hush", SECRET, SECRET[6:], "уроке"))
    assert "hush" not in repr(channel)
    assert SECRET not in repr(channel)


def test_its_name_is_the_channels_and_stands_in_its_codes(endpoint):
    endpoint.fail(500)
    channel = hook(endpoint, name="sms")
    assert channel.name == "sms"
    with pytest.raises(Deferred, match="sms/500"):
        channel.send(message())
    with pytest.raises(LoyaltyError, match="name"):
        hook(endpoint, name="SMS\n")


def test_a_body_that_is_no_text_is_not_signed():
    headers = {"webhook-id": "m1", "webhook-timestamp": str(int(NOON.timestamp())), "webhook-signature": "v1,x"}
    with pytest.raises(EventError) as caught:
        verify(SECRET, headers, "\ud800", now=NOON)
    assert caught.value.code == "webhook/signature"
