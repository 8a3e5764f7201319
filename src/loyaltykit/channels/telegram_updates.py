"""The other direction: what Telegram posts to the school's webhook, as a few values."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from typing import Any, TypeAlias

import attrs

from loyaltykit.errors import EventError, LoyaltyError

HEADER = "X-Telegram-Bot-Api-Secret-Token"
"""The header in which Telegram repeats the `secret_token` that was given to setWebhook."""
_LARGEST = 262_144
_START = re.compile(r"/start(?:@\w+)?(?:\s+(?P<code>[A-Za-z0-9_-]{1,64}))?\s*", re.ASCII)
_ID = 200


@attrs.frozen(slots=True, kw_only=True)
class Pressed:
    """A member pressed a button under a message."""

    update: int
    """Telegram's number of the update: the same when it is delivered again."""
    chat: str = attrs.field(repr=False)
    action: str
    """The action of the `Button`."""
    callback: str
    """What `Telegram.answer` wants."""
    message: str | None = None
    """The `Receipt.reference` of the message that the button is under."""


@attrs.frozen(slots=True, kw_only=True)
class Replied:
    """A member wrote a text."""

    update: int
    chat: str = attrs.field(repr=False)
    text: str = attrs.field(repr=False)
    reply_to: str | None = None
    """The `Receipt.reference` of the message that is answered, if it is an answer."""


@attrs.frozen(slots=True, kw_only=True)
class Started:
    """A member opened the chat; with a deep link, `code` is what binds the chat to an account."""

    update: int
    chat: str = attrs.field(repr=False)
    code: str | None = attrs.field(default=None, repr=False)


@attrs.frozen(slots=True, kw_only=True)
class Blocked:
    """A member blocked the bot: nothing reaches them any more."""

    update: int
    chat: str = attrs.field(repr=False)


@attrs.frozen(slots=True, kw_only=True)
class Unblocked:
    """A member let the bot in again."""

    update: int
    chat: str = attrs.field(repr=False)


Update: TypeAlias = Pressed | Replied | Started | Blocked | Unblocked


def read_update(body: bytes | Mapping[str, Any], *, secret: str, header: str | None) -> Update | None:
    """What a webhook request says; None for updates that mean nothing here (groups, pictures, edits).

    `secret` is the `secret_token` that was given to setWebhook, `header` what the request has as
    ``X-Telegram-Bot-Api-Secret-Token``. Only private chats count, where the chat's id is the person's.

    Raises EventError: ``telegram/secret`` when the header is wrong (answer 403), ``telegram/update`` when the body is
    not an update (answer 400).
    """
    if not secret:
        raise LoyaltyError("a webhook without a secret takes anybody's word", code="telegram/no-secret")
    if header is None or not hmac.compare_digest(secret.encode(), header.encode("utf-8", "replace")):
        raise EventError("the webhook's secret does not match", code="telegram/secret")
    update = _loaded(body)
    number = _integer(update, "update_id")
    if "callback_query" in update:
        return _pressed(number, _part(update, "callback_query"))
    if "message" in update:
        return _written(number, _part(update, "message"))
    if "my_chat_member" in update:
        return _membership(number, _part(update, "my_chat_member"))
    return None


def _loaded(body: bytes | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(body, Mapping):
        return body
    if len(body) > _LARGEST:
        raise _malformed("is too large")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise _malformed("is not JSON") from None
    if not isinstance(found, dict):
        raise _malformed("is not an object")
    return found


def _pressed(number: int, query: Mapping[str, Any]) -> Update | None:
    if "data" not in query or "message" not in query:  # a game, or a message sent by way of another chat
        return None
    under = _part(query, "message")
    chat = _private(under)
    if chat is None:
        return None
    number_of = under.get("message_id")
    message = str(number_of) if type(number_of) is int else None
    action, callback = _text(query, "data", 64), _text(query, "id", _ID)
    return Pressed(update=number, chat=chat, action=action, callback=callback, message=message)


def _written(number: int, message: Mapping[str, Any]) -> Update | None:
    chat = _private(message)
    if chat is None or "text" not in message:
        return None
    text = _text(message, "text", 16_384)
    if (start := _START.fullmatch(text)) is not None:
        return Started(update=number, chat=chat, code=start["code"])
    answered = _part(message, "reply_to_message") if "reply_to_message" in message else None
    reply_to = None if answered is None else str(_integer(answered, "message_id"))
    return Replied(update=number, chat=chat, text=text, reply_to=reply_to)


def _membership(number: int, change: Mapping[str, Any]) -> Update | None:
    chat = _private(change)
    if chat is None:
        return None
    before = _text(_part(change, "old_chat_member"), "status", _ID)
    after = _text(_part(change, "new_chat_member"), "status", _ID)
    if after == "kicked":
        return Blocked(update=number, chat=chat)
    return Unblocked(update=number, chat=chat) if before == "kicked" and after == "member" else None


def _private(thing: Mapping[str, Any]) -> str | None:
    """The id of a private chat; None for groups and channels."""
    chat = _part(thing, "chat")
    number = _integer(chat, "id")
    return str(number) if chat.get("type") == "private" else None


def _part(thing: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = thing.get(name)
    if not isinstance(found, Mapping):
        raise _malformed(f"has no object {name}")
    return found


def _integer(thing: Mapping[str, Any], name: str) -> int:
    found = thing.get(name)
    if type(found) is not int or not -(2**63) <= found < 2**63:
        raise _malformed(f"has no integer {name}")
    return found


def _text(thing: Mapping[str, Any], name: str, longest: int) -> str:
    found = thing.get(name)
    if not isinstance(found, str) or len(found) > longest:
        raise _malformed(f"has no text {name} of at most {longest} characters")
    return found


def _malformed(what: str) -> EventError:
    return EventError(f"the update {what}", code="telegram/update")
