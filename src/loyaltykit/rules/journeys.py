"""The operations of campaigns, as frozen data: one `Journey` a campaign, its steps written out as a list of stages.

A stage is reached by its number; `if` jumps over what does not apply. Nothing here decides: `rules.runtime.journeys`
does. The layout of a campaign's state is said here once, as places of lists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from loyaltykit.rules.expression.tree import Node
    from loyaltykit.rules.plan import Follow

RUNS, ARM, TRUTH, DUE_SLOT, COUNT, BEGUN, OFFERS = range(7)
"""Slots of a campaign, from its first: runs on their way; treated or withheld; the values for which the start holds;
the timer; how many runs began, by key of the value; when the last one began, by key; offers."""
VALUE, NUMBER, STARTED, STAGE, UNTIL, OFFER, ASKING, PENDING = range(8)
"""Of a run: the value it is about, its number among those of the value, when it began, the stage it stands at, how
long it waits (`ASKED`: for the shell's choice), the id of its last offer, what it has asked for, what is unanswered."""
ID, LABEL, PLACE, OF, OPTION, OPTIONS, ENDS, TAKEN, JUDGED, MATERIALS, CLOSED, CONTEXT, CLAIMED, HELD = range(14)
"""Of an offer: its id, the run's label and the stage that made it, the value, the option chosen, those that stand,
until when; whether it was taken, judged; materials; whether it is over; what the policy knew; what of limited stock was
asked for; whether the success condition held already."""
ASKED = -1


@attrs.frozen(slots=True)
class OfferedThing:
    """One option of an offer: what taking it gives, which materials it brings, and for whom it is."""

    id: str
    follow: Follow
    materials: tuple[str, ...] = ()
    """Materials by id; ``*`` is whatever fits."""
    when: Node | None = None
    topics: tuple[str, ...] = ()
    """What its rewards help with, where they say so: it is for who is stuck there."""


@attrs.frozen(slots=True)
class Offering:
    """What a member may take, and how it is chosen."""

    by: str
    options: tuple[OfferedThing, ...]
    keep: int
    keep_months: int
    default: str
    """The option that is given when a member picked none in time; empty: none is."""
    at_once: bool
    success_on: tuple[str, ...]
    """Events that make it a good choice; empty without `success`: any activity."""
    success: Node | None
    context: tuple[tuple[str, Node], ...]
    """What the choice may depend on, by name."""
    policy: str = ""
    """Which policy learns; empty: the usual one."""
    floor: float | None = None
    """The least probability that it leaves each option; None: its own."""


@attrs.frozen(slots=True)
class Stage:
    """One thing that a run does: give, send, survey, enrol, offer, wait, test (`if`), jump, stop."""

    path: str
    """Where it stands in the document: ``4``, ``5.then.1``."""
    kind: str
    name: str = ""
    """The message, survey or quest."""
    channels: tuple[str, ...] = ()
    follow: Follow | None = None
    offering: Offering | None = None
    when: Node | None = None
    """The condition of an `if`, or what a wait waits for."""
    micros: int | None = None
    months: int = 0
    """How long a wait is at most; None: until its condition holds."""
    goto: int = 0
    """The stage after a jump, or of the `else`."""


@attrs.frozen(slots=True)
class Journey:
    """A campaign; the constants above say what its slots hold."""

    id: str
    source: str
    slot: int
    per: str | None
    values: int | None
    """The slot of the values of the `per` field that the member's events had."""
    on: tuple[str, ...]
    start: Node | None
    date: int | None
    audience: Node | None
    share: float
    again: int | None
    """Microseconds from one start to the next; None: never again."""
    again_months: int
    exit_on: tuple[str, ...]
    exit: Node | None
    stages: tuple[Stage, ...]


@attrs.frozen(slots=True)
class Material:
    """Something that can help with a topic or a lesson."""

    id: str
    topic: str | None
    lesson: str | None
    course: str | None


@attrs.frozen(slots=True)
class Stuckness:
    """How the fold tells where a student is stuck. The slot holds {course: [failed quizzes, lessons done]}."""

    slot: int
    failed: str | None
    passed: str | None
    done: str | None
    topic: str | None
    quiz: str
    lesson: str
    course: str | None
    materials: tuple[Material, ...]


@attrs.frozen(slots=True)
class Holdout:
    """The program-wide control group. The slot holds the member's arm."""

    slot: int
    share: float
