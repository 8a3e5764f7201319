"""The stateless workload: learning events of a school, and rules of two or three comparisons over them.

Both are drawn from seeded generators, so every run and every peer sees the same.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import attrs

from loyaltykit.values import Event

TYPES = ("lesson.completed", "quiz.passed", "homework.sent", "order.paid", "session.attended")
COURSES = tuple(f"course-{number:02}" for number in range(40))
FIELDS = {"course": "text", "score": "number", "amount": "number", "hour": "integer"}
START = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)

Comparison = tuple[str, str, Any]


@attrs.frozen
class Rule:
    """`type` and all comparisons must hold."""

    id: str
    type: str
    comparisons: tuple[Comparison, ...]

    def text(self, prefix: str = "", *, both: str = "and", quote: str = "'", typed: bool = False) -> str:
        """The condition as most expression languages write it; if `typed`, the event type is one more comparison."""
        whole: tuple[Comparison, ...] = (("kind", "==", self.type),) if typed else ()
        parts = []
        for field, operator, value in whole + self.comparisons:
            constant = f"{quote}{value}{quote}" if isinstance(value, str) else repr(value)
            parts.append(f"{prefix}{field} {operator} {constant}")
        return f" {both} ".join(parts)


def rules(number: int, seed: int = 7) -> list[Rule]:
    """Six in ten are about one course; the others look at all courses, for what is rare: high scores, large orders."""
    draw = random.Random(seed)
    made = []
    for index in range(number):
        thresholds = draw.sample([_score(draw), _amount(draw), _hour(draw)], draw.choice((1, 2)))
        if draw.random() < 0.6:
            comparisons: list[Comparison] = [("course", "==", draw.choice(COURSES)), *thresholds]
        else:
            comparisons = [("score", ">=", draw.choice((0.8, 0.85, 0.9, 0.95))), *_others(draw)]
        made.append(Rule(f"rule-{index}", TYPES[index % len(TYPES)], tuple(comparisons)))
    return made


def _others(draw: random.Random) -> list[Comparison]:
    return draw.sample([_amount(draw), _hour(draw)], draw.choice((1, 2)))


def _score(draw: random.Random) -> Comparison:
    return "score", ">=", draw.randrange(60, 95, 5) / 100


def _amount(draw: random.Random) -> Comparison:
    return "amount", ">=", float(draw.randrange(1_000, 8_000, 500))


def _hour(draw: random.Random) -> Comparison:
    return ("hour", "<", draw.randrange(10, 16)) if draw.random() < 0.5 else ("hour", ">=", draw.randrange(16, 22))


def events(number: int, seed: int = 11) -> list[Event]:
    """Popular courses are chosen more often, scores lean to the upper half, amounts are log-normal."""
    draw = random.Random(seed)
    shares = [1 / (rank + 3) for rank in range(len(COURSES))]
    courses = draw.choices(COURSES, shares, k=number)
    made = []
    for index in range(number):
        data = {
            "course": courses[index],
            "score": round(draw.betavariate(4, 2), 2),
            "amount": round(draw.lognormvariate(8.3, 0.8), 2),
            "hour": int(draw.triangular(6, 24, 19)),
        }
        at = START + dt.timedelta(seconds=30 * index)
        made.append(Event(f"e{index}", draw.choice(TYPES), f"m{draw.randrange(10_000)}", at, data))
    return made


def document(number: int) -> dict[str, Any]:
    """The rules as a program: each gives a point on its event type, under its condition."""
    given = [
        {"id": rule.id, "on": rule.type, "when": rule.text("event."), "award": {"xp": 1}} for rule in rules(number)
    ]
    return {
        "program": "rules",
        "events": {type: dict(FIELDS) for type in TYPES},
        "points": {"xp": {}},
        "rules": given,
    }
