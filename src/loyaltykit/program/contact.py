"""How a school keeps in touch: when it may write, what it asks, what it measures."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from loyaltykit.calendars import Duration
from loyaltykit.program.fields import (
    AS_TEXT,
    Date,
    EventType,
    Expression,
    Id,
    Label,
    Model,
    Span,
    Times,
)

__all__ = ["Contact", "Goal", "Hours", "Open", "Remind", "Survey"]

_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_TARGET = re.compile(r"([+-])(\d{1,4}(?:\.\d{1,2})?)%")
_SCALE_TEXT = "([0-9]{1,2})-([0-9]{1,2})"
_SCALE = re.compile(_SCALE_TEXT)
_OF_TEXT = r"campaigns\.[a-z][a-z0-9-]*"
_OF = re.compile(_OF_TEXT)
PROGRAM = "program"
_TWO_DAYS = Duration(micros=48 * 3_600_000_000)


class Hours(Model):
    """From one minute of the day to another, in the member's zone; over midnight when the end is earlier."""

    start: int
    end: int

    def __str__(self) -> str:
        return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (self.start, self.end))


def _hours(value: Any) -> Any:
    match = _HOURS.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise PydanticCustomError("document/hours", "not of the form")
    first, second, third, fourth = map(int, match.groups())
    return {"start": first * 60 + second, "end": third * 60 + fourth}


QuietHours = Annotated[
    Hours,
    BeforeValidator(_hours),
    AS_TEXT,
    WithJsonSchema({"type": "string", "pattern": f"^{_HOURS.pattern}$", "examples": ["21:00-09:00"]}),
]


def _target(value: Any) -> Any:
    """``+30%`` is 0.3, ``-15%`` is -0.15."""
    match = _TARGET.fullmatch(value.replace("−", "-")) if isinstance(value, str) else None
    if match is None:
        raise PydanticCustomError("document/target", "not of the form")
    target = float(f"{match[1]}{match[2]}") / 100
    if target == 0 or target < -1:
        raise PydanticCustomError("document/target", "no change, or more than all")
    return target


def _as_target(value: float) -> str:
    return f"{round(value * 100, 2):+.10g}%"


Target = Annotated[
    float,
    BeforeValidator(_target),
    PlainSerializer(_as_target, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["+30%", "-15%"]}),
]
"""A relative change that is wanted."""


def _scale(value: Any) -> Any:
    """``0-10``: two whole numbers, the lower first."""
    match = _SCALE.fullmatch(value) if isinstance(value, str) else None
    if match is None or int(match[1]) >= int(match[2]):
        raise PydanticCustomError("document/scale", "not of the form")
    return value


def _of(value: Any) -> Any:
    if isinstance(value, str) and (value == PROGRAM or _OF.fullmatch(value)):
        return value
    raise PydanticCustomError("document/goal-of", "not of the form")


Scale = Annotated[str, BeforeValidator(_scale), WithJsonSchema({"type": "string", "pattern": f"^{_SCALE_TEXT}$"})]
Of = Annotated[str, BeforeValidator(_of), WithJsonSchema({"type": "string", "pattern": f"^({PROGRAM}|{_OF_TEXT})$"})]


class Contact(Model):
    """When members may be written to. The inbox in the platform disturbs nobody and is not counted."""

    quiet_hours: QuietHours | None = None
    at_most: Times | None = None
    consent: dict[Literal["marketing", "service"], Literal["required", "not required"]] = {}
    """Default: marketing needs consent, service does not."""
    stale: Span = _TWO_DAYS
    channels: tuple[Id, ...] = ()
    """The order of channels where neither the step nor the member says another."""


class Open(Model):
    """From when until when a survey takes answers: days of the program's zone, both inclusive."""

    start: Date | None = Field(None, alias="from")
    end: Date | None = Field(None, alias="to")


class Remind(Model):
    """A survey that was sent and not answered is sent again, by the next channel."""

    after: Span
    """After it was sent."""
    at_most: Annotated[int, Field(ge=1, le=3)] = 1


class Survey(Model):
    """A question with a scale or options; the answers are events."""

    question: Label
    scale: Scale | None = None
    options: tuple[str, ...] = Field((), max_length=20)
    label: Label | None = None
    when: Expression | None = None
    """It is asked when this holds: once, or again and again with `every`."""
    every: Span | None = None
    weight: Expression | None = None
    """How much an answer counts; fixed when it is given."""
    open: Open | None = None
    remind: Remind | None = None
    comment: bool = False
    """Whether a member may add something in their own words."""


class Goal(Model):
    """What a campaign or the whole program is to change, measured against its holdout."""

    label: Label | None = None
    event: EventType | None = None
    where: Expression | None = None
    metric: Literal["churned"] | None = None
    within: Span | None = None
    horizon: Span | None = None
    target: Target
    of: Of = "program"

    @property
    def campaign(self) -> str | None:
        """The campaign that it is of; None of the whole program."""
        return self.of.removeprefix("campaigns.") if self.of != PROGRAM else None
