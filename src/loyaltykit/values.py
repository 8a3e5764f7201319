"""The values that travel through the library: frozen, comparable, without behaviour that decides anything.

Times are aware datetimes outside and whole microseconds since 1970-01-01T00:00Z (an *instant*) inside; amounts are
whole units (`int`, or `Decimal` where the point has decimals) outside and smallest units (`int`) inside.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Literal

import attrs

from loyaltykit.errors import EventError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal

    Amount = int | Decimal

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
MAX_NAME = 200
NEVER = 2**62
"""An instant that does not come: the due time of a timer that is not armed."""

EntryKind = Literal["accrual", "confirmation", "redemption", "expiry", "reversal", "adjustment"]


def to_instant(moment: dt.datetime) -> int:
    """Microseconds since the epoch of an aware datetime."""
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_instant(instant: int) -> dt.datetime:
    """The UTC datetime of an instant."""
    return EPOCH + dt.timedelta(microseconds=instant)


def _names(data: Mapping[str, Any]) -> str:
    """What a repr shows of data that may be personal: the names of its fields."""
    return f"{{{', '.join(map(str, data))}}}"


@attrs.frozen(slots=True)
class Event:
    """What happened to a member, from outside.

    `id` is unique in a program and makes recording idempotent; `at` is when it happened, with an offset; `data` holds
    the fields that the program declares for `type` (others are stored and ignored); `known_at` is when we learned of
    it. Raises EventError for a naive time, or an id, type or member that is not text of 1 to 200 characters.
    """

    id: str
    type: str
    member: str
    at: dt.datetime
    data: Mapping[str, Any] = attrs.field(factory=dict, repr=_names)
    """Not in the repr: it may hold personal data."""
    known_at: dt.datetime | None = None
    instant: int = attrs.field(init=False, repr=False, eq=False)
    """`at` as microseconds since the epoch."""
    admitted: str | None = attrs.field(init=False, repr=False, eq=False, default=None)
    """Whose door it has passed: the token of the admission that checked its data."""

    def __attrs_post_init__(self) -> None:
        for value in (self.id, self.type, self.member):
            if type(value) is not str or not 0 < len(value) <= MAX_NAME:
                self._refuse_name()
        at = self.at
        if not isinstance(at, dt.datetime) or at.utcoffset() is None:
            raise EventError(
                f"event {_shown(self.id)}: at must be a time with an offset, such as 2026-09-01T10:00:00+03:00",
                code="event/naive-time",
                event=self.id,
                field="at",
            )
        object.__setattr__(self, "instant", to_instant(at))

    def _refuse_name(self) -> None:
        """Raise EventError for what is not text of 1 to 200 characters; a subclass of str is text."""
        for name in ("id", "type", "member"):
            value = getattr(self, name)
            if not isinstance(value, str) or not 0 < len(value) <= MAX_NAME:
                raise EventError(
                    f"event {_shown(self.id)}: {name} must be text of 1 to {MAX_NAME} characters",
                    code="event/name",
                    event=_shown(self.id),
                    field=name,
                )


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= MAX_NAME else text[: MAX_NAME - 1] + "…"


@attrs.frozen(slots=True)
class Entry:
    """An immutable signed line of the ledger. `amount` is in the point's smallest units."""

    id: str
    member: str
    point: str
    kind: EntryKind
    amount: int
    at: int
    """The instant it takes effect."""
    mechanic: str
    """The document path of what caused it: ``rules.lesson``, ``quests.comeback``."""
    occurrence: str
    """Which time of that mechanic: an event id, a step, a run number."""
    event: str | None = None
    """The event that was being folded, None when time alone caused it."""
    wanted: int | None = None
    """What the mechanic would have given without its cap, when that is more."""
    available_at: int | None = None
    """When a pending lot becomes available; None when at once. An adjustment has it whose lot waits until then."""
    expires_at: int | None = None
    lot: str | None = None
    """The id of the accrual whose lot a line took from or gave to, where it is one lot; of an accrual None."""


