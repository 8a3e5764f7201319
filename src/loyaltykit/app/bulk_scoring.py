"""Scores members in bulk: a part of the members after the other, each read, scored and recorded before the next."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.app.chosen_model import Chosen, chosen, kept_model
from loyaltykit.app.fitting import fit_chosen
from loyaltykit.app.foreseen import ChurnFit, ChurnSummary
from loyaltykit.app.gaining import kept_gain
from loyaltykit.app.happened import columns_on
from loyaltykit.app.recording import Tally, record_all
from loyaltykit.churn.gain import gains
from loyaltykit.churn.protocol import STATUS
from loyaltykit.churn.scoring import roles_of, score
from loyaltykit.program.churn_sense import meaning
from loyaltykit.program.scopes import rising
from loyaltykit.values import MICROSECOND, Event, from_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from loyaltykit.app.journal import Journal
    from loyaltykit.app.work import Work
    from loyaltykit.churn.gain import Learned
    from loyaltykit.churn.panel import Panel
    from loyaltykit.churn.protocol import ChurnModel
    from loyaltykit.churn.registry import Given

    Progress = Callable[[int, int], object]

SCORED = "churn.scored"
PART = 50_000
"""Members whose histories are in memory at once."""
CHUNK = 5_000
"""Scores recorded in one transaction."""
_PAGE = 1_000
_COLD, AWAY = "cold-start", "away"
MOVED = 0.02
"""A score that moved by less, in the same band, is no news and is not recorded."""


@attrs.frozen(slots=True)
class Line:
    """One member's score."""

    member: str
    score: float | None
    status: str
    band: str | None
    rank: int | None
    reasons: tuple[str, ...] = ()
    gain: float | None = None


def score_members(
    journal: Journal,
    lock: AbstractContextManager[Any],
    at: int,
    *,
    own: Given | None,
    wanted: str | Given | None = None,
    members: Sequence[str] | None = None,
    progress: Progress | None = None,
    refit: bool = False,
) -> ChurnSummary:
    """Score some members or all; `refit` fits a model anew that is older than the program says."""
    choice = chosen(journal.engine.program.document, own, wanted)
    with lock:
        model, made = _ready(journal, choice, at, refit=refit)
        with journal.reading() as store:
            learned = kept_gain(store, journal.engine.program.document.churn, choice, at=at)
    bulk = _Bulk(journal, lock, at, choice, model, made, learned, progress or _nobody)
    bulk.run(members)
    return bulk.summary()


def _nobody(done: int, of: int) -> None:
    """Nobody hears of the progress."""


def _ready(journal: Journal, choice: Chosen, at: int, *, refit: bool) -> tuple[ChurnModel | None, ChurnFit | None]:
    """The fitted model, and the fit when one was made now."""
    if choice.fitted is not None:
        return choice.fitted, None
    churn = journal.engine.program.document.churn
    horizon = churn.horizon.micros * MICROSECOND
    with journal.reading() as store:
        found = kept_model(store, choice, at=at, horizon=horizon, label=churn.label)
    if found is not None and not (refit and at - found[1].at >= churn.refit.micros):
        return found[0], None
    made = fit_chosen(journal, choice, at)
    if made.fitted:
        with journal.reading() as store:
            found = kept_model(store, choice, at=at, horizon=horizon, label=churn.label)
    return (None if found is None else found[0]), made


