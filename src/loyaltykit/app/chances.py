"""What surprises and referrals ask of the shell: a budget for all members together, and who referred whom.

A referrer whom nobody has seen yet is waited for: when they are recorded for the first time, both sides are told. The
store keeps the digest of the id that is waited for, never the id.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from loyaltykit.app.others import id_of, tell
from loyaltykit.calendars import number_of, zone
from loyaltykit.rules.plan import ATTRIBUTES
from loyaltykit.rules.plan.chances import WAITING
from loyaltykit.rules.runtime.chances import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.app.work import Hand, Work
    from loyaltykit.values import Event, Request

SELF, RING = "self", "ring"
"""Why a referral is refused: members refer themselves; the chain of who referred whom comes back to the friend."""


def budget(work: Work, hand: Hand, request: Request) -> Event:
    """One piece of a surprise's budget in the calendar period of the program's zone in which it was drawn."""
    period = request.data["period"]
    number = number_of(period, zone(work.engine.plan.zone).local_day(request.at))
    pot = f"{request.mechanic}/{period}/{number}"
    claim = f"{hand.number}/{request.occurrence}"
    return work.engine.answer(request, work.store.claim(pot, claim, stock=request.data["times"]))


def referral(work: Work, hand: Hand, request: Request) -> Event:
    """Whether the member named a referrer who counts; the referrer hears of it in the same transaction."""
    referrer = request.data["referrer"]
    reason = against(work, hand, referrer)
    if reason == UNKNOWN:
        wait(work, hand, referrer)
    elif reason is None:
        _tell_referrer(work, referrer, hand.number, request.at)
    return work.engine.answer(request, reason is None, reason=reason)


def wait(work: Work, friend: Hand, referrer: str) -> None:
    """Remember whom a friend waits for."""
    work.write_rows()  # the member may be new
    work.store.await_referrer(_digest(work, referrer), friend.number)


def against(work: Work, friend: Hand, referrer: str) -> str | None:
    """What speaks against a referral: ``self``, ``ring``, ``unknown``; None when nothing does."""
    refer = work.engine.plan.referrals
    if referrer == friend.id:
        return SELF
    if not _seen(work, referrer).number:
        return UNKNOWN
    known, name = {friend.id}, referrer
    while refer is not None and name:
        if name in known:
            return RING if name == friend.id else None  # a ring that others close is not this member's
        known.add(name)
        name = _seen(work, name).state[ATTRIBUTES].get(refer.referrer.path[1])
    return None


def welcome(work: Work, newcomers: Sequence[Hand]) -> None:
    """Members were recorded for the first time: whoever waited to have been referred by them hears of it."""
    work.write_rows()
    refer = work.engine.plan.referrals
    by_digest = {_digest(work, hand.id): hand for hand in newcomers}
    for digest, member, friend in work.store.awaited(by_digest):
        referrer, hand = by_digest[digest], work.hand(friend)
        work.store.unawait(member)
        if refer is None or hand.state[refer.slot] != WAITING:
            continue  # what they waited with was taken out; the next such event asks again
        reason, at = against(work, hand, referrer.id), work.engine.now(referrer.state)
        said = {"granted": reason is None, "reason": reason}
        tell(work, friend, "kit.invited", said, id=id_of("invited:", member), at=at)
        if reason is None:
            _tell_referrer(work, referrer.id, member, at)


def _tell_referrer(work: Work, referrer: str, friend: int, at: int) -> None:
    tell(work, referrer, "kit.referred", {"friend": friend}, id=id_of("referred:", friend), at=at)


def _seen(work: Work, id: str) -> Hand:
    """A member to look at, as this transaction has them."""
    return work.hands[id] if id in work.hands else next(iter(work.journal.look_all((id,))))


def _digest(work: Work, id: str) -> str:
    return hashlib.sha256(f"{work.engine.plan.program}\0{id}".encode()).hexdigest()
