"""The document's points and the rules that award them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_serializer
from pydantic_core import PydanticCustomError

from loyaltykit.program.consequences import Consequences
from loyaltykit.program.fields import (
    Date,
    Expression,
    FieldName,
    Id,
    Label,
    Model,
    Number,
    Per,
    Span,
    Times,
    Types,
    Weekday,
)

_DATE = r"\d{4}-\d{2}-\d{2}"


Overdraft = Literal["allow", "forgive", "refuse"]
Start = Literal["award", "end of day", "end of month", "end of quarter", "end of year"]


def _day_of_year(value: str) -> str:
    try:
        dt.date.fromisoformat(f"2024-{value}")
    except ValueError:
        raise PydanticCustomError("document/day-of-year", "not a day of the year", {"name": value}) from None
    return value


class Expiry(Model):
    """When awarded points end: a time after the award, after a silence, on a date, or each year on a day."""

    after: Span | None = None
    start: Start = Field("award", alias="from")
    inactivity: Span | None = None
    """All points end when no active event came for so long; each active event extends them."""
    active_on: Types | None = None
    """What counts as active; every event of the program unless it says so."""
    unless: Expression | None = None
    """For whom it holds when they would end, for them the time of inactivity begins anew."""
    date: Date | None = None
    """The last day, in the member's zone. ``expires: 2026-12-31`` is short for it."""
    yearly: Annotated[str, AfterValidator(_day_of_year)] | None = None
    """The last day of each year: ``12-31``."""


def _expiry(value: Any) -> Any:
    if value == "never":
        return None
    if isinstance(value, dt.date) or (isinstance(value, str) and re.fullmatch(_DATE, value)):
        return {"date": value}
    return value


class Waiting(Model):
    """How long points wait before they are available: a time, or until an event (of the same key) comes."""

    after: Span | None = None
    """``pending: 14d`` is short for it."""
    until: Types | None = None
    key: Expression | None = None
    """It is looked at for the award's event and for the one that is waited for."""
    at_most: Span | None = None
    """Then they are available without the event."""

    @model_serializer(mode="plain")
    def _flat(self) -> Any:
        if self.after is not None:
            return str(self.after)
        found = {"until": list(self.until or ()), "key": self.key, "at_most": self.at_most and str(self.at_most)}
        return {name: value for name, value in found.items() if value is not None}


def _pending(value: Any) -> Any:
    if value == "none":
        return None
    return value if value is None or isinstance(value, dict | Waiting) else {"after": value}


class AmountCap(Model):
    """At most so many points a period: ``200 per week``, ``{amount: 200, per: week}``."""

    amount: Annotated[Number, Field(gt=0)]
    per: Per


def _amount_cap(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    amount, separator, per = value.partition(" per ")
    whole, _, rest = amount.strip().partition(".")
    digits = whole + rest
    if not (separator and whole and digits.isascii() and digits.isdigit() and len(digits) <= 15):
        raise PydanticCustomError("document/amount-cap", "not a cap")
    return {"amount": float(amount) if rest else int(whole), "per": per}


class Point(Model):
    """One kind of points."""

    label: Label | None = None
    spendable: bool = False
    decimals: int = Field(0, ge=0, le=6)
    rounding: Literal["down", "up", "nearest"] = "down"
    pending: Annotated[Waiting | None, BeforeValidator(_pending, json_schema_input_type=str | Waiting | None)] = None
    expires: Annotated[
        Expiry | None, BeforeValidator(_expiry, json_schema_input_type=Expiry | Date | Literal["never"] | None)
    ] = None
    stack: Literal["multiply", "add", "highest"] = "multiply"
    cap: Annotated[AmountCap | None, BeforeValidator(_amount_cap, json_schema_input_type=str | AmountCap | None)] = None
    overdraft: Overdraft = "allow"
    """What a reversal does with points that are spent already, unless its rule says otherwise."""


class RateLimit(Model):
    """How often a rule may give something: ``3 per day``, ``{times: 3, per: day, by: event.lesson}``."""

    rate: Times
    by: Expression | None = None

    @model_serializer(mode="plain")
    def _flat(self) -> Any:
        if self.by is None:
            return str(self.rate)
        return {"times": self.rate.times, "per": str(self.rate.per), "by": self.by}


def _limit(value: Any) -> Any:
    if isinstance(value, str):
        return {"rate": value}
    if isinstance(value, dict):
        rate = {key: item for key, item in value.items() if key != "by"}
        return {"rate": rate, **({"by": value["by"]} if "by" in value else {})}
    if value is None or isinstance(value, RateLimit):
        return value
    raise PydanticCustomError("document/rate", "not a rate")


class Cap(Model):
    """At most so many points a period from one rule: ``{xp: 200, per: week}``."""

    points: dict[Id, Annotated[Number, Field(gt=0)]] = Field(min_length=1)
    per: Per

    @model_serializer(mode="plain")
    def _flat(self) -> dict[str, Any]:
        return {**self.points, "per": str(self.per)}


def _cap(value: Any) -> Any:
    if isinstance(value, dict):
        points = {key: item for key, item in value.items() if key != "per"}
        return {"points": points, **({"per": value["per"]} if "per" in value else {})}
    return value


def _days(value: Any) -> Any:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


class Active(Model):
    """When a rule is in force, in the member's zone. Dates are inclusive."""

    weekdays: Annotated[
        tuple[Weekday, ...], BeforeValidator(_days, json_schema_input_type=Weekday | list[Weekday])
    ] = ()
    start: Date | None = Field(None, alias="from")
    end: Date | None = Field(None, alias="to")


class Rule(Consequences):
    """On an event give something; or, without `on`, each time that the condition `when` turns true.

    A rule without `on` has no event of its own: `key`, `limit.by`, `multiply` and `event.*` have no meaning there.
    """

    id: Id
    on: Types | None = None
    when: Expression | None = None
    limit: Annotated[
        RateLimit | None, BeforeValidator(_limit, json_schema_input_type=str | dict[str, int | str] | None)
    ] = None
    cap: Annotated[Cap | None, BeforeValidator(_cap, json_schema_input_type=dict[str, float | str] | None)] = None
    key: Expression | None = None
    active: Active | None = None
    multiply: dict[Id, Expression] = {}
    reverse: Id | None = None
    """The rule whose award of the same `key` is taken back."""
    of: FieldName | None = None
    """A field of both events: so much of it is taken back, as a share of what it was at the award."""
    revise: bool = False
    """The same key again: the difference, up or down."""
    carry: dict[FieldName, Expression] = {}
    """Facts that go with the points, by name."""
    revocable: bool = False
    overdraft: Overdraft | None = None
