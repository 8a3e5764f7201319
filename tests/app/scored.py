"""A school with a churn model, and members with a rhythm who leave or stay: for the tests of scoring."""

from __future__ import annotations

import datetime as dt
import random

import loyaltykit as lk

START = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
NOW = START + 120 * DAY
BACK = "churn.band == 'high' or (churn.status is None or churn.status == 'cold-start') and silent('14d')"
DOCUMENT = {
    "program": "school",
    "timezone": "Europe/Moscow",
    "locale": "ru",
    "events": {"lesson.completed": {"progress": "number"}, "quiz.passed": {"score": "number"}, "homework.missed": {}},
    "churn": {
        "model": "hazard",
        "score": "daily",
        "horizon": "28d",
        "bands": {"watch": 0.3, "high": 0.6},
        "facts": {"missed": "homework.missed"},
    },
    "campaigns": {"back": {"start": BACK, "again": "after 60d", "steps": [{"send": "hello"}]}},
    "messages": {"hello": {"ru": "Мы сохранили ваше место."}},
}
PROGRAM = lk.Program.from_dict(DOCUMENT)


def program(**changes) -> lk.Program:
    return lk.Program.from_dict({**DOCUMENT, **changes})


def history(members: int = 80, *, days: int = 120, seed: int = 3) -> list[lk.Event]:
    """Some come every other day, some once a week; two in five stop for good somewhere on the way."""
    chance, found = random.Random(seed), []
    for number in range(members):
        at, gap = START + chance.uniform(0, 10) * DAY, chance.choice([1.5, 4.0, 7.0])
        end = START + (chance.uniform(25, days) if chance.random() < 0.4 else days) * DAY
        while at < end:
            step = len(found)
            found.append(lk.Event(f"e{step:05}", "lesson.completed", f"m{number:02}", at, {"progress": step % 50 / 50}))
            at += chance.uniform(0.5, 1.5) * gap * DAY
    return found
