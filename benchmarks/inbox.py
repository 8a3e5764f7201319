"""Inbox: messages a second into the platform's inbox, from the event that causes one to the committed words.

Every event sends a message with the member's name and points in it, so the words differ. Recorded a thousand events a
transaction, into memory and into SQLite.
"""

from __future__ import annotations

import datetime as dt
import tempfile

from benchmarks.measure import Result, goal, once, rate
from loyaltykit.app import Loyalty
from loyaltykit.program.load import Program
from loyaltykit.values import Event

MEMBERS, MESSAGES, CHUNK = 1_000, 20_000, 1_000
QUICK = {"messages": 2_000}
AT = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
DOCUMENT = {
    "program": "school",
    "locale": "ru",
    "events": {"lesson.completed": {"course": "text"}},
    "member": {"name": "text"},
    "points": {"xp": {}},
    "levels": {"by": "xp", "steps": {"Новичок": 0, "Знаток": 100}},
    "badges": {"busy": {"count": "lesson.completed", "steps": {"one": 10}}},
    "rules": [{"id": "lesson", "on": "lesson.completed", "award": {"xp": 10}, "send": "praise"}],
    "messages": {
        "praise": {
            "ru": {
                "subject": "Урок пройден",
                "text": "{{ member.name }}, у вас {{ points.xp }} опыта. Уровень: {{ level }}.",
            }
        }
    },
}
PROGRAM = Program.from_dict(DOCUMENT)
GOAL = 10_000


def run(*, messages: int = MESSAGES) -> Result:
    """Messages a second, words and all, in memory and on disk."""
    events = [
        Event(f"e{n}", "lesson.completed", f"m{n % MEMBERS}", AT + dt.timedelta(seconds=n), {"course": "py"})
        for n in range(messages)
    ]
    with tempfile.TemporaryDirectory() as folder:
        stores = {"memory": "memory:", "SQLite": f"sqlite:///{folder}/school.db"}
        found = {name: messages / _seconds(url, events) for name, url in stores.items()}
    return Result(
        "Inbox",
        ("messages, from the event to the words", "a second"),
        tuple((name, rate(number)) for name, number in found.items()),
        (f"Each of {messages:,} events sends one message of three facts; {CHUNK:,} events a transaction.",),
        tuple(goal(f"inbox messages a second, {name}", number, GOAL) for name, number in found.items()),
    )


def _seconds(url: str, events: list[Event]) -> float:
    with Loyalty(PROGRAM, store=url) as kit:
        for number in range(MEMBERS):
            kit.update_member(f"m{number}", {"name": f"Анна {number}"}, at=AT - dt.timedelta(days=1))
        seconds, _ = once(lambda: kit.record_many(events, chunk=CHUNK))
        shown = len(kit.member("m1").inbox)
        if shown != min(50, len(events) // MEMBERS):
            raise AssertionError(f"{shown} messages in an inbox of {len(events) // MEMBERS}")
    return seconds


__all__ = ["QUICK", "run"]
