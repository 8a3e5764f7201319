"""Whether a channel works: closed while it does, open while it does not, half-open for the one message that tries it.

After M. Nygard, Release It! (2007), "Circuit Breaker". It opens when at least `FEWEST` attempts of the last ten minutes
are known and three quarters of the last twenty failed; it is tried again after a minute, then after two, four, up to
half an hour. One message that is taken closes it. A channel that asks to be left alone is tried in the same rhythm, or
as soon as it says. Pure: instants are arguments, in microseconds.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    State = Literal["closed", "open", "half-open"]

_MINUTE = 60 * 1_000_000
FEWEST = 8
LOOKED_AT = 20
RECENT = 10 * _MINUTE
FIRST_PAUSE = _MINUTE
LONGEST_PAUSE = 30 * _MINUTE
ASKS = 4
"""A channel that asks so often to be left alone, and takes nothing in between, does not work."""


class Circuit:
    """One channel's. `heard` tells it what came of each attempt; `until` when the channel may be tried."""

    __slots__ = ("_asked", "_asks", "_known", "_pause", "_until")

    def __init__(self, outcomes: Iterable[tuple[int, bool]] = ()) -> None:
        """`outcomes` are instants and whether an attempt failed, as far as they are remembered, in order."""
        self._known: deque[tuple[int, bool]] = deque(maxlen=LOOKED_AT)
        self._pause = 0
        self._until = 0
        self._asked = 0
        self._asks = 0
        for at, failed in outcomes:
            self.heard(at, failed=failed)

    @property
    def degraded(self) -> bool:
        """Whether it is open or half-open."""
        return self._pause > 0 or self._asks >= ASKS

    def state(self, at: int) -> State:
        """As it is at an instant."""
        if not self.degraded:
            return "closed"
        return "open" if at < max(self._until, self._asked) else "half-open"

    def until(self, at: int) -> int:
        """The first instant from `at` on at which a message may be tried on the channel."""
        return max(at, self._until, self._asked)

    def heard(self, at: int, *, failed: bool) -> None:
        """An attempt was answered, or failed."""
        if self._pause:
            if failed:
                if at >= self._until:
                    self._open(at, min(2 * self._pause, LONGEST_PAUSE))
                return
            self._known.clear()
            self._pause = self._until = 0
        if not failed:
            self._asked = self._asks = 0
        self._known.append((at, failed))
        recent = [one for when, one in self._known if when > at - RECENT]
        if failed and len(recent) >= FEWEST and 4 * sum(recent) >= 3 * len(recent):
            self._open(at, FIRST_PAUSE)

    def asked(self, at: int, until: int) -> None:
        """The channel asked to be left alone until an instant: so it is, but it is tried now and then."""
        longest = min(FIRST_PAUSE << min(self._asks, 10), LONGEST_PAUSE)
        self._asked = max(self._asked, min(until, at + longest))
        self._asks += 1

    def _open(self, at: int, pause: int) -> None:
        self._pause = pause
        self._until = at + pause
