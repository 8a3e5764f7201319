"""`loyaltykit goals`: did it help, and what works for whom."""

from __future__ import annotations

import click

from loyaltykit.cli.frame import Option, Session, command, json_option, store_option
from loyaltykit.cli.options import moment, open_existing
from loyaltykit.cli.output import put, put_json


@command(
    "goals",
    store_option,
    click.option("--at", metavar="TIME", cls=Option, help="help/at"),
    click.option("--offers", is_flag=True, cls=Option, help="help/offers"),
    click.option("--by", metavar="FACT", cls=Option, help="help/segments-by"),
    json_option,
)
def goals(session: Session, url: str, at: str | None, offers: bool, by: str | None) -> None:  # noqa: FBT001  # click's flag
    """Times are shown in the program's zone."""
    from loyaltykit.cli.views.dressing import Dressing, zone_of
    from loyaltykit.cli.views.goals import goal_lines, works_lines

    with open_existing(url, session.lang) as kit:
        document = kit.program.document
        when = None if at is None else moment(at, document.timezone, session.lang)
        judged = kit.goals(at=when)
        asked = document.campaigns if offers or by is not None else ()
        works = [found for name in asked if (found := kit.what_works(name, by=by, at=when)).steps]
    if session.json:
        told = {"goals": judged.to_dict()}
        put_json({**told, "offers": {one.campaign: one.to_dict() for one in works}} if asked else told)
        return
    dressing = Dressing(session.lang, zone_of(None, document.timezone), document)
    for line in goal_lines(judged, dressing):
        put(line)
    for one in works:
        put()
        for line in works_lines(one, dressing):
            put(line)
