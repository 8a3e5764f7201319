"""The document's badges and quests."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from loyaltykit.program.consequences import Consequences, Following
from loyaltykit.program.fields import (
    MAX_STEPS,
    Date,
    EventType,
    Expression,
    FieldName,
    Label,
    Model,
    Names,
    Number,
    Span,
    StepName,
    Types,
)

Written = str | bool | int | float


class Badge(Consequences):
    """Awarded when a condition holds, or step by step as something is counted."""

    label: Label | None = None
    when: Expression | None = None
    count: EventType | None = None
    where: Expression | None = None
    steps: Annotated[dict[StepName, Annotated[int, Field(ge=1)]], Field(max_length=MAX_STEPS)] = {}
    hidden: bool = False
    retroactive: Literal["silent", "announce", "no"] = "silent"
    revocable: bool = False


class QuestStep(Model):
    """One thing to do: so many events, so many distinct values, or a condition."""

    on: Types | None = None
    times: int = Field(1, ge=1, le=100_000)
    where: Expression | None = None
    distinct: FieldName | None = None
    when: Expression | None = None
    label: Label | None = None
    sum: FieldName | None = None
    reach: Annotated[Number, Field(gt=0)] | None = None

    @property
    def amount(self) -> int | float:
        """How much is needed: of a sum what it has to reach, else so many times."""
        return self.times if self.sum is None or self.reach is None else self.reach


How = Literal["auto", "join", "campaign"]


class Begin(Model):
    """How a quest begins; with dates (days in the member's zone, both inclusive) by itself, and on these only."""

    how: How = "auto"
    start: Date | None = Field(None, alias="from")
    end: Date | None = Field(None, alias="to")


def _begin(value: Any) -> Any:
    """A word by itself says how."""
    return value if isinstance(value, dict | Begin) else {"how": value}


class Repeat(Model):
    """When a quest that is done may begin anew."""

    after: Span | None = None
    at_most: Annotated[int, Field(ge=1)] | None = None


def _repeat(value: Any) -> Any:
    """``true`` is: at once, and without end."""
    if value is True:
        return {}
    if value is False:
        raise PydanticCustomError("document/repeat", "neither true nor a mapping")
    return value


class Requires(Model):
    """What has to be so before a quest begins."""

    quest: Names = ()
    badge: Names = ()
    when: Expression | None = None


def _requires(value: Any) -> Any:
    """A condition by itself."""
    return value if isinstance(value, dict | Requires) else {"when": value}


class Quest(Model):
    """Steps to be done, perhaps within a time, for a reward."""

    label: Label | None = None
    begin: Annotated[Begin, BeforeValidator(_begin, json_schema_input_type=How | Begin)] = Field(Begin(), alias="start")
    """`auto` enrols at the first counting event, `join` when the member joins, `campaign` when one enrols them; dates
    as `auto`, on these only."""
    within: Span | None = None
    steps: tuple[QuestStep, ...] = Field(min_length=1, max_length=MAX_STEPS)
    in_order: bool = False
    any_of: Annotated[int, Field(ge=1)] | None = None
    reward: Following = Consequences()
    repeat: Annotated[Repeat, BeforeValidator(_repeat, json_schema_input_type=Literal[True] | Repeat)] | None = None
    requires: Annotated[Requires, BeforeValidator(_requires, json_schema_input_type=Written | Requires)] | None = None
    retroactive: bool = False

    @property
    def start(self) -> str:
        """How it begins: `auto`, `join` or `campaign`."""
        return self.begin.how

    @property
    def plain(self) -> bool:
        """Whether it has none of what most quests do without: dates, prerequisites, repetition, sums, looking back."""
        dated = self.begin.start is not None or self.begin.end is not None
        summed = any(step.sum is not None for step in self.steps)
        return not (dated or summed or self.repeat or self.requires or self.retroactive)
