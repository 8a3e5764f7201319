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


def lapse(state: State, slots: tuple[tuple[int, str], ...], due: int, at: int, out: Any) -> bool:
    """End the rights that are over at `at` and arm the timer for the next; whether any ended."""
    soonest = NEVER
    ended = False
    for slot, reward in slots:
        rights: list[list[Any]] = state[slot]
        over = [right for right in rights if right[1] is not None and right[1] <= at]
        if over:
            _end(rights, over, reward, at, None, out)
            ended = True
        soonest = min([soonest, *(right[1] for right in rights if right[1] is not None)])
    state[due] = soonest
    return ended


def give(
    state: State,
    slot: int,
    due: int | None,
    reward: str,
    at: int,
    until: int | None,
    event: str | None,
    source: str,
    occurrence: str,
    out: Any,
) -> None:
    """Create a right and arm the timer of its end.

    Once for the same source and occurrence; what a source gave for good it does not give again.
    """
    rights: list[list[Any]] = state[slot]
    if any(right[2] == source and (right[3] == occurrence or right[1] is None) for right in rights):
        return
    rights.append([at, until, source, occurrence])
    if until is not None and due is not None and until < state[due]:
        state[due] = until
    out.append(("effect", at, event, source, occurrence, "grant", reward, {} if until is None else {"until": until}))


def withdraw(state: State, slot: int, reward: str, at: int, event: str | None, source: str, out: Any) -> None:
    """End the rights that came from a source (a tier that was left)."""
    rights: list[list[Any]] = state[slot]
    _end(rights, [right for right in rights if right[2] == source], reward, at, event, out)


def _end(rights: list[list[Any]], over: list[list[Any]], reward: str, at: int, event: str | None, out: Any) -> None:
    """Take rights away; the entitlement has expired when no other right holds it up."""
    for right in over:
        rights.remove(right)
    if over and not rights:
        out.append(("effect", at, event, over[-1][2], over[-1][3], "expired", reward, None))
