"""TOML text -> plain data with the lines of its tables and keys, as far as they stand at the start of a line."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from loyaltykit.problems import Finding, echo
from loyaltykit.program.places import MAX_DEPTH, Fault, Source, Spot

_PART = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_LINE = re.compile(
    rf"^[ \t]*(?:(?P<open>\[\[?)[ \t]*(?P<table>{_DOTTED})[ \t]*\]|(?P<key>{_DOTTED})[ \t]*=[ \t]*)", re.MULTILINE
)
_TOO_DOTTED = re.compile(rf"(?<![\w-]){_PART}(?:[ \t]*\.[ \t]*{_PART}){{{MAX_DEPTH}}}")
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_PARTS = re.compile(_PART)


def read_toml(text: str) -> Source:
    """The document of a TOML text. Never raises for bad content: faults are in the source."""
    dotted = _TOO_DOTTED.search(text)
    if dotted is not None:  # tomllib needs time and stack for such keys
        return _failed("document/too-deep", text.count("\n", 0, dotted.start()) + 1, 1, limit=MAX_DEPTH)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = _AT.search(str(error))
        line, column = (int(match[1]), int(match[2])) if match and match[1] else (text.count("\n") + 1, 1)
        return _failed("document/toml", line, column, reason=echo(_AT.sub("", str(error))))
    except ValueError:  # a whole number with thousands of digits
        return _failed("document/too-big", 1, 1)
    except RecursionError:
        return _failed("document/too-deep", 1, 1, limit=MAX_DEPTH)
    if not data:
        return _failed("document/empty", 1, 1)
    return Source(data, _spots(text, data))


def _failed(code: str, line: int, column: int, **arguments: Any) -> Source:
    return Source(None, None, (Fault(Finding(code, arguments), line=line, column=column),))


def _spots(text: str, data: dict[str, Any]) -> Spot:
    """The places of tables and keys. Text that looks like a key inside a longer text can only mislead a line number."""
    root = Spot(1, 1, parts={})
    inside, value = root, data
    line, last = 1, 0
    for match in _LINE.finditer(text):
        line += text.count("\n", last, match.start())
        last = match.start()
        if match["table"] is not None:
            column = match.start("open") - match.start() + 1
            inside, value = _down(root, data, match["table"], line, column, new=match["open"] == "[[")
        else:
            column = match.start("key") - match.start() + 1
            spot, found = _down(inside, value, match["key"], line, column)
            _scalar(spot, found, text, match.end(), match.end() - match.start() + 1)
    return root


def _down(spot: Spot, value: Any, dotted: str, line: int, column: int, *, new: bool = False) -> tuple[Spot, Any]:
    """The spot of a dotted key under another, made where it is not there yet; of a list the last item, or a new one."""
    names = [part.strip("\"'") for part in _PARTS.findall(dotted)]
    for number, name in enumerate(names):
        value = value.get(name) if isinstance(value, dict) else None
        if not isinstance(spot.parts, dict):
            spot.parts = {}
        spot = spot.parts.setdefault(name, Spot(line, column, key_line=line, key_column=column))
        if _is_tables(value):
            another = new and number == len(names) - 1
            spot, value = _item(spot, value, Spot(line, column, key_line=line, key_column=column), another=another)
    return spot, value


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _item(spot: Spot, value: list[Any], fresh: Spot, *, another: bool) -> tuple[Spot, Any]:
    if not isinstance(spot.parts, list):
        spot.parts = []
    if not spot.parts or (another and len(spot.parts) < len(value)):
        spot.parts.append(fresh)
    return spot.parts[-1], value[len(spot.parts) - 1]


def _scalar(spot: Spot, value: Any, text: str, at: int, column: int) -> None:
    """The place of a value that stands on the line of its key."""
    spot.column = column
    if isinstance(value, str) and text[at : at + 1] in ("'", '"') and text.startswith(value, at + 1):
        spot.inside = column + 1
