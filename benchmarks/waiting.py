"""Journeys that wait: what letting time pass costs beside a million of them that have nothing to do yet."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Result, goal, once, ratio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit import Event, Loyalty

MEMBERS = 1_000_000
FEW = 10_000
DUE = 1_000
QUICK = {"members": 20_000, "few": 2_000, "due": 200}
START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
PROGRAM = """
program: school
events: {started: {}}
messages: {hello: {en: hello}}
campaigns: {patience: {start: {on: started}, steps: [{wait: 90d}, {send: hello}]}}
"""


def run(*, members: int = MEMBERS, few: int = FEW, due: int = DUE) -> Result:
    """Seconds to advance a store of many and one of few waiting journeys, by an hour in which none or some are due."""
    with tempfile.TemporaryDirectory() as folder:
        measured = {n: _measured(Path(folder) / f"{n}.db", n, due) for n in (few, members)}
    lines = [
        (what, *(f"{measured[n][place] * 1e3:,.2f}" for n in (few, members)))
        for place, what in ((0, "an hour with nothing due"), (1, f"an hour with {due:,} due"))
    ]
    more = measured[members][1] / measured[few][1]
    return Result(
        "Waiting journeys",
        ("CPU milliseconds to advance", f"beside {few:,}", f"beside {members:,}"),
        tuple(lines),
        (f"SQLite; each member has one run in a wait of 90 days. {members:,} beside {few:,} cost {ratio(more)}.",),
        (goal("an hour with nothing due, beside the many", measured[members][0] * 1e3, 5.0, at_most=True, unit=" ms"),),
    )


def _measured(path: Path, members: int, due: int) -> tuple[float, float]:
    from loyaltykit import Loyalty, Program

    with Loyalty(Program.from_yaml(PROGRAM), store=f"sqlite:///{path}?synchronous=off") as kit:
        kit.record_many(_starts(members, due), chunk=20_000)
        end = START + dt.timedelta(days=90)
        kit.advance(end - 2 * HOUR)
        return once(lambda: kit.advance(end - HOUR))[0], once(lambda: _passed(kit, end, due))[0]


def _passed(kit: Loyalty, to: dt.datetime, due: int) -> None:
    """Let the due ones go on, and see that these did, and no others."""
    effects = kit.advance(to).effects
    if effects != 2 * due:  # a message, and the run's end
        raise AssertionError(f"{effects} effects, {2 * due} were due")


def _starts(members: int, due: int) -> Iterator[Event]:
    """One event a member; the first are due at the end of the wait, all others ten days later."""
    from loyaltykit import Event

    for number in range(members):
        at = START if number < due else START + dt.timedelta(days=10)
        yield Event(f"e{number}", "started", f"m{number}", at)
