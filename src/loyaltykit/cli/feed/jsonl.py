"""JSON lines -> events. A line that is no event is refused by itself; the rest goes on."""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, Any

from loyaltykit.cli.feed.items import Item, Refusal
from loyaltykit.cli.feed.opening import BROKEN, MAX_LINE, Opened
from loyaltykit.errors import EventError
from loyaltykit.program.admission import read_event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.values import Event

_AT = re.compile(rb'"at"\s*:\s*"([^"\\]{10,40})"')
_OFFSET = re.compile(rb"(?:Z|[+-]\d\d:?\d\d)$")


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
    """Whether the lines' times rise, as far as a glance without parsing can tell; a wrong guess costs time only."""
    before: tuple[Any, bytes] = (b"", b"")
    try:
        for line in opened.lines():
            found = _AT.search(line)
            if found is None:
                continue
            at = found[1]
            offset = _OFFSET.search(at)
            if offset is None:
                continue
            wall = at[: offset.start()]
            if before[1] and (offset[0] != before[1] or wall < before[0]):
                return False
            before = (wall, offset[0])
    except BROKEN:
        return True
    return True
