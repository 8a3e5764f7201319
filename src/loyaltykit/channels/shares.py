"""How much of everybody's time a channel may lose on faults: what goes beyond is lost while nothing else is due.

One deliverer sends one message at a time, so a receiver that stalls holds up the others. Each channel has an account:
it gains `SHARE` of all time that passes, and pays what its faults cost beyond what its healthy messages would cost. A
channel that owes waits while other channels have messages due; when none has, what it owes is forgiven, as nobody
waits. A token bucket, then, of time instead of messages. Pure: seconds are arguments, of any clock that only goes
forward.
"""

from __future__ import annotations

import statistics
from collections import deque

import attrs

SHARE = 0.05
"""Of the time that passes, what one channel may lose."""
SAVED = 0.5
"""Seconds: what a channel has at first, when it is forgiven, and the most that it can save up."""
OWED = 300.0
"""Seconds: the most that is owed, so that a process that was stopped in the middle of a message catches up."""
_LOOKED_AT = 51
_SLOW = 1.5
"""A message that is taken costs a fault when it takes so many times as long as usual: a new connection does, too."""
_BLINK = 0.001
"""Seconds that count for nothing."""


@attrs.define
class _Account:
    seconds: float
    at: float
    usual: deque[float] = attrs.field(factory=lambda: deque(maxlen=_LOOKED_AT))
    """What messages took that were taken in good time: a receiver that slows down does not become the usual thing."""


class Shares:
    """The accounts of all channels."""

    __slots__ = ("_accounts",)

    def __init__(self) -> None:
        self._accounts: dict[str, _Account] = {}

    def owes(self, channel: str, now: float) -> bool:
        """Whether a channel has lost more than its share."""
        account = self._accounts.get(channel)
        return account is not None and account.seconds + SHARE * (now - account.at) < 0

    def owing(self, now: float) -> tuple[str, ...]:
        """The channels that have."""
        return tuple(channel for channel in self._accounts if self.owes(channel, now))

    def forgive(self, now: float) -> None:
        """Nothing else was due: all begin anew."""
        for account in self._accounts.values():
            account.seconds, account.at = SAVED, now

    def used(self, channel: str, seconds: float, now: float, *, taken: bool, again: bool) -> None:
        """A message took so long, up to now. `again`: a healthy channel would have had it long ago."""
        account = self._accounts.setdefault(channel, _Account(SAVED, now))
        usual = statistics.median(account.usual) if account.usual else 0.0
        late = usual > 0 and seconds > max(_SLOW * usual, _BLINK)
        lost = seconds if again else max(0.0, seconds - usual) if late or not taken else 0.0
        saved = min(SAVED, account.seconds + SHARE * max(0.0, now - account.at))
        account.seconds = max(-OWED, saved - lost)
        account.at = now
        if taken and not late:
            account.usual.append(seconds)
