"""A real SMTP server on this machine that keeps what it gets: for tests, and for looking at letters before they go."""

from __future__ import annotations

import asyncio
import threading
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any, Self

import attrs

from loyaltykit.errors import LoyaltyError, MissingExtra

if TYPE_CHECKING:
    import ssl
    from collections.abc import Sequence
    from email.message import EmailMessage

_OK = "250 OK"


@attrs.frozen(slots=True, kw_only=True)
class Letter:
    """A letter as the server got it."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes = attrs.field(repr=False)
    """Every byte between DATA and the final dot."""
    secure: bool
    """Whether it came over TLS."""

    def parsed(self) -> EmailMessage:
        """The letter as a mail reader sees it."""
        return message_from_bytes(self.raw, policy=policy.default)


class Mailbox:
    """An SMTP server in a thread of its own, on a free port of 127.0.0.1, from `with` to the end of the block.

    `security` is ``none``, ``starttls`` (letters are refused before it) or ``tls``, with the server's `ssl_context`.
    With `user` and `password`, letters are taken after logging in only. With `pipelining` it offers to take commands
    together (RFC 2920), as most servers of the world do. Needs aiosmtpd, from the extra [demo].
    """

    host = "127.0.0.1"

    def __init__(
        self,
        *,
        security: str = "none",
        ssl_context: ssl.SSLContext | None = None,
        user: str | None = None,
        password: str | None = None,
        smtputf8: bool = True,
        pipelining: bool = False,
    ) -> None:
        if (security != "none") != (ssl_context is not None):
            raise LoyaltyError("starttls and tls need an ssl_context, none has none", code="testing/tls")
        self.port = 0
        self.letters: list[Letter] = []
        self.connections = 0
        """How often somebody connected."""
        self.open: set[Any] = set()
        """The connections that are open now."""
        self._security, self._context = security, ssl_context
        self._user, self._password, self._smtputf8 = user, password, smtputf8
        self._pipelining = pipelining
        self._refusals: dict[str, list[Any]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._thread: threading.Thread | None = None

    @property
    def messages(self) -> Sequence[EmailMessage]:
        """All letters so far, in order, parsed."""
        return [letter.parsed() for letter in self.letters]

    def refuse(self, reply: str, *, at: str = "RCPT", address: str = "", times: int | None = None) -> None:
        """Answer so from now on, or so many `times`: at ``MAIL``, ``RCPT`` or ``DATA``, to all or to one recipient.

        `reply` is a code with words, such as ``451 4.7.1 Try again later``; ``drop`` closes the connection instead.
        """
        self._refusals[f"{at} {address}".strip()] = [reply, times]

    def hang_up(self) -> None:
        """Close every open connection, as servers do to those who are silent."""
        if self._loop is not None:
            for connection in list(self.open):
                self._loop.call_soon_threadsafe(connection.transport.close)

    def __enter__(self) -> Self:
        door = _door()
        started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(door, started)), daemon=True)
        self._thread.start()
        started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    async def _serve(self, door: Any, started: threading.Event) -> None:
        """Take connections until somebody says stop."""
        try:
            loop = self._loop = asyncio.get_running_loop()
            tls = self._context if self._security == "tls" else None
            server = await loop.create_server(lambda: self._greeted(door), self.host, 0, ssl=tls)
            self.port = server.sockets[0].getsockname()[1]
        finally:
            started.set()
        await self._stop.wait()
        server.close()
        for connection in list(self.open):
            connection.transport.abort()

    def _greeted(self, door: Any) -> Any:
        """One more connection."""
        self.connections += 1
        return door(
            _Hooks(self),
            hostname="mailbox.invalid",
            ident="mailbox",
            enable_SMTPUTF8=self._smtputf8,
            tls_context=self._context if self._security == "starttls" else None,
            require_starttls=self._security == "starttls",
            auth_require_tls=self._security == "starttls",
            authenticator=self._known,
            loop=self._loop,
        )

    def _known(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> Any:
        from aiosmtpd.smtp import AuthResult

        wanted = ((self._user or "").encode(), (self._password or "").encode())
        return AuthResult(success=self._user is not None and (given.login, given.password) == wanted, handled=False)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd looks its hooks up by the names of commands
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """Say what is offered."""
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]] if self._pipelining else responses

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take the sender, from who has logged in if that is asked for."""
        if self._user is not None and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if (reply := self._refusal(server, "MAIL", "")) != _OK:
            return reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return _OK

    async def handle_RCPT(  # noqa: N802
        self, server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Take a recipient."""
        if (reply := self._refusal(server, "RCPT", address)) != _OK:
            return reply
        envelope.rcpt_tos.append(address)
        return _OK

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take the letter, and keep it."""
        if (reply := self._refusal(server, "DATA", "")) != _OK:
            return reply
        self.letters.append(
            Letter(
                sender=envelope.mail_from,
                recipients=tuple(envelope.rcpt_tos),
                raw=envelope.content,
                secure=self._security == "tls" or session.ssl is not None,
            )
        )
        return _OK

    def _refusal(self, server: Any, at: str, address: str) -> str:
        """What to answer here: the scripted reply for this recipient, for all, or yes."""
        for key in (f"{at} {address}".strip(), at):
            script = self._refusals.get(key)
            if script is None or script[1] == 0:
                continue
            if script[1] is not None:
                script[1] -= 1
            if script[0] == "drop":
                server.transport.abort()
                return _OK + " "
            return str(script[0])
        return _OK


class _Hooks:
    """What aiosmtpd gets to see of a mailbox: it looks at every attribute of its handler for every connection."""

    def __init__(self, box: Mailbox) -> None:
        self.open = box.open
        self.handle_MAIL = box.handle_MAIL
        self.handle_RCPT = box.handle_RCPT
        self.handle_DATA = box.handle_DATA


def _door() -> Any:
    """The protocol of one connection, which says when it opens and closes."""
    try:
        from aiosmtpd.smtp import SMTP
    except ModuleNotFoundError:
        raise MissingExtra("demo", "a mail server for trying out") from None

    class Door(SMTP):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.event_handler.open.add(self)
            super().connection_made(transport)

        def connection_lost(self, error: Exception | None) -> None:
            self.event_handler.open.discard(self)
            super().connection_lost(error)

    return Door
