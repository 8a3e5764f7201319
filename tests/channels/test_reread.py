"""The quick reader of heads agrees with the email package wherever it has an answer."""

from __future__ import annotations

import base64

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from loyaltykit.channels.addresses import MailAddress
from loyaltykit.channels.headers import encoded, head, written
from loyaltykit.channels.letter import compose
from loyaltykit.channels.reread import _decoded, _squeezed, _words, fully, strictly
from tests.channels.post import AT, message

PIECES = st.sampled_from(
    [
        *("Subject: ", "To: ", "X:", ": ", ":", "From ", "From: ", "a@b.example", "=?utf-8?b?0JA=?=", "=?utf-8?q?a?="),
        *("\r\n", "\r\n ", "\r\n\t", "\n", "\r", "\r\n\r\n", " ", "\t", "\x00", "\x0b", "\x0c", "\x1c", "\x85", "é"),
        *('multipart/mixed; boundary="x"', "--x", "Content-Type: ", "base64", "\u2028", "~", "!", "é" * 3, "-" * 1100),
    ]
)
FIELD = st.builds(
    lambda name, value: f"{name}: {value}\r\n",
    st.from_regex(r"[!-9;-~]{1,12}", fullmatch=True),
    st.from_regex(r"[!-~][ -~]{0,20}(\r\n [!-~][ -~]{0,20}){0,2}", fullmatch=True),
)
HEADS = st.lists(st.one_of(FIELD, PIECES), max_size=12).map("".join)


@settings(deadline=None, max_examples=400)
@given(top=HEADS)
@example(top="Subject: a\r\n b: c\r\nTo: d\r\n")
@example(top="From x: a\r\nTo: b\r\n")
@example(top="Content-Type: multipart/mixed\r\nTo: b\r\n")
def test_what_is_read_strictly_is_read_so_by_the_email_package(top):
    found = strictly(top.encode())
    assert found is None or found == fully(f"{top}\r\n".encode())


@settings(deadline=None, max_examples=200)
@given(fields=st.lists(FIELD, min_size=1, max_size=6), torn=PIECES, where=st.integers(0, 200))
def test_a_head_that_is_torn_anywhere_is_left_to_the_email_package_or_read_as_it_reads(fields, torn, where):
    top = "".join(fields)
    assert strictly(top.encode()) is not None
    top = top[:where] + torn + top[where:]
    found = strictly(top.encode())
    assert found is None or found == fully(f"{top}\r\n".encode())


@settings(deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200))
def test_our_own_encoded_words_say_what_the_email_package_decodes(text):
    value = encoded(text)
    assert _squeezed(_words(value)) == _squeezed(_decoded(value)) == _squeezed(text)


@settings(deadline=None, max_examples=500)
@given(
    lines=st.lists(
        st.one_of(
            st.binary(max_size=12).map(lambda raw: f"=?utf-8?b?{base64.b64encode(raw).decode()}?="),
            st.from_regex(r"=\?utf-8\?b\?[A-Za-z0-9+/=]{0,9}\?=", fullmatch=True),
            st.from_regex(r"=\?(utf-8|x)\?[bq]\?[ -~]{0,9}\?=", fullmatch=True),
            st.sampled_from(["a", "", "=?utf-8?b?0JA=?= <a@b.example>"]),
        ),
        min_size=1,
        max_size=4,
    )
)
@example(lines=["=?utf-8?b?0A==?=", "=?utf-8?b?kA==?="])  # one letter in two words: only together are they one
def test_words_of_others_say_what_the_email_package_decodes_or_are_left_to_it(lines):
    value = "\r\n ".join(lines)
    found = _words(value)
    assert found is None or _squeezed(found) == _squeezed(_decoded(value))


def test_letters_in_ascii_are_read_strictly_and_those_to_other_names_by_the_email_package():
    sender = MailAddress(address="hello@school.example", name="Школа")
    top = compose(message(), sender=sender, to=MailAddress(address="ann@example.org"), reply_to=None, at=AT)
    assert strictly(top.partition(b"\r\n\r\n")[0] + b"\r\n") is not None
    other = compose(message(), sender=sender, to=MailAddress(address="анна@example.org"), reply_to=None, at=AT)
    assert strictly(other.partition(b"\r\n\r\n")[0] + b"\r\n") is None


@pytest.mark.parametrize("value", ["", " a", "a\n", "a\rb", "a\x00", "é", "a\r\n\tb", "a\r\n  b", "a\r\n \r\n"])
def test_what_readers_may_see_differently_is_not_read_strictly(value):
    assert strictly(head([("Subject", written("x")), ("To", value)])) is None
