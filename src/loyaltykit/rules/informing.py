"""What a program's counters would be had it always been there: a member's history, folded for its own sake."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from loyaltykit.errors import EventError
from loyaltykit.rules.runtime import history
from loyaltykit.rules.runtime.clock import zone_of
from loyaltykit.rules.runtime.periods import number_around

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from loyaltykit.rules.engine import Engine
    from loyaltykit.rules.folding import State
    from loyaltykit.rules.plan import Track
    from loyaltykit.values import Event

_ALWAYS = -(2**62)


class Informed:
    """A member's past, as a new program would have counted it. Nothing of it is given to anybody."""

    def __init__(
        self,
        engine: Engine,
        member: str,
        past: Sequence[Event],
        late: Collection[str],
        compact: Sequence[tuple[Any, ...]],
    ) -> None:
        self._engine = engine
        self._member = member
        self.past = past
        self._late = late
        self._compact = compact

    @cached_property
    def state(self) -> State:
        """Everything folded from nothing."""
        state = self._engine.start(self._member)
        self.fold(state, _ALWAYS)
        return state

    def fold(self, state: State, since: int) -> None:
        """Fold the events after an instant; what is none of the program's is left out."""
        for event in self.past:
            if event.instant <= since:
                continue
            try:
                self._engine.fold(state, event, history_only=event.id in self._late)
            except EventError:
                continue

    def earned(self, track: Track) -> Any:
        """What was earned of a point, by the awards there were."""
        empty = (history.EMPTY_WINDOW if track.windowed else history.EMPTY)["earned"]()
        cell: Any = [None, empty] if track.period is not None else empty
        place = zone_of(self.state, self._engine.plan.zone)
        for line in self._compact:
            if line[0] != "accrual" or line[5] != track.field:
                continue
            at, amount = line[1], line[6]
            if track.period is not None:
                number = number_around(self.state, track.period, place.local_day(at), place)
                history.update_period(cell, number, history.total, int, at, amount)
            else:
                history.total_window(cell, at, amount, _ALWAYS)
        return cell
