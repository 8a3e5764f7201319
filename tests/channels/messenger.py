"""A messenger that nobody has: its adapter, as an author would write it, and the service's stand-in."""

from __future__ import annotations

import re

from loyaltykit import Button, Gone, OutgoingMessage, Receipt, Refused
from loyaltykit.channels import Answer, Calls, cut, is_link
from loyaltykit.testing import Arrived, HttpFarEnd, HttpReply

TOKEN = "t-0815-4711"  # noqa: S105 - nobody's
LONGEST = 1_000


class Messenger:
    name = "messenger"
    address = "messenger"

    def __init__(self, *, token: str, base_url: str, timeout: float = 20.0) -> None:
        self._calls = Calls(
            "messenger", base_url=base_url, timeout=timeout, headers={"Authorization": f"Bearer {token}"}
        )

    def send(self, message: OutgoingMessage) -> Receipt:
        payload = {"to": self.recipient(message), "text": self.words(message)}
        payload["buttons"] = [self.key(button) for button in message.buttons]
        answer = self._calls.post("messages", payload, headers={"Idempotency-Key": self.key_of(message)})
        if answer.ok:
            return self.receipt(message, answer)
        raise self.failure(answer)

    def recipient(self, message: OutgoingMessage) -> str:
        if message.to is None or not re.fullmatch(r"[0-9]{6,12}", message.to, re.ASCII):
            raise Refused("messenger/address")
        return message.to

    def words(self, message: OutgoingMessage) -> str:
        return cut("".join(char for char in message.text if char.isprintable() or char == "\n"), LONGEST)

    def key(self, button: Button) -> dict[str, str]:
        if button.action:
            return {"label": button.label, "payload": button.action}
        if button.url is None or not is_link(button.url):
            raise Refused("messenger/button")
        return {"label": button.label, "url": button.url}

    def key_of(self, message: OutgoingMessage) -> str:
        return message.id

    def receipt(self, message: OutgoingMessage, answer: Answer) -> Receipt:
        found = answer.json()
        return Receipt(message=message.id, reference=found["id"] if isinstance(found, dict) else None)

    def failure(self, answer: Answer) -> Exception:
        return Gone(f"messenger/{answer.status}") if answer.status in {403, 404} else self._calls.failure(answer)

    def close(self) -> None:
        self._calls.close()


class FarEndOfMessenger(HttpFarEnd):
    to = "70001001"
    secrets = (TOKEN,)

    def read(self, request):
        found = request.json()
        if request.path != "/messages" or request.headers.get("authorization") != f"Bearer {TOKEN}":
            return HttpReply.json({}, status=401)
        if not isinstance(found, dict) or len(found["text"]) > LONGEST:
            return self.refused()
        return Arrived(
            to=found["to"],
            text=found["text"],
            id=request.headers.get("idempotency-key"),
            buttons=tuple((key["label"], key.get("payload") or key["url"]) for key in found["buttons"]),
        )


def made(far, kind=Messenger):
    return kind(token=TOKEN, base_url=far.url, timeout=0.3)
