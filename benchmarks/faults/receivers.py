"""Receivers that reset, stall and lie, by a seed, and the adapters that send to them."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

from loyaltykit.channels import Email, Telegram
from loyaltykit.channels.webhook import Webhook
from loyaltykit.testing import Mailbox
from loyaltykit.testing.standin import HttpReply, HttpStandIn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loyaltykit.testing.standin import HttpRequest

SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLw0123456789"
SLOW = 0.25
"""Seconds that a call may take; what drips takes longer."""
SHARES = {"reset": 10, "lost": 10, "error": 10, "busy": 5, "drip": 1, "endless": 1, "redirect": 2}
"""How many of a hundred requests go wrong, and how: `lost` is taken, and the answer is not heard."""
HEALTHY: Mapping[str, int] = {}


class Faults:
    """Draws what goes wrong with a request: its name, or nothing; the first `sound` ones all go well."""

    def __init__(self, seed: int, shares: Mapping[str, int], sound: int = 0) -> None:
        self._random = random.Random(seed)
        self._shares = shares
        self._sound = sound
        self.seen: Counter[str] = Counter()

    def draw(self) -> str | None:
        """The next one's."""
        if self._sound:
            self._sound -= 1
            return None
        at = self._random.randrange(100)
        for name, share in self._shares.items():
            at -= share
            if at < 0:
                self.seen[name] += 1
                return name
        return None

    def choice(self, among: tuple[Any, ...]) -> Any:
        """One of several."""
        return self._random.choice(among)


class FaultyHttp(HttpStandIn):
    """Takes what is posted to it, now and then; `key` says which message a request is."""

    def __init__(self, key: Callable[[HttpRequest], str], faults: Faults) -> None:
        super().__init__(self._faulty, resets=self._reset)
        self._key, self._faults = key, faults
        self._drawn: str | None = None
        self.taken: Counter[str] = Counter()
        self.strayed = 0

    @property
    def seen(self) -> Counter[str]:
        """How often each fault was."""
        return self._faults.seen

    def _reset(self) -> bool:
        self._drawn = self._faults.draw()
        return self._drawn == "reset"

    def _faulty(self, request: HttpRequest) -> HttpReply:
        if request.path.startswith("/elsewhere"):
            self.strayed += 1
        fault = self._drawn
        if fault in (None, "lost", "drip", "endless"):
            self.taken[self._key(request)] += 1
        self.requests.clear()
        if fault == "error":
            code = self._faults.choice((500, 502, 503, 504))
            return HttpReply.json({"ok": False, "error_code": code}, status=code)
        if fault == "busy":
            wait = self._faults.choice((0, -1, 86_400))
            said = {"ok": False, "error_code": 429, "parameters": {"retry_after": wait}}
            return HttpReply.json(said, status=429, headers=[("Retry-After", str(wait))])
        return {
            "lost": HttpReply(reset=True),
            "drip": HttpReply(body=b"{}", drip=SLOW),
            "endless": HttpReply(endless=True),
            "redirect": HttpReply(status=302, headers=(("Location", f"{self.url}/elsewhere"),)),
        }.get(fault or "", HttpReply.json({"ok": True, "result": {"message_id": 1}}))


class FaultyMailbox(Mailbox):
    """Takes letters, now and then. What it refuses it refuses at RCPT or after the letter, by the draw."""

    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self._faults = faults
        self._drawn: str | None = None
        self.taken: Counter[str] = Counter()
        self.strayed = 0

    @property
    def seen(self) -> Counter[str]:
        """How often each fault was."""
        return self._faults.seen

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or break off before the letter is read."""
        self._drawn = self._faults.draw()
        if self._drawn == "reset":
            server.transport.abort()
        elif self._drawn in ("error", "busy", "redirect") and self._faults.choice((True, False)):
            return self._refused(server)
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        """Take the letter, or answer so that the sender cannot know."""
        if self._drawn in ("error", "busy", "redirect"):
            return self._refused(server)
        self.taken[envelope.rcpt_tos[0].partition("@")[0]] += 1
        if self._drawn == "lost":
            server.transport.abort()
        elif self._drawn == "drip":
            for byte in b"250 OK":
                server.transport.write(bytes([byte]))
                await asyncio.sleep(SLOW / 4)
        while self._drawn == "endless":
            await server.push("250-" + "and so on " * 50)
        return "250 OK"

    def _refused(self, server: Any) -> str:
        """For now: busy hangs up as well."""
        if self._drawn == "busy":
            asyncio.get_running_loop().call_soon(server.transport.close)
            return "421 4.3.2 Service shuts down"
        if self._drawn == "redirect":
            return str(self._faults.choice(("450 4.2.0 Busy", "452 4.2.2 Full", "471 4.1.8 Odd", "432 4.7.12 Wait")))
        return "451 4.3.0 Not now"


def mail(faults: Faults, *, timeout: float = SLOW) -> tuple[Any, Callable[[], Any]]:
    """A mail server and what makes its adapter."""
    box = FaultyMailbox(faults)
    sender = "School <hello@school.example>"
    return box, lambda: Email(sender=sender, host=box.host, port=box.port, security="none", timeout=timeout)


def telegram(faults: Faults, *, timeout: float = SLOW) -> tuple[Any, Callable[[], Any]]:
    """A Bot API and what makes its adapter."""
    api = FaultyHttp(lambda request: f"m{request.json()['chat_id']}", faults)
    return api, lambda: Telegram("7:x", base_url=api.url, timeout=timeout, limits=None)


def webhook(faults: Faults, *, timeout: float = SLOW) -> tuple[Any, Callable[[], Any]]:
    """A receiver of webhooks and what makes its adapter."""
    end = FaultyHttp(lambda request: request.headers["webhook-id"], faults)
    return end, lambda: Webhook(f"{end.url}/in", SECRET, allow=("127.0.0.1/32",), timeout=timeout)


RECEIVERS = {"e-mail": mail, "Telegram": telegram, "webhook": webhook}
