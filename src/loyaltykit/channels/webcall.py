"""One POST to a receiver that may be hostile: no redirect, no decompression, bounded in bytes and in total time."""

from __future__ import annotations

import contextlib
import http.client
import io
import time
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.channels.safe_connect import Unreached, left

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

    from loyaltykit.channels.safe_connect import Connector
    from loyaltykit.channels.webaddress import WebAddress

_LARGEST = 65_536
"""Bytes of an answer: of its head, and of what is waited for behind it."""
_LINGER = 1.0
"""Seconds for a body that nobody reads: who is hung up on in the middle of an answer logs a failure."""
_PIECE = 65_536


@attrs.frozen(slots=True)
class Answer:
    """What a receiver said: the status, and the head by names in lower case. Its body is not kept."""

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)


def post(connector: Connector, place: WebAddress, body: bytes, headers: Mapping[str, str], *, timeout: float) -> Answer:
    """Send one request over a connection of its own and wait for the head of the answer, `timeout` seconds in all.

    Raises Unreached: what the connector raises, ``timeout``, ``connection`` (broken off), ``answer`` (not HTTP) or
    ``too-large``.
    """
    until = time.monotonic() + timeout
    try:
        with connector.connect(place, until) as sock:
            _send(sock, _head(place, body, headers) + body, until)
            return _answer(_Incoming(sock, until))
    except TimeoutError:
        code = "timeout"
    except _TooLargeError:
        code = "too-large"
    except http.client.RemoteDisconnected:
        code = "connection"
    except (http.client.HTTPException, ValueError):
        code = "answer"
    except OSError:
        code = "connection"
    raise Unreached(code)


def _head(place: WebAddress, body: bytes, headers: Mapping[str, str]) -> bytes:
    """The request's head (RFC 9112). Raises Unreached for a header that is not one line of ASCII: nothing slips in."""
    given = {
        "Host": place.authority,
        "Content-Length": str(len(body)),
        "Accept-Encoding": "identity",
        "Connection": "close",
        **headers,
    }
    if not all(text.isascii() and text.isprintable() for text in given.values()):
        raise Unreached("header")
    lines = [f"POST {place.target} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("ascii")


def _send(sock: socket.socket, request: bytes, until: float) -> None:
    """In pieces, each with the time that is left: `sendall` of a TLS socket begins anew with every piece."""
    rest = memoryview(request)
    while rest:
        sock.settimeout(left(until))
        rest = rest[sock.send(rest[:_PIECE]) :]


def _answer(incoming: _Incoming) -> Answer:
    response = http.client.HTTPResponse(_Stand(incoming), method="POST")  # type: ignore[arg-type]  # all it wants of one
    try:
        response.begin()
        if not 100 <= response.status <= 599:
            raise http.client.BadStatusLine("")
        found = {name.lower(): value for name, value in response.getheaders()}
        incoming.linger()
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            response.read()  # the status has been said, and that is all that counts
        return Answer(response.status, found)
    finally:
        response.close()


class _TooLargeError(OSError):
    pass


class _Incoming(io.RawIOBase):
    """What a socket receives, until the time or the room is up."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        super().__init__()
        self._sock = sock
        self._until = until
        self._room = _LARGEST

    def linger(self) -> None:
        """From here on it is only politeness."""
        self._until = min(self._until, time.monotonic() + _LINGER)
        self._room = _LARGEST

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if self._room <= 0:
            raise _TooLargeError
        self._sock.settimeout(left(self._until))
        number = self._sock.recv_into(buffer, min(len(buffer), self._room))
        self._room -= number
        return number


class _Stand:
    """As much of a socket as `http.client` asks for."""

    def __init__(self, incoming: _Incoming) -> None:
        self._incoming = incoming

    def makefile(self, _mode: str, *_: Any) -> io.BufferedReader:
        return io.BufferedReader(self._incoming)
