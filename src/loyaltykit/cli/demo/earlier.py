"""The stream before this one: what its students did, without any campaign, is what the churn model learns from."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import attrs

from loyaltykit.cli.demo.student import DAY, START, Student
from loyaltykit.values import to_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.churn.protocol import ChurnModel
    from loyaltykit.churn.scoring import Columns
    from loyaltykit.cli.demo.student import Happening
    from loyaltykit.cli.words import Lang
    from loyaltykit.program.churn_sense import Meaning
    from loyaltykit.program.document import Document

STUDENTS, DAYS = 1_000, 112
_BEFORE = dt.timedelta(weeks=26)
"""So long before this stream it began: whole weeks, since weekends are unlike other days."""


@attrs.frozen(eq=False)
class Taught:
    """A fitted model, and how many students it learned from."""

    model: ChurnModel
    students: int


def taught(document: Document, lang: Lang, *, seed: int) -> Taught | None:
    """The program's model, fitted to the stream before; None where the program scores nobody."""
    from loyaltykit.churn.registry import DEFAULT, find
    from loyaltykit.churn.scoring import fit, roles_of
    from loyaltykit.program.churn_sense import meaning

    churn = document.churn
    if churn.score is None:
        return None
    said = meaning(document)
    ended = to_instant(START - _BEFORE + dt.timedelta(days=DAYS))
    history = _columns(said, lang, seed).history(until=ended, zone=document.timezone)
    model = find(churn.model or DEFAULT)()
    made = fit(model, history, roles_of(said), at=ended, horizon=churn.horizon.micros, label=churn.label)
    return None if made.report is None else Taught(model, made.members)


def _columns(said: Meaning, lang: Lang, seed: int) -> Columns:
    from loyaltykit.churn.scoring import Columns, fact
    from loyaltykit.program.churn_fields import readers

    found = Columns()
    fields = readers(said)
    wanted = frozenset(said.types)
    begun = to_instant(START - _BEFORE)
    for member, one in _happenings(lang, seed):
        if one.type not in wanted:
            continue
        at = begun + round(one.second * 1_000_000)
        found.add(member, one.type, at, at)
        for field, read in fields.get(one.type, ()):
            if (value := read(one.data.get(field), at)) is not None:
                found.add(member, fact(one.type, field), at, at, value)
    return found


def _happenings(lang: Lang, seed: int) -> Iterator[tuple[int, Happening]]:
    for number in range(1, STUDENTS + 1):
        student = Student(number, f"{seed}/earlier", DAYS, lang, effect=0.0)
        while student.wake < DAYS * DAY:
            yield from ((number, one) for one in student.act() if one.second < DAYS * DAY)
