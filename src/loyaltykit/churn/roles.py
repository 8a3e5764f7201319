"""What the types of a history mean to the features: which are activity, which carry progress, scores, points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from loyaltykit.program.reserved import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Types = tuple[str, ...]


def _types(given: str | Iterable[str]) -> Types:
    return (given,) if isinstance(given, str) else tuple(given)


def _perhaps_types(given: str | Iterable[str] | None) -> Types | None:
    return None if given is None else _types(given)


@attrs.frozen(slots=True, kw_only=True)
class Roles:
    """Which event types mean what; each field takes a type or several, and a type may have several roles.

    Left to itself, every type is activity but those of `missed`, `due`, `scores`, `points`, `tier`, `left` and
    `away`, and the library's own events (`churn.scored` and so on).
    """

    activity: Types | None = attrs.field(default=None, converter=_perhaps_types)
    """What a member does: days, gaps, streaks and silence are made of it."""
    amounts: Types = attrs.field(default=(), converter=_types)
    """Activity whose value says how much of it there was: clicks, minutes. Other activity counts 1 a time."""
    progress: Types = attrs.field(default=(), converter=_types)
    """The value is the share of the course done by then, 0 to 1."""
    scores: Types = attrs.field(default=(), converter=_types)
    """The value is a score, in whatever unit the school has."""
    handed_in: Types = attrs.field(default=(), converter=_types)
    """Work was handed in."""
    late: Types = attrs.field(default=(), converter=_types)
    """Work was handed in late; it counts as handed in only when it is named there too."""
    missed: Types = attrs.field(default=(), converter=_types)
    """Work was due and was not there."""
    due: Types = attrs.field(default=(), converter=_types)
    """Work will be due: the value says in how many days from the event. What is ahead is known, so it may be read."""
    points: Types = attrs.field(default=(), converter=_types)
    """The value is a balance: the last known one counts."""
    tier: Types = attrs.field(default=(), converter=_types)
    """The value is the rank of a tier: the last known one counts."""
    left: Types = attrs.field(default=(), converter=_types)
    """The member left for good: from then on there are no rows of theirs."""
    away: Types = attrs.field(default=(), converter=_types)
    """The member is silent by right (finished, said goodbye): no rows of theirs until they do something again."""

    def active(self, types: Sequence[str]) -> Types:
        """Which of the types of a history are activity."""
        if self.activity is not None:
            return tuple(name for name in types if name in self.activity)
        passive = {*self.missed, *self.due, *self.scores, *self.points, *self.tier, *self.left, *self.away}
        return tuple(name for name in types if name not in passive and not name.startswith(tuple(RESERVED)))
