"""A school that writes to its students, and channels that say what came of it, for the tests of delivering."""

from __future__ import annotations

import datetime as dt

from loyaltykit.app import Loyalty
from loyaltykit.channels.protocol import Receipt
from loyaltykit.program.load import Program
from loyaltykit.values import Event

NOON = dt.datetime(2026, 9, 1, 9, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)

DOCUMENT = {
    "program": "post",
    "timezone": "Europe/Moscow",
    "events": {"hello": {"n": "optional integer"}, "advert": {}, "note": {}, "letter": {}},
    "member": {"name": "text", "telegram": "text", "email": "text"},
    "rules": [
        {"id": "greet", "on": "hello", "send": "greeting"},
        {"id": "sell", "on": "advert", "send": "sale"},
    ],
    "messages": {
        "greeting": {"en": {"subject": "Hi", "text": "Hello {{ member.name }}"}},
        "sale": {"purpose": "marketing", "en": {"subject": "Sale", "text": "Buy, {{ member.name }}"}},
    },
    "contact": {"channels": ["telegram", "email"], "quiet_hours": "21:00-09:00", "stale": "48h"},
}


def program(**contact):
    return Program.from_dict({**DOCUMENT, "contact": {**DOCUMENT["contact"], **contact}})


class Post:
    """A channel that takes everything, or raises what it is told to."""

    def __init__(self, name="telegram", *errors, address=...):
        self.name = name
        self.address = name if address is ... else address
        self.errors = list(errors)
        self.taken = []

    def send(self, message):
        error = self.errors.pop(0) if self.errors else None
        if isinstance(error, BaseException):
            raise error
        self.taken.append(message)
        return Receipt(message=message.id, reference=f"r{len(self.taken)}")


def school(*channels, store="memory:", **more):
    contact = more.pop("contact", {})
    return Loyalty(program(**contact), store=store, channels=channels, **more)


def join(kit, member="ann", at=NOON - DAY, **attributes):
    known = {"name": member.title(), "telegram": f"tg-{member}", "email": f"{member}@school.example"}
    kit.update_member(member, {**known, **attributes}, at=at)


def event(id, type="hello", member="ann", at=NOON):
    return Event(id, type, member, at, {})
