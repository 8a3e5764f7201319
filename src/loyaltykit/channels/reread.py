"""The head of a letter read again before it is sent: what goes out says what was meant, and nothing else.

A head as we write it, each line in printable ASCII, is read by one regular expression: it takes nothing that two
readers could understand in two ways. Everything else is read by the email package, whose answer is the same for what
both read.
"""

from __future__ import annotations

import binascii
import re
from email.header import decode_header
from email.parser import HeaderParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIELD = re.compile(r"([!-9;-~]+): ([!-~][ -~]*(?:\r\n [!-~][ -~]*)*)\r\n")
"""A name, a value that begins with something, and its further lines, each after one blank (RFC 5322, 2.2)."""
_AROUND = len(": \r\n")
_WORD = re.compile(r"=\?utf-8\?b\?([A-Za-z0-9+/]+={0,2})\?=")


def reads_as_meant(raw: bytes, meant: Sequence[tuple[str, str]]) -> bool:
    """Whether a letter, read again, has exactly the headers that were meant, in their order and with their values."""
    top, end, _ = raw.partition(b"\r\n\r\n")
    if not end:
        return False
    said = strictly(top + b"\r\n")
    if said is None:
        said = fully(top + end)
    if said is None or [name for name, _ in said] != [name for name, _ in meant]:
        return False
    return all(
        (value == wanted and "=?" not in value) or says(value) == _squeezed(wanted)
        for (_, value), (_, wanted) in zip(said, meant, strict=True)
    )


def strictly(top: bytes) -> list[tuple[str, str]] | None:
    """Names and values of a head in which every byte has one meaning; None for any other."""
    if not top.isascii():
        return None
    found: list[tuple[str, str]] = _FIELD.findall(text := top.decode("ascii"))
    whole = sum(len(name) + len(value) + _AROUND for name, value in found) == len(text)
    return found if whole else None  # whole: nothing stands before, between or behind them


def fully(head: bytes) -> list[tuple[str, str]] | None:
    """Names and values as the email package reads them; None when it finds fault, or something behind the head."""
    found = HeaderParser().parsestr(head.decode("utf-8", "replace"))
    return None if found.defects or found.get_payload() else found.items()


def says(value: str) -> str:
    """What a header says to who reads it, without blanks: how a line was folded is no part of that."""
    if "=?" not in value and value.isascii():
        return _squeezed(value)
    said = _words(value)
    return _squeezed(_decoded(value) if said is None else said)


def _words(value: str) -> str | None:
    """What a header of nothing but our own encoded words says, one a line and each of whole characters; else None."""
    said = []
    for line in value.split("\r\n "):
        if (word := _WORD.fullmatch(line)) is None:
            return None
        try:
            said.append(binascii.a2b_base64(word[1], strict_mode=True).decode())
        except ValueError:
            return None
    return "".join(said)


def _decoded(value: str) -> str:
    """What the email package decodes: texts, or bytes; what is not encoded comes in its own escapes."""
    return "".join(
        part.decode(charset or "raw-unicode-escape") if isinstance(part, bytes) else part
        for part, charset in decode_header(value)
    )


def _squeezed(text: str) -> str:
    return "".join(text.split())
