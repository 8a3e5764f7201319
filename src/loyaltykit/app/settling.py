"""Settles what the fold asks: facts that a member's own history cannot know, answered inside the transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.app.chances import budget, referral
from loyaltykit.app.choosing import choose
from loyaltykit.app.codes import pool
from loyaltykit.app.rows import claim_of
from loyaltykit.errors import StoreError
from loyaltykit.rules.replaying import answer_id
from loyaltykit.store.rows import PlaceRow

if TYPE_CHECKING:
    from loyaltykit.app.work import Hand, Work
    from loyaltykit.rules.plan import Grant
    from loyaltykit.values import Event, Request


def settle(work: Work, hand: Hand, request: Request) -> Event:
    """Answer a request and record the answer as an event; a replay folds it and never asks again.

    What was asked before a late event changed history may be asked once more: then the first answer stands.
    """
    first = work.answered(answer_id(request), hand.id)
    if first is not None:
        if request.kind == "referral":
            work.referrals[hand.id] = True if first.data["granted"] else None
        return work.engine.answer_again(request, first)
    if request.kind == "choice":
        chosen = choose(work, request)
        answer = work.engine.answer(request, True, **chosen.to_dict())
    elif request.kind == "stock":
        answer = _stock(work, hand, request)
    elif request.kind == "budget":
        answer = budget(work, hand, request)
    elif request.kind == "referral":
        answer = referral(work, hand, request)
    else:
        raise StoreError(f"nothing here can answer a request of kind {request.kind!r}")
    work.record(hand, work.event_row(hand, answer))
    work.answers[answer.id] = answer
    return answer


def _stock(work: Work, hand: Hand, request: Request) -> Event:
    """One piece of limited stock, or a place in its waiting list."""
    grant = work.journal.timeline.at(request.at).right(request.name)
    claim = claim_of(hand.number, request.mechanic, request.occurrence, request.name)
    if grant is not None and grant.codes:
        return _code(work, grant, request, claim)
    if grant is None or grant.stock is None or work.store.claim(request.name, claim, stock=grant.stock):
        return work.engine.answer(request, granted=True)
    if grant.line is None:
        return work.engine.answer(request, granted=False)
    work.write_rows()  # the member may be new
    work.store.wait(PlaceRow(request.name, hand.number, request.at))
    return work.engine.answer(request, granted=False, waiting=True)


def _code(work: Work, grant: Grant, request: Request, claim: str) -> Event:
    """The next code of a pool, as far as there is stock."""
    if grant.stock is not None and not work.store.claim(request.name, claim, stock=grant.stock):
        return work.engine.answer(request, granted=False)
    code = pool(work, grant).give_code(request.name, claim)
    return work.engine.answer(request, code is not None, code=code)
