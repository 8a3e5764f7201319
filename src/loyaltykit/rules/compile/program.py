"""A compiled plan: functions are generated when their event type is first seen, and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.rules.compile import steps
from loyaltykit.rules.compile.context import Module
from loyaltykit.rules.compile.matching import matcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.rules.expression.tree import Node
    from loyaltykit.rules.plan import Plan

Step = "Callable[[list[Any], Event, Any], None]"


class Compiled:
    """The functions of one plan. `convert(event, field)` is the door's conversion of one field, or its EventError."""

    def __init__(self, plan: Plan, convert: Callable[[Any, str], Any]) -> None:
        self._module = Module(plan)
        self._numbers = {event: number for number, event in enumerate(plan.events)}
        self._sources: dict[tuple[str, str], str] = {}
        self._functions: dict[tuple[str, str], Any] = {}
        self._follows: list[Any] = []
        self._values: dict[tuple[Node, str | None], Any] = {}
        space = self._module.names.namespace
        space.update(convert=convert, FOLLOWS=self._follows)
        self._shared = steps.settle(self._module) + "\n\n" + steps.fire(self._module)
        self._run(self._shared, "shared")
        self._complete()
        self.fire: Callable[[list[Any], int, Any], None] = space["fire"]
        self.settle: Callable[..., None] = space["settle"]
        self.soonest: Callable[[list[Any]], int] = space["soonest"]

    def step(self, event: str) -> Any:
        """Folds one event of a type: ``(state, event, out)``."""
        return self._function(event, "on")

    def bare(self, event: str) -> Any:
        """The same without ledger lines of plain awards, for when only the state is wanted."""
        return self._function(event, "bare")

    def recall(self, event: str) -> Any:
        """Takes an event into the history functions only (it came too late to count)."""
        return self._function(event, "recall")

    def match(self, event: str) -> Any:
        """The ids of the stateless rules that hold for an admitted event."""
        return self._function(event, "match")

    def prepare(self, event: str) -> Any:
        """What comes before the rules of an event type: its history and streaks, so that conditions can be looked at."""
        return self._function(event, "prepare")

    def value(self, node: Node, event: str | None = None) -> Any:
        """A function ``(state, at, event)`` that gives an expression's value; `event` is the type that triggers it."""
        if (node, event) not in self._values:
            name = f"look_{len(self._values)}"
            self._run(steps.look(self._module, name, node, event), name)
            self._values[node, event] = self._module.names.namespace[name]
        return self._values[node, event]

    def source(self, event: str) -> str:
        """The generated function of an event type, with the constants it uses."""
        self._function(event, "on")
        text = self._sources[event, "on"]
        space = self._module.names.namespace
        used = [name for name in space if name.startswith("c") and _mentions(text, name) and not callable(space[name])]
        legend = "".join(f"# {name} = {space[name]!r}\n" for name in sorted(used, key=lambda name: (len(name), name)))
        return legend + text

    def _function(self, event: str, kind: str) -> Any:
        found = self._functions.get((event, kind))
        if found is None:
            name, text = self._generate(event, kind)
            helpers = "\n".join(self._module.pending)
            self._module.pending.clear()
            self._run(helpers, f"{event}, parts")
            self._run(text, event)
            self._sources[event, kind] = text
            found = self._functions[event, kind] = self._module.names.namespace[name]
            self._complete()
        return found

    def _generate(self, event: str, kind: str) -> tuple[str, str]:
        number = self._numbers[event]
        if kind == "match":
            return matcher(self._module, event, number)
        return steps.step(self._module, event, number, kind)

    def _run(self, text: str, name: str) -> None:
        code = compile(text, f"<loyaltykit {self._module.plan.program}: {name}>", "exec")
        exec(code, self._module.names.namespace)  # noqa: S102  # our own text: names are generated, values are constants

    def _complete(self) -> None:
        """Generate the follow-ups that were asked for since the last time."""
        asked = list(self._module.follows.items())
        while len(self._follows) < len(asked):
            follow, number = asked[len(self._follows)]
            self._run(steps.follow(self._module, number, follow), f"follow {number}")
            self._follows.append(self._module.names.namespace[f"follow_{number}"])
            asked = list(self._module.follows.items())


def _mentions(text: str, name: str) -> bool:
    return any(f"{name}{end}" in text for end in (")", "]", ",", " ", "[", "."))
