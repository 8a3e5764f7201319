"""Each lot of a member has what is left of it by its own lines of the ledger."""

from __future__ import annotations

from collections import Counter
from typing import Any

import loyaltykit as lk
from loyaltykit.app.rows import to_entry
from loyaltykit.ledger import Balance, lot_of
from loyaltykit.ledger import lots as told
from loyaltykit.rules.runtime.lots import HOLE, LOTS, PENDING, Taken
from loyaltykit.rules.runtime.spending import LOCKED
from loyaltykit.values import Entry


def lots_agree(kit: lk.Loyalty, member: str) -> None:
    """What is in a lot, or on hold out of it, is what its lines come to, and so is what waits."""
    journal = kit._journal
    with journal.reading() as store:
        hand = journal.look(member)
        lines = [to_entry(row, member) for row in store.entries(hand.number)]
    for point in journal.engine.plan.points:
        if point.lots is not None:
            own = [line for line in lines if line.point == point.id]
            _agree(journal.engine.plan, point, hand.state, own, member)


def _agree(plan: Any, point: Any, state: list[Any], lines: list[Entry], member: str) -> None:
    there, ledger = _there(plan, point, state), told(lines)
    overdrawn = any(not lot_of(line) for line in lines) or "" in there or state[point.slot + HOLE]
    for lot in sorted({*there, *ledger} - {""}):
        more = ledger.get(lot, 0) - there[lot]
        assert more == 0 or (overdrawn and more > 0), f"{member}: the lot {lot} is not what its lines say: {more}"
    assert sum(ledger.values()) == sum(there.values()) - state[point.slot + HOLE], f"{member}: lots and lines"
    balance = Balance.of(lines)
    assert balance.conserved
    assert balance.pending == state[point.slot + PENDING], f"{member}: pending by the ledger"


def _there(plan: Any, point: Any, state: list[Any]) -> Counter[str]:
    """By lot what the state has of it; those put together have no name."""
    found: Counter[str] = Counter()
    held = state[plan.spending.holds].values() if plan.spending is not None else ()
    paid = [taken for hold in held for name, taken in hold[LOCKED] if name == point.id]
    pieces = [Taken._make(one) for taken in paid for one in taken]
    pieces += [Taken(lot[5], lot[6], 0, 0, 0, lot[3]) for lot in state[point.slot + LOTS]]
    for one in pieces:
        found[f"{one.lot}/{point.id}" if one.lot else ""] += one.amount
    return found
