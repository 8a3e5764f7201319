"""Why a member has something, stands somewhere or was given nothing, now: in words and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.app.explaining import Explanation
from loyaltykit.app.standings import board_view
from loyaltykit.calendars import number_of, zone
from loyaltykit.rules.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.app.journal import Journal
    from loyaltykit.app.work import Hand
    from loyaltykit.problems import Lang
    from loyaltykit.rules.plan.chances import Surprise

BOARD = "leaderboard"


def explain_standing(
    journal: Journal, member: str, kind: str, id: str, *, at: int | None = None, lang: Lang = "en"
) -> Explanation:
    """Why a member has a badge, quest, tier, level, reward, streak, referral, surprise or rank, and why not.

    UnknownMember; LoyaltyError for what the program does not have.
    """
    hand = journal.look(member)
    if kind == BOARD:
        reasons = tuple(_rank(journal, hand, id, at))
    else:
        now = journal.now(hand.state) if at is None else at
        reasons = journal.engine.explain_standing(hand.state, kind, id, at=now)
        reasons += tuple(_of_all(journal, hand, kind, id, now or 0))
    words = tuple(reason.words(lang) for reason in reasons)
    return Explanation(
        member=member, event=None, late=False, mechanics=(), entries=(), effects=(), reasons=reasons, words=words
    )


def _of_all(journal: Journal, hand: Hand, kind: str, id: str, at: int) -> Iterator[Reason]:
    """What the member's own history does not know."""
    if kind == "reward":
        grant = journal.engine.right(id)
        if grant is not None and grant.stock is not None and journal.store.claimed(id) >= grant.stock:
            yield Reason(id, "reason/out-of-stock", values=(("stock", grant.stock),))
    elif kind == "surprise":
        surprise = next(one for one in journal.engine.plan.surprises if one.id == id)
        yield from _budget(journal, surprise, at)
    elif kind == "referral":
        friends = sum(1 for _ in journal.store.happened(("kit.referred",), [hand.number], data=False))
        if friends:
            yield Reason("referrals", "reason/brought", values=(("friends", friends),))


def _budget(journal: Journal, surprise: Surprise, at: int) -> Iterator[Reason]:
    """How much of a surprise's budget is gone in the period."""
    if surprise.budget is not None:
        times, period = surprise.budget
        number = number_of(period, zone(journal.engine.plan.zone).local_day(at))  # type: ignore[arg-type]  # a period's name
        gone = journal.store.claimed(f"{surprise.source}/{period}/{number}")
        code = "reason/out-of-budget" if gone >= times else "reason/budget"
        yield Reason(surprise.id, code, values=(("given", gone), ("budget", times)))


def _rank(journal: Journal, hand: Hand, board: str, at: int | None) -> Iterator[Reason]:
    """Where a member stands on a leaderboard, and what the next above has."""
    view = board_view(journal, board, group=None, at=at, top=0, around=hand.id)
    own = next((row for row in view.rows if row.member == hand.id), None)
    if own is None:
        yield Reason(board, "reason/not-on-board", values=(("members", view.members),))
        return
    yield Reason(board, "reason/rank", values=(("rank", own.rank), ("score", own.score), ("members", view.members)))
    above = [row.score for row in view.rows if row.rank < own.rank]
    if above:
        yield Reason(board, "reason/behind", values=(("missing", min(above) - own.score),))
