"""Events that were taken out: which of a member's events an `event.voided` is about.

A void takes out an event of the same member that happened before it: it belongs to the whole history and not to an
instant, so a fold that goes forward only notes it, and whoever folds a history anew leaves the voided events out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.program.reserved import VOIDED, voidable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from loyaltykit.values import Event


def taken_out(events: Iterable[Event], *, late: Collection[str] = ()) -> set[str]:
    """The ids of the voided events among a member's events, in any order. A void that came too late takes out none."""
    known = list(events)
    voids: dict[str, tuple[int, str]] = {}
    for event in known:
        if event.type == VOIDED and event.id not in late:
            target = event.data["event"]
            voids[target] = max(voids.get(target, (event.instant, event.id)), (event.instant, event.id))
    if not voids:
        return set()
    return {
        event.id
        for event in known
        if event.id in voids and voidable(event.type) and (event.instant, event.id) < voids[event.id]
    }
