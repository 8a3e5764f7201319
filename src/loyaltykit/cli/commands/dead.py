"""`loyaltykit dead`: messages that could not be delivered, one of them in full, and putting them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from loyaltykit.cli.failing import CONTENT, Failure, WrongUsage
from loyaltykit.cli.frame import Group, Option, Session, command, json_option, lang_option, store_option
from loyaltykit.cli.options import moment, open_existing
from loyaltykit.cli.output import put, put_json
from loyaltykit.cli.words import say

if TYPE_CHECKING:
    from typing import Any

    from loyaltykit.app import Loyalty
    from loyaltykit.cli.views.dressing import Dressing


@click.group("dead", cls=Group, help="help/dead")
@lang_option
def dead() -> None:
    """Look at them, then put back those that may go."""


_filters = (
    click.option("--channel", metavar="NAME", cls=Option, help="help/dead-channel"),
    click.option("--reason", metavar="CODE", cls=Option, help="help/dead-reason"),
    click.option("--since", metavar="TIME", cls=Option, help="help/dead-since"),
    click.option("--suppressed", is_flag=True, cls=Option, help="help/dead-suppressed"),
)


@command(
    "list",
    store_option,
    *_filters,
    click.option("--limit", metavar="N", type=click.IntRange(min=1), default=100, cls=Option, help="help/dead-limit"),
    json_option,
    help="help/dead-list",
)
def listed(
    session: Session,
    url: str,
    channel: str | None,
    reason: str | None,
    since: str | None,
    *,
    suppressed: bool,
    limit: int,
) -> None:
    """The last to be given up first; `show` has one in full."""
    from loyaltykit.cli.views.dead import letter_lines

    with open_existing(url, session.lang) as kit:
        wanted = _wanted(kit, session, channel=channel, reason=reason, since=since, suppressed=suppressed)
        letters, dress = kit.dead(**wanted, limit=limit), _dress(kit, session)
    if session.json:
        put_json([letter.to_dict() for letter in letters])
        return
    for line in letter_lines(letters, dress):
        put(line)


@command("show", click.argument("id"), store_option, json_option, help="help/dead-show")
def show(session: Session, id: str, url: str) -> None:
    """An id may be cut short, to six characters at least."""
    from loyaltykit.cli.views.dead import letter_in_full

    with open_existing(url, session.lang) as kit:
        dress = _dress(kit, session)
        letters = kit.dead([id])
    if not letters:
        raise Failure(say(session.lang, "dead/unknown-id", id=id))
    (letter,) = letters
    if session.json:
        put_json(letter.to_dict())
        return
    for line in letter_in_full(letter, dress):
        put(line)


@command(
    "requeue",
    click.argument("ids", nargs=-1, metavar="[ID]..."),
    store_option,
    click.option("--by", metavar="NAME", required=True, cls=Option, help="help/dead-by"),
    *_filters,
    click.option("--even-stale", is_flag=True, cls=Option, help="help/even-stale"),
    json_option,
    help="help/dead-requeue",
)
def requeue(
    session: Session,
    ids: tuple[str, ...],
    url: str,
    *,
    by: str,
    channel: str | None,
    reason: str | None,
    since: str | None,
    suppressed: bool,
    even_stale: bool,
) -> None:
    """They wait again, with all their channels, and go by `deliver` or `worker`; each is asked about anew."""
    if bool(ids) == any(one is not None for one in (channel, reason, since)):
        raise WrongUsage(say(session.lang, "dead/ids-or-filter"))
    with open_existing(url, session.lang) as kit:
        wanted = _wanted(kit, session, channel=channel, reason=reason, since=since, suppressed=suppressed)
        made = kit.requeue(ids, by=by, even_stale=even_stale, **wanted)
    if session.json:
        put_json(made.to_dict())
    else:
        put(say(session.lang, "dead/requeued", number=len(made.requeued)))
        for id, why in made.refused.items():
            put(say(session.lang, "dead/refused", id=id[:12], why=say(session.lang, f"dead/why/{why}")), err=True)
    if ids and made.refused:
        raise click.exceptions.Exit(CONTENT)


def _wanted(
    kit: Loyalty, session: Session, *, channel: str | None, reason: str | None, since: str | None, suppressed: bool
) -> dict[str, Any]:
    """What `kit.dead` and `kit.requeue` take."""
    when = None if since is None else moment(since, kit.program.document.timezone, session.lang)
    return {"channel": channel, "reason": reason, "since": when, "state": "suppressed" if suppressed else "dead"}


def _dress(kit: Loyalty, session: Session) -> Dressing:
    from loyaltykit.cli.views.dressing import Dressing, zone_of

    return Dressing(session.lang, zone_of(None, kit.program.document.timezone), kit.program.document)


dead.add_command(listed)
dead.add_command(show)
dead.add_command(requeue)
