"""Judges goals: who was exposed, who came to success, and the verdict, from what the store has recorded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.app.counting import Counted
from loyaltykit.insight import words
from loyaltykit.insight.goals import churned, measure
from loyaltykit.values import from_instant

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from loyaltykit.app.journal import Journal
    from loyaltykit.insight.experiment import Comparison
    from loyaltykit.insight.goals import ArmName, Measured
    from loyaltykit.program.contact import Goal
    from loyaltykit.program.document import Document

PAGE = 1_000
"""How many members are looked at in one go."""
_CAMPAIGN: Mapping[str, ArmName] = {"treated": "treated", "withheld": "withheld"}
_PROGRAM: Mapping[str, ArmName] = {"treated": "treated", "program": "withheld"}


@attrs.frozen(slots=True, kw_only=True)
class GoalReport:
    """One goal, judged at an instant. `str()` gives the words, `to_dict()` plain data."""

    name: str
    label: str | Mapping[str, str] | None
    """What the program calls it."""
    of: str
    """`program`, or `campaigns.ID`: whose control group it is compared with."""
    as_of: dt.datetime
    """Exposures up to this instant; only members whose time was up by then are counted."""
    measured: Measured
    """Both arms, and who is not counted yet."""
    outside: int
    """Members whom the campaign would have begun with, and who are in the program's own control group: in no arm."""
    comparison: Comparison | None
    """Counts, intervals and verdict; None where nobody can be withheld, so that there is nothing to compare with."""

    @property
    def verdict(self) -> str:
        """The verdict's code; `no-control` where there is nothing to compare with."""
        return "no-control" if self.comparison is None else self.comparison.verdict

    def title(self, lang: str) -> str:
        """The label in a language, else in any, else the name."""
        if isinstance(self.label, Mapping):
            return self.label.get(lang) or next(iter(self.label.values()), self.name)
        return self.label or self.name

    def sentence(self, lang: str) -> str:
        """The verdict as one sentence."""
        if self.comparison is None:
            return words.say("goals/no-control", lang, of=self.of)
        return self.comparison.sentence(lang)

    def notes(self, lang: str) -> tuple[str, ...]:
        """Who is not counted, and why."""
        lines = self.measured.words(lang).splitlines()
        if self.outside:
            lines.append(words.say("arms/outside", lang, number=self.outside))
        return tuple(lines)

    def words(self, lang: str) -> str:
        """Title, counts, difference, verdict and notes in English (`en`) or Russian (`ru`)."""
        told = self.sentence(lang) if self.comparison is None else self.comparison.words(lang)
        return "\n".join((f"{self.title(lang)} ({self.of})", told, *self.notes(lang)))

    def __str__(self) -> str:
        return self.words("en")

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "goal": self.name,
            "title": self.title("en"),
            "of": self.of,
            "as_of": self.as_of.isoformat(),
            "verdict": self.verdict,
            "sentence": self.sentence("en"),
            "measured": self.measured.to_dict(),
            "outside": self.outside,
            "comparison": None if self.comparison is None else self.comparison.to_dict(),
        }


class Goals(Mapping[str, GoalReport]):
    """The goals of a program by name, judged at one instant. `str()` gives the words, `to_dict()` plain data."""

    def __init__(self, reports: Mapping[str, GoalReport]) -> None:
        self._reports = dict(reports)

    def __getitem__(self, name: str) -> GoalReport:
        return self._reports[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._reports)

    def __len__(self) -> int:
        return len(self._reports)

    def words(self, lang: str) -> str:
        """Every goal in English (`en`) or Russian (`ru`)."""
        return "\n\n".join(report.words(lang) for report in self.values()) or words.say("goals/none", lang)

    def __str__(self) -> str:
        return self.words("en")

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {name: report.to_dict() for name, report in self.items()}


def judge(journal: Journal, at: int | None) -> Goals:
    """Judge every goal of the program at an instant, by default at how far time has come."""
    document = journal.engine.program.document
    as_of = reached(journal) if at is None else at
    return Goals({name: _judged(journal, name, goal, as_of) for name, goal in document.goals.items()})


