"""Dialogues of smtplib in which each step has a time and a reply a size, and the whole letter a time as well."""

from __future__ import annotations

import smtplib
import time
from typing import TYPE_CHECKING, Any

from loyaltykit.channels.timed_socket import TimedSocket

if TYPE_CHECKING:
    import ssl

LARGEST = 65_536
"""Bytes of one reply: a line has 512 (RFC 5321, 4.5.3.1.5), and none needs a hundred lines."""


class TimedSmtp(smtplib.SMTP):
    """As `smtplib.SMTP`; `timeout` is for a whole reply, however it arrives, and `until` ends everything."""

    until = float("inf")
    """On the monotonic clock."""

    def __init__(self, host: str, port: int, *, until: float, **options: Any) -> None:
        self.until = until
        super().__init__(host, port, **options)

    def send(self, s: Any) -> None:
        """Send, in the time of one step."""
        self._begin()
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        """One reply, in the time of one step."""
        self._begin()
        return super().getreply()

    def starttls(self, *, context: ssl.SSLContext | None = None) -> tuple[int, bytes]:  # type: ignore[override]
        """From here on in TLS."""
        if isinstance(self.sock, TimedSocket):
            self.sock = self.sock.sock  # TLS wants the socket itself
        found = super().starttls(context=context)
        self.sock = TimedSocket(self.sock, largest=LARGEST)  # type: ignore[assignment,arg-type]  # as much as smtplib asks
        return found

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        return TimedSocket(super()._get_socket(host, port, timeout), largest=LARGEST)  # type: ignore[misc]

    def _begin(self) -> None:
        """A step has its time, or what is left of all."""
        left = self.until - time.monotonic()
        if left <= 0:
            self.close()
            raise TimeoutError
        if self.sock is not None:
            self.sock.settimeout(min(self.timeout, left))


class TimedSmtpTls(TimedSmtp, smtplib.SMTP_SSL):
    """The same in TLS from the first byte."""
