"""Code that takes an event's fields out of its data and checks their types: nothing ill-typed gets past it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.rules.compile.context import Function

_PLAIN = {
    "text": "type(v) is not str",
    "boolean": "type(v) is not bool",
    "integer": f"type(v) is not int or not {-(2**63)} <= v < {2**63}",
    "number": "type(v) is not float or v - v != 0.0",
}
_EXACT = {"text": None, "integer": None, "boolean": None, "number": "float"}


def checks(fn: Function) -> Iterator[str]:
    """Have the event admitted, then take the fields that the code uses; what is not as it should be is converted."""
    declared = fn.plan.events[fn.event or ""]
    tests = [_quick(fn, name, *kind) for name, kind in declared.items()]
    if all(tests) and tests:
        yield "get = event.data.get"
        yield f"if event.admitted is not ADMITTED and ({' or '.join(tests)}):"
        yield "    admit(event)"
    elif tests:
        yield "if event.admitted is not ADMITTED:"
        yield "    admit(event)"
    yield from used(fn)


def _quick(fn: Function, name: str, kind: str, optional: bool, items: bool) -> str:  # noqa: FBT001  # a row of the plan
    """A quick test that a field is not plainly right; empty when only the door can tell."""
    look = f"get({fn.constant(name)})"
    if items or kind not in _PLAIN:
        return ""
    test = _PLAIN[kind]
    return f"(v := {look}) is not None and ({test})" if optional else test.replace("type(v)", f"type(v := {look})", 1)


def used(fn: Function) -> Iterator[str]:
    """The fields that the code uses, of an admitted event."""
    declared = fn.plan.events[fn.event or ""]
    if fn.fields:
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
