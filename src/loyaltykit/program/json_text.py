"""JSON text -> plain data with places: strict RFC 8259, and a key may stand only once.

The standard library's reader knows no places and keeps the last of two equal keys; this one is as small, takes strings
with the library's own scanner, and is still fast enough for a program of a thousand rules.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

import attrs

from loyaltykit.problems import Finding, echo
from loyaltykit.program.places import (
    MAX_DEPTH,
    MAX_PARTS,
    NO_COLUMN,
    UNREADABLE,
    Fault,
    Keys,
    Source,
    Spot,
    StopReadingError,
)

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORD = re.compile(r"-?[A-Za-z]+")
_WORDS = {"true": True, "false": False, "null": None}
_NOT_JSON = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


def read_json(text: str) -> Source:
    """The document of a JSON text. Never raises for bad content: faults are in the source."""
    reader = _JsonReader(text)
    try:
        if reader.space(0) == len(text):
            raise StopReadingError(Fault(Finding("document/empty"), line=1, column=1))
        value, spot, end = reader.value(0, ())
        if reader.space(end) != len(text):
            raise reader.stop("document/json-end", reader.space(end))
    except StopReadingError as stop:
        return Source(None, None, (*reader.faults, stop.fault))
    return Source(value, spot, tuple(reader.faults))


@attrs.define(slots=True)
class _JsonReader:
    text: str
    faults: list[Fault] = attrs.field(factory=list)
    parts: int = 0
    starts: list[int] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.starts = [0, *(match.end() for match in re.finditer("\n", self.text))]

    def space(self, at: int) -> int:
        """Past white space."""
        match = _SPACE.match(self.text, at)
        return at if match is None else match.end()

    def place(self, at: int) -> tuple[int, int]:
        """1-based line and column."""
        line = bisect_right(self.starts, at)
        return line, at - self.starts[line - 1] + 1

    def stop(self, code: str, at: int, keys: Keys = (), **arguments: Any) -> StopReadingError:
        """What to raise when nothing after `at` can be read."""
        line, column = self.place(at)
        found = echo(self.text[at : at + 12]) if at < len(self.text) else "end"
        return StopReadingError(Fault(Finding(code, {"found": found, **arguments}), keys, line=line, column=column))

    def value(self, at: int, keys: Keys) -> tuple[Any, Spot, int]:
        """The value that starts at or after `at`, its place, and where it ends."""
        at = self.space(at)
        self.parts += 1
        if self.parts > MAX_PARTS:
            raise self.stop("document/too-many", at, limit=MAX_PARTS)
        line, column = self.place(at)
        spot = Spot(line, column)
        first = self.text[at : at + 1]
        if first == '"':
            value, end = self.string(at)
            spot.inside = column + 1 if end - at == len(value) + 2 else NO_COLUMN
            return value, spot, end
        if first in ("{", "["):
            if len(keys) >= MAX_DEPTH:
                raise self.stop("document/too-deep", at, keys, limit=MAX_DEPTH)
            return self.mapping(at, keys, spot) if first == "{" else self.sequence(at, keys, spot)
        value, end = self.scalar(at, keys)
        return value, spot, end

    def string(self, at: int) -> tuple[str, int]:
        """The text of a string and where it ends."""
        try:
            value, end = scanstring(self.text, at + 1, True)
        except ValueError as error:
            raise self.stop("document/json-string", getattr(error, "pos", at)) from None
        return value, end

    def scalar(self, at: int, keys: Keys) -> tuple[Any, int]:
        """A number, true, false or null."""
        match = _NUMBER.match(self.text, at)
        if match is not None and not (match[0] == "-" or self.text.startswith("-I", at)):
            return _number(match), match.end()
        word = _WORD.match(self.text, at)
        if word is not None and word[0] in _WORDS:
            return _WORDS[word[0]], word.end()
        if word is not None and word[0] in _NOT_JSON:
            return _NOT_JSON[word[0]], word.end()
        raise self.stop("document/json", at, keys)

    def mapping(self, at: int, keys: Keys, spot: Spot) -> tuple[dict[str, Any], Spot, int]:
        """An object: every key once."""
        found: dict[str, Any] = {}
        parts: dict[str, Spot] = {}
        spot.parts = parts
        at = self.space(at + 1)
        if self.text.startswith("}", at):
            return found, spot, at + 1
        while True:
            if not self.text.startswith('"', at):
                raise self.stop("document/json-key", at, keys)
            key_at = at
            key, at = self.string(at)
            at = self.space(at)
            if not self.text.startswith(":", at):
                raise self.stop("document/json-colon", at, keys)
            value, part, at = self.value(at + 1, (*keys, key))
            part.key_line, part.key_column = self.place(key_at)
            if key in found:
                finding = Finding("document/duplicate-key", {"name": echo(key)})
                self.faults.append(Fault(finding, (*keys, key), line=part.key_line, column=part.key_column))
            else:
                found[key], parts[key] = value, part
            at = self.space(at)
            if self.text.startswith("}", at):
                return found, spot, at + 1
            at = self.comma(at, keys, "}")

    def sequence(self, at: int, keys: Keys, spot: Spot) -> tuple[list[Any], Spot, int]:
        """An array."""
        found: list[Any] = []
        parts: list[Spot] = []
        spot.parts = parts
        at = self.space(at + 1)
        if self.text.startswith("]", at):
            return found, spot, at + 1
        while True:
            value, part, at = self.value(at, (*keys, len(found)))
            found.append(value)
            parts.append(part)
            at = self.space(at)
            if self.text.startswith("]", at):
                return found, spot, at + 1
            at = self.comma(at, keys, "]")

    def comma(self, at: int, keys: Keys, closing: str) -> int:
        """Past the comma that must stand here."""
        if not self.text.startswith(",", at):
            raise self.stop("document/json-comma", at, keys, closing=closing)
        return self.space(at + 1)


def _number(match: re.Match[str]) -> int | float:
    if match[1] is None and match[2] is None:
        return int(match[0]) if len(match[0]) <= 40 else UNREADABLE
    return float(match[0])
