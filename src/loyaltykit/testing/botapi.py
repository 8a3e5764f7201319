"""A server on this machine that behaves like Telegram's Bot API, as far as the Telegram channel uses it."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Any, Self

import attrs

from loyaltykit.errors import LoyaltyError
from loyaltykit.testing.bothtml import visible
from loyaltykit.testing.standin import HttpReply, HttpStandIn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from loyaltykit.testing.standin import HttpRequest

_LONGEST = 4096
_DATA_BYTES = 64
_JSON = ("Content-Type", "application/json")
_WORDS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


@attrs.frozen(slots=True, kw_only=True)
class BotMessage:
    """A message that the bot sent."""

    number: int
    """Telegram's message_id."""
    chat: str
    text: str
    """What the member reads."""
    html: str
    """The same as it was sent."""
    buttons: tuple[tuple[str, str], ...]
    """Label, and what is behind it: an action or a link."""
    keyboard: tuple[tuple[dict[str, str], ...], ...] = attrs.field(repr=False)


class BotApi:
    """A Bot API on a free port of 127.0.0.1, from `with` to the end of the block; give its `url` to `Telegram`.

    With a `token`, others are Unauthorized; with `chats`, others are not found. `press`, `write`, `start`, `block` and
    `unblock` do what a member does, and return the update that Telegram would post to the webhook.
    """

    def __init__(self, *, token: str | None = None, chats: Iterable[str] | None = None) -> None:
        self.url = ""
        self.messages: list[BotMessage] = []
        """What the bot sent, in order."""
        self.answers: list[tuple[str, str]] = []
        """What the bot said to presses: the press, the text."""
        self.calls = 0
        """All calls, also the failed ones."""
        self._token = token
        self._chats = None if chats is None else set(chats)
        self._blocked: set[str] = set()
        self._presses: set[str] = set()
        self._script: list[Callable[[], HttpReply | None]] = []
        self._updates = 0
        self._lock = threading.Lock()
        self._http = HttpStandIn(self._reply)

    def fail(self, status: int, *, times: int = 1, retry_after: int | None = None, words: str | None = None) -> None:
        """Answer the next calls with this status, in the Bot API's words or yours."""
        found: dict[str, Any] = {"ok": False, "error_code": status, "description": words or _WORDS.get(status, "")}
        if retry_after is not None:
            found["parameters"] = {"retry_after": retry_after}
        self.say(json.dumps(found).encode(), status=status, times=times)

    def say(self, body: bytes, *, status: int = 200, times: int = 1, headers: Iterable[tuple[str, str]] = ()) -> None:
        """Answer the next calls with these bytes, whatever they are."""
        reply = HttpReply(status=status, body=body, headers=(_JSON, *headers))
        self._script += [lambda: reply] * times

    def reset(self, *, times: int = 1) -> None:
        """Break off the connections of the next calls without an answer."""
        self._script += [lambda: HttpReply(reset=True)] * times

    def slow(self, seconds: float, *, times: int = 1) -> None:
        """Answer the next calls as usual, but late."""
        self._script += [lambda: time.sleep(seconds)] * times

    def press(self, chat: str, button: str) -> dict[str, Any]:
        """A member presses the newest button of this label or action."""
        for message in reversed(self.messages):
            for key in (key for row in message.keyboard for key in row if message.chat == chat):
                if button in {key["text"], key.get("callback_data")} and "callback_data" in key:
                    return self._pressed(message, key["callback_data"])
        raise LoyaltyError(f"no message in this chat has a button {button}", code="testing/no-button")

    def write(self, chat: str, text: str, *, reply_to: int | None = None) -> dict[str, Any]:
        """A member writes a text, perhaps in answer to a message."""
        message: dict[str, Any] = {"message_id": 1_000_000 + self._updates, "text": text, **_where(chat)}
        if reply_to is not None:
            message["reply_to_message"] = {"message_id": reply_to, **_where(chat)}
        return self._update(message=message)

    def start(self, chat: str, code: str | None = None) -> dict[str, Any]:
        """A member opens the chat, perhaps by a deep link."""
        return self.write(chat, "/start" if code is None else f"/start {code}")

    def block(self, chat: str) -> dict[str, Any]:
        """A member blocks the bot: what is sent to them from now on is Forbidden."""
        self._blocked.add(chat)
        return self._update(my_chat_member=_membership(chat, "member", "kicked"))

    def unblock(self, chat: str) -> dict[str, Any]:
        """A member lets the bot in again."""
        self._blocked.discard(chat)
        return self._update(my_chat_member=_membership(chat, "kicked", "member"))

    def __enter__(self) -> Self:
        self.url = self._http.__enter__().url
        return self

    def __exit__(self, *_: object) -> None:
        self._http.__exit__()

    def _reply(self, request: HttpRequest) -> HttpReply:
        """What to answer to a call."""
        with self._lock:
            self.calls += 1
            step = self._script.pop(0) if self._script else None
        if step is not None and (reply := step()) is not None:
            return reply
        bot, _, method = request.path.lstrip("/").partition("/")
        with self._lock:
            status, found = self._result(bot.removeprefix("bot"), method, request.json())
        if status == 200:
            return HttpReply.json({"ok": True, "result": found})
        return HttpReply.json({"ok": False, "error_code": status, "description": found}, status=status)

    def _result(self, token: str, method: str, payload: Any) -> tuple[int, Any]:
        if self._token is not None and token != self._token:
            return 401, _WORDS[401]
        if method == "getMe":
            return 200, {"id": 1, "is_bot": True, "first_name": "Bot", "username": "school_bot"}
        if method not in {"sendMessage", "answerCallbackQuery", "editMessageReplyMarkup"} or not isinstance(
            payload, dict
        ):
            return 404, "Not Found"
        try:
            if method == "editMessageReplyMarkup":
                return self._edited(payload)
            return self._sent(payload) if method == "sendMessage" else self._answered(payload)
        except LoyaltyError as error:
            return 400, str(error)

    def _sent(self, payload: dict[str, Any]) -> tuple[int, Any]:
        chat, source = str(payload.get("chat_id", "")), str(payload.get("text", ""))
        if not chat or (self._chats is not None and chat not in self._chats):
            return 400, "Bad Request: chat not found"
        if chat in self._blocked:
            return 403, _WORDS[403]
        text = visible(source) if payload.get("parse_mode") == "HTML" else source.strip()
        if not text:
            return 400, "Bad Request: message text is empty"
        if len(text.encode("utf-16-le")) // 2 > _LONGEST:
            return 400, "Bad Request: message is too long"
        keyboard = _keyboard(payload.get("reply_markup", {}))
        buttons = tuple((key["text"], key.get("callback_data") or key["url"]) for row in keyboard for key in row)
        number = len(self.messages) + 1
        self.messages.append(
            BotMessage(number=number, chat=chat, text=text, html=source, buttons=buttons, keyboard=keyboard)
        )
        return 200, {"message_id": number, "date": 0, "text": text, **_where(chat)}

    def _edited(self, payload: dict[str, Any]) -> tuple[int, Any]:
        place = int(payload.get("message_id", 0)) - 1
        if not 0 <= place < len(self.messages) or self.messages[place].chat != str(payload.get("chat_id")):
            return 400, "Bad Request: message to edit not found"
        keyboard = _keyboard(payload.get("reply_markup", {}))
        if keyboard == self.messages[place].keyboard:
            return 400, "Bad Request: message is not modified"
        buttons = tuple((key["text"], key.get("callback_data") or key["url"]) for row in keyboard for key in row)
        self.messages[place] = attrs.evolve(self.messages[place], buttons=buttons, keyboard=keyboard)
        return 200, True

    def _answered(self, payload: dict[str, Any]) -> tuple[int, Any]:
        callback = str(payload.get("callback_query_id"))
        if callback not in self._presses:
            return 400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
        self._presses.discard(callback)
        self.answers.append((callback, str(payload.get("text", ""))))
        return 200, True

    def _pressed(self, message: BotMessage, action: str) -> dict[str, Any]:
        callback = f"press-{self._updates + 1}"
        self._presses.add(callback)
        under = {"message_id": message.number, "text": message.text, **_where(message.chat)}
        person = {"id": int(message.chat), "is_bot": False, "first_name": "Member"}
        return self._update(callback_query={"id": callback, "from": person, "message": under, "data": action})

    def _update(self, **what: Any) -> dict[str, Any]:
        self._updates += 1
        return {"update_id": self._updates, **what}