@attrs.define
class _Bulk:
    """One scoring of many members."""

    journal: Journal
    lock: AbstractContextManager[Any]
    at: int
    choice: Chosen
    model: ChurnModel | None
    fit: ChurnFit | None
    learned: Learned | None
    """What is known of the campaign's treated and withheld."""
    progress: Progress
    tally: Tally = attrs.field(factory=Tally)
    bands: Counter[str] = attrs.field(factory=Counter)
    statuses: Counter[str] = attrs.field(factory=Counter)
    unchanged: int = 0
    entries: int = 0
    effects: int = 0
    done: int = 0

    def run(self, members: Sequence[str] | None) -> None:
        """Part after part; of some members only the parts that they are in."""
        with self.lock, self.journal.reading() as store:
            last = store.last_member()
            numbers = None if members is None else store.numbers(members)
        wanted = None if numbers is None else set(numbers.values())
        of = last if wanted is None else len(wanted)
        for after in range(0, last, PART):
            to = min(after + PART, last)
            chosen = None if wanted is None else {number for number in wanted if after < number <= to}
            if chosen is None or chosen:
                self._part(after, to, chosen, of)

    def _part(self, after: int, to: int, wanted: set[int] | None, of: int) -> None:
        """The members with after < number <= to, or some of them: all count among whom a member is compared with."""
        document = self.journal.engine.program.document
        said = meaning(document)
        with self.lock:
            with self.journal.reading() as store:
                ids = _ids(store.members, after, to)
                found = None if self.model is None else columns_on(self.journal, said, after, to, before=self.at)
            # The columns are the journal's: another thread may add to them as soon as it has the lock.
            history = found.history(until=self.at, zone=document.timezone) if found is not None else None
        if wanted is not None:
            ids = {number: id for number, id in ids.items() if number in wanted}
        lines: dict[int, Line] = {}
        seen: frozenset[int] = frozenset()
        if history is not None and self.model is not None and history.members:
            seen = frozenset(map(int, history.members))
            names = rising(document.churn.bands)
            bands = [document.churn.bands[name] for name in names]
            only = None if wanted is None else [str(number) for number in wanted]
            made = score(self.model, history, roles_of(said), at=self.at, bands=bands, members=only)
            for (number, p, status, rank, reasons), gain in zip(made.rows(), self._gains(made.panel), strict=True):
                band = names[rank] if rank >= 0 else None
                lines[number] = Line(ids[number], p, status, band, rank if rank >= 0 else None, reasons, gain)
        whole = [
            lines.get(number) or Line(id, None, AWAY if number in seen else _COLD, None, None)
            for number, id in ids.items()
        ]
        for start in range(0, len(whole), CHUNK):
            self._record(whole[start : start + CHUNK])
            self.done += len(whole[start : start + CHUNK])
            self.progress(self.done, of)

    def _gains(self, panel: Panel) -> list[float | None]:
        gain = self.journal.engine.program.document.churn.gain
        if self.learned is None or gain is None:
            return [None] * len(panel)
        return gains(self.learned, panel, value=gain.value, cost=gain.cost)

    def _record(self, lines: Sequence[Line]) -> None:
        self.bands.update(line.band for line in lines if line.band is not None)
        self.statuses.update(line.status for line in lines)
        with self.lock, self.journal.writing() as work:
            new = self._new(work, lines)
            record_all(work, new, self.tally)
            work.write_rows()
            self.entries += work.entered
            self.effects += work.effected

    def _new(self, work: Work, lines: Sequence[Line]) -> list[Event]:
        """The events of the scores that say something new. Of one instant the first stands."""
        slot = work.engine.plan.churn
        work.take(line.member for line in lines)
        fresh = [line for line in lines if slot is None or not _same(work.hands[line.member].state[slot], line)]
        names = [self._name(line) for line in fresh]
        seen = {row.id for row in work.store.seen(names)} if names else set()
        events = [self._event(line, name) for line, name in zip(fresh, names, strict=True) if name not in seen]
        self.unchanged += len(lines) - len(events)
        return events

    def _name(self, line: Line) -> str:
        return f"churn:{self.choice.id}:{line.member}:{self.at}"

    def _event(self, line: Line, name: str) -> Event:
        version = None if self.model is None else self.model.spec.version
        said = {
            "score": line.score,
            "band": line.band,
            "status": line.status,
            "gain": line.gain,
            "model": self.choice.id,
            "version": version,
            "reasons": list(line.reasons) or None,
        }
        data = {key: value for key, value in said.items() if value is not None}
        return Event(name, SCORED, line.member, from_instant(self.at), data)

    def summary(self) -> ChurnSummary:
        """What it came to."""
        document = self.journal.engine.program.document
        return ChurnSummary(
            at=from_instant(self.at),
            model=self.choice.id,
            version=None if self.model is None else self.model.spec.version,
            scored=self.done,
            recorded=self.tally.recorded,
            unchanged=self.unchanged,
            bands={name: self.bands[name] for name in rising(document.churn.bands)},
            statuses={name: self.statuses[name] for name in (*STATUS, AWAY) if self.statuses[name]},
            refused=tuple(self.tally.rejected),
            entries=self.entries,
            effects=self.effects,
            fit=self.fit,
        )


def _same(held: Sequence[Any], line: Line) -> bool:
    """Whether the last score said the same; of who is away and was never scored nothing is said."""
    if held[4] is None:
        return line.status == AWAY
    score, *rest = held[:4]
    if rest != [line.rank, line.status, line.gain]:
        return False
    if score is None or line.score is None:
        return score is line.score
    return bool(abs(score - line.score) < MOVED)


def _ids(page: Callable[..., list[tuple[int, str]]], after: int, to: int) -> dict[int, str]:
    found: dict[int, str] = {}
    while after < to:
        rows = page(after=after, limit=min(_PAGE, to - after))
        if not rows:
            break
        found.update(rows)
        after = rows[-1][0]
    return found
