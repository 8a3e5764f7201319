"""A unit of work: the members in hand and the rows to append, all of one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.app.addressing import note_addresses
from loyaltykit.app.chances import welcome
from loyaltykit.app.choosing import Memories, learn
from loyaltykit.app.enqueueing import SAID, Outgoing, Over, outgoing, over_by
from loyaltykit.app.ideas import carry_out, with_text
from loyaltykit.app.referring import mend
from loyaltykit.app.rows import add_rows, effect_row, entry_row, event_row, to_carry_out, to_event
from loyaltykit.app.seats import freed
from loyaltykit.app.settling import settle
from loyaltykit.app.staffing import staff_letter
from loyaltykit.app.standings import note_scores, write_scores
from loyaltykit.app.tasks import task_row
from loyaltykit.program.reserved import MEMBER_UPDATED
from loyaltykit.rules.decisions import expand_compact
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loyaltykit.app.journal import Journal
    from loyaltykit.store.rows import EffectValues, EntryValues, EventValues, InboxRow, OutboxRow, StateValues, TaskRow
    from loyaltykit.values import Decision, Effect, Entry, Event

    State = list[Any]


class Hand:
    """A member in hand.

    `number` is 0 until something of a new member is recorded; `recorded` is the `seq` of the event recorded last.
    """

    __slots__ = ("changed", "id", "number", "recorded", "state")

    def __init__(self, id: str, number: int, state: State) -> None:
        self.id = id
        self.number = number
        self.state = state
        self.put_back()

    def put_back(self) -> None:
        """Forget what one transaction did with it."""
        self.changed = False
        self.recorded: int | None = None


class Work:
    """What one transaction does. Rows gather here and are written table by table, in `flush`."""

    def __init__(self, journal: Journal, *, last_event: int, last_member: int) -> None:
        self.journal = journal
        self.engine = journal.engine
        self.store = journal.store
        self.hands: dict[str, Hand] = {}
        self.last_event = last_event
        self.last_member = last_member
        self.decided: list[Decision] = []
        """Everything that was decided, in order, while `tells` is true."""
        self.tells = True
        self.entered = 0
        """How many entries were posted so far."""
        self.effected = 0
        """How many effects were decided so far."""
        self.answers: dict[str, Event] = {}
        """Facts that this transaction has settled, by event id."""
        self.memories = Memories(journal.store, journal.policies)
        self.scores: dict[tuple[str, int, str, int], Any] = {}
        """What is to be written of leaderboards: board, period, group, member."""
        self.newcomers: list[Hand] = []
        """Who was recorded for the first time; others may wait to have been referred by them."""
        self.referrals: dict[str, bool | None] = {}
        """Friends whose history was folded again or goes on after that: whether the referral stands; None: it waits."""
        self.addresses: list[tuple[str, str, int, int]] = []
        """Attribute, address, member and event, of addresses that were told."""
        self._members: list[tuple[int, str]] = []
        self._events: list[EventValues] = []
        self._entries: list[EntryValues] = []
        self._effects: list[EffectValues] = []
        self._outbox: list[OutboxRow] = []
        self._inbox: list[InboxRow] = []
        self._tasks: list[TaskRow] = []

    def take(self, ids: Iterable[str]) -> None:
        """Have these members in hand."""
        for hand in self.journal.take(id for id in ids if id not in self.hands):
            self.hands[hand.id] = hand

    def hand(self, id: str) -> Hand:
        """A member in hand."""
        hand = self.hands.get(id)
        if hand is None:
            hand = self.hands[id] = self.journal.take_one(id)
        return hand

    def event_row(self, hand: Hand, event: Event, *, late: bool = False) -> EventValues:
        """The row of an event, not recorded yet. EventError when its data cannot be stored."""
        return event_row(event, self.last_event + 1, hand.number or self.last_member + 1, late=late)

    def record(self, hand: Hand, row: EventValues) -> int:
        """Record an event by the row made just before; its `seq`."""
        if not hand.number:
            self.last_member = hand.number = row[2]
            self._members.append((hand.number, hand.id))
            if self.engine.plan.referrals is not None:
                self.newcomers.append(hand)
        self.last_event = row[0]
        self._events.append(row)
        if row[3] == MEMBER_UPDATED:
            note_addresses(self, hand, row)
        hand.changed = True
        return row[0]

    def post(self, hand: Hand, recorded: int | None, decision: Decision) -> None:
        """Append what a decision says and settle what it asks."""
        waiting = [decision]
        for made in waiting:  # answers may ask for more: those come after what was asked before
            if self.tells:
                self.decided.append(made)
            if add_rows(made.compact, hand.number, recorded, self._entries, self._effects):
                if self.engine.plan.boards:
                    note_scores(self, hand, made.compact)
                asked = expand_compact(hand.id, to_carry_out(made.compact))
                self._carry_out(hand, asked.effects)
                for request in asked.requests:
                    answer = settle(self, hand, request)
                    hand.state, answered = self.engine.fold(hand.state, answer)
                    waiting.append(answered)

    def answered(self, id: str, member: str) -> Event | None:
        """The answer that was recorded under an event id; None when there is none."""
        if id in self.answers:
            return self.answers[id]
        rows = self.store.seen((id,))
        return to_event(rows[0], member) if rows else None

    def append(self, hand: Hand, recorded: int | None, entries: Sequence[Entry], effects: Sequence[Effect]) -> None:
        """Append ledger lines and effects; messages among these go to their channels."""
        number = hand.number
        self._entries += [entry_row(entry, member=number, recorded=recorded) for entry in entries]
        self._effects += [effect_row(effect, member=number, recorded=recorded) for effect in effects]
        self._carry_out(hand, effects)

    def note(self, hand: Hand, recorded: int | None, effects: Iterable[Effect]) -> None:
        """Append effects, and do nothing about them."""
        self._effects += [effect_row(effect, member=hand.number, recorded=recorded) for effect in effects]

    def _carry_out(self, hand: Hand, effects: Iterable[Effect]) -> None:
        for effect in effects:
            if effect.kind == "outcome":
                learn(self, effect.name, effect.data)
            elif effect.kind in SAID:
                shown = with_text(self.store, effect) if "idea" in effect.data else effect
                self.enqueue(outgoing(self.engine, hand.number, hand.state, effect, self.journal.drafts, shown=shown))
            elif effect.kind in ("idea", "support"):
                carry_out(self, hand, effect)
            elif effect.kind == "task":
                self._tasks.append(task_row(effect, hand.number))
                letter = staff_letter(self.engine.program.document, hand.number, hand.state, effect)
                self.enqueue(Outgoing(letter, None))
            elif effect.kind == "waiting" and effect.data.get("state") != "waiting":
                self.store.unwait(effect.name, hand.number)
            elif effect.kind == "hidden":
                self.write_rows()  # the member may be new
                self.store.hide(effect.name, hand.number, hidden=effect.data["hidden"])
            elif effect.kind == "freed":
                freed(self, hand, effect)
            elif (over := over_by(effect)) is not None:
                self.withhold(hand, over, at=effect.at)

    def enqueue(self, message: Outgoing) -> None:
        """Append a message to the outbox, the inbox, or both."""
        if message.letter is not None:
            self._outbox.append(message.letter)
        if message.inbox is not None:
            self._inbox.append(message.inbox)

    def withhold(self, hand: Hand, over: Over, *, at: int) -> None:
        """Nothing more is sent of what has been queued about something that is over."""
        if any(row.member == hand.number for row in self._outbox):
            self._write_messages()
        document = self.engine.program.document
        pointless = [row.seq for row in self.store.unsent(hand.number) if over.concerns(document, row)]
        self.store.suppress(pointless, reason=over.reason, at=at)

    def withhold_ended(self, hand: Hand, effects: Iterable[Effect], *, at: int) -> None:
        """Nothing more is sent about what some effects put an end to."""
        for effect in effects:
            if (over := over_by(effect)) is not None:
                self.withhold(hand, over, at=at)

    def catch_up(self, hand: Hand, recorded: int | None, to: int | None) -> None:
        """Fire the timers due at or before an instant, one after the other, so that what one asks for is settled."""
        while to is not None and (due := self.engine.due(hand.state)) <= to:
            hand.state, decision = self.engine.advance(hand.state, due)
            hand.changed = True
            if decision.compact:
                self.post(hand, recorded, decision)

    def flush(self) -> None:
        """Write what has gathered, and the states of the members that changed."""
        while self.newcomers or self.referrals:
            newcomers, self.newcomers = self.newcomers, []
            welcome(self, newcomers)
            referrals, self.referrals = self.referrals, {}
            mend(self, referrals)
        self.write_rows()
        self.memories.write()
        states = [self._state_row(hand) for hand in self.hands.values() if hand.changed]
        if states:
            self.store.put_states(states)

    def write_rows(self) -> None:
        """Write what has gathered, so that the store can be asked about it."""
        store = self.store
        self.entered += len(self._entries)
        self.effected += len(self._effects)
        self._write_messages()
        if self.addresses:
            store.add_addresses(self.addresses)
            self.addresses = []
        if self._events:
            store.add_events(self._events)
            self._events = []
        if self._entries:
            store.add_entries(self._entries)
            self._entries = []
        if self._effects:
            store.add_effects(self._effects)
            self._effects = []
        if self._tasks:
            store.put_tasks(self._tasks)
            self._tasks = []
        if self.scores:
            write_scores(self)

    def _write_messages(self) -> None:
        if self._members:
            self.store.add_members(self._members)
            self._members = []
        if self._outbox:
            self.store.enqueue(self._outbox)
            self._outbox = []
        if self._inbox:
            self.store.add_inbox(self._inbox)
            self._inbox = []

    def _state_row(self, hand: Hand) -> StateValues:
        engine, state = self.engine, hand.state
        due = engine.due(state)
        return (hand.number, self.journal.plan, engine.now(state), None if due >= NEVER else due, engine.dump(state))
