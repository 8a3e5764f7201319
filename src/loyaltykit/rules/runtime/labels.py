"""How a run of a campaign is told from others, in every effect that it has."""

from __future__ import annotations

from typing import Any

from loyaltykit.rules.journeys import NUMBER, VALUE


def label(run: list[Any]) -> str:
    """A run's number among those of its value, and the value: another value's late events do not renumber it."""
    return str(run[NUMBER]) if run[VALUE] is None else f"{run[NUMBER]}@{run[VALUE]}"
