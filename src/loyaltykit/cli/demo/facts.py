"""What the story is told from: what the store holds of all members, and what arrived for them."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING

import attrs

from loyaltykit.app.risk_words import raising
from loyaltykit.app.rows import to_effect, to_event
from loyaltykit.calendars import zone
from loyaltykit.cli.demo.words import clock, date
from loyaltykit.rules.folding import SETTLED
from loyaltykit.rules.view import label_of
from loyaltykit.values import EPOCH, MICROSECOND, from_instant, to_instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.app import Loyalty
    from loyaltykit.app.judging import GoalReport
    from loyaltykit.channels.deliveries import Delivery
    from loyaltykit.cli.demo.post import Letter
    from loyaltykit.cli.demo.school import Seen
    from loyaltykit.cli.words import Lang
    from loyaltykit.program.document import Document
    from loyaltykit.store.protocol import Store
    from loyaltykit.values import Effect, Event
    from loyaltykit.views import MemberView

# What the story looks for in the program. A part that is not there is left out of the story.
COMEBACK, PERSISTENT, SEAT, SESSION = "comeback", "persistent", "advanced-seat", "mentor-session"
LESSON, FAILED, PASSED = "lesson.completed", "quiz.failed", "quiz.passed"
SCORED = "churn.scored"
FINISHED, LEFT, DECLINED = "course.completed", "course.left", "stream.declined"
TREATED, WITHHELD = "treated", "withheld"
_TO_STAFF = "task:"


@attrs.frozen(eq=False)
class Member:
    """One member: the view, everything recorded of them, and what it brought."""

    view: MemberView
    recorded: tuple[Event, ...]
    effects: tuple[Effect, ...]
    own: frozenset[str]
    """The program's own event types: what a student does, unlike what the kit records."""

    @property
    def id(self) -> str:
        """Their id."""
        return self.view.id

    @property
    def name(self) -> str:
        """Their name."""
        return str(self.view.attributes.get("name", self.view.id))

    @property
    def first_name(self) -> str:
        """What they are called."""
        return str(self.view.attributes.get("first_name", self.name))

    @property
    def city(self) -> str:
        """Where they are."""
        return str(self.view.attributes.get("city", "?"))

    def did(self, *types: str, after: dt.datetime | None = None, until: dt.datetime | None = None) -> list[Event]:
        """What they did, oldest first: of some types, in (after, until]."""
        return [
            one
            for one in self.recorded
            if (one.type in types if types else one.type in self.own)
            and (after is None or one.at > after)
            and (until is None or one.at <= until)
        ]

    def got(self, kind: str, name: str, state: str | None = None) -> list[Effect]:
        """Effects of a kind, oldest first."""
        return [
            one
            for one in self.effects
            if one.kind == kind and one.name == name and (state is None or one.data.get("state") == state)
        ]

    def silence(self, at: dt.datetime) -> dt.timedelta:
        """How long they had done nothing by then."""
        did = self.did(until=at)
        return at - did[-1].at if did else dt.timedelta(0)


@attrs.frozen(eq=False)
class Noticed:
    """The campaign wanted to begin with somebody."""

    member: Member
    at: dt.datetime
    arm: str
    run: str
    course: str | None

    @property
    def days(self) -> int:
        """Whole days of silence by then."""
        return self.member.silence(self.at).days

    @property
    def score(self) -> float | None:
        """What the model gave them, when it is what they were noticed for."""
        return score_at(self.member, self.at)

    def reasons(self, lang: Lang) -> tuple[str, ...]:
        """The model's reasons why it is so much."""
        scored = self.member.did(SCORED, until=self.at)
        return raising(tuple(scored[-1].data.get("reasons") or ()), lang) if scored else ()


def score_at(member: Member, at: dt.datetime) -> float | None:
    """The last score that the model gave somebody by then; None where there is none, or it is not the model's."""
    scored = member.did(SCORED, until=at)
    return scored[-1].data.get("score") if scored and scored[-1].data.get("status") == "ok" else None


