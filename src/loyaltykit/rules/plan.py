"""The lowered program: a small closed set of operations on numbered state slots, as frozen data.

A plan can be printed (`Plan.text`), hashed (`Plan.hash`), compared, and given to another back-end. It holds no
functions. A member's state is a list; the first slots are the same in every plan (the constants below), the rest are
what the program's mechanics asked for. Amounts of points are smallest units, times are instants (microseconds).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.rules.expression.text import to_text
from loyaltykit.rules.expression.tree import Node

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loyaltykit.rules.journeys import Holdout, Journey, Stuckness

MEMBER, NOW, LAST, DUE, ZONE_FROM, ZONE_TO, OFFSET, JOINED, ACTIVE, ATTRIBUTES, KEPT, SKIPPED, CONTACT = range(13)
LONG_AGO = -(10**9)
"""A period number before any other: a streak that never began."""
HEADER: tuple[tuple[str, Any], ...] = (
    ("member", ""),
    ("now: the last folded event or fired timer", -(2**62)),
    ("id of the event folded last at now", ""),
    ("when the next timer is due; in the far past before the first event", -(2**62)),
    ("start of the span with one UTC offset", 0),
    ("end of that span", 0),
    ("UTC offset in that span, microseconds", 0),
    ("joined: the first event", None),
    ("last activity", None),
    ("attributes; replaced, never changed in place", {}),
    ("kept: what a refold no longer yields", None),
    ("skipped: local days that the member never had", None),
    ("contact: consents by purpose, and channels that work or do not; replaced, never changed in place", None),
)


@attrs.frozen(slots=True)
class Slot:
    """One place of the state: what it holds, and what it starts with (JSON data)."""

    name: str
    initial: Any


# --- what is read --------------------------------------------------------------------------------------------------


@attrs.frozen(slots=True)
class SlotRead:
    """The value of a slot, scaled down by `scale` when that is not 1 (points with decimals)."""

    slot: int
    scale: int = 1


@attrs.frozen(slots=True)
class NumberRead:
    """A number that never changes: what is pending of a point without lots."""

    value: int


@attrs.frozen(slots=True)
class RankRead:
    """The rank in a slot; null below the first step."""

    slot: int


@attrs.frozen(slots=True)
class FlagRead:
    """Whether the rank in a slot is at least the first (a badge without steps)."""

    slot: int


@attrs.frozen(slots=True)
class QuestRead:
    """`done`, `active` or `progress` of a quest."""

    slot: int
    what: str
    needed: tuple[int, ...] = ()
    total: int = 1


@attrs.frozen(slots=True)
class AnyQuestRead:
    """Whether any quest is done."""

    slots: tuple[int, ...]


@attrs.frozen(slots=True)
class StreakRead:
    """A streak's length, 0 when a period was missed meanwhile."""

    slot: int
    period: str


@attrs.frozen(slots=True)
class EntitlementRead:
    """Whether the right is held now."""

    slot: int


@attrs.frozen(slots=True)
class SegmentRead:
    """Another condition by name; with `per` it is about one value of a field, or about any of those in `values`."""

    when: Node
    per: str | None = None
    values: int | None = None


CHURN_FACTS = ("score", "band", "status", "gain", "at", "reasons")
"""What is kept of the last churn score, in the order of its slot: the last two for views only."""


@attrs.frozen(slots=True)
class ChurnRead:
    """One fact of the last churn score; the slot holds those of `CHURN_FACTS`, the band as its rank."""

    slot: int
    place: int


Read = (
    SlotRead
    | NumberRead
    | RankRead
    | FlagRead
    | QuestRead
    | AnyQuestRead
    | StreakRead
    | EntitlementRead
    | SegmentRead
    | ChurnRead
)


# --- operations ----------------------------------------------------------------------------------------------------


@attrs.frozen(slots=True)
class Track:
    """Keep one history function up to date: `function` over `event` (or over the awards of point `field` for earned).

    The slot's layout follows from `function` and whether there is a window; see `loyaltykit.rules.runtime.history`.
    """

    slot: int
    function: str
    event: str | None
    field: str | None = None
    kind: str = "number"
    """The type of the field: sums of numbers are kept exactly."""
    within: int | None = None
    months: int = 0
    where: Node | None = None
    same: str | None = None
    period: str | None = None
    """A calendar period: the value counts anew in each (tiers)."""
    name: str = ""

    @property
    def windowed(self) -> bool:
        """Whether it looks back over a moving window."""
        return self.within is not None or self.months > 0


