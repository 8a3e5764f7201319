"""A document of 1,000 rules: read, checked, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import yaml

from benchmarks import learning
from benchmarks.measure import Result, goal, interleaved

if TYPE_CHECKING:
    from collections.abc import Callable

RULES = 1_000
REPEATS = 5
QUICK = {"repeats": 1}


def run(*, repeats: int = REPEATS) -> Result:
    """Seconds from the YAML text to an engine."""
    from loyaltykit import Engine, Program

    written = yaml.safe_dump(learning.document(RULES), sort_keys=False, allow_unicode=True)
    program = Program.from_yaml(written)
    one_each = list({event.type: event for event in learning.events(1_000)}.values())
    one_each = [attrs.evolve(event, member=event.type) for event in one_each]
    works: dict[str, Callable[[], object]] = {
        "read and checked": lambda: Program.from_yaml(written),
        "lowered and compiled, every event type": lambda: Engine(program).fold_many(one_each),
    }
    seconds = interleaved(works, repeats)
    whole = sum(seconds.values())
    return Result(
        "Loading",
        ("a document of 1,000 rules", "seconds"),
        (*((name, f"{taken:.3f}") for name, taken in seconds.items()), ("together", f"{whole:.3f}")),
        (f"YAML of {len(written):,} characters.",),
        (goal("from YAML to an engine that has folded its first events", whole, 1.0, at_most=True, unit=" s"),),
    )
