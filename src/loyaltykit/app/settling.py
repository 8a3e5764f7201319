"""Settles what the fold asks: facts that a member's own history cannot know, answered inside the transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.app.choosing import choose
from loyaltykit.errors import StoreError

if TYPE_CHECKING:
    from loyaltykit.app.work import Hand, Work
    from loyaltykit.values import Event, Request


def settle(work: Work, hand: Hand, request: Request) -> Event:
    """Answer a request and record the answer as an event; a replay folds it and never asks again."""
    if request.kind == "choice":
        chosen = choose(work, request)
        answer = work.engine.answer(request, True, option=chosen.option, propensity=chosen.propensity)
    else:
        answer = work.engine.answer(request, _granted(work, hand, request))
    work.record(hand, work.event_row(hand, answer))
    return answer


def _granted(work: Work, hand: Hand, request: Request) -> bool:
    if request.kind != "stock":
        raise StoreError(f"nothing here can answer a request of kind {request.kind!r}")
    stock = work.engine.program.document.rewards[request.name].stock
    claim = f"{hand.number}/{request.mechanic}/{request.occurrence}/{request.kind}/{request.name}"
    return stock is None or work.store.claim(request.name, claim, stock=stock)
