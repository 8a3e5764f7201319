"""The document's ideas: students propose, vote, and hear back."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from loyaltykit.calendars import Period, Rate
from loyaltykit.program.consequences import Consequences, Following
from loyaltykit.program.fields import Expression, Id, Model, Times


class Ideas(Model):
    """What students propose: one vote a member, its weight fixed when it is cast; the school decides, and says so."""

    votes: Literal["surveys"] = "surveys"
    """Votes are counted as those of surveys: one a member, weighed when cast, small cells hidden."""
    weight: Expression | None = None
    """How much a vote counts."""
    opens: Literal["by hand", "at once"] = "by hand"
    """Whether an idea can be voted for before somebody has looked at it."""
    limit: Times = Rate(5, Period("month"))
    """How many ideas a member may propose."""
    longest: Annotated[int, Field(ge=10, le=4_000)] = 500
    """Characters of an idea."""
    proposed: Following = Consequences()
    """For the author, when it is proposed. Beware of paying for noise."""
    supported: Following = Consequences()
    """For the voter, once an idea."""
    accepted: Following = Consequences()
    """For the author, when it is accepted."""
    done: Following = Consequences()
    """For the author, when it is done."""
    told: dict[Literal["accepted", "declined", "done"], Id] = {}
    """The messages that tell the author, and of `accepted` and `done` the voters; words of ours without."""

    @property
    def given(self) -> dict[str, Consequences]:
        """What follows, by what happens."""
        return {name: getattr(self, name) for name in ("proposed", "supported", "accepted", "done")}
