"""Surveys that ask by themselves, and how much their answers count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.rules.builder import split
from loyaltykit.rules.plan import Ask
from loyaltykit.values import NEVER

if TYPE_CHECKING:
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
            slot = builder.block(path, ready=-NEVER, count=0, due=NEVER)
            builder.asks.append(Ask(name, path, slot, when, every, months))
