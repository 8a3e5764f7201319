"""`loyaltykit announce`: a message of the program to all who are meant, once each."""

from __future__ import annotations

import attrs
import click

from loyaltykit.cli.failing import WrongUsage
from loyaltykit.cli.frame import Option, Session, command, json_option, store_option
from loyaltykit.cli.options import open_existing
from loyaltykit.cli.output import put, put_json
from loyaltykit.cli.words import say


@command(
    "announce",
    click.argument("message"),
    store_option,
    click.option("--to", "reward", metavar="REWARD", cls=Option, help="help/announce-to"),
    click.option("--segment", metavar="ID", cls=Option, help="help/announce-segment"),
    click.option("--key", metavar="KEY", cls=Option, help="help/announce-key"),
    click.option("--dry-run", is_flag=True, cls=Option, help="help/announce-dry"),
    json_option,
)
def announce(
    session: Session, message: str, url: str, *, reward: str | None, segment: str | None, key: str | None, dry_run: bool
) -> None:
    """It waits in the outbox; what may go, goes with the next delivery."""
    if (reward is None) == (segment is None):
        raise WrongUsage(say(session.lang, "announce/whom"))
    with open_existing(url, session.lang) as kit:
        made = kit.announce(reward, message=message, segment=segment, key=key, rehearse=dry_run)
    if session.json:
        put_json(attrs.asdict(made))
        return
    put(say(session.lang, "announce/told", told=made.told, before=made.before))
