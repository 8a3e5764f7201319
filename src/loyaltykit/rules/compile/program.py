"""A compiled plan: functions are generated when their event type is first seen, and kept."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

import attrs

from loyaltykit.program.reserved import own
from loyaltykit.rules.compile import ladders, steps, timers
from loyaltykit.rules.compile.boards import boards
from loyaltykit.rules.compile.chances import outside
from loyaltykit.rules.compile.context import Module
from loyaltykit.rules.compile.journeys import campaigns, look_of
from loyaltykit.rules.compile.matchers import match_all, matcher

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loyaltykit.program.admission import Admission
    from loyaltykit.rules.expression.own import Function as Own
    from loyaltykit.rules.expression.tree import Node
    from loyaltykit.rules.plan import Follow, Plan
    from loyaltykit.rules.runtime.quests import Way
    from loyaltykit.rules.runtime.streaks import Chain

Step = "Callable[[list[Any], Event, Any], None]"


Kind = steps.Kind | Literal["match"]
_IN_LINE = 8
"""So many event types are written into the loops over events of all types; the rest are called."""


@attrs.frozen
class _Shared:
    """Functions that all event types share, of one kind: with decisions written down, or without."""

    record: bool
    prefix: str
    follows: list[Any] = attrs.field(factory=list)


class Compiled:
    """The functions of one plan. The admission is the door: it checks events, converts fields, raises EventError."""

    def __init__(self, plan: Plan, admission: Admission, functions: Mapping[str, Own] | None = None) -> None:
        self._module = Module(plan, functions)
        self._numbers = {event: number for number, event in enumerate(plan.events)}
        self._sources: dict[tuple[str, str], str] = {}
        self._functions: dict[tuple[str, str], Any] = {}
        self._values: dict[tuple[int, str | None], tuple[Node, Any]] = {}
        """By identity: hashing a tree costs more than looking at it. The node is kept, so that its id stays its own."""
        self._count = count()
        """Numbers of looks: two threads never get the same."""
        self._kinds: list[_Shared] = []
        space = self._module.names.namespace
        space.update(convert=admission.convert, admit=admission.admit, ADMITTED=admission.token)
        initial = [slot.initial for slot in plan.slots]
        holding = (node for node in self._module.conditions if self.value(node)(initial.copy(), 0, None) is True)
        self._module.eager = frozenset(holding)
        self.campaigns = campaigns(self._module, self._run)
        self.ways = self._ways()
        self.boards = boards(self._module, self._run)
        self.outside = outside(self._module)
        """What answers and actions bring: the numbers of follow-ups by what they are of."""
        self._share(record=True)
        self.fire: Callable[[list[Any], int, Any], None] = space["fire"]
        self.settle: Callable[..., None] = space["settle"]
        self.soonest: Callable[[list[Any]], int] = space["soonest"]

    def _share(self, *, record: bool) -> None:
        """Generate the functions that all event types share, of one kind."""
        if any(kind.record == record for kind in self._kinds):
            return
        kind = _Shared(record, "follow" if record else "follow_bare")
        self._kinds.append(kind)
        self._module.names.namespace["FOLLOWS" if record else "FOLLOWS_bare"] = kind.follows
        text = steps.settle(self._module, record=record) + "\n\n" + timers.fire(self._module, record=record)
        self._run(text, "shared")
        self._complete()

    def warm(self) -> None:
        """Generate what folds an event of each type now, so that threads which share the program only read it."""
        for event in self._numbers:
            self.step(event)
            self.recall(event)
            self.prepare(event)

    def step(self, event: str) -> Any:
        """Folds one event of a type: ``(state, event, out)``."""
        return self._function(event, "on")

    def bare(self, event: str) -> Any:
        """The same without ledger lines of plain awards, for when only the state is wanted."""
        return self._function(event, "bare")

    def _in_line(self) -> list[str]:
        """The event types that a loop over events of all types has in line."""
        return [event for event in self._numbers if not own(event)][:_IN_LINE]

    @cached_property
    def match_all(self) -> Any:
        """The loop ``(events, other)`` that lists what `match` finds; `other` is asked about types not in line."""
        self._run_loop(match_all(self._module, self._in_line()))
        return self._module.names.namespace["match_all"]

    @cached_property
    def fold_all(self) -> Any:
        """The loop ``(events, states, out, other)``; `other` folds the types that are not in line."""
        self._share(record=False)
        self._run_loop(steps.fold_all(self._module, self._in_line()))
        self._complete()
        return self._module.names.namespace["fold_all"]

    def _run_loop(self, source: str) -> None:
        self._run_pending("all events")
        self._run(source, "all events")

    def recall(self, event: str) -> Any:
        """Takes an event into the history functions only (it came too late to count)."""
        return self._function(event, "recall")

    def match(self, event: str) -> Any:
        """The ids of the stateless rules that hold for an admitted event."""
        return self._function(event, "match")

    def prepare(self, event: str) -> Any:
        """What comes before the rules of an event type, its history and streaks: so conditions can be looked at."""
        return self._function(event, "prepare")

    def value(self, node: Node, event: str | None = None) -> Any:
        """A function ``(state, at, event)`` that gives an expression's value; `event` is the type that triggers it."""
        found = self._values.get((id(node), event))
        if found is None:
            name = f"look_{next(self._count)}"
            self._run(steps.look(self._module, name, node, event), name)
            found = self._values[id(node), event] = (node, self._module.names.namespace[name])
        return found[1]

    def _ways(self) -> dict[str, Way]:
        """By id the quests with ways of their own, with their prerequisites as functions."""
        for quest in self._module.plan.quests:
            if quest.ways is not None:
                self._module.way(quest)
                if quest.ways.requires is not None:
                    self._module.ways[quest.id].requires = self.value(quest.ways.requires)
        return self._module.ways

    def chain(self, slot: int) -> Chain:
        """The run-time object of a streak, by the first of its slots."""
        found: Chain = self._module.names.namespace[self._module.chain(slot)]
        return found

    def changes(self, node: Node) -> Any:
        """A function ``(state, at, event)`` that gives the instant at which time next changes an expression."""
        found = self._values.get((id(node), "changes"))
        if found is None:
            name = f"look_{next(self._count)}"
            self._run(steps.look(self._module, name, node, None, ladders.changes), name)
            found = self._values[id(node), "changes"] = (node, self._module.names.namespace[name])
        return found[1]

    def about(self, per: str | None, node: Node) -> Any:
        """A function ``(state, at, value, offer)``: an expression's value for one value of a `per` field."""
        found = self._values.get((id(node), f"per {per}"))
        if found is None:
            made = look_of(self._module, per, node, f"about_{next(self._count)}", self._run)
            found = self._values[id(node), f"per {per}"] = (node, made)
        return found[1]

    def follow_up(self, follow: Follow) -> int:
        """The number under which something is carried out that follows."""
        number = self._module.follows.setdefault(follow, len(self._module.follows))
        self._complete()
        return number

    def source(self, event: str) -> str:
        """The generated function of an event type, with the constants it uses."""
        self._function(event, "on")
        text = self._sources[event, "on"]
        space = self._module.names.namespace
        used = [name for name in space if name.startswith("c") and _mentions(text, name) and not callable(space[name])]
        used.sort(key=lambda name: (len(name), name))
        legend = "".join(f"# {name} = {_shown(space[name])}\n" for name in used)
        return legend + text

    def _function(self, event: str, kind: Kind) -> Any:
        found = self._functions.get((event, kind))
        if found is None:
            if kind == "bare":
                self._share(record=False)
            name, text = self._generate(event, kind)
            self._run_pending(event)
            self._run(text, event)
            self._sources[event, kind] = text
            found = self._functions[event, kind] = self._module.names.namespace[name]
            self._complete()
        return found

    def _generate(self, event: str, kind: Kind) -> tuple[str, str]:
        number = self._numbers[event]
        if kind == "match":
            return matcher(self._module, event, number)
        return steps.step(self._module, event, number, kind)

    def _run_pending(self, name: str) -> None:
        """The functions that the source just written needs."""
        helpers = "\n".join(self._module.pending)
        self._module.pending.clear()
        self._run(helpers, f"{name}, parts")

    def _run(self, text: str, name: str) -> None:
        code = compile(text, f"<loyaltykit {self._module.plan.program}: {name}>", "exec")
        exec(code, self._module.names.namespace)  # noqa: S102  # our own text: names are generated, values are constants

    def _complete(self) -> None:
        """Generate the follow-ups that were asked for since the last time."""
        for kind in self._kinds:
            while len(kind.follows) < len(self._module.follows):
                number = len(kind.follows)
                follow = list(self._module.follows)[number]
                self._run(steps.follow(self._module, number, follow, record=kind.record), f"{kind.prefix} {number}")
                kind.follows.append(self._module.names.namespace[f"{kind.prefix}_{number}"])


def _shown(value: Any) -> str:
    """A constant as the legend has it: a set in the same order in every process."""
    if isinstance(value, frozenset):
        return f"frozenset({{{', '.join(sorted(map(repr, value)))}}})"
    return repr(value)


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"\b{name}\b", text) is not None
