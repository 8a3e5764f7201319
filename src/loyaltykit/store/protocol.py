"""What the shell asks of a store. It is small on purpose: reads and appends of rows, inside transactions.

A store decides nothing. It is used by one caller at a time (the shell has a lock); other connections and processes may
use the same database. Every failure of the medium leaves as StoreError. All reads and writes happen between `begin` and
`commit` or `rollback`; a writing transaction holds the store's write lock from `begin` on, so what it reads stays true.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from loyaltykit.store.rows import (
        AttemptRow,
        Change,
        EffectKey,
        EffectRow,
        EffectValues,
        EntryRow,
        EntryValues,
        EventRow,
        EventValues,
        Happening,
        IdeaRow,
        InboxRow,
        ModelRow,
        OutboxRow,
        PlaceRow,
        Posting,
        ProgramRow,
        RankedRow,
        SaidRow,
        ScoreRow,
        Served,
        StateRow,
        StateValues,
        TaskRow,
        WordRow,
    )

TAKEN = "store/taken"


class Transactions(Protocol):
    """Begin, end, close."""

    def begin(self, *, write: bool = True) -> bool:
        """Start a transaction. True when somebody else may have written since our last one: forget what you cached."""

    def commit(self) -> None:
        """Make everything since `begin` durable, all or nothing."""

    def rollback(self) -> None:
        """Undo everything since `begin`; nothing happens when no transaction is open."""

    def close(self) -> None:
        """Let go of the medium; closing twice is fine."""


class Programs(Protocol):
    """The program that the store belongs to, plans, and the program-wide instant."""

    def program(self) -> ProgramRow | None:
        """The program adopted last; None in a new store."""

    def programs(self) -> list[ProgramRow]:
        """All programs, in order of adoption."""

    def adoptions(self) -> int:
        """How many programs there are."""

    def add_program(self, row: ProgramRow) -> None:
        """Remember an adopted program; earlier ones are kept."""

    def plan(self, hash: str) -> int:
        """The number of a plan, given on first sight."""

    def advanced(self) -> int | None:
        """How far time has been advanced for the whole program; None when never."""

    def set_advanced(self, to: int) -> None:
        """Remember how far time has been advanced."""


class Members(Protocol):
    """Members have an id outside and an opaque number inside."""

    def numbers(self, ids: Collection[str]) -> dict[str, int]:
        """The numbers of those ids that are known."""

    def ids(self, numbers: Collection[int]) -> dict[int, str]:
        """The ids of those numbers that are known."""

    def last_member(self) -> int:
        """The highest number so far; 0 when there is none."""

    def add_members(self, rows: Sequence[tuple[int, str]]) -> None:
        """Append (number, id); both must be new."""

    def members(self, *, after: int = 0, limit: int = 1_000) -> list[tuple[int, str]]:
        """Numbers and ids in order of number, a page at a time."""


class Events(Protocol):
    """What happened, as recorded."""

    def last_event(self) -> int:
        """The highest `seq` so far; 0 when there is none."""

    def seen(self, ids: Collection[str]) -> list[EventRow]:
        """The events that have one of these ids already."""

    def history(self, member: int) -> list[EventRow]:
        """All events of a member, in order of instant and id."""

    def recent(self, member: int, *, until: int, limit: int) -> list[EventRow]:
        """The newest events of a member at or before an instant, newest first, without their data."""

    def mark_withdrawn(self, seqs: Collection[int]) -> None:
        """Say that events were taken out: their `late` is `WITHDRAWN` from now on, and nothing counts them."""

    def add_events(self, rows: Sequence[EventValues]) -> None:
        """Append. StoreError with the code of `TAKEN` when an id is there already; the transaction is to be undone."""


class States(Protocol):
    """Snapshots of members' states. They can always be rebuilt from the events."""

    def states(self, members: Collection[int]) -> list[StateRow]:
        """The snapshots of these members, as far as there are any."""

    def due(self, to: int, *, limit: int) -> list[str]:
        """Ids of members with a timer due at or before `to`, the most overdue first."""

    def outdated(self, plan: int, *, limit: int) -> list[str]:
        """Ids of members whose snapshot was made under another plan."""

    def put_states(self, rows: Sequence[StateValues]) -> None:
        """Write snapshots over earlier ones."""


