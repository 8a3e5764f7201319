"""`loyaltykit ideas` and `loyaltykit idea`: what students propose, and what the school decides about it."""

from __future__ import annotations

import click

from loyaltykit.cli.acting import at_option, moment_in, must_by_option
from loyaltykit.cli.frame import Option, Session, command, json_option, store_option
from loyaltykit.cli.options import open_existing
from loyaltykit.cli.output import put, put_json
from loyaltykit.cli.words import count, say
from loyaltykit.rules.ideas import STATES


@command(
    "ideas",
    store_option,
    click.option("--state", type=click.Choice(STATES), cls=Option, help="help/idea-state"),
    click.option("--top", type=click.IntRange(1, 10_000), cls=Option, help="help/top"),
    json_option,
)
def ideas(session: Session, url: str, *, state: str | None, top: int | None) -> None:
    """Those with more votes first."""
    from loyaltykit.cli.views.dressing import Dressing, zone_of
    from loyaltykit.cli.views.ideas import idea_lines

    with open_existing(url, session.lang) as kit:
        document = kit.program.document
        found = kit.ideas(state=state, top=top)
    if session.json:
        put_json([idea.to_dict() for idea in found])
        return
    put(count(session.lang, len(found), "idea"))
    for line in idea_lines(found, Dressing(session.lang, zone_of(None, document.timezone), document)):
        put(line)


@command(
    "idea",
    click.argument("id"),
    store_option,
    click.option("--state", type=click.Choice(STATES[1:]), required=True, cls=Option, help="help/idea-becomes"),
    must_by_option,
    click.option("--note", metavar="TEXT", cls=Option, help="help/idea-note"),
    at_option,
    json_option,
)
def idea(session: Session, id: str, url: str, *, state: str, by: str, note: str | None, at: str | None) -> None:
    """The author hears of it, and so do those who voted."""
    with open_existing(url, session.lang) as kit:
        decision = kit.idea(id, state=state, by=by, note=note, at=moment_in(kit, at, session.lang))
    if session.json:
        put_json({"idea": id, "state": state, "effects": [effect.kind for effect in decision.effects]})
        return
    put(say(session.lang, "ideas/decided", id=id, state=say(session.lang, f"ideas/{state}")))
