"""`python -m examples.oulad --data DIR [--store URL]`: real students' events through a real program."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from examples.oulad.adapter import events
from examples.oulad.fates import fates
from examples.oulad.run import Footprint, Recorded, on_screen, record, watched
from examples.oulad.summary import everybody, student
from examples.oulad.tables import VARIABLE, DataMissing, find, presentations
from loyaltykit import Loyalty, Program

if TYPE_CHECKING:
    from collections.abc import Sequence

PROGRAM = Path(__file__).with_name("program.yaml")
STORE = "sqlite:///out/oulad.db"
_ALL = 1_000_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Record everything into the store, then print the summary. Run again, it finds everything recorded."""
    parser = argparse.ArgumentParser(prog="python -m examples.oulad", description=__doc__)
    parser.add_argument("--data", metavar="DIR", help=f"the folder with the OULAD tables; without it, ${VARIABLE}")
    parser.add_argument("--store", metavar="URL", default=STORE, help=f"where to keep what comes out ({STORE})")
    parser.add_argument("--limit", metavar="N", type=int, help="only the first N events, for a quick look")
    options = parser.parse_args(arguments)
    try:
        folder = find(options.data)
        courses = presentations(folder)
    except DataMissing as missing:
        print(missing, file=sys.stderr)
        return 2
    if options.store == STORE:
        Path("out").mkdir(exist_ok=True)
    footprints: dict[str, Footprint] = {}
    stream = watched(islice(events(folder), options.limit), footprints)
    with Loyalty(Program.load(PROGRAM), store=options.store) as kit:
        print(f"OULAD, courses {', '.join(course.course for course in courses)}, into {options.store}")
        done = record(kit, stream, progress=on_screen)
        print(f"\r{_first_line(done, len(footprints))}\n\n{everybody(kit)}")
        for fate in fates(folder, courses, footprints):
            at = _moment(footprints[fate.member].seen)
            print(f"\n{student(kit.member(fate.member, at=at, timeline=_ALL), kit.program, fate.why)}")
    return 0


def _first_line(done: Recorded, members: int) -> str:
    again = f", {done.duplicates:,} of them recorded before" if done.duplicates else ""
    return (
        f"{done.events:,} events{again}, {members:,} students, {done.rate:,.0f} events/s: "
        f"{done.entries:,} ledger entries, {done.effects:,} effects, {done.late:,} late, {done.rejected:,} refused"
    )


def _moment(instant: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(instant / 1e6, dt.UTC)


if __name__ == "__main__":
    raise SystemExit(main())
