"""`loyaltykit leaderboard`: who is ahead."""

from __future__ import annotations

import click

from loyaltykit.cli.frame import Option, Session, command, json_option, store_option
from loyaltykit.cli.options import moment, now, open_existing
from loyaltykit.cli.output import put, put_json


@command(
    "leaderboard",
    click.argument("id"),
    store_option,
    click.option("--group", metavar="VALUE", cls=Option, help="help/board-group"),
    click.option("--top", type=click.IntRange(1, 10_000), default=10, show_default=True, cls=Option, help="help/top"),
    click.option("--around", metavar="MEMBER", cls=Option, help="help/around"),
    click.option("--at", metavar="TIME", cls=Option, help="help/at"),
    json_option,
)
def leaderboard(
    session: Session, id: str, url: str, *, group: str | None, top: int, around: str | None, at: str | None
) -> None:
    """The first ones, or a member with the neighbours."""
    from loyaltykit.cli.views.boards import board_lines
    from loyaltykit.cli.views.dressing import Dressing, zone_of

    with open_existing(url, session.lang) as kit:
        document = kit.program.document
        when = now() if at is None else moment(at, document.timezone, session.lang)
        board = kit.leaderboard(id, group=group, at=when, top=top, around=around)
    if session.json:
        put_json(board.to_dict())
        return
    for line in board_lines(board, Dressing(session.lang, zone_of(None, document.timezone), document)):
        put(line)
