"""Any reader's or caller's data -> plain data that is safe to keep: the one gate for values of all formats.

Keys become text, lists become tuples, dates become their ISO text; what is not plain, not finite, outside 64 bits, too
deep, too many, or has characters that no store takes is a fault. So a document is the same in whichever format it came.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import attrs

from loyaltykit.problems import Finding, echo
from loyaltykit.program.places import MAX_DEPTH, MAX_PARTS, Fault, Keys, StopReadingError

MAX_SCALAR = 64_000
_INT64 = 2**63
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_CONTROL_KEY = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\ufffe\uffff]")


@attrs.frozen(slots=True)
class Plain:
    """Plain data, and what had to be refused in it (each refused value became None, each refused key was left out)."""

    data: Any
    faults: tuple[Fault, ...] = ()


def plain(data: Any) -> Plain:
    """Plain data of nested mappings, lists and scalars. Never raises for bad content."""
    gate = _Gate()
    try:
        made = gate.value(data, ())
    except StopReadingError as stop:
        return Plain(None, (*gate.faults, stop.fault))
    return Plain(made, tuple(gate.faults))


def control(text: str) -> re.Match[str] | None:
    """The first control character or lone surrogate of a text, None when it is clean."""
    return _CONTROL.search(text)


@attrs.define(slots=True)
class _Gate:
    faults: list[Fault] = attrs.field(factory=list)
    parts: int = 0

    def value(self, value: Any, keys: Keys) -> Any:
        """The plain form of a value."""
        self.parts += 1
        if self.parts > MAX_PARTS:
            raise StopReadingError(Fault(Finding("document/too-many", {"limit": MAX_PARTS}), keys[:MAX_DEPTH]))
        if isinstance(value, str):
            return self._text(value, keys)
        if isinstance(value, dict | Mapping):
            self._deep(keys)
            return self._mapping(value, keys)
        if isinstance(value, list | tuple):
            self._deep(keys)
            return tuple([self.value(item, (*keys, number)) for number, item in enumerate(value)])
        return self._scalar(value, keys)

    def _scalar(self, value: Any, keys: Keys) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int):
            return self._whole(int(value), keys)
        if isinstance(value, float | Decimal):
            return self._number(value, keys)
        if isinstance(value, dt.datetime | dt.date | dt.time):
            return value.isoformat()
        return self._refuse("document/kind", type(value).__name__, keys)

    def _number(self, value: float | Decimal, keys: Keys) -> Any:
        if not (value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)):
            return self._refuse("document/not-finite", str(value), keys)
        number = float(value)
        return int(number) if isinstance(value, Decimal) and abs(number) < _INT64 and number.is_integer() else number

    def _mapping(self, value: Mapping[Any, Any], keys: Keys) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, item in value.items():
            name = self._key_text(key)
            if name is None:
                self.faults.append(Fault(Finding("document/key", {"name": _shown(key)}), keys))
            elif name in made:
                self.faults.append(Fault(Finding("document/duplicate-key", {"name": echo(name)}), (*keys, name)))
            else:
                made[name] = self.value(item, (*keys, name))
        return made

    @staticmethod
    def _key_text(key: Any) -> str | None:
        """The text of a key; `True` is what YAML 1.1 readers make of `on`."""
        if key is True:
            return "on"
        if isinstance(key, int) and not isinstance(key, bool) and abs(key) < _INT64:
            return str(int(key))
        if isinstance(key, str) and key and not _CONTROL_KEY.search(key):
            return str.__str__(key)
        return None

    def _text(self, value: str, keys: Keys) -> str | None:
        match = _CONTROL.search(value)
        if match is not None:
            finding = Finding("document/control", {"code": f"U+{ord(match[0]):04X}"})
            self.faults.append(Fault(finding, keys))
            return None
        if len(value) > MAX_SCALAR:
            self.faults.append(Fault(Finding("document/too-long", {"limit": MAX_SCALAR}), keys))
            return None
        return str.__str__(value)

    def _whole(self, value: int, keys: Keys) -> int | None:
        if -_INT64 <= value < _INT64:
            return value
        self.faults.append(Fault(Finding("document/too-big"), keys))
        return None

    def _deep(self, keys: Keys) -> None:
        if len(keys) >= MAX_DEPTH:
            raise StopReadingError(Fault(Finding("document/too-deep", {"limit": MAX_DEPTH}), keys))

    def _refuse(self, code: str, value: str, keys: Keys) -> Any:
        self.faults.append(Fault(Finding(code, {"name": echo(value)}), keys))
        return None


def _shown(key: Any) -> str:
    """A quotation of a key of any kind, also of an object whose own `repr` misbehaves or is endless."""
    return echo(key if isinstance(key, str) else str(key) if key is None or key is False else type(key).__name__)
