"""The other direction: what MAX posts to the school's webhook, as a few values, and what they mean to a program."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from loyaltykit import EventError

if TYPE_CHECKING:
    from loyaltykit import Decision, Loyalty

HEADER = "X-Max-Bot-Api-Secret"
"""The header in which MAX repeats the `secret` that was given to POST /subscriptions."""
_LARGEST = 262_144


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A member pressed a button under a message."""

    user: str = field(repr=False)
    action: str
    callback: str
    """What `Max.answer` wants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied:
    """A member wrote a text."""

    user: str = field(repr=False)
    text: str = field(repr=False)
    reply_to: str | None = None
    """The `Receipt.reference` of the message that is answered, if it is an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A member opened the chat; with a deep link, `code` binds the chat to an account."""

    user: str = field(repr=False)
    code: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A member stopped the bot: nothing reaches them any more."""

    user: str = field(repr=False)


Update: TypeAlias = Pressed | Replied | Started | Stopped


def read_update(body: bytes, *, secret: str, header: str | None) -> Update | None:
    """What a webhook request says; None for updates that mean nothing here (groups, pictures, edits).

    Raises EventError: ``max/secret`` when the header is wrong (answer 403), ``max/update`` when the body is not an
    update (answer 400).
    """
    if not secret:
        raise ValueError("a webhook without a secret takes anybody's word")
    if header is None or not hmac.compare_digest(secret.encode(), header.encode("utf-8", "replace")):
        raise EventError("the webhook's secret does not match", code="max/secret")
    update = _loaded(body)
    kind = update.get("update_type")
    if kind == "message_callback":
        return _pressed(_part(update, "callback"))
    if kind == "bot_started":
        code = update.get("payload")
        return Started(user=_user(update), code=code if isinstance(code, str) and code else None)
    if kind == "bot_stopped":
        return Stopped(user=_user(update))
    if kind == "message_created":
        return _written(_part(update, "message"))
    return None


def take(kit: Loyalty, update: Update | None) -> Decision | None:
    """Let the program know: a press answers or takes an offer, a deep link's code binds the chat to its member.

    Raises what `Loyalty.pressed` and `Loyalty.bind` raise: a button of somebody else, a code that is too old.
    """
    if isinstance(update, Pressed):
        return kit.pressed("max", update.user, update.action)
    if isinstance(update, Started) and update.code is not None:
        return kit.bind("max", update.code, update.user)
    return None


def _pressed(callback: Mapping[str, Any]) -> Pressed | None:
    if "payload" not in callback:
        return None
    return Pressed(user=_user(callback), action=_text(callback, "payload"), callback=_text(callback, "callback_id"))


def _written(message: Mapping[str, Any]) -> Replied | None:
    if _part(message, "recipient").get("chat_type") != "dialog":
        return None
    said = _part(message, "body")
    if not isinstance(said.get("text"), str) or not said["text"]:
        return None
    link = message.get("link")
    answered = _part(link, "message") if isinstance(link, Mapping) and link.get("type") == "reply" else {}
    reply_to = answered.get("mid")
    sender = {"user": _part(message, "sender")}
    return Replied(user=_user(sender), text=said["text"], reply_to=reply_to if isinstance(reply_to, str) else None)


def _loaded(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body) if len(body) <= _LARGEST else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _malformed("is not an object in JSON of up to 256 KiB")
    return found


def _user(thing: Mapping[str, Any]) -> str:
    number = _part(thing, "user").get("user_id")
    if type(number) is not int or not 0 < number < 2**63:
        raise _malformed("has no user")
    return str(number)


def _part(thing: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = thing.get(name)
    if not isinstance(found, Mapping):
        raise _malformed(f"has no object {name}")
    return found


def _text(thing: Mapping[str, Any], name: str) -> str:
    found = thing.get(name)
    if not isinstance(found, str) or len(found) > 1_024:
        raise _malformed(f"has no text {name}")
    return found


def _malformed(what: str) -> EventError:
    return EventError(f"the update {what}", code="max/update")
