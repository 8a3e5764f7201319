"""The Telegram channel: messages by the Bot API, with buttons that bring answers back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from loyaltykit.channels.botcalls import BotCalls
from loyaltykit.channels.limits import TELEGRAM
from loyaltykit.channels.links import is_link
from loyaltykit.channels.protocol import Receipt
from loyaltykit.channels.telegram_text import cut, from_html, from_text
from loyaltykit.errors import Deferred, LoyaltyError, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    import urllib3

    from loyaltykit.channels.limits import Limits
    from loyaltykit.channels.protocol import Button, OutgoingMessage

_CHAT = re.compile(r"-?[1-9][0-9]{0,18}|@[A-Za-z][A-Za-z0-9_]{4,31}", re.ASCII)
_BOT = re.compile(r"@?([A-Za-z][A-Za-z0-9_]{4,31})", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_NUMBER, _WIDEST = 4, 6
"""Labels of up to so many characters stand side by side, up to so many in a row."""
_NOTICE = 200
"""Characters of what appears over the chat when a button was pressed."""


class Telegram:
    """Sends each message as one text by a bot, to the chat whose id is the member's attribute ``telegram``.

    `token` is the bot's; it appears in no error, log record or repr. `timeout`, in seconds, is for a whole call.
    `pool` is a urllib3 pool of your own, for a proxy say. A button with an action brings it back when it is pressed;
    one with a url alone is a link. A chat has no subjects: the subject is sent only when there is no text. Attachments
    are not sent. `limits` are Telegram's own unless you say otherwise; None is no limit. Needs urllib3, from the extra
    [http].
    """

    name = "telegram"
    address = "telegram"

    def __init__(
        self,
        token: str,
        *,
        base_url: str = "https://api.telegram.org",
        timeout: float = 20.0,
        pool: urllib3.PoolManager | None = None,
        limits: Limits | None = TELEGRAM,
    ) -> None:
        self.limits = limits
        self._calls = BotCalls(token, base_url=base_url, timeout=timeout, pool=pool)

    def send(self, message: OutgoingMessage) -> Receipt:
        """Send one message; the receipt's reference is its number in the chat.

        Raises `Gone` when the member has blocked the bot or there is no such chat, `Deferred` with the seconds that the
        Bot API asked for when it was too much at once, `Refused` for what it will never take.
        """
        if message.to is None or not _CHAT.fullmatch(message.to):
            raise Refused(code="telegram/address")
        text = from_html(message.html) if message.html is not None else from_text(message.text or message.subject)
        if not text:
            raise Refused(code="telegram/empty")
        payload: dict[str, Any] = {"chat_id": _chat(message.to), "text": text, "parse_mode": "HTML"}
        if message.buttons:
            payload["reply_markup"] = {"inline_keyboard": _rows(message.buttons)}
        result = self._calls.call("sendMessage", payload)
        number = result.get("message_id") if isinstance(result, dict) else None
        if type(number) is not int:
            raise Deferred(code="telegram/answer")
        return Receipt(message=message.id, reference=str(number))

    def answer(self, callback: str, text: str = "") -> None:
        """Tell Telegram that a press has arrived, so that the button stops waiting; `text` appears over the chat.

        `callback` is what `Pressed.callback` holds. Raises as `send` does; a press that is too old to be answered is
        `Refused`.
        """
        self._calls.call("answerCallbackQuery", {"callback_query_id": callback, "text": cut(text, _NOTICE)})

    def mark(self, chat: str, reference: str, buttons: Sequence[Button]) -> None:
        """Put other buttons under a message that was sent, such as one that says what was pressed.

        `reference` is the receipt's. Raises as `send` does.
        """
        payload = {
            "chat_id": _chat(chat),
            "message_id": int(reference),
            "reply_markup": {"inline_keyboard": _rows(buttons)},
        }
        self._calls.call("editMessageReplyMarkup", payload)

    def close(self) -> None:
        """Close the connections, unless the pool is yours."""
        self._calls.close()

    def __enter__(self) -> Telegram:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Telegram(base_url={self._calls.base_url!r})"


def deep_link(bot: str, code: str) -> str:
    """The link that opens a chat with the bot and brings `code` back when the student presses Start.

    `code` has up to 64 letters, digits, ``_`` and ``-``. It is how an account in the school is bound to a chat: make it
    unguessable, short-lived and of one use.
    """
    name = _BOT.fullmatch(bot)
    if name is None or _CODE.fullmatch(code) is None:
        raise LoyaltyError("a deep link needs a bot's name and a code of A-Z a-z 0-9 _ -", code="telegram/deep-link")
    return f"https://t.me/{name[1]}?start={code}"


def _chat(to: str) -> int | str:
    return to if to.startswith("@") else int(to)


def _rows(buttons: Sequence[Button]) -> list[list[dict[str, str]]]:
    """One button a row; the numbers of a scale side by side, in rows of much the same length."""
    keys = [_key(button) for button in buttons]
    if not keys or any(len(key["text"]) > _NUMBER for key in keys):
        return [[key] for key in keys]
    rows = -(-len(keys) // _WIDEST)
    size = -(-len(keys) // rows)
    return [keys[start : start + size] for start in range(0, len(keys), size)]


def _key(button: Button) -> dict[str, str]:
    label = " ".join(button.label.split())
    if button.action:
        return {"text": label, "callback_data": button.action}
    if button.url is None or not is_link(button.url):
        raise Refused(code="telegram/button")
    return {"text": label, "url": button.url}
