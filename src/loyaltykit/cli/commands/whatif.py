"""`loyaltykit what-if`: what another version of the program would change, for whom, and what it would cost."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from loyaltykit.cli.commands.adopt import MODES
from loyaltykit.cli.failing import WrongUsage
from loyaltykit.cli.frame import Option, Session, command, json_option
from loyaltykit.cli.options import existing, load_program, moment, open_existing
from loyaltykit.cli.output import put, put_json
from loyaltykit.cli.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.app import Loyalty


@command(
    "what-if",
    click.argument("programs", nargs=-1, required=True),
    click.option("--store", "url", metavar="URL", cls=Option, help="help/store"),
    click.option("--events", metavar="FILE", multiple=True, cls=Option, help="help/whatif-events"),
    click.option("--map", "maps", metavar="FILE", multiple=True, cls=Option, help="help/map"),
    click.option("--mode", type=click.Choice(tuple(MODES)), default="recompute", cls=Option, help="help/adopt-mode"),
    click.option("--at", metavar="TIME", cls=Option, help="help/adopt-at"),
    json_option,
)
def what_if(
    session: Session,
    programs: Sequence[str],
    url: str | None,
    events: Sequence[str],
    *,
    maps: Sequence[str],
    mode: str,
    at: str | None,
) -> None:
    """Either NEW with --store, or OLD NEW with --events. Nothing is written."""
    from loyaltykit.cli.views.dressing import Dressing, zone_of
    from loyaltykit.cli.views.whatif import whatif_lines

    if (url is None) == (not events) or len(programs) != (1 if events == () else 2):
        raise WrongUsage(say(session.lang, "usage/what-if"))
    new = load_program(programs[-1], session.lang)
    when = None if at is None else moment(at, new.document.timezone, session.lang)
    with tempfile.TemporaryDirectory() as folder:
        opened = (
            open_existing(url, session.lang) if url is not None else _told(session, programs[0], events, maps, folder)
        )
        with opened as kit:
            found = kit.what_if(new, mode=MODES[mode], at=when)  # type: ignore[arg-type]  # the table holds modes
    if session.json:
        put_json(found.to_dict())
        return
    for line in whatif_lines(found, Dressing(session.lang, zone_of(None, new.document.timezone), new.document)):
        put(line)


def _told(session: Session, program: str, events: Sequence[str], maps: Sequence[str], folder: str) -> Loyalty:
    """The old program with the events of files, in memory; what cannot be taken is left out, as `run` does."""
    from loyaltykit.app import Loyalty
    from loyaltykit.cli.feed.progress import Progress
    from loyaltykit.cli.feed.quarantine import Quarantine
    from loyaltykit.cli.feed.recording import Order, Recording
    from loyaltykit.cli.feed.stopping import Stop
    from loyaltykit.cli.maps.load import load_map

    old = load_program(program, session.lang)
    order = Order(
        files=[name if name == "-" else existing(name, session.lang) for name in events],
        maps=[load_map(existing(path, session.lang), old.document, lang=session.lang) for path in maps],
        lang=session.lang,
    )
    kit, progress = Loyalty(old), Progress(session.lang)
    with Quarantine(Path(folder) / "left-out.jsonl", session.lang) as kept:
        try:
            Recording(kit, order, kept, progress, Stop()).run()
        finally:
            progress.close()
    return kit