def reached(journal: Journal) -> int:
    """How far time has come for the program: the later of the last advance and the newest event."""
    newest = journal.store.newest()
    return max((at for at in (newest, journal.advanced) if at is not None), default=0)


def _judged(journal: Journal, name: str, goal: Goal, as_of: int) -> GoalReport:
    found = _Arms(journal, name, goal, as_of)
    found.read()
    share = _share(journal.engine.program.document, goal)
    measured = _named(journal, found.measured())
    return GoalReport(
        name=name,
        label=goal.label,
        of=goal.of,
        as_of=from_instant(as_of),
        measured=measured,
        outside=len(found.outside),
        comparison=None
        if not 0 < share < 1
        else measured.compare(
            shares=(1 - share, share), target=goal.target, direction="more" if goal.target > 0 else "less"
        ),
    )


def _share(document: Document, goal: Goal) -> float:
    """Which share is withheld."""
    return document.holdout if goal.campaign is None else document.campaigns[goal.campaign].holdout


def _named(journal: Journal, measured: Measured) -> Measured:
    """Members by their ids, not their numbers."""
    ids = journal.store.ids([int(number) for number in measured.both])
    return attrs.evolve(measured, both=tuple(sorted(ids.values())))


class _Arms:
    """The exposures of a goal and what followed each member's first, read a page of members at a time."""

    def __init__(self, journal: Journal, name: str, goal: Goal, as_of: int) -> None:
        self._journal = journal
        self._goal = goal
        self._as_of = as_of
        program = journal.engine.program
        self._activity = tuple(program.document.events)
        where, zone = program.expressions.get(f"goals.{name}.where"), program.document.timezone
        doors, own = journal.engine.admission, program.functions
        self._counted = None
        if goal.event is not None:
            self._counted = Counted(goal.event, where, doors, zone=zone, functions=own)
        span = goal.within if goal.event is not None else goal.horizon
        assert span is not None  # noqa: S101  # the document was checked
        self._span = span.micros
        self.exposures: list[tuple[str, ArmName, int]] = []
        self.followed: list[tuple[str, int]] = []
        self.outside: set[int] = set()

    def read(self) -> None:
        """Read everybody."""
        last = self._journal.store.last_member()
        for after in range(0, last, PAGE):
            first = self._first(after, min(last, after + PAGE))
            if first:
                self.followed += self._followed(first)

    def measured(self) -> Measured:
        """The arms, counted."""
        count = {"as_of": self._as_of}
        if self._counted is None:
            return churned(self.exposures, self.followed, horizon=self._span, **count)
        return measure(self.exposures, self.followed, within=self._span, **count)

    def _first(self, after: int, to: int) -> dict[int, int]:
        """Take in the exposures of some members; each one's first, by number."""
        of_program = self._goal.campaign is None
        arms, mechanic = (_PROGRAM, "holdout") if of_program else (_CAMPAIGN, self._goal.of)
        first: dict[int, int] = {}
        for row in self._journal.store.effects_of(mechanic, "exposure", after=after, to=to):
            if row.at > self._as_of:
                continue
            arm = arms.get(json.loads(row.data)["arm"])
            if arm is None:
                self.outside.add(row.member)
                continue
            self.exposures.append((str(row.member), arm, row.at))
            first[row.member] = min(first.get(row.member, row.at), row.at)
        return first

    def _followed(self, first: Mapping[int, int]) -> Iterator[tuple[str, int]]:
        """Of each member the first thing that counts inside their time: more would not change the answer."""
        counted = self._counted
        types, data = (self._activity, False) if counted is None else (counted.types, counted.data)
        rows = self._journal.store.happened(types, first, data=data)
        for member, own in groupby(rows, key=lambda row: row.member):
            history = list(own)
            instants = (row.at for row in history) if counted is None else counted.instants(history)
            inside = (at for at in instants if first[member] < at <= first[member] + self._span)
            found = next(inside, None)
            if found is not None:
                yield str(member), found