@attrs.frozen(slots=True)
class Effect:
    """What the engine decided besides points. Its `id` is the same in every refold, so nothing is done twice."""

    id: str
    member: str
    kind: str
    """badge, grant, message, level, tier, quest, streak, expired (an entitlement ended), refused (no stock,
    session over); of campaigns exposure, run, offer, outcome, survey; of rewards task, session (a reply), waiting,
    used, revoked, freed (a piece of limited stock)."""
    name: str
    """The id of the badge, reward, message, ladder, quest or streak."""
    at: int
    mechanic: str
    occurrence: str
    event: str | None = None
    data: Mapping[str, Any] = attrs.field(factory=dict, repr=_names)
    """What belongs to the kind: ``step`` and ``previous`` of a ladder, ``until`` of a grant."""


@attrs.frozen(slots=True)
class Request:
    """What the fold must ask the shell, because a member's own history cannot know it.

    The answer is recorded as an event (`engine.answer`), so a replay folds it and never asks again.
    """

    id: str
    member: str
    kind: str
    """stock: one piece of a reward that is limited for all members together; choice: one option of an offer."""
    name: str
    at: int
    mechanic: str
    occurrence: str
    event: str | None = None
    data: Mapping[str, Any] = attrs.field(factory=dict, repr=_names)
    """What belongs to the kind: ``options`` and ``context`` of a choice."""


@attrs.frozen(slots=True)
class Fired:
    """One line of a decision's trace: a mechanic that acted on the event, and what it wanted and gave."""

    mechanic: str
    point: str | None = None
    wanted: int | None = None
    given: int | None = None


class Decision:
    """What one fold decided. Compact until somebody looks: entries, effects and requests are made when asked for."""

    __slots__ = ("_expand", "_made", "compact", "event", "member")

    def __init__(
        self,
        member: str,
        event: str | None,
        compact: Sequence[tuple[Any, ...]],
        expand: Callable[[Decision], Expanded],
        *,
        revised: Expanded | None = None,
    ) -> None:
        self.member = member
        self.event = event
        self.compact = compact
        self._expand = expand
        self._made = revised

    def _expanded(self) -> Expanded:
        if self._made is None:
            self._made = self._expand(self)
        return self._made

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The ledger lines of this decision, in posting order."""
        return self._expanded().entries

    @property
    def effects(self) -> tuple[Effect, ...]:
        """Badges, grants, messages, new levels and tiers, quests and streaks, in order."""
        return self._expanded().effects

    @property
    def requests(self) -> tuple[Request, ...]:
        """What only the shell can answer."""
        return self._expanded().requests

    @property
    def trace(self) -> tuple[Fired, ...]:
        """Which mechanics acted, in order, with what they wanted and gave."""
        return self._expanded().trace

    def __bool__(self) -> bool:
        return bool(self.compact) or self._made is not None

    def __repr__(self) -> str:
        return f"Decision(event={self.event!r}, entries={len(self.entries)}, effects={len(self.effects)})"


@attrs.frozen(slots=True)
class Expanded:
    """The parts of a decision, written out."""

    entries: tuple[Entry, ...] = ()
    effects: tuple[Effect, ...] = ()
    requests: tuple[Request, ...] = ()
    trace: tuple[Fired, ...] = ()


@attrs.frozen(slots=True)
class Rejected:
    """An event that was not taken, and why; `source` says where it came from (file and line)."""

    event: str | None
    code: str
    reason: str
    source: str = ""
    raw: Any = attrs.field(default=None, repr=False)
    """As it came. Not in the repr: it may hold personal data."""
    details: Mapping[str, Any] = attrs.field(factory=dict, repr=False)
    """What the reason is about, as `LoyaltyError.details`."""


@attrs.frozen(slots=True, kw_only=True)
class Summary:
    """What a bulk recording did, in counts; `rejected` has every refused event with its reason."""

    recorded: int = 0
    duplicates: int = 0
    late: int = 0
    """Beyond the program's `late`: stored, never rewarded."""
    rejected: tuple[Rejected, ...] = ()
    entries: int = 0
    effects: int = 0
    ignored_fields: Mapping[str, int] = attrs.field(factory=dict)
    """Fields that events carry and the program does not declare: how often each was seen."""
