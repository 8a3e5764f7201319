"""Operations of leaderboards."""

from __future__ import annotations

import hashlib

import attrs

from loyaltykit.rules.expression.text import to_text
from loyaltykit.rules.expression.tree import Node
from loyaltykit.rules.plan.points import Follow

EVERYBODY = ""
"""The group of the board that all members are on."""


@attrs.frozen(slots=True)
class Part:
    """One history function of a board's basis: over an event type, or over the awards of a point (`earned`)."""

    function: str
    event: str | None
    field: str | None
    where: Node | None
    unit: int = 1


@attrs.frozen(slots=True)
class Board:
    """A leaderboard.

    `slot` holds [period, event, its group, {group: [a cell for each part]}, {event: group} of awards that may be taken
    back]. `score` reads the parts as ``("part", number)``.
    """

    id: str
    source: str
    slot: int
    period: str
    field: str | None
    """The event field that it is grouped by."""
    attribute: str | None
    """The member's attribute that it is grouped by."""
    parts: tuple[Part, ...]
    score: Node
    winners: tuple[tuple[int, Follow], ...]

    @property
    def key(self) -> str:
        """What scores are kept under: its id, its period, and what it ranks by. A board that changes begins anew."""
        basis = f"{to_text(self.score)}\0{self.parts!r}\0{self.field}\0{self.attribute}"
        return f"{self.id}/{self.period}/{hashlib.sha256(basis.encode()).hexdigest()[:8]}"

    @property
    def grouped(self) -> bool:
        """Whether there is a board for each group."""
        return self.field is not None or self.attribute is not None
