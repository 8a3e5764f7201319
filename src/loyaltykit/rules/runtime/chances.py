"""Surprises and referrals as they happen: chance by a hash, and what a member's own history cannot know asked for."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from loyaltykit.rules.plan import MEMBER
from loyaltykit.rules.plan.chances import ASKED, CLOSED, REFERRALS, REFUSED, REWARDED, WAITING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.rules.plan.chances import Refer, Surprise

    State = list[Any]
    Queue = list[tuple[int | None, str]]

UNKNOWN = "unknown"
"""Why a referral waits: nobody of the referrer's id was seen yet."""
ONCE = "1"
"""The occurrence of a member's own referral."""


def drawn(program: str, surprise: str, share: float, state: State, event: str) -> bool:
    """Whether an event draws a surprise: SHA-256 of the names as a fraction (its first 64 bits) below the share."""
    digest = hashlib.sha256(f"{program}\0{surprise}\0{state[MEMBER]}\0{event}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64 < share


def ask_budget(surprise: Surprise, at: int, event: str, out: Any) -> None:
    """Ask for one piece of a surprise's budget."""
    times, period = surprise.budget or (0, "")
    about = {"times": times, "period": period}
    out.append(("request", at, event, surprise.source, event, "budget", surprise.id, about))


def refer(state: State, slot: int, referrer: Any, at: int, event: str, out: Any) -> None:
    """The event came that a referral waits for: ask the shell about the referrer. Once in a member's life."""
    if referrer is None or referrer == "":
        state[slot] = CLOSED
        return
    state[slot] = ASKED
    out.append(("request", at, event, REFERRALS, ONCE, "referral", REFERRALS, {"referrer": referrer}))


def referred(
    state: State, refer: Refer, number: int | None, data: Mapping[str, Any], at: int, event: str | None, out: Any,
    queue: Queue,
) -> None:  # fmt: skip
    """What came of the member's own referral: rewarded, waiting for the referrer to be seen, or refused."""
    if state[refer.slot] not in (ASKED, WAITING):
        return
    reason = data.get("reason")
    if data["granted"]:
        state[refer.slot], told = REWARDED, {"state": "rewarded"}
        if number is not None:
            queue.append((number, ONCE))
    elif reason == UNKNOWN:
        state[refer.slot], told = WAITING, {"state": "waiting", "reason": UNKNOWN}
    else:
        state[refer.slot], told = REFUSED, {"state": "refused", "reason": str(reason)}
    out.append(("effect", at, event, REFERRALS, event or ONCE, "referral", "friend", told))
