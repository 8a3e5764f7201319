"""Folding: one event, many, or time that passes. Nothing is kept between calls but the compiled program."""

from __future__ import annotations

import copy as copying
import datetime as dt
import json
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

from loyaltykit.errors import EventError
from loyaltykit.jsontext import encoder
from loyaltykit.program.admission import Admission
from loyaltykit.rules.actions import Act, Actions
from loyaltykit.rules.compile import Compiled
from loyaltykit.rules.decisions import expand
from loyaltykit.rules.mechanics import lower
from loyaltykit.rules.plan import DUE, LAST, MEMBER, NOW
from loyaltykit.rules.runtime import quests, streaks
from loyaltykit.rules.runtime.attributes import update_attributes
from loyaltykit.rules.runtime.chances import referred
from loyaltykit.rules.runtime.giving import answer
from loyaltykit.values import Decision, Event, to_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from loyaltykit.program.load import Program
State = list[Any]
SETTLED = "fact.settled"
UPDATED = "member.updated"
_BEFORE = -(2**62)


def _no_json(value: object) -> object:
    raise TypeError(f"a state holds JSON data only, not {type(value).__name__}")


_encode = encoder(_no_json)


class Folded(NamedTuple):
    """What a fold gives back: the state that follows, and what was decided."""

    state: State
    decision: Decision


