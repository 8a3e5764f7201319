"""The mapping document: which cells of a row make which events.

A source of a value is a column's name, or `{column, values, otherwise, lower, divide}`, `{columns, join}`, `{value}`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from loyaltykit.calendars import zone_names
from loyaltykit.cli.maps.times import DEFAULT_TIMES, TimeFormat, time_format
from loyaltykit.program.fields import EventType, FieldName, Id, Model, Number

Scalar = str | int | float | bool
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1251", "cp866", "koi8-r")


def _listed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _column(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


def _constant(value: Any) -> Any:
    return {"value": value} if isinstance(value, str) else value


def _identity(value: Any) -> Any:
    return {"columns": value} if isinstance(value, list | tuple) else value


def _test(value: Any) -> Any:
    return value if isinstance(value, dict) else {"is": value}


def _separator(value: Any) -> Any:
    value = "\t" if value == "tab" else value
    if isinstance(value, str) and len(value) == 1 and value not in '"\r\n':
        return value
    raise PydanticCustomError("map/separator", "not a separator")


def _zone(name: str) -> str:
    if name not in zone_names():
        raise PydanticCustomError("map/zone", "not a zone", {"name": name})
    return name


def _time(value: Any) -> Any:
    made = value if isinstance(value, TimeFormat) else time_format(value)
    if made is None:
        raise PydanticCustomError("map/time-format", "not a format of times")
    return made


Columns = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1)]
Texts = Annotated[tuple[Scalar | None, ...], BeforeValidator(_listed)]


class Source(Model):
    """Where a value comes from: one of `column`, `columns` and `value`."""

    column: str | None = None
    columns: Columns | None = None
    join: str = " / "
    value: Scalar | None = None
    """The same for every row."""
    values: dict[str, Scalar | None] = Field(default_factory=dict)
    """What the texts of a cell mean; null: no value."""
    otherwise: Literal["keep", "reject", "skip", "empty"] | None = None
    """A text that is not in `values`: taken as it is, quarantined, no event of this row, or no value."""
    lower: bool = False
    divide: Annotated[Number, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _one(self) -> Source:
        if sum(part is not None for part in (self.column, self.columns, self.value)) != 1:
            raise PydanticCustomError("map/source", "not one source")
        return self

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns it reads."""
        return (self.column,) if self.column is not None else self.columns or ()


class Test(Model):
    """What a cell must be: one of some texts (null: empty), filled or not, or with a text inside."""

    one_of: Texts | None = Field(None, alias="is")
    filled: bool | None = None
    contains: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()


class Identity(Model):
    """An id that is derived from the contents of columns, so that the same row has the same id in every export."""

    columns: Columns
    repeats: bool = False
    """Whether equal rows of one file are different events: the second one gets an id of its own."""


Cell = Annotated[Source, BeforeValidator(_column, json_schema_input_type=str | Source)]
Tests = dict[str, Annotated[Test, BeforeValidator(_test)]]


class EventRule(Model):
    """An event that a row may make."""

    type: Annotated[Source, BeforeValidator(_constant, json_schema_input_type=str | Source)]
    when: Tests = Field(default_factory=dict)
    """All of these must hold."""
    unless: Tests = Field(default_factory=dict)
    """None of these may."""
    id: Annotated[str | Identity | None, BeforeValidator(_identity)] = None
    """A column whose text is the id, or columns to derive it from; without one, all that the event reads."""
    member: Cell | None = None
    at: Cell | None = None
    known_at: Cell | None = None
    data: dict[FieldName, Cell] = Field(default_factory=dict)


class Mapping(Model):
    """The whole mapping document."""

    map: Id
    """Its name: part of every derived id."""
    separator: Annotated[str | None, BeforeValidator(_separator)] = None
    encoding: Literal["utf-8", "utf-8-sig", "utf-16", "cp1251", "cp866", "koi8-r"] | None = None
    header: int = Field(1, ge=1, le=100)
    """The number of the row with the columns' names; what stands above it is left out."""
    decimal: Literal[".", ","] = "."
    zone: Annotated[str, AfterValidator(_zone)] | None = None
    """The zone of times without an offset; without it, the program's."""
    times: Annotated[tuple[Annotated[Any, BeforeValidator(_time)], ...], BeforeValidator(_listed)] = DEFAULT_TIMES
    empty: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ("-", "—")
    """Texts that mean the same as an empty cell."""
    skip: Tests = Field(default_factory=dict)
    """Rows to leave out: those for which any of these holds."""
    member: Cell | None = None
    """For events that do not say otherwise."""
    at: Cell | None = None
    events: tuple[EventRule, ...] = Field(min_length=1, max_length=100)

    def columns(self) -> tuple[str, ...]:
        """Every column that is read, in order of mention."""
        found: dict[str, None] = dict.fromkeys(self.skip)
        for rule in self.events:
            for source in (
                rule.type,
                rule.member or self.member,
                rule.at or self.at,
                rule.known_at,
                *rule.data.values(),
            ):
                found.update(dict.fromkeys(source.reads if source is not None else ()))
            found.update(dict.fromkeys((*rule.when, *rule.unless)))
            found.update(dict.fromkeys(named_by(rule)))
        return tuple(found)


def named_by(rule: EventRule) -> tuple[str, ...]:
    """The columns that an event's id is made of, when the mapping says so."""
    if isinstance(rule.id, Identity):
        return rule.id.columns
    return (rule.id,) if rule.id is not None else ()


__all__ = ["ENCODINGS", "EventRule", "EventType", "Identity", "Mapping", "Source", "Test", "named_by"]
