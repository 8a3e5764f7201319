"""No input makes a header that nobody meant: what goes out is read again by another parser than wrote it."""

from __future__ import annotations

import base64
import datetime as dt
import unicodedata
from email import message_from_bytes, policy

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from loyaltykit import Attachment, Refused
from loyaltykit.channels.addresses import MailAddress, mail_address
from loyaltykit.channels.headers import clean, head, written
from loyaltykit.channels.letter import compose
from loyaltykit.channels.reread import reads_as_meant
from tests.channels.post import AT, message

NAMES = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
]
HIDDEN = "\r\nBcc: eve@example.org\r\n\r\n"
ENCODED = f"=?utf-8?b?{base64.b64encode(HIDDEN.encode()).decode()}?="
TWICE = f"=?utf-8?b?{base64.b64encode(ENCODED.encode()).decode()}?="
PIECES = st.sampled_from(
    [
        *(
            "\r\n",
            "\n",
            "\r",
            "\x0b",
            "\x0c",
            "\x1c",
            "\x85",
            "\u2028",
            "\x00",
            "\x1b[2J",
            "\u202e",
            "\ud800",
            "\u200d",
        ),
        *("Bcc: eve@example.org", "Content-Type: text/html", "--=_a", ".", " ", "\t", '"', "\\", "<", ">", ",", ";"),
        *("=?utf-8?q?=0D=0ABcc:_x?=", "=?utf-8?b?DQpCY2M6IHg=?=", "=?", "?=", "=?utf-7?q?+AA0ACg-?=", "=?x?q?=?="),
        *(ENCODED, TWICE, "😀", "👩‍🏫", "אבג", "Анна", "a" * 1200, "ё" * 600),
    ]
)
HOSTILE = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=8).map("".join)
SENDER = mail_address("Школа <hello@school.example>")


def letter(*, sender=SENDER, to="ann@example.org", **changes):
    return compose(message(**changes), sender=sender, to=mail_address(to), reply_to=None, at=AT)


def names(raw):
    return [name for name, _ in message_from_bytes(raw, policy=policy.SMTP).items()]


@settings(deadline=None)
@given(subject=HOSTILE, name=HOSTILE)
@example(subject=ENCODED, name=TWICE)
@example(subject="=?utf-8?q?=3D=3Futf-8=3Fq=3F=3D0D=3D0ABcc=3Ax=3F=3D?=", name="")
def test_no_subject_and_no_name_makes_another_header(subject, name):
    raw = letter(subject=subject, sender=MailAddress(address="hello@school.example", name=name))
    assert names(raw) == NAMES
    found = message_from_bytes(raw, policy=policy.SMTP)
    assert [address.addr_spec for address in found["From"].addresses] == ["hello@school.example"]
    assert [address.addr_spec for address in found["To"].addresses] == ["ann@example.org"]
    for header in (found["Subject"], found["From"].addresses[0].display_name):
        assert not any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in header)
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")


@settings(deadline=None)
@given(text=HOSTILE, html=st.none() | HOSTILE, name=HOSTILE, id=HOSTILE, locale=HOSTILE)
def test_no_body_and_no_file_makes_another_part(text, html, name, id, locale):
    file = Attachment(name=name, media_type="text/calendar", content=text.encode("utf-8", "replace"))
    raw = letter(text=text, html=html, attachments=(file,), id=id, locale=locale)
    found = message_from_bytes(raw, policy=policy.SMTP)
    kinds = [part.get_content_type() for part in found.walk()]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"]
    allowed = {"Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Content-Disposition"}
    assert all(set(part.keys()) <= allowed for part in found.walk() if part is not found)
    assert not any(part.defects for part in found.walk())


@settings(deadline=None)
@given(text=HOSTILE)
def test_cleaning_once_is_enough(text):
    assert clean(clean(text)) == clean(text)


