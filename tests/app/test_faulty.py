"""Receivers that reset, stall and lie, by a seed: what was committed arrives, every attempt ends, others go at once."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections import Counter
from contextlib import ExitStack

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.channels import Email, Telegram
from loyaltykit.channels.webhook import Webhook
from loyaltykit.testing import Mailbox
from loyaltykit.testing.standin import HttpReply, HttpStandIn
from tests.app.post import NOON, Post, event, join, program
from tests.invariants.profile import TIMES

HOUR = dt.timedelta(hours=1)
MESSAGES = 40 * TIMES
"""With LOYALTYKIT_EXAMPLES=250 they are 10,000."""
CALM = 20
SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLw0123456789"
SLOW = 0.25
"""Seconds that a call may take; the faulty receivers take longer."""


SHARES = {"reset": 10, "lost": 10, "error": 10, "busy": 5, "drip": 1, "endless": 1, "redirect": 2}


class Faults:
    """Draws what goes wrong with a request: its name, or nothing."""

    def __init__(self, seed):
        self._random = random.Random(seed)
        self.seen = Counter()

    def draw(self):
        at = self._random.randrange(100)
        for name, share in SHARES.items():
            at -= share
            if at < 0:
                self.seen[name] += 1
                return name
        return None

    def wait(self):
        return self._random.choice([0, -1, 86_400])


class FaultyHttp(HttpStandIn):
    """Takes what is posted to it, now and then; `key` says which message a request is."""

    def __init__(self, key, seed):
        super().__init__(self._faulty)
        self._key, self._faults = key, Faults(seed)
        self.taken = Counter()
        self.strayed = 0

    @property
    def seen(self):
        return self._faults.seen

    def _faulty(self, request):
        if request.path.startswith("/elsewhere"):
            self.strayed += 1
        fault = self._faults.draw()
        if fault in (None, "lost", "drip", "endless"):
            self.taken[self._key(request)] += 1
        good = {"ok": True, "result": {"message_id": 1}}
        wait = self._faults.wait() if fault == "busy" else None
        return {
            None: HttpReply.json(good),
            "reset": HttpReply(reset=True),
            "lost": HttpReply(reset=True),
            "error": HttpReply.json({"ok": False, "error_code": 500}, status=500),
            "busy": HttpReply.json(
                {"ok": False, "error_code": 429, "parameters": {"retry_after": wait}},
                status=429,
                headers=[("Retry-After", str(wait))],
            ),
            "drip": HttpReply(body=b"{}", drip=SLOW),
            "endless": HttpReply(endless=True),
            "redirect": HttpReply(status=302, headers=(("Location", f"{self.url}/elsewhere"),)),
        }[fault]


class FaultyMailbox(Mailbox):
    """Takes letters, now and then."""

    def __init__(self, seed):
        super().__init__()
        self._faults = Faults(seed)
        self.taken = Counter()
        self.strayed = 0

    @property
    def seen(self):
        return self._faults.seen

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  # aiosmtpd's name
        fault = self._faults.draw()
        if fault == "reset":
            server.transport.abort()
            return "250 OK"
        if fault in ("error", "busy", "redirect"):
            return "451 4.3.0 Not now"
        reply = await super().handle_DATA(server, session, envelope)
        self.taken[envelope.rcpt_tos[0].partition("@")[0]] += 1
        if fault == "lost":
            server.transport.abort()
        if fault in ("drip", "endless"):
            await asyncio.sleep(2 * SLOW)
        return reply


def mail(seed):
    box = FaultyMailbox(seed)
    sender = "School <hello@school.example>"
    return box, lambda: Email(sender=sender, host=box.host, port=box.port, security="none", timeout=SLOW)


def telegram(seed):
    api = FaultyHttp(lambda request: f"m{request.json()['chat_id']}", seed)
    return api, lambda: Telegram("7:x", base_url=api.url, timeout=SLOW, limits=None)


def webhook(seed):
    end = FaultyHttp(lambda request: request.headers["webhook-id"], seed)
    return end, lambda: Webhook(f"{end.url}/in", SECRET, allow=("127.0.0.1/32",), timeout=SLOW)


def committed(kit, name):
    for number in range(1, MESSAGES + 1):
        join(kit, f"m{number}", telegram=str(number), channel=name)
    for number in range(CALM):
        join(kit, f"calm{number}", channel="calm")
    members = [*(f"m{number}" for number in range(1, MESSAGES + 1)), *(f"calm{number}" for number in range(CALM))]
    kit.record_many([event(f"h-{member}", member=member) for member in members])


@pytest.mark.parametrize("receiver", [mail, telegram, webhook])
def test_all_that_was_committed_arrives_and_others_go_at_once(receiver, url):
    there, adapter = receiver(seed=6)
    calm = Post("calm", address=None)
    with there:
        channel = adapter()
        rules = program(channels=[channel.name], quiet_hours=None, stale="60d")
        with ExitStack() as stack, Loyalty(rules, store=url, channels=[channel, calm]) as kit:
            stack.callback(getattr(channel, "close", int))
            committed(kit, channel.name)
            first = kit.deliver(NOON)
            assert first.channels["calm"] == {"sent": CALM}
            sent = first.sent
            for step in range(1, 60 * 24 * 2):
                if sent == MESSAGES + CALM:
                    break
                sent += kit.deliver(NOON + step * HOUR / 2).sent
            assert kit.dead() == ()
            assert sent == MESSAGES + CALM
    assert len(there.taken) == MESSAGES
    assert {"reset", "lost", "error", "busy"} <= set(there.seen)
    repeats = sum(there.taken.values()) - MESSAGES
    assert repeats <= sum(there.seen[name] for name in ("lost", "drip", "endless"))  # only where the answer was lost
    assert there.strayed == 0
