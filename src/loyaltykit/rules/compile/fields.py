"""Code that takes an event's fields out of its data and checks their types: nothing ill-typed gets past it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.rules.compile.context import Function

_PLAIN = {
    "text": "type(v) is str",
    "boolean": "type(v) is bool",
    "integer": f"type(v) is int and {-(2**63)} <= v < {2**63}",
    "number": "type(v) is float and v - v == 0.0",
}
_EXACT = {"text": None, "integer": None, "boolean": None, "number": "float"}


def checks(fn: Function) -> Iterator[str]:
    """Have the event admitted, then take the fields that the code uses; what is not as it should be is converted."""
    declared = fn.plan.events[fn.event or ""]
    tests = [_quick(fn, name, *kind) for name, kind in declared.items()]
    if not all(tests):
        yield "if event.admitted is not ADMITTED:"
        yield "    admit(event)"
    elif tests:
        yield "data = event.data"
        yield "if event.admitted is not ADMITTED:"
        yield "    try:"
        yield f"        plain = {' and '.join(tests)}"
        yield "    except KeyError:"
        yield "        plain = False"
        yield "    if not plain:"
        yield "        admit(event)"
    yield from used(fn, taken=bool(tests) and all(tests))


def _quick(fn: Function, name: str, kind: str, optional: bool, items: bool) -> str:  # noqa: FBT001  # a row of the plan
    """A quick test that a field is plainly right; empty when only the door can tell."""
    if items or kind not in _PLAIN:
        return ""
    test, key = _PLAIN[kind], fn.constant(name)
    if optional:
        return f"((v := data.get({key})) is None or {test})"
    named = f"v := data[{key}]" if kind in ("integer", "number") else f"data[{key}]"
    return test.replace("type(v)", f"type({named})", 1)


def used(fn: Function, *, taken: bool = False) -> Iterator[str]:
    """The fields that the code uses, of an admitted event."""
    declared = fn.plan.events[fn.event or ""]
    if fn.fields and not taken:
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
