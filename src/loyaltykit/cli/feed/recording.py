"""Drives a run: opens the files, puts their events in order, records them batch by batch, counts what came of it."""

from __future__ import annotations

import time
from collections import Counter
from heapq import merge
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.cli.feed.items import Item, Refusal
from loyaltykit.cli.feed.jsonl import looks_ordered
from loyaltykit.cli.feed.opening import Opened, open_events
from loyaltykit.cli.feed.ordering import Sorted, order_of, watched
from loyaltykit.cli.feed.reading import read_items
from loyaltykit.values import Event

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from loyaltykit.app import Loyalty
    from loyaltykit.cli.feed.progress import Progress
    from loyaltykit.cli.feed.quarantine import Quarantine
    from loyaltykit.cli.feed.stopping import Stop
    from loyaltykit.cli.feed.table import Table
    from loyaltykit.cli.maps.model import Mapping
    from loyaltykit.cli.words import Lang

DAMAGED = "feed/damaged"
_GLANCE = 1_000


@attrs.frozen(kw_only=True)
class Order:
    """What a run was asked to do."""

    files: Sequence[str]
    maps: Sequence[Mapping] = ()
    until: dt.datetime | None = None
    latest: dt.datetime | None = None
    """Events after it are refused: they would make their members late for all that comes before."""
    batch: int = 5_000
    stream: bool = False
    lang: Lang = "en"


@attrs.define
class Outcome:
    """What came of a run so far. `seconds` are those spent recording."""

    read: int = 0
    recorded: int = 0
    duplicates: int = 0
    late: int = 0
    rejected: int = 0
    later: int = 0
    """Events at or after `until`: left for another run."""
    entries: int = 0
    effects: int = 0
    seconds: float = 0.0
    ignored_fields: Counter[str] = attrs.field(factory=Counter)
    tables: Counter[str] = attrs.field(factory=Counter)
    """What was odd in tables: see `Table.counts`."""

    @property
    def rate(self) -> int:
        """Events a second."""
        return int(self.read / self.seconds) if self.seconds > 0 else 0

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {**attrs.asdict(self), "seconds": round(self.seconds, 3), "events_per_second": self.rate}


@attrs.define
class Feed:
    """One source on its way: its items, and how far in its bytes they are."""

    opened: Opened
    items: Iterator[Item]
    sorted: Sorted | None = None
    passed: int = 0

    def position(self) -> int:
        """Bytes of the file that are recorded."""
        if self.sorted is None:
            return self.opened.position()
        return (self.opened.size or 0) * self.passed // max(1, self.sorted.count)


@attrs.define
class Recording:
    """One run. `outcome` is right at any time, also after an interrupt."""

    kit: Loyalty
    order: Order
    quarantine: Quarantine
    progress: Progress
    stop: Stop
    outcome: Outcome = attrs.field(factory=Outcome)
    _tables: list[Table] = attrs.field(factory=list)
    _opened: list[Opened] = attrs.field(factory=list)

    def run(self) -> Outcome:
        """Record everything, then let time pass until `until`."""
        try:
            self._record([self._feed(name) for name in self.order.files])
            if self.order.until is not None:
                self._advance(self.order.until)
        finally:
            for opened in self._opened:
                opened.close()
            for table in self._tables:
                self.outcome.tables.update(table.counts)
            self.outcome.rejected = self.quarantine.total
            self.quarantine.flush()
        return self.outcome

    def _feed(self, name: str) -> Feed:
        """A source whose items come in order: streamed when the file is ordered already, else sorted first."""
        opened = self._open(name)
        if self.order.stream:
            return Feed(opened, self._read(opened))
        if opened.kind == "jsonl" and name != "-":
            self.progress.phase("run/glancing", opened.size)
            ordered = looks_ordered(opened)
            opened.close()
            opened = self._open(name)
            if ordered:
                return Feed(opened, watched(self._read(opened)))
        return self._sorted(opened)

    def _open(self, name: str) -> Opened:
        self._opened.append(open_events(name, self.order.lang))
        return self._opened[-1]

    def _sorted(self, opened: Opened) -> Feed:
        self.progress.phase("run/sorting", opened.size)
        gathered = Sorted()
        for item in self._read(opened):
            gathered.add(item)
            if gathered.count % _GLANCE == 0:
                self.progress.show(opened.position(), gathered.count)
        return Feed(opened, gathered.items(), gathered)

    def _read(self, opened: Opened) -> Iterator[Item]:
        """The items of a source in the order in which they stand there."""
        return read_items(opened, self.kit.program.document, self.order.maps, self.order.lang, self._tables)

    def _record(self, feeds: Sequence[Feed]) -> None:
        sizes = [feed.opened.size for feed in feeds]
        total = None if None in sizes else sum(size for size in sizes if size is not None)
        self.progress.phase("run/recording", total)
        started, spent = time.monotonic(), self.outcome.seconds
        batch: list[Item] = []
        try:
            for item in self._merged(feeds):
                what = item.what
                if isinstance(what, Refusal):
                    self.quarantine.add(item, what)
                elif self.order.latest is not None and what.at > self.order.latest:
                    self.quarantine.add(item, Refusal("event/future", event=what.id))
                elif self._due(what):
                    batch.append(item)
                if len(batch) >= self.order.batch:
                    self._flush(batch)
                    batch = []
                    self.outcome.seconds = spent + time.monotonic() - started
                    self.progress.show(sum(feed.position() for feed in feeds), self.outcome.read)
            self._flush(batch)
        finally:
            self.outcome.seconds = spent + time.monotonic() - started

    def _merged(self, feeds: Sequence[Feed]) -> Iterator[Item]:
        counted = [_counted(feed) if feed.sorted is not None else feed.items for feed in feeds]
        if len(counted) == 1:
            return counted[0]
        if self.order.stream:
            return (item for items in counted for item in items)
        return merge(*counted, key=order_of)

    def _due(self, event: Event) -> bool:
        """Whether an event belongs to this run."""
        if self.order.until is None or event.at < self.order.until:
            return True
        self.outcome.later += 1
        return False

    def _flush(self, batch: Sequence[Item]) -> None:
        """Record a batch in one transaction."""
        if not batch:
            return
        with self.stop.finishing():
            summary = self.kit.record_many([item.what for item in batch], chunk=len(batch))  # type: ignore[misc]
            outcome = self.outcome
            outcome.read += len(batch)
            outcome.recorded += summary.recorded
            outcome.duplicates += summary.duplicates
            outcome.late += summary.late
            outcome.entries += summary.entries
            outcome.effects += summary.effects
            outcome.ignored_fields.update(summary.ignored_fields)
            places = {id(item.what): item for item in batch} if summary.rejected else {}
            named = {getattr(item.what, "id", None): item for item in batch} if summary.rejected else {}
            for rejected in summary.rejected:
                refusal = Refusal(rejected.code, rejected.details, message=rejected.reason, event=rejected.event)
                self.quarantine.add(places.get(id(rejected.raw)) or named[rejected.event], refusal)

    def _advance(self, until: dt.datetime) -> None:
        self.progress.phase("run/advancing", None)
        with self.stop.finishing():
            summary = self.kit.advance(to=until)
        self.outcome.entries += summary.entries
        self.outcome.effects += summary.effects


def _counted(feed: Feed) -> Iterator[Item]:
    for item in feed.items:
        feed.passed += 1
        yield item
