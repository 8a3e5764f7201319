"""What a person or a page sees of a member: frozen views in whole units and aware times, ready for JSON."""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.wording.standing import standing_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from loyaltykit.redemptions import Hold, Redemption

    Amount = int | Decimal


@attrs.frozen(slots=True)
class PointView:
    """A member's balance of one point kind, in whole units."""

    available: Amount
    pending: Amount
    held: Amount
    lifetime: Amount
    expiring: tuple[tuple[dt.datetime, Amount], ...] = ()
    """What expires when, soonest first."""


@attrs.frozen(slots=True)
class TierView:
    """Where a member stands on one ladder."""

    name: str | None
    since: dt.datetime | None
    until: dt.datetime | None
    """The end of the time it is already kept for; None when it does not end. In a grace it is past."""
    next: str | None
    missing: Amount | float | None
    """How much of the ladder's basis is missing to `next`; None at the top."""
    keep_missing: Amount | float | None = None
    """How much of it is missing to keep this step beyond `until`; None when it does not end, or nothing keeps it."""
    grace_until: dt.datetime | None = None
    """Until when its benefits go on after `until`; None where the ladder has no grace."""
    unit: str | None = None
    """What the basis counts, in the member's language, where it is one kind of points."""
    last_day: dt.date | None = None
    """The last of the member's days before `until`."""
    last_grace_day: dt.date | None = None
    """The same before `grace_until`."""
    in_grace: bool = False
    """Whether `until` is past and only the grace goes on."""
    today: dt.date | None = None
    """The member's day of this view."""

    def words(self, lang: str = "en") -> str:
        """The same in a sentence, in English or (``ru``) Russian: "412 stars to gold; keeps silver until 31 Dec"."""
        return standing_words(self, lang)


@attrs.frozen(slots=True)
class BadgeView:
    """An awarded badge."""

    name: str
    label: str
    at: dt.datetime
    step: str | None = None
    kept: bool = False
    """True when a later correction of history no longer yields it: it stays shown, expressions do not see it."""


@attrs.frozen(slots=True)
class BadgeAhead:
    """A badge, or the next step of one, that can still be earned; hidden ones are not told of."""

    name: str
    label: str
    step: str | None = None
    reached: int | None = None
    """How many were counted; None for a condition."""
    needed: int | None = None


@attrs.frozen(slots=True)
class StepView:
    """Progress of one step of a quest."""

    reached: float
    needed: float
    done: bool
    label: str | None = None
    """What students read; None where the program does not say."""


@attrs.frozen(slots=True)
class QuestView:
    """A member's way through one quest."""

    name: str
    label: str
    active: bool
    done: bool
    progress: float
    """Share of the steps done, 0 to 1."""
    steps: tuple[StepView, ...]
    deadline: dt.datetime | None
    runs: int
    again: dt.datetime | None = None
    """From when on a quest that is done may begin anew."""


@attrs.frozen(slots=True)
class StreakView:
    """Consecutive active periods, counted to the member's now."""

    name: str
    length: int
    best: int
    last: dt.date | None
    """The last active day, of a streak of days."""
    done: bool = False
    """Whether the period of now counts already."""
    until: dt.datetime | None = None
    """When it ends unless something counts before; freezes and pauses are counted in. None when there is none."""
    freezes: int | None = None
    """Freezes left; None where the program has none for it."""
    frozen: tuple[dt.date, ...] = ()
    """The missed periods of this run that a freeze was taken for, by their first days."""
    paused: bool = False
    """Whether a pause touches the period of now."""


@attrs.frozen(slots=True)
class EntitlementView:
    """A standing right that a grant created."""

    reward: str
    label: str
    kind: str
    since: dt.datetime
    until: dt.datetime | None
    kept: bool = False
    at: dt.datetime | None = None
    """When it begins, of a session."""
    link: str | None = attrs.field(default=None, repr=False)
    """Where it takes place; only who holds the right sees it."""
    going: bool | None = None
    """Whether the member said that they will come."""
    codes: tuple[str, ...] = attrs.field(default=(), repr=False)
    """The codes that came with it; only who holds the right sees them."""
    attended: bool | None = None
    """Whether the member was there; None when the program has no ``session.attended``."""


