"""`loyaltykit pause` and `loyaltykit badge award / revoke`: what a person decides for a member."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from loyaltykit.cli.acting import at_option, by_option, day, key_option, known, moment_in, reason_option
from loyaltykit.cli.frame import Group, Option, Session, command, json_option, lang_option, store_option
from loyaltykit.cli.options import open_existing
from loyaltykit.cli.output import good, put, put_json, tame
from loyaltykit.cli.words import say

if TYPE_CHECKING:
    from loyaltykit.app import Loyalty


@command(
    "pause",
    click.argument("member"),
    store_option,
    click.option("--from", "start", metavar="DAY", required=True, cls=Option, help="help/pause-from"),
    click.option("--to", "end", metavar="DAY", required=True, cls=Option, help="help/pause-to"),
    click.option("--streak", metavar="STREAK", cls=Option, help="help/pause-streak"),
    by_option,
    reason_option,
    key_option,
    at_option,
    json_option,
)
def pause(
    session: Session,
    member: str,
    url: str,
    *,
    start: str,
    end: str,
    streak: str | None,
    by: str | None,
    reason: str | None,
    key: str | None,
    at: str | None,
) -> None:
    """Days of the member's zone, the last one included."""
    first, last = day(start, session.lang), day(end, session.lang)
    with open_existing(url, session.lang) as kit:
        known(kit, member)
        when = moment_in(kit, at, session.lang)
        kit.pause(member, start=first, end=last, streak=streak, by=by, reason=reason, key=key, at=when)
        streaks = {name: one.length for name, one in kit.member(member, timeline=0).streaks.items()}
    if session.json:
        put_json({"member": member, "start": start, "end": end, "streaks": streaks})
        return
    put(good(say(session.lang, "acting/paused", member=tame(member), start=first, end=last)))


@click.group("badge", cls=Group, help="help/badge")
@lang_option
def badge() -> None:
    """Award, revoke."""


@command(
    "award",
    click.argument("member"),
    click.argument("badge"),
    store_option,
    click.option("--step", metavar="STEP", cls=Option, help="help/badge-step"),
    by_option,
    reason_option,
    key_option,
    at_option,
    json_option,
    help="help/badge-award",
)
def award(
    session: Session,
    member: str,
    badge: str,
    url: str,
    *,
    step: str | None,
    by: str | None,
    reason: str | None,
    key: str | None,
    at: str | None,
) -> None:
    """With what follows from it."""
    with open_existing(url, session.lang) as kit:
        known(kit, member)
        when = moment_in(kit, at, session.lang)
        kit.award_badge(member, badge, step=step, by=by, reason=reason, key=key, at=when)
        _put_badge(kit, session, member, badge, "awarded")


@command(
    "revoke",
    click.argument("member"),
    click.argument("badge"),
    store_option,
    by_option,
    reason_option,
    key_option,
    at_option,
    json_option,
    help="help/badge-revoke",
)
def revoke(
    session: Session,
    member: str,
    badge: str,
    url: str,
    *,
    by: str | None,
    reason: str | None,
    key: str | None,
    at: str | None,
) -> None:
    """What followed from it stays."""
    with open_existing(url, session.lang) as kit:
        known(kit, member)
        kit.revoke_badge(member, badge, by=by, reason=reason, key=key, at=moment_in(kit, at, session.lang))
        _put_badge(kit, session, member, badge, "revoked")


def _put_badge(kit: Loyalty, session: Session, member: str, name: str, what: str) -> None:
    from loyaltykit.cli.views.dressing import Dressing, zone_of

    if session.json:
        put_json({"member": member, "badge": name, "badges": sorted(kit.member(member, timeline=0).badges)})
        return
    document = kit.program.document
    dress = Dressing(session.lang, zone_of(None, document.timezone), document)
    put(good(say(session.lang, f"acting/{what}", member=tame(member), badge=dress.label("badges", name))))


for _command in (award, revoke):
    badge.add_command(_command)
