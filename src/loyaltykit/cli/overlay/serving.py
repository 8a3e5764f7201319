"""A small web server in one loop: a page, and server-sent events to many browsers. No threads, nothing blocks.

What is to be sent to a browser waits in its own buffer, so that a slow one holds up nobody; one that takes nothing for
too long is let go, and comes back by itself with the last id that it saw.
"""

from __future__ import annotations

import selectors
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from loyaltykit.app.event_stream import comment
from loyaltykit.cli.overlay.asking import LARGEST, Asked, read_request

if TYPE_CHECKING:
    from collections.abc import Callable

WATCHING = 32
"""So many browsers may listen at once."""
_OPEN = 64
"""So many connections may be there, with those that have not said yet what they want."""
BUFFERED = 256 * 1_024
"""Bytes that may wait for one browser."""
HEARTBEAT = 15.0
_PATIENCE = 10.0
"""Seconds in which a request must be said, and an answer taken."""
_REASONS = {
    200: "OK",
    204: "No Content",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    421: "Misdirected Request",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}
_ALWAYS = "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\nCache-Control: no-store\r\n"
_STREAM = (
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nX-Accel-Buffering: no\r\n"
    f"{_ALWAYS}Connection: close\r\n\r\n"
)


class Source(Protocol):
    """What there is to say."""

    def greeting(self, after: int | None) -> str | None:
        """The first events for a browser, which has seen everything up to `after`; None: let it come again soon."""

    def poll(self) -> str:
        """What has come since the last time; empty when nothing has."""

    def close(self) -> None:
        """Let go of what it reads."""


class _Watcher:
    """One connection."""

    __slots__ = ("closing", "heard", "out", "since", "socket", "streaming")

    def __init__(self, connection: socket.socket, now: float) -> None:
        self.socket = connection
        self.heard = bytearray()
        self.out = bytearray()
        self.streaming = False
        self.closing = False
        self.since = now
        """When it came, or took something last."""


class Server:
    """Serves until `stop` says so. `token`, if there is one, is the first part of every address."""

    def __init__(self, host: str, port: int, *, source: Source, page: tuple[str, str], token: str | None) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, port), family=family, backlog=_OPEN)
        self._listener.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._watchers: dict[int, _Watcher] = {}
        self._source = source
        self._token = token
        body, policy = page[0].encode(), page[1]
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
            f"Content-Security-Policy: {policy}\r\n{_ALWAYS}Connection: close\r\n\r\n"
        )
        self._head, self._page = head.encode(), body
        self.port: int = self._listener.getsockname()[1]

    def serve(self, stop: Callable[[], bool], *, every: float) -> None:
        """Look for news `every` so many seconds, and send them to everybody who listens."""
        looked = beat = time.monotonic()
        while not stop():
            for key, mask in self._selector.select(timeout=max(0.0, looked + every - time.monotonic())):
                if key.fileobj is self._listener:
                    self._accept()
                else:
                    self._turn(key.data, mask)
            now = time.monotonic()
            if now >= looked + every:
                looked = now
                self._tell(self._source.poll())
                if now >= beat + HEARTBEAT:
                    beat = now
                    self._tell(comment())
                self._let_go(now)

    def close(self) -> None:
        """Let go of everybody."""
        for watcher in tuple(self._watchers.values()):
            self._drop(watcher)
        self._selector.close()
        self._listener.close()

    @property
    def watching(self) -> int:
        """How many listen."""
        return sum(watcher.streaming for watcher in self._watchers.values())

    # --- one connection --------------------------------------------------------------------------------------

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return  # it was gone before we looked, or there are no descriptors left
        if len(self._watchers) >= _OPEN:
            connection.close()
            return
        connection.setblocking(False)
        watcher = _Watcher(connection, time.monotonic())
        self._watchers[connection.fileno()] = watcher
        self._selector.register(connection, selectors.EVENT_READ, watcher)

    def _turn(self, watcher: _Watcher, mask: int) -> None:
        try:
            if mask & selectors.EVENT_READ:
                self._read(watcher)
            if mask & selectors.EVENT_WRITE and watcher.socket.fileno() >= 0:
                self._write(watcher)
        except OSError:
            self._drop(watcher)

    def _read(self, watcher: _Watcher) -> None:
        said = watcher.socket.recv(LARGEST)
        if not said:
            self._drop(watcher)
        elif not watcher.streaming and not watcher.closing:  # more than one request is not listened to
            watcher.heard += said
            end = watcher.heard.find(b"\r\n\r\n")
            if end >= 0:
                self._answer(watcher, read_request(bytes(watcher.heard[:end]), token=self._token))
            elif len(watcher.heard) > LARGEST:
                self._refuse(watcher, 431)

    def _answer(self, watcher: _Watcher, asked: Asked) -> None:
        if asked.status != 200:
            self._refuse(watcher, asked.status)
        elif asked.what == "nothing":
            self._refuse(watcher, 204)
        elif asked.what == "page":
            watcher.closing = True
            self._say(watcher, self._head + (b"" if asked.head else self._page))
        elif self.watching >= WATCHING:
            self._refuse(watcher, 503)
        else:
            greeting = None if asked.head else self._source.greeting(asked.after)
            watcher.streaming, watcher.closing = greeting is not None, greeting is None
            self._say(watcher, (_STREAM + (greeting or "")).encode())

    def _refuse(self, watcher: _Watcher, status: int) -> None:
        watcher.closing = True
        allow = "Allow: GET, HEAD\r\n" if status == 405 else ""
        length = "" if status == 204 else "Content-Length: 0\r\n"
        head = f"HTTP/1.1 {status} {_REASONS[status]}\r\n{length}{allow}{_ALWAYS}Connection: close\r\n\r\n"
        self._say(watcher, head.encode())

    def _say(self, watcher: _Watcher, text: bytes) -> None:
        if len(watcher.out) + len(text) > BUFFERED + (0 if watcher.streaming else len(self._page)):
            self._drop(watcher)
            return
        if not watcher.out:
            watcher.since = time.monotonic()
        watcher.out += text
        self._write(watcher)

    def _write(self, watcher: _Watcher) -> None:
        try:
            sent = watcher.socket.send(watcher.out) if watcher.out else 0
        except BlockingIOError:
            sent = 0
        except OSError:
            self._drop(watcher)
            return
        if sent:
            watcher.since = time.monotonic()
            del watcher.out[:sent]
        if not watcher.out and watcher.closing:
            self._drop(watcher)
            return
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if watcher.out else 0)
        self._selector.modify(watcher.socket, wanted, watcher)

    # --- everybody -------------------------------------------------------------------------------------------

    def _tell(self, text: str) -> None:
        if text:
            said = text.encode()
            for watcher in tuple(self._watchers.values()):
                if watcher.streaming:
                    self._say(watcher, said)

    def _let_go(self, now: float) -> None:
        """Of those who do not say what they want, or take nothing."""
        for watcher in tuple(self._watchers.values()):
            if (watcher.out or not watcher.streaming) and now - watcher.since > _PATIENCE:
                self._drop(watcher)

    def _drop(self, watcher: _Watcher) -> None:
        number = watcher.socket.fileno()
        if number < 0:
            return
        del self._watchers[number]
        with suppress(KeyError, ValueError):
            self._selector.unregister(watcher.socket)
        with suppress(OSError):
            watcher.socket.shutdown(socket.SHUT_WR)
        watcher.socket.close()
