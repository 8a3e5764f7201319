"""Sentences about members among each other: leaderboards, referrals."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.program.boards import Leaderboard
    from loyaltykit.telling.teller import Sentence, Teller


def leaderboards(teller: Teller) -> Iterator[Sentence]:
    """What each leaderboard ranks members by, and what its winners get."""
    for name, board in teller.document.leaderboards.items():
        label, basis = teller.naming.of("leaderboards", name), teller.value(f"leaderboards.{name}.by")
        period, parts = teller.speech.say(f"board/{board.every}"), teller.speech.parts([*_terms(teller, name, board)])
        yield teller.sentence("leaderboards", name, "board", name=label, basis=basis, period=period, parts=parts)


def _terms(teller: Teller, name: str, board: Leaderboard) -> Iterator[str]:
    speech = teller.speech
    if board.grouping is not None:
        yield speech.say("board/group", field=teller.naming.field(board.grouping[1]).removeprefix("the "))
    for rank, given in sorted(board.winners.items()):
        gifts = teller.gifts(given, f"leaderboards.{name}.winners.{rank}")
        if gifts:
            yield speech.say("board/winner", rank=str(rank), gifts=gifts)


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
