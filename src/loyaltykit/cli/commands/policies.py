"""`loyaltykit policies`: what other policies would have brought, from the log of the one that runs."""

from __future__ import annotations

import click

from loyaltykit.cli.frame import Option, Session, command, json_option, store_option
from loyaltykit.cli.options import moment, open_existing
from loyaltykit.cli.output import put, put_json


@command(
    "policies",
    store_option,
    click.option("--campaign", metavar="ID", cls=Option, help="help/policies-campaign"),
    click.option("--policy", "asked", metavar="NAME", multiple=True, cls=Option, help="help/policies-policy"),
    click.option("--at", metavar="TIME", cls=Option, help="help/at"),
    json_option,
)
def policies(session: Session, url: str, campaign: str | None, asked: tuple[str, ...], at: str | None) -> None:
    """Every offer of every campaign, or of one."""
    from loyaltykit.cli.views.dressing import Dressing, zone_of
    from loyaltykit.cli.views.goals import policy_lines
    from loyaltykit.cli.words import say

    with open_existing(url, session.lang) as kit:
        document = kit.program.document
        when = None if at is None else moment(at, document.timezone, session.lang)
        names = document.campaigns if campaign is None else (campaign,)
        all_of = [kit.compare_policies(name, asked or None, at=when) for name in names]
    found = [one for one in all_of if one.steps]
    if session.json:
        put_json({"campaigns": {one.campaign: one.to_dict() for one in found}})
        return
    dressing = Dressing(session.lang, zone_of(None, document.timezone), document)
    for number, one in enumerate(found):
        if number:
            put()
        for line in policy_lines(one, dressing):
            put(line)
    if not found:
        put(say(session.lang, "judge/no-offers"))
