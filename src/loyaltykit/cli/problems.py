"""Problems for a reader: the place, the words, the line of the file with a caret under the spot, and the hint."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.cli.output import bad, cells, faint, strong, tame, width
from loyaltykit.cli.words import count, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loyaltykit.cli.words import Lang
    from loyaltykit.problems import Problem

_MOST_TEXT = 4_000_000
_GUTTER = "  "


def show_problems(problems: Iterable[Problem], *, lang: Lang) -> str:
    """All problems, each with its excerpt."""
    texts: dict[str, Sequence[str]] = {}
    blocks = []
    for problem in problems:
        if problem.file not in texts:
            texts[problem.file] = _lines(problem.file)
        blocks.append(_block(problem, texts[problem.file], lang))
    return "\n\n".join(blocks)


def totals(problems: Sequence[Problem], *, lang: Lang) -> str:
    """How many errors, warnings and pieces of advice there are."""
    numbers = {kind: sum(problem.severity == kind for problem in problems) for kind in ("error", "warning", "advice")}
    return ", ".join(count(lang, number, kind) for kind, number in numbers.items() if number)


def plain(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems as JSON data."""
    return [attrs.asdict(problem) for problem in problems]


def _block(problem: Problem, lines: Sequence[str], lang: Lang) -> str:
    place = ":".join(str(part) for part in (problem.file, problem.line or "", problem.column or "") if part != "")
    severity = say(lang, f"severity/{problem.severity}")
    kind = bad(severity) if problem.severity == "error" else strong(severity)
    where = f"{problem.path}: " if problem.path else ""
    head = " ".join(part for part in (strong(tame(place)), kind) if part)
    rows = [f"{head}: {tame(where)}{tame(problem.message)} {faint(f'[{problem.code}]')}"]
    if 0 < problem.line <= len(lines):
        rows += _excerpt(lines[problem.line - 1], problem.line, problem.column)
    if problem.hint:
        rows.append(f"{_GUTTER}= {tame(problem.hint)}")
    return "\n".join(rows)


def _excerpt(line: str, number: int, column: int) -> list[str]:
    """The line of the file, cut around the column when it is long, and a caret below it."""
    gutter = f"{_GUTTER}{number} | "
    room = max(20, width() - len(gutter))
    at = min(max(column - 1, 0), len(line))
    start = max(0, at - room * 2 // 3) if len(line) > room else 0
    before, shown = "…" if start else "", tame(line[start : start + room - 2])
    after = "…" if start + room - 2 < len(line) else ""
    caret = cells(before) + cells(shown[: at - start])
    return [f"{faint(gutter)}{before}{shown}{after}", f"{faint(' ' * (len(gutter) - 2) + '| ')}{' ' * caret}{bad('^')}"]


def _lines(file: str) -> Sequence[str]:
    """The lines of a file, none when it cannot be read as text."""
    try:
        with Path(file).open(encoding="utf-8-sig") as opened:
            return opened.read(_MOST_TEXT).split("\n")
    except (OSError, ValueError):
        return ()
