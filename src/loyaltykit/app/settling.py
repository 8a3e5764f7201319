"""Settles what the fold asks: facts that a member's own history cannot know, answered inside the transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.app.choosing import choose
from loyaltykit.app.rows import claim_of
from loyaltykit.errors import StoreError
from loyaltykit.rules.engine import answer_id
from loyaltykit.store.rows import PlaceRow

if TYPE_CHECKING:
    from loyaltykit.app.work import Hand, Work
    from loyaltykit.values import Event, Request


def settle(work: Work, hand: Hand, request: Request) -> Event:
    """Answer a request and record the answer as an event; a replay folds it and never asks again.

    What was asked before a late event changed history may be asked once more: then the first answer stands.
    """
    first = work.answered(answer_id(request), hand.id)
    if first is not None:
        return work.engine.answer_again(request, first)
    if request.kind == "choice":
        chosen = choose(work, request)
        answer = work.engine.answer(request, True, option=chosen.option, propensity=chosen.propensity)
    elif request.kind == "stock":
        answer = _stock(work, hand, request)
    else:
        raise StoreError(f"nothing here can answer a request of kind {request.kind!r}")
    work.record(hand, work.event_row(hand, answer))
    work.answers[answer.id] = answer
    return answer


def _stock(work: Work, hand: Hand, request: Request) -> Event:
    """One piece of limited stock, or a place in its waiting list."""
    grant = work.journal.timeline.at(request.at).right(request.name)
    claim = claim_of(hand.number, request.mechanic, request.occurrence, request.name)
    if grant is None or grant.stock is None or work.store.claim(request.name, claim, stock=grant.stock):
        return work.engine.answer(request, granted=True)
    if grant.line is None:
        return work.engine.answer(request, granted=False)
    work.write_rows()  # the member may be new
    work.store.wait(PlaceRow(request.name, hand.number, request.at))
    return work.engine.answer(request, granted=False, waiting=True)