def _where(chat: str) -> dict[str, Any]:
    return {"chat": {"id": int(chat), "type": "private"}}


def _membership(chat: str, before: str, after: str) -> dict[str, Any]:
    return {"old_chat_member": {"status": before}, "new_chat_member": {"status": after}, **_where(chat)}


def _keyboard(markup: Any) -> tuple[tuple[dict[str, str], ...], ...]:
    """The rows of keys, each a label and an action or a link. Raises LoyaltyError in the Bot API's words."""
    rows = tuple(tuple(row) for row in markup.get("inline_keyboard", ()))
    for key in (key for row in rows for key in row):
        data, url = key.get("callback_data"), key.get("url")
        if not key.get("text"):
            raise LoyaltyError("Bad Request: Text buttons are unallowed in the inline keyboard", code="testing/button")
        if (data is None) == (url is None):
            raise LoyaltyError("Bad Request: BUTTON_TYPE_INVALID", code="testing/button")
        if data is not None and not 1 <= len(data.encode()) <= _DATA_BYTES:
            raise LoyaltyError("Bad Request: BUTTON_DATA_INVALID", code="testing/button")
        if url is not None and not url.startswith(("http://", "https://", "tg://")):
            raise LoyaltyError("Bad Request: BUTTON_URL_INVALID", code="testing/button")
    return rows


__all__ = ["BotApi", "BotMessage"]
