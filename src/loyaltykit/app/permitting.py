"""Whether a message may go to its channel now: it goes, waits, stays, takes another channel, or goes no more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import attrs

from loyaltykit.app.asking import pointless
from loyaltykit.app.outgoing import STAFF, effect_of, identity, offer_told
from loyaltykit.app.traffic import PATIENCE
from loyaltykit.calendars import add
from loyaltykit.channels.attempts import ATTEMPTS, again
from loyaltykit.channels.contact import (
    Defer,
    Next,
    Reach,
    Rules,
    Send,
    Suppress,
    consents,
    may_send,
    sent_matters_since,
)
from loyaltykit.channels.protocol import address_of
from loyaltykit.rules.plan import ATTRIBUTES, CONTACT
from loyaltykit.rules.runtime.clock import zone_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loyaltykit.app.traffic import Traffic
    from loyaltykit.app.work import Hand, Work
    from loyaltykit.channels.attempts import Course
    from loyaltykit.channels.contact import Verdict
    from loyaltykit.channels.protocol import Channel
    from loyaltykit.program.document import Document
    from loyaltykit.store.rows import OutboxRow

_SOON = 60 * 1_000_000


def rules_of(document: Document) -> Rules:
    """The program's rules of contact."""
    contact = document.contact
    consent = {"marketing": "required", **contact.consent}
    return Rules(
        quiet=None if contact.quiet_hours is None else (contact.quiet_hours.start, contact.quiet_hours.end),
        at_most=contact.at_most,
        required=frozenset(purpose for purpose, needed in consent.items() if needed == "required"),
        stale=contact.stale,
    )


@attrs.frozen(slots=True)
class Switch:
    """To another of its channels, for now."""

    channel: str
    code: str


@attrs.frozen(slots=True)
class Stay:
    """It stays with its channel, which has no room now, or owes others time."""


