"""What one member's history causes for another: an event of the other's own, recorded in the same transaction.

Its id follows from the cause, so nothing happens twice; it happens at the later of the cause and the other's now.
A replay of either member asks nobody.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from loyaltykit.values import Event, from_instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.app.work import Work


def id_of(prefix: str, *cause: str | int) -> str:
    """An event id that follows from a cause."""
    return f"{prefix}{hashlib.sha256('/'.join(map(str, cause)).encode()).hexdigest()[:32]}"


def tell(work: Work, member: str, type: str, data: Mapping[str, Any], *, id: str, at: int) -> None:
    """Record an event of another member; what follows from it is not this decision's. The same id again: nothing.

    The id is known to be new unless somebody else was told of the same cause before.
    """
    from loyaltykit.app.recording import Strict, record_member  # recording settles, and settling tells others

    if work.store.seen((id,)):
        return
    hand = work.hand(member)
    now = work.engine.now(hand.state)
    moment = max(at, now, at if work.journal.advanced is None else work.journal.advanced)
    if moment == now and id <= work.engine.last_id(hand.state):
        moment += 1  # after what was folded at that instant
    event = Event(id, type, hand.id, from_instant(moment), data)
    tells, work.tells = work.tells, False  # what somebody else gets is not this decision's
    record_member(work, hand, (event,), Strict())
    work.tells = tells
