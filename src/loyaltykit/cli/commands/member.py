"""`loyaltykit member`: one member on one screen."""

from __future__ import annotations

import click

from loyaltykit.cli.frame import Option, Session, command, json_option, store_option
from loyaltykit.cli.options import moment, open_existing
from loyaltykit.cli.output import put, put_json


@command(
    "member",
    click.argument("id"),
    store_option,
    click.option("--at", metavar="TIME", cls=Option, help="help/at"),
    json_option,
)
def member(session: Session, id: str, url: str, at: str | None) -> None:
    """Times are shown in the member's zone, else in the program's."""
    from loyaltykit.cli.views.dressing import Dressing, zone_of
    from loyaltykit.cli.views.member import member_lines

    with open_existing(url, session.lang) as kit:
        document = kit.program.document
        view = kit.member(id, at=None if at is None else moment(at, document.timezone, session.lang))
    if session.json:
        put_json(view.to_dict())
        return
    dressing = Dressing(session.lang, zone_of(view.attributes.get("timezone"), document.timezone), document)
    for line in member_lines(view, dressing):
        put(line)
