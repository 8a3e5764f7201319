"""Scores for the members of a store: histories from its columns, a fit with care, scores with reasons as data."""

from __future__ import annotations

import datetime as dt
import math
from array import array
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from loyaltykit.calendars import DAY
from loyaltykit.churn.gathered import reasons_of
from loyaltykit.churn.history import History
from loyaltykit.churn.kept import to_text
from loyaltykit.churn.panel_builder import PanelBuilder
from loyaltykit.churn.protocol import COLD_START, STATUS
from loyaltykit.churn.roles import Roles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from loyaltykit.churn.panel import Floats, Panel
    from loyaltykit.churn.protocol import ChurnModel, FitReport
    from loyaltykit.program.churn_sense import Meaning

CUTOFFS = 12
"""A model learns from at most so many weekly cut-offs, the newest whose horizon is over."""
LEAST_MEMBERS = 50
LEAST_OF_EACH = 20
"""It needs so many rows of those who left, and of those who stayed, and so many members."""
DIGITS = 3
"""Scores are rounded to so many digits: a calibrated probability does not know more."""
_WEEK = 7 * DAY


POINTS, TIER = ":points", ":tier"
"""The types of a member's balance and step, which are no events."""


def fact(event: str, field: str) -> str:
    """The type under which a field's value stands in a history, beside the event itself. No event is named so."""
    return f"{event}:{field}"


def roles_of(meaning: Meaning) -> Roles:
    """What the types of such a history mean."""
    return Roles(
        activity=meaning.activity,
        progress=() if meaning.progress is None else fact(*meaning.progress),
        scores=[fact(*one) for one in meaning.scores],
        due=[fact(one.event, one.field) for one in meaning.due],
        handed_in=meaning.handed_in,
        late=meaning.late,
        missed=meaning.missed,
        points=POINTS,
        tier=TIER,
        away=meaning.away,
    )


@attrs.define(eq=False)
class Columns:
    """Events in columns, as they come from a store: whole numbers for members and types, instants in microseconds."""

    types: dict[str, int] = attrs.field(factory=dict)
    """The number of each type."""
    member: array[int] = attrs.field(factory=lambda: array("q"))
    type: array[int] = attrs.field(factory=lambda: array("q"))
    at: array[int] = attrs.field(factory=lambda: array("q"))
    known_at: array[int] = attrs.field(factory=lambda: array("q"))
    value: array[float] = attrs.field(factory=lambda: array("d"))

    def number(self, type: str) -> int:
        """The number of a type, given on first sight."""
        return self.types.setdefault(type, len(self.types))

    def add(self, member: int, type: str, at: int, known_at: int, value: float = math.nan) -> None:
        """Append one event."""
        self.member.append(member)
        self.type.append(self.number(type))
        self.at.append(at)
        self.known_at.append(known_at)
        self.value.append(value)

    def copy(self) -> Columns:
        """The same events in columns of their own."""
        return Columns(
            types=dict(self.types),
            member=self.member[:],
            type=self.type[:],
            at=self.at[:],
            known_at=self.known_at[:],
            value=self.value[:],
        )

    def history(self, *, until: int, zone: str) -> History:
        """The history; its members are numbers as text."""
        made = History.from_columns(
            member=np.array(self.member, dtype=np.int64),
            type=np.array(self.type, dtype=np.int64),
            at=np.array(self.at, dtype=np.int64),
            known_at=np.array(self.known_at, dtype=np.int64),
            value=np.array(self.value, dtype=np.float64),
            until=until,
            zone=zone,
        )
        names = list(self.types)
        return attrs.evolve(made, types=tuple(names[int(number)] for number in made.types))


@attrs.frozen(slots=True, kw_only=True)
class Fit:
    """What came of fitting: the report is None when there was too little to learn from."""

    rows: int
    members: int
    churned: float
    """The share of the rows whose members left."""
    report: FitReport | None


def cutoffs(history: History, *, at: int, horizon: int) -> list[int]:
    """The weekly cut-offs that a model learns from at an instant, rising: their horizon is over, something was seen."""
    first = int(history.known_at.min()) if len(history) else at
    newest = at - horizon
    return sorted(newest - week * _WEEK for week in range(CUTOFFS) if newest - week * _WEEK > first)


def fit(model: ChurnModel, history: History, roles: Roles, *, at: int, horizon: int, label: str) -> Fit:
    """Fit a model to what was known at an instant, where that is enough.

    Rows are of those who did something in the two horizons before a cut-off: who left years ago is no news.
    """
    moments = cutoffs(history, at=at, horizon=horizon)
    if not moments:
        return Fit(rows=0, members=0, churned=0.0, report=None)
    span = dt.timedelta(microseconds=horizon)
    panel = PanelBuilder(history, roles).at(moments, horizon=span, label=label, active=2 * span)
    churned, members = int(panel.labels.sum()), len(np.unique(panel.member))
    enough = members >= LEAST_MEMBERS and LEAST_OF_EACH <= churned <= len(panel) - LEAST_OF_EACH
    return Fit(
        rows=len(panel),
        members=members,
        churned=churned / max(len(panel), 1),
        report=model.fit(panel) if enough else None,
    )


@attrs.frozen(slots=True, eq=False, kw_only=True)
class Scored:
    """The scores of some members at an instant, in columns; members by number, rising."""

    member: list[int]
    score: list[float | None]
    status: list[str]
    rank: list[int]
    """The place of the band; -1 for none. A cold start is in none."""
    reasons: list[tuple[str, ...]]
    """As `kept.to_text` makes them; only of those in a band, where there are bands."""
    panel: Panel

    def rows(self) -> Iterator[tuple[int, float | None, str, int, tuple[str, ...]]]:
        """One after the other."""
        return zip(self.member, self.score, self.status, self.rank, self.reasons, strict=True)


def score(
    model: ChurnModel, history: History, roles: Roles, *, at: int, bands: Sequence[float], members: Sequence[str] | None
) -> Scored:
    """Score members at an instant by what was known before it. `bands` are the least scores, rising.

    Where a model gives NaN, which it must not, the member is a cold start without a score.
    """
    panel = PanelBuilder(history, roles).at(np.array([at], dtype=np.int64), members=members)
    made = model.score(panel)
    p: Floats = np.asarray(np.round(np.clip(made.p, 0.0, 1.0), DIGITS), dtype=np.float64)
    status = np.where(np.isnan(p), COLD_START, made.status)
    rank = ranks(p, status, bands)
    return Scored(
        member=[int(panel.members[place]) for place in panel.member.tolist()],
        score=[None if math.isnan(one) else one for one in p.tolist()],
        status=[STATUS[one] for one in status.tolist()],
        rank=rank.tolist(),
        reasons=_reasons(model, panel, (rank >= 0) if len(bands) else status != COLD_START),
        panel=panel,
    )


def ranks(p: Floats, status: npt.NDArray[Any], bands: Sequence[float]) -> npt.NDArray[np.intp]:
    """The place of the highest band whose least score each one reaches; -1 under all of them, and for a cold start."""
    reached = np.searchsorted(np.asarray(bands, dtype=np.float64), p, side="right") - 1
    return np.where(status == COLD_START, -1, reached)


def _reasons(model: ChurnModel, panel: Panel, wanted: npt.NDArray[np.bool_]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()] * len(panel)
    rows = np.flatnonzero(wanted)
    if len(rows):
        for row, reasons in zip(rows.tolist(), reasons_of(model, panel.take(rows)), strict=True):
            found[row] = tuple(map(to_text, reasons))
    return found
