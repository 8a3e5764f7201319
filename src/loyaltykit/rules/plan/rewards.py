"""Operations of rewards: what may be granted, and what comes with it."""

from __future__ import annotations

import attrs

from loyaltykit.rules.expression.tree import Node
from loyaltykit.rules.plan.spending import Terms


@attrs.frozen(slots=True)
class Owed:
    """A task that comes with a reward.

    `slot` holds the open ones: a list of [id, since, due, when it escalates, source, occurrence, escalated].
    """

    slot: int
    role: str
    due: int
    due_months: int
    after: int
    """From the due date to the escalation."""
    after_months: int
    to: str | None
    """Who hears of it then; None: nobody."""
    done: str | None
    """The message by which the member hears that it is done."""


@attrs.frozen(slots=True)
class Meeting:
    """A reward with a date. `slot` holds [whether the member will come (None: did not say), the reminder's timer]."""

    slot: int
    at: int
    until: int
    link: str | None
    remind: int | None
    send: str | None
    attended: Node | None = None
    """How often the member was there; None when the program declares no such event."""


@attrs.frozen(slots=True)
class Line:
    """A waiting list. `slot` holds since when the member is in it, null when not."""

    slot: int
    order: tuple[Node | None, ...]
    """What sorts it: true before false, high before low; None stands for when the member joined."""
    send: str | None


@attrs.frozen(slots=True)
class Grant:
    """What may be granted. `slot` holds the rights: a list of [since, until, source, occurrence]."""

    id: str
    slot: int
    lasts: int | None
    lasts_months: int
    stock: int | None
    task: Owed | None = None
    session: Meeting | None = None
    line: Line | None = None
    terms: Terms | None = None
    """What redeeming it takes; None when nobody does."""
    codes: bool = False
    """Whether each comes with a code of its own."""

    @property
    def limited(self) -> bool:
        """Whether it is limited for all members together, so that only the shell can tell."""
        return self.stock is not None or self.codes

    @property
    def plain(self) -> bool:
        """Whether nothing comes with it but the right."""
        return self.task is None and self.session is None and self.line is None

    @property
    def single(self) -> bool:
        """Whether one is enough for a member: a place at a session, or one that others wait for."""
        return self.session is not None or self.line is not None
