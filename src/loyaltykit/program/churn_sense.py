"""What the section `churn` names and agrees on: a model, events and their fields, a campaign with somebody withheld."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.calendars import DAY
from loyaltykit.program.churn import MODELS, SILENCE, USUAL_PROGRESS, USUAL_SCORES
from loyaltykit.program.churn_fields import DEADLINES, NUMBERS, Deadline, readers
from loyaltykit.program.names import Desk, suggest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loyaltykit.program.churn import Churn
    from loyaltykit.program.document import Document
    from loyaltykit.program.places import Fault, Keys


def check_churn(document: Document, data: Mapping[str, Any], broken: frozenset[Keys]) -> tuple[Fault, ...]:
    """The faults of the section."""
    desk, churn = Desk(data), document.churn
    if churn.model is not None and churn.model not in MODELS:
        arguments, hint = suggest(churn.model, MODELS)
        desk.report("document/churn-model", ("churn", "model"), hint=hint, severity="warning", **arguments)
    for key, span in (("horizon", churn.horizon), ("refit", churn.refit)):
        if span.months:
            desk.report("document/goal-months", ("churn", key), name=str(span))
        elif span.micros % DAY:
            desk.report("document/churn-days", ("churn", key), name=str(span))
    if not any(keys[0] == "events" for keys in broken):
        _events(desk, document)
    _standings(desk, document, broken)
    if churn.gain is not None and ("campaigns", churn.gain.campaign) not in broken:
        _gain(desk, document, churn.gain.campaign)
    return tuple(desk.faults)


def _events(desk: Desk, document: Document) -> None:
    """The events and fields that are named are declared; the fields are numbers."""
    churn, events = document.churn, document.events
    if churn.label != SILENCE:
        desk.ask("event", churn.label, events, ("churn", "label"))
    for key in ("handed_in", "missed", "late", "away", "activity"):
        loc: Keys = ("churn", "facts", key)
        for number, name in enumerate(getattr(churn.facts, key) or ()):
            desk.ask("event", name, events, (*loc, number))
    known = dict(_fields(document))
    for name, loc in _named(churn):
        desk.ask("event-field", name, known, loc)
        if known.get(name, "number") not in NUMBERS:
            desk.report("document/fact-number", loc, name=name, kind=known[name])
    for number, name in enumerate(churn.facts.due or ()):
        loc = ("churn", "facts", "due", number)
        desk.ask("event-field", name, known, loc)
        if known.get(name, "number") not in DEADLINES:
            desk.report("document/fact-due", loc, name=name, kind=known[name])


def _standings(desk: Desk, document: Document, broken: frozenset[Keys]) -> None:
    """The points and the ladder that are named are there."""
    facts = document.churn.facts
    for kind, key, name, known in (
        ("point", "points", facts.points, document.points),
        ("tier", "tiers", facts.tier, document.tiers),
    ):
        if name is not None and (key, name) not in broken:
            desk.ask(kind, name, known, ("churn", "facts", key.removesuffix("s") if kind == "tier" else key))


def _fields(document: Document) -> Iterator[tuple[str, str]]:
    """Every field as a fact is written, and its type."""
    for event, fields in document.events.items():
        for field, declared in fields.items():
            yield f"{event}.{field}", f"list<{declared.kind}>" if declared.items else declared.kind


def _named(churn: Churn) -> Iterator[tuple[str, Keys]]:
    if churn.facts.progress is not None:
        yield churn.facts.progress, ("churn", "facts", "progress")
    for number, name in enumerate(churn.facts.scores or ()):
        yield name, ("churn", "facts", "scores", number)


def _gain(desk: Desk, document: Document, name: str) -> None:
    """What a campaign brings is known only where some are withheld from it."""
    desk.ask("campaign", name, document.campaigns, ("churn", "gain", "campaign"))
    campaign = document.campaigns.get(name)
    if campaign is not None and not campaign.holdout and not document.holdout:
        desk.report("document/gain-holdout", ("churn", "gain", "campaign"), severity="warning", name=name)


@attrs.frozen(slots=True)
class Balance:
    """The points whose balance is read, and how many of the smallest units one of them is."""

    name: str
    unit: int


@attrs.frozen(slots=True)
class Rank:
    """The ladder whose step is read: what its effects are named after, and its steps by rank, from 1."""

    mechanic: str
    ranks: dict[str, int]


@attrs.frozen(slots=True)
class Meaning:
    """What the events of a program mean to a model of churn, names settled."""

    activity: tuple[str, ...]
    """The types that count as doing something, in order of declaration."""
    progress: tuple[str, str] | None
    """Type and field of the share of the course that is done."""
    scores: tuple[tuple[str, str], ...]
    handed_in: tuple[str, ...]
    missed: tuple[str, ...]
    due: tuple[Deadline, ...]
    late: tuple[str, ...]
    away: tuple[str, ...]
    label: str
    points: Balance | None = None
    tier: Rank | None = None

    @property
    def types(self) -> tuple[str, ...]:
        """All event types that are read, each once."""
        named = () if self.label == SILENCE else (self.label,)
        counted = (*self.handed_in, *self.missed, *self.late, *self.away)
        return tuple(dict.fromkeys((*self.activity, *counted, *readers(self), *named)))

    @property
    def with_data(self) -> frozenset[str]:
        """The event types whose fields are read."""
        return frozenset(readers(self))


def meaning(document: Document) -> Meaning:
    """What a program's events mean to a model: what the section says, and the usual names where it says nothing."""
    facts = document.churn.facts
    fields = {
        f"{event}.{field}": (event, field)
        for event, declared in document.events.items()
        for field, kind in declared.items()
        if kind.kind in NUMBERS and not kind.items
    }
    progress = USUAL_PROGRESS if facts.progress is None else facts.progress
    scores = USUAL_SCORES if facts.scores is None else facts.scores
    missed, away, due = facts.missed or (), facts.away or (), tuple(_deadlines(document))
    passive = {*missed, *away, *(one.event for one in due)}
    return Meaning(
        activity=facts.activity or tuple(name for name in document.events if name not in passive),
        progress=fields.get(progress),
        scores=tuple(fields[name] for name in scores if name in fields),
        handed_in=facts.handed_in or (),
        missed=missed,
        due=due,
        away=away,
        late=facts.late or (),
        label=document.churn.label,
        points=None if facts.points is None else _balance(document, facts.points),
        tier=None if facts.tier is None else _rank(document, facts.tier),
    )


def _deadlines(document: Document) -> Iterator[Deadline]:
    wanted = frozenset(document.churn.facts.due or ())
    for event, declared in document.events.items():
        for field, kind in declared.items():
            if f"{event}.{field}" in wanted:
                yield Deadline(event, field, kind, document.timezone)


def _balance(document: Document, name: str) -> Balance:
    return Balance(name, 10 ** document.points[name].decimals)


def _rank(document: Document, name: str) -> Rank:
    return Rank(f"tiers.{name}", {step: rank for rank, step in enumerate(document.tiers[name].steps, start=1)})
