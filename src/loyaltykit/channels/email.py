"""The e-mail channel: letters over SMTP."""

from __future__ import annotations

import datetime as dt
import ssl
import threading
from typing import TYPE_CHECKING, Self

from loyaltykit.channels.addresses import MailAddress, mail_address
from loyaltykit.channels.letter import compose, message_id
from loyaltykit.channels.protocol import Receipt
from loyaltykit.channels.smtp import Postman, Server
from loyaltykit.errors import LoyaltyError, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.channels.limits import Limits
    from loyaltykit.channels.protocol import OutgoingMessage

_SECURITY = ("starttls", "tls", "none")
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class Email:
    """Sends each message as one letter to one mailbox, as text and as HTML, over one connection that it keeps.

    `sender` and `reply_to` are mailboxes such as ``School <hello@school.example>``. `security` is ``starttls``
    (usually port 587), ``tls`` (465) or ``none``; what the server does not offer is never done without. `timeout`, in
    seconds, is for each step of the dialogue, and a whole letter has four times as long. `now` is the clock that dates
    letters. `limits` are those of your mail server, such as ``Limits(overall="500 per hour")``. With `bounces`, a
    mailbox such as ``bounces@school.example``, reports about a letter come back to ``bounces+TOKEN@school.example``;
    without it to the sender. Buttons with a `url`
    become links; others are left out, since a letter has nothing to press.

    The Message-ID follows from the message's id: a letter that is sent twice, because the connection broke before the
    server's answer arrived, has the same. Several threads may share one adapter; they take turns.
    """

    name = "email"
    address = "email"

    def __init__(
        self,
        *,
        sender: str,
        host: str,
        port: int = 587,
        user: str | None = None,
        password: str | None = None,
        security: str = "starttls",
        timeout: float = 30.0,
        ssl_context: ssl.SSLContext | None = None,
        reply_to: str | None = None,
        now: Callable[[], dt.datetime] | None = None,
        limits: Limits | None = None,
        bounces: str | None = None,
    ) -> None:
        self.limits = limits
        if security not in _SECURITY:
            raise LoyaltyError(f"security is one of {', '.join(_SECURITY)}", code="email/security")
        if security == "none" and user is not None and host not in _HERE:
            raise LoyaltyError("a password over an open network: use starttls or tls", code="email/security")
        if not f"{user or ''}{password or ''}".isascii():
            raise LoyaltyError("smtplib logs in with ASCII only", code="email/password")
        self._sender = _own(sender, "sender")
        self._bounces = None if bounces is None else _own(bounces, "bounces")
        self._reply_to = None if reply_to is None else _own(reply_to, "reply_to")
        self._now = now or _now
        self._lock = threading.Lock()
        self._server = Server(
            host=host,
            port=port,
            security=security,
            helo=self._sender.domain,
            timeout=timeout,
            context=ssl_context or ssl.create_default_context(),
            user=user,
            password=password,
        )
        self._postman = Postman(self._server)

    def send(self, message: OutgoingMessage) -> Receipt:
        """Hand one letter to the server; the receipt's reference is its Message-ID.

        Raises `Gone` when the server says that there is no such mailbox, `Refused` for what cannot be an address or a
        letter and for other permanent answers, `Deferred` for everything that may pass.
        """
        to = None if message.to is None else mail_address(message.to)
        if to is None:
            raise Refused(code="email/address")
        letter = compose(message, sender=self._sender, to=to, reply_to=self._reply_to, at=self._now())
        with self._lock:
            verdict = self._postman.hand(self._envelope(message), to, letter)
        if verdict is not None:
            raise verdict
        return Receipt(message=message.id, reference=message_id(message.id, self._sender.domain))

    def _envelope(self, message: OutgoingMessage) -> MailAddress:
        """Where reports about a letter go: an address of its own for each (VERP), as far as there is one."""
        if self._bounces is None or message.returns is None:
            return self._bounces or self._sender
        local, _, domain = self._bounces.address.rpartition("@")
        return MailAddress(address=f"{local}+{message.returns}@{domain}")

    def close(self) -> None:
        """Close the connection; the next `send` opens another."""
        with self._lock:
            self._postman.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Email(host={self._server.host!r}, port={self._server.port}, security={self._server.security!r})"


def _own(text: str, what: str) -> MailAddress:
    """One of the school's own addresses."""
    found = mail_address(text)
    if found is None:
        raise LoyaltyError(f"{what} is not one mailbox, such as: School <hello@school.example>", code="email/sender")
    return found


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
