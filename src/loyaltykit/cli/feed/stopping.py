"""Ctrl-C while events are recorded: the batch is finished, then the run ends."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class Stop:
    """Turns an interrupt into a wish while `finishing` lasts; outside of it an interrupt is what it always is."""

    def __init__(self) -> None:
        self.wished = False
        self._busy = False

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """What must not be torn. An interrupt during it is raised after it; a second one at once."""
        self._busy = True
        try:
            yield
        finally:
            self._busy = False
        if self.wished:
            raise KeyboardInterrupt

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Listen to interrupts and to requests to end, while this lasts."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._interrupted) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _interrupted(self, number: int, frame: Any) -> None:
        del number, frame
        if not self._busy or self.wished:
            raise KeyboardInterrupt
        self.wished = True
