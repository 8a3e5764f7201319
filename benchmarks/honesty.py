"""Does a campaign without any effect claim one? The demo with `--effect 0`, seed after seed, and its verdicts.

    python -m benchmarks.honesty [--seeds 40] [--students 1000]

A goal at 95% confidence claims a benefit that is not there in one seed of 40; the demo has two goals.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from loyaltykit.cli.demo.left import Left, write_program
from loyaltykit.cli.demo.run import lived

CLAIMS = ("helps", "helps-target-not-shown", "target-met")
MOST = 4
DAYS = 90


def verdicts(seed: int, students: int, effect: float) -> dict[str, str]:
    """What the goals say of one simulated school."""
    with tempfile.TemporaryDirectory() as folder:
        left = Left(Path(folder))
        write_program(left, "en")
        with lived(left, "en", seed=seed, students=students, days=DAYS, effect=effect) as school:
            return {name: report.verdict for name, report in school.goals.items()}


def main() -> int:
    """Print the verdicts of every seed; 1 when too many of them claim success."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--students", type=int, default=1_000)
    parser.add_argument("--effect", type=float, default=0.0)
    given = parser.parse_args()
    claimed = 0
    found: Counter[tuple[str, str]] = Counter()
    for seed in range(given.first, given.first + given.seeds):
        said = verdicts(seed, given.students, given.effect)
        found.update(said.items())
        claimed += any(verdict in CLAIMS for verdict in said.values())
        print(seed, *(f"{name}: {verdict}" for name, verdict in said.items()), flush=True)
    print(f"{claimed} of {given.seeds} seeds claim success")
    for (name, verdict), number in sorted(found.items()):
        print(f"{name}: {verdict} {number}")
    return 0 if given.effect or claimed <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
