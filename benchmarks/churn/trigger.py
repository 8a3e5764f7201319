"""Whom a trigger fires at: those who would not return by themselves, by a fixed rule of 14 silent days and by a model.

A flag is a student at the end of a day. “Would not return” means no click in the 28 days after it: nobody wrote to
these students, so what they did is what they would have done by themselves. Who has withdrawn is not flagged.

- The fixed rule flags a student on the 14th silent day.
- The model flags as many student-days as the rule did, the highest scores first. How many that is takes no outcome
  to know. It learns from one presentation, and flags in another one.

A list that comes every day names some students day after day, and the rule names each once a silence. So there are
lines between: the model may flag a student again after a week or four (`again: after 7d` of a campaign), or each
silence once, on the first day whose score is high enough. Its bar is such that it flags as often as the rule, or a
quarter. “At the best moment” may choose the day as well (`stopping`). “Most possible” is who knows the future.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from benchmarks.churn.stopping import Stopping
from benchmarks.measure import Result, goal, ratio
from loyaltykit.calendars import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from loyaltykit.churn import ChurnModel, Panel
    from loyaltykit.churn.panel import Floats, Ints

    Bools = npt.NDArray[np.bool_]
    Rows = npt.NDArray[np.intp]

RULE = 14
LONGEST = 28
"""The model looks at students with activity in the last so many days, as everywhere."""
WANTED = 2.0
RESTS = (7, 28)
_ROUNDS = 25
QUICK = {"model": "hazard"}
_COLUMNS = ("who flags", "flags", "students", "days of silence", "would not return", "of the rule's", "most possible")

_SETTING = """OULAD: learnt from {train} at the ends of weeks; daily flags in {test}, all students. Nobody there has
handed in half of the work by the last day whose next 28 days are in the data, so the lower lines are of {train} itself,
each fifth of the students scored by a model that learnt from the others."""


@attrs.frozen
class Flags:
    """Who flagged which rows."""

    name: str
    rows: Rows
    possible: float | None = None


def run(*, data: str | None = None, model: str = "boosted") -> Result:
    """Raises `examples.oulad.tables.DataMissing` when the tables are not there."""
    from examples.oulad.history import TEST, TRAIN, builder, cutoffs, history

    panels = []
    for name in (TRAIN, TEST):
        found = history(name, data)
        days = cutoffs(found, name, step=1)
        panels.append(builder(found).at(days, horizon=f"{LONGEST}d", label="silence", active=f"{LONGEST}d"))
    train, test = panels
    learner = fitted(model, weekly(train))
    scores = crossed(model, train)
    moments = Stopping.learnt(*_silent(train, scores), train.labels)
    everybody = list(flags(test, learner.score(test).p, np.ones(len(test), dtype=bool), moments))
    lines = [_line(one, everybody[0], test) for one in everybody]
    half = train.column("progress") >= 0.5
    lines.append(("half the work or more handed in:", *[""] * (len(_COLUMNS) - 1)))
    lines += [_line(one, halves[0], train) for halves in [list(flags(train, scores, half, moments))] for one in halves]
    shares = {one.name: float(test.labels[one.rows].mean()) for one in everybody}
    base = shares[everybody[0].name]
    return Result(
        "Churn: whom a trigger fires at",
        _COLUMNS,
        tuple(lines),
        (_SETTING.format(train=TRAIN, test=TEST),),
        (
            goal("would not return, student-days, over the fixed rule", shares[everybody[1].name] / base, WANTED),
            goal("the same, never later than the rule", shares[everybody[2].name] / base, WANTED),
            goal("the same, each student once a week at most", shares[everybody[4].name] / base, WANTED),
            goal("the same, each silence flagged once", shares[everybody[6].name] / base, WANTED),
        ),
    )


def weekly(panel: Panel) -> Panel:
    """The rows at the ends of weeks: a day more or less tells a model little that is new."""
    return panel.take(np.flatnonzero((panel.cutoff - panel.cutoff.min()) // DAY % 7 == 0))


def fitted(model: str, panel: Panel) -> ChurnModel:
    """A model of that id, as it ships."""
    from loyaltykit.churn import find

    learner = find(model)()
    learner.fit(panel)
    return learner


def crossed(model: str, panel: Panel, folds: int = 5) -> Floats:
    """Scores by models that never saw the row's student."""
    fold = np.random.default_rng(0).permutation(len(panel.members))[panel.member] % folds
    scores = np.zeros(len(panel))
    for one in range(folds):
        held = np.flatnonzero(fold == one)
        scores[held] = fitted(model, weekly(panel.take(np.flatnonzero(fold != one)))).score(panel.take(held)).p
    return scores


