"""Which of a member's events a goal counts: all of its type, or those for which its `where` holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from loyaltykit.app.rows import to_event
from loyaltykit.calendars import DAY, zone
from loyaltykit.errors import EventError
from loyaltykit.program.reserved import MEMBER_UPDATED
from loyaltykit.rules.expression.evaluate import evaluate
from loyaltykit.rules.expression.tree import Call, Ref, depends

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from loyaltykit.calendars.zones import Zone
    from loyaltykit.program.admission import Admission
    from loyaltykit.rules.expression.own import Function
    from loyaltykit.rules.expression.tree import History, Node
    from loyaltykit.store.rows import EventRow
    from loyaltykit.values import Event

_HOUR = DAY // 24


class Counted:
    """The events that a goal counts.

    `event.nth` and `event.gap` are by the order of instant and id among all the member's events of the type, whenever
    they came in; `event.local` is by the zone that the member had then.
    """

    def __init__(
        self,
        event: str,
        where: Node | None,
        admission: Admission,
        *,
        zone: str,
        functions: Mapping[str, Function] | None = None,
    ) -> None:
        self.event = event
        self._where = where
        self._admission = admission
        self._zone = zone
        self._functions = {} if functions is None else functions
        paths = [node.path for node in depends(where) if isinstance(node, Ref)] if where is not None else []
        self.local = any(path[1] == "local" for path in paths)
        """Whether the members' zones matter."""

    @property
    def types(self) -> tuple[str, ...]:
        """The event types to look at."""
        return (self.event, MEMBER_UPDATED) if self.local else (self.event,)

    @property
    def data(self) -> bool:
        """Whether the events' data matter."""
        return self._where is not None

    def instants(self, rows: Sequence[EventRow]) -> Iterator[int]:
        """The instants of what is counted, from one member's events of `types`, in order of instant and id."""
        place, nth, before = self._zone, 0, None
        for row in rows:
            if row.type != self.event:
                place = _moved(row, place, self._zone)
                continue
            nth += 1
            gap = None if before is None else (row.at - before) // DAY
            if self._where is None or self._holds(row, nth, gap, place):
                yield row.at
            before = row.at

    def _holds(self, row: EventRow, nth: int, gap: int | None, place: str) -> bool:
        event = to_event(row, str(row.member))
        known = {"at": row.at, "nth": nth, "gap": gap}

        def read(node: Ref | History | Call) -> Any:
            if isinstance(node, Call):
                return self._own(node, read)
            path = node.path if isinstance(node, Ref) else ()
            if path[1] == "local":
                return _local(path[2], row.at, zone(place))
            return known[path[1]] if path[1] in known else self._field(event, path[-1])

        return self._where is not None and evaluate(self._where, read) is True

    def _own(self, node: Call, read: Callable[[Any], Any]) -> Any:
        """A function of the school's own."""
        given = [evaluate(one, read) for one in node.arguments]
        return None if None in given else self._functions[node.function].guarded()(*given)

    def _field(self, event: Event, name: str) -> Any:
        """The typed value; null of an event whose data were erased."""
        try:
            return self._admission.convert(event, name)
        except EventError:
            return None


def _moved(row: EventRow, place: str, otherwise: str) -> str:
    """The zone after the member's attributes were updated."""
    attributes = json.loads(row.data) if row.data else {}
    return str(attributes["timezone"] or otherwise) if "timezone" in attributes else place


def _local(fact: str, at: int, place: Zone) -> int:
    """A fact of the local clock, as expressions know it: the hour, the weekday from Monday 0, the number of the day."""
    if fact == "hour":
        return (at + place.offset(at)) % DAY // _HOUR
    day = place.local_day(at)
    return day if fact == "date" else (day + 3) % 7
