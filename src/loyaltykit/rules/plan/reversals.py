"""Operations of reversals: what a rule keeps of its awards so that they can be taken back, and what takes back."""

from __future__ import annotations

import attrs


@attrs.frozen(slots=True)
class Kept:
    """What a rule keeps of each award, by key, in the slot of its keys."""

    fields: tuple[tuple[str, str], ...] = ()
    """The fields of its events, with their kinds, of which a reversal may be a share."""
    revise: bool = False
    """Whether the same key again posts the difference."""
    early: int | None = None
    """The slot of what came back before its award, by key; None where nothing is taken back."""


@attrs.frozen(slots=True)
class Reverse:
    """Takes back what another rule gave for the same key."""

    rule: str
    """The id of that rule."""
    of: str | None
    """The field of both events that says how much; None: the whole."""
    overdraft: tuple[tuple[str, str], ...]
    """By point: `allow`, `forgive` or `refuse` what is spent already."""
