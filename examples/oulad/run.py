"""Recording a stream of events, with progress; and what to remember of each student on the way."""

from __future__ import annotations

import datetime as dt
import sys
import time
from itertools import islice
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from loyaltykit import Event, Loyalty

BATCH = 20_000
_STUDY = frozenset(["resource.viewed", "forum.visited", "quiz.attempted"])
_OVER = frozenset(["course.withdrawn", "course.ended"])


@attrs.define
class Recorded:
    """Counts of a whole run."""

    events: int = 0
    duplicates: int = 0
    late: int = 0
    rejected: int = 0
    entries: int = 0
    effects: int = 0
    seconds: float = 0.0
    newest: dt.datetime | None = None

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds if self.seconds else 0.0


@attrs.define(slots=True)
class Footprint:
    """A student's clicks in a few numbers: enough to find the fates that the summary shows."""

    clicks: int = 0
    last: int = 0
    pause: int = 0
    """The longest time between two clicks of a course, in microseconds."""
    before: int = 0
    """Clicks before that pause."""
    seen: int = 0
    """The instant of the newest event."""
    withdrawn: bool = False


def record(
    kit: Loyalty, events: Iterable[Event], *, batch: int = BATCH, progress: Callable[[Recorded], None] | None = None
) -> Recorded:
    """Record everything, a batch at a time, then let time pass to the end of the last day."""
    done = Recorded()
    start = time.perf_counter()
    stream = iter(events)
    while chunk := list(islice(stream, batch)):
        summary = kit.record_many(chunk, chunk=batch)
        done.events += len(chunk)
        done.duplicates += summary.duplicates
        done.late += summary.late
        done.rejected += len(summary.rejected)
        done.entries += summary.entries
        done.effects += summary.effects
        done.newest = chunk[-1].at
        done.seconds = time.perf_counter() - start
        if progress:
            progress(done)
    if done.newest:
        kit.advance(to=done.newest + dt.timedelta(days=1))
    done.seconds = time.perf_counter() - start
    return done


def watched(events: Iterable[Event], footprints: dict[str, Footprint]) -> Iterator[Event]:
    """The same events; `footprints` is filled as they pass by."""
    for event in events:
        mark = footprints.get(event.member)
        if mark is None:
            mark = footprints[event.member] = Footprint()
        mark.seen = event.instant
        if event.type in _STUDY:
            pause = event.instant - mark.last if mark.last else 0
            if pause > mark.pause:
                mark.pause, mark.before = pause, mark.clicks
            mark.clicks += 1
            mark.last = event.instant
        elif event.type in _OVER:
            mark.last = 0
            mark.withdrawn = event.type == "course.withdrawn"
        yield event


def on_screen(done: Recorded) -> None:
    """One line that is written over itself; nothing where nobody watches."""
    if sys.stderr.isatty():
        day = f"{done.newest:%d %b %Y}" if done.newest else ""
        print(f"\r  {done.events:>9,} events  {done.rate:>8,.0f}/s  {day}", end="", file=sys.stderr, flush=True)
