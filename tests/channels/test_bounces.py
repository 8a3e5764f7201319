"""Reports of mail servers as they come: which letter, whose fault."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.channels.bounces import HEADER, Bounce, Complaint, read

MARK = "2a-0123456789abcdef0123"
LETTER = f"""\
From: School <hello@school.example>
To: Ann <ann@school.example>
Subject: Hi
Message-ID: <abc@school.example>
{HEADER}: {MARK}

"""


SAID = "550 5.1.1 no such user"


def dsn(
    status="5.1.1", action="failed", *, to="hello@school.example", quoted=LETTER, kind="text/rfc822-headers", said=SAID
):
    return f"""\
From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

It did not work.
--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ann@school.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}
--b1
Content-Type: {kind}

{quoted}
--b1--
""".replace("\n", "\r\n").encode()


def arf(kind="abuse"):
    return f"""\
From: fbl@provider.example
To: hello@school.example
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b1"

--b1
Content-Type: text/plain

This is a complaint.
--b1
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Provider/1.0
Version: 1
--b1
Content-Type: message/rfc822

{LETTER}Hello
--b1--
""".encode()


def test_a_dead_address():
    found = read(dsn())
    assert isinstance(found, Bounce)
    assert (found.permanent, found.status, found.recipient) == (True, "5.1.1", "ann@school.example")
    assert found.about.tokens == (MARK,)
    assert (found.about.message_id, found.about.to) == ("<abc@school.example>", "ann@school.example")
    assert "ann@" not in repr(found)


@pytest.mark.parametrize(
    ("status", "action", "permanent"),
    [
        ("5.1.1", "failed", True),
        ("5.2.1", "failed", True),
        ("5.4.4", "failed", True),
        ("5.0.0", "failed", True),
        ("5.1.10", "failed", True),
        ("5.1.7", "failed", False),
        ("5.1.8", "failed", False),
        ("5.2.0", "failed", False),
        ("5.2.2", "failed", False),
        ("5.7.1", "failed", False),
        ("5.3.4", "failed", False),
        ("4.4.7", "failed", False),
        ("4.2.2", "delayed", False),
        ("5.1.1", "delayed", False),
    ],
)
def test_only_the_address_itself_is_given_up(status, action, permanent):
    assert read(dsn(status, action)).permanent is permanent


@pytest.mark.parametrize(
    ("said", "status", "permanent"),
    [
        ("550-5.1.1 The email account that you tried to reach does not exist.", "5.1.1", True),
        ("550 5.2.1 The email account is disabled", "5.2.1", True),
        ("552 5.2.2 The mailbox is over its quota", "5.2.2", False),
        ("550 5.7.1 [192.0.2.7] Our system has detected that this message is likely unsolicited", "5.7.1", False),
        ("554 5.7.1 Service unavailable; client host blocked", "5.7.1", False),
        ("550 Unknown user ann@school.example", "5.0.0", True),
        ("550 5.0.0 User unknown", "5.0.0", True),
        ("550 5.1.1.7 is on a blocklist", "5.0.0", False),
        ("550 rejected as spam", "5.0.0", False),
        ("550 message blocked by policy", "5.0.0", False),
        ("552 Mailbox limit exceeded", "5.0.0", False),
        ("554 Transaction failed", "5.0.0", False),
        ("no reply at all", "5.0.0", True),
    ],
)
def test_a_server_that_writes_no_exact_code_is_judged_by_what_the_other_side_said(said, status, permanent):
    found = read(dsn("5.0.0", said=said))
    assert (found.status, found.permanent) == (status, permanent)


@pytest.mark.parametrize("lines", ["\r\n", "\n"])
def test_a_report_about_addresses_beyond_ascii(lines):
    raw = dsn("5.1.1", kind="message/global-headers").replace(
        b"message/delivery-status", b"message/global-delivery-status"
    )
    raw = raw.replace(b"rfc822; ann@school.example", "utf-8; Анна@школа.example".encode())
    found = read(raw.replace(b"\r\n", lines.encode()))
    assert (found.permanent, found.status, found.about.tokens) == (True, "5.1.1", (MARK,))


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_what_arrived_is_no_bounce(action):
    assert read(dsn("2.0.0", action)) is None


def test_the_address_that_it_came_back_to_names_the_letter():
    found = read(dsn(to=f"bounces+{MARK.upper()}@school.example", quoted="", kind="text/plain"))
    assert (found.about.tokens, found.about.message_id) == ((MARK,), None)


def test_a_complaint():
    found = read(arf())
    assert isinstance(found, Complaint)
    assert (found.kind, found.about.tokens, found.about.message_id) == ("abuse", (MARK,), "<abc@school.example>")
    assert read(arf("not-spam")) is None


def test_a_complaint_without_the_letter_is_known_by_the_address_that_it_was_sent_from():
    raw = arf().replace(f"{HEADER}: {MARK}\n".encode(), b"")
    raw = raw.replace(b"Version: 1\n", f"Version: 1\nOriginal-Mail-From: <bounces+{MARK}@school.example>\n".encode())
    assert read(raw).about.tokens == (MARK,)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: I am on holiday\r\n\r\nBack on Monday.",
        dsn().replace(b"report-type=delivery-status; ", b""),
        dsn().replace(b"Status: 5.1.1", b"Status: no"),
        dsn().replace(b"--b1--", b""),
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\nno parts",
        b"x" * 6_000_000,
    ],
)
def test_what_is_no_report_is_nothing(raw):
    assert read(raw) is None or raw == dsn().replace(b"--b1--", b"")


@given(st.binary(max_size=300), st.integers(0, 900))
def test_no_bytes_break_it(noise, place):
    whole = dsn()
    read(noise)
    read(whole[:place] + noise + whole[place:])
    read(whole[:place])
