"""JSON lines -> events. A line that is no event is refused by itself; the rest goes on."""

from __future__ import annotations

import codecs
import datetime as dt
import json
import re
from typing import TYPE_CHECKING

from loyaltykit.cli.feed.items import Item, Refusal
from loyaltykit.cli.feed.opening import BROKEN, MAX_LINE, Opened
from loyaltykit.errors import EventError
from loyaltykit.program.admission import read_event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.values import Event

_AT = re.compile(rb'"at"\s*:\s*"(\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*)(Z|[+-]\d\d:\d\d)"')


def read_jsonl(opened: Opened) -> Iterator[Item]:
    """Every line that is not blank, as an event or a refusal."""
    name, number = opened.name, 0
    try:
        for number, line in enumerate(opened.lines(), 1):
            if number == 1:
                line = line.removeprefix(codecs.BOM_UTF8)  # noqa: PLW2901
            if not line.isspace():
                yield Item(name, number, line, _event(line))
    except BROKEN as error:
        yield Item(name, number + 1, "", Refusal("feed/damaged", {"reason": str(error) or type(error).__name__}))


def _event(line: bytes) -> Event | Refusal:
    try:
        return read_event(json.loads(line.decode().rstrip()))
    except EventError as error:
        return Refusal.of(error)
    except UnicodeDecodeError:
        return Refusal("feed/encoding")
    except (ValueError, RecursionError) as error:
        if len(line) > MAX_LINE:
            return Refusal("feed/too-long", {"limit": MAX_LINE})
        return Refusal("feed/json", {"reason": _reason(error)})


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}, column {error.colno}"
    return "nested too deep" if isinstance(error, RecursionError) else str(error)[:100]


def looks_ordered(opened: Opened) -> bool:
    """Whether the events' times rise, all through the file. Most lines are judged without parsing them."""
    wall = offset = b""
    try:
        for line in opened.lines():
            found = _glimpse(line)
            if found is None:
                continue
            if wall and not _rising(wall, offset, *found):
                return False
            wall, offset = found
    except BROKEN:
        return True
    return True


def _glimpse(line: bytes) -> tuple[bytes, bytes] | None:
    """The time of a line's event: wall time and offset; None when the line is no event."""
    if line.count(b'"at"') == 1 and b"\\u00" not in line:
        match = _AT.search(line)
        if match is not None:
            return match[1], match[2]
    try:
        at = str(json.loads(line)["at"]).encode()
        return (at, b"") if dt.datetime.fromisoformat(at.decode()).utcoffset() is not None else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _rising(wall: bytes, offset: bytes, later: bytes, its_offset: bytes) -> bool:
    if offset and offset == its_offset:
        return wall <= later
    first, second = (wall + offset).decode(), (later + its_offset).decode()
    try:
        return dt.datetime.fromisoformat(first) <= dt.datetime.fromisoformat(second)
    except ValueError:
        return False
