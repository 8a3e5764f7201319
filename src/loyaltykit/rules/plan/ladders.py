"""Operations of tiers: ladders that are earned, and ladders that are paid for."""

from __future__ import annotations

import attrs

from loyaltykit.rules.expression.tree import Node

MEMBERSHIP = "membership"
"""The period from one anniversary of joining to the next, beside the calendar's names."""


@attrs.frozen(slots=True)
class Pay:
    """What begins and ends a paid ladder."""

    start: tuple[str, ...]
    end: tuple[str, ...]
    step: Node | None
    """The name of the step that is paid for; None where there is one only."""
    told: bool
    """Whether the events that end it name the step too: that of another step ends nothing."""


@attrs.frozen(slots=True)
class Qualify:
    """A tier ladder. Slots: rank, since, reached now, the period's end, previous rank, changed by.

    Where steps are kept by a timer of their own, three more follow in `ends`: that timer, since when what was kept is
    over (null: it is not), and what the last period has secured.
    """

    id: str
    source: str
    slot: int
    by: Node | None
    """The basis; None where the ladder is paid for."""
    period: str | None
    """A calendar period or `MEMBERSHIP`; None where nothing starts anew (a moving window, a lifetime)."""
    at_once: bool
    """Whether a step that is reached is given now, not with the next period."""
    keep: str
    """`period`: to its end; `next`: to the end of the next; `time`: for `keep_for`; `held`: while the basis has it."""
    keep_for: int
    keep_months: int
    downgrade: str
    grace: int | None
    grace_months: int
    ends: int | None
    falls: bool
    """Whether what was reached falls with the basis: what is taken back counts no more. Not so where time moves it."""
    names: tuple[str, ...]
    thresholds: tuple[float, ...]
    multiply: tuple[tuple[str, tuple[float | None, ...]], ...]
    """By point: the factor of each rank; None where the rank has none."""
    grants: tuple[tuple[str, ...], ...]
    """By rank: the rewards held while on it."""
    paid: Pay | None = None

    @property
    def base(self) -> int:
        """The rank that everybody has from the start; -1 when there is none."""
        return -1 if self.paid is not None else sum(1 for threshold in self.thresholds if threshold <= 0) - 1
