"""Campaigns of a document: journeys with an audience, a start and steps, and what they choose among."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from loyaltykit.calendars import Duration, parse_duration
from loyaltykit.program.consequences import Gifts
from loyaltykit.program.fields import MAX_STEPS, Expression, Id, Label, Model, Names, Percent, Span, Types

__all__ = ["POLICIES", "Campaign", "Exit", "Journey", "Offer", "OfferOption", "Send", "Start", "Wait"]

POLICIES = ("squarecb", "thompson", "linucb")

_WEEK = Duration(micros=7 * 86_400_000_000)
Written = str | bool | int | float
_PER = re.compile(r"event\.[^\W\d][\w-]*")
_LOCAL = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?")


def _per(value: Any) -> Any:
    """``event.course``: one run for each value of the field."""
    if isinstance(value, str) and _PER.fullmatch(value):
        return value
    raise PydanticCustomError("document/per", "not a field of events")


Per = Annotated[str, BeforeValidator(_per), WithJsonSchema({"type": "string", "pattern": r"^event\.[\w-]+$"})]


def _moment(value: Any) -> Any:
    """A local time without an offset; an hour and a minute at least."""
    if isinstance(value, str) and _LOCAL.fullmatch(value):
        try:
            dt.datetime.fromisoformat(value)
        except ValueError:
            pass
        else:
            return value
    raise PydanticCustomError("document/moment", "not a local time")


Moment = Annotated[str, BeforeValidator(_moment), WithJsonSchema({"type": "string", "examples": ["2026-10-08T19:00"]})]
"""A time on the wall clock of the program's zone."""


def _conditional(value: Any) -> Any:
    """A bare expression is a condition."""
    return value if isinstance(value, dict) else {"when": value}


class Start(Model):
    """When a run begins: an event (perhaps with a condition), a condition that turns true, or a date."""

    on: Types | None = None
    when: Expression | None = None
    at: Moment | None = None


class Exit(Model):
    """What ends a run before its last step."""

    on: Types | None = None
    when: Expression | None = None


class OfferOption(Model):
    """One thing that may be offered: a reward, several together, or a material that fits."""

    give: Names = Field(min_length=1)
    when: Expression | None = None
    """Only for whom this holds; a `rule` takes the first that holds."""
    label: Label | None = None

    @property
    def id(self) -> str:
        """How it is named in logs and reports."""
        return "+".join(self.give)


def _option(value: Any) -> Any:
    return value if isinstance(value, dict) else {"give": value}


Option = Annotated[OfferOption, BeforeValidator(_option, json_schema_input_type=str | list[str] | OfferOption)]


class Offer(Model):
    """What a member may take, chosen among several."""

    choose: tuple[Option, ...] = Field(min_length=1, max_length=20)
    by: Literal["rule", "random", "bandit", "recommender", "member"] = "rule"
    """Who chooses: `rule` the first that is for the member, `random`, `bandit` what has worked for students like this
    one, `recommender` the school's own model, `member` the student."""
    policy: Id | None = None
    """With `by: bandit`: which policy learns, one of ours or one that a plug-in brings; `squarecb` unless said."""
    floor: Percent | None = None
    """With `by: bandit`: the least probability that each option keeps."""
    keep: Span = _WEEK
    """How long the offer stands."""
    default: Names = ()
    """With `by: member`: what is given when nothing was picked in time; empty: nothing is."""
    take: Literal["by member", "at once"] = "by member"
    """Whether what was chosen waits to be taken, or is given at once."""
    success: Annotated[Exit, BeforeValidator(_conditional, json_schema_input_type=Written | Exit)] | None = None
    """What counts as a good outcome within `keep`: an event, a condition; default: any activity of the member."""


class Send(Model):
    """A message and the channels it may take, in order; without channels the member's own, then the inbox."""

    message: Id
    channels: Names = ()


def _send(value: Any) -> Any:
    return {"message": value} if isinstance(value, str) else value


def _wait(value: Any) -> Any:
    """``2d`` is a wait of two days."""
    return value if isinstance(value, dict) else {"at_most": value}


class Wait(Model):
    """Some time, or until a condition holds, but not longer than `at_most`."""

    until: Expression | None = None
    at_most: Span | None = None


class Journey(Gifts):
    """One step of a campaign; exactly one thing, though consequences may stand together."""

    offer: Offer | None = None
    send: Annotated[Send, BeforeValidator(_send, json_schema_input_type=str | Send)] | None = None
    enrol: Id | None = None
    wait: Annotated[Wait, BeforeValidator(_wait, json_schema_input_type=str | Wait)] | None = None
    condition: Expression | None = Field(None, alias="if")
    then: tuple[Journey, ...] = Field((), max_length=MAX_STEPS)
    otherwise: tuple[Journey, ...] = Field((), alias="else", max_length=MAX_STEPS)
    survey: Id | None = None
    stop: Literal[True] | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Which of the things it does."""
        given = {
            "offer": self.offer,
            "send": self.send,
            "enrol": self.enrol,
            "wait": self.wait,
            "if": self.condition,
            "survey": self.survey,
            "stop": self.stop,
        }
        own = tuple(kind for kind, value in given.items() if value is not None)
        return (*own, "give") if self.award or self.grant or self.badge else own


def _again(value: Any) -> Any:
    """``after 60d``: how long after its start a run may begin anew."""
    text = value.removeprefix("after ").strip() if isinstance(value, str) and value.startswith("after ") else None
    if text is not None:
        try:
            return parse_duration(text)
        except ValueError:
            pass
    raise PydanticCustomError("document/again", "not of the form")


Again = Annotated[
    Duration,
    BeforeValidator(_again),
    PlainSerializer(lambda value: f"after {value}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^after .+$", "examples": ["after 60d"]}),
]


class Campaign(Model):
    """A journey: who takes part, when it begins, its steps, what ends it early, and when it may begin anew."""

    label: Label | None = None
    per: Per | None = None
    """``event.course``: one run at a time for each value of the field. In the campaign's expressions, and in the
    segments that they use, histories over events that have the field count those of the run's value only."""
    audience: Expression | None = None
    start: Annotated[Start, BeforeValidator(_conditional, json_schema_input_type=Written | Start)]
    holdout: Percent = 0.0
    again: Again | None = None
    exit: Annotated[Exit, BeforeValidator(_conditional, json_schema_input_type=Written | Exit)] | None = None
    steps: tuple[Journey, ...] = Field(min_length=1, max_length=MAX_STEPS)

    @property
    def field(self) -> str | None:
        """The event field of `per`."""
        return None if self.per is None else self.per.removeprefix("event.")
