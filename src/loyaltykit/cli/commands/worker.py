"""`loyaltykit worker`: events in, time on, messages out, until it is stopped."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from loyaltykit.cli.commands.bounce import returned
from loyaltykit.cli.commands.deliver import config_option, summary, warn_unsubscribe
from loyaltykit.cli.failing import WrongUsage
from loyaltykit.cli.frame import Option, Session, command, json_option, store_option
from loyaltykit.cli.options import now, open_existing
from loyaltykit.cli.output import put
from loyaltykit.cli.words import count, figure, say

if TYPE_CHECKING:
    from loyaltykit.cli.words import Lang
    from loyaltykit.cli.working import Turn, Worker


@command(
    "worker",
    store_option,
    config_option,
    click.option("--inbox-dir", "folder", metavar="DIR", cls=Option, help="help/inbox-dir"),
    click.option("--bounces", metavar="DIR", cls=Option, help="help/bounces"),
    click.option("--once", is_flag=True, cls=Option, help="help/once"),
    click.option("--every", metavar="TIME", default="60s", show_default=True, cls=Option, help="help/every"),
    json_option,
)
def worker(
    session: Session, url: str, config: str | None, folder: str | None, *, bounces: str | None, every: str, once: bool
) -> None:
    """Ctrl-C and SIGTERM finish what is at hand; the next start goes on where this one ended."""
    from loyaltykit.cli.channels import Settings, options_of, read_settings
    from loyaltykit.cli.feed.stopping import Stop
    from loyaltykit.cli.working import Worker

    pause = _seconds(every, session)
    place, back = (None if name is None else _folder(name, session) for name in (folder, bounces))
    settings = Settings() if config is None else read_settings(config, session.lang)
    options: dict[str, Any] = options_of(settings, sys.stderr if session.json else sys.stdout, session.lang)
    stop = Stop()
    if not options["channels"]:
        put(say(session.lang, "worker/no-channels"), err=True)
    with open_existing(url, session.lang, **options) as kit, stop.listening():
        warn_unsubscribe(kit, options, session)
        made = Worker(
            kit=kit, folder=place, bounces=back, now=now, stop=stop, channels=bool(options["channels"]),
            lang=session.lang,
        )  # fmt: skip
        try:
            _work(made, session, pause=None if once else pause)
        except KeyboardInterrupt:
            put(say(session.lang, "worker/stopped"), err=True)


def _work(worker: Worker, session: Session, *, pause: float | None) -> None:
    while True:
        _tell(worker.turn(), session)
        if pause is None:
            return
        time.sleep(pause)


def _tell(turn: Turn, session: Session) -> None:
    if session.json:
        put(json.dumps(turn.to_dict(), ensure_ascii=False))
        return
    if turn.quiet:
        return
    lang = session.lang
    events, entries, effects = (
        count(lang, number, what)
        for number, what in ((turn.recorded, "event"), (turn.entries, "entry"), (turn.effects, "effect"))
    )
    if turn.churn is not None:
        put(_scored(turn.churn, lang))
    if turn.unscored is not None:
        put(say(lang, "worker/unscored", reason=turn.unscored), err=True)
    put(say(lang, "worker/turn", events=events, entries=entries, effects=effects))
    if turn.rejected or turn.failed:
        put(say(lang, "worker/odd", rejected=turn.rejected, failed=turn.failed))
    for problem in turn.problems:
        put(say(lang, "worker/failed", **problem), err=True)
    if turn.returned:
        put(returned(turn.returned, lang))
    if turn.delivered is not None:
        put(summary(turn.delivered, session))


def _scored(churn: dict[str, Any], lang: Lang) -> str:
    """The day's scores in a line; before it another one where the model was fitted anew."""
    parts = [f"{name} {figure(lang, number)}" for name, number in churn["bands"].items()]
    cold = churn["statuses"].get("cold-start", 0)
    parts += [say(lang, "worker/cold", number=figure(lang, cold))] if cold else []
    bands = f": {', '.join(parts)}" if parts else ""
    members, recorded = count(lang, churn["scored"], "member"), figure(lang, churn["recorded"])
    words = say(lang, "worker/scored", members=members, bands=bands, recorded=recorded)
    fit = churn["fit"]
    if fit is None or fit["report"] is None:
        return words
    return f"{say(lang, 'worker/fitted', model=fit['model'], rows=count(lang, fit['rows'], 'row'))}\n{words}"


def _seconds(text: str, session: Session) -> float:
    from loyaltykit.calendars import parse_duration

    try:
        duration = parse_duration(text)
    except ValueError:
        raise WrongUsage(say(session.lang, "usage/every", name=text)) from None
    if duration.months:
        raise WrongUsage(say(session.lang, "usage/every", name=text))
    return duration.micros / 1_000_000


def _folder(name: str, session: Session) -> Path:
    place = Path(name)
    if not place.is_dir():
        raise WrongUsage(say(session.lang, "usage/no-folder", name=name))
    return place
