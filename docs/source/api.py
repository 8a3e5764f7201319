"""The public Python names: signatures and docstrings as they stand in the source."""

from __future__ import annotations

import ast
import inspect
import re
from itertools import pairwise
from pkgutil import resolve_name
from typing import Any

import attrs

import loyaltykit
from loyaltykit import values, views

_WIDTH = 100


def entry(argument: str) -> str:
    """The entries of some names of the package root, or of values that these have, in the order given.

    A name with dots, such as ``churn.History``, is one of a module of the root.
    """
    return "\n".join(_entry(name, _found(name)) for name in argument.split())


def _found(name: str) -> Any:
    if "." in name:
        room, _, name = name.rpartition(".")
        return resolve_name(f"{loyaltykit.__name__}.{room}:{name}")
    return getattr(loyaltykit, name, None) or getattr(values, name, None) or getattr(views, name)


def features(_: str) -> str:
    """The columns of every panel."""
    rows = [f"| `{one.name}` | {one.unit} | {one.doc} |" for one in loyaltykit.churn.PanelBuilder.features]
    return "\n".join(["| feature | unit | |", "|---|---|---|", *rows])


def _entry(name: str, found: Any) -> str:
    if not inspect.isclass(found):
        return f"### `{name}`\n\n{_signature(name, found)}\n\n{_words(found)}\n"
    parts = [f"### `{name}`", "", _words(found), ""]
    made_by_hand = (
        found.__module__ not in (values.__name__, views.__name__)
        and not issubclass(found, BaseException)
        and not attrs.has(found)
    )
    if made_by_hand and "__init__" in _own(found) and not getattr(found, "_is_protocol", False):
        parts += [_signature(name, found), ""]
    parts += _fields(found)
    parts += [line for member, thing in _members(found) for line in _member(name, member, thing)]
    return "\n".join(parts)


def _own(found: type) -> set[str]:
    """The names that a class has from the library's own classes."""
    return {name for base in found.__mro__ if base.__module__.startswith("loyaltykit") for name in vars(base)}


def _members(found: type) -> list[tuple[str, Any]]:
    """Public methods and properties, in the order of the source; those of a base after the class's own."""
    members: dict[str, Any] = {}
    for base in found.__mro__:
        if base.__module__.startswith("loyaltykit"):
            for name, thing in vars(base).items():
                callable_ = inspect.isfunction(thing) or isinstance(thing, classmethod | property)
                if callable_ and not name.startswith("_"):
                    members.setdefault(name, thing)
    return list(members.items())


def _member(owner: str, name: str, thing: Any) -> list[str]:
    if isinstance(thing, property):
        return [f"#### `{owner}.{name}`", "", _words(thing.fget), ""]
    call = thing.__func__ if isinstance(thing, classmethod) else thing
    return [f"#### `{owner}.{name}`", "", _signature(f"{owner}.{name}", call, bound=True), "", _words(call), ""]


def _signature(name: str, found: Any, *, bound: bool = False) -> str:
    signature = inspect.signature(found)
    parameters = list(signature.parameters.values())[1 if bound else 0 :]
    text = f"{name}{signature.replace(parameters=parameters)}"
    text = re.sub(r"(: |-> )'([^']*)'", r"\1\2", text)  # annotations without quotes, defaults with theirs
    if len(text) > _WIDTH:
        head, _, rest = text.partition("(")
        inner, _, tail = rest.rpartition(")")
        text = f"{head}(\n    " + ",\n    ".join(_split(inner)) + f",\n){tail}"
    return f"<!-- not run: a signature -->\n```python\n{text}\n```"


def _split(inner: str) -> list[str]:
    """Parameters, apart at the commas outside brackets."""
    parts, depth, start = [], 0, 0
    for number, char in enumerate(inner):
        depth += (char in "[(") - (char in "])")
        if char == "," and not depth:
            parts.append(inner[start:number].strip())
            start = number + 1
    return [*parts, inner[start:].strip()]


def _fields(found: type) -> list[str]:
    """The fields of a value, with the words that stand under them in the source."""
    if not attrs.has(found):
        return []
    words = _field_words(found)
    fields = [field for field in attrs.fields(found) if not field.name.startswith("_")]
    rows = [f"| `{field.name}` | `{_kind(field)}` | {words.get(field.name, '')} |" for field in fields]
    return ["| field | type | |", "|---|---|---|", *rows, ""]


def _kind(field: Any) -> str:
    return str(field.type).replace("|", "\\|") if isinstance(field.type, str) else getattr(field.type, "__name__", "")


def _field_words(found: type) -> dict[str, str]:
    """The text under each annotated field of a class."""
    tree = ast.parse(inspect.getsource(found)).body[0]
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    words = {}
    for field, after in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(after, ast.Expr):
            text = after.value.value if isinstance(after.value, ast.Constant) else ""
            words[field.target.id] = _marked(" ".join(str(text).split()))
    return words


def _words(found: Any) -> str:
    return _marked(inspect.getdoc(found) or "")


def _marked(text: str) -> str:
    """Two backticks are for reStructuredText; one is enough here."""
    return text.replace("``", "`")


__all__ = ["entry", "features"]
