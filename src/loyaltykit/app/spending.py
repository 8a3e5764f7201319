"""The verbs for points: redeem, cancel, hold, capture, release, adjust, transfer.

Whether a member may is found out before anything is recorded, inside the writing transaction, so that it stays true;
what is recorded was accepted, and a replay asks nobody. A refusal under a key is recorded, too: the same again gets it
again.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from loyaltykit.app.acting import free_id
from loyaltykit.app.amounts import amounts_of
from loyaltykit.app.codes import left, pool
from loyaltykit.app.giving import Giving, id_of_key
from loyaltykit.app.others import id_of, tell
from loyaltykit.app.recording import first_decision, record_one
from loyaltykit.app.refusing import refused
from loyaltykit.app.rows import stored, to_event
from loyaltykit.calendars import add, parse_duration
from loyaltykit.errors import DuplicateConflict, EventError, LoyaltyError, NotEligible, UnknownMember
from loyaltykit.problems import echo
from loyaltykit.redemptions import Hold
from loyaltykit.rules.redeemed import Redeemed
from loyaltykit.rules.runtime.clock import zone_of
from loyaltykit.rules.runtime.spending import CODE, STATUS, find
from loyaltykit.rules.spends import Refusal, received
from loyaltykit.values import MAX_NAME, Event, from_instant

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping

    from loyaltykit.app.amounts import Number
    from loyaltykit.app.work import Hand, Work
    from loyaltykit.redemptions import Redemption
    from loyaltykit.rules.plan import Grant
    from loyaltykit.values import Decision

    Judge = Callable[[Work, Hand, int], "Refusal | dict[str, Any]"]

_ENDS = {"kit.captured": "captured:", "kit.released": "released:"}


class Spending(Giving):
    """What can be done with points. Each verb is one transaction; `at` as everywhere.

    `key` makes a verb safe to repeat: the same under it again changes nothing and comes to the first outcome, also
    a refusal; DuplicateConflict when the key was used for something else.
    """

    def redeem(self, member: str, reward: str, *, key: str | None = None, at: dt.datetime | None = None) -> Redemption:
        """Spend points on a reward: the lots that expire first go first.

        Raises NotEligible when the member is not who the reward is for, has had it as often as they may, or nobody
        redeems it; InsufficientPoints; OutOfStock when there is none left. Nothing is taken then.
        """
        grant = self._reward(reward)

        def judge(work: Work, hand: Hand, at: int) -> Refusal | dict[str, Any]:
            return self._refusal(work, hand, grant, at) or {"reward": reward, **_cost(grant)}

        decision = self._asked(member, "redeem", "kit.redeemed", {"reward": reward}, judge, key=key, at=at)
        return self._redemption(decision)

    def cancel(
        self,
        redemption: Redemption | str,
        *,
        by: str | None = None,
        reason: str | None = None,
        at: dt.datetime | None = None,
    ) -> Decision:
        """Undo a redemption: the right is revoked, and the points come back with the expiry they had.

        Points that would have expired meanwhile expire now. The same again changes nothing. NotEligible for what was
        not redeemed, was held without a reward (adjust that), was cancelled already, or is too long ago (the last 1,000
        of a member and reward are kept).
        """
        id = redemption if isinstance(redemption, str) else redemption.id
        with self._lock, self._journal.writing() as work:
            event = _event(work, id, ("kit.redeemed", "kit.held"), "redemption/unknown", "redemption")
            reward, name = event.data.get("reward"), id_of("cancelled:", id)
            if reward is None:
                raise refused(Refusal("redemption/no-reward"))
            hand = work.hand(event.member)
            grant = self._journal.engine.right(reward)
            found = None if grant is None or grant.terms is None else find(hand.state, grant.terms, id)
            if not work.store.seen((name,)) and (found is None or found[STATUS] == "cancelled"):
                raise refused(Refusal("redemption/over"))
            said = {"redemption": id, "reward": reward, "by": by, "reason": reason}
            data = {name: value for name, value in said.items() if value is not None}
            return self._acted(work, event.member, "kit.cancelled", data, at=at, id=name)

    def hold(
        self,
        member: str,
        what: Mapping[str, Number] | str,
        *,
        lasts: str | None = None,
        key: str | None = None,
        at: dt.datetime | None = None,
    ) -> Hold:
        """Reserve points (``{"stars": 5}``) or what a reward costs, with a piece of limited stock.

        Then `capture` spends them, `release` gives them back; after `lasts` (a duration such as ``15m``) the hold ends
        by itself. Raises what `redeem` raises.
        """
        said: dict[str, Any] = {"lasts": lasts}
        document = self._journal.engine.program.document
        grant = self._reward(what) if isinstance(what, str) else None
        cost = _cost(grant) if grant is not None else _listed(amounts_of(document, what))  # type: ignore[arg-type]
        said |= {"reward": grant.id} if grant is not None else cost
        duration = None if lasts is None else _duration(lasts)

        def judge(work: Work, hand: Hand, at: int) -> Refusal | dict[str, Any]:
            refusal = (
                self._journal.engine.spends.short(hand.state, zip(cost["points"], cost["amounts"], strict=True))
                if grant is None
                else self._refusal(work, hand, grant, at)
            )
            if refusal is not None:
                return refusal
            until = None if duration is None else add(at, duration, zone_of(hand.state, document.timezone))
            return {**said, **cost, "until": None if until is None else from_instant(until).isoformat()}

        decision = self._asked(member, "hold", "kit.held", said, judge, key=key, at=at)
        effect = next(one for one in decision.effects if one.kind == "hold")
        held = [effect.at, effect.data["until"], effect.data["reward"], effect.data["paid"]]
        return Redeemed(self._journal.engine.plan).hold(member, effect.data["hold"], held)

    def capture(self, hold: Hold | str, *, at: dt.datetime | None = None) -> Redemption:
        """Spend what is on hold; of a reward, it is granted. The same again comes to the first outcome.

        NotEligible when the hold was released, its time is out, or there is none.
        """
        return self._redemption(self._ended(hold, "kit.captured", at))

    def release(self, hold: Hold | str, *, at: dt.datetime | None = None) -> Decision:
        """Give back what is on hold, with the expiry it had. The same again changes nothing.

        NotEligible when the hold was captured, its time is out, or there is none.
        """
        return self._ended(hold, "kit.released", at)

    def adjust(
        self,
        member: str,
        points: Mapping[str, Number],
        *,
        by: str,
        reason: str,
        key: str | None = None,
        at: dt.datetime | None = None,
    ) -> Decision:
        """Give or take points by hand, ``{"stars": -5}``; the ledger has who did it in the event, and why.

        What is given is available at once and expires as any award does; it counts for `lifetime`, and not for
        `earned`. What is taken counts as taken back: `lifetime` has less, levels stay. It may leave less than nothing,
        unless the point's `overdraft` says otherwise: `forgive` takes what there is, `refuse` raises
        InsufficientPoints. Giving to somebody who was never seen makes them a member, as `grant` does; taking from
        them raises UnknownMember.
        """
        document = self._journal.engine.program.document
        amounts = amounts_of(document, points, signed=True, spendable=False)
        said = {**_listed(amounts), "by": _named(by, "by"), "reason": _named(reason, "reason")}

        def judge(work: Work, hand: Hand, at: int) -> Refusal | dict[str, Any]:
            if not hand.number and min(amounts.values()) < 0:
                raise UnknownMember(f"no member {echo(member)} was seen", details={"name": echo(member)})
            return self._journal.engine.spends.unpayable(hand.state, amounts) or said

        return self._asked(member, "adjust", "kit.adjusted", said, judge, key=key, at=at)

    def transfer(
        self,
        member: str,
        to: str,
        points: Mapping[str, Number],
        *,
        by: str,
        reason: str,
        key: str | None = None,
        at: dt.datetime | None = None,
    ) -> Decision:
        """Give points of one member to another: both have it, or neither. What it decided for the one who gives.

        The other gets lots that expire when those would have that were given. Nobody's `lifetime` grows or shrinks by
        it. Raises InsufficientPoints; UnknownMember for a receiver who was never seen.
        """
        amounts = amounts_of(self._journal.engine.program.document, points)
        said = {**_listed(amounts), "by": _named(by, "by"), "reason": _named(reason, "reason")}
        if to == member:
            raise EventError("a transfer needs two members", code="transfer/self", field="to")

        def judge(work: Work, hand: Hand, at: int) -> Refusal | dict[str, Any]:
            if to not in work.hands and to not in work.store.numbers([to]):
                raise UnknownMember(f"no member {echo(to)} was seen", details={"name": echo(to)})
            short = self._journal.engine.spends.short(hand.state, amounts.items())
            return short or {**said, "to": work.hand(to).number}

        def reach(work: Work, decision: Decision) -> None:
            sent = next(one for one in decision.effects if one.kind == "sent")
            tell(work, to, "kit.received", received(sent), id=id_of("received:", sent.occurrence), at=sent.at)

        asked = {**said, "to": to}
        return self._asked(member, "transfer", "kit.sent", asked, judge, key=key, at=at, then=reach)

    def _asked(
        self,
        member: str,
        verb: str,
        type: str,
        said: Mapping[str, Any],
        judge: Judge,
        *,
        key: str | None,
        at: dt.datetime | None,
        then: Callable[[Work, Decision], None] | None = None,
    ) -> Decision:
        """Judge, record as accepted or refused, and raise a refusal once it is on record.

        `said` is what makes two requests the same one; `then` does what belongs to an accepted one.
        """
        id, asked = id_of_key(key), _digest(verb, member, said)
        reward = said.get("reward", "")
        with self._lock, self._journal.writing() as work:
            row = next(iter(work.store.seen((id,) if id else ())), None)
            if row is not None:
                first = to_event(row, member)
                if first.data.get("asked") != asked:
                    raise DuplicateConflict("the key was used for another request", details={"event": row.id})
                if row.type != "kit.refused":
                    return first_decision(work, work.hand(member), row)
                refusal = Refusal(first.data["code"], first.data.get("about") or "")
            else:
                hand = work.hand(member)
                name = id or free_id(work, type)
                moment = self._moment(hand, at, name, again=False)
                if hand.number:
                    work.catch_up(hand, None, moment)
                judged = judge(work, hand, moment)
                if not isinstance(judged, Refusal):
                    data = {name: value for name, value in judged.items() if value is not None}
                    decision = _recorded(
                        work, Event(name, type, member, from_instant(moment), {**data, "asked": asked})
                    )
                    if then is not None:
                        then(work, decision)
                    return decision
                refusal = judged
                if id is not None:
                    data = {"verb": verb, "code": refusal.code, "about": refusal.about, "asked": asked}
                    if reward:
                        data["reward"] = reward
                    _recorded(work, Event(name, "kit.refused", member, from_instant(moment), data))
        raise refused(refusal, reward)

    def _refusal(self, work: Work, hand: Hand, grant: Grant, at: int) -> Refusal | None:
        """Why a member may not redeem a reward; the store knows what is left of it."""
        refusal = self._journal.engine.spends.refusal(hand.state, grant, at)
        if refusal is None and left(work, grant) == 0:
            return Refusal("reward/out-of-stock")
        return refusal

    def _ended(self, hold: Hold | str, type: str, at: dt.datetime | None) -> Decision:
        """Capture or release a hold, under an id that follows from it."""
        id = hold if isinstance(hold, str) else hold.id
        name = id_of(_ENDS[type], id)
        with self._lock, self._journal.writing() as work:
            member = _event(work, id, ("kit.held",), "hold/unknown", "hold").member
            hand = work.hand(member)
            if rows := work.store.seen((name,)):
                return first_decision(work, hand, rows[0])
            moment = self._moment(hand, at, name, again=False)
            work.catch_up(hand, None, moment)
            if self._journal.engine.spends.hold(hand.state, id) is not None:
                return _recorded(work, Event(name, type, member, from_instant(moment), {"hold": id}))
        raise refused(Refusal("hold/over"))

    def _redemption(self, decision: Decision) -> Redemption:
        """The redemption that a decision made."""
        effect = next(one for one in decision.effects if one.kind == "redeemed")
        grant, code = self._journal.engine.right(effect.name), None
        if grant is not None and grant.codes and grant.terms is not None:
            with self._journal.reading():
                found = find(self._journal.look(effect.member).state, grant.terms, effect.occurrence)
            code = None if found is None else found[CODE]
        return Redeemed(self._journal.engine.plan).of_effect(effect, code)

    def add_codes(self, reward: str, codes: Iterable[str]) -> int:
        """Put codes into the pool of a reward, behind those that are there; how many were new.

        Each is given once, and shown to whom it was given. LoyaltyError with ``reward/no-codes`` for a reward without
        ``codes``.
        """
        grant, found = self._reward(reward), list(codes)
        if not grant.codes:
            raise LoyaltyError(f"{reward} has no codes", code="reward/no-codes", details={"name": reward})
        if not all(isinstance(code, str) and 0 < len(code) <= MAX_NAME for code in found):
            raise EventError(f"a code is text of 1 to {MAX_NAME} characters", code="reward/code", field="codes")
        with self._lock, self._journal.writing() as work:
            return pool(work, grant).add_codes(reward, found)


def _recorded(work: Work, event: Event) -> Decision:
    return record_one(work, stored(event))


def _event(work: Work, id: str, types: tuple[str, ...], code: str, what: str) -> Event:
    """The event that a redemption or hold was accepted by. NotEligible when there is none."""
    rows = [row for row in work.store.seen((id,)) if row.type in types]
    if not rows:
        raise NotEligible(f"there is no {what} {echo(id)}", code=code, details={"name": echo(id)})
    return to_event(rows[0], work.store.ids([rows[0].member])[rows[0].member])


def _cost(grant: Grant) -> dict[str, Any]:
    return _listed(dict(grant.terms.cost) if grant.terms is not None else {})


def _listed(amounts: Mapping[str, int]) -> dict[str, Any]:
    return {"points": list(amounts), "amounts": list(amounts.values())}


def _digest(verb: str, member: str, said: Mapping[str, Any]) -> str:
    """What makes a request the same one, and names nobody."""
    text = json.dumps([verb, member, sorted(said.items())], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _duration(lasts: str) -> Any:
    try:
        return parse_duration(lasts)
    except ValueError as error:
        raise EventError(f"lasts: {error}", code="hold/lasts", field="lasts", details={"reason": str(error)}) from None


def _named(text: str, field: str) -> str:
    if not isinstance(text, str) or not text.strip():
        raise EventError(f"{field} must say something", code="points/why", field=field, details={"name": field})
    return text
