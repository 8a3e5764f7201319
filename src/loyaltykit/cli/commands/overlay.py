"""`loyaltykit overlay`: a page for OBS that shows badges, quests done and leaders as they happen."""

from __future__ import annotations

import datetime as dt
import secrets
import time
from typing import TYPE_CHECKING

import click

from loyaltykit.cli.failing import WrongUsage
from loyaltykit.cli.frame import Option, Session, command, store_option
from loyaltykit.cli.options import now, open_existing
from loyaltykit.cli.output import put
from loyaltykit.cli.words import say

if TYPE_CHECKING:
    from loyaltykit.app import Loyalty
    from loyaltykit.cli.overlay.news import Shown
    from loyaltykit.cli.overlay.serving import Source

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_EVERY = 1.0
"""Seconds between looks at the store."""


@command(
    "overlay",
    store_option,
    click.option("--board", metavar="ID", cls=Option, help="help/overlay-board"),
    click.option("--group", metavar="VALUE", cls=Option, help="help/board-group"),
    click.option("--session", "stream", metavar="ID", cls=Option, help="help/overlay-session"),
    click.option("--top", type=click.IntRange(1, 20), default=5, show_default=True, cls=Option, help="help/top"),
    click.option(
        "--names",
        type=click.Choice(("first", "nick", "full", "none")),
        default="first",
        show_default=True,
        cls=Option,
        help="help/overlay-names",
    ),
    click.option("--host", default="127.0.0.1", show_default=True, cls=Option, help="help/overlay-host"),
    click.option(
        "--port", type=click.IntRange(0, 65_535), default=8_808, show_default=True, cls=Option, help="help/overlay-port"
    ),
    click.option("--replay", is_flag=True, cls=Option, help="help/overlay-replay"),
    click.option("--last", metavar="DURATION", default="1d", show_default=True, cls=Option, help="help/overlay-last"),
    click.option(
        "--seconds",
        type=click.IntRange(1, 86_400),
        default=120,
        show_default=True,
        cls=Option,
        help="help/overlay-seconds",
    ),
)
def overlay(
    session: Session,
    url: str,
    board: str | None,
    group: str | None,
    stream: str | None,
    *,
    top: int,
    names: str,
    host: str,
    port: int,
    replay: bool,
    last: str,
    seconds: int,
) -> None:
    """It runs until it is stopped."""
    from loyaltykit.cli.feed.stopping import Stop
    from loyaltykit.cli.overlay.news import Live, Shown
    from loyaltykit.cli.overlay.page import page
    from loyaltykit.cli.overlay.serving import Server
    from loyaltykit.cli.streams import doubt

    window = _window(last, session)
    token = None if host in _LOOPBACK else secrets.token_urlsafe(16)
    stop = Stop()
    with stop.listening(), open_existing(url, session.lang) as kit:
        if stream is not None and (doubted := doubt(kit, stream, session.lang)) is not None:
            put(doubted, err=True)
        boards = tuple(kit.program.document.leaderboards)
        shown = Shown(
            board=board or (boards[0] if boards else None),
            group=group,
            top=top,
            names=names,  # type: ignore[arg-type]  # one of the choices
            lang=session.lang,
            session=stream,
        )
        if replay:
            source: Source = _replaying(kit, shown, window, seconds, session)
        else:
            source = Live(lambda: open_existing(url, session.lang), shown, now=now)
        server = Server(host, port, source=source, page=page(session.lang), token=token)
        put(say(session.lang, "overlay/at", url=_address(host, server.port, token)))
        put(say(session.lang, "overlay/obs"))
        try:
            with stop.finishing():
                server.serve(lambda: stop.wished, every=_EVERY)
        except KeyboardInterrupt:
            put(say(session.lang, "overlay/ended"))
        finally:
            server.close()
            source.close()


def _replaying(kit: Loyalty, shown: Shown, window: dt.timedelta, seconds: int, session: Session) -> Source:
    from loyaltykit.cli.overlay.replaying import Replay

    source = Replay(kit, shown, window=window, seconds=seconds, elapsed=time.monotonic)
    put(say(session.lang, "overlay/replay", number=source.count, seconds=seconds))
    return source


def _window(text: str, session: Session) -> dt.timedelta:
    from loyaltykit.calendars import parse_duration

    try:
        length = parse_duration(text)
    except ValueError:
        raise WrongUsage(say(session.lang, "overlay/last", text=text)) from None
    return dt.timedelta(microseconds=length.micros) + 31 * length.months * dt.timedelta(days=1)


def _address(host: str, port: int, token: str | None) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}/" if token is None else f"http://{name}:{port}/{token}/"
