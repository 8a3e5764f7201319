"""`loyaltykit explain`: why something was given, or why not."""

from __future__ import annotations

from typing import Any

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
    click.option("--badge", metavar="BADGE", cls=Option, help="help/explain-badge"),
    click.option("--quest", metavar="QUEST", cls=Option, help="help/explain-quest"),
    click.option("--tier", metavar="LADDER", cls=Option, help="help/explain-tier"),
    click.option("--reward", metavar="REWARD", cls=Option, help="help/explain-reward"),
    click.option("--streak", metavar="STREAK", cls=Option, help="help/explain-streak"),
    click.option("--surprise", metavar="SURPRISE", cls=Option, help="help/explain-surprise"),
    click.option("--leaderboard", metavar="BOARD", cls=Option, help="help/explain-leaderboard"),
    click.option("--referral", is_flag=True, cls=Option, help="help/explain-referral"),
    click.option("--level", is_flag=True, cls=Option, help="help/explain-level"),
    json_option,
)
def explain(session: Session, id: str, url: str, **asked: Any) -> None:
    """For an event, a rule, what one rule saw in one event, a campaign, or for what a member has or has not."""
    from loyaltykit.cli.views.dressing import Dressing, zone_of
    from loyaltykit.cli.views.explanation import explanation_lines

    if not any(asked.values()):
        raise WrongUsage(
            say(
                session.lang,
                "usage/one-of-two",
                first="--event, --rule",
                second="--campaign, --badge, --quest, --tier, --reward, --streak, --surprise, --leaderboard, "
                "--referral, --level",
            )
        )
    with open_existing(url, session.lang) as kit:
        document = kit.program.document
        why = kit.explain(id, lang=session.lang, **asked)
        zone = zone_of(kit.member(id, timeline=0).attributes.get("timezone"), document.timezone)
    if session.json:
        put_json(why.to_dict())
        return
    for line in explanation_lines(why, Dressing(session.lang, zone, document)):
        put(line)
