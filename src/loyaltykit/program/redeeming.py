"""What a reward costs, and what it asks of the member who redeems it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints, model_serializer
from pydantic_core import PydanticCustomError

from loyaltykit.calendars import parse_rate
from loyaltykit.program.fields import Id, Model, Names, Number, Per, StepName

Cost = dict[Id, Annotated[Number, Field(gt=0)]]
"""Points in whole units."""


class Allowance(Model):
    """How often one member may redeem a reward: ``1``, ``1 per 90 days``, ``{times: 1, per: 90 days}``."""

    times: int = Field(ge=1)
    per: Per | None = None
    """Without it the number is for good."""

    @model_serializer(mode="plain")
    def _flat(self) -> Any:
        return self.times if self.per is None else f"{self.times} per {self.per}"


def _allowance(value: Any) -> Any:
    if value is None or isinstance(value, Allowance):
        return value
    if type(value) is int:
        return {"times": value}
    try:
        rate = parse_rate(value)
    except ValueError as error:
        raise PydanticCustomError("document/rate", "not a rate", {"reason": str(error)}) from None
    return {"times": rate.times, "per": rate.per}


PerMember = Annotated[
    Allowance | None, BeforeValidator(_allowance, json_schema_input_type=int | str | dict[str, int | str] | None)
]


def _badges(value: Any) -> Any:
    if isinstance(value, str):
        return {value: None}
    if isinstance(value, list | tuple):
        return dict.fromkeys(value)
    return value


Held = Annotated[
    dict[Id, StepName | None],
    BeforeValidator(_badges, json_schema_input_type=str | list[str] | dict[str, str | None]),
]
"""Badges that must be held; of one with steps perhaps at least a step."""
Within = Names
"""Segments that the member must be in."""


def _codes(value: Any) -> Any:
    if isinstance(value, list | tuple):
        for number, code in enumerate(value):
            if code in value[:number]:
                raise PydanticCustomError("document/twice", "twice", {"name": "…"})
        return tuple(value)
    return value


Code = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Codes = Annotated[bool | tuple[Code, ...], BeforeValidator(_codes, json_schema_input_type=bool | list[str])]
