"""Where things stand in a document's text, and what its readers hand over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from loyaltykit.problems import Finding

Keys = tuple[str | int, ...]
"""The way to a part of the document: keys of mappings, 0-based numbers of lists."""

MAX_TEXT = 2_000_000
MAX_DEPTH = 32
MAX_PARTS = 100_000
NO_COLUMN = -1
UNREADABLE = 2**70
"""Stands for a whole number with too many digits to convert: refused with the others that do not fit 64 bits."""


@attrs.define(slots=True, eq=False)
class Spot:
    """The place of one value in the text (1-based), of its key, and of its parts."""

    line: int
    column: int
    inside: int = NO_COLUMN
    """The column of a scalar's first character when offsets into it can be added to it; else `NO_COLUMN`."""
    key_line: int = 0
    key_column: int = 0
    parts: dict[str, Spot] | list[Spot] | None = None


@attrs.frozen(slots=True)
class Fault:
    """A finding at a part of the document, before its place in the text is looked up."""

    finding: Finding
    keys: Keys = ()
    tail: Keys = ()
    """What the path has beyond `keys` and the document has not: a missing key."""
    at_key: bool = False
    """Whether it is the key that is at fault, not the value."""
    line: int = 0
    column: int = 0
    """The place, when the reader knows it better than the keys do."""
    path: str = ""
    """The path in words of the contract, when it is not simply the keys."""


@attrs.frozen(slots=True)
class Source:
    """A document that was read: plain data, the places of its parts, and what was wrong on the way."""

    data: Any
    spot: Spot | None = None
    faults: tuple[Fault, ...] = ()
    file: str = ""
    text: str | None = None


@attrs.frozen(slots=True)
class Place:
    """A 1-based line and column; 0 when there is no text."""

    line: int = 0
    column: int = 0


class StopReadingError(Exception):
    """A fault after which the rest of the text cannot be read."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.finding.code)


def locate(source: Source, keys: Keys, *, at_key: bool = False, offset: int = 0) -> Place:
    """The place of a part: of its key or value, or of the nearest part around it that has one."""
    spot = source.spot
    if spot is None:
        return Place()
    depth = 0
    for key in keys:
        part = _part(spot, key)
        if part is None:
            break
        spot = part
        depth += 1
    if at_key and depth == len(keys) and spot.key_line:
        return Place(spot.key_line, spot.key_column)
    if offset and spot.inside != NO_COLUMN and depth == len(keys):
        return Place(spot.line, spot.inside + offset)
    inside = spot.inside if spot.inside != NO_COLUMN and offset else spot.column
    return Place(spot.line, inside)


def _part(spot: Spot, key: str | int) -> Spot | None:
    if isinstance(spot.parts, dict):
        return spot.parts.get(str(key))
    if isinstance(spot.parts, list) and isinstance(key, int) and key < len(spot.parts):
        return spot.parts[key]
    return None
