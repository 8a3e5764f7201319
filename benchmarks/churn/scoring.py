"""Scoring everybody: a million members in parts, from columns to scores with reasons; and a school's own store.

The members are made up: each has a rhythm, and two in five have stopped. The pure part is what `kit.score_churn` does
with what the store gives it; the rest of its time is the store's, mostly that of folding and writing events.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.measure import Result, once, rate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.churn import History
    from loyaltykit.values import Event

MEMBERS, PART = 1_000_000, 50_000
LESSONS = 20
QUICK = {"members": 50_000, "school": 2_000}
DAY = 86_400_000_000
START = 1_767_600_000_000_000
NOW = START + 120 * DAY
DOCUMENT = {
    "program": "school",
    "events": {"lesson.completed": {"progress": "number"}},
    "churn": {"model": "hazard", "horizon": "28d", "bands": {"watch": 0.3, "high": 0.6}},
}


def run(*, members: int = MEMBERS, school: int = 50_000) -> Result:
    """Made-up members, so nothing has to be downloaded."""
    from loyaltykit.churn.models.hazard import Hazard
    from loyaltykit.churn.scoring import fit, roles_of, score
    from loyaltykit.program.churn_sense import meaning
    from loyaltykit.program.load import Program

    said = meaning(Program.from_dict(DOCUMENT).document)
    model, roles = Hazard(), roles_of(said)
    fit(model, history(0, 5_000), roles, at=NOW, horizon=28 * DAY, label="silence")
    taken = events = explained = 0.0
    for number in range(max(1, members // PART)):
        columns = rows(number, min(PART, members))
        seconds, made = once(
            lambda columns=columns: score(model, built(columns), roles, at=NOW, bands=(0.3, 0.6), members=None)
        )
        taken, events = taken + seconds, events + len(columns[0])
        explained += sum(bool(reasons) for reasons in made.reasons)
    pure = (f"{members:,} members in columns", f"{events:,.0f}", f"{taken:.1f}", rate(members / taken))
    setting = (
        "Pure: histories sorted, panel of all features at one instant, model `hazard`, the three weightiest reasons of "
        f"the {explained:,.0f} members in a band, {PART:,} members at a time."
    )
    of_store = (
        "Store: `kit.score_churn` on SQLite (synchronous=off), each score an event that is folded and kept; the first "
        "time all are new, the second time a day later."
    )
    heads = ("what", "events in the history", "seconds", "members/s")
    return Result("Churn: scoring everybody", heads, (pure, *stored(school)), (setting, of_store))


def rows(seed: int, members: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Member, instant and progress of lessons, by member and instant."""
    chance = np.random.default_rng(seed)
    gap = chance.choice([1.5, 3.0, 5.0], members)
    steps = chance.uniform(0.5, 1.5, (members, LESSONS)) * gap[:, None]
    newest = np.where(chance.random(members) < 0.4, chance.uniform(20, 110, members), 120 - chance.exponential(gap))
    day = newest[:, None] - steps[:, ::-1].cumsum(axis=1)[:, ::-1] + steps[:, -1:]
    kept = (day > 0) & (day < 120)
    at = START + (day[kept] * DAY).astype(np.int64)
    return np.repeat(np.arange(1, members + 1), kept.sum(axis=1)), at, np.minimum(day[kept] / 120, 1.0)


def built(columns: tuple[np.ndarray, np.ndarray, np.ndarray]) -> History:
    """The history of such rows, as the store's columns make it: each lesson, and its progress beside it."""
    import attrs

    from loyaltykit.churn import History
    from loyaltykit.churn.scoring import fact

    member, at, progress = columns
    made = History.from_columns(
        member=np.concatenate([member, member]),
        type=np.repeat([0, 1], len(member)),
        at=np.concatenate([at, at]),
        value=np.concatenate([np.full(len(at), np.nan), progress]),
        until=NOW,
    )
    return attrs.evolve(made, types=("lesson.completed", fact("lesson.completed", "progress")))


def history(seed: int, members: int) -> History:
    """A history of made-up members."""
    return built(rows(seed, members))


def stored(members: int) -> Iterator[tuple[str, ...]]:
    """The lines of a school's store."""
    from loyaltykit.app import Loyalty
    from loyaltykit.program.load import Program

    member, at, progress = rows(1, members)
    now = dt.datetime.fromtimestamp(NOW / 1e6, dt.UTC)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'school.db'}?synchronous=off"
        with Loyalty(Program.from_dict(DOCUMENT), store=url) as kit:
            kit.record_many(events_of(member, at, progress))
            seconds, _ = once(lambda: kit.fit_churn(now))
            yield (
                f"fit to a store of {members:,}",
                f"{len(at):,}",
                f"{seconds:.1f}",
                rate(min(members, 25_000) / seconds),
            )
            for what, moment in (("first", now), ("next day", now + dt.timedelta(days=1))):
                seconds, made = once(lambda moment=moment: kit.score_churn(moment))
                name = f"kit.score_churn, {what}: {made.recorded:,} of {made.scored:,} new"
                yield name, f"{len(at):,}", f"{seconds:.1f}", rate(made.scored / seconds)


def events_of(member: np.ndarray, at: np.ndarray, progress: np.ndarray) -> Iterator[Event]:
    """The same rows as events."""
    from loyaltykit.values import Event, from_instant

    for number, (one, instant, share) in enumerate(zip(member.tolist(), at.tolist(), progress.tolist(), strict=True)):
        yield Event(f"e{number}", "lesson.completed", f"m{one}", from_instant(instant), {"progress": share})
