"""Events that were taken out: which of a member's events an `event.voided` is about.

A void takes out an event of the same member that happened before it: it belongs to the whole history and not to an
instant, so a fold that goes forward only notes it, and whoever folds a history anew leaves the voided events out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.program.reserved import TAKES_OUT, UNREFERRED, voidable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from loyaltykit.values import Event


_REFERRED = "kit.referred"
_NEVER = (-(2**63), "")


def taken_out(events: Iterable[Event], *, late: Collection[str] = ()) -> set[str]:
    """The ids of the voided events among a member's events, in any order. A void that came too late takes out none.

    That a friend came is taken out by an event of its own, and by no void.
    """
    known = list(events)
    voids: dict[tuple[str, bool], tuple[int, str]] = {}
    for event in known:
        if event.type in TAKES_OUT and event.id not in late:
            target = event.data["event"], event.type == UNREFERRED
            voids[target] = max(voids.get(target, (event.instant, event.id)), (event.instant, event.id))
    if not voids:
        return set()
    return {
        event.id
        for event in known
        if (voidable(event.type) or event.type == _REFERRED)
        and (event.instant, event.id) < voids.get((event.id, event.type == _REFERRED), _NEVER)
    }
