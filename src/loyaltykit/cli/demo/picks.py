"""Whose story is told: real members, by what happened to them. The same school gives the same."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import attrs

from loyaltykit.cli.demo.facts import COMEBACK, DECLINED, LESSON, PERSISTENT, SEAT, SESSION
from loyaltykit.values import from_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.channels.deliveries import Delivery
    from loyaltykit.cli.demo.facts import Member, Noticed, School
    from loyaltykit.cli.demo.post import Letter
    from loyaltykit.cli.demo.school import Move
    from loyaltykit.values import Effect

_WEEK = dt.timedelta(days=7)


@attrs.frozen(eq=False, kw_only=True)
class Told:
    """One student to whom the campaign wrote, and what became of it."""

    noticed: Noticed
    letter: Letter
    delivery: Delivery
    taken: Effect | None
    """The offer, when it was taken."""
    move: Move | None
    """How they went up in the queue."""
    stuck: bool
    """Whether the offer had something on what they stumbled over."""

    @property
    def member(self) -> Member:
        """Who it is."""
        return self.noticed.member

    @property
    def returned(self) -> dt.datetime | None:
        """When they studied again, within a week of the letter, if they had not between the notice and the letter."""
        did = self.member.did(LESSON, after=self.noticed.at, until=self.letter.at + _WEEK)
        return did[0].at if did and did[0].at > self.letter.at else None

    @property
    def seated(self) -> dt.datetime | None:
        """When a seat that had become free was theirs."""
        got = self.member.got("waiting", SEAT, "got")
        return from_instant(got[0].at) if got else None


def written_to(school: School) -> tuple[Told, ...]:
    """Everybody whom the campaign's first letter reached outside the platform."""
    runs = {(one.member.id, one.run): one for one in school.noticed}
    moves = {one.member: one for one in school.seen.moves}
    found = {}
    for member, letter, delivery in school.letters:
        noticed = runs.get((member.id, delivery.run or ""))
        if noticed is not None and (member.id, noticed.run) not in found:
            found[member.id, noticed.run] = _told(noticed, letter, delivery, moves.get(member.id))
    return tuple(found.values())


def _told(noticed: Noticed, letter: Letter, delivery: Delivery, move: Move | None) -> Told:
    offers = [one for one in noticed.member.got("offer", COMEBACK) if _run(one) == noticed.run]
    taken = next((one for one in offers if one.data.get("state") == "taken"), None)
    stuck = any(one.data.get("materials") for one in offers)
    moved = move if move is not None and move.at > letter.at else None
    return Told(noticed=noticed, letter=letter, delivery=delivery, taken=taken, move=moved, stuck=stuck)


def _run(offer: Effect) -> str:
    return str(offer.data.get("offer")).rpartition("/")[0]


def two(school: School) -> tuple[Told, ...]:
    """The one who went all the way, and another: another gift, by another channel, and back, too."""
    told = written_to(school)
    told = tuple(one for one in told if one.returned is not None) or told
    if not told:
        return ()
    first = max(told, key=_whole_way)
    others = [one for one in told if one.letter.channel != first.letter.channel]
    second = max(others, key=lambda one: _unlike(one, first), default=None)
    return (first,) if second is None else (first, second)


def _whole_way(one: Told) -> tuple[bool, ...]:
    member, after = one.member, one.letter.at
    badge = member.view.badges.get(PERSISTENT)
    up = 0 if one.move is None else one.move.before - one.move.after
    return (
        badge is not None and badge.at > after,
        up > 0,
        SESSION in {effect.name for effect in member.effects if effect.kind == "grant"},
        one.taken is not None,
        one.stuck,
        one.seated is not None,
        up > 5,
    )


def _unlike(one: Told, first: Told) -> tuple[bool, ...]:
    option = None if one.taken is None else one.taken.data.get("option")
    other = None if first.taken is None else first.taken.data.get("option")
    return option is not None and option != other, one.stuck != first.stuck


def spared(school: School, finished: str) -> Iterator[tuple[Member, dt.datetime]]:
    """Those who are silent for two weeks because they have finished, and since when."""
    for member in school.members:
        did = [one for one in member.did() if one.type != DECLINED]
        if did and did[-1].type == finished and school.now - did[-1].at >= 2 * _WEEK:
            yield member, did[-1].at


def paused(school: School) -> Iterator[Member]:
    """Those who are silent for two weeks because they said that they would be."""
    for member in school.members:
        if member.view.attributes.get("paused_until") is not None and member.silence(school.now) >= 2 * _WEEK:
            yield member


def granted(member: Member, reward: str) -> dt.datetime | None:
    """When somebody was given a reward."""
    found = [one for one in member.effects if one.kind == "grant" and one.name == reward]
    return from_instant(found[0].at) if found else None