@settings(deadline=None)
@given(text=st.text(st.characters(categories=["L", "N", "P", "So"]), max_size=300))
@example(text="Урок 7: «Циклы» — 2 + 2 = 4?")
@example(text="👩‍🏫 наставник")
@example(text="x" * 2000)
def test_what_is_meant_arrives(text):
    found = message_from_bytes(letter(subject=text), policy=policy.default)
    assert "".join(found["Subject"].split()) == "".join(clean(text).split())


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Привет\r\nBcc: eve", "Привет Bcc: eve"),
        (ENCODED, "Bcc: eve@example.org"),
        (TWICE, "Bcc: eve@example.org"),
        ("=?utf-8?q?=D0=90?=", "А"),
        ("=?no-such?q?=41?=", "= ?no-such?q?=41?="),
        ("=?utf-8?b?%%%?=", ""),
        ("a\u202egpj.exe", "agpj.exe"),
        ("\x00a\x1b[2J\x7f", "a[2J"),
        ("  a \t b\u2028c ", "a b c"),
        ("2 + 2 =?", "2 + 2 =?"),
        ("👩‍🏫", "👩‍🏫"),
    ],
)
def test_cleaning(text, cleaned):
    assert clean(text) == cleaned


MEANT = [("Subject", "Привет"), ("To", "ann@example.org"), ("Content-Type", "text/plain")]
TAIL = b"Content-Type: text/plain\r\n\r\nbody"


def test_a_head_reads_as_it_was_meant():
    assert reads_as_meant(head([("Subject", written("Привет")), ("To", "ann@example.org")]) + TAIL, MEANT)


@pytest.mark.parametrize(
    "raw",
    [
        head([("Subject", written("Привет")), ("To", "ann@example.org")]) + b"Bcc: eve@example.org\r\n" + TAIL,
        head([("Subject", written("Привет")), ("To", "eve@example.org")]) + TAIL,
        head([("Subject", written("Пока")), ("To", "ann@example.org")]) + TAIL,
        head([("To", "ann@example.org"), ("Subject", written("Привет"))]) + TAIL,
        head([("Subject", written("Привет")), ("To", "ann@example.org"), ("To", "ann@example.org")]) + TAIL,
        head([("Subject", "Привет\r\n\r\n"), ("To", "ann@example.org")]) + TAIL,
        head([("Subject", written("Привет")), ("To", "ann@example.org\nBcc: eve@example.org")]) + TAIL,
        head([("Subject", written("Привет")), ("To", "ann@example.org\r\nno header")]) + TAIL,
        head([("Subject", written("Привет")), ("To", "ann@example.org")]) + b"Content-Type: text/plain\r\n",
    ],
)
def test_a_head_that_reads_otherwise_is_found(raw):
    assert not reads_as_meant(raw, MEANT)


def test_a_letter_that_would_be_read_otherwise_is_not_sent(monkeypatch):
    monkeypatch.setattr("loyaltykit.channels.letter.written", lambda text: f"{text}\r\nBcc: eve@example.org")
    with pytest.raises(Refused) as caught:
        letter()
    assert caught.value.code == "email/head"


@settings(deadline=None)
@given(
    local=st.from_regex(r"[a-zа-я0-9.+_-]{1,20}", fullmatch=True),
    host=st.from_regex(r"[a-zа-я]{1,9}\.(ru|рф)", fullmatch=True),
)
def test_an_address_that_is_taken_is_one_mailbox_to_every_reader(local, host):
    found = mail_address(f"{local}@{host}")
    if found is not None:
        assert found.domain.isascii()
        assert found.address.rpartition("@")[0] == local


@settings(deadline=None)
@given(text=HOSTILE)
def test_an_address_is_one_line_whatever_comes(text):
    found = mail_address(text)
    assert found is None or (found.address.isprintable() and " " not in found.address)


def test_the_date_is_the_moment_of_sending():
    zone = dt.timezone(dt.timedelta(hours=6))
    at = AT.astimezone(zone)
    raw = compose(message(), sender=SENDER, to=mail_address("ann@example.org"), reply_to=None, at=at)
    assert message_from_bytes(raw, policy=policy.default)["Date"].datetime == AT
