"""A member's recorded events, sorted out for a replay: what happened, what was settled, what was late or taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from loyaltykit.app.rows import to_event
from loyaltykit.rules.folding import SETTLED
from loyaltykit.rules.voids import taken_out
from loyaltykit.store.rows import WITHDRAWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyaltykit.store.rows import EventRow
    from loyaltykit.values import Event


class History(NamedTuple):
    """A member's recorded events, as a replay takes them."""

    events: list[Event]
    answers: dict[str, Event]
    """Settled facts by the id of the request that they answer."""
    late: set[str]
    """Ids of events that came too late to be rewarded."""
    unmarked: list[int]
    """Events, by `seq`, that were taken out and are not marked so in the store yet."""


def history(rows: Iterable[EventRow], member: str, *, until: tuple[int, str] | None = None) -> History:
    """Sort a member's recorded events out. What was voided is left out, by all that is known.

    With `until` only the events before that (instant, id).
    """
    found = History([], {}, set(), [])
    events: list[tuple[EventRow, Event]] = []
    for row in rows:
        event = to_event(row, member)
        if row.type == SETTLED:
            found.answers[event.data["request"]] = event
        else:
            events.append((row, event))
            if row.late == 1:
                found.late.add(row.id)
    out = taken_out((event for _, event in events), late=found.late)
    for row, event in events:
        if row.id in out:
            if row.late != WITHDRAWN:
                found.unmarked.append(row.seq)
        elif until is None or (row.at, row.id) < until:
            found.events.append(event)
    return found
