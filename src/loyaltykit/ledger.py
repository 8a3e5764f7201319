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
        waiting: dict[str, int] = {}
        for entry in entries:
            _count(sums, entry)
            if entry.kind == "accrual" and entry.available_at is not None:
                waiting[entry.id] = entry.amount
            elif entry.kind in ("confirmation", "expiry"):
                waiting.pop(entry.lot or "", None)
            elif entry.lot in waiting:
                waiting[entry.lot] += entry.amount
        pending = sum(waiting.values())
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
