"""The last day of a store again, at speed: to see what an overlay looks like before there is a stream."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from loyaltykit.app.event_stream import message
from loyaltykit.cli.overlay.news import RETRY, board_message, board_of, celebrations, session_message, session_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.app import Loyalty
    from loyaltykit.app.happenings import Happening
    from loyaltykit.cli.overlay.news import Shown

_PAGE = 1_000
_MOST = 500
_REST = 8.0
"""Seconds between the end and the next beginning."""


class Replay:
    """What happened in the last `window` before the newest happening, in the order of time, in `seconds`; then again.

    `elapsed` gives the seconds since some moment.
    """

    def __init__(
        self, kit: Loyalty, shown: Shown, *, window: dt.timedelta, seconds: float, elapsed: Callable[[], float]
    ) -> None:
        found = _last(kit, shown, window)
        self._elapsed = elapsed
        self._scenes = _timed(found, seconds)
        self._length = seconds + _REST
        self._next = 0
        self._began = elapsed()
        self._board = board_of(kit, shown, found[-1].at if found else dt.datetime.now(dt.UTC))
        self._session = session_of(kit, shown, dt.datetime.now(dt.UTC))
        self.count = len(found)

    def greeting(self, after: int | None) -> str:
        """The leaders."""
        del after
        return message("hello", {}, retry=RETRY) + board_message(self._board) + session_message(self._session)

    def close(self) -> None:
        """Everything was read in the beginning."""

    def poll(self) -> str:
        """What has its turn by now."""
        now = self._elapsed() - self._began
        if now > self._length:
            self._began, self._next, now = self._elapsed(), 0, 0.0
        due = []
        while self._next < len(self._scenes) and self._scenes[self._next][0] <= now:
            due.append(self._scenes[self._next][1])
            self._next += 1
        return celebrations(due)


def _last(kit: Loyalty, shown: Shown, window: dt.timedelta) -> list[Happening]:
    newest = max((one.at for one in kit.happenings(limit=_PAGE, names=shown.names)), default=None)
    if newest is None:
        return []
    found: list[Happening] = []
    cursor = 0
    while True:
        page = kit.happenings(after=cursor, since=newest - window, limit=_PAGE, names=shown.names, lang=shown.lang)
        found += page.items
        if page.cursor == cursor:
            break
        cursor = page.cursor
    return sorted(found, key=lambda one: (one.at, one.cursor))[-_MOST:]


def _timed(found: list[Happening], seconds: float) -> list[tuple[float, Happening]]:
    """When each has its turn: as far apart as they were, at speed."""
    if not found:
        return []
    first, last = found[0].at, found[-1].at
    span = (last - first) / dt.timedelta(seconds=1) or 1.0
    return [(((one.at - first) / dt.timedelta(seconds=1)) / span * seconds, one) for one in found]