class Folding:
    """A compiled program, and the fold of one member's events through it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.plan = lower(program)
        self.admission = Admission(program.document)
        self._compiled = Compiled(self.plan, self.admission, program.functions)
        actions = Actions(self.plan, self._compiled)
        self._actions = actions.table
        self.spends = actions.spends
        """What can be done with points, and what keeps a member from it."""
        self.ideas = actions.ideas
        """What can be done with ideas, and what keeps a member from it."""
        self._steps: dict[str, Callable[[State, Event, Any], None]] = {}
        self._bare: dict[str, Callable[[State, Event, Any], None]] = {}
        self._initial = [slot.initial for slot in self.plan.slots]
        self._mutable = [
            (number, slot.initial)
            for number, slot in enumerate(self.plan.slots)
            if isinstance(slot.initial, list | dict)
        ]
        self._rights = {grant.id: grant for grant in self.plan.grants}

    @property
    def limited(self) -> bool:
        """Whether members depend on each other: who comes first gets what is limited for all, or refers the next."""
        budgets = any(surprise.budget is not None for surprise in self.plan.surprises)
        return budgets or self.plan.referrals is not None or any(grant.limited for grant in self.plan.grants)

    # --- states ------------------------------------------------------------------------------------------------

    def start(self, member: str) -> State:
        """The state of a member nothing is known of."""
        state: State = self._initial.copy()
        for number, initial in self._mutable:
            state[number] = initial.copy() if not initial else copying.deepcopy(initial)
        state[MEMBER] = member
        return state

    def copy(self, state: State) -> State:
        """An independent copy."""
        return copying.deepcopy(state)

    def dump(self, state: State) -> str:
        """The state as JSON text; `load` gives it back. It belongs to one plan (`plan.hash`)."""
        return _encode(state)

    def load(self, text: str) -> State:
        """A state that `dump` wrote."""
        state: State = json.loads(text)
        return state

    def due(self, state: State) -> int:
        """The instant of the next timer; NEVER when none is armed."""
        return self._compiled.soonest(state)

    def due_by(self, state: State, at: int) -> bool:
        """Whether a timer is due at or before an instant; cheaper than `due`."""
        return bool(state[DUE] <= at and self._compiled.soonest(state) <= at)

    def now(self, state: State) -> int:
        """The instant of the last folded event or fired timer."""
        return int(state[NOW])

    def last_id(self, state: State) -> str:
        """The id of the event folded last, empty after a timer."""
        return str(state[LAST])

    # --- folding -----------------------------------------------------------------------------------------------

    def fold(self, state: State, event: Event, *, history_only: bool = False) -> Folded:
        """One event. Timers due by then fire first.

        Raises EventError for an unknown type, an ill-typed field, or an event that is not later, by (instant, id),
        than what the state has seen; nothing is changed then. `history_only` takes the event into the history
        functions alone: it came too late to count.
        """
        out: list[tuple[Any, ...]] = []
        if history_only:
            if event.type in self.plan.events:
                self._compiled.recall(event.type)(state, event, out)
            else:
                self.admission.check(event)
        else:
            step = self._steps.get(event.type) or self._step(event)
            step(state, event, out)
        return Folded(state, Decision(event.member, event.id, out, expand))

    def fold_many(self, events: Iterable[Event]) -> dict[str, State]:
        """Fold events of any members into their states; each member's own events come in order.

        The last event of each member stays in memory until all are folded. Events that come in the order of time for
        all members are folded fastest.
        """
        states: dict[str, State] = {}
        self._compiled.fold_all(events, states, deque(maxlen=0), self._other)
        return states

    def _other(self, state: State, event: Event, out: Any) -> None:
        """One event of a type that the compiled loop does not have in line."""
        step = self._bare.get(event.type) or self._step(event, bare=True)
        step(state, event, out)

    def advance(self, state: State, to: int | dt.datetime) -> Folded:
        """Let time pass: every timer due at or before `to` fires at its own instant, in order."""
        until = to_instant(to) if isinstance(to, dt.datetime) else to
        out: list[tuple[Any, ...]] = []
        self._fire(state, until, out)
        return Folded(state, Decision(state[MEMBER], None, out, expand))

    def _fire(self, state: State, to: int, out: Any) -> None:
        """Timers, without an event: the next event looks for its zone and, if it is the first, joins."""
        if self._compiled.soonest(state) <= to:
            self._compiled.fire(state, to, out)
            state[DUE] = _BEFORE

    def _step(self, event: Event, *, bare: bool = False) -> Callable[[State, Event, Any], None]:
        """The step function of an event's type."""
        steps = self._bare if bare else self._steps
        if event.type == SETTLED:
            steps[SETTLED] = self._settled
        elif event.type == UPDATED:
            steps[UPDATED] = self._updated
        elif event.type in self._actions:
            steps[event.type] = self._acted
        elif event.type in self.plan.events:
            steps[event.type] = self._compiled.bare(event.type) if bare else self._compiled.step(event.type)
        else:
            self.admission.check(event)  # raises: there is no such type
            raise AssertionError(event.type)
        return steps[event.type]

    def _in_order(self, state: State, event: Event) -> None:
        if (event.instant, event.id) <= (state[NOW], state[LAST]):
            raise EventError(f"event {event.id}: is older than the state", code="event/out-of-order", event=event.id)

    def _updated(self, state: State, event: Event, out: Any) -> None:
        """Attributes that the host supplied."""
        data = self.admission.check(event)
        self._in_order(state, event)
        self._fire(state, event.instant, out)
        update_attributes(state, data, event.instant, self.plan)
        if "timezone" in data:
            streaks.look_again(state, self.plan.streaks, event.instant)
            quests.look_again(state, self.plan.quests, event.instant)
        self._fire(state, event.instant, out)  # a period that the move to another zone has ended
        state[NOW], state[LAST] = event.instant, event.id
        self._compiled.settle(state, event.instant, event.id, out, [])
        self._named(state, event, out)
        state[DUE] = _BEFORE

    def _acted(self, state: State, event: Event, out: Any) -> None:
        """An action through the kit, or a score: it is no activity, but what it changes is looked at."""
        data = self.admission.check(event)
        self._in_order(state, event)
        at = event.instant
        self._fire(state, at, out)
        state[NOW], state[LAST] = at, event.id
        queue: list[tuple[int | None, str]] = [(None, "")]
        self._actions[event.type](Act(state, data, at, event.id, out, queue))
        self._compiled.settle(state, at, event.id, out, queue)
        self._named(state, event, out)
        state[DUE] = _BEFORE

    def _named(self, state: State, event: Event, out: Any) -> None:
        """What waits for or counts an event of our own that the program names: it sees what the event did."""
        if event.type in self.plan.events:
            self._compiled.step(event.type)(state, event, out)

    def _settled(self, state: State, event: Event, out: Any) -> None:
        """The answer to a request. It belongs to the event that asked, so its id does not count for the order."""
        self.admission.check(event)
        if event.instant < state[NOW]:
            raise EventError(f"event {event.id}: is older than the state", code="event/out-of-order", event=event.id)
        self._fire(state, event.instant, out)
        if event.instant > state[NOW]:
            state[NOW], state[LAST] = event.instant, ""
        queue: list[tuple[int | None, str]] = [(None, "")]
        if event.data["kind"] == "choice":
            self._compiled.campaigns[event.data["name"]].offers.answered(state, event.data, event.instant, out, queue)
        elif event.data["kind"] in ("budget", "referral"):
            self._outside(state, event, out, queue)
        elif not self.spends.answered(state, event.data, event.instant, out):
            answer(state, self._rights, self.plan.grants_due, event.data, event.instant, out, self.plan.zone)
            campaign = self._compiled.campaigns.get(event.data["mechanic"].removeprefix("campaigns."))
            if campaign is not None:
                campaign.answered(state, event.data, event.instant, out)
        self._compiled.settle(state, event.instant, event.data.get("event"), out, queue)

    def _outside(self, state: State, event: Event, out: Any, queue: list[tuple[int | None, str]]) -> None:
        """The answer about a surprise's budget, or about who referred the member."""
        data, outside, refer = event.data, self._compiled.outside, self.plan.referrals
        if data["kind"] == "referral" and refer is not None:
            referred(state, refer, outside["friend"], data, event.instant, data.get("event"), out, queue)
        elif data["kind"] == "budget" and data["granted"]:
            number = outside.get(f"surprise {data['name']}")
            if number is not None:
                queue.append((number, data["occurrence"]))

    # --- a program that follows another ------------------------------------------------------------------------

    @property
    def compiled(self) -> Compiled:
        """The generated functions."""
        return self._compiled

    def look_again(
        self, state: State, at: int, out: list[tuple[Any, ...]], queue: list[tuple[int | None, str]]
    ) -> None:
        """Look at everything in a state that another program made, at an instant, and let what is due then happen."""
        self._compiled.settle(state, at, None, out, queue)
        self._fire(state, at, out)
        state[DUE] = _BEFORE
