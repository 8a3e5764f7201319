"""What comes back: letters that did not arrive, complaints, and messages that nobody could deliver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.app.acting import instant_of
from loyaltykit.app.messaging import Messaging
from loyaltykit.app.outgoing import STAFF, identity
from loyaltykit.app.recording import record_one
from loyaltykit.errors import LoyaltyError
from loyaltykit.rules.plan import ATTRIBUTES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from loyaltykit.app.work import Work
    from loyaltykit.channels.bounces import About, Bounce, Complaint
    from loyaltykit.channels.dead import DeadLetter, Requeued
    from loyaltykit.store import Store
    from loyaltykit.store.rows import OutboxRow

EMAIL = "email"


@attrs.frozen(slots=True, kw_only=True)
class Returned:
    """What a letter that came back was, and what followed."""

    kind: str
    """``permanent``: the channel is switched off for the member; ``transient``: noted; ``complaint``: consent is
    withdrawn; ``known``: it came before; ``old-address``: the member has another one by now; ``foreign``: it is about
    no letter of ours; ``other``: it is no report."""
    member: str | None = None
    letter: str | None = None
    """The message's id."""

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return attrs.asdict(self)


class Returning(Messaging):
    """The verbs about what comes back."""

    def dead(
        self,
        ids: Iterable[str] = (),
        *,
        channel: str | None = None,
        reason: str | None = None,
        since: dt.datetime | None = None,
        state: str = "dead",
        limit: int = 100,
    ) -> tuple[DeadLetter, ...]:
        """Messages that were given up, the last one first: that a channel was tried for, with a reason, since a time.

        With `state` ``suppressed`` those that were not sent on purpose (no consent, stale, its run was left).
        With `ids` these alone, in either state; the beginning of an id will do, as long as nobody else's begins so.
        """
        from loyaltykit.app.dead_letters import Wanted, dead_letters, found_by, letters_of

        named = _ids(ids)
        wanted = Wanted(state=state, channel=channel, reason=reason, since=_instant(since))
        document = self._journal.engine.program.document
        with self._lock, self._journal.reading() as store:
            if named:
                return letters_of(store, found_by(store, document, named)[0])
            return dead_letters(store, document, wanted, limit)

    def requeue(
        self,
        ids: Iterable[str] = (),
        *,
        by: str,
        channel: str | None = None,
        reason: str | None = None,
        since: dt.datetime | None = None,
        state: str = "dead",
        even_stale: bool = False,
        at: dt.datetime | None = None,
    ) -> Requeued:
        """Have messages that were given up wait again, with all their channels: by their ids, or by what `dead` takes.

        The beginning of an id will do, as long as nobody else's begins so. A message keeps its id, and is asked about
        anew when it goes: consent, quiet hours, caps. One that is stale by now is refused unless `even_stale` says
        otherwise: then it counts as decided now. `by` is who wanted it; that is recorded as the event
        ``kit.requeued``. Twice changes nothing. Raises LoyaltyError when neither ids nor a filter are given.
        """
        from loyaltykit.app.dead_letters import Requeueing, Wanted, found_by
        from loyaltykit.channels.dead import Requeued

        wanted = _ids(ids)
        filtered = Wanted(state=state, channel=channel, reason=reason, since=_instant(since))
        if not wanted and channel is None and reason is None and since is None:
            raise LoyaltyError("requeue needs ids, or a channel, a reason or a time", code="dead/nothing")
        document, moment = self._journal.engine.program.document, self._moment_of(at)
        with self._writing() as work:
            unknown: list[str] = []
            if wanted:
                rows, unknown = found_by(work.store, document, wanted)
            else:
                rows = {identity(document, row): row for row in filtered.rows(work.store)}
            made = Requeueing(work, document, at=moment, by=by, record=record_one).put_back(rows, even_stale=even_stale)
        return Requeued(requeued=made.requeued, refused={**made.refused, **dict.fromkeys(unknown, "unknown")})

    def bounced(
        self, report: bytes | Bounce | Complaint, *, channel: str = EMAIL, at: dt.datetime | None = None
    ) -> Returned:
        """Take in what a mail server sent back: a delivery status notification or a complaint, as its raw bytes.

        It is matched to the letter by the token that we signed; without a `secret`, by the Message-ID of a letter that
        we sent. An address that is dead switches the channel off (``kit.reached``), a complaint withdraws the consent
        to marketing and to the letter's purpose on this channel (``kit.consented``), and each is the event
        ``kit.bounced``, that rules and conditions may name. What is not about a letter of ours changes nothing, nor
        does a failure of an address that the member has no more, nor the same report again. A complaint counts
        whatever address it names: providers black it out, and it is the person who does not want to be written to.
        """
        from loyaltykit.channels.bounces import (
            Complaint,
            read,
        )  # with the e-mail package: the root is imported without it

        found = read(report) if isinstance(report, bytes) else report
        if found is None:
            return Returned(kind="other")
        with self._writing() as work:
            row = self._letter_of(work.store, found.about)
            member = None if row is None else work.store.ids((row.member,)).get(row.member)
            if row is None or member is None or row.purpose == STAFF:
                return Returned(kind="foreign")
            letter = identity(self._journal.engine.program.document, row)
            if not isinstance(found, Complaint) and self._elsewhere_now(work, member, found, channel):
                return Returned(kind="old-address", member=member, letter=letter)
            back = _Back(row=row, member=member, letter=letter, channel=channel)
            return Returned(kind=self._taken_back(work, back, found, at), member=member, letter=letter)

    def _letter_of(self, store: Store, about: About) -> OutboxRow | None:
        """The letter that a report is about, if it proves that it knows it."""
        if self._signer is None:
            return None if about.message_id is None else store.by_reference(about.message_id)
        numbers = filter(None, map(self._signer.returning, about.tokens))
        return next(filter(None, map(store.letter, numbers)), None)

    def _elsewhere_now(self, work: Work, member: str, report: Bounce, channel: str) -> bool:
        """Whether a letter went to an address that is not the member's any more."""
        to = report.about.to or report.recipient
        known = work.hand(member).state[ATTRIBUTES].get(self._attribute(channel))
        from loyaltykit.channels.addresses import mail_address  # with the e-mail package, too

        now, then = mail_address(str(known)), None if to is None else mail_address(to)
        return to is not None and (now and now.address.casefold()) != (then and then.address.casefold())

    def _taken_back(self, work: Work, back: _Back, report: Bounce | Complaint, at: dt.datetime | None) -> str:
        """Record what follows from a report; what it was."""
        kind, code = _kind(report)
        row, channel, id = back.row, back.channel, f"kit.bounced:{back.letter}:{kind}"
        if work.store.seen((id,)):
            return "known"
        about = {"message": row.message, "letter": back.letter}
        said = {"channel": channel, "kind": kind, "code": code, **about}
        events: list[tuple[str, str, dict[str, Any]]] = [(id, "kit.bounced", said)]
        if kind == "permanent" and not self._off(work.hand(back.member), channel):
            events.append((f"{id}:reached", "kit.reached", {"channel": channel, "working": False}))
        for purpose in dict.fromkeys((row.purpose, "marketing") if kind == "complaint" else ()):
            withdrawn = {"purpose": purpose, "channel": channel, "given": False, "source": "complaint"}
            events.append((f"{id}:{purpose}", "kit.consented", withdrawn))
        for name, type, data in events:
            self._acted(work, back.member, type, data, at=self._after(work.hand(back.member), at), id=name)
        if row.status == "sent" and row.channel == channel and kind != "transient":
            work.store.finish(row._replace(reason=f"{channel}/{code}"), lease=None)
        return kind


@attrs.frozen(slots=True, kw_only=True)
class _Back:
    """A letter that came back."""

    row: OutboxRow
    member: str
    letter: str
    channel: str


def _kind(report: Bounce | Complaint) -> tuple[str, str]:
    """In a word, and its code."""
    from loyaltykit.channels.bounces import Complaint

    if isinstance(report, Complaint):
        return "complaint", report.kind
    return "permanent" if report.permanent else "transient", report.status


def _ids(ids: Iterable[str]) -> tuple[str, ...]:
    """Each once; one may stand alone."""
    return tuple(dict.fromkeys([ids] if isinstance(ids, str) else ids))


def _instant(moment: dt.datetime | None) -> int | None:
    return None if moment is None else instant_of(moment)
