"""Takes events out: what may be voided, and the verb for it.

The event stays in the log and so does the void; from then on every fold of the member's history leaves the event out,
and the ledger follows by adjustments as it does after a late event.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from loyaltykit.app.acting import Acting
from loyaltykit.app.recording import first_decision
from loyaltykit.app.rows import to_event
from loyaltykit.errors import EventError
from loyaltykit.problems import echo
from loyaltykit.program.reserved import TAKES_OUT, VOIDED
from loyaltykit.store.rows import WITHDRAWN

if TYPE_CHECKING:
    import datetime as dt

    from loyaltykit.app.work import Work
    from loyaltykit.store.rows import EventRow
    from loyaltykit.values import Decision


class Voiding(Acting):
    """What can be done about an event that should not have been."""

    def void(
        self, event: str, *, by: str | None = None, reason: str | None = None, at: dt.datetime | None = None
    ) -> Decision:
        """Take an event out, however old it is: counts, quests and streaks are folded again without it.

        Points follow by adjustments that name the void; what was given besides stays as kept. The decision is that of
        the event ``event.voided``; voiding the same again changes nothing and returns the first one. Raises EventError
        with ``event/not-recorded`` for an id that nothing was recorded under, and ``event/not-voidable`` for actions of
        the kit, scores, settled facts and voids themselves: those have their own ways back.
        """
        with self._lock, self._journal.writing() as work:
            rows = work.store.seen((event,))
            if not rows:
                text, details = f"no event {echo(event)} was recorded", {"name": echo(event)}
                raise EventError(text, code="event/not-recorded", event=echo(event), details=details)
            member = work.store.ids((rows[0].member,))[rows[0].member]
            if rows[0].late == WITHDRAWN:
                return first_decision(work, work.hand(member), _void_of(work, rows[0], member))
            said = {"event": event, "by": by, "reason": reason}
            id = f"void:{hashlib.sha256(event.encode()).hexdigest()[:32]}"
            return self._acted(work, member, VOIDED, {k: v for k, v in said.items() if v is not None}, at=at, id=id)


def _void_of(work: Work, row: EventRow, member: str) -> EventRow:
    """The event that took another one out: the first of them."""
    voids = (one for one in work.store.history(row.member) if one.type in TAKES_OUT and one.late != 1)
    return next(one for one in voids if to_event(one, member).data["event"] == row.id)
