"""An HTTP server on this machine that answers as it is told, well or badly: the far end for tests of channels."""

from __future__ import annotations

import contextlib
import json
import math
import socket
import struct
import threading
import urllib.parse
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_BREATH = 0.001
"""Seconds between the pieces of a body that never ends: whoever reads it all shall fail, not the machine."""


@attrs.frozen(slots=True, kw_only=True)
class HttpRequest:
    """What somebody asked."""

    method: str
    path: str
    """Without the query."""
    query: Mapping[str, str]
    """The last value of each name."""
    headers: Mapping[str, str]
    """By name in small letters."""
    body: bytes

    def json(self) -> Any:
        """The body as JSON; None when it is something else."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@attrs.frozen(slots=True, kw_only=True)
class HttpReply:
    """What is answered, and how badly."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    """Seconds before the first byte; ``math.inf``: never."""
    drip: float = 0.0
    """Seconds between one byte and the next, from the first of the head."""
    endless: bool = False
    """The body never ends."""
    reset: bool = False
    """No answer: the connection is broken off, after `delay`."""

    @classmethod
    def json(cls, found: Any, *, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Self:
        """An answer in JSON."""
        kind = ("Content-Type", "application/json")
        return cls(status=status, body=json.dumps(found).encode(), headers=(kind, *headers))


class HttpStandIn:
    """A server on a free port of 127.0.0.1, from `with` to the end of the block; give its `url` to the adapter.

    `answer` says what to reply to a request; without it every request gets 200 and an empty object. What is scripted
    with `say` comes first. `resets` is asked before a request is read: true breaks the connection off unread.
    """

    def __init__(
        self,
        answer: Callable[[HttpRequest], HttpReply] | None = None,
        *,
        resets: Callable[[], bool] | None = None,
    ) -> None:
        self.url = ""
        self.requests: list[HttpRequest] = []
        """All of them, in order."""
        self._answer = answer or (lambda _: HttpReply.json({}))
        self._resets = resets
        self._script: list[HttpReply] = []
        self._lock = threading.Lock()
        self._server: _Server | None = None

    @property
    def open(self) -> int:
        """How many connections are open now."""
        return 0 if self._server is None else len(self._server.open)

    def say(self, reply: HttpReply, *, times: int = 1) -> None:
        """Answer the next requests so, whatever they are."""
        with self._lock:
            self._script += [reply] * times

    def hang_up(self) -> None:
        """Close every connection, as servers do to those who are silent."""
        if self._server is not None:
            self._server.hang_up()

    def __enter__(self) -> Self:
        self._server = _Server(self._reply, self._resets)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.over.set()
            self._server.shutdown()
            self._server.hang_up()
            self._server.server_close()
            self._server = None

    def _reply(self, request: HttpRequest) -> HttpReply:
        with self._lock:
            self.requests.append(request)
            if self._script:
                return self._script.pop(0)
        return self._answer(request)


class _Server(ThreadingHTTPServer):
    """One thread a connection, all of them gone when the server is."""

    daemon_threads = False

    def __init__(self, reply: Callable[[HttpRequest], HttpReply], resets: Callable[[], bool] | None) -> None:
        self.reply = reply
        self.resets = resets
        self.over = threading.Event()
        self.open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def hang_up(self) -> None:
        """Wake every thread that waits for another request."""
        for connection in list(self.open):
            with contextlib.suppress(OSError):  # gone already
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, *_: object) -> None:
        """A client that has gone is none of our business."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.open.add(self.connection)

    def finish(self) -> None:
        try:
            super().finish()
        finally:
            self.server.open.discard(self.connection)

    def handle_one_request(self) -> None:
        """One request, unless its connection breaks off before anything of it is read."""
        resets = self.server.resets
        if resets is not None and self.connection.recv(1, socket.MSG_PEEK) and resets():
            self._break_off()
        else:
            super().handle_one_request()

    def _exchange(self) -> None:
        path, _, query = self.path.partition("?")
        request = HttpRequest(
            method=self.command,
            path=path,
            query=dict(urllib.parse.parse_qsl(query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self._body(),
        )
        reply = self.server.reply(request)
        if reply.delay:
            self.server.over.wait(None if math.isinf(reply.delay) else reply.delay)
        if reply.reset or self.server.over.is_set():
            self._break_off()
        else:
            self._write(reply)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _exchange  # noqa: N815 - http.server's names

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        found = bytearray()
        while size := int(self.rfile.readline().split(b";")[0], 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return bytes(found)

    def _write(self, reply: HttpReply) -> None:
        length = () if reply.endless else (("Content-Length", str(len(reply.body))),)
        lines = [f"HTTP/1.1 {reply.status} Answer"]
        lines += [f"{name}: {value}" for name, value in (*reply.headers, *length)]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        self.close_connection |= reply.endless
        self._drip(head + reply.body, reply.drip)
        while reply.endless and not self.server.over.wait(_BREATH):
            self._drip(b" " * 65_536, reply.drip)

    def _drip(self, content: bytes, pause: float) -> None:
        if not pause:
            self.wfile.write(content)
            return
        for byte in content:
            if self.server.over.wait(pause):
                return
            self.wfile.write(bytes([byte]))

    def _break_off(self) -> None:
        """A reset, not a goodbye: lingering for no time makes the system send one."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()  # before socketserver says goodbye

    def log_message(self, *_: object) -> None:
        """Nothing: the addresses may hold tokens."""


__all__ = ["HttpReply", "HttpRequest", "HttpStandIn"]
