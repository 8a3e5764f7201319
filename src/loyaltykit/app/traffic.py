"""Which channel a message may take now: its limits, whether it works at all, and whether it works for this member.

Attempts of the last day are in the store, so that several processes keep a limit together, and a new one knows at once
what the last one learned.
"""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING

import attrs

from loyaltykit.app.outgoing import STAFF
from loyaltykit.calendars import DAY
from loyaltykit.channels.attempts import asked_to_wait
from loyaltykit.channels.circuit import RECENT, Circuit
from loyaltykit.channels.limits import NONE, limits_of
from loyaltykit.channels.protocol import Receipt
from loyaltykit.channels.shares import Shares
from loyaltykit.errors import Gone, Refused
from loyaltykit.store.rows import AttemptRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.channels.limits import Limits, Pace
    from loyaltykit.channels.protocol import Channel
    from loyaltykit.store import Store
    from loyaltykit.store.rows import OutboxRow

MINUTE = 60 * 1_000_000
PATIENCE = 15 * MINUTE
"""How long after it was decided a message waits for a channel that does not work, before it takes another one."""
_REMEMBERED = 60
_IN_A_ROW = 3
"""As many attempts that failed, one after the other, and a channel does not work for a member."""
_log = logging.getLogger("loyaltykit.app")


@attrs.define
class _Promised:
    """Until when a recipient has messages coming, beyond those that were sent."""

    until: int


class Traffic:
    """What one process knows of its channels. It outlives a pass of the dispatcher."""

    def __init__(self, adapters: Mapping[str, Channel], *, limited: bool = True) -> None:
        self._limits: dict[str, Limits] = {
            name: limits_of(adapter) if limited else NONE for name, adapter in adapters.items()
        }
        self._circuits: dict[str, Circuit] = {}
        self._promised: dict[str, _Promised] = {}
        self.shares = Shares()
        self.looked_at: dict[str, int] = {}
        """Of channels that had no room or owed others time: the last of their messages that was looked at."""

    def begin(self, store: Store, at: int) -> None:
        """A pass begins: old attempts are forgotten, and what is known of a channel is looked up once."""
        self._promised.clear()
        for channel in self._limits:
            store.forget_attempts(channel, at - DAY)
            if channel not in self._circuits:
                known = store.outcomes(channel, at - 2 * RECENT, limit=_REMEMBERED)
                self._circuits[channel] = Circuit(reversed(known))

    # --- limits ------------------------------------------------------------------------------------------------

    def full(self, store: Store, at: int) -> dict[str, int]:
        """The channels that have no room at an instant, or asked to be left alone, and until when.

        Those that do not work are not among them: a message may want to take another channel.
        """
        working = [name for name in self._limits if not self.degraded(name)]
        found = {name: max(self.room(store, name, at), self.closed_until(name, at)) for name in working}
        return {name: until for name, until in found.items() if until > at}

    def room(self, store: Store, channel: str, at: int) -> int:
        """When a channel has room for one message more."""
        pace = self._limits[channel].overall
        return at if pace is None else pace.free(store.nth_attempt(pace.number, channel=channel), at)

    def room_for(self, store: Store, channel: str, to: str, at: int) -> int:
        """When a recipient has: one after the other of those that wait for it is told another instant."""
        paces = self._limits[channel].to(to)
        if not paces:
            return at
        slot = self._slot(channel, to)
        free = max(pace.free(store.nth_attempt(pace.number, channel=channel, slot=slot), at) for pace in paces)
        if free <= at:
            return at
        before = self._promised.get(slot)
        if before is not None and before.until >= free:
            free = before.until + _spacing(paces)
        self._promised[slot] = _Promised(free)
        return free

    def _slot(self, channel: str, to: str) -> str:
        return hashlib.sha256(f"{channel}\0{to}".encode()).hexdigest()[:32] if self._limits[channel].to(to) else ""

    # --- whether a channel works -------------------------------------------------------------------------------

    def closed_until(self, channel: str, at: int) -> int:
        """Until when a channel is to be left alone, because it said so or does not work."""
        return self._circuits[channel].until(at)

    def degraded(self, channel: str) -> bool:
        """Whether a channel does not work, as far as is known."""
        return channel in self._circuits and self._circuits[channel].degraded

    def works_for(self, store: Store, member: int, channel: str, at: int) -> bool:
        """Whether the last attempts to reach a member on a channel did not all fail."""
        known = store.outcomes_for(member, channel, at - DAY, limit=_IN_A_ROW)
        return len(known) < _IN_A_ROW or not all(known)

    # --- what is heard -----------------------------------------------------------------------------------------

    def began(self, store: Store, row: OutboxRow, channel: str, to: str, at: int) -> AttemptRow:
        """An attempt begins; it counts from now on."""
        member = 0 if row.purpose == STAFF else row.member
        attempt = AttemptRow(channel, at, row.seq, member, self._slot(channel, to))
        store.attempt(attempt)
        return attempt

    def ended(self, store: Store, attempt: AttemptRow, at: int, outcome: object) -> None:
        """What came of it. From then on it counts: the other side saw it at some moment in between."""
        failed = _failed(outcome, at)
        store.attempted(attempt, at=at, failed=failed)
        circuit = self._circuits[attempt.channel]
        if failed is None and isinstance(outcome, Exception):
            circuit.asked(at, asked_to_wait(outcome, at) or at)
            return
        before = circuit.degraded
        circuit.heard(at, failed=bool(failed))
        if circuit.degraded is not before:
            _log.warning("channel %s %s", attempt.channel, "works again" if before else "does not work")


def _failed(outcome: object, at: int) -> bool | None:
    """Whether the channel is to blame; None when it only asked to wait. An answer about the message is an answer."""
    if isinstance(outcome, Receipt | Gone | Refused):
        return False
    return None if isinstance(outcome, Exception) and asked_to_wait(outcome, at) is not None else True


def _spacing(paces: tuple[Pace, ...]) -> int:
    """How far apart those are to be told to come that wait for one recipient."""
    return min(-(-pace.micros // pace.number) for pace in paces)
