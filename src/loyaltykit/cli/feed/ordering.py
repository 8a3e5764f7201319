"""Puts what was read into the order of time, in bounded memory: what does not fit goes, sorted, into a temporary file.

Refusals have no time and come out at once, in front.
"""

from __future__ import annotations

import pickle
import tempfile
from heapq import merge
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

import attrs

from loyaltykit.cli.feed.items import Item, Refusal
from loyaltykit.values import Event

if TYPE_CHECKING:
    from collections.abc import Iterator

IN_MEMORY = 50_000
"""Events that are sorted in memory; more are spilled in runs of this length."""
_BLOCK = 500


@attrs.define
class Sorted:
    """Items in the order of (instant, id): gathered with `add`, taken out with `items`."""

    limit: int = IN_MEMORY
    count: int = 0
    _held: list[Item] = attrs.field(factory=list)
    _runs: list[list[int]] = attrs.field(factory=list)
    """For each spilled run the places of its blocks in the file."""
    _file: IO[bytes] | None = None

    def add(self, item: Item) -> None:
        """Take one item."""
        self._held.append(item)
        self.count += 1
        if len(self._held) >= self.limit:
            self._spill()

    def items(self) -> Iterator[Item]:
        """All items in order; once."""
        self._held.sort(key=order_of)
        if not self._runs:
            yield from self._held
        else:
            yield from merge(*(self._run(places) for places in self._runs), self._held, key=order_of)
        self._held.clear()
        if self._file is not None:
            self._file.close()

    @property
    def spilled(self) -> int:
        """How many runs are in the temporary file."""
        return len(self._runs)

    def _spill(self) -> None:
        self._held.sort(key=order_of)
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="loyaltykit-")  # noqa: SIM115  # closed when all is taken out
        self._file.seek(0, 2)
        places = []
        source = iter(self._held)
        while block := list(islice(source, _BLOCK)):
            places.append(self._file.tell())
            pickle.dump(block, self._file, protocol=pickle.HIGHEST_PROTOCOL)
        self._runs.append(places)
        self._held.clear()

    def _run(self, places: list[int]) -> Iterator[Item]:
        for place in places:
            self._file.seek(place)  # type: ignore[union-attr]  # there are runs, so there is a file
            yield from pickle.load(self._file)  # type: ignore[arg-type]  # noqa: S301  # our own file, deleted and unnamed


def order_of(item: Item) -> tuple[Any, ...]:
    """Where an item belongs: by instant and id; refusals in front."""
    what = item.what
    return (what.instant, what.id) if isinstance(what, Event) else (-(2**63), "")


def watched(items: Iterator[Item]) -> Iterator[Item]:
    """Items that are in order; should the file have changed since it was looked at, what is left is sorted."""
    newest = -(2**63)
    for item in items:
        what = item.what
        if not isinstance(what, Refusal):
            if what.instant < newest:
                rest = Sorted()
                rest.add(item)
                for other in items:
                    rest.add(other)
                yield from rest.items()
                return
            newest = what.instant
        yield item
