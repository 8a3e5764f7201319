"""Balances from nothing but ledger lines: what was issued, and where it is now.

For every member and point, after every commit: issued = pending + available + held + redeemed + expired + reversed.
What is on hold is no line of the ledger (it may come back), so here it is part of `available`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.values import Entry


@attrs.frozen(slots=True, kw_only=True)
class Balance:
    """One point of one member, in smallest units. All but `available` are zero or more.

    What a person or a late event added counts as issued, what they took away as reversed.
    """

    issued: int = 0
    pending: int = 0
    available: int = 0
    """With what is on hold. Below zero when more was taken than was there."""
    redeemed: int = 0
    expired: int = 0
    reversed: int = 0

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Balance:
        """The balance that lines of one member and point, in order of posting, add up to."""
        sums = dict.fromkeys(("issued", "available", "redeemed", "expired", "reversed"), 0)
        lines = list(entries)
        for entry in lines:
            _count(sums, entry)
        pending = sum(waiting(lines).values())
        return cls(pending=pending, **{**sums, "available": sums["available"] - pending})

    @property
    def conserved(self) -> bool:
        """Whether nothing was lost and nothing came from nowhere."""
        return self.issued == self.pending + self.available + self.redeemed + self.expired + self.reversed


def balances(entries: Iterable[Entry]) -> dict[tuple[str, str], Balance]:
    """The balance of each (member, point) among lines in order of posting."""
    found: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        found.setdefault((entry.member, entry.point), []).append(entry)
    return {key: Balance.of(lines) for key, lines in found.items()}


def lot_of(entry: Entry) -> str:
    """The id of the lot that a line is about; empty for points that were not there, and for lots put together."""
    return entry.id if entry.kind == "accrual" else entry.lot or ""


def whose(entry: Entry) -> tuple[str, str] | None:
    """The mechanic and the occurrence whose points a line took or gave; None where they are its own, or nobody's."""
    own = f"{entry.mechanic}/{entry.occurrence}/{entry.point}"
    if entry.lot is None or entry.lot == own:
        return None
    mechanic, _, occurrence = entry.lot.removesuffix(f"/{entry.point}").partition("/")
    return mechanic, occurrence


def lots(entries: Iterable[Entry]) -> dict[str, int]:
    """What is left of each lot by the lines of one member and point, on hold or not; without those that are used up.

    What was taken without being there is the lot without a name. A lot that filled such a hole is told as if it had
    not: the line of the hole says it.
    """
    found: dict[str, int] = {}
    for entry in entries:
        if entry.kind != "confirmation":
            lot = lot_of(entry)
            found[lot] = found.get(lot, 0) + entry.amount
    return {lot: amount for lot, amount in found.items() if amount}


def waiting(entries: Iterable[Entry]) -> dict[str, int]:
    """What is pending of each lot, by lines in order of posting."""
    found: dict[str, int] = {}
    left: dict[str, int] = {}
    for entry in entries:
        lot = lot_of(entry)
        if entry.kind == "confirmation":
            found.pop(lot, None)
            continue
        left[lot] = left.get(lot, 0) + entry.amount
        if entry.kind == "expiry":
            found.pop(lot, None)
        elif lot in found or entry.available_at is not None:
            found[lot] = left[lot]
    return found


def _count(sums: dict[str, int], entry: Entry) -> None:
    """Where a line's amount comes from and goes to; `available` with what is pending."""
    if entry.kind == "confirmation":
        return
    sums["available"] += entry.amount
    if entry.kind == "redemption":
        sums["redeemed"] -= entry.amount
    elif entry.kind == "expiry":
        sums["expired"] -= entry.amount
    elif entry.kind == "reversal":
        sums["reversed"] -= entry.amount
    elif entry.amount >= 0:
        sums["issued"] += entry.amount
    else:
        sums["reversed"] -= entry.amount
