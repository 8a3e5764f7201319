"""Code for points that wait for an event, and for those that an active member keeps alive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.rules.expression.emit import depends
from loyaltykit.rules.expression.tree import Ref
from loyaltykit.rules.runtime import history, lots

if TYPE_CHECKING:
    from loyaltykit.rules.compile.context import Function
    from loyaltykit.rules.plan import Points


def key(fn: Function, point: Points) -> str:
    """Source of the key that an award waits for; None when its event has no such field, or there is no event."""
    waiting = None if point.lots is None else point.lots.waiting
    if waiting is None or waiting.key is None or fn.event is None:
        return "None"
    fields = fn.plan.events.get(fn.event, {})
    for read in depends(waiting.key):
        if isinstance(read, Ref) and read.path[0] == "event" and read.path[-1] not in fields:
            return "None"
    return f"{fn.module.helper(history.key_of)}({fn.value(waiting.key)})"


def extend(fn: Function) -> None:
    """Points that end by inactivity live on when this event is an active one."""
    for point in fn.plan.points:
        if point.lots is not None and point.lots.idle is not None and fn.event in point.lots.idle.events:
            name = fn.module.names.constant(point, f"point_{point.id}")
            fn(f"{fn.module.helper(lots.extend)}(s, {name}, at, {fn.module.zone})")


def spare(fn: Function, point: Points, name: str) -> None:
    """Points that would end by inactivity now live on for whom the condition holds."""
    idle = None if point.lots is None else point.lots.idle
    if idle is None or idle.unless is None:
        return
    with fn.block(f"if {fn.module.helper(lots.ended)}(s, {name}, at) and ({fn.truth(idle.unless)}):"):
        fn(f"{fn.module.helper(lots.extend)}(s, {name}, at, {fn.module.zone})")


def arrive(fn: Function) -> None:
    """Points that have waited for this event become available, after the rules have seen them pending."""
    for point in fn.plan.points:
        waiting = None if point.lots is None else point.lots.waiting
        if waiting is None or fn.event not in waiting.events:
            continue
        name = fn.module.names.constant(point, f"point_{point.id}")
        wanted = repr(lots.ANY) if waiting.key is None else key(fn, point)
        fn(f"{fn.module.helper(lots.arrived)}(s, {name}, {wanted}, at, eid, out)")
        fn.touched |= {point.slot + lots.AVAILABLE, point.slot + lots.PENDING}
