"""A worker on simulated days that may be killed at a named point: run as a process of its own by `test_worker.py`."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from pathlib import Path

from loyaltykit.app import Loyalty
from loyaltykit.channels import Receipt
from loyaltykit.cli import working
from loyaltykit.cli.feed.stopping import Stop
from loyaltykit.errors import Deferred
from loyaltykit.program.load import Program

START = dt.datetime(2026, 9, 1, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
DAYS = 30
MEMBERS = 6
DOCUMENT = {
    "program": "month",
    "events": {"lesson.completed": {"n": "integer"}, "left": {}},
    "member": {"telegram": "text", "email": "text"},
    "points": {"xp": {}, "stars": {"spendable": True, "expires": {"after": "9d"}}},
    "rules": [{"id": "lesson", "on": "lesson.completed", "award": {"xp": 10, "stars": 2}}],
    "badges": {"regular": {"count": "lesson.completed", "steps": {"one": 3, "two": 9}, "send": "badge"}},
    "rewards": {"seat": {"stock": 3, "lasts": "5d"}, "book": {}},
    "campaigns": {
        "back": {
            "start": "silent('3d')",
            "again": "after 8d",
            "exit": {"on": "left"},
            "steps": [
                {"offer": {"choose": ["book", "seat"], "by": "random", "take": "at once"}},
                {"send": {"message": "back", "channels": ["telegram", "email", "inbox"]}},
                {"wait": {"until": "silent('1d') == False", "at_most": "2d"}},
                {"send": "badge"},
            ],
        }
    },
    "messages": {
        "back": {"en": {"subject": "Back", "text": "Come back: {{ offer.label }}"}},
        "badge": {"en": {"text": "Well done, {{ points.xp }}"}},
    },
    "contact": {"channels": ["telegram", "email"], "quiet_hours": "21:00-08:00", "stale": "20d"},
}


def lines(day):
    """The events of one day: who studies when follows from numbers alone."""
    for member in range(MEMBERS):
        at = START + day * DAY - dt.timedelta(hours=5, minutes=member)
        if day == 0:
            data = {"telegram": str(member), "email": f"m{member}@school.example"}
            yield {"id": f"u{member}", "type": "member.updated", "member": f"m{member}", "at": str(at), "data": data}
        if (day * 7 + member * 5) % 11 < 4 + member % 3 or (day // 6 + member) % 3 == 0:
            at += dt.timedelta(hours=1)
            name = f"{day}-{member}"
            yield {"id": name, "type": "lesson.completed", "member": f"m{member}", "at": str(at), "data": {"n": day}}
        if (day + member) % 17 == 16:
            at += dt.timedelta(hours=2)
            yield {"id": f"x{day}-{member}", "type": "left", "member": f"m{member}", "at": str(at), "data": {}}


class Post:
    """A channel that writes down whom it wrote to, and fails now and then, by the day."""

    def __init__(self, name, log, point):
        self.name = self.address = name
        self._log = log
        self._point = point

    def send(self, message):
        self._point("send")
        if int(message.id[:2], 16) % 5 == 0 and self.name == "telegram":
            raise Deferred("telegram/500")
        with self._log.open("a") as log:
            log.write(f"{message.id}\n")
        self._point("sent")
        return Receipt(message=message.id)


def armed(where, nth):
    """To be called at named points: the process ends, without a word, at its own for the nth time."""
    seen = 0

    def point(name):
        nonlocal seen
        if name == where:
            seen += 1
            if seen == nth:
                os._exit(9)

    return point


def around(owner, name, point):
    """Points before and after a method."""
    method = getattr(owner, name)

    def wrapped(*args, **kwargs):
        point(f"{name}")
        made = method(*args, **kwargs)
        point(f"{name} done")
        return made

    setattr(owner, name, wrapped)


def main(folder, where, nth):
    point = armed(where, nth)
    inbox, log = folder / "in", folder / "sent.txt"
    channels = [Post("telegram", log, point), Post("email", log, point)]
    around(working, "_move", point)
    with Loyalty(Program.from_dict(DOCUMENT), store=f"sqlite:///{folder}/school.db", channels=channels) as kit:
        store = kit._journal.store
        for name in ("lease", "start", "attempt", "attempted", "lapse", "finish", "commit", "set_advanced"):
            around(store, name, point)
        advanced = kit._journal.advanced
        first = 0 if advanced is None else (advanced - int(START.timestamp() * 10**6)) // (86_400 * 10**6)
        for day in range(first, DAYS):
            name = f"{day:02}.jsonl"
            if not (inbox / "done" / name).exists():
                (inbox / ".part").write_text("".join(json.dumps(line) + "\n" for line in lines(day)))
                (inbox / ".part").rename(inbox / name)
            for hours in (0, 5):
                now = START + day * DAY + dt.timedelta(hours=hours)
                worker = working.Worker(
                    kit=kit, folder=inbox, now=lambda now=now: now, stop=Stop(), channels=True, batch=4
                )
                worker.turn()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
