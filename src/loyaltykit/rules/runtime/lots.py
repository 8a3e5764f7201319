"""Lots: awarded points with their own availability and expiry.

A lot is a list [expires, awarded, number, left, available, source, occurrence]. They are sorted, so that the first lot
is the one that expires first, then the oldest. The point's slots in a row: lifetime, available, pending, lots, due.
"""

from __future__ import annotations

from bisect import insort
from typing import TYPE_CHECKING, Any

from loyaltykit.rules.plan import DUE
from loyaltykit.rules.runtime.clock import later, period_end
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from loyaltykit.rules.plan import Lots

State = list[Any]
_AVAILABLE, _PENDING, _LOTS, _DUE = 1, 2, 3, 4


def accrue(state: State, slot: int, lots: Lots, at: int, amount: int, source: str, occurrence: str, zone: str) -> Any:
    """A new lot; returns (when it becomes available or None, when it expires or None) and arms the timer."""
    ready = at
    if lots.pending or lots.pending_months:
        ready = later(state, at, lots.pending, lots.pending_months, zone)
    expires = _expiry(state, lots, at, zone)
    state[slot] += amount
    held: list[list[Any]] = state[slot + _LOTS]
    insort(held, [expires, at, state[slot], amount, ready, source, occurrence])
    state[slot + (_PENDING if ready > at else _AVAILABLE)] += amount
    due = min(expires, ready) if ready > at else expires
    if due < state[slot + _DUE]:
        state[slot + _DUE] = due
        state[DUE] = min(state[DUE], due)
    return (ready if ready > at else None, None if expires == NEVER else expires)


def _expiry(state: State, lots: Lots, at: int, zone: str) -> int:
    if not lots.expiring:
        return NEVER
    start = at
    if lots.expires_from != "award":
        start = period_end(state, at, lots.expires_from.removeprefix("end of "), zone)  # type: ignore[arg-type]
    return later(state, start, lots.expires or 0, lots.expires_months, zone)


def mature(state: State, slot: int, point: str, at: int, out: Any) -> None:
    """Everything about a point's lots that is due at `at`: expiries first, then what becomes available."""
    held: list[list[Any]] = state[slot + _LOTS]
    gone = 0
    for lot in held:
        if lot[0] > at:
            break
        gone += 1
        state[slot + (_PENDING if lot[4] >= at and lot[4] > lot[1] else _AVAILABLE)] -= lot[3]
        out.append(("expiry", at, None, lot[5], lot[6], point, -lot[3]))
    del held[:gone]
    for lot in held:
        if lot[4] == at and lot[4] > lot[1]:
            state[slot + _PENDING] -= lot[3]
            state[slot + _AVAILABLE] += lot[3]
            out.append(("confirmation", at, None, lot[5], lot[6], point, lot[3]))
    state[slot + _DUE] = min(
        min((lot[0] for lot in held[:1]), default=NEVER),
        min((lot[4] for lot in held if lot[4] > at), default=NEVER),
    )
