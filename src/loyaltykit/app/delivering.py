"""The dispatcher: takes messages out of the outbox, asks whether they may go, hands them over, and notes what came.

A message is leased in one transaction, sent outside of any, and acknowledged in another. A crash in between leaves a
lease that runs out; then the same message, under the same id, is sent again.
"""

from __future__ import annotations

import json
import logging
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.app.asking import reminder
from loyaltykit.app.ideas import with_text
from loyaltykit.app.outgoing import STAFF, compose, identity
from loyaltykit.app.permitting import Gate, Stay, Switch, rules_of
from loyaltykit.calendars import DAY, zone
from loyaltykit.channels.attempts import (
    Course,
    coded,
    expired,
    failed,
    passed_on,
    reference_of,
    switched,
)
from loyaltykit.channels.contact import (
    Defer,
    Send,
    Suppress,
)
from loyaltykit.channels.deliveries import Deliveries
from loyaltykit.channels.protocol import Receipt
from loyaltykit.errors import Deferred, Gone, StoreError
from loyaltykit.store.rows import Served
from loyaltykit.values import Event, from_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from loyaltykit.app.journal import Journal
    from loyaltykit.app.signing import Signer
    from loyaltykit.app.traffic import Traffic
    from loyaltykit.app.waiting import Waiting
    from loyaltykit.app.work import Hand, Work
    from loyaltykit.channels.protocol import Channel, OutgoingMessage
    from loyaltykit.store.rows import AttemptRow, OutboxRow

    Outcome = Receipt | BaseException

BATCH = 50
LEASE = 15 * 60 * 1_000_000
"""Microseconds: longer than a batch is waited for, and than one sending takes; each sending begins a new one."""
_LATER = 3_600 * 1_000_000
"""How long a message waits for those who serve its channel elsewhere before its other channels are tried."""
_log = logging.getLogger("loyaltykit.app")


@attrs.frozen(slots=True)
class _Going:
    """A message that is on its way to a channel."""

    row: OutboxRow
    course: Course
    message: OutgoingMessage = attrs.field(repr=False)
    adapter: Channel
    lease: int
    """By its end."""
    last: int
    """Until when it is worth sending."""
    attempt: AttemptRow


