"""Many rules on one event type: equal values and thresholds are looked up once, not once a rule.

Each field that rules compare with constants gets a table from what its value can be (equal to one of the constants, or
between two neighbouring thresholds) to the set of rules whose comparisons on it all hold, as the bits of an integer.
The rules that hold are those in every field's set; which these are is remembered for each combination of cells. Only
what is not a comparison of a field with a constant is left to test.
"""

from __future__ import annotations

from bisect import bisect_right
from math import inf, nextafter, prod
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.rules.compile.context import Function
from loyaltykit.rules.compile.writer import Writer
from loyaltykit.rules.expression.tree import MIRRORED, Compare, Const, Logic, Node, Ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FEW = 6
"""Up to so many rules are tested one after the other."""
_MOST_SEEN = 1 << 16
_MOST_MERGED = 1 << 14
_DENSE = 1 << 13
_ORDERED = ("integer", "number", "instant", "date")


@attrs.frozen
class Test:
    """One comparison of an event field with a constant."""

    field: str
    operator: str
    value: Any
    ordered: bool
    whole: bool
    """Whether the field is an integer."""


@attrs.frozen
class Split:
    """A rule's condition in two: comparisons that a table can answer, and the rest."""

    tests: tuple[Test, ...]
    rest: tuple[Node, ...]


def split(node: Node | None) -> Split:
    """Take a condition apart along its `and`s."""
    parts = () if node is None else conjuncts(node)
    tests = [(part, _test(part)) for part in parts]
    return Split(
        tests=tuple(test for _, test in tests if test is not None),
        rest=tuple(part for part, test in tests if test is None),
    )


def conjuncts(node: Node) -> tuple[Node, ...]:
    """What must all hold, in the document's order."""
    if isinstance(node, Logic) and node.operator == "and":
        return tuple(part for operand in node.operands for part in conjuncts(operand))
    return (node,)


def _test(node: Node) -> Test | None:
    if not isinstance(node, Compare):
        return None
    left, right, operator = node.left, node.right, node.operator
    if isinstance(left, Const) and isinstance(right, Ref) and operator in MIRRORED:
        left, right, operator = right, left, MIRRORED[operator]
    if not (isinstance(left, Ref) and isinstance(right, Const) and len(left.path) == 2 and left.path[0] == "event"):
        return None
    if left.path[1] in ("at", "nth", "gap") or right.value is None or isinstance(right.value, bool):
        return None
    ordered = left.type.kind in _ORDERED
    if operator == "in" and isinstance(right.value, tuple) and None not in right.value:
        return Test(left.path[1], operator, right.value, ordered=False, whole=False) if not ordered else None
    if operator == "==" or (ordered and operator in MIRRORED):
        whole = left.type.kind != "number"
        return Test(left.path[1], operator, right.value, ordered, whole)
    return None


class Cells:
    """The tables of some rules: what holds in each combination of cells, found once and remembered.

    A field's value falls into a cell: one of the values that rules ask for or any other, or the gap between two
    neighbouring thresholds; null is a cell of its own. The key of an event is its cells as one number of mixed radix.
    """

    def __init__(self, rules: Sequence[Split], fields: Mapping[str, bool], items: Sequence[Any]) -> None:
        self._items = items
        self._sets: list[list[int]] = []
        self.lookups: list[Any] = []
        for field, ordered in fields.items():
            tests = [[test for test in rule.tests if test.field == field] for rule in rules]
            lookup, sets = _thresholds(tests) if ordered else _values(tests)
            self.lookups.append(lookup)
            self._sets.append([*sets, _bits(not row for row in tests)])
        size = prod(len(sets) for sets in self._sets)
        self.memory: Any = [None] * size if size <= _DENSE else {}

    def radix(self, number: int) -> int:
        """How many cells the field of that number has, null included."""
        return len(self._sets[number])

    def floor(self, number: int) -> Any:
        """The threshold of a field below which nothing holds; None when something may, or the field may be null."""
        points = self.lookups[number]
        return points[0] if isinstance(points, tuple) and points and not self._sets[number][0] else None

    def find(self, key: int) -> tuple[Any, ...]:
        """What holds in a combination of cells, in the order of the document."""
        left, met = key, (1 << len(self._items)) - 1
        for sets in self._sets:
            left, cell = divmod(left, len(sets))
            met &= sets[cell]
        result = tuple(item for number, item in enumerate(self._items) if met >> number & 1)
        if isinstance(self.memory, list) or len(self.memory) < _MOST_SEEN:
            self.memory[key] = result
        return result


