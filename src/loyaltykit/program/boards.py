"""The document's leaderboards: who is ahead in a period, and what the winners get."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from loyaltykit.program.consequences import Following
from loyaltykit.program.fields import Expression, Label, Mark, Model

Grouping = Annotated[str, StringConstraints(pattern=r"^(event|member)\.[^\W\d][\w.-]*$", max_length=110)]
"""``event.course`` or ``member.city``."""


class Leaderboard(Model):
    """A ranking of members in each period of the program's zone."""

    by: Expression
    """History functions over the period, and numbers; whoever has more than 0 is on the board."""
    every: Literal["day", "week", "month", "quarter", "half", "year"]
    group: Grouping | None = None
    """A board for each value, besides the one of all."""
    winners: dict[Mark, Following] = {}
    """By rank. With `group` each group has its winners."""
    label: Label | None = None

    @property
    def grouping(self) -> tuple[str, str] | None:
        """``("event", "course")`` or ``("member", "city")``."""
        if self.group is None:
            return None
        root, _, name = self.group.partition(".")
        return root, name
