"""Referrals when a friend's history changes: what the referrer got follows it, back and forth, once each.

The referrer heard of the friend by a `kit.referred`. When the friend's history no longer earns it, an event of the
referrer's own takes that one out, and their history is folded without it; when it earns it again, they hear again.
The ids are counted, so that a repetition changes nothing and a replay of either member asks nobody.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from loyaltykit.app.chances import against, wait
from loyaltykit.app.others import id_of, tell
from loyaltykit.program.reserved import UNREFERRED
from loyaltykit.rules.plan import ATTRIBUTES
from loyaltykit.rules.plan.chances import WAITING
from loyaltykit.rules.runtime.chances import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyaltykit.app.work import Hand, Work
    from loyaltykit.rules.plan.chances import Refer
    from loyaltykit.store.rows import EventRow
    from loyaltykit.values import Effect


def note_referral(work: Work, hand: Hand, effects: Iterable[Effect]) -> None:
    """A friend's history was folded again: remember it when their referral came or went, or waits."""
    refer = work.engine.plan.referrals
    if refer is None:
        return
    rows = (row for row in work.store.effects(hand.number) if row.kind == "referral" and not row.kept)
    stood = any(row.name == "friend" and '"rewarded"' in row.data for row in rows)
    stands = any(
        one.kind == "referral" and one.name == "friend" and one.data.get("state") == "rewarded" for one in effects
    )
    if hand.state[refer.slot] == WAITING:
        work.referrals[hand.id] = None
    elif stood != stands:
        work.referrals[hand.id] = stands


def mend(work: Work, friends: Mapping[str, bool | None]) -> None:
    """Have the referrers' side follow that of their friends. None: the friend waits, perhaps for somebody known now."""
    refer = work.engine.plan.referrals
    for id, stands in friends.items():
        work.write_rows()
        hand = work.hand(id)
        if stands is not None:
            _follow(work, hand, None, stands=stands)
        elif refer is not None and hand.state[refer.slot] == WAITING:
            _ask_again(work, hand, refer)


def _ask_again(work: Work, hand: Hand, refer: Refer) -> None:
    """A friend asked before, when nobody had seen the referrer: that answer stands, so they hear of it now."""
    referrer = hand.state[ATTRIBUTES].get(refer.referrer.path[1])
    reason = against(work, hand, referrer) if referrer else UNKNOWN
    if reason != UNKNOWN:
        said = {"granted": reason is None, "reason": reason}
        id = next(id for n in count() if not work.store.seen((id := _id("invited:", hand.number, n),)))
        tell(work, hand.id, "kit.invited", said, id=id, at=work.engine.now(hand.state))
        work.write_rows()
    elif referrer:
        wait(work, hand, referrer)
    _follow(work, hand, referrer, stands=reason is None)


def _follow(work: Work, hand: Hand, referrer: str | None, *, stands: bool) -> None:
    """Tell the referrer, if what they were told last is no longer so."""
    number, row, heard = _last_heard(work, hand.number)
    if heard == stands:
        return
    if row is not None:
        referrer = work.store.ids((row.member,))[row.member]
    at = work.engine.now(hand.state)
    if row is not None and heard:
        tell(work, referrer or "", UNREFERRED, {"event": row.id}, id=_id("unreferred:", hand.number, number), at=at)
    elif referrer:
        tell(work, referrer, "kit.referred", {"friend": hand.number}, id=_id("referred:", hand.number, number), at=at)


def _last_heard(work: Work, friend: int) -> tuple[int, EventRow | None, bool]:
    """How often what a referrer heard of a friend was taken out, the last that they heard, and whether it holds."""
    last: EventRow | None = None
    for number in count():
        rows = work.store.seen((_id("referred:", friend, number),))
        if not rows:
            return number, last, False
        last = rows[0]
        if not work.store.seen((_id("unreferred:", friend, number),)):
            return number, last, True
    raise AssertionError(friend)


def _id(prefix: str, friend: int, number: int) -> str:
    """The id of what is said of a friend, the first time and again."""
    return id_of(prefix, friend, number) if number else id_of(prefix, friend)
