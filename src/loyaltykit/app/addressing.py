"""Whose an address is: what a messenger reports names a chat, not a member."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from loyaltykit.rules.plan import ATTRIBUTES

if TYPE_CHECKING:
    from loyaltykit.app.journal import Journal
    from loyaltykit.app.work import Hand, Work
    from loyaltykit.store.rows import EventValues

TELEGRAM = "telegram"
_DATA, _SEQ = 7, 0


def note_addresses(work: Work, hand: Hand, row: EventValues) -> None:
    """Take down the addresses that an update of attributes names."""
    journal = work.journal
    names = {TELEGRAM, *journal.engine.program.document.contact.channels, *journal.adapters}
    seq, data = int(row[_SEQ] or 0), str(row[_DATA] or "")
    if not any(f'"{name}"' in data for name in names):
        return
    found = [(name, str(value)) for name, value in json.loads(data).items() if name in names and value is not None]
    work.addresses += [(name, address, hand.number, seq) for name, address in found]


def whose(journal: Journal, attribute: str, address: str) -> str | None:
    """The member whose attribute is an address now; of several the one who was given it last."""
    with journal.reading() as store:
        numbers = store.addressed(attribute, address)
        ids = store.ids(numbers)
        for number in numbers:
            hand = journal.look(ids[number])
            if str(hand.state[ATTRIBUTES].get(attribute)) == address:
                return hand.id
    return None
