"""`loyaltykit explain`: why something was given, or why not."""

from __future__ import annotations

import click

from loyaltykit.cli.failing import WrongUsage
from loyaltykit.cli.frame import Option, Session, command, json_option, store_option
from loyaltykit.cli.options import open_existing
from loyaltykit.cli.output import put, put_json
from loyaltykit.cli.words import say


@command(
    "explain",
    click.argument("id"),
    store_option,
    click.option("--event", metavar="EVENT", cls=Option, help="help/event"),
    click.option("--rule", metavar="RULE", cls=Option, help="help/rule"),
    click.option("--campaign", metavar="CAMPAIGN", cls=Option, help="help/campaign"),
    json_option,
)
def explain(session: Session, id: str, url: str, **asked: str | None) -> None:
    """For one event, for one rule, for what one rule saw in one event, or for one campaign."""
    from loyaltykit.cli.views.dressing import Dressing, zone_of
    from loyaltykit.cli.views.explanation import explanation_lines

    if not any(asked.values()):
        raise WrongUsage(say(session.lang, "usage/one-of-two", first="--event, --rule", second="--campaign"))
    with open_existing(url, session.lang) as kit:
        document = kit.program.document
        why = kit.explain(id, lang=session.lang, **asked)
        zone = zone_of(kit.member(id, timeline=0).attributes.get("timezone"), document.timezone)
    if session.json:
        put_json(why.to_dict())
        return
    for line in explanation_lines(why, Dressing(session.lang, zone, document)):
        put(line)
