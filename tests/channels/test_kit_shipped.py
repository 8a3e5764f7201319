"""The library's own adapters hold to the kit that authors of plug-ins are given."""

from __future__ import annotations

import contextlib
import io
import re
import socket
import threading
from email.utils import getaddresses
from typing import ClassVar

import pytest

from loyaltykit.channels import Console, Email, Telegram, Webhook
from loyaltykit.channels.webhook import new_secret
from loyaltykit.testing import Arrived, HttpFarEnd, HttpReply, Mailbox, channel_checks
from loyaltykit.testing.bothtml import visible

TOKEN = "7:solovey-budimirovich"  # noqa: S105 - nobody's


class BotFarEnd(HttpFarEnd):
    to = "70001001"
    secrets = (TOKEN,)

    def read(self, request):
        if request.path != f"/bot{TOKEN}/sendMessage":
            return self.no(401, "Unauthorized")
        found = request.json()
        text = visible(found["text"])
        if len(text.encode("utf-16-le")) // 2 > 4_096:
            return self.no(400, "Bad Request: message is too long")
        keys = [key for row in found.get("reply_markup", {}).get("inline_keyboard", []) for key in row]
        buttons = tuple((key["text"], key.get("callback_data") or key["url"]) for key in keys)
        return Arrived(to=str(found["chat_id"]), text=text, buttons=buttons)

    def no(self, status, words, **more):
        return HttpReply.json({"ok": False, "error_code": status, "description": words, **more}, status=status)

    def taken(self, arrived, number):
        return HttpReply.json({"ok": True, "result": {"message_id": number}})

    def limited(self, seconds):
        return self.no(429, "Too Many Requests", parameters={"retry_after": int(seconds)})

    def blocked(self):
        return self.no(403, "Forbidden: bot was blocked by the user")

    def unknown(self):
        return self.no(400, "Bad Request: chat not found")

    def refused(self):
        return self.no(400, "Bad Request: can't parse entities")


@pytest.mark.parametrize("check", [one for one in channel_checks() if one.name != "same-id"], ids=str)
def test_telegram_holds(check):
    """But for the id of a message, for which the Bot API has no place."""
    check(lambda far: Telegram(TOKEN, base_url=far.url, timeout=0.4), BotFarEnd)


class MailFarEnd:
    """A mail server behind a wire that can break, stall and drip."""

    to = "ann.petrova@school.example"
    secrets = ("parol-4711",)
    says: ClassVar = {
        "limited": ("451 4.7.1 Try again later", "RCPT"),
        "failing": ("451 4.3.0 Local error", "DATA"),
        "blocked": ("550 5.7.1 Not wanted", "RCPT"),
        "unknown": ("550 5.1.1 No such mailbox", "RCPT"),
        "refused": ("554 5.6.0 Not like this", "DATA"),
        "nonsense": ("250-", "MAIL"),
    }

    def __init__(self):
        self.box = Mailbox(user="school", password=self.secrets[0])
        self.wire = Wire(self.box)

    def behave(self, how, *, seconds=0.0):
        self.box._refusals.clear()
        self.wire.how = how
        reply, at = self.says.get(how, (None, None))
        if reply is not None:
            self.box.refuse(reply, at=at)

    @property
    def arrived(self):
        return [self.read(letter) for letter in self.box.letters]

    def read(self, letter):
        parsed = letter.parsed()
        named = [
            address for _, address in getaddresses([str(parsed[name]) for name in ("To", "Cc", "Bcc") if parsed[name]])
        ]
        to = letter.recipients[0] if set(named) == set(letter.recipients) else "somebody else"
        body = parsed.get_body(("html",))
        links = re.findall(r'<a href="([^"]*)"[^>]*>(.*?)</a>', body.get_content()) if body is not None else []
        found = tuple(
            (label.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"), url.replace("&amp;", "&"))
            for url, label in links
        )
        text = parsed.get_body(("plain",)).get_content()
        return Arrived(to=to, text=text, id=parsed["Message-ID"], buttons=found)

    @property
    def open(self):
        return len(self.wire.open)

    def __enter__(self):
        self.box.__enter__()
        self.wire.start()
        return self

    def __exit__(self, *_):
        self.wire.stop()
        self.box.__exit__()


class Wire:
    """Carries bytes between an adapter and a mail server, as badly as it is told."""

    def __init__(self, box):
        self.box, self.how, self.open, self.port = box, "well", set(), 0
        self.over = threading.Event()

    def start(self):
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    def stop(self):
        self.over.set()
        with contextlib.suppress(OSError):
            self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()
        for one in list(self.open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def listen(self):
        while not self.over.is_set():
            try:
                near, _ = self.door.accept()
            except OSError:
                return
            if self.how == "reset":
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self.box.port))
            self.open.add(near)
            threading.Thread(target=self.up, args=(near, far), daemon=True).start()
            threading.Thread(target=self.down, args=(near, far), daemon=True).start()

    def up(self, near, far):
        with contextlib.suppress(OSError):
            while content := near.recv(65_536):
                far.sendall(content)
        with contextlib.suppress(OSError):
            far.shutdown(socket.SHUT_RDWR)
        self.open.discard(near)
        near.close()

    def down(self, near, far):
        with contextlib.suppress(OSError):
            while content := far.recv(65_536):
                if not self.carried(near, content):
                    break
        with contextlib.suppress(OSError):
            near.shutdown(socket.SHUT_RDWR)
        far.close()

    def carried(self, near, content):
        """Whether the connection goes on."""
        if self.how == "reset" or (self.how == "lost" and self.box.letters and content.startswith(b"250 OK")):
            return False
        if self.how == "stalled":
            self.over.wait()
        while self.how in {"dripping", "endless"} and not self.over.wait(0.02 if self.how == "dripping" else 0.001):
            near.sendall(b"2" if self.how == "dripping" else b"250-and more\r\n" * 1_000)
        near.sendall(content)
        return True