class Ledger(Protocol):
    """Entries: appended, never changed."""

    def add_entries(self, rows: Sequence[EntryValues]) -> None:
        """Append."""

    def entries(self, member: int, *, recorded: int | None = None) -> list[EntryRow]:
        """A member's entries in order of posting; with `recorded`, only those that recording that event wrote."""

    def recent_entries(self, member: int, *, until: int, limit: int) -> list[EntryRow]:
        """The newest entries at or before an instant, newest first."""

    def sums(self, member: int) -> Mapping[tuple[str, str], int]:
        """The net amount by (point, mechanic). Confirmations are left out: they move points, they do not make any."""


class Effects(Protocol):
    """Effects, and what the messages among them put into the platform's inbox."""

    def add_effects(self, rows: Sequence[EffectValues]) -> None:
        """Append; one that is there already stays as it is, unless it was only kept: then it is this one now."""

    def effects(self, member: int, *, recorded: int | None = None) -> list[EffectRow]:
        """A member's effects in order; with `recorded`, only those that recording that event wrote."""

    def recent_effects(self, member: int, *, until: int, limit: int) -> list[EffectRow]:
        """The newest effects at or before an instant, newest first."""

    def effects_after(
        self, seq: int | None, *, kinds: Collection[str], since: int, limit: int
    ) -> list[tuple[int, EffectRow]]:
        """Effects of some kinds of all members, with their numbers in order of writing: the first so many after `seq`.

        Without `seq` the last so many. Those that happened before the instant `since`, or were only kept, are left out.
        """

    def last_effect(self) -> int:
        """The highest number of an effect so far; 0 when there is none."""

    def mark_kept(self, member: int, keys: Collection[EffectKey], *, kept: bool) -> None:
        """Say whether effects stay although a refold no longer yields them."""

    def add_inbox(self, rows: Sequence[InboxRow]) -> None:
        """Put messages into the platform's inbox, each effect's once."""

    def inbox(self, member: int, *, limit: int) -> list[InboxRow]:
        """A member's inbox, newest first."""

    def told(self, effect: str) -> list[InboxRow]:
        """The messages in all inboxes whose effects begin so, by member."""

    def reword(self, row: InboxRow) -> None:
        """Put another subject and text into a message that is in an inbox."""


