"""How long a user waits before anything happens: `import loyaltykit` and `loyaltykit --help`, in new processes."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from statistics import median

from benchmarks.measure import Result, goal

REPEATS = 11
QUICK = {"repeats": 3}
_COMMAND = "import sys; from loyaltykit.cli import main; sys.argv[0] = 'loyaltykit'; sys.exit(main())"
"""What the installed script does."""
WORKS = {
    "python -c pass": ("-c", "pass"),
    "import loyaltykit": ("-c", "import loyaltykit"),
    "loyaltykit --help": ("-c", _COMMAND, "--help"),
}
GOALS = {"import loyaltykit": 0.25, "loyaltykit --help": 0.3}


def run(*, repeats: int = REPEATS) -> Result:
    """Median seconds, the interpreter's own start included."""
    seconds: dict[str, list[float]] = {name: [] for name in WORKS}
    for _ in range(repeats + 1):  # the first round fills the caches of the file system and of byte code
        for name, arguments in WORKS.items():
            seconds[name].append(_once(arguments))
    medians = {name: median(taken[1:]) for name, taken in seconds.items()}
    return Result(
        "Start",
        ("what", "seconds"),
        tuple((name, f"{taken:.3f}") for name, taken in medians.items()),
        (f"Median of {repeats} new processes; the interpreter's own start is the first line and is in the others.",),
        tuple(goal(name, medians[name], wanted, at_most=True, unit=" s") for name, wanted in GOALS.items()),
    )


def _once(arguments: tuple[str, ...]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)  # noqa: S603  # our own words
    return time.perf_counter() - start


def offenders(count: int = 15, statement: str = "import loyaltykit") -> list[tuple[float, str]]:
    """The modules that take the most time of their own, in milliseconds, by the interpreter's -X importtime."""
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-X", "importtime", "-c", statement], check=True, capture_output=True, text=True
    )
    lines = re.findall(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)", done.stderr)
    return sorted(((int(micros) / 1000, module) for micros, module in lines), reverse=True)[:count]
