"""The quarantine: one JSON line for everything that was not taken, with where it stood and why.

The file is appended to; what stands in it already is not written again, so that a second run adds nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from types import TracebackType

    from loyaltykit.cli.feed.items import Item, Refusal
    from loyaltykit.cli.words import Lang

_RAW = 10_000


@attrs.define
class Quarantine:
    """Writes refusals; the file is made when the first one comes. `counts` has how many of each code there were."""

    path: Path
    lang: Lang
    counts: Counter[str] = attrs.field(factory=Counter)
    _file: IO[str] | None = None
    _known: set[bytes] = attrs.field(factory=set)

    def add(self, item: Item, refusal: Refusal) -> None:
        """Write what was refused."""
        self.counts[refusal.code] += 1
        row = self._row(item, refusal)
        if self._file is None:
            self._open()
        digest = _digest(row)
        if digest not in self._known and self._file is not None:
            self._file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def flush(self) -> None:
        """Have on the disk what was written."""
        if self._file is not None:
            self._file.flush()

    @property
    def total(self) -> int:
        """How many were refused."""
        return sum(self.counts.values())

    def _row(self, item: Item, refusal: Refusal) -> dict[str, Any]:
        raw = item.raw.decode(errors="replace") if isinstance(item.raw, bytes) else item.raw
        row = {"file": item.file, "line": item.line, "code": refusal.code, "reason": refusal.words(self.lang)}
        if refusal.event:
            row["event"] = refusal.event
        if refusal.column:
            row["column"], row["value"] = refusal.column, refusal.value
        return {**row, "raw": _sound(raw.rstrip("\r\n")[:_RAW])}

    def _open(self) -> None:
        if self.path.exists():
            with self.path.open(encoding="utf-8", errors="replace") as file:
                self._known = {_digest(row) for line in file if (row := _parsed(line)) is not None}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("a", encoding="utf-8")

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Quarantine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _digest(row: dict[str, Any]) -> bytes:
    """What makes two lines the same: place, code and text, in whichever language the reason is."""
    text = "\0".join(str(row.get(key, "")) for key in ("file", "line", "code", "column", "raw"))
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=10).digest()


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _sound(text: str) -> str:
    """Without lone surrogates, which no file can hold."""
    return text.encode(errors="replace").decode()
