"""Code that takes an event's fields out of its data and checks their types: nothing ill-typed gets past it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.rules.compile.context import Function

_PLAIN = {
    "text": "type({take}) is str",
    "boolean": "type({take}) is bool",
    "integer": f"type({{take}}) is int and {-(2**63)} <= {{name}} < {2**63}",
    "number": "type({take}) is float and {name} - {name} == 0.0",
}
"""What is plainly right, of a field that is taken by the first mention."""
_EXACT = {"text": None, "integer": None, "boolean": None, "number": "float"}


def checks(fn: Function) -> Iterator[str]:
    """Have the event admitted, then take the fields that the code uses; what is not as it should be is converted."""
    declared = fn.plan.events[fn.event or ""]
    tests = [_quick(fn, name, *kind) for name, kind in declared.items()]
    if not all(tests):
        yield "if event.admitted is not ADMITTED:"
        yield "    admit(event)"
        yield from used(fn)
        return
    if not tests:
        return
    yield "data = event.data"
    yield "if event.admitted is not ADMITTED:"
    yield "    try:"
    yield f"        plain = {' and '.join(tests)}"
    yield "    except KeyError:"
    yield "        plain = False"
    yield "    if not plain:"
    yield "        admit(event)"
    yield from (f"        {line}" for line in used(fn, taken=True))
    if fn.fields:
        yield "else:"
        yield from (f"    {line}" for line in used(fn, taken=True))


def _quick(fn: Function, field: str, kind: str, optional: bool, items: bool) -> str:  # noqa: FBT001  # a row of the plan
    """A quick test that a field is plainly right; empty when only the door can tell."""
    if items or kind not in _PLAIN:
        return ""
    name, key, known = fn.fields.get(field, "v"), fn.constant(field), field in fn.fields
    if optional:
        return f"(({name} := data.get({key})) is None or {_PLAIN[kind].format(take=name, name=name)})"
    take = f"{name} := data[{key}]" if known or kind in ("integer", "number") else f"data[{key}]"
    return _PLAIN[kind].format(take=take, name=name)


def used(fn: Function, *, taken: bool = False) -> Iterator[str]:
    """The fields that the code uses, of an admitted event."""
    declared = fn.plan.events[fn.event or ""]
    if (fn.fields or fn.in_place) and not taken:
        yield "data = event.data"
    for name, variable in fn.fields.items():
        kind, optional, items = declared[name]
        key = fn.constant(name)
        yield f"{variable} = data.get({key})" if optional else f"{variable} = data[{key}]"
        exact = None if items else _EXACT.get(kind, "")
        if exact is None and not items:
            continue
        tests = [f"{variable} is not None"] if optional else []
        tests += [f"type({variable}) is not {exact}"] if exact else []
        if tests:
            yield f"if {' and '.join(tests)}:"
        yield f"{'    ' if tests else ''}{variable} = convert(event, {key})"


def in_place(fn: Function, name: str) -> str:
    """What takes a field out of an admitted event where it is read; empty for one that may be null or is converted."""
    kind, optional, items = fn.plan.events[fn.event or ""][name]
    if optional or items or kind not in _EXACT:
        return ""
    take, exact = f"data[{fn.constant(name)}]", _EXACT[kind]
    return take if exact is None else f"(v if type(v := {take}) is {exact} else convert(event, {fn.constant(name)}))"
