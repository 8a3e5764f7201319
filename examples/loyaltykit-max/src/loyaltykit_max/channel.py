"""The adapter: messages by POST /messages of the MAX Bot API."""

from __future__ import annotations

import re
from typing import Any

from loyaltykit import Button, Deferred, DeliveryError, Gone, OutgoingMessage, Receipt, Refused
from loyaltykit.channels import Answer, Calls, Limits, cut, is_link
from loyaltykit.plugins import hookimpl

BASE_URL = "https://platform-api2.max.ru"
LONGEST = 4_000
"""Characters of a text (NewMessageBody.text)."""
_LABEL = 128
_NOTICE = 200
_USER = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
_BOT = re.compile(r"@?([A-Za-z0-9_]{1,64})", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)
_NOBODY = ("chat.denied", "dialog.suspended", "chat.not.found", "dialog.notfound", "user.not.found")
"""In the code or the words of an answer 403 or 404: who stopped the bot, deleted the dialogue, or never was there."""


class Max:
    """Sends each message as a plain text by a bot, to the user whose id is the member's attribute ``max``.

    `token` is the bot's. A button with an action brings it back when it is pressed; one with a url alone is a link.
    The API has no place for a message's id, and attachments are not sent.
    """

    name = "max"
    address = "max"
    limits = Limits(overall="30 per second", each="2 per second")

    def __init__(self, *, token: str, base_url: str = BASE_URL, timeout: float = 20.0) -> None:
        if not token.isascii() or not token.isprintable() or not token.strip():
            raise ValueError("this is not a bot's token")
        self._calls = Calls(self.name, base_url=base_url, timeout=timeout, headers={"Authorization": token})

    def send(self, message: OutgoingMessage) -> Receipt:
        """Send one message; the receipt's reference is its `mid`."""
        if message.to is None or not _USER.fullmatch(message.to):
            raise Refused("max/address")
        text = cut(_visible(message.text or message.subject), LONGEST)
        if not text:
            raise Refused("max/empty")
        body: dict[str, Any] = {"text": text}
        if message.buttons:
            rows = [[_key(button)] for button in message.buttons]
            body["attachments"] = [{"type": "inline_keyboard", "payload": {"buttons": rows}}]
        answer = self._calls.post("messages", body, query={"user_id": message.to})
        if not answer.ok:
            raise self._failure(answer)
        return Receipt(message=message.id, reference=_mid(answer))

    def answer(self, callback: str, text: str = "") -> None:
        """Tell the member who pressed a button that it has arrived. `callback` is what `Pressed.callback` holds."""
        body = {"notification": cut(_visible(text), _NOTICE)} if text else {}
        answer = self._calls.post("answers", body, query={"callback_id": callback})
        if not answer.ok:
            raise self._failure(answer)

    def subscribe(self, url: str, secret: str) -> None:
        """Have updates posted to the school's https address, with `secret` in the header that `read_update` wants."""
        kinds = ["message_callback", "message_created", "bot_started", "bot_stopped"]
        answer = self._calls.post("subscriptions", {"url": url, "update_types": kinds, "secret": secret})
        if not answer.ok:
            raise self._failure(answer)

    def close(self) -> None:
        """Close the connections."""
        self._calls.close()

    def _failure(self, answer: Answer) -> DeliveryError:
        found = answer.json()
        said = f"{found.get('code')} {found.get('message')}".lower() if isinstance(found, dict) else ""
        if answer.status in {403, 404} and any(part in said for part in _NOBODY):
            return Gone(f"max/{answer.status}")
        return self._calls.failure(answer)


def deep_link(bot: str, code: str) -> str:
    """The link that opens a chat with the bot and brings `code` back when the member presses Start.

    `bot` is its nickname, `code` what `Loyalty.bind_code` gave. Raises ValueError.
    """
    name = _BOT.fullmatch(bot)
    if name is None or _CODE.fullmatch(code) is None:
        raise ValueError("a deep link needs a bot's nickname and a code of A-Z a-z 0-9 _ -, at most 128")
    return f"https://max.ru/{name[1]}?start={code}"


def _key(button: Button) -> dict[str, str]:
    label = cut(" ".join(_visible(button.label).split()), _LABEL)
    if button.action:
        return {"type": "callback", "text": label, "payload": button.action}
    if button.url is None or not is_link(button.url):
        raise Refused("max/button")
    return {"type": "link", "text": label, "url": button.url}


def _mid(answer: Answer) -> str:
    found = answer.json()
    for name in ("message", "body"):
        found = found.get(name) if isinstance(found, dict) else None
    mid = found.get("mid") if isinstance(found, dict) else None
    if not isinstance(mid, str) or not mid:
        raise Deferred("max/answer")
    return mid


def _visible(text: str) -> str:
    """Without control characters: the API refuses some, and nobody reads the others."""
    return "".join(char for char in text if char in "\n\t" or char.isprintable() or char in "\u200d\ufe0f").strip()


@hookimpl
def loyaltykit_channels() -> list[type[Max]]:
    """What loyaltykit finds by the entry point."""
    return [Max]