def _values(tests: list[list[Test]]) -> tuple[dict[Any, int], list[int]]:
    """A cell for each value that is asked for, then one for all others."""
    values = list(dict.fromkeys(value for row in tests for test in row for value in _asked(test)))
    sets = [_bits(all(value in _asked(test) for test in row) for row in tests) for value in values]
    return {value: number for number, value in enumerate(values)}, [*sets, _bits(not row for row in tests)]


def _asked(test: Test) -> tuple[Any, ...]:
    return test.value if test.operator == "in" else (test.value,)


def _thresholds(tests: list[list[Test]]) -> tuple[tuple[Any, ...], list[int]]:
    """A cell for each gap between thresholds, by `bisect_right`; comparisons are written as bounds low <= x < high."""
    bounds = [[_bound(test) for test in row] for row in tests]
    points = sorted({edge for row in bounds for pair in row for edge in pair if abs(edge) != inf})
    corners = [-inf, *points]
    sets = [_bits(all(low <= corner < high for low, high in row) for row in bounds) for corner in corners]
    return tuple(points), sets


def _bound(test: Test) -> tuple[float, float]:
    """The half-open range in which a comparison holds."""
    value = test.value
    above = value + 1 if isinstance(value, int) and test.whole else nextafter(value, inf)
    return {
        "<": (-inf, value), "<=": (-inf, above), ">": (above, inf), ">=": (value, inf), "==": (value, above),
    }[test.operator]  # fmt: skip


def _bits(flags: Iterable[bool]) -> int:
    return sum(1 << number for number, flag in enumerate(flags) if flag)


def lookup(fn: Function, rules: Sequence[Split], items: Sequence[Any], name: str) -> None:
    """Write code that puts the items of the rules that hold into the local `met`."""
    field = _partition(rules)
    rest = [number for number, rule in enumerate(rules) if field is None or not _asks(rule, field)]
    if rest:
        _by_cells(fn, [rules[number] for number in rest], [items[number] for number in rest], name)
    if field is not None:
        if not rest:
            fn("met = ()")
        _by_part(fn, rules, items, field, name)


def _asks(rule: Split, field: str) -> bool:
    return any(test.field == field and not test.ordered for test in rule.tests)


def _partition(rules: Sequence[Split]) -> str | None:
    """The field by whose value most rules are told apart."""
    fields = {test.field for rule in rules for test in rule.tests if not test.ordered}
    counts = {field: sum(_asks(rule, field) for rule in rules) for field in sorted(fields)}
    best = max(counts, key=lambda field: counts[field], default=None)
    return best if best is not None and counts[best] > FEW else None


def _by_part(fn: Function, rules: Sequence[Split], items: Sequence[Any], field: str, name: str) -> None:
    """Rules that ask for one value of a field: a function for each value, over the other fields."""
    parts: dict[Any, list[int]] = {}
    for number, rule in enumerate(rules):
        for value in _wanted(rule, field):
            parts.setdefault(value, []).append(number)
    others = sorted({test.field for rule in rules if _asks(rule, field) for test in rule.tests} - {field})
    arguments = ", ".join(fn.field(other) for other in others)
    entries = []
    for place, (value, numbers) in enumerate(parts.items()):
        rules_of_part = [_without(rules[number], field) for number in numbers]
        part = f"{name}_part_{place}"
        fn.module.pending.append(_part(fn, part, rules_of_part, [items[number] for number in numbers], arguments))
        entries.append(f"{fn.module.names.constant(value)}: {part}")
    fn.module.pending.append(f"{name}_parts = {{{', '.join(entries)}}}\n")
    merge = Merge({item: place for place, item in enumerate(items)})
    fn.module.names.namespace.update({f"{name}_merge": merge, f"{name}_merged": merge.memory.get})
    fn(f"part = {name}_parts.get({fn.field(field)})")
    with fn.block("if part is not None:"):
        fn(f"more = part({arguments})")
        with fn.block("if more:"):
            fn(f"met = ({name}_merged((met, more)) or {name}_merge(met, more)) if met else more")


class Merge:
    """Puts two tuples of items into one, in the order of the document, and remembers it."""

    def __init__(self, order: Mapping[Any, int]) -> None:
        self._order = order
        self.memory: dict[tuple[tuple[Any, ...], tuple[Any, ...]], tuple[Any, ...]] = {}

    def __call__(self, met: tuple[Any, ...], more: tuple[Any, ...]) -> tuple[Any, ...]:
        """Both, sorted."""
        merged = tuple(sorted(met + more, key=self._order.__getitem__))
        if len(self.memory) < _MOST_MERGED:
            self.memory[met, more] = merged
        return merged


