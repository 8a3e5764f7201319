"""The document's levels and tiers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import attrs
from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from loyaltykit.calendars import Duration, parse_duration
from loyaltykit.program.fields import (
    AS_TEXT,
    MAX_STEPS,
    Expression,
    Id,
    Label,
    Model,
    Names,
    Number,
    Span,
    StepName,
    Types,
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


@attrs.frozen(slots=True)
class Window:
    """A qualification period: calendar by `name`, ``membership year``, ``lifetime``, or ``rolling`` over `length`."""

    form: Literal["calendar", "membership year", "rolling", "lifetime"]
    name: str = ""
    length: Duration | None = None

    @property
    def starts_anew(self) -> bool:
        """Whether one period ends and another begins."""
        return self.form in ("calendar", "membership year")

    def __str__(self) -> str:
        return " ".join(part for part in (self.form, self.name, str(self.length or "")) if part)


@attrs.frozen(slots=True)
class Kept:
    """Until when a step that was reached is kept: to the end of a period, or for a time from qualifying."""

    form: Literal["until end of period", "until end of next period", "from qualifying"]
    length: Duration | None = None

    def __str__(self) -> str:
        return self.form if self.length is None else f"{self.length} from qualifying"


_CALENDAR = ("month", "quarter", "half", "year")
_PERIODS = (*(f"calendar {name}" for name in _CALENDAR), "membership year", "lifetime", "rolling 12 months")
_KEEPS = ("until end of period", "until end of next period", "12 months from qualifying")


def _window(value: Any) -> Any:
    """``calendar year``, ``membership year``, ``rolling 12 months``, ``lifetime``."""
    if isinstance(value, Window):
        return value
    first, _, rest = " ".join(value.split()).partition(" ") if isinstance(value, str) else ("", "", "")
    if first == "calendar" and rest in _CALENDAR:
        return Window("calendar", rest)
    if (first, rest) in (("membership", "year"), ("lifetime", "")):
        return Window("membership year" if rest else "lifetime")
    length = _length(rest) if first == "rolling" else None
    if length is None:
        raise PydanticCustomError("document/tier-period", "not a period", {"known": ", ".join(_PERIODS)})
    return Window("rolling", length=length)


def _kept(value: Any) -> Any:
    """``until end of period``, ``until end of next period``, ``12 months from qualifying``."""
    if isinstance(value, Kept):
        return value
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if text in _KEEPS[:2]:
        return Kept(text)  # type: ignore[arg-type]  # one of the two that were just compared
    length = _length(text.removesuffix(" from qualifying")) if text.endswith(" from qualifying") else None
    if length is None:
        raise PydanticCustomError("document/tier-keep", "not a time to keep", {"known": ", ".join(_KEEPS)})
    return Kept("from qualifying", length)


def _length(text: str) -> Duration | None:
    try:
        return parse_duration(text)
    except ValueError:
        return None


def _named(value: Any) -> Any:
    """An ordered list of names stands for a ladder that nothing is counted for: one above the other."""
    if isinstance(value, list | tuple) and all(isinstance(name, str) for name in value):
        for number, name in enumerate(value):
            if name in value[:number]:
                raise PydanticCustomError("document/twice", "twice", {"name": name})
        return {name: number for number, name in enumerate(value, start=1)}
    return value


WindowText = Annotated[
    Window,
    BeforeValidator(_window),
    AS_TEXT,
    WithJsonSchema(
        {
            "type": "string",
            "pattern": rf"^(calendar ({'|'.join(_CALENDAR)})|membership year|lifetime|rolling .+)$",
            "examples": list(_PERIODS),
        }
    ),
]
KeptText = Annotated[
    Kept,
    BeforeValidator(_kept),
    AS_TEXT,
    WithJsonSchema(
        {"type": "string", "pattern": "^(until end of (next )?period|.+ from qualifying)$", "examples": list(_KEEPS)}
    ),
]


class Paid(Model):
    """A ladder that follows what a member pays for."""

    start: Types
    end: Types
    step: Expression | None = None


class Tier(Model):
    """A ladder of status: earned in a qualification period, or paid for."""

    by: Expression | None = None
    period: WindowText | None = None
    upgrade: Literal["at once", "next period"] = "at once"
    keep: KeptText | None = None
    downgrade: Literal["one step", "recompute", "never"] = "recompute"
    grace: Span | None = None
    steps: Annotated[
        dict[StepName, Number],
        BeforeValidator(_named, json_schema_input_type=dict[StepName, Number] | list[StepName]),
        Field(max_length=MAX_STEPS),
    ] = {}
    paid: Paid | None = None
    benefits: dict[StepName, Benefit] = {}
    label: Label | None = None

    @property
    def kept(self) -> Kept:
        """`keep`, or what goes without saying: to the end of the next period; without periods, while it is earned."""
        if self.keep is not None:
            return self.keep
        anew = self.period is not None and self.period.starts_anew
        return Kept("until end of next period" if anew else "until end of period")
