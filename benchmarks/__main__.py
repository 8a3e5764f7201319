"""`python -m benchmarks [PART ...]`: measure, print, and write the page if asked."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Result, machine, markdown, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PARTS = {
    "w1": "benchmarks.rules",
    "w2": "benchmarks.stateful",
    "w3": "benchmarks.durable",
    "oulad": "benchmarks.oulad",
    "start": "benchmarks.start",
    "loading": "benchmarks.loading",
    "mail": "benchmarks.mail",
    "inbox": "benchmarks.inbox",
    "waiting": "benchmarks.waiting",
    "faults": "benchmarks.faults.delivering",
    "churn-panel": "benchmarks.churn.panel",
    "churn-scoring": "benchmarks.churn.scoring",
    "churn-bgnbd": "benchmarks.churn.lifetimes",
    "churn-paretonbd": "benchmarks.churn.paretonbd",
    "churn-uplift": "benchmarks.churn.uplift",
    "churn-trigger": "benchmarks.churn.trigger",
    "churn-accuracy": "benchmarks.churn.accuracy",
}
PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "performance.md"
_HEAD = """# Performance

Measured by `make bench`, which anybody can repeat; one process, medians of runs that take turns with their rivals.
A goal that was missed is shown as missed.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts that were named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all when none is given")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.parent.name}/{PAGE.name} as well")
    parser.add_argument("--quick", action="store_true", help="one round on a tenth of the events: only to see it run")
    parser.add_argument("--offenders", action="store_true", help="which modules make `import loyaltykit` slow")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.parts if not _named(name)]
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}")
    print(f"{machine()}\n")
    if options.offenders:
        _print_offenders()
        return 0
    results = []
    parts = dict.fromkeys(part for name in options.parts for part in _named(name))
    for result in _results(list(parts) or list(PARTS), quick=options.quick):
        print(text(result), flush=True)
        results.append(result)
    if options.write and not options.quick:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        before = PAGE.read_text("utf-8") if options.parts and PAGE.exists() else ""
        PAGE.write_text(_page(results, before), encoding="utf-8")
    return 0


def _named(name: str) -> list[str]:
    """The part of that name, or all that begin with it and a hyphen: `churn` is all of churn's."""
    return [part for part in PARTS if part == name or part.startswith(f"{name}-")]


def _results(parts: Sequence[str], *, quick: bool) -> Iterator[Result]:
    from examples.oulad.tables import DataMissing

    for part in parts:
        module = import_module(PARTS[part])
        try:
            yield module.run(**(getattr(module, "QUICK", {}) if quick else {}))
        except DataMissing as missing:
            print(f"== {part}: skipped. {missing}\n", file=sys.stderr)


def _print_offenders() -> None:
    from benchmarks.start import offenders

    for milliseconds, module in offenders():
        print(f"{milliseconds:8.1f} ms  {module}")


def _page(results: Sequence[Result], before: str) -> str:
    """The page: of what was measured now, and of what stood on it before and was not."""
    said = f"Measured on {dt.datetime.now(dt.UTC).date().isoformat()}; {machine()}."
    sections = {f"## {part.partition(chr(10))[0]}": f"## {part}" for part in before.split("\n## ")[1:]}
    sections |= {f"## {result.title}": markdown(result, said) for result in results}
    return "\n".join([_HEAD, *(section.rstrip() + "\n" for section in sections.values())])


if __name__ == "__main__":
    raise SystemExit(main())