@attrs.frozen(slots=True)
class Lots:
    """How a point's lots live."""

    pending: int = 0
    pending_months: int = 0
    expires: int | None = None
    """Microseconds after `expires_from`; None when months are given or lots never expire."""
    expires_months: int = 0
    expires_from: str = "award"

    @property
    def expiring(self) -> bool:
        """Whether lots end."""
        return self.expires is not None or self.expires_months > 0


@attrs.frozen(slots=True)
class PeriodCap:
    """At most `amount` (smallest units, or firings) a period: a calendar name, or a rolling length in microseconds."""

    slot: int
    amount: int
    period: str | None = None
    rolling: int | None = None
    months: int = 0
    by: Node | None = None


@attrs.frozen(slots=True)
class Points:
    """One kind of points. Without lots one number is its state; with lots: lifetime, available, pending, lots, due."""

    id: str
    slot: int
    unit: int
    """Smallest units in a whole one."""
    rounding: str
    stack: str
    lots: Lots | None = None
    cap: PeriodCap | None = None


@attrs.frozen(slots=True)
class Accrue:
    """Award points: a constant, or an expression in whole units."""

    point: str
    amount: Node


@attrs.frozen(slots=True)
class Follow:
    """What follows from something: awards, grants, badges, messages; `source` names the mechanic."""

    source: str
    awards: tuple[Accrue, ...] = ()
    grants: tuple[str, ...] = ()
    badges: tuple[str, ...] = ()
    sends: tuple[str, ...] = ()
    limit: PeriodCap | None = None
    caps: tuple[tuple[str, PeriodCap], ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing follows."""
        return not (self.awards or self.grants or self.badges or self.sends)


@attrs.frozen(slots=True)
class ActiveWhen:
    """Weekdays (Monday 0) and inclusive local dates (day numbers) in which a rule is in force."""

    weekdays: tuple[int, ...] = ()
    start: int | None = None
    end: int | None = None


@attrs.frozen(slots=True)
class Fire:
    """A rule on events."""

    id: str
    source: str
    events: tuple[str, ...]
    when: Node | None
    follow: Follow
    multiply: tuple[Accrue, ...] = ()
    limit: PeriodCap | None = None
    caps: tuple[tuple[str, PeriodCap], ...] = ()
    key: Node | None = None
    key_slot: int | None = None
    active: ActiveWhen | None = None


@attrs.frozen(slots=True)
class Watch:
    """A condition without an event: acts each time it turns true. Slots: truth, count, due, what it last acted on."""

    id: str
    source: str
    slot: int
    when: Node
    follow: Follow
    active: ActiveWhen | None = None


@attrs.frozen(slots=True)
class Touch:
    """A streak. Slots: last period, length, best, run, count in the period, (once: milestones reached)."""

    id: str
    source: str
    slot: int
    events: tuple[str, ...]
    where: Node | None
    period: str
    threshold: int
    milestones: tuple[tuple[int, Follow], ...]
    once: bool


@attrs.frozen(slots=True)
class Climb:
    """Levels: compare a point's lifetime with rising thresholds. Slots: rank, next threshold."""

    slot: int
    point: str
    names: tuple[str, ...]
    thresholds: tuple[int, ...]


@attrs.frozen(slots=True)
class Qualify:
    """A tier ladder by calendar period. Slots: rank, since, reached in this period, due, previous rank, changed by."""

    id: str
    source: str
    slot: int
    by: Node
    period: str
    keep_next: bool
    downgrade: str
    names: tuple[str, ...]
    thresholds: tuple[float, ...]
    multiply: tuple[tuple[str, tuple[float | None, ...]], ...]
    """By point: the factor of each rank; None where the rank has none."""
    grants: tuple[tuple[str, ...], ...]
    """By rank: the rewards held while on it."""

    @property
    def base(self) -> int:
        """The rank that everybody has from the start; -1 when there is none."""
        return sum(1 for threshold in self.thresholds if threshold <= 0) - 1


@attrs.frozen(slots=True)
class Award:
    """A badge. Slots: rank (-1: none), when awarded, then for a counted badge: count."""

    id: str
    source: str
    slot: int
    when: Node | None
    due: int | None
    """The slot of the timer of a condition that time can change."""
    count: str | None
    where: Node | None
    names: tuple[str, ...]
    thresholds: tuple[int, ...]
    follow: Follow


@attrs.frozen(slots=True)
class Step:
    """One step of a quest: a slot of progress, and how much is needed."""

    slot: int
    events: tuple[str, ...]
    where: Node | None
    needed: int
    distinct: str | None
    when: Node | None
    due: int | None


@attrs.frozen(slots=True)
class Advance:
    """A quest. Slots: status (0 idle, 1 active, 2 done), run, enrolled at, deadline, completed at."""

    id: str
    source: str
    slot: int
    within: int | None
    within_months: int
    steps: tuple[Step, ...]
    in_order: bool
    needed: int
    """How many steps must be done."""
    reward: Follow
    auto: bool = True
    """Whether a counting event enrols; else joining or a campaign does."""


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

    @property
    def plain(self) -> bool:
        """Whether nothing comes with it but the right."""
        return self.task is None and self.session is None and self.line is None

    @property
    def single(self) -> bool:
        """Whether one is enough for a member: a place at a session, or one that others wait for."""
        return self.session is not None or self.line is not None


Operation = Track | Points | Fire | Watch | Touch | Climb | Qualify | Award | Advance | Grant


@attrs.frozen(slots=True, eq=False)
class Plan:
    """A lowered program. Its `hash` names the state layout: snapshots of another hash are rebuilt."""

    program: str
    zone: str
    events: Mapping[str, Mapping[str, tuple[str, bool, bool]]]
    """Fields of each type: (kind, optional, list)."""
    slots: tuple[Slot, ...]
    reads: Mapping[tuple[str, ...], Read]
    tracks: tuple[Track, ...]
    points: tuple[Points, ...]
    streaks: tuple[Touch, ...]
    rules: tuple[Fire, ...]
    levels: Climb | None
    tiers: tuple[Qualify, ...]
    badges: tuple[Award, ...]
    quests: tuple[Advance, ...]
    grants: tuple[Grant, ...]
    watches: tuple[Watch, ...]
    grants_due: int | None
    """The slot of the timer of rights that end; None when none does."""
    journeys: tuple[Journey, ...] = ()
    values: tuple[tuple[str, int], ...] = ()
    """Fields of events whose values are remembered, and in which slot."""
    stuck: Stuckness | None = None
    holdout: Holdout | None = None
    churn: int | None = None
    """The slot of the last churn score."""
    bands: tuple[float, ...] = ()
    """The least scores of the churn bands, rising."""
    band_names: tuple[str, ...] = ()
    """Their names, in the same order."""

    def text(self) -> str:
        """The canonical text: a line a slot, a read, an operation."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"plan {self.program} zone {self.zone}"
        for event in sorted(self.events):
            yield f"event {event} {canonical(dict(sorted(self.events[event].items())))}"
        for number, slot in enumerate(self.slots):
            yield f"slot {number} {slot.name} = {canonical(slot.initial)}"
        for path in sorted(self.reads):
            yield f"read {'.'.join(path)} = {canonical(self.reads[path])}"
        for group in (
            self.tracks,
            self.points,
            self.streaks,
            self.rules,
            (self.levels,),
            self.tiers,
            self.badges,
            self.quests,
            self.grants,
            self.watches,
            self.journeys,
            (self.stuck, self.holdout, self.bands or None, self.band_names or None),
        ):
            yield from (canonical(operation) for operation in group if operation is not None)

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical text."""
        return hashlib.sha256(self.text().encode()).hexdigest()


def canonical(value: Any) -> str:
    """One line of text that is the same for equal data, in any process."""
    if isinstance(value, Node):
        return f"`{to_text(value)}`"
    if attrs.has(type(value)):
        parts = (f"{name}={canonical(getattr(value, name))}" for name in attrs.fields_dict(type(value)))
        return f"{type(value).__name__}({', '.join(parts)})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{canonical(key)}: {canonical(item)}" for key, item in value.items()) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(canonical(item) for item in value) + "]"
    return repr(value)
