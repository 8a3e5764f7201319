"""How a school sees who is leaving: the model, when it scores, and what its events mean to it."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from loyaltykit.calendars import DAY, Duration
from loyaltykit.program.fields import EventType, Id, Model, Span, Types

__all__ = ["MODELS", "Churn", "Facts", "Gain"]

MODELS = ("recency", "cadence", "bg-nbd", "mbg-nbd", "pareto-nbd", "hazard", "boosted", "sklearn")
"""The ids of the models that the library brings."""
SILENCE = "silence"
_FACT_TEXT = r"[a-z][a-z0-9._-]*\..+"
_FACT = re.compile(_FACT_TEXT)
USUAL_PROGRESS = "lesson.completed.progress"
USUAL_SCORES = ("quiz.passed.score", "quiz.failed.score")
_MOST_FACTS = 100


def _fact(value: Any) -> Any:
    if isinstance(value, str) and _FACT.fullmatch(value) and len(value) <= 2 * _MOST_FACTS:
        return value
    raise PydanticCustomError("document/fact", "not of the form")


def _listed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


Fact = Annotated[
    str,
    BeforeValidator(_fact),
    WithJsonSchema({"type": "string", "pattern": f"^{_FACT_TEXT}$", "examples": [USUAL_PROGRESS]}),
]
"""A field of an event, written after the event's type."""
FactList = Annotated[
    tuple[Fact, ...], BeforeValidator(_listed, json_schema_input_type=str | list[str]), Field(max_length=_MOST_FACTS)
]


class Facts(Model):
    """What the school's events mean to a model of churn. Without a key the usual names are taken, where declared."""

    progress: Fact | None = None
    """The field that holds the share of the course that is done. Usual: ``lesson.completed.progress``."""
    scores: FactList | None = None
    """The fields that hold results of tests. Usual: ``quiz.passed.score``, ``quiz.failed.score``."""
    due: FactList | None = None
    """The fields that say when work will be due: an instant, a date, or a number of days from the event."""
    handed_in: Types | None = None
    missed: Types | None = None
    late: Types | None = None
    activity: Types | None = None
    """What the member does. Without it every declared event but those of `missed`, `due` and `away`."""
    points: Id | None = None
    """Points whose balance is read."""
    tier: Id | None = None
    """The ladder whose step is read."""
    away: Types | None = None
    """The member is silent by right from then on (finished, said goodbye), until they do something again."""


class Gain(Model):
    """What a member who stays is worth, and what treating one costs: the expected gain is counted of these."""

    campaign: Id
    value: Annotated[float, Field(gt=0)]
    cost: Annotated[float, Field(ge=0)] = 0.0


class Churn(Model):
    """Who is leaving: the model, its bands, and what it reads. Scores are ``churn.scored`` events."""

    model: Id | None = None
    """A model of the library, or of a plug-in; without it the one the library thinks best."""
    score: Literal["daily"] | None = None
    """How often the worker scores everybody; without it only when it is asked to."""
    horizon: Span = Duration(micros=28 * DAY)
    label: EventType = SILENCE
    """What leaving means: no activity in the whole horizon, or an event of this type in it."""
    refit: Span = Duration(micros=7 * DAY)
    """How old a fitted model may grow before the worker fits it anew."""
    bands: dict[Id, Annotated[float, Field(ge=0, le=1)]] = {}
    """By name the least score of the band; a score under all of them is in none."""
    facts: Facts = Facts()
    gain: Gain | None = None
