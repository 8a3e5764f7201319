"""The rows that come out of a store and go into it: one named tuple a table, in the order of its columns.

Instants are whole microseconds since 1970-01-01T00:00Z, amounts are in a point's smallest units, `member` is the
member's number in this store, `recorded` is the `seq` of the event whose recording wrote the row (None when time alone
did).
"""

from __future__ import annotations

import json
from typing import NamedTuple

WITHDRAWN = 2
"""In `EventRow.late`: a void took the event out."""
EventValues = tuple[int, str, int, str, int, int | None, int, str]
EntryValues = tuple[
    int, int | None, str, str, int, int, str, str, str | None, int | None, int | None, int | None, str | None
]
EffectValues = tuple[int, int | None, str, str, int, str, str, str | None, str, int]
StateValues = tuple[int, int, int, int | None, str]
"""What is appended: the values of a row without their names, because a bulk recording makes millions of them."""

Happening = tuple[int, str, int, int | None, str]
"""An event as a row of columns: member, type, instant, when it was known, data (JSON, or empty)."""
Posting = tuple[int, int, int, int | None]
"""A line of the ledger as a row: member, amount, instant, when the event behind it was known."""
Change = tuple[int, str, int, int | None]
"""An effect as a row: member, data (JSON), instant, when the event behind it was known."""


class ProgramRow(NamedTuple):
    """An adopted program document."""

    hash: str
    name: str
    version: int
    plan: str
    """The hash of the plan that the document was lowered to."""
    adopted: int | None
    """The instant from which it is in force; None from the beginning."""
    document: str
    mode: str | None = None
    """How it was adopted: what became of the past. None for the first program."""


class EventRow(NamedTuple):
    """An event as it was recorded; `data` is a JSON object, empty text when nothing is in it (or it was erased)."""

    seq: int
    id: str
    member: int
    type: str
    at: int
    known_at: int | None
    late: int
    """1 when it came too late to be rewarded, `WITHDRAWN` when it was taken out."""
    data: str


class StateRow(NamedTuple):
    """The snapshot of a member's state under a plan."""

    member: int
    plan: int
    now: int
    due: int | None
    """The next timer; None when none is armed."""
    body: str


class EntryRow(NamedTuple):
    """A line of the ledger. Its id follows from mechanic, occurrence, point and kind."""

    member: int
    recorded: int | None
    point: str
    kind: str
    amount: int
    at: int
    mechanic: str
    occurrence: str
    event: str | None
    wanted: int | None
    available_at: int | None
    expires_at: int | None
    lot: str | None = None
    """The lot that a redemption, reversal or adjustment took from; that of a confirmation or expiry is its own."""


class EffectRow(NamedTuple):
    """An effect; its id follows from member, mechanic, occurrence, kind and name. `data` is JSON, or empty."""

    member: int
    recorded: int | None
    kind: str
    name: str
    at: int
    mechanic: str
    occurrence: str
    event: str | None
    data: str
    kept: int
    """1 when a refold no longer yields it and it stays all the same."""


class OutboxRow(NamedTuple):
    """A message to one member; `effect` is the key, as text, of the effect that asked for it."""

    seq: int
    """0 until it is queued."""
    member: int
    effect: str
    message: str
    purpose: str
    """service, marketing, or staff."""
    channels: str
    """JSON list of those still open, the current one first."""
    at: int
    """When it was decided."""
    due: int
    """When it is looked at next; of a leased one, when the lease runs out."""
    status: str
    """queued, leased or deferred while it waits; sent, dead or suppressed when it is settled."""
    attempts: int = 0
    """On the current channel."""
    channel: str | None = None
    """Tried last."""
    reason: str | None = None
    """A code."""
    reference: str | None = None
    """The channel's own id for it."""
    done: int | None = None
    """When it was settled; of a leased one, when sending it began."""
    run: str | None = None
    """The campaign's run that sends it, as campaign/number."""
    facts: str = ""
    """JSON object: what the effect knows, for the template."""
    tried: str = "[]"
    """JSON list: channel, reason and attempts of each that it has left."""


class AttemptRow(NamedTuple):
    """One attempt to send a message."""

    channel: str
    at: int
    """When it began; once it is answered, when that was."""
    message: int
    """Its number in the outbox."""
    member: int
    """0 for a school's staff."""
    slot: str = ""
    """A digest of channel and address; empty when nobody counts it."""
    failed: int | None = None
    """1 or 0; None while it is under way, and when nothing follows from it."""


