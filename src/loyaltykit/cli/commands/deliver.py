"""`loyaltykit deliver`: sends what waits in the outbox, once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from loyaltykit.cli.failing import WrongUsage
from loyaltykit.cli.frame import Option, Session, command, json_option, store_option
from loyaltykit.cli.options import moment, open_existing
from loyaltykit.cli.output import put, put_json
from loyaltykit.cli.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.app import Loyalty
    from loyaltykit.channels import Deliveries

config_option = click.option("--config", metavar="FILE", cls=Option, help="help/config")


@command(
    "deliver",
    store_option,
    config_option,
    click.option("--at", metavar="TIME", cls=Option, help="help/at"),
    click.option("--limit", metavar="N", type=click.IntRange(min=1), cls=Option, help="help/limit"),
    click.option("--dry-run", is_flag=True, cls=Option, help="help/dry-run"),
    json_option,
)
def deliver(
    session: Session, url: str, config: str | None, at: str | None, limit: int | None, *, dry_run: bool
) -> None:
    """With --dry-run every message that would go now is printed; nothing is sent or written down."""
    with _opened(session, url, config, dry_run=dry_run) as kit:
        when = None if at is None else moment(at, kit.program.document.timezone, session.lang)
        made = _delivered(kit, when, limit, rehearse=dry_run)
    if session.json:
        put_json(made.to_dict())
        return
    put(summary(made, session))


def summary(made: Deliveries, session: Session) -> str:
    """What came of it, in one line; and channels that do not work or have had enough, each in one more."""
    parts = [say(session.lang, f"deliver/{name}", number=getattr(made, name)) for name in _OUTCOMES]
    channels = ((name, ", ".join(getattr(made, name))) for name in ("degraded", "limited"))
    more = [say(session.lang, f"deliver/{name}", names=names) for name, names in channels if names]
    return "\n".join([", ".join(parts), *more])


def warn_unsubscribe(kit: Loyalty, options: Mapping[str, Any], session: Session) -> None:
    """Say so when the program advertises by e-mail, and its letters would have no link to unsubscribe."""
    linked = options["secret"] and options["unsubscribe_url"]
    mailed = any(channel.name == "email" for channel in options["channels"])
    advertises = any(message.purpose == "marketing" for message in kit.program.document.messages.values())
    if mailed and advertises and not linked:
        put(say(session.lang, "worker/no-unsubscribe"), err=True)


_OUTCOMES = ("sent", "deferred", "dead", "suppressed")


def _opened(session: Session, url: str, config: str | None, *, dry_run: bool) -> Loyalty:
    from loyaltykit.cli.channels import Settings, options_of, printing, read_settings

    settings = Settings() if config is None else read_settings(config, session.lang)
    stream = sys.stderr if session.json else sys.stdout
    if dry_run:
        own = {"functions": settings.plugins.functions}
        with open_existing(url, session.lang, **own) as kit:
            return open_existing(url, session.lang, channels=printing(kit.program.document, settings, stream), **own)
    options: dict[str, Any] = options_of(settings, stream, session.lang)
    if not options["channels"]:
        raise WrongUsage(say(session.lang, "config/no-channels"))
    kit = open_existing(url, session.lang, **options)
    warn_unsubscribe(kit, options, session)
    return kit


def _delivered(kit: Loyalty, when: Any, limit: int | None, *, rehearse: bool) -> Deliveries:
    from loyaltykit.cli.feed.stopping import Stop

    stop = Stop()
    with stop.listening(), stop.finishing():
        return kit.deliver(when, limit=limit, stop=lambda: stop.wished, rehearse=rehearse)
