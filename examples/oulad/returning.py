"""`python -m examples.oulad.returning [--data DIR]`: how many silent students come back by themselves.

For each number of silent days: of the students who had been silent that long at the end of a day and had not withdrawn,
how many clicked again within the next 28 days. Nobody wrote to them.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

import numpy as np

from examples.oulad.history import HORIZON, builder, cutoffs, history
from examples.oulad.tables import DataMissing, find, presentations

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loyaltykit.churn import Panel

SILENT = (7, 14, 21, 28, 42)
HALF = 0.5


def daily(presentation: str, folder: str | None = None) -> Panel:
    """A row for each student and day, up to ten silent weeks; `y` is 1 for who does not come back."""
    found = history(presentation, folder)
    days = cutoffs(found, presentation, step=1)
    return builder(found).at(days, horizon=HORIZON, label="silence", active="70d")


def came_back(panels: Iterable[Panel], silent: int, *, half: bool) -> tuple[int, int]:
    """How many reached so many silent days, and how many of them came back; `half`: with half of the work handed in."""
    reached = back = 0
    for panel in panels:
        rows = panel.column("recency") == silent
        if half:
            rows &= panel.column("progress") >= HALF
        reached += int(rows.sum())
        back += int((panel.labels[rows] == 0).sum())
    return reached, back


def table(panels: Sequence[Panel]) -> str:
    """The shares, of everybody and of those with half of the work or more."""
    lines = [f"{'silent days':>12}{'all students':>22}{'half the work or more':>26}"]
    for silent in SILENT:
        counts = [came_back(panels, silent, half=half) for half in (False, True)]
        cells = [f"{back / max(reached, 1):.2f} of {reached:,}" for reached, back in counts]
        lines.append(f"{silent:12}{cells[0]:>22}{cells[1]:>26}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table over all presentations whose clicks are there."""
    parser = argparse.ArgumentParser(prog="python -m examples.oulad.returning", description=__doc__)
    parser.add_argument("--data", metavar="DIR", help="the folder with the OULAD tables")
    options = parser.parse_args(arguments)
    try:
        names = [one.course for one in presentations(find(options.data))]
        panels = [daily(name, options.data) for name in names]
    except DataMissing as missing:
        print(missing, file=sys.stderr)
        return 2
    rows = sum(len(panel) for panel in panels)
    print(f"Back within {HORIZON.days} days by themselves; {', '.join(names)}: {np.int64(rows):,} student-days")
    print(table(panels))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
