"""The head of an e-mail: values cleaned after decoding, and written in ASCII."""

from __future__ import annotations

import binascii
import re
import unicodedata
from email.base64mime import header_encode
from email.errors import HeaderParseError
from email.header import decode_header
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loyaltykit.channels.addresses import MailAddress

_ENCODED = re.compile(r"=\?[^?\s]*\?[bBqQ]\?[^?]*\?=")
_LINE = 66
_WORD = 39
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_PLAIN_NAME = re.compile(r"[\w!#$%&'*+/=?^`{|}~ -]{1,60}", re.ASCII)


def clean(text: str) -> str:
    """One line without control characters: encoded words are decoded first, so that nothing hides in them.

    Line and paragraph separators become spaces; what turns the direction of writing around (U+202E and its kin) and
    halves of surrogate pairs are dropped.
    """
    if text.isprintable() and "=?" not in text:
        return " ".join(text.split())
    while (found := _ENCODED.search(text)) is not None:
        text = text[: found.start()] + _decoded(found[0]) + text[found.end() :]
    kept = (" " if char.isspace() else char for char in text if char.isspace() or not _is_hidden(char))
    line = " ".join("".join(kept).split())
    return line if _ENCODED.search(line) is None else clean(line)


def _is_hidden(char: str) -> bool:
    return char in _BIDI or unicodedata.category(char) in {"Cc", "Cs"}


def _decoded(word: str) -> str:
    """What an encoded word says; when that cannot be told, the word, broken so that nobody else decodes it either."""
    try:
        ((raw, charset),) = decode_header(word)
        said = raw.decode(charset or "ascii") if isinstance(raw, bytes) else raw
    except (HeaderParseError, LookupError, UnicodeError, ValueError, binascii.Error):
        return word.replace("=?", "= ?")
    return said if len(said) < len(word) else word.replace("=?", "= ?")


def written(text: str) -> str:
    """A cleaned text as the value of a header: short ASCII as it is, all else in encoded words (RFC 2047)."""
    if len(text) < _LINE and text.isascii() and "=?" not in text:
        return text
    return encoded(text)


def encoded(text: str) -> str:
    """Any text as encoded words, one a line."""
    return "\r\n ".join(header_encode(piece, "utf-8") for piece in _pieces(text.encode()))


def _pieces(raw: bytes) -> Iterator[bytes]:
    """Whole characters, as many as fit into one encoded word."""
    while raw:
        end = _WORD
        while end < len(raw) and raw[end] & 0xC0 == 0x80:  # inside a character of UTF-8
            end -= 1
        yield raw[:end]
        raw = raw[end:]


def mailbox(address: MailAddress) -> str:
    """A mailbox as the value of From, To or Reply-To."""
    name = clean(address.name)
    if not name:
        return address.address
    shown = name if _PLAIN_NAME.fullmatch(name) and "=?" not in name else encoded(name)
    blank = " " if len(shown) + len(address.address) < _LINE else "\r\n "
    return f"{shown}{blank}<{address.address}>"


def head(headers: Iterable[tuple[str, str]]) -> bytes:
    """Written headers as the bytes that begin a letter."""
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode()
