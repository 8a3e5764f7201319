"""Pools of codes: those that the document lists and those that a host adds; each is given once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loyaltykit.app.work import Work
    from loyaltykit.rules.plan import Grant
    from loyaltykit.store.protocol import Store


def left(work: Work, grant: Grant) -> int | None:
    """How much is left of a limited reward, by its stock and its codes; None of one that is not limited."""
    stock = None if grant.stock is None else max(0, grant.stock - work.store.claimed(grant.id))
    if not grant.codes:
        return stock
    free = pool(work, grant).codes(grant.id)[1]
    return free if stock is None else min(stock, free)


def pool(work: Work, grant: Grant) -> Store:
    """The store, with the codes in it that the document lists."""
    listed = work.engine.program.document.rewards[grant.id].listed
    if listed and work.store.codes(grant.id)[0] < len(listed):
        work.store.add_codes(grant.id, listed)
    return work.store
