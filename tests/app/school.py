"""A small school for the tests of the shell: every mechanic that waits, repeats, asks or sends is in it once."""

from __future__ import annotations

import datetime as dt

from loyaltykit.program.load import Program
from loyaltykit.values import Event

START = dt.datetime(2026, 9, 1, 10, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)

DOCUMENT = {
    "program": "school",
    "timezone": "Europe/Moscow",
    "locale": "en",
    "late": "7d",
    "events": {
        "lesson.completed": {"course": "text", "lesson": "text"},
        "quiz.passed": {"score": "number"},
        "order.paid": {"order": "text", "amount": "money"},
        "page.opened": {},
    },
    "member": {"name": "text", "plan": "text"},
    "points": {"xp": {}, "stars": {"spendable": True, "pending": "2d", "expires": {"after": "20d"}}},
    "rules": [
        {"id": "lesson", "on": "lesson.completed", "award": {"xp": 10}, "limit": "3 per day"},
        {"id": "good", "on": "quiz.passed", "when": "event.score >= 0.9", "award": {"xp": "5 + 10 * event.score"}},
        {"id": "steady", "on": "quiz.passed", "when": "streak.study.length >= 2", "award": {"xp": 3}},
        {"id": "paid", "on": "order.paid", "award": {"stars": "event.amount / 100"}, "key": "event.order"},
        {"id": "third", "on": "page.opened", "when": "count('lesson.completed') >= 3", "grant": "chat"},
        {"id": "quiet", "when": "silent('5d')", "send": "come-back"},
    ],
    "levels": {"by": "xp", "steps": {"Newcomer": 0, "Explorer": 30, "Expert": 100}},
    "streaks": {"study": {"on": "lesson.completed", "every": "day", "milestones": {2: {"xp": 50}}}},
    "badges": {
        "scholar": {"count": "quiz.passed", "steps": {"bronze": 2, "silver": 5}},
        "regular": {"when": "points.xp.lifetime >= 60", "grant": "chat"},
    },
    "quests": {
        "sprint": {
            "within": "3d",
            "steps": [{"on": "quiz.passed", "times": 2}, {"on": "lesson.completed"}],
            "reward": {"award": {"xp": 20}, "grant": ["seat"], "send": "well-done"},
        }
    },
    "rewards": {"seat": {"kind": "seat", "stock": 2, "lasts": "10d"}, "chat": {"kind": "chat"}},
    "messages": {
        "well-done": {
            "en": {"subject": "Well done", "text": "Well done, {{ member.name }}: {{ points.xp }} xp"},
            "ru": {"subject": "Отлично", "text": "Отлично, {{ member.name }}: {{ points.xp }}"},
        },
        "come-back": {"en": {"text": "We miss you, {{ member.name }}"}},
    },
    "segments": {"rich": {"when": "points.xp.available >= 60"}},
}
PROGRAM = Program.from_dict(DOCUMENT)


def event(id, type="lesson.completed", member="ann", *, days=0.0, **data):
    """An event, so many days after the start; fields that are needed and not given have some value."""
    needed = {
        "lesson.completed": {"course": "py", "lesson": id},
        "quiz.passed": {"score": 1},
        "order.paid": {"order": id, "amount": 1000},
    }
    return Event(id, type, member, START + days * DAY, {**needed.get(type, {}), **data})


def facts(kit, member, at=None):
    """What a member has: everything of the view that does not depend on how the events came in."""
    view = kit.member(member, at=at).to_dict()
    for name in ("timeline", "inbox"):
        view.pop(name)
    return view


def net(kit, member):
    """What a member's ledger sums to."""
    journal = kit._journal
    with journal.reading() as store:
        number = store.numbers([member])[member]
        return {key: amount for key, amount in store.sums(number).items() if amount}
