"""Small cells of a table of counts: what must be hidden so that nobody's answer can be read, nor worked out.

A cell of one to four is small. Hiding it alone is not enough, for the total less the others would tell it: so at least
two cells are hidden, and what they come to together is no small cell either (complementary suppression; Willenborg and
de Waal 2001, Elements of Statistical Disclosure Control, chapter 4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEAST = 5
"""A cell of fewer answers is hidden: who reads the results must not learn what one person said."""


def small(n: int) -> bool:
    """Whether a cell is too small to be shown. An empty one is not: it is about nobody."""
    return 0 < n < LEAST


def hidden_cells(counts: Mapping[str, int]) -> set[str]:
    """The cells of one row to be hidden, where the total of the row is known."""
    return _completed({name for name, n in counts.items() if small(n)}, counts)


def hidden_rows(rows: Mapping[str, Mapping[str, int]]) -> tuple[set[str], set[str]]:
    """Of a table by group and answer: the groups that are hidden, and those whose answers are.

    The totals by group and by answer are taken as known. A group with a small cell shows no answer at all: of a row
    that shows some, the others might follow. Rows are hidden until, of every answer, the hidden ones together have none
    or no small cell.
    """
    sizes = {name: sum(row.values()) for name, row in rows.items()}
    groups = _completed({name for name, n in sizes.items() if small(n)}, sizes)
    answers = groups | {name for name, row in rows.items() if any(map(small, row.values()))}
    rest = sorted((name for name in rows if name not in answers and sizes[name]), key=lambda name: (sizes[name], name))
    while answers and rest and not _safe(answers, rows):
        answers.add(rest.pop(0))
    return groups, answers


def _completed(hidden: set[str], counts: Mapping[str, int]) -> set[str]:
    """With the smallest of the others, until what is hidden is more than one cell and no small one together."""
    rest = sorted((name for name, n in counts.items() if n >= LEAST), key=lambda name: (counts[name], name))
    while hidden and rest and (len(hidden) < 2 or sum(counts[name] for name in hidden) < LEAST):
        hidden = hidden | {rest.pop(0)}
    return hidden


def _safe(hidden: set[str], rows: Mapping[str, Mapping[str, int]]) -> bool:
    together: dict[str, int] = {}
    for name in hidden:
        for answer, n in rows[name].items():
            together[answer] = together.get(answer, 0) + n
    return len(hidden) > 1 and not any(map(small, together.values()))


def shown(counts: Mapping[str, int], names: Sequence[str]) -> bool:
    """Whether all of some cells may be shown."""
    return not any(small(counts[name]) for name in names)