class Outbox(Protocol):
    """Messages on their way out. Instants of settling are the dispatcher's; a store has no clock."""

    def enqueue(self, rows: Sequence[OutboxRow]) -> None:
        """Queue messages; those of the same effect are queued once."""

    def lease(self, to: int, *, limit: int, until: int, served: Served | None = None) -> list[OutboxRow]:
        """Messages due at or before `to`, the most overdue first, taken until an instant: a lease that ran out is due.

        The rows are as they are now, with the status before it was taken. With `served` only those that it takes.
        """

    def to_send(self, to: int, *, limit: int, served: Served | None = None) -> list[OutboxRow]:
        """The same messages, not taken."""

    def start(self, seq: int, *, lease: int, channel: str, at: int) -> bool:
        """Sending begins: counts an attempt. False when the lease (by its end) is no longer ours."""

    def finish(self, row: OutboxRow, *, lease: int | None) -> bool:
        """Write a message's new standing: by `seq`, all columns from `channels` on but `at`, `run` and `facts`.

        With `lease` only while that lease (by its end) is ours; False when it is not.
        """

    def unsent(self, member: int) -> list[OutboxRow]:
        """What still waits for a member, in the order in which it was queued."""

    def suppress(self, numbers: Collection[int], *, reason: str, at: int) -> int:
        """Settle messages, by `seq`, that still wait; how many."""

    def requeue(self, member: int, effects: Collection[str], *, reason: str) -> int:
        """Have messages wait again that were suppressed for a reason; how many."""

    def lapse(self, before: int, *, reason: str, at: int) -> int:
        """Settle what has waited since before an instant and was never tried, staff's aside; how many messages."""

    def given_up(
        self, status: str, *, channel: str | None, reason: str | None, since: int | None, limit: int
    ) -> list[OutboxRow]:
        """Dead or suppressed messages, the last to be settled first: that were tried on a channel, with a reason."""

    def revive(self, row: OutboxRow) -> bool:
        """Have a dead or suppressed message wait again, by `seq`, with these `channels`, `due` and `at`."""

    def by_reference(self, reference: str) -> OutboxRow | None:
        """The message for which a channel gave this reference."""

    def sent_since(self, member: int, since: int) -> list[tuple[int, str]]:
        """When messages to a member were sent, or began to be, and their status; in order, staff's aside."""

    def letter(self, seq: int) -> OutboxRow | None:
        """One message."""

    def letters(self, *, member: int | None = None, status: str | None = None, limit: int) -> list[OutboxRow]:
        """Messages, the newest first."""

    def deliveries(self) -> Mapping[tuple[str, str | None, str | None], int]:
        """How many messages there are by status, channel and reason."""

    def add_code(self, digest: str, member: int, *, ends: int) -> None:
        """Remember a one-time code, by its digest."""

    def take_code(self, digest: str) -> tuple[int, int] | None:
        """Whose code it was and when it ends, and forget it; None when there is none."""


class Attempts(Protocol):
    """Attempts to send, of the last day."""

    def attempt(self, row: AttemptRow) -> None:
        """One begins."""

    def attempted(self, row: AttemptRow, *, at: int, failed: bool | None) -> None:
        """What came of it, and when."""

    def nth_attempt(self, number: int, *, channel: str, slot: str = "") -> int | None:
        """The instant of the newest but `number` - 1 on a channel, or to one slot of it; None when there were fewer."""

    def outcomes(self, channel: str, since: int, *, limit: int) -> list[tuple[int, bool]]:
        """Instants, and whether they failed, of a channel's answered attempts, the newest first."""

    def outcomes_for(self, member: int, channel: str, since: int, *, limit: int) -> list[bool]:
        """Whether they failed, of a member's answered attempts on a channel, the newest first."""

    def forget_attempts(self, channel: str, before: int) -> None:
        """Those on a channel that are older than an instant."""


class Counts(Protocol):
    """What is counted over many members, a range of them at a time."""

    def newest(self) -> int | None:
        """The instant of the newest event; None when there is no event."""

    def effects_of(self, mechanic: str, kind: str, *, after: int, to: int) -> list[EffectRow]:
        """Effects of one mechanic and kind, of members with `after` < number <= `to`, by member and order of writing.

        Quick for the kinds exposure, offer and outcome.
        """

    def happened(self, types: Collection[str], members: Collection[int], *, data: bool) -> list[EventRow]:
        """Events of some types of some members, by member, instant and id; `data` is left empty unless asked for.

        Those that were taken out are not among them, here and in `happenings`.
        """

    def happenings(
        self, types: Collection[str], told: Collection[str], *, after: int, to: int, before: int, since: int = 0
    ) -> list[Happening]:
        """Events of some types that happened, and were known, before an instant, by member, instant and arrival.

        Of members with `after` < number <= `to`, recorded after the event `since` (its `seq`). Data only of the types
        in `told`. Erased data are empty.
        """

    def postings(self, point: str, *, after: int, to: int) -> list[Posting]:
        """What was posted of a point to members with `after` < number <= `to`, by member, in order of posting.

        Confirmations are left out: they move points, they do not make any.
        """

    def changes(self, mechanic: str, kind: str, *, after: int, to: int) -> list[Change]:
        """Effects of one mechanic and kind, of members with `after` < number <= `to`, by member and order of writing.

        Those that a refold no longer yields are left out.
        """


