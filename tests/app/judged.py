"""A small simulated school with control groups: students go quiet, a campaign writes to some, some come back."""

import datetime as dt
import json
import random

from loyaltykit.program.load import Program

START = dt.datetime(2026, 9, 1, 10, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)

DOCUMENT = {
    "program": "judged",
    "timezone": "Europe/Moscow",
    "holdout": "20%",
    "events": {
        "lesson.completed": {"course": "text", "lesson": "text"},
        "quiz.failed": {"course": "text", "quiz": "text", "topic": "optional text"},
        "order.paid": {"order": "text", "amount": "money"},
    },
    "rewards": {"bonus": {"kind": "lesson"}, "call": {"kind": "call"}},
    "messages": {"back": {"en": "We miss you"}},
    "campaigns": {
        "back": {
            "start": "silent('7d')",
            "holdout": "50%",
            "steps": [{"offer": {"choose": ["bonus", "call"], "by": "random", "keep": "5d"}}, {"send": "back"}],
        },
        "open": {"start": {"on": "order.paid"}, "steps": [{"send": "back"}]},
    },
    "goals": {
        "returned": {
            "label": {"en": "Came back", "ru": "Вернулись"},
            "event": "lesson.completed",
            "within": "10d",
            "target": "+30%",
            "of": "campaigns.back",
        },
        "gone": {"metric": "churned", "horizon": "10d", "target": "-15%", "of": "campaigns.back"},
        "second": {"event": "order.paid", "where": "event.nth >= 2", "within": "60d", "target": "+5%"},
        "bought": {"event": "order.paid", "within": "10d", "target": "+5%", "of": "campaigns.open"},
    },
}
PROGRAM = Program.from_dict(DOCUMENT)


def event(id, member, days, type="lesson.completed", **data):
    """An event, so many days after the start."""
    fields = {"lesson.completed": {"course": "py", "lesson": id}, "order.paid": {"order": id, "amount": "10"}}
    data = {**fields.get(type, {"course": "py", "quiz": id, "topic": "loops"}), **data}
    return {"id": id, "type": type, "member": member, "at": (START + days * DAY).isoformat(), "data": data}


def arms(kit, mechanic="campaigns.back"):
    """The arm of each member, read straight from the recorded effects."""
    with kit._journal.reading() as store:
        names = dict(store.members(limit=10_000))
        found = {}
        for number, name in names.items():
            for row in store.effects(number):
                if (row.mechanic, row.kind) == (mechanic, "exposure"):
                    found[name] = json.loads(row.data)["arm"]
    return found


def simulate(kit, *, students, base, lift, seed, until=25.0):
    """Everybody takes a lesson, goes quiet, and comes back or not within eight days of the eighth day."""
    chance = random.Random(seed)
    kit.record_many([event(f"a{n}", f"s{n}", n % 24 / 24) for n in range(students)])
    kit.advance(START + 8 * DAY)
    treated = {name for name, arm in arms(kit).items() if arm == "treated"}
    back = [n for n in range(students) if chance.random() < base + lift * (f"s{n}" in treated)]
    events = [event(f"b{n}", f"s{n}", 8 + 8 * chance.random()) for n in back]
    kit.record_many([one for one in events if one["at"] <= (START + until * DAY).isoformat()])
    kit.advance(START + until * DAY)
    return back