class Gate:
    """What the dispatcher asks of a message before it goes: the rules of contact, order, limits, and other channels."""

    _document: Document
    _rules: Rules
    _adapters: Mapping[str, Channel]
    _traffic: Traffic
    _timer: Callable[[], float]
    _lease: int
    """By whose end the batch at hand is leased."""
    _busy: dict[str, int]
    """Channels that have no room, and until when."""
    _paced: dict[int, tuple[str, int]]
    """Messages that wait because of their recipient's limit, by number: the channel, and until when."""

    def _verdict(self, work: Work, row: OutboxRow, course: Course, hand: Hand, at: int) -> Verdict | Switch | Stay:
        channel = course.channels[0]
        adapter = self._adapters.get(channel)
        if self._offer_over(row, at):
            return Suppress("offer-over")
        if (why := pointless(self._document, work.store, row, at)) is not None:
            return Suppress(why)
        if adapter is None:
            return self._unserved(row, course, hand, at)
        if course.attempts >= ATTEMPTS and (unsaid := self._unsaid(row, course, hand, at)) is not None:
            return unsaid
        if row.purpose == STAFF:
            verdict: Verdict = Send() if self._address(row, adapter, hand) is not None else Next("no-address")
        else:
            verdict = self._asked(work, row, channel, hand, at)
        return self._passable(work, row, course, hand, at) if isinstance(verdict, Send) else verdict

    def _unsaid(self, row: OutboxRow, course: Course, hand: Hand, at: int) -> Verdict | None:
        """Whoever had it before may not have lived to say what came: to the next channel, and on the last a wait."""
        if len(course.channels) > 1:
            return Next("attempts")
        if row.status != "leased" or row.done is None:
            return None
        id, last = identity(self._document, row), self._last(row, hand)
        then = again(course, "attempts", id=id, at=row.done, last=last)
        if then.status != "deferred":
            return Next("attempts")
        return Defer(then.due, "attempts") if then.due > at else None

    def _passable(self, work: Work, row: OutboxRow, course: Course, hand: Hand, at: int) -> Verdict | Switch | Stay:
        """Whether the channel takes it now, as far as what the channel did lately, order and limits say."""
        channel, traffic = course.channels[0], self._traffic
        other = self._working_other(work, row, course, at)
        if other is not None and not course.attempts and not self._works_for(work, row, channel, at):
            return Switch(other, f"{channel}/failing")
        if channel in self._busy or traffic.shares.owes(channel, self._timer()):
            return Stay()  # before its turn is asked for: what it waits for may stay, too, and is not looked at again
        if (held := self._held(work, row, channel, at)) is not None:
            return held
        last, closed = self._last(row, hand), traffic.closed_until(channel, at)
        if closed > at:
            code = f"{channel}/degraded" if traffic.degraded(channel) else f"{channel}/wait"
            if other is not None and traffic.degraded(channel):
                if at >= row.at + PATIENCE:
                    return Switch(other, code)
                closed = min(closed, row.at + PATIENCE)
            return _later(course, closed, code, at=at, last=last)
        return self._in_pace(work, row, course, hand, at)

    def _in_pace(self, work: Work, row: OutboxRow, course: Course, hand: Hand, at: int) -> Verdict | Stay:
        """Whether the limits of the channel let it go now."""
        channel, traffic = course.channels[0], self._traffic
        if traffic.room(work.store, channel, at) > at:
            return Stay()
        free = traffic.room_for(work.store, channel, self._recipient(row, channel, hand), at)
        if free == at:
            return Send()
        self._paced[row.seq] = channel, free
        return _later(course, free, "pace", at=at, last=self._last(row, hand))

    def _working_other(self, work: Work, row: OutboxRow, course: Course, at: int) -> str | None:
        """Another channel of a message that works, as far as is known."""
        for channel in course.channels[1:]:
            known = channel in self._adapters and not self._traffic.degraded(channel)
            if known and self._works_for(work, row, channel, at):
                return channel
        return None

    def _works_for(self, work: Work, row: OutboxRow, channel: str, at: int) -> bool:
        return row.purpose == STAFF or self._traffic.works_for(work.store, row.member, channel, at)

    def _recipient(self, row: OutboxRow, channel: str, hand: Hand) -> str:
        return self._address(row, self._adapters[channel], hand) or hand.id

    def _offer_over(self, row: OutboxRow, at: int) -> bool:
        """Whether the offer that a message tells of has ended while it waited."""
        if row.purpose == STAFF or '"until"' not in row.facts:
            return False
        effect = effect_of(row, "")
        return offer_told(self._document, effect) is not None and row.at < effect.data["offer"]["until"] <= at

    def _served_first(self, course: Course) -> Course:
        """When we do not serve the current channel: the channels that we serve go first, none is given up."""
        ours = tuple(channel for channel in course.channels if channel in self._adapters)
        if not ours or ours[0] == course.channels[0]:
            return course
        others = tuple(channel for channel in course.channels if channel not in ours)
        return attrs.evolve(course, channels=(*ours, *others), attempts=0, reason=course.reason or "no-adapter")

    def _unserved(self, row: OutboxRow, course: Course, hand: Hand, at: int) -> Verdict:
        """A channel that has no adapter here: it waits for somebody who has, as long as it may go there."""
        if at > self._last(row, hand):
            return Suppress("stale")
        channel, known = course.channels[0], hand.state[CONTACT] or {}
        reach = Reach(zone=zone_of(hand.state, self._document.timezone), consents=known.get("consents", {}))
        if row.purpose != STAFF and not consents(self._rules, reach, row.purpose, channel):
            return Next("no-consent")
        if row.purpose != STAFF and known.get("channels", {}).get(channel) is False:
            return Next("not-working")
        return Defer(at, course.reason or "no-adapter")

    def _asked(self, work: Work, row: OutboxRow, channel: str, hand: Hand, at: int) -> Verdict:
        """What the rules of contact say. Messages that somebody else is sending right now count as sent, for now."""
        zone = zone_of(hand.state, self._document.timezone)
        since = sent_matters_since(self._rules, at, zone)
        sent = [] if since is None else work.store.sent_since(row.member, since)
        known = hand.state[CONTACT] or {}
        reach = Reach(
            zone=zone,
            consents=known.get("consents", {}),
            working=known.get("channels", {}),
            sent=[when for when, _ in sent],
        )

        def ask(reach: Reach) -> Verdict:
            return may_send(
                self._rules, reach, channel=channel, purpose=row.purpose,
                addressed=self._address(row, self._adapters[channel], hand) is not None, decided=row.at, at=at,
            )  # fmt: skip

        verdict = ask(reach)
        certain = [when for when, status in sent if status == "sent"]
        if len(certain) < len(sent) and isinstance(ask(attrs.evolve(reach, sent=certain)), Send):
            return verdict if isinstance(verdict, Send) else Defer(at + _SOON, "busy")
        return verdict

    def _held(self, work: Work, row: OutboxRow, channel: str, at: int) -> Defer | Stay | None:
        """It waits while a message before it, to the same member on the same channel, waits to be tried again.

        One that was due before it stays with its channel, or it would be gone: so does this one, and is not asked anew.
        """
        if row.purpose == STAFF:
            return None
        for before in work.store.unsent(row.member):
            tried = "/" in (before.reason or "") and before.purpose != STAFF
            ours = before.status == "deferred" or before.due == self._lease
            tried = tried and before.attempts < ATTEMPTS  # what never goes does not keep the others back for ever
            if before.seq < row.seq and tried and ours and json.loads(before.channels)[:1] == [channel]:
                if before.status == "deferred" and before.due <= min(row.due, at):
                    return Stay()
                return Defer(at if before.status == "leased" else max(at, before.due), f"{channel}/order")
        return None

    def _address(self, row: OutboxRow, adapter: Channel, hand: Hand) -> str | None:
        """Where the channel reaches them; empty for a channel that knows its members by id, None when there is none."""
        name = address_of(adapter)
        if row.purpose == STAFF:
            staff = self._document.staff.get(json.loads(row.facts).get("staff", ""))
            found = getattr(staff, name or "", None)
        elif name is None:
            return ""
        else:
            found = hand.state[ATTRIBUTES].get(name)
        return str(found) if found not in (None, "") else None

    def _last(self, row: OutboxRow, hand: Hand) -> int:
        return add(row.at, self._rules.stale, zone_of(hand.state, self._document.timezone))


def _later(course: Course, until: int, code: str, *, at: int, last: int) -> Verdict:
    """It waits for its channel, or takes the next when it would be stale by then. The last may be free sooner."""
    if until <= last:
        return Defer(until, code)
    if len(course.channels) > 1:
        return Next(code)
    return Defer(at + (last - at) // 2, code) if last - at >= _SOON else Suppress("stale")
