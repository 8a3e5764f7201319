"""Levels, tiers and streaks, counted anew from what happened: a second oracle, as slow and as plain as `books`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import pairwise

from tests.invariants.days import instant, next_start, wall

LEVELS = {"New": 0, "Fan": 30, "Pro": 60}
STEPS = {"bronze": 0, "silver": 10, "gold": 30}
FREEZES = {"initial": 1, "earn": "1 per 3 days", "max": 2}
DAY = dt.timedelta(days=1)


def document(zone: str, downgrade: str) -> dict:
    """A program with a level, a ladder of calendar months and a streak with freezes."""
    return {
        "program": "standing",
        "timezone": zone,
        "events": {"lesson.done": {}, "order.paid": {"amount": "money"}},
        "points": {"xp": {}, "stars": {"spendable": True}},
        "rules": [
            {"id": "lesson", "on": "lesson.done", "award": {"xp": 10}},
            {"id": "paid", "on": "order.paid", "award": {"stars": "event.amount"}},
        ],
        "levels": {"by": "xp", "steps": LEVELS},
        "tiers": {
            "status": {
                "by": "earned('stars')",
                "period": "calendar month",
                "keep": "until end of next period",
                "downgrade": downgrade,
                "steps": STEPS,
            }
        },
        "streaks": {"study": {"on": "lesson.done", "every": "day", "freezes": FREEZES}},
        "rewards": {"mug": {"cost": {"stars": 5}}},
    }


@dataclass
class Standing:
    """What happened to one member."""

    zone: str
    downgrade: str
    lessons: list[dt.datetime] = field(default_factory=list)
    orders: list[tuple[dt.datetime, int]] = field(default_factory=list)

    def level(self, at: dt.datetime) -> str:
        """The highest step that the score has reached."""
        score = 10 * sum(one <= at for one in self.lessons)
        return [name for name, threshold in LEVELS.items() if threshold <= score][-1]

    def tier(self, at: dt.datetime) -> str:
        """Month by month: up at once, down when a month has ended in which the step was not reached."""
        begun = min([*self.lessons, *(when for when, _ in self.orders)], default=at)
        starts = [instant(dt.datetime.combine(wall(begun, self.zone).date().replace(day=1), dt.time()), self.zone)]
        while starts[-1] <= at:
            starts.append(instant(next_start("month", wall(starts[-1], self.zone).date()), self.zone))
        held = 0
        for start, end in pairwise(starts):
            score = sum(stars for when, stars in self.orders if start <= when < end and when <= at)
            reached = sum(threshold <= score for threshold in STEPS.values()) - 1
            held = max(held, reached)
            if end <= at:
                held = reached if self.downgrade == "recompute" else max(reached, held - 1)
        return list(STEPS)[held]

    def streak(self, at: dt.datetime) -> tuple[int, int]:
        """(length, freezes left), day by day."""
        active = {wall(one, self.zone).date() for one in self.lessons if one <= at}
        length = toward = 0
        freezes, today = 1, wall(at, self.zone).date()
        day = min(active, default=today)
        while day <= today:
            if day in active:
                length, toward = length + 1, toward + 1
                if toward == 3:
                    toward, freezes = 0, min(2, freezes + 1)
            elif day < today and length and self._was(day):
                length, freezes = (length, freezes - 1) if freezes else (0, 0)
            day += DAY
        return length, freezes

    def _was(self, day: dt.date) -> bool:
        """Whether the zone had that day at all."""
        start, end = (instant(dt.datetime.combine(one, dt.time()), self.zone) for one in (day, day + DAY))
        return start < end
