"""How things are timed: contestants take turns in one process, the median of their runs counts.

The clock is the process's own CPU time, so that what else the machine does matters little; nobody here waits for
anything, and nobody but the process's own threads could do part of the work.
"""

from __future__ import annotations

import gc
import platform
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@attrs.frozen
class Result:
    """What one benchmark found: lines of a table, and what is said above and below it."""

    title: str
    columns: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    said: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    """One sentence a goal, with the figure measured."""


def once(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of one run, and what it returned. The garbage collector need not look at what was there before."""
    gc.collect()
    gc.freeze()
    try:
        start = time.process_time()
        found = work()
        return time.process_time() - start, found
    finally:
        gc.unfreeze()


def interleaved(works: Mapping[Any, Callable[[], Any]], repeats: int) -> dict[Any, float]:
    """Median CPU seconds of each, all run in turn in every round: a slow minute of the machine hits everyone."""
    seconds: dict[Any, list[float]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            seconds[name].append(once(work)[0])
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def rate(number: float) -> str:
    """Events a second, to three figures."""
    if number >= 1e6:
        return f"{number / 1e6:.2f} M/s"
    return f"{number / 1e3:.3g} k/s" if number >= 1e3 else f"{number:.0f} /s"


def ratio(number: float) -> str:
    """How many times."""
    return f"{number:.2f}×" if number < 10 else f"{number:.0f}×"


def goal(what: str, measured: float, wanted: float, *, at_most: bool = False, unit: str = "") -> str:
    """A goal and what became of it, in one line."""
    met = measured <= wanted if at_most else measured >= wanted
    bound = "at most" if at_most else "at least"
    return f"{'met' if met else 'MISSED'}: {what}: {measured:,.3g}{unit}, goal {bound} {wanted:,g}{unit}"


def machine() -> str:
    """The processor, its cores and the interpreter, for the record."""
    name = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                name = line.partition(":")[2].strip()
                break
    return f"{name}, {cores()} cores, {platform.system()}, Python {platform.python_version()}"


def cores() -> int:
    """How many processors this process may use."""
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def text(result: Result) -> str:
    """The result as plain text."""
    return "\n".join([f"== {result.title}", *result.said, "", *_aligned(result), "", *result.goals, ""])


def markdown(result: Result, measured: str) -> str:
    """The result as a part of a page; `measured` says when and where."""
    head = f"| {' | '.join(result.columns)} |"
    rule = f"|{'|'.join(['---'] + ['---:'] * (len(result.columns) - 1))}|"
    lines = [f"| {' | '.join(line)} |" for line in result.lines]
    goals = [f"- {sentence}" for sentence in result.goals]
    return "\n".join([f"## {result.title}", "", *result.said, measured, "", head, rule, *lines, "", *goals, ""])


def _aligned(result: Result) -> list[str]:
    table: Sequence[tuple[str, ...]] = (result.columns, *result.lines)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join([line[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(line[1:], widths[1:], strict=True))])
        for line in table
    ]
