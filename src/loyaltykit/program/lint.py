"""What a document says to the advice that `check` gives: which of it a school has looked at and does without."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from loyaltykit.program.fields import Model

__all__ = ["Lint", "Silenced"]


class Silenced(Model):
    """One piece of advice that is not given any more, and why."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z-]+$", max_length=100)]
    because: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    """Why it does not matter here: for those who read the program after you."""
    at: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    """Only at this part of the document and what is inside it: ``rules.lesson``."""


class Lint(Model):
    """The advice that `check` gives about a program that holds."""

    ignore: tuple[Silenced, ...] = Field((), max_length=200)
