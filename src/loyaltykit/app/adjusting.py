"""What is posted when a history was folded again: lot by lot, what takes the ledger to what it should be.

Points that are plain numbers have no lots: their lines are one a mechanic.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import attrs

from loyaltykit.ledger import lot_of, waiting
from loyaltykit.rules.decisions import posted_id
from loyaltykit.values import Entry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

Account = tuple[str, str, str]
"""A point, the mechanic of a line, and the lot it is about; empty for no lot."""


def net(entries: Iterable[Entry]) -> dict[tuple[str, str], int]:
    """The net amount by (point, mechanic), as `Store.sums` counts it, without zeros."""
    found: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        if entry.kind != "confirmation":
            found[entry.point, entry.mechanic] += entry.amount
    return {key: amount for key, amount in found.items() if amount}


class Adjusting:
    """The difference between what was posted of a member and what is due, as lines that name a late event."""

    def __init__(
        self, posted: Sequence[Entry], due: Sequence[Entry], *, lotted: Collection[str], event: str, at: int
    ) -> None:
        self._posted = posted
        self._due = due
        self._lotted = lotted
        """The points that have lots, and whose lines name them."""
        self._event = event
        self._at = at
        self._awards = {entry.id: entry for entry in due if entry.kind == "accrual"}

    def lines(self, member: str) -> tuple[Entry, ...]:
        """Adjustments, sorted by point, mechanic and lot; then which lots wait no more, and which wait now."""
        before, after = self._accounts(self._posted), self._accounts(self._due)
        found = {
            account: self._line(member, account, amount)
            for account in sorted({*before, *after})
            if (amount := after[account] - before[account])
        }
        self._wait(member, found)
        return (*found.values(), *self._confirmed(member, found.values()))

    def _accounts(self, entries: Iterable[Entry]) -> Counter[Account]:
        found: Counter[Account] = Counter()
        for entry in entries:
            if entry.kind != "confirmation":
                lot = lot_of(entry) if entry.point in self._lotted else ""
                found[entry.point, entry.mechanic, lot] += entry.amount
        return found

    def _line(self, member: str, account: Account, amount: int) -> Entry:
        point, mechanic, name = account
        lot, award = name or None, self._awards.get(name)
        return Entry(
            id=posted_id("adjustment", mechanic, self._event, point, lot),
            member=member,
            point=point,
            kind="adjustment",
            amount=amount,
            at=self._at,
            mechanic=mechanic,
            occurrence=self._event,
            event=self._event,
            expires_at=award.expires_at if award is not None and award.mechanic == mechanic and amount > 0 else None,
            lot=lot,
        )

    def _wait(self, member: str, found: dict[Account, Entry]) -> None:
        """Lots that wait, and of which the ledger does not know that: their line says until when."""
        known = waiting(self._posted)
        for lot in sorted(waiting(self._due).keys() - known.keys()):
            award = self._awards[lot]
            account = award.point, award.mechanic, lot
            if award.point in self._lotted:
                line = found.get(account) or self._line(member, account, 0)
                found[account] = attrs.evolve(line, available_at=award.available_at)

    def _confirmed(self, member: str, adjusted: Iterable[Entry]) -> Iterator[Entry]:
        """What still waits by the ledger, and does not by what is due."""
        now, known = waiting(self._due), waiting((*self._posted, *adjusted))
        ready = {entry.lot: entry for entry in self._due if entry.kind == "confirmation"}
        for lot in sorted(known.keys() - now.keys()):
            if known[lot] and lot in ready:
                yield attrs.evolve(ready[lot], amount=known[lot], at=self._at, event=self._event)
