"""A socket whose time-out is for everything that follows, not for each piece of it.

A server that sends a byte a second keeps a connection with an ordinary time-out open for ever: each byte begins a new
wait. Here `settimeout` says when all must be over.
"""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket

_CLOSE = 0.001
"""Seconds that a socket may wait longer than it should."""


class TimedSocket:
    """A socket with one end for all its reads, and perhaps no more than `largest` bytes until then."""

    def __init__(self, sock: socket.socket, *, largest: int | None = None) -> None:
        self.sock = sock
        self._largest = largest
        self.settimeout(sock.gettimeout())

    def settimeout(self, seconds: float | None) -> None:
        """So many seconds from now, and so many bytes, for all that is read until this is called again."""
        self._until = None if seconds is None else time.monotonic() + seconds
        self._room = self._largest
        self._known = seconds or 0.0
        self.sock.settimeout(seconds)

    def wait(self) -> None:
        """The next read may take what is left. Raises TimeoutError when no time is, OSError when no room is."""
        if self._room is not None and self._room <= 0:
            raise OSError("too much at once")
        if self._until is not None:
            left = self._until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            if self._known - left > _CLOSE:  # telling the socket is a call of the system
                self._known = left
                self.sock.settimeout(left)

    def got(self, number: int) -> None:
        """So many bytes were read."""
        if self._room is not None:
            self._room -= number

    def makefile(self, *_args: Any, **_options: Any) -> io.BufferedReader:
        """A reader of the socket's bytes, for http.client and smtplib."""
        return io.BufferedReader(_Reading(self, self.sock.makefile("rb", buffering=0)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sock, name)


class _Reading(io.RawIOBase):
    """What comes over the socket, as long as there is time. The socket stays open until this is closed as well."""

    def __init__(self, timed: TimedSocket, raw: io.RawIOBase) -> None:
        self._timed, self._raw = timed, raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._timed.wait()
        number = self._raw.readinto(buffer)
        self._timed.got(number or 0)
        return number

    def close(self) -> None:
        self._raw.close()
        super().close()
