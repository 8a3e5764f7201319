"""YAML text -> plain data with places: PyYAML's events, our own scalars (YAML 1.2 core), nothing that can surprise.

`no`, `on` and `12:30` are text, `010` is ten. Anchors, aliases, tags, merge keys and second documents are refused: a
program reads the same to a person, to an editor and to us. The reader takes one event after the other, so nesting costs
no stack, and stops at the first that is too deep or too many.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import attrs
import yaml
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

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

if TYPE_CHECKING:
    from collections.abc import Iterator

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_NUMBER_STARTS = frozenset("0123456789+-.")
_LINE_BREAKS = re.compile("[\x85\u2028\u2029]")


class _PureParser(Reader, Scanner, Parser):
    """PyYAML's own parser, for a PyYAML that was built without libyaml."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


def read_yaml(text: str, *, pure: bool = False) -> Source:
    """The document of a YAML text. Never raises for bad content: faults are in the source."""
    reader = _YamlReader()
    try:
        _no_odd_breaks(text)
        for event in _events(text, pure=pure):
            reader.take(event)
    except StopReadingError as stop:
        reader.faults.append(stop.fault)
        reader.broken = True
    except yaml.YAMLError as error:
        reader.faults.append(_syntax(error))
        reader.broken = True
    if reader.spot is None and not reader.broken:
        reader.faults.append(Fault(Finding("document/empty"), line=1, column=1))
    data = None if reader.broken else reader.data
    return Source(data, reader.spot, tuple(reader.faults))


def _events(text: str, *, pure: bool) -> Iterator[Any]:
    parser: Any = _PureParser(text) if pure else _parser(text)
    while True:
        event = parser.get_event()
        yield event
        if type(event) is yaml.StreamEndEvent:
            return


def _parser(text: str) -> Any:
    """The parser of libyaml where PyYAML was built with it, else the slower one in Python: the same events."""
    try:
        from yaml._yaml import CParser
    except ImportError:
        return _PureParser(text)
    return CParser(text)


def _no_odd_breaks(text: str) -> None:
    """Characters that YAML 1.1 takes for line breaks and editors do not: places would be wrong after them."""
    match = _LINE_BREAKS.search(text)
    if match is not None:
        before = text[: match.start()]
        line, column = before.count("\n") + 1, match.start() - before.rfind("\n")
        raise StopReadingError(
            Fault(Finding("document/control", {"code": f"U+{ord(match[0]):04X}"}), line=line, column=column)
        )


def _syntax(error: yaml.YAMLError) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    reason = getattr(error, "problem", None) or getattr(error, "context", None) or getattr(error, "reason", None)
    finding = Finding("document/yaml", {"reason": echo(reason or type(error).__name__)})
    if mark is None:
        return Fault(finding, line=1, column=1)
    return Fault(finding, line=mark.line + 1, column=mark.column + 1)


@attrs.define(slots=True)
class _Open:
    """A mapping or list that is being read."""

    value: dict[str, Any] | list[Any]
    spot: Spot
    key: str | None = None
    key_line: int = 0
    key_column: int = 0
    ignore: bool = False
    """The value of a key that was there already: read past it."""


