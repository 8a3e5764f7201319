"""Plain data -> document models, with every fault of shape, and what is left when the faulty parts are cut out.

One broken rule must not hide what is wrong with the others: faulty parts are removed and the rest is validated again,
so that names and expressions can still be checked there.
"""

from __future__ import annotations

import re
import types
import typing
from typing import TYPE_CHECKING, Annotated, Any

import attrs
from pydantic import BaseModel, ValidationError

from loyaltykit.problems import Finding, echo, nearest
from loyaltykit.program.document import Document
from loyaltykit.program.places import Fault, Keys

if TYPE_CHECKING:
    from collections.abc import Mapping

_CODES = {
    "missing": "document/missing",
    "extra_forbidden": "document/unknown-key",
    "string_type": "document/text",
    "int_type": "document/whole",
    "int_from_float": "document/whole",
    "bool_type": "document/boolean",
    "dict_type": "document/mapping",
    "model_type": "document/mapping",
    "tuple_type": "document/list",
    "literal_error": "document/one-of",
    "string_pattern_mismatch": "document/id",
    "string_too_long": "document/name-length",
    "string_too_short": "document/name-length",
    "too_short": "document/too-few",
    "too_long": "document/too-many-items",
    "greater_than": "document/range",
    "greater_than_equal": "document/range",
    "less_than": "document/range",
    "less_than_equal": "document/range",
}
_BOUNDS = (("gt", "> {}"), ("ge", "≥ {}"), ("lt", "< {}"), ("le", "≤ {}"))
_ROUNDS = 5
_LONGEST_NAME = 100
_FAULTS = 2_000
_NEEDED = frozenset({"id", "on", "count", "per"})
"""Without these keys the rest of their part means something else."""


@attrs.frozen(slots=True)
class Shape:
    """What validation made of the data."""

    document: Document | None
    """The whole document, or what is left of it without its faulty parts; None when nothing can be made of it."""
    faults: tuple[Fault, ...] = ()
    broken: frozenset[Keys] = frozenset()
    """The parts that were cut out: nothing that refers to them can be judged."""
    numbers: tuple[int, ...] = ()
    """For each rule of `document`, its number in the data."""


def shape(data: dict[str, Any]) -> Shape:
    """Validate a document as far as it can be."""
    errors = _errors(data)
    if isinstance(errors, Document):
        return Shape(errors, numbers=tuple(range(len(errors.rules))))
    faults = _faults(errors, data)
    broken: set[Keys] = set()
    numbers = list(range(len(data["rules"]))) if isinstance(data.get("rules"), tuple) else []
    rest = data
    for _ in range(_ROUNDS):
        rest, numbers = _cut(rest, errors, broken, numbers)
        errors = _errors(rest)
        if isinstance(errors, Document):
            return Shape(errors, faults, frozenset(broken), tuple(numbers))
    return Shape(None, faults, frozenset(broken))


def declared(data: Mapping[str, Any], section: str) -> tuple[str, ...]:
    """The names that a section declares, faulty parts too, but not names that nobody could mean."""
    found = data.get(section)
    names = found if isinstance(found, dict) else ()
    return tuple(name for name in names if len(name) <= _LONGEST_NAME and name.isprintable())


def _errors(data: dict[str, Any]) -> Document | list[Any]:
    try:
        return Document.model_validate(data)
    except ValidationError as error:
        return list(error.errors(include_url=False))


def _faults(errors: list[Any], data: dict[str, Any]) -> tuple[Fault, ...]:
    """One fault a place."""
    found: dict[Keys, Fault] = {}
    for error in errors[:_FAULTS]:
        keys = keys_of(error["loc"], data)
        missing = (str(error["loc"][-1]),) if error["type"] == "missing" else ()
        if (*keys, *missing) in found or _enough(error):
            continue
        found[*keys, *missing] = _fault(error, keys, missing)
    return tuple(found.values())


