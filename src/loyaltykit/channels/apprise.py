"""The bridge to Apprise: messages by any of the services that it knows (Discord, ntfy, Slack, SMS gateways, ...)."""

from __future__ import annotations

import contextlib
import logging
import queue
import re
import threading
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from loyaltykit.channels.headers import clean
from loyaltykit.channels.links import is_link
from loyaltykit.channels.protocol import Receipt
from loyaltykit.errors import Deferred, LoyaltyError, MissingExtra, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.channels.limits import Limits
    from loyaltykit.channels.protocol import OutgoingMessage

_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}", re.ASCII)
_TO = "{to}"
_URL = re.compile(r"[A-Za-z][A-Za-z0-9]{1,31}://[^\s{}]+(?:[/=]\{to\}(?:[/?&][^\s{}]*)?)?")
_BEHIND_HOST = re.compile(r"[^/?]*://[^/?]*[/?].*\{to\}.*")
_RECIPIENT = re.compile(r"(?!\.+$)\+?[A-Za-z0-9](?:[A-Za-z0-9._@-]{0,98}[A-Za-z0-9])?", re.ASCII)
"""One phone number, topic, user name or address: nothing that separates recipients or parts of an address."""
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_THREAD = "loyaltykit-apprise"
_LOGGERS = (
    "apprise", "asyncio", "requests", "urllib3.connection", "urllib3.connectionpool", "urllib3.util.retry", "oauthlib",
    "requests_oauthlib.oauth1_auth", "requests_oauthlib.oauth1_session", "requests_oauthlib.oauth2_session",
)  # fmt: skip
_STUCK = 8
"""Calls that were given up and still run: no more are begun."""

_Answer = TypeVar("_Answer")


class AppriseChannel:
    """Sends each message to `url`, an address of Apprise's, such as ``ntfys://ntfy.school.example/news``.

    The address is the school's own. With `address` a member attribute (``phone``) says to whom: it takes the place of
    ``{to}``, which stands for one part of the path or one value behind it, never for the service or the host. So a
    member chooses where a message goes as little as they choose by what service. What is no single plain recipient is
    refused. Without `address` all messages go to the same place, such as a channel of the staff.

    `timeout`, in seconds, is how long a call is waited for. Apprise cannot be stopped: one that takes longer runs on in
    the background until its own time limits end it, and is tried again although it may have succeeded. It keeps no ids,
    so the receiver cannot tell the second one. Attachments and unsubscribe links are not sent; buttons that are links
    stand under the text. Apprise quotes addresses and texts in its log: nothing of a call of ours gets there.

    Needs Apprise, from the extra [apprise].
    """

    def __init__(
        self,
        url: str,
        *,
        name: str = "apprise",
        address: str | None = None,
        timeout: float = 30.0,
        limits: Limits | None = None,
    ) -> None:
        try:
            import apprise
        except ModuleNotFoundError:
            raise MissingExtra("apprise", "the Apprise channel") from None
        if not _NAME.fullmatch(name):
            raise LoyaltyError("a channel's name has up to 31 of a-z 0-9 -", code="apprise/name")
        if not _URL.fullmatch(url) or (_TO in url) != (address is not None) or (address and not _is_behind_host(url)):
            raise LoyaltyError(
                "an Apprise address has {to} once, behind the host, with `address`, and not without", code="apprise/url"
            )
        self.name = name
        self.address = address
        self.limits = limits
        self._url = url
        self._timeout = timeout
        self._running: list[threading.Thread] = []
        self._asset = apprise.AppriseAsset(
            async_mode=False,  # in our thread and no other
            service_timeout=0,
            http_redirects=False,
            interpret_emojis=False,
            storage_mode=apprise.PersistentStoreMode.MEMORY,
            allow_templates=False,
        )
        _hush()
        if address is None and self._within(lambda: self._known(url)) is None:
            raise LoyaltyError("Apprise does not know this address", code="apprise/url")

    def send(self, message: OutgoingMessage) -> Receipt:
        """Send one message. Raises `Refused` for what is not one recipient, and `Deferred` whenever Apprise fails.

        Apprise does not say why: what can never succeed is tried as often as what may.
        """
        url = self._url if self.address is None else self._url.replace(_TO, self._recipient(message.to))
        body = _body(message)
        if not body and not message.subject.strip():
            raise Refused(f"{self.name}/empty")

        def call() -> bool | None:
            known = self._known(url)
            return known and bool(known.notify(body=body, title=clean(message.subject), body_format="text"))

        taken = self._within(call)
        if taken is None:
            raise Refused(f"{self.name}/address")
        if not taken:
            raise Deferred(f"{self.name}/failed")
        return Receipt(message=message.id)

    def _recipient(self, to: str | None) -> str:
        if to is None or not _RECIPIENT.fullmatch(to):
            raise Refused(f"{self.name}/address")
        return quote(to, safe="")

    def _known(self, url: str) -> Any:
        """Apprise with one service; None for an address that it cannot read."""
        import apprise

        service = apprise.Apprise.instantiate(url, asset=self._asset)
        if service is None:
            return None
        found = apprise.Apprise(asset=self._asset)
        found.add(service)
        return found

    def _within(self, call: Callable[[], _Answer]) -> _Answer:
        """What a call returned, in a thread of its own and no later than `timeout`. Raises Deferred."""
        self._running = [thread for thread in self._running if thread.is_alive()]
        if len(self._running) >= _STUCK:
            raise Deferred(f"{self.name}/busy")
        answers: queue.SimpleQueue[tuple[_Answer] | None] = queue.SimpleQueue()

        def run() -> None:
            found = None
            with contextlib.suppress(Exception):  # whatever a service does wrong: its words may quote a person
                found = (call(),)
            answers.put(found)

        thread = threading.Thread(target=run, name=_THREAD, daemon=True)
        self._running.append(thread)
        thread.start()
        try:
            found = answers.get(timeout=self._timeout)
        except queue.Empty:
            raise Deferred(f"{self.name}/timeout") from None
        if found is None:
            raise Deferred(f"{self.name}/failed")
        return found[0]

    def __repr__(self) -> str:
        return f"AppriseChannel(name={self.name!r}, scheme={self._url.partition(':')[0]!r})"


def _is_behind_host(url: str) -> bool:
    return url.count(_TO) == 1 and _BEHIND_HOST.fullmatch(url) is not None


def _body(message: OutgoingMessage) -> str:
    """The text, and a line for each button that is a link."""
    links = [(button.label, button.url) for button in message.buttons if button.url is not None]
    if not all(is_link(url) for _, url in links):
        raise Refused(code="apprise/button")
    lines = [_CONTROLS.sub("", message.text.replace("\r\n", "\n")).strip()]
    lines += [f"{clean(label)}: {url}" for label, url in links]
    return "\n\n".join(filter(None, lines))


class _Hushed(logging.Filter):
    """Drops what is said within our calls; what a host's own use of Apprise logs stays."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.threadName != _THREAD


_HUSHED = _Hushed()


def _hush() -> None:
    """A filter that is there already is not added again."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_HUSHED)


__all__ = ["AppriseChannel"]
