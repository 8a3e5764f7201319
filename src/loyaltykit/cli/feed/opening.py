"""Opens what events are in: plain, gzip or xz files, and standard input; told apart by their first bytes."""

from __future__ import annotations

import codecs
import gzip
import io
import lzma
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import attrs

from loyaltykit.cli.failing import Failure
from loyaltykit.cli.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.cli.words import Lang

MAX_LINE = 1_000_000
"""Bytes of a line that are still read as one."""
_SNIFF = 4_096
_GZIP, _XZ, _ZIP, _PARQUET = b"\x1f\x8b", b"\xfd7zXZ\x00", b"PK\x03\x04", b"PAR1"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
BROKEN = (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile)
"""What reading a damaged compressed file raises."""


@attrs.define
class Opened:
    """An open source of events. `size` is that of the file on the disk, None for standard input."""

    name: str
    kind: str
    """jsonl, table or parquet."""
    size: int | None
    stream: BinaryIO
    _disk: BinaryIO

    def position(self) -> int:
        """How many bytes of the file are read."""
        try:
            return self._disk.tell()
        except (OSError, ValueError):
            return 0

    def lines(self) -> Iterator[bytes]:
        """Its lines; of one that is too long the beginning, one byte longer than is allowed."""
        head = self.stream.peek(2)[:2]  # type: ignore[attr-defined]  # a BufferedReader
        if head in _UTF16:
            text = io.TextIOWrapper(self.stream, encoding="utf-16", errors="replace", newline="")
            try:
                while written := text.readline(MAX_LINE + 1):
                    yield written.encode()
            finally:
                text.detach()
            return
        readline = self.stream.readline
        while line := readline(MAX_LINE + 1):
            yield line
            if len(line) > MAX_LINE and not line.endswith(b"\n"):
                while (rest := readline(MAX_LINE)) and not rest.endswith(b"\n"):
                    pass

    def close(self) -> None:
        """Close the file; standard input stays open."""
        if self.name != "-":
            self.stream.close()
            self._disk.close()


def open_events(name: str, lang: Lang) -> Opened:
    """Open a file of events, or `-`. Failure when it is not text, not one of the compressions, or an archive."""
    if name == "-":
        return _opened(name, sys.stdin.buffer, None, lang)
    disk = Path(name).open("rb")  # noqa: SIM115  # closed by `Opened.close`
    try:
        return _opened(name, disk, Path(name).stat().st_size, lang)
    except BaseException:
        disk.close()
        raise


def _opened(name: str, disk: BinaryIO, size: int | None, lang: Lang) -> Opened:
    """Look at the first bytes, on the disk and inside a compressed file."""
    plain: Any = disk if isinstance(disk, io.BufferedReader) else io.BufferedReader(disk)
    head = plain.peek(_SNIFF)
    stream = _unpacked(plain, head)
    if stream is not plain:
        try:
            head = stream.peek(_SNIFF)
        except BROKEN:
            head = b""
    return Opened(name, _kind(name, head[:_SNIFF], lang), size, stream, disk)


def _unpacked(plain: Any, head: bytes) -> Any:
    """The stream of what is inside, able to peek."""
    if head.startswith(_GZIP):
        return io.BufferedReader(gzip.GzipFile(fileobj=plain))
    if head.startswith(_XZ):
        return io.BufferedReader(lzma.LZMAFile(plain))
    return plain


def _kind(name: str, head: bytes, lang: Lang) -> str:
    """What a file holds, by how it begins."""
    if head.startswith(_PARQUET):
        return "parquet"
    if head.startswith(_ZIP):
        raise Failure(say(lang, "feed/archive", name=name), code="feed/archive")
    if b"\0" in head and not head.startswith(_UTF16):
        raise Failure(say(lang, "feed/binary", name=name), code="feed/binary")
    bare = Path(name.lower().removesuffix(".gz").removesuffix(".xz")).suffix
    if bare in (".csv", ".tsv"):
        return "table"
    if bare in (".jsonl", ".ndjson", ".json"):
        return "jsonl"
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    return "jsonl" if start[:1] in (b"{", b"[", b"") else "table"
