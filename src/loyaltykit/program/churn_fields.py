"""The fields of events that a model of churn reads, and what number each of them comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.calendars import DAY, zone
from loyaltykit.program.convert import Unfit, converter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loyaltykit.program.churn_sense import Meaning
    from loyaltykit.program.fields import DeclaredType

    Reader = Callable[[Any, int], float | None]
    """From a field's value and the instant of its event to a number; None where there is none."""

NUMBERS = frozenset({"number", "integer", "money"})
DEADLINES = NUMBERS | {"instant", "date"}
"""What says when work is due: an instant, a date (until its end), or in how many days."""


@attrs.frozen(slots=True)
class Deadline:
    """The field of an event that says when work is due."""

    event: str
    field: str
    kind: DeclaredType
    zone: str
    """Where a date ends."""

    def days(self, value: Any, at: int) -> float | None:
        """In how many days from its event; None for what is no deadline."""
        if self.kind.kind in NUMBERS:
            return number(value, at)
        try:
            moment = converter(self.kind)(value)
        except Unfit:
            return None
        due = zone(self.zone).day_start(moment + 1) if self.kind.kind == "date" else moment
        return float((due - at) / DAY)


def number(value: Any, _: int) -> float | None:
    """A field's value as it was declared: a number, or money as text."""
    try:
        return None if value is None else float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def readers(meaning: Meaning) -> Mapping[str, list[tuple[str, Reader]]]:
    """By event type the fields that are read, each once."""
    found: dict[str, dict[str, Reader]] = {}
    for event, field in (*meaning.scores, *(() if meaning.progress is None else (meaning.progress,))):
        found.setdefault(event, {})[field] = number
    for one in meaning.due:
        found.setdefault(one.event, {})[one.field] = one.days
    return {event: list(fields.items()) for event, fields in found.items()}
