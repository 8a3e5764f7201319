"""`python -m examples.oulad.churn_events --data DIR --out DIR`: two presentations as files for `loyaltykit churn`.

What the history of `examples.oulad.history` holds, as CSV: `loyaltykit churn backtest` then learns from one
presentation and is judged on the other, which began eight months later. `churn.yaml` beside this file says
what the events mean. The command is printed: its cut-offs are the ends of every 14th day of each course.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from examples.oulad.history import STEP, TEST, TRAIN, history, start
from examples.oulad.tables import VARIABLE, DataMissing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.churn import History

MODELS = "recency,bg-nbd,hazard,boosted"
HEADER = ("id", "type", "member", "at", "known_at", "value")
VALUED = ("work.progress", "work.marked", "work.announced")
"""The number of clicks in a row is of no use to a model here."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a file a presentation."""
    parser = argparse.ArgumentParser(prog="python -m examples.oulad.churn_events", description=__doc__)
    parser.add_argument("--data", metavar="DIR", help=f"the folder with the OULAD tables; without it, ${VARIABLE}")
    parser.add_argument("--out", metavar="DIR", default="out", help="where to write the files (out)")
    options = parser.parse_args(arguments)
    folder = Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    for name in (TRAIN, TEST):
        try:
            found = history(name, options.data)
        except DataMissing as missing:
            print(missing, file=sys.stderr)
            return 2
        write(found, folder / f"{name}.csv", name)
        print(f"{folder / name}.csv: {len(found):,} events of {len(found.members):,} students")
    print(shlex.join(["loyaltykit", *command(folder)]))
    return 0


def command(folder: Path) -> list[str]:
    """What compares models on the files, with the rows of `oulad_panels`."""
    files = ["--events", str(folder / f"{TRAIN}.csv"), "--test", str(folder / f"{TEST}.csv")]
    program = [
        "--program",
        str(Path(__file__).with_name("churn.yaml")),
        "--left",
        "course.withdrawn",
        "--active",
        "28d",
    ]
    starts = [f"every {STEP}d from {start(name) + dt.timedelta(days=STEP + 1)}" for name in (TRAIN, TEST)]
    cutoffs = ["--cutoffs", starts[0], "--test-cutoffs", starts[1]]
    return ["churn", "backtest", *files, *program, *cutoffs, "--model", MODELS, "--report", str(folder / "models.html")]


def write(found: History, path: Path, name: str) -> None:
    """A history as a table of events."""
    at, known = (np.datetime_as_string(one.astype("datetime64[us]"), unit="s") for one in (found.at, found.known_at))
    types = np.array(found.types, dtype=object)[found.type]
    members = np.array(found.members, dtype=object)[found.member]
    values = [f"{one:.6g}" if type in VALUED else "" for one, type in zip(found.value.tolist(), types, strict=True)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        columns = zip(types, members, at.tolist(), known.tolist(), values, strict=True)
        for number, (type, member, happened, learned, value) in enumerate(columns):
            writer.writerow((f"{name}-{number}", type, member, f"{happened}Z", f"{learned}Z", value))


if __name__ == "__main__":
    raise SystemExit(main())
