"""Keeping in touch: sending what waits, and what comes back by buttons, links and codes."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from loyaltykit.app.asking import asked_first
from loyaltykit.app.enqueueing import INBOX
from loyaltykit.app.outgoing import STAFF, effect_of, presses
from loyaltykit.app.recording import record_one
from loyaltykit.app.shell import Shell
from loyaltykit.app.signing import Signer, bad_token
from loyaltykit.app.taking import answer_id
from loyaltykit.channels.deliveries import Delivery
from loyaltykit.channels.limits import limits_of
from loyaltykit.channels.protocol import address_of
from loyaltykit.errors import EventError, LoyaltyError
from loyaltykit.problems import echo
from loyaltykit.program.reserved import MEMBER_UPDATED
from loyaltykit.rules.plan import ATTRIBUTES, CONTACT
from loyaltykit.store.rows import WAITING
from loyaltykit.values import from_instant

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from loyaltykit.app.acting import Clock
    from loyaltykit.app.journal import Journal
    from loyaltykit.app.outgoing import Press
    from loyaltykit.app.traffic import Traffic
    from loyaltykit.app.work import Hand, Work
    from loyaltykit.channels import Channel
    from loyaltykit.channels.deliveries import Deliveries
    from loyaltykit.store.rows import OutboxRow
    from loyaltykit.values import Decision

LINK_LASTS = 60 * 86_400 * 1_000_000
"""Microseconds for which the links of a letter are good: sixty days."""
CODE_LASTS = 3_600 * 1_000_000
"""Microseconds for which a code of `bind_code` is good: an hour."""
_DIGITS = 18
"""A number of a message in any store has no more."""


class Messaging(Shell):
    """The verbs about messages, for a shell that has channels."""

    def __init__(
        self,
        journal: Journal,
        clock: Clock | None,
        *,
        adapters: Mapping[str, Channel],
        elsewhere: tuple[str, ...],
        signer: Signer | None,
    ) -> None:
        super().__init__(journal, clock)
        self._adapters = adapters
        self._elsewhere = elsewhere
        self._signer = signer
        self._traffic: Traffic | None = None

    def deliver(
        self,
        at: dt.datetime | None = None,
        *,
        limit: int | None = None,
        stop: Callable[[], bool] | None = None,
        rehearse: bool = False,
        pause: Callable[[float], object] | None = None,
        timer: Callable[[], float] | None = None,
    ) -> Deliveries:
        """Send what is due by the channels that this object was given; what came of it, in counts.

        Each message is asked about at the moment of sending: consent, quiet hours, caps, staleness. What may not go now
        is deferred, what will not go is suppressed, and what no channel takes is dead; `outbox` tells why. `limit`
        bounds how many messages are looked at; when `stop` turns true the message at hand is the last. Several
        processes may deliver at once. With `rehearse` the channels are given everything, nothing is written down, and
        nobody is asked to draft.

        The limits of a channel are kept over all processes of a store. Where one holds the rest up for a few seconds,
        `deliver` waits, by `pause(seconds)` (the system's sleep unless you say otherwise), and other channels go on
        meanwhile; what would take longer is left for the next call. A message loses no attempt by it. A channel that
        loses more than a twentieth of the time on faults (by `timer`, in seconds; the system's monotonic clock unless
        you say otherwise) waits while others have messages due.
        Raises LoyaltyError when no channels were given.
        """
        if not self._adapters:
            raise LoyaltyError("deliver needs Loyalty(..., channels=[...])", code="deliver/no-channels")
        self._moment_of(at)
        if self._journal.drafts is not None and not rehearse:
            self._journal.drafts.write()
        with self._rehearsing() if rehearse else nullcontext(self._writing) as transaction:
            from loyaltykit.app.delivering import Dispatcher  # only where somebody delivers
            from loyaltykit.app.traffic import Traffic
            from loyaltykit.app.waiting import Waiting

            dispatcher = Dispatcher(
                self._journal,
                self._adapters,
                waiting=Waiting(lambda: self._moment_of(at), fixed=at is not None or self._clock is None, pause=pause),
                traffic=Traffic(self._adapters, limited=False) if rehearse else self._known_traffic(),
                elsewhere=self._elsewhere,
                transaction=transaction,
                record=record_one,
                signer=self._signer,
                timer=timer or time.monotonic,
            )
            return dispatcher.run(limit, stop or (lambda: False))

    def _known_traffic(self) -> Traffic:
        """What was learned of the channels, by earlier passes, too."""
        from loyaltykit.app.traffic import Traffic

        if self._traffic is None:
            self._traffic = Traffic(self._adapters)
        return self._traffic

    @contextmanager
    def _rehearsing(self) -> Iterator[Callable[[], AbstractContextManager[Work]]]:
        """Everything in one transaction that is undone in the end."""
        with self._lock:
            work = self._journal.begin()
            try:
                yield lambda: nullcontext(work)
            finally:
                self._journal.roll_back()

    def unsubscribe(self, token: str, *, at: dt.datetime | None = None) -> Decision:
        """Withdraw the consent that a one-click link is about: of one purpose, on the channel that it came by.

        Nothing more is asked of the person (RFC 8058). It is the event ``kit.consented``, that rules may name. Raises
        LoyaltyError for a token that we did not sign.
        """
        if self._signer is None:
            raise _no_secret("unsubscribe")
        number, purpose, channel = self._signer.unsubscribing(token)
        with self._writing() as work:
            member = work.store.ids((number,)).get(number)
            if member is None:
                raise bad_token()
            data = {"purpose": purpose, "channel": channel, "given": False, "source": "unsubscribe"}
            return self._heard(work, member, "kit.consented", data, at=at)

    @contextmanager
    def _writing(self) -> Iterator[Work]:
        with self._lock, self._journal.writing() as work:
            yield work

    def _moment_of(self, at: dt.datetime | None) -> int:
        """The instant of delivering: as told, else the clock's, else how far time was advanced."""
        moment = self._reading_at(at)
        if moment is not None:
            return moment
        if self._journal.advanced is None:
            raise EventError("deliver needs `at`, a clock, or time that was advanced", code="event/no-time")
        return self._journal.advanced

    def outbox(self, member: str | None = None, *, status: str | None = None, limit: int = 100) -> tuple[Delivery, ...]:
        """Messages outside the inbox and where they stand, the newest first: of everybody or of one member.

        Raises UnknownMember when nobody of that id was seen.
        """
        with self._lock, self._journal.reading() as store:
            number = None if member is None else self._journal.look(member).number
            rows = store.letters(member=number, status=status, limit=limit)
            ids = store.ids({row.member for row in rows})
        return tuple(_delivery(row, ids.get(row.member, "")) for row in rows)

    def pressed(self, channel: str, address: str, action: str, *, at: dt.datetime | None = None) -> Decision:
        """A button was pressed: whom the message was sent to takes the offer, answers the survey or joins the quest.

        `address` is who pressed, as the channel says it (of Telegram the chat's id); it must be the address of the
        member whom the message was for. The same press again changes nothing. What still waits about the offer, or to
        ask the same, is not sent any more. Raises LoyaltyError with the code ``press/unknown`` for a button that we did
        not send or that is somebody else's, NotEligible for an offer that does not stand any more, DuplicateConflict
        for another answer.
        """
        row, member, hand = self._sent(action)
        known = hand.state[ATTRIBUTES].get(self._attribute(channel))
        if known is None or not hmac.compare_digest(str(known).encode(), address.encode()):
            raise _not_a_press()
        return self._done(row, member, self._press(row, member, hand, action), action, at)

    def pressed_link(self, token: str, *, at: dt.datetime | None = None) -> Decision:
        """The same for a link of a letter, whose page is the `press_url` of this object.

        Let the page ask once more and call this when its form is posted: mail scanners open every link
        (`loyaltykit.integrations.press_pages` is such a page; `link` is what it shows). Raises LoyaltyError for a token
        that we did not sign or that is older than sixty days (``link/expired``), and what `pressed` raises.
        """
        number, action = self._pressing(token)
        row, member, hand = self._sent(action)
        if row.member != number:
            raise bad_token()
        if expired(row, self._reading_at(at)):
            raise LoyaltyError("this link is too old", code="link/expired")
        return self._done(row, member, self._press(row, member, hand, action), action, at)

    def _pressing(self, token: str) -> tuple[int, str]:
        """Member's number and action of a link's token."""
        if self._signer is None:
            raise _no_secret("pressed_link")
        return self._signer.pressing(token)

    def _done(self, row: OutboxRow, member: str, press: Press, action: str, at: dt.datetime | None) -> Decision:
        """Do what a button means; once."""
        if press.offer is not None:
            id = f"press:{action}"
            at = self._first(member, id, at)
            return self.take(member, offer=press.offer, option=str(press.value), at=at, id=id)
        if press.quest is not None:
            id = f"press:{action}"
            return self.join(member, quest=press.quest, at=self._first(member, id, at), id=id)
        assert press.survey is not None  # noqa: S101  # a press is one or the other
        key = f"press:{asked_first(row)}"
        if self._survey(press.survey).options:  # who presses another option has changed their mind
            key, _ = self._turn(member, press.survey, key, str(press.value))
        at = self._first(member, answer_id(press.survey, member, key), at)
        return self.answer(member, survey=press.survey, value=press.value, key=key, at=at)

    def _first(self, member: str, id: str, at: dt.datetime | None) -> dt.datetime | None:
        """When an action happened first; as told when it is new, after all that the member has done."""
        with self._lock, self._journal.reading() as store:
            seen = store.seen((id,))
            return from_instant(seen[0].at) if seen else self._after(self._journal.look(member), at)

    def _after(self, hand: Hand, at: dt.datetime | None) -> dt.datetime | None:
        """As told, else the clock's time; right after the member's now when that is ahead, as other clocks may be."""
        moment, now = self._reading_at(at), self._journal.now(hand.state)
        return at if moment is None or now is None or moment >= now else from_instant(now + 1)

    def _heard(
        self, work: Work, member: str, type: str, data: Mapping[str, Any], *, at: dt.datetime | None
    ) -> Decision:
        """Record what came back from a person or a channel; a member's now ahead of our clock does not refuse it."""
        return self._acted(work, member, type, data, at=self._after(work.hand(member), at))

    def _sent(self, action: str) -> tuple[OutboxRow, str, Hand]:
        """The message that a button stands under, and whom it was for."""
        number, _, choice = action.partition(":")
        if not all(part.isascii() and part.isdigit() and len(part) <= _DIGITS for part in (number, choice)):
            raise _not_a_press()
        with self._lock, self._journal.reading() as store:
            row = store.letter(int(number))
            member = None if row is None else store.ids((row.member,)).get(row.member)
            if row is None or member is None or row.purpose == STAFF:
                raise _not_a_press()
            return row, member, self._journal.look(member)

    def _press(self, row: OutboxRow, member: str, hand: Hand, action: str) -> Press:
        """What the button means."""
        engine, choice = self._journal.engine, int(action.partition(":")[2])
        buttons = presses(engine.program.document, effect_of(row, member), engine.view(hand.state))
        if choice >= len(buttons):
            raise _not_a_press()
        return buttons[choice]

    def bind_code(self, member: str, *, at: dt.datetime | None = None) -> str:
        """A code that binds an address to a member, for a deep link (``t.me/BOT?start=CODE``): good once, for an hour.

        Show it only to the member, signed in. The store keeps its digest. Raises UnknownMember.
        """
        code = secrets.token_urlsafe(18)
        with self._writing() as work:
            hand = self._journal.look(member)
            ends = self._moment(hand, at, "", again=True) + CODE_LASTS
            work.store.add_code(_digest(code), hand.number, ends=ends)
        return code

    def bind(self, channel: str, code: str, address: str, *, at: dt.datetime | None = None) -> Decision:
        """Bind an address on a channel to the member to whom a code was given; what that decided.

        It becomes the member's attribute that the channel's adapter looks at. Raises LoyaltyError with the code
        ``bind/code`` when the code is unknown, used or too old.
        """
        with self._writing() as work:
            found = work.store.take_code(_digest(code))
            member = None if found is None else work.store.ids((found[0],)).get(found[0])
            if found is not None and member is not None:
                hand = work.hand(member)
                if self._moment(hand, at, "", again=True) <= found[1]:
                    if self._off(hand, channel):
                        self._heard(work, member, "kit.reached", {"channel": channel, "working": True}, at=at)
                    return self._heard(work, member, MEMBER_UPDATED, {self._attribute(channel): address}, at=at)
        raise LoyaltyError("the code is unknown, used or too old", code="bind/code")

    def reach(self, member: str, *, channel: str, working: bool, at: dt.datetime | None = None) -> Decision | None:
        """Record that a channel no longer reaches a member (they blocked the bot), or does again; None if it is known.

        `deliver` records by itself what it learns when it sends.
        """
        with self._writing() as work:
            if self._off(work.hand(member), channel) is not working:
                return None
            return self._heard(work, member, "kit.reached", {"channel": channel, "working": working}, at=at)

    @staticmethod
    def _off(hand: Hand, channel: str) -> bool:
        return ((hand.state[CONTACT] or {}).get("channels") or {}).get(channel) is False

    def _attribute(self, channel: str) -> str:
        """The member attribute that holds the address on a channel."""
        adapter = self._adapters.get(channel)
        return (adapter and address_of(adapter)) or channel


def expired(row: OutboxRow, at: int | None) -> bool:
    """Whether the links of a letter are good no longer."""
    return at is not None and at > row.at + LINK_LASTS


def _delivery(row: OutboxRow, member: str) -> Delivery:
    waits = row.status in WAITING
    return Delivery(
        member=member,
        message=row.message,
        status=row.status,
        at=from_instant(row.at),
        due=from_instant(row.due) if waits else None,
        done=None if waits or row.done is None else from_instant(row.done),
        channel=row.channel,
        channels=tuple(json.loads(row.channels)),
        reason=row.reason,
        reference=row.reference,
        run=row.run,
    )


def _not_a_press() -> LoyaltyError:
    return LoyaltyError("this button is not one of theirs", code="press/unknown")


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def by_name(channels: Iterable[Channel]) -> dict[str, Channel]:
    """The adapters by name. LoyaltyError for two of one name, for one named as the inbox, for limits that are none."""
    found: dict[str, Channel] = {}
    for channel in channels:
        if channel.name in found or channel.name == INBOX:
            raise LoyaltyError(f"a second channel {echo(channel.name)}", code="channel/twice")
        limits_of(channel)
        found[channel.name] = channel
    return found


def signer_of(secret: str | bytes | None, *, unsubscribe: str | None, press: str | None) -> Signer | None:
    """What signs links; None without a secret."""
    if secret is None:
        return None
    return Signer(secret.encode() if isinstance(secret, str) else secret, unsubscribe=unsubscribe, press=press)


def _no_secret(what: str) -> LoyaltyError:
    return LoyaltyError(f"{what} needs Loyalty(..., secret=...)", code="link/no-secret", details={"what": what})
