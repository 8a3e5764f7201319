"""Surveys that ask by themselves, and how much their answers count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.calendars import day_number, zone
from loyaltykit.rules.builder import split
from loyaltykit.rules.plan import Ask
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from loyaltykit.program.contact import Open
    from loyaltykit.rules.builder import Builder


def lower(builder: Builder) -> None:
    """An `Ask` for each survey with a condition; the weights of answers by survey."""
    for name, survey in builder.program.document.surveys.items():
        path = f"surveys.{name}"
        weight = builder.expression(f"{path}.weight")
        if weight is not None:
            builder.weights.append((name, weight))
        when = builder.expression(f"{path}.when")
        if when is not None:
            every, months = split(survey.every)
            opens, closes = _dates(survey.open, builder.program.document.timezone)
            ready, due = (-NEVER, NEVER) if opens is None else (opens, opens)
            slot = builder.block(path, ready=ready, count=0, due=due)
            builder.asks.append(Ask(name, path, slot, when, every, months, opens, closes))


def _dates(dates: Open | None, place: str) -> tuple[int | None, int | None]:
    """The instants at which a survey opens and closes."""
    if dates is None:
        return None, None
    days = zone(place)
    opens = None if dates.start is None else days.day_start(day_number(dates.start))
    return opens, None if dates.end is None else days.day_start(day_number(dates.end) + 1)
