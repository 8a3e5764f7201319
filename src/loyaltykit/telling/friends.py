"""Sentences about what members bring each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.telling.teller import Sentence, Teller


def referrals(teller: Teller) -> Iterator[Sentence]:
    """What a friend who was brought along gets, and who brought them."""
    found, speech = teller.document.referrals, teller.speech
    if found is None:
        return
    condition = teller.condition("referrals.when")
    yield teller.sentence(
        "referrals",
        "",
        "referrals",
        did=teller.naming.did(found.after),
        more=speech.say("referrals/and", condition=condition) if condition else "",
        yours=teller.gifts(found.rewards.friend, "referrals.rewards.friend") or speech.say("nothing"),
        theirs=teller.gifts(found.rewards.referrer, "referrals.rewards.referrer") or speech.say("nothing"),
        limit="" if found.limit is None else speech.say("referrals/limit", rate=speech.rate(found.limit)),
    )