class Dispatcher(Gate):
    """One pass over what is due. The time is asked before each message; `record` records an event of our own."""

    def __init__(
        self,
        journal: Journal,
        adapters: Mapping[str, Channel],
        *,
        waiting: Waiting,
        traffic: Traffic,
        elsewhere: tuple[str, ...],
        transaction: Callable[[], Any],
        record: Callable[[Work, Event], object],
        signer: Signer | None,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._journal = journal
        self._engine = journal.engine
        self._document = journal.engine.program.document
        self._rules = rules_of(self._document)
        self._adapters = adapters
        self._elsewhere = elsewhere
        self._waiting = waiting
        self._now = waiting.now
        self._traffic = traffic
        self._transaction = transaction
        self._record = record
        self._signer = signer
        self._timer = timer
        self._busy: dict[str, int] = {}
        """Channels that have no room, and until when."""
        self._paced: dict[int, tuple[str, int]] = {}
        """Messages that wait because of their recipient's limit, by number: the channel, and until when."""
        self._limited: set[str] = set()
        """Channels whose limits left something for later."""
        self._stayed = 0
        """How many of the batch stay with their channel, which has no room, or owes others time."""
        self._looked = 0
        """How many of these were looked at for the first time."""
        self._counts: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
        self._counted: list[tuple[str | None, str]] = []
        """What was settled in the transaction at hand: by channel and status."""
        self._lease = 0
        self._sent: tuple[_Going, Outcome] | None = None
        """What was handed over last and is not acknowledged yet."""

    def run(self, limit: int | None, stop: Callable[[], bool]) -> Deliveries:
        """Deliver until nothing is due, `limit` messages were looked at, or `stop` says so."""
        self._begin()
        left = limit
        while (left is None or left > 0) and not stop():
            rows = self._take(BATCH if left is None else min(BATCH, left))
            self._stayed = self._looked = 0
            if rows:
                self._batch(rows, stop)
            if self._stayed - self._looked == len(rows) and not self._waited(stop):
                break
            left = None if left is None else left - len(rows) + self._stayed
        return self._summary()

    def _begin(self) -> None:
        with self._transaction() as work:
            self._traffic.begin(work.store, self._now())
        self._lapse()

    def _waited(self, stop: Callable[[], bool]) -> bool:
        """Whether something goes on after a short wait: a channel has room again, or a recipient has."""
        looked = self._lease - LEASE  # what could go by then has no room, or somebody else has it
        instants = [until for _, until in self._paced.values() if until > looked]
        kept: list[OutboxRow] = []
        if self._busy:
            with self._transaction() as work:
                kept = work.store.to_send(self._now(), limit=1, served=self._served(self._now(), busy=()))
            instants += self._busy.values() if kept else ()
        if instants and self._waiting.wait(min(instants), stop):
            return True
        self._limited.update(json.loads(row.channels)[0] for row in kept)
        return False

    def _lapse(self) -> None:
        """Settle at once what went stale and was never tried: there may be very many after a school's past came in."""
        if self._rules.stale.months:
            return
        with self._transaction() as work:
            now = self._now()
            number = work.store.lapse(now - self._rules.stale.micros, reason="stale", at=now)
        self._counts[None]["suppressed"] += number

    def _take(self, limit: int) -> list[OutboxRow]:
        with self._transaction() as work:
            now = self._now()
            self._lease = now + LEASE
            self._busy = self._traffic.full(work.store, now)
            shares = self._traffic.shares
            owing = shares.owing(self._timer())
            served = self._served(now, busy=(*self._busy, *owing))
            rows: list[OutboxRow] = work.store.lease(now, limit=limit, until=self._lease, served=served)
            if owing and not rows:
                shares.forgive(self._timer())
                served = self._served(now, busy=tuple(self._busy))
                rows = work.store.lease(now, limit=limit, until=self._lease, served=served)
        return rows

    def _served(self, now: int, *, busy: tuple[str, ...]) -> Served:
        stale = self._rules.stale
        return Served(
            channels=tuple(self._adapters),
            waited=now - _LATER,
            stale=now - stale.micros - (31 * stale.months + 1) * DAY,  # surely so, in any zone
            elsewhere=self._elsewhere,
            busy=tuple((channel, self._traffic.looked_at.get(channel, 0)) for channel in busy),
        )

    def _batch(self, rows: list[OutboxRow], stop: Callable[[], bool]) -> None:
        waiting = list(reversed(rows))
        try:
            while waiting and not stop():
                self._timed(waiting.pop())
        finally:  # also when somebody interrupts: what is known is written, what was not reached is put back
            with self._step() as work:
                for row in waiting:
                    work.store.finish(row, lease=self._lease)

    def _timed(self, row: OutboxRow) -> None:
        """Send one message; its channel pays for the time that is lost to others."""
        channel, before, began = _first(row), self._sent, self._timer()
        self._one(row)
        sent, now = self._sent, self._timer()
        if sent is None or sent is before:
            taken = False
        else:
            channel, taken = sent[0].adapter.name, isinstance(sent[1], Receipt)
        again = row.attempts > 0 or (row.reason or "").startswith(f"{channel}/")
        self._traffic.shares.used(channel, now - began, now, taken=taken, again=again)

    @contextmanager
    def _step(self) -> Iterator[Work]:
        """A transaction that first writes what came of the last message; that is forgotten when it is committed."""
        self._counted = []
        with self._transaction() as work:
            self._acknowledge(work)
            yield work
        self._sent = None
        for channel, status in self._counted:
            self._counts[channel][status] += 1

    def _one(self, row: OutboxRow) -> None:
        self._paced.pop(row.seq, None)
        with self._step() as work:
            going = self._decided(work, row)
        if going is None:
            return
        try:
            outcome: Outcome = going.adapter.send(going.message)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001  # whatever an adapter raises, sys.exit too: nothing is lost
            outcome = error
        if isinstance(outcome, Receipt) and outcome.message != going.message.id:
            outcome = Deferred(f"{going.adapter.name}/receipt")  # it is about another message
        self._sent = going, outcome

    # --- before ------------------------------------------------------------------------------------------------

    def _decided(self, work: Work, row: OutboxRow) -> _Going | None:
        """As `_decide`; a message that nothing can be decided about is dead and keeps no other one back."""
        course = Course(
            status="leased", due=row.due, channels=tuple(json.loads(row.channels)), attempts=row.attempts,
            reason=row.reason, tried=tuple(tuple(one) for one in json.loads(row.tried)),
        )  # fmt: skip
        try:
            return self._decide(work, row, course)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001  # one message does not stop the others, whatever is wrong with it
            self._speechless(work, row, course, error, lease=self._lease)
            return None

    def _decide(self, work: Work, row: OutboxRow, course: Course) -> _Going | None:
        """Whether it goes, and how; None when that is settled or put off."""
        member = work.store.ids((row.member,)).get(row.member)
        if member is None or not course.channels:
            self._settle(work, row, attrs.evolve(course, status="dead", reason="no-member"))
            return None
        hand, at, course = work.hand(member), self._now(), self._served_first(course)
        while course.status not in ("dead", "suppressed"):
            verdict = self._verdict(work, row, course, hand, at)
            if isinstance(verdict, Send):
                return self._compose(work, row, course, hand, at)
            if isinstance(verdict, Suppress):
                course = expired(course, verdict.code, at=at)
            elif isinstance(verdict, Stay):
                self._stay(work, row, course)
                return None
            elif isinstance(verdict, Switch):
                course = switched(course, verdict.channel, verdict.code, at=at)
            elif isinstance(verdict, Defer):
                course = attrs.evolve(course, status="deferred", due=verdict.until, reason=verdict.code)
                break
            else:
                course = passed_on(course, verdict.code, at=at)
        self._settle(work, row, course)
        return None

    def _stay(self, work: Work, row: OutboxRow, course: Course) -> None:
        """Put a message back for its channel. Each is looked at once, as it may want to take another channel."""
        channel, looked_at = course.channels[0], self._traffic.looked_at
        self._stayed += 1
        if channel == _first(row):
            work.store.finish(row, lease=self._lease)
        else:
            self._settle(work, row, attrs.evolve(course, status="queued"))
        if row.seq > looked_at.get(channel, 0):
            looked_at[channel] = row.seq
            self._looked += 1

    def _compose(self, work: Work, row: OutboxRow, course: Course, hand: Hand, at: int) -> _Going | None:
        channel = course.channels[0]
        adapter = self._adapters[channel]
        lease = at + LEASE
        if not work.store.finish(_row(row, course, "leased", lease), lease=self._lease):
            return None  # it was suppressed meanwhile, or somebody else has it
        work.store.start(row.seq, lease=lease, channel=channel, at=at)
        attempt = self._traffic.began(work.store, row, channel, self._recipient(row, channel, hand), at)
        course = attrs.evolve(course, attempts=course.attempts + 1)
        try:
            message = compose(
                self._engine, hand.state, row, channel=channel, to=self._address(row, adapter, hand) or None,
                signer=self._signer, at=at, writer=self._journal.drafts,
                said_of=lambda effect: with_text(work.store, effect),
            )  # fmt: skip
        except Exception as error:  # noqa: BLE001  # such as a message that the program no longer has
            self._speechless(work, row, course, error, lease=lease)
            return None
        return _Going(row, course, message, adapter, lease, self._last(row, hand), attempt)

    def _speechless(self, work: Work, row: OutboxRow, course: Course, error: Exception, *, lease: int) -> None:
        """Settle a message that has no words. What was raised may quote a person: only its kind is told."""
        _log.warning("message %s has no words: %s", row.message, getattr(error, "code", type(error).__name__))
        self._settle(work, row, attrs.evolve(course, status="dead", reason="words"), lease=lease)

    # --- after -------------------------------------------------------------------------------------------------

    def _acknowledge(self, work: Work) -> None:
        """Write what came of the message handed over last."""
        if self._sent is None:
            return
        going, outcome = self._sent
        row, channel, at = going.row, going.course.channels[0], self._now()
        self._traffic.ended(work.store, going.attempt, at, outcome)
        if isinstance(outcome, Receipt):
            sent = _row(row, going.course, "sent", row.due, channel=channel)
            work.store.finish(sent._replace(reference=reference_of(outcome), reason=None, done=at), lease=None)
            self._counted.append((channel, "sent"))
            reminding = reminder(self._document, sent, at, zone(self._document.timezone))
            if reminding is not None:
                work.store.enqueue([reminding])
            return
        error = outcome if isinstance(outcome, BaseException) else TypeError("an adapter must return a Receipt")
        id = identity(self._document, row)
        _log.warning("message %s was not sent by %s: %s", id, channel, coded(error, channel))
        course = failed(going.course, error, channel=channel, id=id, at=at, last=going.last)
        self._settle(work, row, course, channel=channel, lease=going.lease)
        if isinstance(error, Gone) and row.purpose != STAFF:
            self._gone(work, row, channel, id, at)

    def _gone(self, work: Work, row: OutboxRow, channel: str, id: str, at: int) -> None:
        """The channel no longer reaches the member: an event of our own, so that a replay knows it, too."""
        hand = work.hand(work.store.ids((row.member,))[row.member])
        now = self._journal.now(hand.state)
        moment = from_instant(at if now is None else max(at, now + 1))
        data = {"channel": channel, "working": False}
        self._record(work, Event(f"kit.reached:{id}:{channel}:{row.attempts}", "kit.reached", hand.id, moment, data))

    def _settle(
        self, work: Work, row: OutboxRow, course: Course, *, channel: str | None = None, lease: int | None = None
    ) -> None:
        at = self._now()
        tried = channel or row.channel
        now = _row(row, course, course.status, course.due, channel=tried)
        settled = course.status in ("dead", "suppressed")
        if (
            work.store.finish(now._replace(done=at if settled else None), lease=lease or self._lease)
            and course.status != "queued"
            and course.reason != "pace"
        ):
            self._counted.append((tried or next(iter(course.channels), None), course.status))

    def _summary(self) -> Deliveries:
        for channel, _ in self._paced.values():
            self._counts[channel]["deferred"] += 1
            self._limited.add(channel)
        total: Counter[str] = Counter()
        for counts in self._counts.values():
            total.update(counts)
        return Deliveries(
            sent=total["sent"],
            deferred=total["deferred"],
            dead=total["dead"],
            suppressed=total["suppressed"],
            channels={name: dict(counts) for name, counts in sorted(self._counts.items(), key=str) if name is not None},
            degraded=tuple(sorted(name for name in self._adapters if self._traffic.degraded(name))),
            limited=tuple(sorted(self._limited)),
        )


def _first(row: OutboxRow) -> str:
    """The channel whose turn it is."""
    return next(iter(json.loads(row.channels)), "")


def _row(row: OutboxRow, course: Course, status: str, due: int, *, channel: str | None = None) -> OutboxRow:
    """The outbox row that says where a message stands."""
    return row._replace(
        channels=json.dumps(course.channels),
        due=due,
        status=status,
        attempts=course.attempts,
        channel=channel or row.channel,
        reason=course.reason,
        done=None,
        tried=json.dumps(course.tried),
    )