@attrs.define(slots=True)
class _YamlReader:
    data: Any = None
    spot: Spot | None = None
    faults: list[Fault] = attrs.field(factory=list)
    broken: bool = False
    stack: list[_Open] = attrs.field(factory=list)
    parts: int = 0
    documents: int = 0

    def take(self, event: Any) -> None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._scalar(event)
        elif kind is yaml.MappingStartEvent:
            self._open(event, {}, {})
        elif kind is yaml.SequenceStartEvent:
            self._open(event, [], [])
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            closed = self.stack.pop()
            if not self.stack:
                self.data, self.spot = closed.value, closed.spot
        elif kind is yaml.AliasEvent:
            self._refuse("document/alias", event)
            self._put(None, self._spot(event))
        elif kind is yaml.DocumentStartEvent:
            self.documents += 1
            if self.documents > 1:
                raise StopReadingError(self._fault("document/several", event))

    def _scalar(self, event: Any) -> None:
        if event.anchor is not None or event.tag is not None:
            self._no_extras(event)
        top = self.stack[-1] if self.stack else None
        if top is not None and top.key is None and type(top.value) is dict:
            self._key(top, event)
            return
        spot = self._spot(event)
        value = event.value
        if event.style not in ("|", ">"):
            start, end = event.start_mark, event.end_mark
            quotes = 1 if event.style else 0
            if start.line == end.line and end.column - start.column == len(value) + 2 * quotes:
                spot.inside = start.column + 1 + quotes
        self._put(_plain(value) if event.implicit[0] and event.tag is None else value, spot)

    def _key(self, top: _Open, event: Any) -> None:
        top.key = key = event.value
        mark = event.start_mark
        top.key_line, top.key_column = mark.line + 1, mark.column + 1
        if key in top.value:
            top.ignore = True
            self._refuse("document/duplicate-key", event, name=echo(key))
        elif key == "<<" and event.implicit[0]:
            self._refuse("document/merge-key", event)

    def _open(self, event: Any, value: dict[str, Any] | list[Any], parts: Any) -> None:
        if event.anchor is not None or event.tag is not None:
            self._no_extras(event)
        top = self.stack[-1] if self.stack else None
        if top is not None and top.key is None and type(top.value) is dict:
            raise StopReadingError(self._fault("document/complex-key", event))
        if len(self.stack) >= MAX_DEPTH:
            raise StopReadingError(self._fault("document/too-deep", event, limit=MAX_DEPTH))
        spot = self._spot(event)
        spot.parts = parts
        self._put(value, spot)
        self.stack.append(_Open(value, spot))

    def _put(self, value: Any, spot: Spot) -> None:
        """Add a value where one is due."""
        self.parts += 1
        if self.parts > MAX_PARTS:
            finding = Finding("document/too-many", {"limit": MAX_PARTS})
            raise StopReadingError(Fault(finding, line=spot.line, column=spot.column))
        if not self.stack:
            self.data, self.spot = value, spot
            return
        top = self.stack[-1]
        if type(top.value) is list:
            top.value.append(value)
            top.spot.parts.append(spot)  # type: ignore[union-attr]
            return
        if top.key is None:
            raise StopReadingError(Fault(Finding("document/complex-key"), line=spot.line, column=spot.column))
        if not top.ignore:
            spot.key_line, spot.key_column = top.key_line, top.key_column
            top.value[top.key] = value  # type: ignore[call-overload]
            top.spot.parts[top.key] = spot  # type: ignore[index,call-overload]
        top.key, top.ignore = None, False

    def _no_extras(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse("document/anchor", event)
        if event.tag is not None:
            self._refuse("document/tag", event, name=echo(event.tag))

    def _refuse(self, code: str, event: Any, **arguments: Any) -> None:
        self.faults.append(self._fault(code, event, **arguments))

    def _fault(self, code: str, event: Any, **arguments: Any) -> Fault:
        mark = event.start_mark
        return Fault(Finding(code, arguments), self._keys(), line=mark.line + 1, column=mark.column + 1)

    def _keys(self) -> Keys:
        """The way to what is being read, for messages."""
        keys: list[str | int] = []
        for part in self.stack:
            if isinstance(part.value, list):
                keys.append(len(part.value))
            elif part.key is not None:
                keys.append(part.key)
        return tuple(keys)

    @staticmethod
    def _spot(event: Any) -> Spot:
        mark = event.start_mark
        return Spot(mark.line + 1, mark.column + 1, NO_COLUMN)


def _plain(text: str) -> Any:
    """The value of an unquoted scalar by the YAML 1.2 core schema."""
    if text not in _NULL and text[0] not in _NUMBER_STARTS:
        return _BOOLEAN.get(text, text)
    if text in _NULL:
        return None
    if _INTEGER.fullmatch(text):
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        return int(text, base) if len(text) <= 40 else UNREADABLE
    if _FLOAT.fullmatch(text):
        return float(text)
    if _SPECIAL.fullmatch(text):
        return float(text.replace(".", "", 1))
    return text
