"""A school that never was: a seeded history in which those who leave can be told before they do."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from loyaltykit.churn.history import History
from loyaltykit.churn.panel_builder import PanelBuilder
from loyaltykit.churn.roles import Roles

if TYPE_CHECKING:
    from loyaltykit.churn.panel import Panel

DAYS = 140
HORIZON_DAYS = 14
HORIZON, LABEL = "14d", "silence"
START = 1_756_684_800_000_000
"""2025-09-01T00:00Z, a Monday, in microseconds."""
_DAY = 86_400_000_000
_FADE = 16.0
"""Days over which a member who will leave does less and less."""
ROLES = Roles(
    progress="lesson.completed", handed_in="homework.handed_in", missed="homework.missed", scores="homework.scored"
)


@lru_cache(maxsize=4)
def school_history(members: int = 240, seed: int = 0) -> History:
    """Lessons and weekly homework of some members over twenty weeks; scores are known two days late.

    Each has a pace of their own. About half leave for good, after two weeks in which they come ever less; so silence
    tells, and silence against the own pace tells more. The same arguments give the same history to the bit.
    """
    chance = np.random.default_rng(seed)
    joined = chance.integers(0, 50, members)
    pace = chance.beta(2.0, 3.0, members) * 0.85 + 0.08
    leaves = np.where(chance.random(members) < 0.6, joined + 10 + chance.exponential(60.0, members), 10.0 * DAYS)
    day = np.arange(DAYS)
    fade = np.clip((leaves[:, None] - day) / _FADE, 0.0, 1.0)
    there = (day >= joined[:, None]) & (chance.random((members, DAYS)) < pace[:, None] * fade)
    there[np.arange(members), joined] = True
    parts = [_lessons(chance, there), _homework(chance, there, joined, fade)]
    member, type, at, known_at, value = (np.concatenate(column) for column in zip(*parts, strict=True))
    names = np.array([f"m{number:04d}" for number in range(members)])
    kept = at < START + DAYS * _DAY
    return History.from_columns(
        member=names[member[kept]],
        type=type[kept],
        at=at[kept],
        known_at=known_at[kept],
        value=value[kept],
        until=START + DAYS * _DAY,
        zone="Europe/Moscow",
    )


def weekly(history: History) -> tuple[np.typing.NDArray[np.int64], int]:
    """Weekly cut-offs whose horizon ends by the last one, and that last one: to learn from, and to score at."""
    last = history.until - 2 * HORIZON_DAYS * _DAY
    first = int(history.at.min()) if len(history) else last
    early = last - HORIZON_DAYS * _DAY - np.arange(6, dtype=np.int64)[::-1] * 7 * _DAY
    return early[early > first], last


def school_panel(
    history: History | None = None,
    cutoffs: Any = None,
    horizon: str | None = None,
    label: str | None = None,
) -> Panel:
    """The panel of a history, with the roles of the kit's school where it has such types.

    Without cut-offs it is the labelled panel that the kit fits models to: weekly, who is silent for two weeks. Without
    a history it is the kit's own school's.
    """
    history = school_history() if history is None else history
    if cutoffs is None:
        cutoffs, horizon, label = weekly(history)[0], horizon or HORIZON, label or LABEL
    roles = ROLES if set(ROLES.missed) <= set(history.types) else None
    return PanelBuilder(history, roles).at(cutoffs, horizon=horizon, label=label)


Columns = tuple[np.typing.NDArray[np.generic], ...]


def _lessons(chance: np.random.Generator, there: np.typing.NDArray[np.bool_]) -> Columns:
    """One to three lessons a day; the value is the share of the course done."""
    member, day = np.nonzero(there)
    often = chance.integers(1, 4, len(member))
    member, day = np.repeat(member, often), np.repeat(day, often)
    at = START + day * _DAY + chance.integers(6 * 3600, 20 * 3600, len(day)) * 1_000_000
    order = np.lexsort((at, member))
    member, at = member[order], at[order]
    nth = np.arange(len(member)) - np.searchsorted(member, member)
    done = np.minimum((nth + 1) / 120.0, 1.0)
    return member, np.full(len(member), "lesson.completed"), at, at, done


def _homework(
    chance: np.random.Generator,
    there: np.typing.NDArray[np.bool_],
    joined: np.typing.NDArray[np.int64],
    fade: np.typing.NDArray[np.float64],
) -> Columns:
    """Due every Sunday: handed in after a week of lessons, and scored; else missed."""
    due = np.arange(6, DAYS, 7)
    week = there.reshape(len(there), -1, 7).sum(axis=2)
    owner, number = np.nonzero(due >= joined[:, None] + 7)
    day = due[number]
    done = chance.random(len(owner)) < np.minimum(0.25 + 0.3 * week[owner, number], 0.95)
    at = START + day * _DAY + 21 * 3600 * 1_000_000 + chance.integers(0, 3600, len(day)) * 1_000_000
    score = np.clip(60 + 30 * fade[owner, day] + chance.normal(0, 10, len(day)), 0, 100)
    gone = ~done & (fade[owner, day] > 0)  # nobody is dunned after they left
    owner = np.concatenate([owner[done], owner[done], owner[gone]])
    names = ("homework.handed_in", "homework.scored", "homework.missed")
    sizes = (int(done.sum()), int(done.sum()), int(gone.sum()))
    late = np.concatenate([at[done], at[done] + 2 * _DAY, at[gone]])
    value = np.concatenate([np.full(sizes[0], np.nan), score[done], np.full(sizes[2], np.nan)])
    at = np.concatenate([at[done], at[done], at[gone]])
    return owner, np.repeat(np.array(names), sizes), at, late, value
