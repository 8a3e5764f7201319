"""Many rules on one event type: equal values and thresholds are looked up once, not once a rule.

Each field that rules compare with constants gets a table from what its value can be (equal to one of the constants, or
between two neighbouring thresholds) to the set of rules whose comparisons on it all hold, as the bits of an integer. The
rules that hold are those in every field's set; only what is not a comparison of a field with a constant is left to test.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.rules.compile.awards import condition
from loyaltykit.rules.compile.context import Function, Module
from loyaltykit.rules.compile.fields import checks
from loyaltykit.rules.compile.writer import Writer, identifier
from loyaltykit.rules.expression.emit import depends
from loyaltykit.rules.expression.tree import Compare, Const, Logic, Node, Ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loyaltykit.rules.plan import Fire

FEW = 6
"""Up to so many rules are tested one after the other."""
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}
_ORDERED = ("integer", "number", "instant", "date")


@attrs.frozen
class Test:
    """One comparison of an event field with a constant."""

    field: str
    operator: str
    value: Any
    ordered: bool


@attrs.frozen
class Split:
    """A rule's condition in two: comparisons that a table can answer, and the rest."""

    tests: tuple[Test, ...]
    rest: tuple[Node, ...]


def split(node: Node | None) -> Split:
    """Take a condition apart along its `and`s."""
    parts: Sequence[Node] = () if node is None else _conjuncts(node)
    tests = [(part, _test(part)) for part in parts]
    return Split(
        tests=tuple(test for _, test in tests if test is not None),
        rest=tuple(part for part, test in tests if test is None),
    )


def _conjuncts(node: Node) -> list[Node]:
    if isinstance(node, Logic) and node.operator == "and":
        return [part for operand in node.operands for part in _conjuncts(operand)]
    return [node]


def _test(node: Node) -> Test | None:
    if not isinstance(node, Compare):
        return None
    left, right, operator = node.left, node.right, node.operator
    if isinstance(left, Const) and isinstance(right, Ref) and operator in _MIRRORED:
        left, right, operator = right, left, _MIRRORED[operator]  # type: ignore[assignment]  # the mirrored operator
    if not (isinstance(left, Ref) and isinstance(right, Const) and len(left.path) == 2 and left.path[0] == "event"):
        return None
    if left.path[1] in ("at", "nth", "gap") or right.value is None or isinstance(right.value, bool):
        return None
    ordered = left.type.kind in _ORDERED
    if operator == "in" and isinstance(right.value, tuple) and None not in right.value:
        return Test(left.path[1], operator, right.value, ordered=False) if not ordered else None
    if operator == "==" or (ordered and operator in _MIRRORED):
        return Test(left.path[1], operator, right.value, ordered)
    return None


def table(field: str, rules: Sequence[Split], *, ordered: bool) -> Any:
    """The lookup of one field: ``(thresholds, sets)`` when it is ordered, else ``(sets by value, set of the others)``."""
    tests = [[test for test in rule.tests if test.field == field] for rule in rules]
    if ordered:
        return _thresholds(tests)
    values = {value for row in tests for test in row for value in _values(test)}
    sets = {value: _bits(all(value in _values(test) for test in row) for row in tests) for value in values}
    return sets, _bits(not row for row in tests)


def _values(test: Test) -> tuple[Any, ...]:
    return test.value if test.operator == "in" else (test.value,)


def _thresholds(tests: list[list[Test]]) -> tuple[list[Any], list[int]]:
    """Cells by `bisect_left` over the doubled thresholds: below the first, at it, between it and the second, ..."""
    points = sorted({test.value for row in tests for test in row})
    cells = []
    for number in range(2 * len(points) + 1):
        cells.append(_bits(all(_holds(test, number, points) for test in row) for row in tests))
    return points, cells


def _holds(test: Test, cell: int, points: list[Any]) -> bool:
    """Whether a comparison holds in a cell: an odd cell 2i+1 is points[i] itself, an even cell 2i lies below points[i]."""
    at = 2 * bisect_left(points, test.value) + 1
    return {
        "<": cell < at, "<=": cell <= at, ">": cell > at, ">=": cell >= at, "==": cell == at,
    }[test.operator]


def _bits(flags: Iterable[bool]) -> int:
    return sum(1 << number for number, flag in enumerate(flags) if flag)


class Sets(dict[int, tuple[Any, ...]]):
    """From a set of rules as bits to what stands for them, in order; filled as sets are seen, bounded."""

    def __init__(self, items: Sequence[Any]) -> None:
        super().__init__()
        self._items = items

    def __missing__(self, bits: int) -> tuple[Any, ...]:
        found = []
        left = bits
        while left:
            low = left & -left
            found.append(self._items[low.bit_length() - 1])
            left ^= low
        if len(self) < 100_000:
            self[bits] = tuple(found)
        return tuple(found)


