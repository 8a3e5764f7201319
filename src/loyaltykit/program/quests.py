"""The document's badges and quests."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from loyaltykit.program.consequences import Consequences, Following
from loyaltykit.program.fields import (
    MAX_STEPS,
    EventType,
    Expression,
    FieldName,
    Label,
    Model,
    NotBuilt,
    Span,
    StepName,
    Types,
    later,
)


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
