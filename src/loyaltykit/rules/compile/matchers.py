"""Which stateless rules hold for an event: a function an event type, and one loop over events of all types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.rules.compile.awards import condition
from loyaltykit.rules.compile.context import Function, Module
from loyaltykit.rules.compile.fields import used
from loyaltykit.rules.compile.matching import FEW, chosen, conjuncts, lookup, split
from loyaltykit.rules.compile.writer import Writer, identifier
from loyaltykit.rules.expression.emit import depends
from loyaltykit.rules.expression.tree import Ref

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from loyaltykit.rules.expression.tree import Node
    from loyaltykit.rules.plan import Fire

    Give = Callable[[str], str]
    """What is done with the source of an event's result."""


def matcher(module: Module, event: str, number: int) -> tuple[str, str]:
    """(name, source) of the function that names the stateless rules which hold for an admitted event."""
    name = identifier("match", event, number)
    writer = Writer()
    with writer.block(f"def {name}(event):"):
        _matched(writer, module, event, "return {}".format)
    return name, writer.text()


def match_all(module: Module, events: Sequence[str]) -> str:
    """Source of one loop over admitted events, with the types given in line; `other` knows the rest."""
    writer = Writer()
    writer.depth = 1
    writer("results = []")
    writer("append = results.append")
    with writer.block("for event in events:"):
        writer("kind = event.type")
        for number, event in enumerate(events):
            with writer.block(f"{'elif' if number else 'if'} kind == {module.names.constant(event)}:"):
                _matched(writer, module, event, "append({})".format)
        with writer.block("else:" if events else "if True:"):
            writer("append(other(event))")
    writer("return results")
    writer.head("def match_all(events, other", module.names)
    return writer.text()


def _matched(writer: Writer, module: Module, event: str, give: Give) -> None:
    """Take the fields of an event, and give the ids of the rules that hold."""
    rules = [rule for rule in module.plan.rules if event in rule.events and _stateless(rule)]
    fn = Function(module, event)
    if len(rules) <= FEW:
        _few(fn, rules, give)
    else:
        _many(fn, rules, give)
    for line in used(fn):
        writer(line)
    writer.include(fn.body)


def _stateless(rule: Fire) -> bool:
    """Whether a rule looks at nothing but the event itself."""
    if rule.active is not None:
        return False
    reads = () if rule.when is None else depends(rule.when)
    return all(
        isinstance(read, Ref) and read.path[0] == "event" and read.path[1] not in ("nth", "gap", "local")
        for read in reads
    )


def _few(fn: Function, rules: Sequence[Fire], give: Give) -> None:
    if _reads_at(rules):
        fn("at = event.instant")
    first = {field for rule in rules if rule.when is not None for field in _fields(conjuncts(rule.when)[0])}
    fn.in_place = frozenset(fn.plan.events[fn.event or ""]) - first
    ids = tuple(chosen([rule.id for rule in rules], bits) for bits in range(1 << len(rules)))
    parts = []
    for number, rule in enumerate(rules):
        met = condition(fn, rule)
        parts.append(str(1 << number) if met == "True" else f"({1 << number} if {met} else 0)")
    fn(give(f"{fn.module.names.constant(ids, 'ids')}[{' + '.join(parts) or '0'}]"))


def _fields(node: Node) -> Iterator[str]:
    """The event's fields that a condition reads."""
    return (read.path[-1] for read in depends(node) if isinstance(read, Ref) and read.path != ("event", "at"))


def _many(fn: Function, rules: Sequence[Fire], give: Give) -> None:
    splits = [split(rule.when) for rule in rules]
    name = f"seen_{fn.event_number}"
    if not any(one.rest for one in splits):
        lookup(fn, splits, [rule.id for rule in rules], name)
        fn(give("met"))
        return
    lookup(fn, splits, list(range(len(rules))), name)
    ids = fn.module.names.constant(tuple(rule.id for rule in rules), "ids")
    rests = {
        number: " and ".join(f"({fn.truth(part)})" for part in one.rest)
        for number, one in enumerate(splits)
        if one.rest
    }
    if _reads_at(rules):
        fn.body.lines.insert(0, "at = event.instant")
    fn("found = []")
    with fn.block("for number in met:"):
        for number, rest in rests.items():
            with fn.block(f"if number == {number} and not ({rest}):"):
                fn("continue")
        fn(f"found.append({ids}[number])")
    fn(give("tuple(found)"))


def _reads_at(rules: Sequence[Fire]) -> bool:
    reads = [read for rule in rules if rule.when is not None for read in depends(rule.when)]
    return any(isinstance(read, Ref) and read.path == ("event", "at") for read in reads)
