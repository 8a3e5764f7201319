"""The field types of the document models: what a scalar may look like, and what it becomes.

A validator that refuses raises `PydanticCustomError` with one of our own codes as its type; `shape.py` of this package
gives it a place and words.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from loyaltykit.calendars import Duration, Period, Rate, parse_duration, parse_period, parse_rate

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_ID = 60
MAX_STEPS = 1_000
FIELD_TYPES = ("text", "integer", "number", "boolean", "instant", "date", "money")
_FIELD_TYPE = re.compile(r"(?:(optional) )?(?:list<([a-z]+)>|([a-z]+))")
_FIELD_NAME = re.compile(r"[^\W\d][\w.-]*")
_LOCALE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{4})?(?:[-_](?:[A-Z]{2}|[0-9]{3}))?")


class Model(BaseModel):
    """What every part of the document shares: an unknown key is an error, values do not change after loading."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True, arbitrary_types_allowed=True, strict=True)


class DeclaredType(Model):
    """The declared type of a field: ``number``, ``optional text``, ``list<text>``."""

    kind: str
    optional: bool = False
    items: bool = False

    def __str__(self) -> str:
        kind = f"list<{self.kind}>" if self.items else self.kind
        return f"optional {kind}" if self.optional else kind


def _declared(value: Any) -> Any:
    if isinstance(value, DeclaredType):
        return value
    match = _FIELD_TYPE.fullmatch(" ".join(value.split())) if isinstance(value, str) else None
    kind = match and (match[2] or match[3])
    if match is None or kind not in FIELD_TYPES:
        raise PydanticCustomError("document/field-type", "not a field type", {"known": ", ".join(FIELD_TYPES)})
    return DeclaredType(kind=kind, optional=match[1] is not None, items=match[2] is not None)


def _by(parse: Callable[[object], Any], made: type, code: str) -> BeforeValidator:
    def convert(value: Any) -> Any:
        if isinstance(value, made):
            return value
        try:
            return parse(value)
        except ValueError as error:
            raise PydanticCustomError(code, "not of the form", {"reason": str(error)}) from None

    return BeforeValidator(convert)


def _one_of(code: str, *kinds: type) -> BeforeValidator:
    def ask(value: Any) -> Any:
        if type(value) not in kinds:
            raise PydanticCustomError(code, "of another kind")
        return value

    return BeforeValidator(ask)


def _listed(value: Any) -> Any:
    """A scalar where a list may stand is a list of one."""
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _distinct(value: tuple[str, ...]) -> tuple[str, ...]:
    for number, item in enumerate(value):
        if item in value[:number]:
            raise PydanticCustomError("document/twice", "twice", {"name": item})
    return value


def _filled(value: Any) -> Any:
    """A key with nothing after it (null) stands for all defaults."""
    return {} if value is None else value


def _field_name(name: str) -> str:
    clean = unicodedata.normalize("NFKC", name) == name and not name.startswith("__")
    if not (clean and _FIELD_NAME.fullmatch(name)):
        raise PydanticCustomError("document/field-name", "not a field name")
    return name


def _step_name(name: str) -> str:
    if name != name.strip() or not name.isprintable():
        raise PydanticCustomError("document/step-name", "not a step name")
    return name


def _locale(name: str) -> str:
    if not _LOCALE.fullmatch(name):
        raise PydanticCustomError("document/locale", "not a locale")
    return name


def _labelled(value: Any) -> Any:
    if isinstance(value, str) or (isinstance(value, dict) and value):
        return value
    raise PydanticCustomError("document/label", "neither text nor texts by locale")


def _date(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    elif type(value) is dt.date:
        return value
    raise PydanticCustomError("document/date", "not a date")


def _numeral(value: Any) -> Any:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 9:
        return int(value)
    return value


NULL_IS_EMPTY = BeforeValidator(_filled)
AS_TEXT = PlainSerializer(str, return_type=str)


Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=MAX_ID)]
EventType = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9._-]*$", max_length=100)]
FieldName = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_field_name)]
StepName = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_step_name)]
Locale = Annotated[str, AfterValidator(_locale)]
Expression = Annotated[
    str | bool | int | float,
    _one_of("document/expression", str, bool, int, float),
    WithJsonSchema({"type": ["string", "number", "boolean"], "title": "Expression"}),
]
"""An expression as written; its checked tree is in `Program.expressions` under its path."""
Number = Annotated[int | float, _one_of("document/number", int, float), WithJsonSchema({"type": "number"})]
Label = Annotated[str | dict[Locale, str], BeforeValidator(_labelled)]
"""A text, or a text by locale."""
FieldType = Annotated[
    DeclaredType,
    BeforeValidator(_declared),
    AS_TEXT,
    WithJsonSchema(
        {
            "type": "string",
            "pattern": rf"^(optional )?(list<({'|'.join(FIELD_TYPES)})>|{'|'.join(FIELD_TYPES)})$",
            "examples": [*FIELD_TYPES, "optional text", "list<text>"],
        }
    ),
]
Span = Annotated[
    Duration,
    _by(parse_duration, Duration, "document/duration"),
    AS_TEXT,
    WithJsonSchema({"type": "string", "examples": ["30s", "15m", "12h", "14d", "6 weeks", "6 months", "1 year"]}),
]
Per = Annotated[
    Period,
    _by(parse_period, Period, "document/period"),
    AS_TEXT,
    WithJsonSchema({"type": "string", "examples": ["day", "week", "month", "quarter", "year", "7 days"]}),
]
Times = Annotated[
    Rate,
    _by(parse_rate, Rate, "document/rate"),
    AS_TEXT,
    WithJsonSchema({"type": ["string", "object"], "examples": ["3 per week"]}),
]
Names = Annotated[
    tuple[Id, ...], BeforeValidator(_listed, json_schema_input_type=str | list[str]), AfterValidator(_distinct)
]
Types = Annotated[
    tuple[EventType, ...],
    BeforeValidator(_listed, json_schema_input_type=str | list[str]),
    Field(min_length=1),
    AfterValidator(_distinct),
]


def _percent(value: Any) -> Any:
    """``10%`` is 0.1."""
    if isinstance(value, str):
        match = re.fullmatch(r"(\d{1,3}(?:\.\d{1,4})?) ?%", value)
        if match is not None and float(match[1]) <= 100:
            return float(match[1]) / 100
    elif type(value) in (int, float) and 0 <= value <= 1:
        return float(value)
    raise PydanticCustomError("document/percent", "not a share")


Percent = Annotated[
    float,
    BeforeValidator(_percent),
    WithJsonSchema({"type": ["string", "number"], "examples": ["10%", "2.5%"]}),
]
"""A share from 0 to 1, written as a percentage or a number."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Date = Annotated[dt.date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]
Mark = Annotated[int, BeforeValidator(_numeral), Field(ge=1, le=100_000)]
"""A whole number that is a key: JSON and our YAML reader hand keys over as text."""
