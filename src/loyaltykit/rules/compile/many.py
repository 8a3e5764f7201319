"""The rules phase of an event type with many rules: look up which hold, then call only those."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from loyaltykit.rules.compile import awards
from loyaltykit.rules.compile.context import Function
from loyaltykit.rules.compile.matching import lookup, split
from loyaltykit.rules.compile.writer import Writer
from loyaltykit.rules.expression.tree import Logic, Node, Type

if TYPE_CHECKING:
    from loyaltykit.rules.plan import Fire

MANY = 12
"""From so many rules on, one look-up is cheaper than testing each."""


def fire_rules(fn: Function, found: list[Fire]) -> None:
    """The rules phase of one event type, however many rules it has."""
    giving = sum(not rule.idle for rule in found)
    if giving < MANY or any(awards.sees_standing(rule) for rule in found):
        awards.fire_rules(fn, found)
    else:
        _fire_many(fn, found)


def _fire_many(fn: Function, found: list[Fire]) -> None:
    giving = [rule for rule in found if not rule.idle]
    factors = awards.multipliers(fn, found)
    splits = [split(rule.when) for rule in giving]
    name = f"rules_{fn.event_number}_{'on' if fn.record else 'bare'}"
    written = Function(fn.module, fn.event)
    written.fields = fn.fields
    lookup(written, splits, list(range(len(giving))), name)
    actions = [_action(fn, rule, one.rest, factors) for rule, one in zip(giving, splits, strict=True)]
    queues = any(action.queues for action in actions)
    arguments = ["s", "at", "eid", "out", *(["queue"] if queues else []), *fn.fields.values(), *sorted(fn.numbers)]
    arguments += [*factors.values(), *fn.gaps]
    for number, action in enumerate(actions):
        fn.module.pending.append(_source(f"{name}_{number}", action, arguments, queues=queues))
    names = ", ".join(f"{name}_{number}" for number in range(len(actions)))
    fn.module.pending.append(f"{name}_actions = ({names},)\n")
    fn.body.include(written.body)
    fn.queues |= queues
    with fn.block("for number in met:"):
        fn(f"{'queue = ' if queues else ''}{name}_actions[number]({', '.join(arguments)})")


def _action(fn: Function, rule: Fire, rest: tuple[Node, ...], factors: dict[str, str]) -> Function:
    """The code of one rule after its look-up: what is left of its condition, and what it gives."""
    action = Function(fn.module, fn.event, record=fn.record)
    action.fields, action.numbers, action.touched, action.captured = fn.fields, fn.numbers, fn.touched, fn.captured
    when = None if not rest else rest[0] if len(rest) == 1 else Logic("and", rest, type=Type("boolean"))
    awards.one_rule(action, attrs.evolve(rule, when=when), factors, None)
    return action


def _source(name: str, action: Function, arguments: list[str], *, queues: bool) -> str:
    writer = Writer()
    with writer.block(f"def {name}({', '.join(arguments)}):"):
        writer.include(action.body)
        if queues:
            writer("return queue")
    return writer.text()
