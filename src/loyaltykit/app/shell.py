"""The verbs: each one takes the lock, begins a transaction, lets the parts decide and append, and commits."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

from loyaltykit.app.acting import instant_of
from loyaltykit.app.advancing import advance
from loyaltykit.app.awarding import Awarding
from loyaltykit.app.commenting import Commenting
from loyaltykit.app.keeping import Keeping
from loyaltykit.app.proposing import Proposing
from loyaltykit.app.ranking import Ranking
from loyaltykit.app.reading import member_view, view_of
from loyaltykit.app.recording import Strict, Tally, record_all, record_new, record_one
from loyaltykit.app.rows import stored
from loyaltykit.app.showing import Showing
from loyaltykit.app.spending import Spending
from loyaltykit.app.taking import not_joined, ran_out, taken_before, the_offer, the_quest, was_taken
from loyaltykit.app.voicing import Voicing
from loyaltykit.app.voiding import Voiding
from loyaltykit.errors import EventError, LoyaltyError, NotEligible, OutOfStock, StoreError
from loyaltykit.problems import echo, unknown
from loyaltykit.program.admission import read_event
from loyaltykit.program.reserved import MEMBER_UPDATED
from loyaltykit.rules.folding import SETTLED
from loyaltykit.store.protocol import TAKEN
from loyaltykit.values import Event, Rejected, Summary, from_instant

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from loyaltykit.app.comparing import ComparedPolicies
    from loyaltykit.app.explaining import Explanation
    from loyaltykit.app.judging import Goals
    from loyaltykit.app.offered import WhatWorks
    from loyaltykit.app.work import Hand
    from loyaltykit.campaigns.policies import Policy
    from loyaltykit.insight.policies import PolicyValue
    from loyaltykit.problems import Lang
    from loyaltykit.values import Decision
    from loyaltykit.views import MemberView

    Raw = Event | Mapping[str, Any] | str

CHUNK = 5_000
"""How many events `record_many` records in one transaction, unless told otherwise."""
PAGE = 1_000
PURPOSES = ("service", "marketing")


class Shell(Awarding, Spending, Keeping, Voiding, Voicing, Commenting, Proposing, Ranking, Showing):
    """What can be done with a journal. `Loyalty` is one with a store of its own; `within` gives one on the host's."""

    def record(self, event: Raw) -> Decision:
        """Record one event in one transaction; what it decided.

        The same event again (its id, member, type, instant and typed data) changes nothing and returns the first
        decision. An event is an Event, a mapping or a line of JSON. Raises EventError when it cannot be taken as it is,
        with a clock also when it is more than a day ahead of it (``event/future``); DuplicateConflict when its id was
        used for another.
        """
        taken = _read(event)
        self._ahead(taken, Strict())
        with self._lock:
            try:
                with self._journal.writing() as work:
                    return record_new(work, taken)
            except StoreError as error:
                if error.code != TAKEN:
                    raise
            with self._journal.writing() as work:
                return record_one(work, taken)

    def record_many(self, events: Iterable[Raw], *, chunk: int = CHUNK) -> Summary:
        """Record events of any members in any order; the counts, and every refused event with its reason.

        They are taken `chunk` at a time, each chunk in one transaction and in the order of member, instant and id (of
        instant and id alone where stock is limited for all members together, so that who came first gets it): what
        comes out is what recording them one by one in that order would give. Refused events do not keep the rest back.
        """
        tally = Tally()
        ignored: dict[str, int] = {}
        entries = effects = 0
        source = iter(events)
        while raw := list(islice(source, max(1, chunk))):
            taken = self._readable(raw, tally, ignored)
            taken = [one for one in taken if not self._ahead(one, tally)]
            with self._lock, self._journal.writing() as work:
                record_all(work, taken, tally)
                work.write_rows()
                entries += work.entered
                effects += work.effected
        return Summary(
            recorded=tally.recorded,
            duplicates=tally.duplicates,
            late=tally.late,
            rejected=tuple(tally.rejected),
            entries=entries,
            effects=effects,
            ignored_fields=ignored,
        )

    def update_member(
        self, member: str, attributes: Mapping[str, Any], *, at: dt.datetime | None = None, id: str | None = None
    ) -> Decision:
        """Set attributes of a member; None takes one away. What that decided.

        It is recorded as the event ``member.updated``, under `id` when one is given, which makes it idempotent. Without
        `at` and a clock it happens at the member's now, and for somebody unseen at the beginning of time.
        """
        return self._act(member, MEMBER_UPDATED, attributes, at=at, id=id)

    def consent(
        self,
        member: str,
        *,
        purpose: str,
        given: bool,
        channel: str | None = None,
        source: str | None = None,
        at: dt.datetime | None = None,
        id: str | None = None,
    ) -> Decision:
        """Record that a member agrees to messages of a purpose (``marketing``, ``service``), or withdraws that.

        With `channel` it is about that channel only, and goes before what was said about all channels. `source` says
        where it was given (``checkout``, ``unsubscribe``). `at` and `id` as in `update_member`. Raises EventError for a
        channel that neither the library nor the program nor an adapter here brings.
        """
        if purpose not in PURPOSES:
            known = ", ".join(PURPOSES)
            raise EventError(f"no purpose {echo(purpose)}; known: {known}", code="consent/purpose", field="purpose")
        if channel is not None and channel not in (named := self._channels()):
            text, details = unknown("channel", channel, named)
            raise EventError(text, code="consent/channel", field="channel", details=details)
        said = {"purpose": purpose, "channel": channel, "given": given, "source": source}
        return self._act(member, "kit.consented", {k: v for k, v in said.items() if v is not None}, at=at, id=id)

    def take(
        self,
        member: str,
        *,
        offer: str,
        option: str | None = None,
        at: dt.datetime | None = None,
        id: str | None = None,
    ) -> Decision:
        """The member takes an offer, named by its id (`m.offers`) or its campaign's; of several options the one named.

        Raises NotEligible when it does not stand (any more) or has no such option, OutOfStock when there was none left:
        the attempt stays in the member's story, and other options may still be taken. `at` and `id` as in
        `update_member`.
        """
        with self._lock, self._journal.writing() as work:
            first = work.store.seen((id,)) if id else []
            if first:
                data = taken_before(json.loads(first[0].data or "{}"), offer, option)
            else:
                hand = work.hand(member)
                moment = from_instant(self._moment(hand, at, id or "", again=False))
                data = the_offer(self._journal.engine.view(hand.state, moment).offers, offer, option)
            decision = self._acted(work, member, "kit.taken", data, at=at, id=id)
            if not was_taken(decision) and not ran_out(decision):
                raise NotEligible("the offer does not stand any more", code="offer/none")
        if ran_out(decision):
            raise OutOfStock("there is none left of what was offered", code="reward/out-of-stock")
        return decision

    def join(self, member: str, *, quest: str, at: dt.datetime | None = None, id: str | None = None) -> Decision:
        """The member joins a quest whose `start` is `join`; while it is on, nothing happens.

        NotEligible for other quests, and for one that is done, whose prerequisites are missing (``quest/requires``),
        whose dates it is not (``quest/dates``), or that may not be repeated yet. `at` and `id` as in `update_member`.
        """
        action = the_quest(self._journal.engine.program.document, quest)
        with self._lock, self._journal.writing() as work:
            known = bool(id) and bool(work.store.seen((id or "",)))
            if not known:
                hand = work.hand(member)
                why = self._journal.engine.may_join(hand.state, quest, self._moment(hand, at, id or "", again=False))
                if why is not None:
                    raise not_joined(quest, why)
            return self._acted(work, member, *action[:2], at=at, id=id)

    def advance(self, to: dt.datetime | None = None) -> Summary:
        """Let time pass for everybody: what is due by `to` (the clock's time when there is one) happens now.

        How often it is called does not matter. An instant before the last one changes nothing.
        """
        moment = self._clock() if to is None and self._clock is not None else to
        if moment is None:
            raise EventError("advance needs `to`, or a clock", code="event/no-time")
        with self._lock:
            passed = advance(self._journal, instant_of(moment))
        return Summary(entries=passed.entries, effects=passed.effects)

    def member(self, id: str, *, at: dt.datetime | None = None, timeline: int = 50) -> MemberView:
        """Everything about a member; `timeline` bounds how much of their story. Raises UnknownMember.

        Timers due by `at` count as fired, nothing is written. An earlier `at` shows the past as it is known today.
        """
        moment = self._reading_at(at)
        with self._lock, self._journal.reading():
            return member_view(self._journal, id, moment, timeline=timeline)

    def members(self, *, segment: str | None = None, at: dt.datetime | None = None) -> list[str]:
        """The ids of all members, or of those in a segment, in the order in which they came."""
        moment = self._reading_at(at)
        document = self._journal.engine.program.document
        if segment is not None and segment not in document.segments:
            text, details = unknown("segment", segment, document.segments)
            raise LoyaltyError(text, code="segment/unknown", details=details)
        with self._lock, self._journal.reading():
            return [
                hand.id
                for hand in self._everybody()
                if segment is None or segment in view_of(self._journal, hand, moment).segments
            ]

    def goals(self, at: dt.datetime | None = None) -> Goals:
        """Judge the program's goals: the arms, the difference with its interval, one verdict each.

        Everybody who was exposed by `at` is in an arm; who still has time to come to success is not counted yet.
        Without `at` and a clock it is the later of the last `advance` and the newest event. Nothing is written.
        """
        from loyaltykit.app.judging import judge  # with the statistics: only where somebody reports

        moment = self._reading_at(at)
        with self._lock, self._journal.reading():
            return judge(self._journal, moment)

    def what_works(self, campaign: str, *, by: str | None = None, at: dt.datetime | None = None) -> WhatWorks:
        """What a campaign's offers brought to whom, by segment, with honest intervals; `at` as in `goals`.

        `by` names what the choice knew of the student (`topic`, `course`, `value`, `level`, `segment.ID`, ...) and
        makes the segments; without it that is the topic where the student was stuck, else the run's value, else there
        is one segment for all. Raises LoyaltyError for a campaign that the program does not have.
        """
        from loyaltykit.app.offered import offered  # as above

        moment = self._reading_at(at)
        with self._lock, self._journal.reading():
            return offered(self._journal, campaign, moment, by=by)

    def evaluate_policy(
        self, campaign: str, step: str, policy: str | Policy, *, at: dt.datetime | None = None
    ) -> PolicyValue:
        """What a policy would have brought at an offer of a campaign, from the choices that were logged there.

        `step` is the offer's path: ``1``, ``4.then.2``. `policy` is a name as in a program (also `random` and `rule`,
        the first option), or a policy. It learns from the log, four fifths of the members at a time, and is judged on
        the others. Only choices made by chance (`random`, `bandit`) count, and those whose time is up; `at` as in
        `goals`. The answer may be a refusal with its reason. Raises LoyaltyError for a campaign, a step or a policy
        that there is not.
        """
        from loyaltykit.app.comparing import evaluated  # as above

        moment = self._reading_at(at)
        with self._lock, self._journal.reading():
            return evaluated(self._journal, campaign, step, policy, moment)

    def compare_policies(
        self, campaign: str, policies: Iterable[str] | None = None, *, at: dt.datetime | None = None
    ) -> ComparedPolicies:
        """The same of several policies at every offer of a campaign; without `policies` of all that there are."""
        from loyaltykit.app.comparing import compare  # as above

        moment = self._reading_at(at)
        with self._lock, self._journal.reading():
            return compare(self._journal, campaign, moment, policies=policies)

    def explain(
        self,
        member: str,
        *,
        event: str | None = None,
        rule: str | None = None,
        campaign: str | None = None,
        badge: str | None = None,
        quest: str | None = None,
        tier: str | None = None,
        reward: str | None = None,
        streak: str | None = None,
        surprise: str | None = None,
        leaderboard: str | None = None,
        level: bool = False,
        referral: bool = False,
        lang: Lang = "en",
    ) -> Explanation:
        """Why, and why not, in words and as data.

        Of an event: what acted, the entries and effects, and of each rule that did nothing the first condition that
        failed, with its values. Of a rule: the same about the newest event that it is about, or the one given. Of a
        campaign: whether a run is on its way, and if not, what keeps it, now. Of a badge, quest, tier, reward, streak
        or the level: whether it is held and since when, and what is missing, now: each condition that fails, with its
        values. Of the member's referral: what came of it. Of a surprise: what it hangs on. Of a leaderboard: the rank.
        """
        from loyaltykit.app.explaining import (  # only where somebody asks
            explain_campaign,
            explain_event,
            explain_rule,
        )
        from loyaltykit.app.explaining_standing import explain_standing

        standing = {
            "badge": badge, "quest": quest, "tier": tier, "reward": reward, "streak": streak, "surprise": surprise,
            "leaderboard": leaderboard, "level": "" if level else None, "referral": "" if referral else None,
        }  # fmt: skip
        asked = [(kind, id) for kind, id in standing.items() if id is not None]
        with self._lock, self._journal.reading():
            for kind, id in asked:
                return explain_standing(self._journal, member, kind, id, at=self._reading_at(None), lang=lang)
            if campaign is not None:
                return explain_campaign(self._journal, member, campaign, at=self._reading_at(None), lang=lang)
            if event is not None:
                return explain_event(self._journal, member, event, rule=rule, lang=lang)
            if rule is not None:
                return explain_rule(self._journal, member, rule, at=self._reading_at(None), lang=lang)
        text = f"explain needs an event, a rule, both, a campaign, or one of {', '.join(standing)}"
        raise LoyaltyError(text, code="explain/nothing")

    def _readable(self, raw: Iterable[Raw], tally: Tally, ignored: dict[str, int]) -> list[Event]:
        """The events that can be read at all."""
        undeclared = self._journal.engine.admission.undeclared
        known: dict[tuple[str, ...], tuple[str, ...]] = {}  # events of one shape have the same undeclared fields
        taken = []
        for item in raw:
            try:
                event = _read(item)
            except EventError as error:
                tally.rejected.append(Rejected(error.event, error.code, str(error), raw=item, details=error.details))
                continue
            taken.append(event)
            shape = (event.type, *event.data)
            fields = known.get(shape)
            if fields is None:
                fields = known[shape] = undeclared(event)
            for field in fields:
                ignored[f"{event.type}.{field}"] = ignored.get(f"{event.type}.{field}", 0) + 1
        return taken

    def _everybody(self) -> Iterator[Hand]:
        after = 0
        while page := self._journal.store.members(after=after, limit=PAGE):
            yield from self._journal.look_all(id for _, id in page)
            after = page[-1][0]

    def _channels(self) -> tuple[str, ...]:
        """The channels that there are: those of the library, of the program and of the adapters here."""
        from loyaltykit.program.messages import channels_named  # with pydantic: the root is imported without it

        return (*channels_named(self._journal.engine.program.document), *self._journal.adapters)


def _read(raw: Raw) -> Event:
    """The event that a host hands in."""
    event = raw if isinstance(raw, Event) else _parsed(raw)
    if not _is_text(f"{event.id}{event.member}"):
        name = echo(event.id)
        raise EventError(f"event {name}: id and member must be valid text", code="event/name", event=name)
    if event.type == SETTLED:
        raise EventError(
            f"events of type {SETTLED} are the shell's own", code="event/reserved", event=event.id, field="type"
        )
    return stored(event) if event.type == MEMBER_UPDATED else event  # attributes live on: as they would come back


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _parsed(raw: Mapping[str, Any] | str) -> Event:
    if not isinstance(raw, str):
        return read_event(raw)
    try:
        return read_event(json.loads(raw))
    except (ValueError, RecursionError) as error:
        at = f", character {error.pos + 1}" if isinstance(error, json.JSONDecodeError) else ""
        raise EventError(f"not a line of JSON{at}", code="event/json") from None
