"""The document's levels and tiers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from loyaltykit.program.fields import (
    MAX_STEPS,
    Expression,
    Id,
    Label,
    Model,
    Names,
    NotBuilt,
    Number,
    StepName,
    later,
)

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
