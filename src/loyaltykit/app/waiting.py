"""The time of one pass of the dispatcher: a clock that is read, or an instant that moves only by what is waited."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_SECOND = 1_000_000
_AT_ONCE = _SECOND
"""How long a wait is slept through before anybody is asked whether to stop."""
LONGEST = 5 * _SECOND
"""What is further away than this is left to the next pass."""


class Waiting:
    """`read` gives microseconds. With `fixed` it always gives the same, and time passes here by waiting alone.

    `pause` waits for seconds. A clock that stands still while it waits ends the waiting.
    """

    def __init__(self, read: Callable[[], int], *, fixed: bool, pause: Callable[[float], object] | None = None) -> None:
        self._read = read
        self._fixed = fixed
        self._pause = time.sleep if pause is None else pause
        self._waited = 0

    def now(self) -> int:
        """The instant."""
        return self._read() + self._waited

    def wait(self, until: int, stop: Callable[[], bool]) -> bool:
        """Wait for an instant that is near; False when it is far, somebody says stop, or the clock stands still."""
        if until - self.now() > LONGEST:
            return False
        while (now := self.now()) < until:
            if stop():
                return False
            rest = min(until - now, _AT_ONCE)
            self._pause(rest / _SECOND)
            if self._fixed:
                self._waited += rest
            elif self.now() <= now:
                return False
        return True
