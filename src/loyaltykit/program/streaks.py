"""The document's streaks: what counts, what keeps them over a gap, what their lengths bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from loyaltykit.calendars import DAY
from loyaltykit.program.consequences import Following
from loyaltykit.program.fields import Date, Expression, Label, Mark, Model, Times, Types

if TYPE_CHECKING:
    from loyaltykit.calendars import Rate

_MOST = 2
_DAYS = {"day": 1, "week": 7}


class Freezes(Model):
    """Freezes keep a streak over a missed period, one each."""

    initial: int = Field(0, ge=0, le=1000)
    earn: Times | None = None
    most: Annotated[int, Field(ge=1, le=1000)] | None = Field(None, alias="max")

    @property
    def limit(self) -> int:
        """How many a member holds at most: two, unless the program says otherwise."""
        return max(_MOST, self.initial) if self.most is None else self.most


class Pause(Model):
    """Dates on which nothing is missed, both inclusive."""

    start: Date = Field(alias="from")
    end: Date = Field(alias="to")


def _pauses(value: Any) -> Any:
    """``true``: only what `kit.pause` says; else a list, a single pause is a list of one."""
    if value is True:
        return ()
    if value is False:
        raise PydanticCustomError("document/pauses", "neither true nor dates")
    return tuple(value) if isinstance(value, list | tuple) else (value,)


Pauses = Annotated[
    tuple[Pause, ...],
    BeforeValidator(_pauses, json_schema_input_type=Literal[True] | Pause | list[Pause]),
]


class Streak(Model):
    """Consecutive periods with activity, in the member's zone."""

    on: Types
    where: Expression | None = None
    every: Literal["day", "week", "month"] = "day"
    threshold: int = Field(1, ge=1, le=1000)
    milestones: dict[Mark, Following] = {}
    once: bool = False
    label: Label | None = None
    freezes: Freezes | None = None
    pauses: Pauses | None = None

    @property
    def kept(self) -> bool:
        """Whether a missed period may be forgiven."""
        return self.freezes is not None or self.pauses is not None

    @property
    def earned_after(self) -> int | None:
        """After how many active periods freezes are earned; None: never, or the rate is not one of whole periods."""
        rate = None if self.freezes is None else self.freezes.earn
        return None if rate is None else active_periods(rate, self.every)


def active_periods(rate: Rate, every: str) -> int | None:
    """How many active periods of a streak a rate runs over: 7 for ``1 per 7 days`` of days; None when that is none."""
    name, rolling = rate.per.name, rate.per.rolling
    if name is not None:
        return 1 if name == every else 7 if (every, name) == ("day", "week") else None
    if rolling is None or (rolling.months > 0) != (every == "month"):
        return None
    if every == "month":
        return rolling.months if not rolling.micros else None
    number, rest = divmod(rolling.micros, _DAYS[every] * DAY)
    return number if number and not rest else None
