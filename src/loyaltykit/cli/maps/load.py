"""Reads a mapping and holds it against the program: all problems at once, with places and the nearest right names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
from pydantic import BaseModel, ValidationError

from loyaltykit.cli.maps.model import EventRule, Identity, Mapping, Source, Test
from loyaltykit.errors import ProgramError
from loyaltykit.problems import Finding, echo
from loyaltykit.program.load import read_file
from loyaltykit.program.names import suggest
from loyaltykit.program.places import Fault, Keys
from loyaltykit.program.report import problems
from loyaltykit.program.reserved import event_types
from loyaltykit.program.shape import keys_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.problems import Lang, Problem, Severity
    from loyaltykit.program.document import Document

_CODES = {
    "missing": "document/missing",
    "extra_forbidden": "document/unknown-key",
    "string_type": "document/text",
    "int_type": "document/whole",
    "bool_type": "document/boolean",
    "dict_type": "document/mapping",
    "model_type": "document/mapping",
    "model_attributes_type": "document/mapping",
    "tuple_type": "document/list",
    "literal_error": "document/one-of",
    "string_pattern_mismatch": "document/id",
    "too_short": "document/too-few",
}
_PARTS: dict[str, type[BaseModel]] = {"when": Test, "unless": Test, "skip": Test, "id": Identity}


class MapError(ProgramError):
    """A mapping does not hold; `problems` has every finding."""

    code = "map/invalid"


def load_map(path: str, document: Document, *, lang: Lang) -> Mapping:
    """The mapping in a YAML, JSON or TOML file, for a program. Raises MapError."""
    read = read_file(path)
    faults = list(read.faults)
    mapping: Mapping | None = None
    if isinstance(read.data, dict):
        try:
            mapping = Mapping.model_validate(read.data)
        except ValidationError as error:
            faults += _shape(error, read.data)
        else:
            faults += _names(mapping, document)
    found: tuple[Problem, ...] = problems(read, faults, lang)
    if mapping is None or any(problem.severity == "error" for problem in found):
        raise MapError(found)
    return mapping


def _shape(error: ValidationError, data: Any) -> Iterator[Fault]:
    """The faults of form."""
    seen: set[Keys] = set()
    for one in error.errors(include_url=False):
        keys = keys_of(one["loc"], data)
        tail = (str(one["loc"][-1]),) if one["type"] == "missing" else ()
        if (*keys, *tail) in seen:
            continue
        seen.add((*keys, *tail))
        yield _fault(one, keys, tail)


def _fault(one: Any, keys: Keys, tail: Keys) -> Fault:
    code = one["type"] if "/" in one["type"] else _CODES.get(one["type"], "map/invalid")
    name = str(keys[-1]) if keys else ""
    if code == "document/unknown-key":
        arguments, hint = suggest(name, _known(keys))
        return Fault(Finding(code, arguments, hint), keys, at_key=True)
    arguments = {"name": tail[0] if tail else echo(one.get("input")), **(one.get("ctx") or {})}
    if code == "document/one-of":
        arguments["known"] = str(arguments.get("expected", "")).replace("'", "").replace(" or ", ", ")
    return Fault(Finding(code, arguments, "hint/one-of" if "known" in arguments else ""), keys, tail)


def _known(keys: Keys) -> list[str]:
    """The keys that may stand where `keys` ends."""
    model: type[BaseModel] = Mapping
    if len(keys) > 1:
        model = next((_PARTS[str(key)] for key in keys[:-1] if key in _PARTS), Source)
    if len(keys) == 3 and keys[0] == "events":
        model = EventRule
    return [field.alias or name for name, field in model.model_fields.items()]


@attrs.define
class _Against:
    """Holds a mapping against the program's events."""

    document: Document
    faults: list[Fault] = attrs.field(factory=list)

    def ask(self, code: str, name: str, known: Any, keys: Keys, *, at_key: bool = False) -> bool:
        """Whether a name is known; a fault when not."""
        if name in known:
            return True
        arguments, hint = suggest(name, known)
        severity: Severity = "warning" if code == "map/unknown-field" else "error"
        self.faults.append(Fault(Finding(code, arguments, hint, severity=severity), keys, at_key=at_key))
        return False

    def rule(self, rule: EventRule, keys: Keys) -> None:
        """The types exist, their fields exist, and what they need is there."""
        types = event_types(self.document)
        written = [rule.type.value] if rule.type.value is not None else list(rule.type.values.values())
        names = [str(name) for name in written if name is not None]
        if rule.type.value is None and not names:
            self.faults.append(Fault(Finding("map/type-values"), (*keys, "type")))
        known = [name for name in names if self.ask("map/unknown-type", name, types, (*keys, "type"))]
        fields = {field: kind for name in known for field, kind in types[name].items()}
        for field in rule.data if known else ():
            self.ask("map/unknown-field", field, fields, (*keys, "data", field), at_key=True)
        for name in known:
            for field, kind in types[name].items():
                if not kind.optional and field not in rule.data:
                    arguments = {"name": field, "type": name}
                    self.faults.append(Fault(Finding("map/missing-field", arguments), keys))


def _names(mapping: Mapping, document: Document) -> list[Fault]:
    against = _Against(document)
    for number, rule in enumerate(mapping.events):
        keys: Keys = ("events", number)
        against.rule(rule, keys)
        for part in ("member", "at"):
            if getattr(rule, part) is None and getattr(mapping, part) is None:
                against.faults.append(Fault(Finding("document/missing", {"name": part}), keys, (part,)))
    return against.faults
