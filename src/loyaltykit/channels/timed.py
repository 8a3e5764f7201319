"""Connections of urllib3 whose time-out is for everything that follows, not for each piece of it.

A server that sends a byte a second keeps a connection with an ordinary time-out open for ever: each byte begins a new
wait. Here `settimeout` says when all must be over.
"""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING, Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

if TYPE_CHECKING:
    import socket


class _Timed:
    """A socket with one end for all its reads."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.settimeout(sock.gettimeout())

    def settimeout(self, seconds: float | None) -> None:
        """So many seconds from now for all that is read until this is called again."""
        self._until = None if seconds is None else time.monotonic() + seconds
        self._sock.settimeout(seconds)

    def wait(self) -> None:
        """The next read may take what is left. Raises TimeoutError when nothing is."""
        if self._until is not None:
            left = self._until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._sock.settimeout(left)

    def makefile(self, *_args: Any, **_options: Any) -> io.BufferedReader:
        """A reader of the socket's bytes, for http.client."""
        return io.BufferedReader(_Reading(self, self._sock.makefile("rb", buffering=0)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class _Reading(io.RawIOBase):
    """What comes over the socket, as long as there is time. The socket stays open until this is closed as well."""

    def __init__(self, timed: _Timed, raw: io.RawIOBase) -> None:
        self._timed, self._raw = timed, raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._timed.wait()
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Http(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = _Timed(self.sock)


class _Https(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = _Timed(self.sock)


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Https


def timed_pool() -> urllib3.PoolManager:
    """A pool whose connections keep the total time of a call. It takes no proxy from the environment."""
    pool = urllib3.PoolManager(maxsize=4)
    pool.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
    return pool