class Served(NamedTuple):
    """Which messages of the outbox a deliverer takes: those with a channel it serves, but not on another's turn."""

    channels: tuple[str, ...]
    waited: int
    """Messages due before this are taken although their current channel is served elsewhere: nobody came."""
    stale: int
    """Messages decided before this are taken whatever their channels; only staff's, never stale, wait for busy ones."""
    elsewhere: tuple[str, ...] = ()
    """Channels that other deliverers serve."""
    busy: tuple[tuple[str, int], ...] = ()
    """Channels whose messages wait, and the number up to which these were looked at: they stay where they are."""

    def takes(self, row: OutboxRow) -> bool:
        """Whether it takes a message."""
        full = any(row.seq <= seen and row.channels.startswith(begins) for begins, seen in self.waiting)
        if row.channels == "[]" or (row.at < self.stale and not (full and row.purpose == "staff")):
            return True
        held = row.due >= self.waited and any(row.channels.startswith(one) for one in self.theirs)
        return not (held or full) and any(one in row.channels for one in self.ours)

    @property
    def ours(self) -> list[str]:
        """What is in the lists that have a served channel."""
        return [json.dumps(channel) for channel in self.channels]

    @property
    def waiting(self) -> list[tuple[str, int]]:
        """How the lists begin whose current channel is busy, and the numbers."""
        return [(f"[{json.dumps(channel)}", seen) for channel, seen in self.busy]

    @property
    def theirs(self) -> list[str]:
        """How the lists begin whose current channel is served elsewhere."""
        return [f"[{json.dumps(channel)}" for channel in self.elsewhere if channel not in self.channels]


WAITING = ("queued", "deferred", "leased")
"""The states of the outbox that something still follows."""


class InboxRow(NamedTuple):
    """A message in the platform's own inbox, in words."""

    member: int
    effect: str
    message: str
    at: int
    subject: str
    text: str


class TaskRow(NamedTuple):
    """A task that staff owe a member."""

    id: str
    member: int
    reward: str
    role: str
    escalated: str | None
    """The role that heard of it when it was not done in time."""
    state: str
    """open, escalated, done, cancelled."""
    since: int
    due: int
    ended: int | None
    doer: str | None
    note: str | None


class IdeaRow(NamedTuple):
    """An idea of a member's; what it says is a `SaidRow`."""

    id: str
    member: int
    state: str
    """proposed, open, declined, accepted, done."""
    since: int
    at: int
    """When its state last changed."""
    doer: str | None
    note: str | None


class SaidRow(NamedTuple):
    """What a member said in words of their own. It is personal, and nothing that is folded depends on it."""

    kind: str
    """idea or comment."""
    id: str
    member: int
    about: str
    at: int
    text: str


class ModelRow(NamedTuple):
    """A fitted model."""

    name: str
    """What it is kept under: its id, or what it is for."""
    version: str
    at: int
    """When it was fitted: it knows nothing of what was not known by then."""
    sha256: str
    """Of the body."""
    report: str
    """JSON object: what came of fitting."""
    body: bytes


KEPT_MODELS = 10
"""So many models of one name are kept."""
OPEN_TASKS = ("open", "escalated")


class PlaceRow(NamedTuple):
    """A member in a waiting list."""

    reward: str
    member: int
    since: int


class WordRow(NamedTuple):
    """A code word of a session; the word itself is kept nowhere."""

    session: str
    number: int
    """1 for the first word of the session."""
    digest: str
    opens: int
    closes: int
    minutes: float | None
    """Of attendance that saying it counts for."""


class ScoreRow(NamedTuple):
    """A member's score on a leaderboard in one period; None takes them off."""

    board: str
    period: int
    group: str
    """Empty: the board of everybody."""
    member: int
    score: float | None


class RankedRow(NamedTuple):
    """A member on a leaderboard."""

    member: int
    id: str
    score: float


EffectKey = tuple[str, str, str, str]
"""What makes an effect the same one in every refold: mechanic, occurrence, kind, name."""


def effect_key(row: EffectRow) -> EffectKey:
    """The key of an effect inside its member."""
    return (row.mechanic, row.occurrence, row.kind, row.name)
