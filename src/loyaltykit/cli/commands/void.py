"""`loyaltykit void`: takes an event out."""

from __future__ import annotations

import click

from loyaltykit.cli.frame import Option, Session, command, json_option, store_option
from loyaltykit.cli.options import open_existing
from loyaltykit.cli.output import put, put_json
from loyaltykit.cli.words import say


@command(
    "void",
    click.argument("event"),
    store_option,
    click.option("--by", metavar="NAME", cls=Option, help="help/voided-by"),
    click.option("--reason", metavar="TEXT", cls=Option, help="help/reason"),
    json_option,
)
def void(session: Session, event: str, url: str, *, by: str | None, reason: str | None) -> None:
    """What was given for it is taken back by adjustments; badges and grants stay as kept."""
    from loyaltykit.cli.views.dressing import Dressing, zone_of
    from loyaltykit.cli.views.explanation import entry_line

    with open_existing(url, session.lang) as kit:
        document = kit.program.document
        decision = kit.void(event, by=by, reason=reason)
        zone = zone_of(kit.member(decision.member, timeline=0).attributes.get("timezone"), document.timezone)
    if session.json:
        points = [{"point": one.point, "mechanic": one.mechanic, "amount": one.amount} for one in decision.entries]
        put_json({"event": event, "member": decision.member, "entries": points})
        return
    put(say(session.lang, "void/done", event=event))
    dressing = Dressing(session.lang, zone, document)
    for entry in decision.entries:
        put(entry_line(entry, entry.at, dressing))
