"""Connections to receivers that others name: resolved once, every address looked at, connected by that address.

Against requests that a hostile name would lead into the school's own network (server-side request forgery): the name is
looked up one time, all its addresses have to be public or in a network that was allowed, and the connection goes to one
of just these, so that a second answer of the name's server changes nothing. The name is still what the certificate is
checked for. No proxy of the environment is used.
"""

from __future__ import annotations

import contextlib
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

import attrs

from loyaltykit.channels.networks import Network, is_among, is_public
from loyaltykit.errors import LoyaltyError

if TYPE_CHECKING:
    from loyaltykit.channels.networks import Address
    from loyaltykit.channels.webaddress import WebAddress

Resolver: TypeAlias = Callable[[str, int], Sequence[str]]
"""A host's name and a port -> its IP addresses, as texts. May raise OSError."""
_TRIED = 4
"""Addresses of one host: a name with hundreds of them is no reason to knock at each."""


class Unreached(LoyaltyError):
    """A receiver that no answer came from; `code` says why, in one word, and nothing of where."""

    code = "connection"

    def __init__(self, code: str) -> None:
        super().__init__(code, code=code)


@attrs.frozen(slots=True, kw_only=True)
class Connector:
    """Connects to public hosts, and to those in `allow`; without TLS to the latter alone.

    `context` has to check certificates and host names. `resolve` looks names up; the system does unless it is given.
    """

    context: ssl.SSLContext = attrs.field(repr=False)
    allow: tuple[Network, ...] = ()
    resolve: Resolver | None = attrs.field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.context.verify_mode != ssl.CERT_REQUIRED or not self.context.check_hostname:
            raise LoyaltyError("the TLS context has to check certificates and host names", code="web/tls")

    def connect(self, place: WebAddress, until: float) -> socket.socket:
        """A connection, with TLS if the address says so, made before `until` on the monotonic clock.

        Raises Unreached: ``name`` (it has no address), ``not-public`` (one of its addresses is not, or has no TLS
        where it must), ``connection``, ``certificate``, ``tls`` or ``timeout``.
        """
        addresses, code = self._addresses(place, until), "connection"
        for number, address in enumerate(addresses, start=1):
            try:
                plain = _dialled(address, place.port, until, alone=number == len(addresses))
                return self._secured(plain, place, until) if place.secure else plain
            except TimeoutError:
                code = "timeout"
            except OSError:
                code = "connection"
        raise Unreached(code)

    def _addresses(self, place: WebAddress, until: float) -> list[Address]:
        """Where the host is; none at all if only one of them must not be connected to."""
        texts = [place.host] if place.literal else _in_time(self.resolve or _system, place, until)
        found: list[Address] = []
        for text in texts:
            try:
                address = ipaddress.ip_address(text)
            except ValueError:
                raise Unreached("not-public") from None
            own = is_among(address, self.allow)
            if not own and not (place.secure and is_public(address)):
                raise Unreached("not-public")
            found.append(address)
        if not found:
            raise Unreached("name")
        return list(dict.fromkeys(found))[:_TRIED]

    def _secured(self, plain: socket.socket, place: WebAddress, until: float) -> socket.socket:
        """With TLS, for the name that was meant."""
        try:
            plain.settimeout(left(until))
            return self.context.wrap_socket(plain, server_hostname=place.host)
        except TimeoutError:
            code = "timeout"
        except ssl.SSLCertVerificationError:
            code = "certificate"
        except (OSError, ValueError):
            code = "tls"
        plain.close()
        raise Unreached(code)


def _dialled(address: Address, port: int, until: float, *, alone: bool) -> socket.socket:
    """A connection without TLS; half of the time is kept for the other addresses unless it is `alone`."""
    found = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
    try:
        found.settimeout(left(until) / (1 if alone else 2))
        found.connect((str(address), port))
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        found.close()
        raise
    return found


def left(until: float) -> float:
    """Seconds that are left. Raises TimeoutError when none are."""
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def _system(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in found]


def _in_time(resolve: Resolver, place: WebAddress, until: float) -> Sequence[str]:
    """What the resolver says. It runs in a thread of its own: the system's takes as long as it likes."""
    answers: queue.SimpleQueue[Sequence[str] | None] = queue.SimpleQueue()

    def ask() -> None:
        found = None
        with contextlib.suppress(Exception):  # a host's own resolver raises what it likes; its words may name the host
            found = list(resolve(place.host, place.port))
        answers.put(found)

    threading.Thread(target=ask, name="loyaltykit-resolve", daemon=True).start()
    try:
        found = answers.get(timeout=left(until))
    except (queue.Empty, TimeoutError):
        raise Unreached("timeout") from None
    if found is None:
        raise Unreached("name")
    return found