class Stock(Protocol):
    """Rewards that are limited for all members together."""

    def claim(self, reward: str, claim: str, *, stock: int) -> bool:
        """Take one piece if one is left. The same claim again: True, and nothing more is taken."""

    def claimed(self, reward: str) -> int:
        """How many pieces are taken."""

    def release(self, reward: str, claim: str) -> bool:
        """Let a piece go; False when the claim holds none."""

    def wait(self, row: PlaceRow) -> None:
        """Put a member into a waiting list; who is in it stays where they are."""

    def unwait(self, reward: str, member: int) -> None:
        """Take a member out of a waiting list, if they are in it."""

    def waiting(self, reward: str) -> list[tuple[str, PlaceRow]]:
        """Everybody in a waiting list, with their ids, in order of since and number."""

    def places(self, member: int) -> list[PlaceRow]:
        """The waiting lists that a member is in, in order of reward."""


class Codes(Protocol):
    """Pools of codes that rewards bring."""

    def add_codes(self, reward: str, codes: Collection[str]) -> int:
        """Put codes behind those that are there; how many were new."""

    def give_code(self, reward: str, claim: str) -> str | None:
        """Give the next code; the same claim again: the same code. None when none is left."""

    def return_code(self, reward: str, claim: str) -> None:
        """A code that nobody has seen can be given again."""

    def codes(self, reward: str) -> tuple[int, int]:
        """How many codes there are, and how many of them can still be given."""


class Referred(Protocol):
    """Members whose referrer was not seen yet, by a digest of the referrer's id."""

    def await_referrer(self, digest: str, member: int) -> None:
        """A member waits for a referrer; for one at a time."""

    def awaited(self, digests: Collection[str]) -> list[tuple[str, int, str]]:
        """Who waits for some of these: digest, number and id of the member, in order of the first two."""

    def unawait(self, member: int) -> None:
        """The member waits no longer."""


class Boards(Protocol):
    """Scores on leaderboards: high before low, of equal ones who came first. Members who are hidden are left out.

    `board` is the key of a board, ``ID/PERIOD/...``; members are hidden by its id.
    """

    def put_scores(self, rows: Sequence[ScoreRow]) -> None:
        """Write scores over earlier ones."""

    def scores(self, member: int) -> list[ScoreRow]:
        """All scores of a member, in order of board, period and group."""

    def ranked(self, board: str, period: int, group: str, *, limit: int) -> list[RankedRow]:
        """The first so many."""

    def beside(self, board: str, period: int, group: str, row: RankedRow, *, each: int) -> list[RankedRow]:
        """A row of the board, with so many of those before it and after it."""

    def place(self, board: str, period: int, group: str, member: int) -> RankedRow | None:
        """A member's row; None when they are not on the board."""

    def ahead(self, board: str, period: int, group: str, score: float) -> int:
        """How many have more."""

    def on_board(self, board: str, period: int, group: str) -> int:
        """How many are on the board."""

    def open_periods(self, board: str) -> list[int]:
        """Periods with scores that are not settled, in order."""

    def groups(self, board: str, period: int) -> list[str]:
        """The groups with scores in a period, in order."""

    def settle_board(self, board: str, period: int, at: int) -> None:
        """Remember that a period's winners were told. Once a period."""

    def settled_board(self, board: str, period: int) -> int | None:
        """When that was; None when it was not yet."""

    def hide(self, board: str, member: int, *, hidden: bool) -> None:
        """Leave a member out, or not any more."""


