"""`loyaltykit run`: events from files into a store."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from loyaltykit.cli.failing import CONTENT, INTERRUPTED, WrongUsage
from loyaltykit.cli.frame import Option, Session, command, json_option, store_option
from loyaltykit.cli.options import existing, load_program, moment, now, store_file
from loyaltykit.cli.output import put, put_json
from loyaltykit.cli.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.cli.feed.quarantine import Quarantine
    from loyaltykit.cli.feed.recording import Order, Outcome
    from loyaltykit.program.load import Program


_AHEAD = dt.timedelta(days=366)
"""Without --until nothing later than that is taken: a mistyped year would make everything else of a member late."""


@command(
    "run",
    click.argument("program"),
    click.argument("events", nargs=-1, required=True),
    store_option,
    click.option("--until", metavar="TIME", cls=Option, help="help/until"),
    click.option("--map", "maps", metavar="FILE", multiple=True, cls=Option, help="help/map"),
    click.option("--quarantine", metavar="FILE", cls=Option, help="help/quarantine"),
    click.option("--batch", metavar="N", type=int, default=5_000, show_default=True, cls=Option, help="help/batch"),
    click.option("--stream", is_flag=True, cls=Option, help="help/stream"),
    json_option,
)
def run(
    session: Session, program: str, events: Sequence[str], url: str, quarantine: str | None, **options: Any
) -> None:
    """Exit code 0 also when some events were rejected; 1 when a file is damaged or nothing at all could be taken."""
    from loyaltykit.cli.feed.quarantine import Quarantine

    loaded = load_program(program, session.lang)
    asked = _order(loaded, events, session, **options)
    file = store_file(url)
    path = quarantine or (file.with_suffix(".quarantine.jsonl") if file is not None else "quarantine.jsonl")
    with Quarantine(Path(path), session.lang) as kept:
        interrupted, outcome = _recorded(loaded, url, asked, kept)
        _show(session, outcome, kept, interrupted=interrupted)
        code = _exit_code(outcome, kept, interrupted=interrupted)
    if code:
        click.get_current_context().exit(code)


def _order(
    program: Program,
    events: Sequence[str],
    session: Session,
    *,
    until: str | None,
    maps: Sequence[str],
    batch: int,
    stream: bool,
) -> Order:
    """What the arguments ask for, checked before anything is opened for writing."""
    from loyaltykit.cli.feed.recording import Order
    from loyaltykit.cli.maps.load import load_map

    lang, document = session.lang, program.document
    if batch < 1:
        raise WrongUsage(say(lang, "usage/batch"))
    last = None if until is None else moment(until, document.timezone, lang)
    return Order(
        files=[name if name == "-" else existing(name, lang) for name in events],
        maps=[load_map(existing(path, lang), document, lang=lang) for path in maps],
        until=last,
        latest=now() + _AHEAD if last is None else None,
        batch=batch,
        stream=stream,
        lang=lang,
    )


def _recorded(program: Program, url: str, asked: Order, kept: Quarantine) -> tuple[bool, Outcome]:
    """Run it; whether it was interrupted, and what came of it."""
    from loyaltykit.app import Loyalty
    from loyaltykit.cli.feed.progress import Progress
    from loyaltykit.cli.feed.recording import Recording
    from loyaltykit.cli.feed.stopping import Stop

    progress, stop = Progress(asked.lang), Stop()
    with Loyalty(program, store=url) as kit, stop.listening():
        recording = Recording(kit, asked, kept, progress, stop)
        try:
            recording.run()
        except KeyboardInterrupt:
            return True, recording.outcome
        finally:
            progress.close()
    return False, recording.outcome


def _exit_code(outcome: Outcome, kept: Quarantine, *, interrupted: bool) -> int:
    from loyaltykit.cli.feed.recording import DAMAGED

    if interrupted:
        return INTERRUPTED
    nothing = outcome.rejected and not (outcome.recorded or outcome.duplicates or outcome.later)
    return CONTENT if nothing or kept.counts[DAMAGED] else 0


def _show(session: Session, outcome: Outcome, kept: Quarantine, *, interrupted: bool) -> None:
    from loyaltykit.cli.views.outcome import outcome_lines

    if session.json:
        reasons = dict(sorted(kept.counts.items()))
        quarantine = str(kept.path) if kept.total else None
        put_json({**outcome.to_dict(), "reasons": reasons, "quarantine": quarantine, "interrupted": interrupted})
    else:
        for line in outcome_lines(outcome, kept, session.lang):
            put(line)
    if interrupted:
        put(say(session.lang, "run/interrupted"), err=True)
