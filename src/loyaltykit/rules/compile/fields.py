"""Code that takes an event's fields out of its data and checks their types: nothing ill-typed gets past it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.rules.compile.context import Function

_QUICK = {
    "text": "type({v}) is not str",
    "number": "type({v}) is not float or {v} - {v} != 0.0",
    "integer": f"type({{v}}) is not int or not {-(2**63)} <= {{v}} < {2**63}",
    "boolean": "type({v}) is not bool",
}


def checks(fn: Function, *, only_used: bool = False) -> Iterator[str]:
    """A look and a test a declared field; what fails the quick test goes through the door's own conversion."""
    fields = fn.plan.events[fn.event or ""]
    wanted = [name for name in fields if not only_used or name in fn.fields]
    if not wanted:
        return
    yield "get = event.data.get"
    for name in wanted:
        kind, optional, items = fields[name]
        variable = fn.fields.get(name, "v")
        key = fn.constant(name)
        yield f"{variable} = get({key})"
        quick = None if items else _QUICK.get(kind)
        tests = [] if quick is None else [quick.format(v=variable)]
        if optional:
            tests = [f"{variable} is not None"] + [f"({test})" for test in tests]
        target = f"{variable} = " if name in fn.fields else ""
        if tests:
            yield f"if {' and '.join(tests)}:"
            yield f"    {target}convert(event, {key})"
        else:
            yield f"{target}convert(event, {key})"