@attrs.define(slots=False)
class School:
    """Everything the chapters ask for."""

    kit: Loyalty
    store: Store
    seen: Seen
    lang: Lang
    now: dt.datetime
    days: int
    width: int
    seconds: float
    """How long it took, on the wall clock."""
    missing: tuple[tuple[str, str], ...]
    """Channels that paper stood in for, and the extra that has what they need."""
    learned: int
    """How many students of the stream before the churn model learned from."""

    @property
    def document(self) -> Document:
        """The program that ran."""
        return self.kit.program.document

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """All members, in the order in which they came."""
        views = [self.kit.member(id, timeline=1) for id in self.kit.members()]
        own = frozenset(self.document.events)
        self.store.begin(write=False)
        try:
            numbers = self.store.numbers([view.id for view in views])
            return tuple(self._member(view, numbers[view.id], own) for view in views)
        finally:
            self.store.rollback()

    def _member(self, view: MemberView, number: int, own: frozenset[str]) -> Member:
        recorded = (to_event(row, view.id) for row in self.store.history(number) if row.type != SETTLED)
        effects = (to_effect(row, view.id) for row in self.store.effects(number))
        return Member(view, tuple(recorded), tuple(effects), own)

    @cached_property
    def by_id(self) -> Mapping[str, Member]:
        """Members by id."""
        return {member.id: member for member in self.members}

    @cached_property
    def noticed(self) -> tuple[Noticed, ...]:
        """Everybody with whom the campaign wanted to begin, in either arm."""
        return tuple(
            Noticed(
                member, from_instant(one.at), str(one.data["arm"]), f"{COMEBACK}/{one.occurrence}", one.data["value"]
            )
            for member in self.members
            for one in member.got("exposure", COMEBACK)
        )

    @cached_property
    def deliveries(self) -> tuple[Delivery, ...]:
        """The outbox, the newest first."""
        return self.kit.outbox(limit=1_000_000)

    @cached_property
    def letters(self) -> tuple[tuple[Member, Letter, Delivery], ...]:
        """Every letter with what the outbox says of it: letters of one member and channel arrive in order."""
        sent: dict[tuple[str, str | None], list[Delivery]] = {}
        reached = (one for one in self.deliveries if one.status == "sent" and not one.message.startswith(_TO_STAFF))
        for one in sorted(reached, key=lambda one: one.done or EPOCH):
            sent.setdefault((one.member, one.channel), []).append(one)
        return tuple(
            (self.by_id[member], letter, sent[member, letter.channel].pop(0)) for member, letter in self.seen.letters
        )

    @cached_property
    def goals(self) -> Mapping[str, GoalReport]:
        """The goals of the campaign, judged."""
        return {name: one for name, one in self.kit.goals(at=self.now).items() if one.of == f"campaigns.{COMEBACK}"}

    def label(self, section: str, name: str) -> str:
        """The label of a part of the program, in the story's language."""
        declared = getattr(self.document, section).get(name)
        return label_of(getattr(declared, "label", None), self.lang, name)

    def local(self, at: dt.datetime, member: Member | None = None) -> dt.datetime:
        """A moment on the wall clock of where somebody is."""
        name = member.view.attributes.get("timezone") if member else None
        instant = to_instant(at)
        return EPOCH + (instant + zone(str(name or self.document.timezone)).offset(instant)) * MICROSECOND

    def day(self, at: dt.datetime, member: Member | None = None) -> str:
        """The date of a moment, where somebody is; with its year where that is nobody's in particular."""
        return date(self.lang, self.local(at, member).date(), year=member is None)

    def moment(self, at: dt.datetime, member: Member) -> str:
        """The date and time of a moment, where somebody is."""
        return f"{self.day(at, member)}, {clock(self.local(at, member))}"
