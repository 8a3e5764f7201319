"""One connection to a mail server, kept from letter to letter, and what it means when it breaks."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
import time
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.channels.dialogue import ask, commands, give, later
from loyaltykit.channels.timed_smtp import TimedSmtp, TimedSmtpTls
from loyaltykit.errors import Deferred, DeliveryError

if TYPE_CHECKING:
    from loyaltykit.channels.addresses import MailAddress

_STEPS = 4
"""A letter has so many times the time of one step, from connecting to the last reply."""


@attrs.frozen(slots=True, kw_only=True)
class Server:
    """Where to connect and how."""

    host: str
    port: int
    security: str
    """``starttls``, ``tls`` or ``none``."""
    helo: str
    timeout: float
    context: ssl.SSLContext = attrs.field(repr=False)
    user: str | None = attrs.field(default=None, repr=False)
    password: str | None = attrs.field(default=None, repr=False)

    def connect(self, until: float) -> TimedSmtp:
        """Connected, greeted, secured and logged in. Raises what smtplib and the network raise."""
        options: dict[str, Any] = {"until": until, "local_hostname": self.helo, "timeout": self.timeout}
        if self.security == "tls":
            smtp: TimedSmtp = TimedSmtpTls(self.host, self.port, context=self.context, **options)
        else:
            smtp = TimedSmtp(self.host, self.port, **options)
        try:
            if self.security == "starttls":
                smtp.starttls(context=self.context)
            if self.user is not None:
                smtp.login(self.user, self.password or "")
            smtp.ehlo_or_helo_if_needed()
        except BaseException:
            smtp.close()
            raise
        return smtp


class Postman:
    """Hands letters to a server, one after another, over a connection that it opens anew when it was dropped."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._smtp: TimedSmtp | None = None
        self._handed = False
        self._together = True

    def hand(self, sender: MailAddress, to: MailAddress, letter: bytes) -> DeliveryError | None:
        """None when the server has taken the letter, else why not. Nothing is raised, so nothing is chained."""
        kept = self._smtp is not None
        verdict = self._attempt(sender, to, letter)
        if kept and not self._handed and self._smtp is None and isinstance(verdict, Deferred):
            verdict = self._attempt(sender, to, letter)  # servers hang up on who was silent; that is no failure
        return verdict

    def close(self) -> None:
        """Say goodbye, if anybody still listens."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.until = time.monotonic() + self._server.timeout
            with contextlib.suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()

    def _attempt(self, sender: MailAddress, to: MailAddress, letter: bytes) -> DeliveryError | None:
        self._handed = False
        fresh = self._smtp is None
        until = time.monotonic() + _STEPS * self._server.timeout
        try:
            if self._smtp is None:
                self._smtp = self._server.connect(until)
            self._smtp.until = until
            verdict = self._dialogue(self._smtp, sender, to, letter, fresh=fresh)
            if verdict is not None:
                self._reset(self._smtp, verdict)
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            verdict = _failure(error)
            self._drop()
        return verdict

    def _reset(self, smtp: smtplib.SMTP, verdict: DeliveryError) -> None:
        """Ready for the next letter, unless the server has had enough of us."""
        try:
            if verdict.code.endswith("421") or smtp.rset()[0] != 250:
                self._drop()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _dialogue(
        self, smtp: smtplib.SMTP, sender: MailAddress, to: MailAddress, letter: bytes, *, fresh: bool
    ) -> DeliveryError | None:
        lines = commands(smtp, sender, to, len(letter))
        if isinstance(lines, DeliveryError):
            return lines
        together = self._together and smtp.has_extn("pipelining")
        try:
            verdict = ask(smtp, lines, together=together)
        except (smtplib.SMTPException, OSError):
            if together and fresh:
                self._together = False  # it may offer what it cannot do: one by one from now on
            raise
        if verdict is None:
            self._handed = True
            verdict = give(smtp, letter)
        return verdict

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _failure(error: Exception) -> DeliveryError:
    """A connection that could not be made or was lost, as a short code: the words of these errors hold addresses."""
    if isinstance(error, smtplib.SMTPResponseException):
        return later(error.smtp_code)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Deferred(code="smtp/not-offered")  # STARTTLS or AUTH: never go on without
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return Deferred(code="smtp/timeout")
    if isinstance(error, ssl.SSLError):
        return Deferred(code="smtp/tls")
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return Deferred(code="smtp/lost")
    return Deferred(code="smtp/connection")
