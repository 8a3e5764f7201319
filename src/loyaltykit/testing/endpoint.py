"""A server on this machine that receives webhooks as a school's own should: it checks signatures and drops repeats."""

from __future__ import annotations

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

import attrs

from loyaltykit.channels.signatures import verify
from loyaltykit.errors import EventError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Sequence

_BROKEN = -1
"""In place of a status: break the connection off."""


@attrs.frozen(slots=True)
class Posted:
    """A request as it arrived."""

    headers: dict[str, str]
    """By names in lower case."""
    body: bytes = attrs.field(repr=False)


class Endpoint:
    """A webhook receiver on a free port of 127.0.0.1, from `with` to the end of the block; give its `url` to `Webhook`.

    The channel needs ``allow=Endpoint.ALLOW``, since this machine is nobody's public address. `secret` is that of the
    channel, or several. With `tls` it speaks https.
    """

    ALLOW = ("127.0.0.1/32",)

    def __init__(self, secret: str | Sequence[str], *, tls: ssl.SSLContext | None = None) -> None:
        self.url = ""
        self.payloads: list[dict[str, Any]] = []
        """What was taken, each webhook-id once, in order."""
        self.requests: list[Posted] = []
        """Every request, also those that failed."""
        self._secret = secret
        self._tls = tls
        self._taken: set[str] = set()
        self._script: list[Callable[[], tuple[int, dict[str, str]] | None]] = []
        self._lock = threading.Lock()
        self._server: _Server | None = None

    def fail(self, status: int, *, times: int = 1, retry_after: str | None = None) -> None:
        """Answer the next requests with this status, and take nothing."""
        self._script += [lambda: (status, {} if retry_after is None else {"Retry-After": retry_after})] * times

    def reset(self, *, times: int = 1) -> None:
        """Break off the connections of the next requests without an answer."""
        self._script += [lambda: (_BROKEN, {})] * times

    def slow(self, seconds: float, *, times: int = 1) -> None:
        """Answer the next requests as usual, but late."""
        self._script += [lambda: time.sleep(seconds)] * times

    def __enter__(self) -> Self:
        self._server = _Server(self, self._tls)
        scheme = "http" if self._tls is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self._server.server_port}/loyalty"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def _answer(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        """Status and headers of the answer to a request."""
        with self._lock:
            self.requests.append(Posted(headers, body))
            step = self._script.pop(0) if self._script else None
        if step is not None and (said := step()) is not None:
            return said
        try:
            payload = verify(self._secret, headers, body)
        except EventError as error:
            return (401 if error.code == "webhook/signature" else 400), {}
        with self._lock:
            if headers["webhook-id"] not in self._taken:
                self._taken.add(headers["webhook-id"])
                self.payloads.append(payload)
        return 204, {}


class _Server(ThreadingHTTPServer):
    def __init__(self, endpoint: Endpoint, tls: ssl.SSLContext | None) -> None:
        self.endpoint = endpoint
        super().__init__(("127.0.0.1", 0), _Handler)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, *_: object) -> None:
        """A client that has gone is none of our business."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 10
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, told = self.server.endpoint._answer(headers, body)  # noqa: SLF001 - one module
        if status == _BROKEN:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(status)
        for name, value in {"Content-Length": "0", **told}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: this is a test."""


__all__ = ["Endpoint", "Posted"]
