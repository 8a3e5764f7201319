"""The document's surprises and referrals: what chance decides, and what follows when a friend comes."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from loyaltykit.program.consequences import Consequences, Following
from loyaltykit.program.fields import Expression, Label, Model, Percent, Times, Types

Attribute = Annotated[str, StringConstraints(pattern=r"^member\.[^\W\d][\w.-]*$", max_length=110)]
"""``member.referred``: an attribute of a member."""


class Surprise(Consequences):
    """Something that is given by chance, within a budget. Nobody is told of it before."""

    on: Types
    when: Expression | None = None
    chance: Percent
    """Drawn by a hash of the program, the surprise, the member and the event: a refold draws the same."""
    budget: Times | None = None
    """At most so many a calendar period of the program's zone, for all members together."""
    per_member: Times | None = None
    label: Label | None = None


class Sides(Model):
    """What either side of a referral gets."""

    referrer: Following = Consequences()
    friend: Following = Consequences()


class Referrals(Model):
    """A member who was referred by another: when they have done something, both get something, once."""

    joined: Attribute
    """The attribute that names the referrer, by their id."""
    after: Types
    """The friend's first event of these types (for which `when` holds) counts."""
    when: Expression | None = None
    rewards: Sides
    limit: Times | None = None
    """How often a referrer gets something; the friend gets theirs all the same."""

    @property
    def attribute(self) -> str:
        """The attribute of `joined`."""
        return self.joined.removeprefix("member.")