def _wanted(rule: Split, field: str) -> tuple[Any, ...]:
    """The values of a field that a rule accepts: those that all its tests on it ask for."""
    asked = [_asked(test) for test in rule.tests if test.field == field]
    return tuple(dict.fromkeys(value for value in asked[0] if all(value in row for row in asked))) if asked else ()


def _without(rule: Split, field: str) -> Split:
    return Split(tuple(test for test in rule.tests if test.field != field), ())


def _part(fn: Function, name: str, rules: Sequence[Split], items: Sequence[Any], arguments: str) -> str:
    """Source of the function for one value: a test a rule while there are few of them, else tables again."""
    part = Function(fn.module, fn.event)
    part.fields = fn.fields
    if len(rules) <= FEW:
        sums = [_sum(part, rule, number) for number, rule in enumerate(rules)]
        found = tuple(chosen(items, bits) for bits in range(1 << len(rules)))
        part(f"return {fn.module.names.constant(found, 'chosen')}[{' + '.join(sums)}]")
    else:
        lookup(part, rules, items, name)
        part("return met")
    writer = Writer()
    with writer.block(f"def {name}({arguments}):"):
        writer.include(part.body)
    return writer.text()


def _sum(fn: Function, rule: Split, number: int) -> str:
    if not rule.tests:
        return str(1 << number)
    tests = [
        f"{'' if not _nullable(fn, test.field) else f'{fn.field(test.field)} is not None and '}"
        f"{fn.field(test.field)} {test.operator} {_literal(fn, test)}"
        for test in rule.tests
    ]
    return f"({1 << number} if {' and '.join(tests)} else 0)"


def chosen(items: Sequence[Any], bits: int) -> tuple[Any, ...]:
    """The items whose bits are set."""
    return tuple(item for number, item in enumerate(items) if bits >> number & 1)


def _literal(fn: Function, test: Test) -> str:
    value = test.value
    return repr(value) if isinstance(value, int | float) and value - value == 0 else fn.constant(value)


def _nullable(fn: Function, field: str) -> bool:
    return fn.plan.events[fn.event or ""][field][1]


def _by_cells(fn: Function, rules: Sequence[Split], items: Sequence[Any], name: str) -> None:
    """Look up the combination of cells; a threshold below which nothing holds is asked first."""
    ordered: dict[str, bool] = {}
    for rule in rules:
        for test in rule.tests:
            ordered[test.field] = ordered.get(test.field, False) or test.ordered
    cells = Cells(rules, ordered, items)
    space = fn.module.names.namespace
    dense = isinstance(cells.memory, list)
    space.update({"bisect_right": bisect_right, f"{name}_find": cells.find})
    space[f"{name}_seen"] = cells.memory if dense else cells.memory.get
    parts, factor = [], 1
    for number, field in enumerate(ordered):
        cell = _cell(fn, field, cells, number, ordered=ordered[field])
        parts.append(cell if factor == 1 else f"{factor} * {cell}")
        factor *= cells.radix(number)
    floors = [
        f"{fn.field(field)} < {cells.floor(number)!r}"
        for number, field in enumerate(ordered)
        if ordered[field] and not _nullable(fn, field) and cells.floor(number) is not None
    ]
    with _Unless(fn, floors[:1]):
        fn(f"key = {' + '.join(parts) or '0'}")
        fn(f"met = {name}_seen[key]" if dense else f"met = {name}_seen(key)")
        with fn.block("if met is None:"):
            fn(f"met = {name}_find(key)")


class _Unless:
    """Code that is left out when a quick test says that nothing can hold."""

    def __init__(self, fn: Function, tests: Sequence[str]) -> None:
        self.fn, self.tests = fn, tests

    def __enter__(self) -> None:
        if self.tests:
            self.fn(f"if {' or '.join(self.tests)}:")
            self.fn("    met = ()")
            self.fn("else:")
            self.fn.body.depth += 1

    def __exit__(self, *_: object) -> None:
        if self.tests:
            self.fn.body.depth -= 1


def _cell(fn: Function, field: str, cells: Cells, number: int, *, ordered: bool) -> str:
    variable = fn.field(field)
    null = cells.radix(number) - 1
    table = fn.module.names.constant(cells.lookups[number], f"cells_{field}")
    if not ordered:
        source = f"{fn.module.names.shared(f'{table}_get', cells.lookups[number].get)}({variable}, {null - 1})"
    else:
        source = f"bisect_right({table}, {variable})"
    optional = fn.plan.events[fn.event or ""][field][1]
    return f"({null} if {variable} is None else {source})" if optional else source