class Tasks(Protocol):
    """What staff owe members. They can be rebuilt from the effects."""

    def put_tasks(self, rows: Sequence[TaskRow]) -> None:
        """Write tasks; of one that is there already state, and what was unknown so far, change."""

    def task(self, id: str) -> TaskRow | None:
        """One task."""

    def tasks(self, *, role: str | None = None, open: bool | None = True) -> list[tuple[str, TaskRow]]:
        """Tasks with the ids of their members, most overdue first; of a role: its own and those it heard of.

        `open`: those to be done, or those that are not any more; None: all.
        """


class Ideas(Protocol):
    """Ideas and the votes for them. They can be rebuilt from the effects."""

    def put_ideas(self, rows: Sequence[IdeaRow]) -> None:
        """Write ideas; of one that is there already, all but its author and `since` change."""

    def idea(self, id: str) -> tuple[str, IdeaRow] | None:
        """An idea and the id of its author."""

    def ideas(self, state: str | None = None) -> list[tuple[str, IdeaRow]]:
        """Ideas with the ids of their authors, in order of `since`: all, or those in a state."""

    def put_support(self, idea: str, member: int, weight: float | None) -> None:
        """A member's vote for an idea, over an earlier one; None withdraws it."""

    def supporters(self, idea: str) -> list[str]:
        """The ids of those who vote for an idea, in order of number."""

    def tallies(self) -> dict[str, tuple[int, float]]:
        """By idea how many vote for it, and their weight; votes of weight 0 do not count."""


class Said(Protocol):
    """What members said in their own words; it can be erased, and nothing that is folded depends on it."""

    def say(self, row: SaidRow) -> None:
        """Keep a text, over an earlier one of its kind and id."""

    def said(self, kind: str, ids: Collection[str]) -> dict[str, str]:
        """The texts that there are, by id."""

    def said_by(self, kind: str, member: int) -> list[SaidRow]:
        """What a member said, in order."""

    def said_about(self, kind: str, about: str, *, limit: int) -> list[SaidRow]:
        """What was said about something, the newest first."""

    def add_addresses(self, rows: Sequence[tuple[str, str, int, int]]) -> None:
        """Remember attribute, address and member, and the `seq` of the event that said so."""

    def addressed(self, attribute: str, address: str) -> list[int]:
        """The members who have had an address, the latest first."""

    def unsay(self, kind: str, id: str) -> bool:
        """Erase a text; False when there is none."""


class Words(Protocol):
    """Code words of sessions, as digests, and how often somebody guessed wrong."""

    def put_word(self, row: WordRow) -> None:
        """Write a word over the one of that session and number."""

    def words(self, session: str | None, *, since: int) -> list[WordRow]:
        """The words of a session, or of all, that close after an instant; in order of session and number."""

    def guesses(self, digest: str) -> tuple[int, int] | None:
        """Since when somebody, by a digest of them, has guessed, and how often; None when never."""

    def note_guess(self, digest: str, *, since: int, times: int) -> None:
        """Write that over what was noted before."""


class Policies(Protocol):
    """What policies have learned, by the step of a campaign that they choose for."""

    def policy(self, step: str) -> str | None:
        """The memory, as JSON text; None when there is none."""

    def put_policy(self, step: str, memory: str) -> None:
        """Write a memory over the earlier one."""


class Models(Protocol):
    """Fitted models, as bytes, and what is noted of their use."""

    def add_model(self, row: ModelRow) -> None:
        """Keep a fitted model; of each name the newest ones are kept."""

    def model(self, name: str, *, until: int) -> ModelRow | None:
        """The model of a name that was fitted last, at or before an instant; None when there is none."""

    def noted(self, name: str) -> int | None:
        """A number that was noted under a name; None when none was."""

    def note(self, name: str, value: int) -> None:
        """Note a number under a name, over an earlier one."""


class Store(
    Transactions,
    Programs,
    Members,
    Events,
    States,
    Ledger,
    Effects,
    Outbox,
    Attempts,
    Counts,
    Stock,
    Codes,
    Referred,
    Boards,
    Tasks,
    Ideas,
    Said,
    Words,
    Policies,
    Models,
    Protocol,
):
    """Everything a store does."""
