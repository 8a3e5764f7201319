"""Where members stood, and when: balances and steps out of a store, as rows for a history."""

from __future__ import annotations

import json
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from loyaltykit.churn.scoring import POINTS, TIER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loyaltykit.churn.scoring import Columns
    from loyaltykit.program.churn_sense import Meaning
    from loyaltykit.store import Store
    from loyaltykit.store.rows import Change, Posting


def add_standings(
    found: Columns, store: Store, meaning: Meaning, ranges: Iterable[tuple[int, int]], *, before: int
) -> None:
    """Append what was known before an instant of the members in some ranges (after, to), if the program asks for it."""
    for after, to in ranges:
        if meaning.points is not None:
            _balances(found, store.postings(meaning.points.name, after=after, to=to), meaning.points.unit, before)
        if meaning.tier is not None:
            _steps(found, store.changes(meaning.tier.mechanic, "tier", after=after, to=to), meaning.tier.ranks, before)


def _balances(found: Columns, postings: list[Posting], unit: int, before: int) -> None:
    """The balance after each posting, in the order in which they became known. What is pending counts."""
    for member, own in groupby(postings, key=itemgetter(0)):
        total = 0
        for known_at, at, amount in sorted(_known(own), key=itemgetter(0, 1)):
            if known_at >= before:
                break
            total += amount
            found.add(member, POINTS, at, known_at, total / unit)


def _known(postings: Iterator[Posting]) -> Iterator[tuple[int, int, int]]:
    for _, amount, at, known_at in postings:
        yield max(at, known_at or at), at, amount


def _steps(found: Columns, changes: list[Change], ranks: dict[str, int], before: int) -> None:
    """The rank after each change of the step; 0 for none, and for one that the program no longer has."""
    for member, data, at, known_at in changes:
        known = max(at, known_at or at)
        if known < before:
            found.add(member, TIER, at, known, float(ranks.get(json.loads(data)["step"], 0)))
