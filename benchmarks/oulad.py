"""Real students' events from file to SQLite: speed, and memory at a quarter, a half and all of the data.

Each share is a process of its own, because the peak of memory is a process's.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Result, goal, rate

if TYPE_CHECKING:
    from collections.abc import Sequence

SHARES = (0.25, 0.5, 1.0)
WANTED = 40_000
QUICK = {"shares": (0.02, 0.05)}


def run(*, data: str | None = None, shares: Sequence[float] = SHARES) -> Result:
    """Raises `examples.oulad.tables.DataMissing` when the tables are not there."""
    from examples.oulad.tables import find

    place = find(data)
    found = [_share(place, share) for share in shares]
    lines = tuple(
        (
            f"{share:.0%}",
            f"{one['events']:,}",
            rate(one["events"] / one["seconds"]),
            rate(one["events"] / one["cpu"]),
            f"{one['peak'] / 1e6:,.0f} MB",
            f"{one['size'] / 1e6:,.0f} MB",
        )
        for share, one in zip(shares, found, strict=True)
    )
    speed = found[-1]["events"] / found[-1]["seconds"]
    growth = found[-1]["peak"] / found[0]["peak"]
    return Result(
        "OULAD, from file to SQLite",
        ("share of the data", "events", "events/s", "by CPU time", "peak memory", "database"),
        lines,
        (
            "xz-compressed CSV through examples/oulad into a new SQLite file, and time passed to the end; one process.",
            "“By CPU time” leaves out the waits for the disk and for others who use the machine.",
        ),
        (
            goal("events/s, the last line", speed, WANTED),
            goal("peak memory of the last line over that of the first", growth, 1.5, at_most=True),
        ),
    )


def _share(place: Path, share: float) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "oulad.db"
        command = [sys.executable, "-m", "benchmarks.oulad", str(place), str(share), str(store)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603  # our own words
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
        return {**json.loads(done.stdout.splitlines()[-1]), "size": size}


def _child(place: str, share: str, store: str) -> None:
    import time
    from itertools import islice

    from examples.oulad.adapter import events
    from examples.oulad.run import record
    from loyaltykit import Loyalty, Program

    whole = sum(1 for _ in events(place)) if float(share) < 1 else 0
    taken = islice(events(place), int(whole * float(share))) if whole else events(place)
    start, before = time.perf_counter(), time.process_time()
    with Loyalty(Program.load(PROGRAM), store=f"sqlite:///{store}") as kit:
        recorded = record(kit, taken)
    seconds, cpu = time.perf_counter() - start, time.process_time() - before
    print(json.dumps({"events": recorded.events, "seconds": seconds, "cpu": cpu, "peak": peak_memory()}))


def peak_memory() -> int:
    """The most memory this process has held, in bytes. `ru_maxrss` would count the parent it was forked from."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    import resource  # not on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


PROGRAM = Path(__file__).parents[1] / "examples" / "oulad" / "program.yaml"

if __name__ == "__main__":
    _child(*sys.argv[1:])
