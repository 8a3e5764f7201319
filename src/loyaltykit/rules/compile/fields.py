"""Code that takes an event's fields out of its data and checks their types: nothing ill-typed gets past it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.rules.compile.context import Function

_EXACT = {"text": None, "integer": None, "boolean": None, "number": "float"}


def checks(fn: Function) -> Iterator[str]:
    """Have the event admitted, then take the fields that the code uses; what is not as it should be is converted."""
    yield "if event.admitted is not ADMITTED:"
    yield "    admit(event)"
    yield from used(fn)


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