@attrs.frozen(slots=True)
class TaskView:
    """What staff owe a member."""

    id: str
    member: str
    reward: str
    label: str
    role: str
    state: str
    """open, escalated, done, cancelled."""
    since: dt.datetime
    due: dt.datetime
    escalated_to: str | None = None
    done: dt.datetime | None = None
    """When it was done, or needed no longer."""
    by: str | None = attrs.field(default=None, repr=False)
    note: str | None = attrs.field(default=None, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON: times as ISO 8601."""
        return {name: _plain(getattr(self, name)) for name in attrs.fields_dict(type(self))}


@attrs.frozen(slots=True)
class BoardRow:
    """A member on a leaderboard. Equal scores share a rank: 1, 1, 3."""

    rank: int
    member: str
    score: float


@attrs.frozen(slots=True)
class BoardView:
    """A leaderboard in one period."""

    id: str
    label: str
    group: str | None
    """None: the board of everybody."""
    start: dt.datetime
    end: dt.datetime
    """When the next period begins."""
    settled: bool
    """Whether the winners were told; then it never changes."""
    members: int
    """How many are on it."""
    rows: tuple[BoardRow, ...]

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON: times as ISO 8601."""
        return {name: _plain(getattr(self, name)) for name in attrs.fields_dict(type(self))}


@attrs.frozen(slots=True, kw_only=True)
class IdeaView:
    """What a member proposed, and what became of it."""

    id: str
    member: str
    """The author."""
    text: str | None = attrs.field(repr=False)
    """Their words; None when these were erased."""
    state: str
    """proposed (nobody has looked yet), open (for votes), declined, accepted, done."""
    since: dt.datetime
    changed: dt.datetime | None = None
    """When the school last decided about it."""
    votes: int | None = 0
    """How many vote for it; None where these are fewer than five."""
    weight: float | None = 0
    """What their votes weigh together; None where `votes` is."""
    by: str | None = None
    note: str | None = attrs.field(default=None, repr=False)
    """What the school said about it."""

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON: times as ISO 8601."""
        return {name: _plain(getattr(self, name)) for name in attrs.fields_dict(type(self))}


@attrs.frozen(slots=True)
class PlaceView:
    """A member's place in the waiting list of a reward."""

    reward: str
    label: str
    since: dt.datetime
    position: int
    """1 is next."""
    of: int


@attrs.frozen(slots=True)
class OptionView:
    """One option of an offer, and what it is in words."""

    id: str
    label: str


@attrs.frozen(slots=True)
class OfferView:
    """An offer that stands."""

    id: str
    campaign: str
    value: str | int | None
    """What the campaign's run is about: a course, say."""
    option: str | None
    """What was chosen for the member; None while the member is to pick."""
    options: tuple[OptionView, ...]
    until: dt.datetime
    taken: bool
    materials: tuple[str, ...] = ()
    kept: bool = False
    """Whether a correction of history no longer makes it: it was told of, so it may still be taken."""


@attrs.frozen(slots=True)
class InboxMessage:
    """A message in the platform's own inbox."""

    id: str
    message: str
    at: dt.datetime
    subject: str = attrs.field(repr=False)
    text: str = attrs.field(repr=False)
    survey: str | None = None
    """The survey that it asks, for `kit.answer`."""
    answers: tuple[str, ...] = ()
    """What may be answered: the options, or the numbers of the scale."""


@attrs.frozen(slots=True, kw_only=True)
class AskedView:
    """A survey that waits for the member's answer."""

    survey: str
    question: str
    answers: tuple[str, ...]
    """What may be answered: the options, or the numbers of the scale."""
    since: dt.datetime
    key: str
    """For `kit.answer`: an answer under it counts once."""
    comment: bool = False
    """Whether words may be added (`kit.comment`)."""


@attrs.frozen(slots=True)
class TimelineItem:
    """One line of a member's story: an event, an entry or an effect."""

    at: dt.datetime
    kind: str
    name: str
    amount: Amount | None = None
    detail: str = ""


@attrs.frozen(slots=True, kw_only=True)
class ChurnView:
    """A churn score: the risk from 0 to 1, and what it is worth."""

    score: float | None
    """The probability of leaving within the horizon; None where no model could say."""
    band: str | None
    status: str | None
    """``ok``, ``cold-start`` (too little is known of the member), ``out-of-range`` (nobody like that was seen)."""
    gain: float | None
    """What treating the member is expected to bring; None where that is not known."""
    at: dt.datetime
    reasons: tuple[str, ...] = ()
    """Why, the weightiest first: sentences in the member's language."""


@attrs.frozen(slots=True, kw_only=True)
class MemberView:
    """Everything about one member at an instant; `to_dict()` is ready for JSON."""

    id: str
    now: dt.datetime | None
    joined: dt.datetime | None
    attributes: Mapping[str, Any] = attrs.field(repr=False)
    points: Mapping[str, PointView]
    level: str | None
    next_level: str | None = None
    missing_to_level: Amount | None = None
    tiers: Mapping[str, TierView]
    badges: Mapping[str, BadgeView]
    badges_ahead: tuple[BadgeAhead, ...] = ()
    quests: Mapping[str, QuestView]
    streaks: Mapping[str, StreakView]
    entitlements: Mapping[str, EntitlementView]
    segments: tuple[str, ...] = ()
    tasks: tuple[TaskView, ...] = ()
    """What staff owe the member still, soonest due first."""
    waiting: Mapping[str, PlaceView] = attrs.field(factory=dict)
    """Places in waiting lists, by reward."""
    offers: tuple[OfferView, ...] = ()
    redemptions: tuple[Redemption, ...] = ()
    """What the member redeemed, the newest first."""
    holds: tuple[Hold, ...] = ()
    """What is on hold, the oldest first."""
    ideas: Mapping[str, str] = attrs.field(factory=dict)
    """What the member proposed: the state of each, by its id."""
    churn: ChurnView | None = None
    """The last churn score; None before the first."""
    surveys: tuple[AskedView, ...] = ()
    """What the member is asked now, the newest first."""
    inbox: tuple[InboxMessage, ...] = ()
    timeline: tuple[TimelineItem, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists, text, numbers and None; times as ISO 8601, exact decimals as text."""
        return {name: _plain(getattr(self, name)) for name in attrs.fields_dict(type(self))}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if attrs.has(type(value)):
        return {name: _plain(getattr(value, name)) for name in attrs.fields_dict(type(value))}
    if isinstance(value, dict | MappingProxyType):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value)
