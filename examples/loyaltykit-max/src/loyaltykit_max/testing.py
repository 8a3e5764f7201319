"""A server on this machine that behaves like the MAX Bot API, as far as the channel uses it."""

from __future__ import annotations

import json
from typing import Any

from loyaltykit.testing import Arrived, HttpFarEnd, HttpReply, HttpRequest
from loyaltykit_max.channel import LONGEST

TOKEN = "f9LHodD0cOL-token-of-nobody"  # noqa: S105 - nobody's


class MaxApi(HttpFarEnd):
    """A `with` block; give its `url` to `Max`. What a member does returns the body that MAX would post."""

    to = "70001001"
    secrets = (TOKEN,)

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[tuple[str, str]] = []
        """What the bot said to presses: the press, the notification."""
        self.subscriptions: list[dict[str, Any]] = []

    def read(self, request: HttpRequest) -> Arrived | HttpReply:
        """POST /messages, /answers and /subscriptions, with the token in the header Authorization."""
        if request.headers.get("authorization") != TOKEN:
            return no(401, "verify.token", "Invalid access_token")
        said = request.json()
        if request.method != "POST" or not isinstance(said, dict):
            return no(405, "method.not.allowed", "Method is not allowed")
        if request.path == "/answers":
            self.answers.append((request.query["callback_id"], said.get("notification", "")))
            return HttpReply.json({"success": True})
        if request.path == "/subscriptions":
            self.subscriptions.append(said)
            return HttpReply.json({"success": True})
        if request.path != "/messages":
            return no(404, "not.found", "Path is not found")
        return self._message(request.query.get("user_id", ""), said)

    def taken(self, arrived: Arrived, number: int) -> HttpReply:
        """The message, with its `mid`."""
        body = {"mid": f"mid.{number:032x}", "seq": number, "text": arrived.text}
        return HttpReply.json({"message": {"recipient": {"chat_type": "dialog"}, "timestamp": 0, "body": body}})

    def limited(self, seconds: float) -> HttpReply:
        """429, with Retry-After."""
        return no(429, "too.many.requests", "Too many requests", ("Retry-After", f"{seconds:g}"))

    def blocked(self) -> HttpReply:
        """Whoever stopped the bot."""
        return no(403, "chat.denied", "error.dialog.suspended")

    def unknown(self) -> HttpReply:
        """Whoever never opened the chat."""
        return no(404, "chat.not.found", "error.dialog.notfound")

    def refused(self) -> HttpReply:
        """What cannot be taken."""
        return no(400, "proto.payload", "text: must not be longer than 4000 symbols")

    def press(self, label: str) -> bytes:
        """The member presses the newest button of this label."""
        found = next(behind for one in reversed(self.arrived) for name, behind in one.buttons if name == label)
        callback = {"timestamp": 0, "callback_id": "press-1", "payload": found, "user": {"user_id": int(self.to)}}
        return update("message_callback", callback=callback, message=None)

    def start(self, code: str | None = None) -> bytes:
        """The member opens the chat, perhaps by a deep link."""
        more = {} if code is None else {"payload": code}
        return update("bot_started", chat_id=1, user={"user_id": int(self.to)}, **more)

    def stop(self) -> bytes:
        """The member stops the bot."""
        return update("bot_stopped", chat_id=1, user={"user_id": int(self.to)})

    def write(self, text: str, *, reply_to: str | None = None) -> bytes:
        """The member writes a text, perhaps in answer to a message."""
        message: dict[str, Any] = {"sender": {"user_id": int(self.to)}, "recipient": {"chat_type": "dialog"}}
        message["body"] = {"mid": "mid.of-the-member", "seq": 1, "text": text}
        if reply_to is not None:
            message["link"] = {"type": "reply", "message": {"mid": reply_to, "seq": 1, "text": ""}}
        return update("message_created", message=message)

    def _message(self, user: str, said: dict[str, Any]) -> Arrived | HttpReply:
        text = said.get("text", "")
        if not user.isdigit() or not user.isascii():
            return no(400, "proto.payload", "user_id: must be a number")
        if "format" in said or not text or len(text.encode("utf-16-le")) // 2 > LONGEST:
            return self.refused()
        rows = [row for one in said.get("attachments", []) for row in one["payload"]["buttons"]]
        if len(rows) > 30 or any(len(row) > 7 for row in rows):
            return no(400, "proto.payload", "attachments: too many buttons")
        keys = [key for row in rows for key in row]
        if any(not 1 <= len(key["text"]) <= 128 or key["type"] not in {"callback", "link"} for key in keys):
            return no(400, "proto.payload", "attachments: wrong button")
        buttons = tuple((key["text"], key["payload"] if key["type"] == "callback" else key["url"]) for key in keys)
        return Arrived(to=user, text=text, buttons=buttons)


def no(status: int, code: str, words: str, *headers: tuple[str, str]) -> HttpReply:
    """How the API says no."""
    return HttpReply.json({"code": code, "message": words}, status=status, headers=headers)


def update(kind: str, **what: Any) -> bytes:
    """The body of a webhook request."""
    return json.dumps({"update_type": kind, "timestamp": 1_775_025_604_499, "user_locale": "ru", **what}).encode()
