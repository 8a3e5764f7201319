"""The program document as written: one pydantic model a part. The JSON Schema of the document comes from here.

Names that refer to something else in the document are plain text here; `names.py` resolves them. Lists come from the
readers as tuples, keys always as text.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field, model_validator

from loyaltykit.calendars import Duration
from loyaltykit.program.boards import Leaderboard
from loyaltykit.program.campaigns import Campaign, Per
from loyaltykit.program.chances import Referrals, Surprise
from loyaltykit.program.churn import Churn
from loyaltykit.program.consequences import Consequences
from loyaltykit.program.contact import Contact, Goal, Survey
from loyaltykit.program.fields import (
    NULL_IS_EMPTY,
    DeclaredType,
    EventType,
    Expression,
    FieldName,
    FieldType,
    Id,
    Label,
    Locale,
    Model,
    Percent,
    Span,
)
from loyaltykit.program.ideas import Ideas
from loyaltykit.program.letters import Body, Message
from loyaltykit.program.lint import Lint
from loyaltykit.program.points import Active, AmountCap, Cap, Expiry, Point, RateLimit, Rule
from loyaltykit.program.quests import Badge, Quest, QuestStep
from loyaltykit.program.reserved import event_types, named
from loyaltykit.program.rewards import Material, Reward, Staff, Stuck, StuckOrDefault
from loyaltykit.program.streaks import Streak
from loyaltykit.program.tiers import Benefit, Levels, Tier

__all__ = [
    "Active",
    "AmountCap",
    "Badge",
    "Benefit",
    "Body",
    "Campaign",
    "Cap",
    "Case",
    "Consequences",
    "Document",
    "Expiry",
    "Levels",
    "Message",
    "Point",
    "Quest",
    "QuestStep",
    "RateLimit",
    "Reward",
    "Rule",
    "Segment",
    "Streak",
    "Tier",
]


class Segment(Model):
    """A named predicate over a member."""

    when: Expression
    label: Label | None = None
    per: Per | None = None
    """``event.course``: it is looked at for each value of the field; histories over events that have the field count
    those of that value only. Used where no value is given, it means: for any value."""

    @property
    def field(self) -> str | None:
        """The event field of `per`."""
        return None if self.per is None else self.per.removeprefix("event.")


class Case(Model):
    """A given/then case: events (and time), and what must be true after them."""

    name: str
    given: tuple[dict[str, Any], ...] = ()
    at: str | None = None
    then: dict[str, Any] = {}


class Document(Model):
    """The whole program document."""

    program: Id
    version: int = Field(1, ge=1)
    timezone: str = "UTC"
    locale: Locale = "en"
    late: Span = Duration(micros=7 * 86_400_000_000)
    events: dict[EventType, Annotated[dict[FieldName, FieldType], NULL_IS_EMPTY]]
    member: dict[FieldName, FieldType] = {}
    segments: dict[Id, Segment] = {}
    points: dict[Id, Annotated[Point, NULL_IS_EMPTY]] = {}
    rules: tuple[Rule, ...] = ()
    levels: Levels | None = None
    tiers: dict[Id, Tier] = {}
    streaks: dict[Id, Streak] = {}
    badges: dict[Id, Badge] = {}
    quests: dict[Id, Quest] = {}
    rewards: dict[Id, Annotated[Reward, NULL_IS_EMPTY]] = {}
    messages: dict[Id, Message] = {}
    cases: tuple[Case, ...] = ()
    holdout: Percent = 0.0
    materials: dict[Id, Annotated[Material, NULL_IS_EMPTY]] = {}
    stuck: StuckOrDefault = Stuck()
    staff: dict[Id, Annotated[Staff, NULL_IS_EMPTY]] = {}
    surveys: dict[Id, Survey] = {}
    churn: Annotated[Churn, NULL_IS_EMPTY] = Churn()
    campaigns: dict[Id, Campaign] = {}
    contact: Annotated[Contact, NULL_IS_EMPTY] = Contact()
    goals: dict[Id, Goal] = {}
    lint: Annotated[Lint, NULL_IS_EMPTY] = Lint()
    leaderboards: dict[Id, Leaderboard] = {}
    referrals: Referrals | None = None
    surprises: dict[Id, Surprise] = {}
    ideas: Annotated[Ideas, NULL_IS_EMPTY] | None = None

    @cached_property
    def named_events(self) -> Mapping[str, Mapping[str, DeclaredType]]:
        """The fields of the events that something may wait for: the declared, and the library's own that are named."""
        fields = event_types(self)
        return {**self.events, **{kind: fields[kind] for kind in named(self)}}

    @model_validator(mode="before")
    @classmethod
    def _empty_sections(cls, value: Any) -> Any:
        """A section with nothing under it (only comments, say) is the same as none."""
        if isinstance(value, dict):
            return {key: item for key, item in value.items() if item is not None}
        return value