MAIL_WITHOUT = {
    "limited": "a mail server does not say how long",
    "redirected": "there are no redirects",
}


@pytest.mark.parametrize("check", [one for one in channel_checks() if one.name not in MAIL_WITHOUT], ids=str)
def test_email_holds(check):
    def make(far):
        user = {"user": "school", "password": far.secrets[0]}
        return Email(
            sender="school@school.example", host="127.0.0.1", port=far.wire.port, security="none", timeout=0.4, **user
        )

    check(make, MailFarEnd)


class Endpoint(HttpFarEnd):
    to = "member-of-school"
    secrets = (new_secret(),)

    def read(self, request):
        found = request.json()["data"]
        keys = tuple((key["label"], key.get("action") or key["url"]) for key in found.get("buttons", []))
        return Arrived(to=found["member"], text=found["text"], id=request.headers["webhook-id"], buttons=keys)

    def _take(self, request):
        found = self.read(request)  # it is one endpoint for all members
        self.arrived.append(found)
        return HttpReply(reset=True) if self._how == "lost" else HttpReply(status=204)


WEBHOOK_WITHOUT = {
    "blocked": "an endpoint is the school's own",
    "unknown": "an endpoint is the school's own",
}


@pytest.mark.parametrize("check", [one for one in channel_checks() if one.name not in WEBHOOK_WITHOUT], ids=str)
def test_the_webhook_holds(check):
    check(lambda far: Webhook(f"{far.url}/hook", far.secrets[0], allow=("127.0.0.1/32",), timeout=0.4), Endpoint)


class Screen:
    """A terminal: what is written there is read by whoever sits before it."""

    to = "member-on-screen"
    secrets = ()
    open = 0

    def __init__(self):
        self.stream = io.StringIO()

    @property
    def arrived(self):
        return [
            Arrived(to=heading.partition(" → ")[2].partition(":")[0], text=body.replace("·", ""))
            for heading, _, body in (
                one.partition("\n") for one in re.split(r"(?m)^(?=\d{4}-)", self.stream.getvalue())[1:]
            )
        ]

    def behave(self, how, *, seconds=0.0):
        """Nothing can happen to it."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """It stays."""


ON_SCREEN = "shape arrives receipt literal long-text attachments apart closes".split()


@pytest.mark.parametrize("check", [one for one in channel_checks() if one.name in ON_SCREEN], ids=str)
def test_the_console_holds(check):
    check(lambda far: Console(far.stream), Screen)
