"""`loyaltykit redeem / cancel / adjust / transfer`: what a person at the desk does with points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from loyaltykit.cli.acting import (
    amounts,
    at_option,
    bare,
    by_option,
    key_option,
    known,
    moment_in,
    must_by_option,
    must_reason_option,
    reason_option,
)
from loyaltykit.cli.frame import Session, command, json_option, store_option
from loyaltykit.cli.options import open_existing
from loyaltykit.cli.output import good, put, put_json, tame
from loyaltykit.cli.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyaltykit.app import Loyalty
    from loyaltykit.cli.views.dressing import Dressing
    from loyaltykit.values import Amount


@command(
    "redeem",
    click.argument("member"),
    click.argument("reward"),
    store_option,
    key_option,
    at_option,
    json_option,
)
def redeem(session: Session, member: str, reward: str, url: str, *, key: str | None, at: str | None) -> None:
    """A refusal takes nothing, and says why."""
    with open_existing(url, session.lang) as kit:
        done = kit.redeem(member, reward, key=key, at=moment_in(kit, at, session.lang))
        dress = _dressing(kit, session)
    cost = {point: bare(amount) for point, amount in done.cost.items()}
    if session.json:
        said = {"id": done.id, "member": done.member, "reward": done.reward, "at": done.at.isoformat(), "cost": cost}
        put_json({**said, "value": done.value, "state": done.state, "code": done.code})
        return
    words = {"member": tame(member), "reward": dress.label("rewards", reward), "cost": _listed(done.cost, dress)}
    put(good(say(session.lang, "acting/redeemed", **words)))
    put("  " + say(session.lang, "acting/redemption", id=done.id))
    if done.code is not None:
        put("  " + say(session.lang, "acting/code", text=tame(done.code)))
    if done.value is not None:
        put("  " + say(session.lang, "acting/worth", value=dress.amount(done.value)))


@command(
    "cancel",
    click.argument("redemption"),
    store_option,
    by_option,
    reason_option,
    at_option,
    json_option,
)
def cancel(session: Session, redemption: str, url: str, *, by: str | None, reason: str | None, at: str | None) -> None:
    """The points keep the expiry that they had."""
    with open_existing(url, session.lang) as kit:
        decision = kit.cancel(redemption, by=by, reason=reason, at=moment_in(kit, at, session.lang))
        if not session.json:
            put(good(say(session.lang, "acting/cancelled", redemption=redemption)))
        _balances(kit, session, [decision.member], {entry.point for entry in decision.entries})


@command(
    "adjust",
    click.argument("member"),
    click.argument("points", nargs=-1, required=True, metavar="POINT=AMOUNT..."),
    store_option,
    must_by_option,
    must_reason_option,
    key_option,
    at_option,
    json_option,
)
def adjust(
    session: Session,
    member: str,
    points: tuple[str, ...],
    url: str,
    *,
    by: str,
    reason: str,
    key: str | None,
    at: str | None,
) -> None:
    """By hand, and answered for."""
    found = amounts(points, session.lang)
    with open_existing(url, session.lang) as kit:
        known(kit, member)
        kit.adjust(member, found, by=by, reason=reason, key=key, at=moment_in(kit, at, session.lang))
        _balances(kit, session, [member], found)


@command(
    "transfer",
    click.argument("member"),
    click.argument("to"),
    click.argument("points", nargs=-1, required=True, metavar="POINT=AMOUNT..."),
    store_option,
    must_by_option,
    must_reason_option,
    key_option,
    at_option,
    json_option,
)
def transfer(
    session: Session,
    member: str,
    to: str,
    points: tuple[str, ...],
    url: str,
    *,
    by: str,
    reason: str,
    key: str | None,
    at: str | None,
) -> None:
    """Both have it, or neither."""
    found = amounts(points, session.lang)
    with open_existing(url, session.lang) as kit:
        kit.transfer(member, to, found, by=by, reason=reason, key=key, at=moment_in(kit, at, session.lang))
        _balances(kit, session, [member, to], found)


def _balances(kit: Loyalty, session: Session, members: Iterable[str], points: Iterable[str]) -> None:
    """What members have now of the points that moved."""
    dress, names = _dressing(kit, session), sorted(points)
    views = {member: kit.member(member, timeline=0).points for member in members}
    left = {member: {name: view[name].available for name in names} for member, view in views.items()}
    if session.json:
        put_json({member: {name: bare(one) for name, one in of.items()} for member, of in left.items()})
        return
    for member, of in left.items():
        put(say(session.lang, "acting/has", member=tame(member), points=_listed(of, dress)))


def _listed(amounts: Mapping[str, Amount], dress: Dressing) -> str:
    return ", ".join(f"{dress.amount(amount)} {dress.label('points', name)}" for name, amount in amounts.items())


def _dressing(kit: Loyalty, session: Session) -> Dressing:
    from loyaltykit.cli.views.dressing import Dressing, zone_of

    document = kit.program.document
    return Dressing(session.lang, zone_of(None, document.timezone), document)
