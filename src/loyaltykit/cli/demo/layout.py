"""Lines of a screen: bars, columns, wrapped text. Widths are counted without the codes of colours."""

from __future__ import annotations

import textwrap
from itertools import zip_longest
from typing import TYPE_CHECKING

from click import unstyle

from loyaltykit.cli.output import cells, clip, faint, good, mark, strong

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

WIDEST = 100
_NARROWEST_PAIR = 80
_CELL = 7
_GAP = " │ "


def heading(number: int, title: str, width: int) -> str:
    """The title of a chapter, with a rule to the right edge."""
    text = f"{number} {title} "
    return strong(text) + faint(mark("─", "-") * (width - cells(text)))


def bar(number: int, most: int, width: int) -> str:
    """A bar in proportion; whatever is more than nothing has some length."""
    if most <= 0 or number <= 0:
        return ""
    return good(mark("█", "#") * max(1, round(width * number / most)))


def fill(text: str, width: int) -> str:
    """A text padded to a number of columns, cut when it is longer."""
    shown = clip(text, width)
    return shown + " " * (width - cells(shown))


def right(text: str, width: int) -> str:
    """A text at the right edge of a number of columns."""
    return " " * (width - cells(text)) + text


def folded(text: str, width: int, *, first: str = "  ", rest: str | None = None) -> list[str]:
    """A text in lines of a width, each behind an indent."""
    later = " " * len(first) if rest is None else rest
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=later, break_on_hyphens=False)


def joined(parts: Iterable[str], width: int, *, first: str = "  ", separator: str = " · ") -> list[str]:
    """Parts side by side, as many a line as fit; a part is broken only when it alone is too long."""
    lines: list[str] = []
    line, empty = first, True
    for part in parts:
        if not empty and cells(line) + cells(separator) + cells(part) > width:
            lines.append(line)
            line, empty = " " * len(first), True
        line += part if empty else separator + part
        empty = False
    return [short for long in [*lines, *([] if empty else [line])] for short in _short(long, width, len(first))]


def _short(line: str, width: int, indent: int) -> list[str]:
    return [line] if cells(line) <= width else folded(line.strip(), width, first=" " * indent)


def table(rows: Sequence[Sequence[str]], *, first: int, width: int, most: int = 9) -> Iterator[str]:
    """Rows with a first column of a width, the others at the right edge of theirs; on a narrow screen all give way."""
    others = max(1, max(len(row) for row in rows) - 1)
    each = max(_CELL, min(most, (width - 2 - first) // others))
    first = max(1, min(first, width - 2 - each * others))
    for row in rows:
        yield f"  {fill(row[0], first)}" + "".join(right(cell, each) for cell in row[1:])


def pair(left: Sequence[str], other: Sequence[str], width: int) -> Iterator[str]:
    """Two blocks beside one another."""
    each = (width - len(_GAP)) // 2
    for one, two in zip_longest(left, other, fillvalue=""):
        line = faint(mark(_GAP, " | ") if two else mark(_GAP, " | ").rstrip())
        yield f"{one}{' ' * (each - cells(unstyle(one)))}{line}{two}"


def pair_width(width: int) -> int | None:
    """How wide each of two blocks beside one another is; None when there is no room for two."""
    return (width - len(_GAP)) // 2 if width >= _NARROWEST_PAIR else None
