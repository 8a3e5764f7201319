"""Deliveries that end at named points: run as a process of its own by `test_killed.py`, it forks one for each kill."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from pathlib import Path

from loyaltykit.app import Loyalty, delivering, messaging, returning
from loyaltykit.channels import Receipt
from loyaltykit.errors import Gone, Refused
from tests.app.post import NOON, event, join, program
from tests.cli.killed_worker import armed

HOUR = dt.timedelta(hours=1)
MEMBERS = tuple(f"m{number}" for number in range(5))
STORE = ("commit", "revive", "finish", "attempted", "lease", "start")


class Left:
    """Every member has left this channel."""

    name = address = "telegram"

    def send(self, message):
        raise Gone("telegram/403")


class Letters:
    """Takes nothing until somebody mends it; then it writes down what it took."""

    name = address = "email"

    def __init__(self, folder, point):
        self._folder, self._point = folder, point

    def send(self, message):
        if not (self._folder / "mended").exists():
            raise Refused("smtp/554")
        with (self._folder / "sent.txt").open("a") as log:
            log.write(f"{message.id}\n")
        self._point("sent")
        return Receipt(message=message.id)


def around(owner, name, point, label):
    """Points before and after something is called."""
    called = getattr(owner, name)

    def wrapped(*args, **kwargs):
        point(label)
        made = called(*args, **kwargs)
        point(f"{label} done")
        return made

    setattr(owner, name, wrapped)


def work(folder, number, where, nth):
    """All there is to do, from wherever the last one ended, until every message is sent."""
    point, now = armed(where, nth), NOON + number * HOUR
    around(delivering.Dispatcher, "_gone", point, "gone")
    around(messaging, "record_one", point, "reached")
    around(returning, "record_one", point, "requeued")
    channels = [Left(), Letters(folder, point)]
    rules = program(quiet_hours=None, stale="60d")
    with Loyalty(rules, store=f"sqlite:///{folder}/school.db", channels=channels) as kit:
        for name in STORE:
            around(kit._journal.store, name, point, name)
        kit.deliver(now)
        if not (folder / "mended").exists() and len(kit.dead()) == len(MEMBERS):
            (folder / "mended").touch()
        if (folder / "mended").exists():
            kit.requeue(reason="smtp/554", by="eve", at=now)
            kit.deliver(now)


def found(folder):
    """What stands in the store, and what was sent."""
    with Loyalty(program(quiet_hours=None, stale="60d"), store=f"sqlite:///{folder}/school.db") as kit:
        names = {member: [item.name for item in kit.member(member).timeline] for member in MEMBERS}
        return {
            "status": [one.status for one in kit.outbox()],
            "reached": [names[member].count("kit.reached") for member in MEMBERS],
            "requeued": [names[member].count("kit.requeued") for member in MEMBERS],
            "sent": (folder / "sent.txt").read_text().split(),
        }


def main(folder, kills):
    with Loyalty(program(quiet_hours=None, stale="60d"), store=f"sqlite:///{folder}/school.db") as kit:
        for member in MEMBERS:
            join(kit, member)
            kit.record(event(f"h-{member}", member=member))
    codes = []
    for number, (where, nth) in enumerate([*kills, ("", 0)]):
        child = os.fork()
        if child == 0:
            work(folder, number, where, nth)
            os._exit(0)
        codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    sys.stdout.write(json.dumps({"codes": codes, **found(folder)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]))