def flags(panel: Panel, scores: Floats, chosen: Bools, moments: Stopping) -> Iterator[Flags]:
    """Who flags whom among some of the rows; the fixed rule comes first."""
    silent, lost = panel.column("recency"), panel.labels == 1
    rule = np.flatnonzero(chosen & (silent == RULE))
    early = chosen & (silent <= RULE)
    yield Flags(f"{RULE} silent days", rule)
    yield Flags("model, student-days", _highest(scores, chosen, len(rule)), _most((chosen & lost).sum(), len(rule)))
    yield Flags(
        f"model, by day {RULE} at the latest",
        _highest(scores, early, len(rule)),
        _most((early & lost).sum(), len(rule)),
    )
    yield Flags("longest silence, student-days", _highest(silent, chosen, len(rule)))
    for days in RESTS:
        most = min(len(rule), len(rested(panel, lost.astype(float), chosen, days, 1.0)))
        rows = resting(panel, scores, chosen, days, len(rule))
        yield Flags(f"model, a student once in {days} days", rows, _most(most, len(rule)))
    silences = silences_of(panel)
    for name, size in (
        ("model, once a silence", len(rule)),
        ("the same, a quarter of the flags", max(len(rule) // 4, 1)),
    ):
        yield Flags(name, once(scores, silences, chosen, size), _possible(silences, chosen & lost, size))
    place = np.flatnonzero(chosen)
    best = moments.rows(*(one[place] for one in _silent(panel, scores)), len(rule))
    yield Flags("once a silence, at the best moment", place[best], _possible(silences, chosen & lost, len(rule)))


def silences_of(panel: Panel) -> Ints:
    """A number for each row's silence: those of a student since the same last activity."""
    last = panel.cutoff - np.rint(panel.column("recency") * DAY).astype(np.int64)
    _, found = np.unique(np.stack([panel.member, last]), axis=1, return_inverse=True)
    return found.ravel()


def once(scores: Floats, silences: Ints, chosen: Bools, number: int) -> Rows:
    """Of as many silences as that, those that reach the highest scores, the first day that reaches the bar."""
    rows = np.flatnonzero(chosen)
    best = np.full(int(silences.max()) + 1, -np.inf)
    np.maximum.at(best, silences[rows], scores[rows])
    bar = np.sort(best)[-number]
    over = rows[scores[rows] >= bar]  # by student and day, so the first of a silence is its earliest
    _, first = np.unique(silences[over], return_index=True)
    return over[first]


def resting(panel: Panel, scores: Floats, chosen: Bools, days: int, number: int) -> Rows:
    """Flags that leave a student alone for so many days after each, by the lowest bar with no more than a number."""
    low, high = 0.0, 1.0
    for _ in range(_ROUNDS):
        bar = (low + high) / 2
        low, high = (low, bar) if len(rested(panel, scores, chosen, days, bar)) <= number else (bar, high)
    return rested(panel, scores, chosen, days, high)


def rested(panel: Panel, scores: Floats, chosen: Bools, days: int, bar: float) -> Rows:
    """The first row of each student that reaches the bar, and each next one so many days after the one before."""
    rows = np.flatnonzero(chosen & (scores >= bar))  # by student and day
    found, student, since = [], -1, 0
    for row, member, day in zip(rows.tolist(), panel.member[rows].tolist(), panel.cutoff[rows].tolist(), strict=True):
        if member != student or day - since >= days * DAY:
            found.append(row)
            student, since = member, day
    return np.array(found, dtype=np.intp)


def _silent(panel: Panel, scores: Floats) -> tuple[Floats, Ints, Ints]:
    return scores, silences_of(panel), np.rint(panel.column("recency")).astype(np.int64)


def _highest(scores: Floats, chosen: Bools, number: int) -> Rows:
    rows = np.flatnonzero(chosen)
    return rows[np.argsort(-scores[rows], kind="stable")[:number]]


def _most(there: int, number: int) -> float:
    return min(1.0, there / number)


def _possible(silences: Ints, lost: Bools, number: int) -> float:
    return _most(len(np.unique(silences[lost])), number)


def _line(found: Flags, rule: Flags, panel: Panel) -> tuple[str, ...]:
    share, base = (float(panel.labels[one.rows].mean()) for one in (found, rule))
    return (
        found.name,
        f"{len(found.rows):,}",
        f"{len(np.unique(panel.member[found.rows])):,}",
        f"{np.median(panel.column('recency')[found.rows]):.0f}",
        f"{share:.1%}",
        ratio(share / base),
        "" if found.possible is None else f"{found.possible:.1%}",
    )