def lookups(fn: Function, rules: Sequence[Split]) -> str:
    """Source of the set of rules that every table lets through; the fields' names are asked of `fn`."""
    kinds = {test.field: False for rule in rules for test in rule.tests}
    for rule in rules:
        for test in rule.tests:
            kinds[test.field] |= test.ordered
    everything = (1 << len(rules)) - 1
    parts = [_lookup(fn, field, rules, ordered=ordered) for field, ordered in kinds.items()]
    return " & ".join(parts) or str(everything)


def _lookup(fn: Function, field: str, rules: Sequence[Split], *, ordered: bool) -> str:
    variable = fn.field(field)
    free = _bits(not any(test.field == field for test in rule.tests) for rule in rules)
    names = fn.module.names
    optional = fn.plan.events[fn.event or ""][field][1]
    if not ordered:
        sets, others = table(field, rules, ordered=False)
        return f"{names.constant(sets, f'where_{field}')}.get({variable}, {others})"
    points, cells = table(field, rules, ordered=True)
    # a value equal to a threshold lies right of it for bisect_right and left of it for bisect_left: the sum is the cell
    thresholds = names.constant(tuple(points), f"at_{field}")
    sets_name = names.constant(tuple(cells), f"sets_{field}")
    look = f"{sets_name}[bisect_left({thresholds}, {variable}) + bisect_right({thresholds}, {variable})]"
    return look if not optional else f"({look} if {variable} is not None else {free})"


def matcher(module: Module, event: str, number: int) -> tuple[str, str]:
    """(name, source) of the function that names the stateless rules which hold for an admitted event."""
    rules = [rule for rule in module.plan.rules if event in rule.events and _stateless(rule)]
    fn = Function(module, event)
    if len(rules) <= FEW:
        _few(fn, rules)
    else:
        _many(fn, rules)
    name = identifier("match", event, number)
    writer = Writer()
    with writer.block(f"def {name}(event):"):
        for line in _fields(fn):
            writer(line)
        writer.include(fn.body)
    return name, writer.text()


def _fields(fn: Function) -> Iterable[str]:
    """The fields as they are: the event was admitted. What needs conversion is converted."""
    plain = {"text", "number", "integer", "boolean"}
    declared = fn.plan.events[fn.event or ""]
    if all(declared[name][0] in plain and not declared[name][2] for name in fn.fields):
        if fn.fields:
            yield "data = event.data"
        for name, variable in fn.fields.items():
            key = fn.constant(name)
            yield f"{variable} = data.get({key})" if declared[name][1] else f"{variable} = data[{key}]"
    else:
        yield from checks(fn, only_used=True)


def _stateless(rule: Fire) -> bool:
    """Whether a rule looks at nothing but the event itself."""
    if rule.active is not None:
        return False
    reads = () if rule.when is None else depends(rule.when)
    return all(
        isinstance(read, Ref) and read.path[0] == "event" and read.path[1] not in ("nth", "gap", "local") for read in reads
    )


def _few(fn: Function, rules: Sequence[Fire]) -> None:
    if any(("event", "at") == read.path for rule in rules if rule.when for read in depends(rule.when)):  # type: ignore[union-attr]  # stateless rules read names only
        fn("at = event.instant")
    ids = Sets([rule.id for rule in rules])
    parts = []
    for number, rule in enumerate(rules):
        met = condition(fn, rule)
        parts.append(str(1 << number) if met == "True" else f"({1 << number} if {met} else 0)")
    fn(f"return {fn.module.names.constant(ids, 'ids')}[{' + '.join(parts) or '0'}]")


def _many(fn: Function, rules: Sequence[Fire]) -> None:
    splits = [split(rule.when) for rule in rules]
    fn.module.names.namespace.update(_BISECTS)
    fn(f"met = {lookups(fn, splits)}")
    for number, one in enumerate(splits):
        if one.rest:
            rest = " and ".join(f"({fn.truth(part)})" for part in one.rest)
            with fn.block(f"if met & {1 << number} and not ({rest}):"):
                fn(f"met ^= {1 << number}")
    if any("at" == name for rule in rules if rule.when for read in depends(rule.when) for name in read.path[1:2]):  # type: ignore[union-attr]  # stateless rules read names only
        fn.body.lines.insert(0, "at = event.instant")
    ids = Sets([rule.id for rule in rules])
    fn(f"return {fn.module.names.constant(ids, 'ids')}[met]")


def _bisects() -> dict[str, Any]:
    from bisect import bisect_right  # noqa: PLC0415  # both halves under their own names for generated code

    return {"bisect_left": bisect_left, "bisect_right": bisect_right}


_BISECTS = _bisects()