def _enough(error: Any) -> bool:
    """Whether something is too short only because faulty items of it do not count."""
    return bool(error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"])


def keys_of(loc: Keys, data: Any) -> Keys:
    """The part of the data that an error is about: what validators put in between is left out."""
    keys: list[str | int] = []
    for item in loc:
        if isinstance(data, dict) and str(item) in data:
            data = data[str(item)]
            keys.append(str(item))
        elif isinstance(data, tuple) and isinstance(item, int) and item < len(data):
            data = data[item]
            keys.append(item)
    return tuple(keys)


_OF_EXPRESSIONS = (")", "(", "=", '"', "'", "<", ">")
"""A key with one of these is a piece of an expression that was split at a comma."""


def _fault(error: Any, keys: Keys, missing: Keys) -> Fault:
    kind = error["type"]
    code = kind if "/" in kind else _CODES.get(kind, "document/invalid")
    context = error.get("ctx") or {}
    at_key = error["loc"][-1] == "[key]"
    name = str(keys[-1]) if keys else ""
    unknown = code == "document/unknown-key"
    if (unknown and any(mark in name for mark in _OF_EXPRESSIONS)) or (at_key and name.rstrip().endswith(")")):
        return Fault(Finding("document/unknown-key", {"name": echo(name)}, "hint/quote"), keys, at_key=True)
    if code == "document/missing":
        return Fault(Finding(code, {"name": missing[0]}), keys, missing)
    if code == "document/unknown-key":
        return Fault(_unknown(name, error["loc"][:-1]), keys, at_key=True)
    arguments = {"name": _quoted(error.get("input")), **_arguments(code, context)}
    return Fault(Finding(code, arguments, _hint(arguments)), keys, at_key=at_key)


def _quoted(value: Any) -> str:
    """What stands there, without writing out a whole part of the document."""
    if isinstance(value, dict | tuple):
        return "{…}" if isinstance(value, dict) else "[…]"
    return "null" if value is None else echo(str(value).lower() if isinstance(value, bool) else value)


def _arguments(code: str, context: dict[str, Any]) -> dict[str, Any]:
    if code == "document/one-of":
        return {"known": ", ".join(re.findall(r"'([^']*)'", str(context.get("expected", ""))))}
    if code == "document/range":
        bounds = [words.format(context[bound]) for bound, words in _BOUNDS if bound in context]
        return {"bounds": ", ".join(bounds)}
    return {key: item for key, item in context.items() if key in ("known", "max_length", "min_length", "name")}


def _hint(arguments: dict[str, Any]) -> str:
    """The nearest of the values that may stand here, or all of them."""
    known = arguments.get("known")
    if not known:
        return ""
    near = nearest(str(arguments["name"]), known.split(", "))
    if near is None:
        return "hint/one-of"
    arguments["nearest"] = near
    return "hint/nearest"


_SAME = {"period": "every", "points": "award", "reward": "grant", "if": "when", "then": "award", "trigger": "on"}
"""What people write for a key that is called otherwise, where there is such a key."""


def _unknown(name: str, loc: tuple[Any, ...]) -> Finding:
    known = known_keys(loc)
    near = _SAME[name] if _SAME.get(name) in known else nearest(name, known)
    if near is not None:
        return Finding("document/unknown-key", {"name": echo(name), "nearest": near}, "hint/nearest")
    if known:
        return Finding("document/unknown-key", {"name": echo(name), "known": ", ".join(known)}, "hint/one-of")
    return Finding("document/unknown-key", {"name": echo(name)})


def known_keys(loc: tuple[Any, ...]) -> tuple[str, ...]:
    """The keys that the mapping at an error's location may have."""
    found: list[Any] = [Document]
    for item in loc:
        found = [inner for one in found for inner in _inside(one, item)]
    models = [one for one in found if isinstance(one, type) and issubclass(one, BaseModel)]
    return tuple(field.alias or name for model in models for name, field in model.model_fields.items())


def _inside(kind: Any, item: Any) -> list[Any]:
    """The types of a type's part `item`."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            if item in (name, field.alias):
                return _choices(field.annotation)
        return []
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is dict:
        return _choices(arguments[1])
    if origin is tuple:
        return _choices(arguments[0])
    return [kind]


def _choices(kind: Any) -> list[Any]:
    """The types that an annotation allows, without its marks."""
    origin = typing.get_origin(kind)
    if origin is Annotated:
        return _choices(typing.get_args(kind)[0])
    if origin in (typing.Union, types.UnionType):
        return [one for part in typing.get_args(kind) for one in _choices(part)]
    return [kind]


def _cut(
    data: dict[str, Any], errors: list[Any], broken: set[Keys], numbers: list[int]
) -> tuple[dict[str, Any], list[int]]:
    """The data without what the errors are about."""
    parts = {keys for error in errors if (keys := _part(error, data))}
    for keys in parts:
        rule = keys[1] if keys[0] == "rules" and len(keys) > 1 else None
        broken.add(("rules", numbers[rule], *keys[2:]) if isinstance(rule, int) else keys)
    gone = {keys[1] for keys in parts if len(keys) == 2 and keys[0] == "rules"}
    kept = [] if ("rules",) in parts else [number for position, number in enumerate(numbers) if position not in gone]
    rest = _without(data, _tree(parts))
    rest.setdefault("program", "program")
    rest.setdefault("events", {})
    return rest, kept


def _part(error: Any, data: dict[str, Any]) -> Keys:
    """What to cut out for an error: as little as can be; what lacks it then is cut out in the next round."""
    keys = keys_of(error["loc"], data)
    if error["type"] == "extra_forbidden":
        return keys
    return keys[:2] if len(keys) > 2 and keys[2] in _NEEDED else keys[:3]


def _tree(parts: set[Keys]) -> dict[Any, Any]:
    """The parts as nested dicts; an empty one is a part to cut out."""
    root: dict[Any, Any] = {}
    for keys in sorted(parts, key=len):
        branch = root
        for number, key in enumerate(keys):
            if key in branch and not branch[key]:
                break
            branch = branch.setdefault(key, {} if number == len(keys) - 1 else {None: None})
    return root


def _without(value: Any, parts: dict[Any, Any]) -> Any:
    """A copy of nested data without the parts."""
    if isinstance(value, dict):
        pairs = [(key, item, parts.get(key)) for key, item in value.items()]
        return {key: item if inner is None else _without(item, inner) for key, item, inner in pairs if inner != {}}
    items = [(item, parts.get(number)) for number, item in enumerate(value)]
    return tuple(item if inner is None else _without(item, inner) for item, inner in items if inner != {})
