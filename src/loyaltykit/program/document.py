"""The program document as written: one pydantic model a part. The JSON Schema of the document comes from here.

Names that refer to something else in the document are plain text here; `names.py` resolves them. What program.md
promises and this version does not run yet is declared `NotBuilt` (or `later`): using it is a problem with a place,
never silently accepted. Lists come from the readers as tuples, keys always as text.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from loyaltykit.calendars import Duration
from loyaltykit.program.campaigns import Campaign, Per
from loyaltykit.program.churn import Churn
from loyaltykit.program.consequences import Consequences, Following
from loyaltykit.program.contact import Contact, Goal, Survey
from loyaltykit.program.fields import (
    MAX_STEPS,
    NULL_IS_EMPTY,
    EventType,
    Expression,
    FieldName,
    FieldType,
    Id,
    Label,
    Locale,
    Mark,
    Model,
    Names,
    NotBuilt,
    Number,
    Percent,
    Span,
    StepName,
    Types,
    later,
)
from loyaltykit.program.letters import Body, Message
from loyaltykit.program.points import Active, AmountCap, Cap, Expiry, Point, RateLimit, Rule
from loyaltykit.program.rewards import Material, Reward, Staff, Stuck, StuckOrDefault

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

Steps = Annotated[dict[StepName, Number], Field(min_length=1, max_length=MAX_STEPS)]


class Levels(Model):
    """Ranks by lifetime score, never lost."""

    by: Id
    steps: Steps


class Benefit(Model):
    """What holding a tier brings, from the next event on."""

    multiply: dict[Id, Annotated[Number, Field(ge=0)]] = {}
    grant: Names = ()


Window = Literal["calendar month", "calendar quarter", "calendar half", "calendar year"]


class Tier(Model):
    """A ladder of status that is earned in a qualification period."""

    by: Expression
    period: Annotated[Window, later("membership year", "lifetime", pattern="rolling .*")]
    upgrade: Annotated[Literal["at once"], later("next period")] = "at once"
    keep: Annotated[Literal["until end of period", "until end of next period"], later(pattern=".* from qualifying")] = (
        "until end of next period"
    )
    downgrade: Literal["one step", "recompute", "never"] = "recompute"
    steps: Steps
    benefits: dict[StepName, Benefit] = {}
    label: Label | None = None
    grace: NotBuilt = None
    paid: NotBuilt = None


class Streak(Model):
    """Consecutive periods with activity, in the member's zone."""

    on: Types
    where: Expression | None = None
    every: Literal["day", "week", "month"] = "day"
    threshold: int = Field(1, ge=1, le=1000)
    milestones: dict[Mark, Following] = {}
    once: bool = False
    label: Label | None = None
    freezes: NotBuilt = None
    pauses: NotBuilt = None


class Badge(Consequences):
    """Awarded when a condition holds, or step by step as something is counted."""

    label: Label | None = None
    when: Expression | None = None
    count: EventType | None = None
    where: Expression | None = None
    steps: Annotated[dict[StepName, Annotated[int, Field(ge=1)]], Field(max_length=MAX_STEPS)] = {}
    retroactive: NotBuilt = None
    revocable: NotBuilt = None


class QuestStep(Model):
    """One thing to do: so many events, so many distinct values, or a condition."""

    on: Types | None = None
    times: int = Field(1, ge=1, le=100_000)
    where: Expression | None = None
    distinct: FieldName | None = None
    when: Expression | None = None
    label: Label | None = None
    sum: NotBuilt = None


class Quest(Model):
    """Steps to be done, perhaps within a time, for a reward."""

    label: Label | None = None
    start: Annotated[Literal["auto", "join", "campaign"], later(mappings=True)] = "auto"
    """`auto` enrols at the first counting event, `join` when the member joins, `campaign` when one enrols them."""
    within: Span | None = None
    steps: tuple[QuestStep, ...] = Field(min_length=1, max_length=MAX_STEPS)
    in_order: bool = False
    any_of: Annotated[int, Field(ge=1)] | None = None
    reward: Following = Consequences()
    repeat: NotBuilt = None
    requires: NotBuilt = None
    retroactive: NotBuilt = None


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
    leaderboards: NotBuilt = None
    referrals: NotBuilt = None
    surprises: NotBuilt = None
    ideas: NotBuilt = None

    @model_validator(mode="before")
    @classmethod
    def _empty_sections(cls, value: Any) -> Any:
        """A section with nothing under it (only comments, say) is the same as none."""
        if isinstance(value, dict):
            return {key: item for key, item in value.items() if item is not None}
        return value
