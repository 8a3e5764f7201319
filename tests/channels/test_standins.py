"""The stand-ins refuse what the real ones refuse: a test that passes against them means something."""

from __future__ import annotations

import smtplib
import sys

import pytest
import urllib3

from loyaltykit import LoyaltyError, MissingExtra
from loyaltykit.testing import BotApi, Mailbox
from loyaltykit.testing.bothtml import visible
from loyaltykit.testing.standin import HttpStandIn

LOGIN = {"user": "robot", "password": "right"}


def call(api, method, payload, bot="7:x"):
    answer = urllib3.request("POST", f"{api.url}/bot{bot}/{method}", json=payload)
    found = answer.json()
    return answer.status, found if found["ok"] else found["description"]


def send(api, **changes):
    return call(api, "sendMessage", {"chat_id": 42, "text": "x", "parse_mode": "HTML", **changes})


@pytest.fixture
def api():
    with BotApi(token="7:x") as found:
        yield found


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": "<b></b>"}, "message text is empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "<p>x</p>"}, 'Unsupported start tag "p" at byte offset 0'),
        ({"text": "ё<br>x"}, 'Unsupported start tag "br" at byte offset 2'),
        ({"text": "<b>x"}, 'find end tag corresponding to start tag "b"'),
        ({"text": "<b><i>x</b></i>"}, "Unmatched end tag at byte offset 7"),
        ({"text": "1 < 2"}, 'Unsupported start tag ""'),
        ({"chat_id": ""}, "chat not found"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "x"}]]}}, "BUTTON_TYPE_INVALID"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "", "url": "https://x"}]]}}, "buttons are unallowed"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": ""}]]}}, "BUTTON_DATA_INVALID"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "ё" * 33}]]}}, "BUTTON_DATA_INVALID"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "x", "url": "javascript:x"}]]}}, "BUTTON_URL_INVALID"),
    ],
)
def test_the_bot_api_refuses(api, changes, words):
    status, said = send(api, **changes)
    assert status == 400
    assert words in said
    assert api.messages == []


def test_the_bot_api_takes_the_longest(api):
    assert send(api, text=f"<b>{'x' * 4096}</b>")[0] == 200


def test_another_token_and_another_method(api):
    assert call(api, "sendMessage", {}, bot="8:y") == (401, "Unauthorized")
    assert call(api, "sendTelepathy", {}) == (404, "Not Found")
    assert call(api, "getMe", {})[1]["result"]["is_bot"]


def test_nobody_presses_what_is_not_there(api):
    send(api)
    with pytest.raises(LoyaltyError):
        api.press("42", "Да")


@pytest.mark.parametrize(
    ("source", "text"),
    [("a &lt;b&gt; &amp; &quot;c&quot; &#1078; &nbsp;", 'a <b> & "c" ж &nbsp;'), ("<A HREF='x'>y</a> > z", "y > z")],
)
def test_what_a_member_reads(source, text):
    assert visible(source) == text


def test_a_mailbox_is_a_mail_server():
    with Mailbox() as box, smtplib.SMTP(box.host, box.port) as smtp:
        smtp.sendmail("a@x.example", ["b@x.example"], b"Subject: hi\r\n\r\nbody\r\n")
    assert box.messages[0]["Subject"] == "hi"
    assert (box.letters[0].sender, box.letters[0].recipients) == ("a@x.example", ("b@x.example",))


def test_a_mailbox_does_not_look_at_its_letters_for_each_connection(monkeypatch):
    seen = []
    monkeypatch.setattr(Mailbox, "messages", property(seen.append))
    with Mailbox() as box, smtplib.SMTP(box.host, box.port) as smtp:
        assert smtp.noop()[0] == 250
    assert seen == []


def test_a_reset_before_reading_takes_nothing_in():
    answers = iter([True, False])
    with HttpStandIn(resets=lambda: next(answers)) as there, urllib3.PoolManager(retries=False) as pool:
        with pytest.raises(urllib3.exceptions.ProtocolError, match="reset"):
            pool.request("GET", f"{there.url}/in")  # all in one write: no second one meets the reset
        assert there.requests == []
        assert pool.request("POST", f"{there.url}/in", body=b"{}").status == 200
    assert len(there.requests) == 1


def test_a_mailbox_with_a_password_asks_for_it():
    with Mailbox(**LOGIN) as box, smtplib.SMTP(box.host, box.port) as smtp:
        with pytest.raises(smtplib.SMTPSenderRefused):
            smtp.sendmail("a@x.example", ["b@x.example"], b"")
        with pytest.raises(smtplib.SMTPAuthenticationError):
            smtp.login("robot", "wrong")
        smtp.login("robot", "right")
        smtp.sendmail("a@x.example", ["b@x.example"], b"Subject: hi\r\n\r\n")
    assert len(box.letters) == 1


def test_a_mailbox_can_be_opened_again_after_it_was_closed():
    for _ in range(3):
        with Mailbox() as box, smtplib.SMTP(box.host, box.port) as smtp:
            assert smtp.noop()[0] == 250
        assert not box.open


def test_without_aiosmtpd_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "aiosmtpd.smtp", None)
    with pytest.raises(MissingExtra) as caught, Mailbox():
        pass
    assert caught.value.extra == "demo"


def test_tls_needs_a_certificate():
    with pytest.raises(LoyaltyError):
        Mailbox(security="tls")
