"""Random histories of one member, in which levels, tiers and streaks are held against the oracle."""

from __future__ import annotations

import datetime as dt
import random

import loyaltykit as lk
from tests.invariants.standing import Standing

HOUR = dt.timedelta(hours=1)
DAYS = (0.5, 5, 23, 24, 25.25, 49)
MONTHS = (*DAYS, 24 * 9, 24 * 20, 24 * 33)
"""Hours between events."""


def stand(
    engine: lk.Engine, right: Standing, at: dt.datetime, chance: random.Random, hours: tuple[float, ...] = MONTHS
) -> None:
    """A random history, looked at after each event and a moment before the next."""
    state = engine.start("ann")
    for number in range(16):
        lesson, amount = chance.random() < 0.6, chance.choice([4, 9, 16, 30])
        if lesson:
            right.lessons.append(at)
        else:
            right.orders.append((at, amount))
        event = lk.Event(f"e{number}", "lesson.done" if lesson else "order.paid", "ann", at, {"amount": amount})
        state, _ = engine.fold(state, event)
        agree(engine, state, right, at)
        after = at + chance.choice(hours) * HOUR
        ahead, _ = engine.advance(engine.copy(state), after)
        agree(engine, ahead, right, after)
        if chance.random() < 0.5:
            state = engine.load(engine.dump(ahead))
            after += HOUR / 4
        at = after


def agree(engine: lk.Engine, state: list, right: Standing, at: dt.datetime) -> None:
    """The view says what the oracle has counted."""
    view = engine.view(state, at=at)
    assert view.level == right.level(at), f"level at {at}"
    assert view.tiers["status"].name == right.tier(at), f"tier at {at}"
    streak = view.streaks["study"]
    assert (streak.length, streak.freezes) == right.streak(at), f"streak at {at}"
