"""Text to a checked, typed tree: every name resolved, every operator's types right, all findings at once.

Nothing behind this door checks again: a tree is well typed because it was made here.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, cast

import attrs

from loyaltykit.problems import Finding
from loyaltykit.rules.expression import functions, ranges, syntax
from loyaltykit.rules.expression.literals import NULL, collected, comparable, constant, fitted
from loyaltykit.rules.expression.names import BOOLEAN, Unknown, described, resolve, resolve_counted
from loyaltykit.rules.expression.own import PLAIN
from loyaltykit.rules.expression.parse import parse
from loyaltykit.rules.expression.tokens import Refused
from loyaltykit.rules.expression.tree import (
    Arithmetic,
    Choice,
    Comparator,
    Compare,
    Const,
    Logic,
    LogicOperator,
    Negate,
    Node,
    Not,
    Scope,
    Type,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Expected = Literal["condition", "number", "key", "order", "value"]
_BUDGET = 8_000
_ALONE = frozenset(["in", "not in", "is", "is not"])


@attrs.frozen(slots=True)
class Checked:
    """A tree, or why there is none. `node` is None exactly when there are findings."""

    node: Node | None
    findings: tuple[Finding, ...] = ()


class _Stuck(Exception):
    """A part has findings already; what contains it has nothing to add."""


def check(text: object, scope: Scope, *, expect: Expected) -> Checked:
    """Check an expression: a text, or a YAML number or boolean that is a literal.

    `expect` is what the place takes: a ``condition`` (boolean), a ``number``, a ``key`` (any single value that is there
    to tell things apart), an ``order`` (a condition, a number or a step), or any ``value``. Never raises for what
    somebody wrote; findings have offsets in characters.
    """
    report = _Report()
    checker = _Checker(scope, report)
    try:
        shape = parse(text) if isinstance(text, str) else _scalar(text)
        node = checker.node(shape)
        _expected(node, expect)
    except Refused as refusal:
        report.take(refusal)
    except _Stuck:
        pass
    else:
        return Checked(node)
    return Checked(None, tuple(report.findings))


def _scalar(value: object) -> syntax.Literal:
    if isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return syntax.Literal(value, offset=0)
    kind = type(value).__name__ if value is not None else "null"
    raise Refused("expression/not-an-expression", 0, kind=kind)


def _expected(node: Node, expect: Expected) -> None:
    kind = node.type
    if expect == "condition" and kind.kind != "boolean":
        raise Refused("expression/not-a-condition", node.offset, kind=described(kind))
    if expect == "number" and not kind.numeric:
        raise Refused("expression/not-a-number", node.offset, kind=described(kind))
    if expect == "order" and kind.kind not in ("boolean", "integer", "number", "step"):
        raise Refused("expression/not-an-order", node.offset, kind=described(kind))
    if expect == "key" and kind.kind in ("list", "null"):
        raise Refused("expression/not-a-key", node.offset, kind=described(kind))


class _Report:
    """The findings of one expression. The search for near names has a budget: a hostile text may be full of names."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.budget = _BUDGET

    def take(self, refusal: Refused) -> None:
        finding = refusal.finding
        if isinstance(refusal, Unknown) and refusal.effort <= self.budget:
            self.budget -= refusal.effort
            finding = refusal.explained()
        self.findings.append(finding)


class _Checker:
    """Gives types to shapes; what it refuses is collected, so that one run finds all."""

    def __init__(self, scope: Scope, report: _Report, counted: str | None = None) -> None:
        self.scope = scope
        self.report = report
        self.counted = counted
        """Inside `where=`: the type of the counted event."""

    def nodes(self, *shapes: syntax.Syntax) -> tuple[Node, ...]:
        """The nodes of several shapes; all are looked at before any finding stops the work."""
        found: list[Node] = []
        for shape in shapes:
            try:
                found.append(self.node(shape))
            except Refused as refusal:
                self.report.take(refusal)
            except _Stuck:
                continue
        if len(found) < len(shapes):
            raise _Stuck
        return tuple(found)

    def node(self, shape: syntax.Syntax) -> Node:
        """The node of a shape. Raises Refused with a finding, or _Stuck when the findings are collected already."""
        return _NODES[type(shape)](self, shape)

    def literal(self, shape: syntax.Literal) -> Node:
        return constant(shape)

    def sequence(self, shape: syntax.Sequence) -> Node:
        raise Refused("expression/list-place", shape.offset)

    def name(self, shape: syntax.Name) -> Node:
        if self.counted is not None:
            return resolve_counted(shape, self.scope, self.counted)
        return resolve(shape, self.scope)

    def call(self, shape: syntax.Apply) -> Node:
        functions.known(shape, self.scope)
        if shape.function == "mean" or functions.over_lots(shape):
            return functions.of_lots(shape, self.scope)
        if shape.function in PLAIN:
            return functions.plain_call(shape, self.nodes(*shape.arguments))
        if not functions.is_ours(shape.function):
            return functions.own_call(shape, self.nodes(*shape.arguments), self.scope)
        if self.counted is not None:
            raise Refused("expression/where-name", shape.offset, name=f"{shape.function}(…)", event=self.counted)
        return functions.history(shape, self.scope, self.node, self.where)

    def where(self, shape: syntax.Syntax, event: str) -> Node:
        """The condition inside a history function, over the fields of the event that it counts."""
        (node,) = _Checker(self.scope, self.report, event).nodes(shape)
        _expected(node, "condition")
        return node

    def prefixed(self, shape: syntax.Prefix) -> Node:
        (operand,) = self.nodes(shape.operand)
        if shape.operator == "not":
            _boolean(operand, "not")
            return Not(operand, type=Type("boolean", nullable=operand.type.nullable), offset=shape.offset)
        if not operand.type.numeric:
            raise Refused("expression/arithmetic", shape.offset, operator=shape.operator, kind=described(operand.type))
        if shape.operator == "+":
            return operand
        nullable = operand.type.nullable or ranges.negated(operand).partial
        return Negate(operand, type=Type(operand.type.kind, nullable=nullable), offset=shape.offset)

    def arithmetic(self, shape: syntax.Infix) -> Node:
        left, right = self.nodes(shape.left, shape.right)
        for side in (left, right):
            if not side.type.numeric:
                raise Refused("expression/arithmetic", shape.offset, operator=shape.operator, kind=described(side.type))
        whole = left.type.kind == right.type.kind == "integer" and shape.operator != "/"
        partial = ranges.combined(shape.operator, left, right).partial
        nullable = left.type.nullable or right.type.nullable or partial
        kind = Type("integer" if whole else "number", nullable=nullable)
        return Arithmetic(shape.operator, left, right, type=kind, offset=shape.offset)

    def junction(self, shape: syntax.Junction) -> Node:
        operands = self.nodes(*shape.operands)
        for operand in operands:
            _boolean(operand, shape.operator)
        return _joined(shape.operator, operands, shape.offset)

    def conditional(self, shape: syntax.Conditional) -> Node:
        condition, then, otherwise = self.nodes(shape.condition, shape.then, shape.otherwise)
        _boolean(condition, "if")
        then, otherwise = functions.same_numbers((then, otherwise))
        one, other = then.type, otherwise.type
        if NULL not in (one, other) and (one.kind, one.of) != (other.kind, other.of):
            kinds = {"left": described(one), "right": described(other), "operator": "if … else"}
            raise Refused("expression/types", shape.offset, **kinds)
        kind = attrs.evolve(other if one == NULL else one, nullable=one.nullable or other.nullable)
        return Choice(condition, then, otherwise, type=kind, offset=shape.offset)

    def chain(self, shape: syntax.Chain) -> Node:
        """Comparisons; `a < b < c` becomes `a < b and b < c`."""
        if len(shape.operators) > 1 and not _ALONE.isdisjoint(shape.operators):
            raise Refused("expression/chain", shape.offset)
        if shape.operators[0] in ("is", "is not"):
            return self.is_null(shape)
        if shape.operators[0] in ("in", "not in"):
            return self.membership(shape)
        typed = self.nodes(*shape.operands)
        pairs = [
            self.comparison(
                cast("Comparator", operator), shape.operands[i], typed[i], shape.operands[i + 1], typed[i + 1]
            )
            for i, operator in enumerate(shape.operators)
        ]
        return pairs[0] if len(pairs) == 1 else _joined("and", tuple(pairs), shape.offset)

    def comparison(
        self, operator: Comparator, left_shape: syntax.Syntax, left: Node, right_shape: syntax.Syntax, right: Node
    ) -> Node:
        if isinstance(right_shape, syntax.Literal):
            right = fitted(right_shape, left.type, self.scope)
        elif isinstance(left_shape, syntax.Literal):
            left = fitted(left_shape, right.type, self.scope)
        if NULL in (left.type, right.type):
            instead = "is None" if operator == "==" else "is not None"
            raise Refused("expression/null", left.offset, "hint/instead", operator=operator, instead=instead)
        ordered = operator not in ("==", "!=")
        if not comparable(left.type, right.type) or (ordered and left.type.kind == "boolean"):
            raise _mismatch(left.type, right.type, operator, left.offset)
        return _compare(operator, left, right)

    def membership(self, shape: syntax.Chain) -> Node:
        operator, (item, group) = cast("Comparator", shape.operators[0]), shape.operands
        if isinstance(group, syntax.Sequence):
            (left,) = self.nodes(item)
            return _compare(operator, left, collected(group.items, left.type, self.scope, group.offset))
        left, right = self.nodes(item, group)
        if right.type.kind != "list":
            raise Refused("expression/in", group.offset, kind=described(right.type))
        if isinstance(item, syntax.Literal):
            left = fitted(item, _item(right.type), self.scope)
        if not comparable(left.type, _item(right.type)):
            raise _mismatch(left.type, right.type, operator, left.offset)
        return _compare(operator, left, right)

    def is_null(self, shape: syntax.Chain) -> Node:
        item, null = shape.operands
        (left,) = self.nodes(item)
        if not isinstance(null, syntax.Literal) or null.value is not None:
            instead = "==" if shape.operators[0] == "is" else "!="
            raise Refused("expression/is", null.offset, "hint/instead", instead=instead)
        asked = shape.operators[0] == "is"
        if isinstance(left, Const):
            return Const((left.value is None) == asked, type=BOOLEAN, offset=left.offset)
        right = Const(None, type=NULL, offset=null.offset)
        return Compare("is-null" if asked else "not-null", left, right, type=BOOLEAN, offset=left.offset)


_NODES: Mapping[type[syntax.Syntax], Callable[[_Checker, Any], Node]] = {
    syntax.Literal: _Checker.literal,
    syntax.Sequence: _Checker.sequence,
    syntax.Name: _Checker.name,
    syntax.Apply: _Checker.call,
    syntax.Prefix: _Checker.prefixed,
    syntax.Infix: _Checker.arithmetic,
    syntax.Junction: _Checker.junction,
    syntax.Chain: _Checker.chain,
    syntax.Conditional: _Checker.conditional,
}


def _item(kind: Type) -> Type:
    """The type of a list's items."""
    return Type(kind.of)  # type: ignore[arg-type]  # `of` of a list is a kind


def _boolean(node: Node, operator: str) -> None:
    if node.type.kind != "boolean":
        raise Refused("expression/not-boolean", node.offset, operator=operator, kind=described(node.type))


def _mismatch(left: Type, right: Type, operator: str, offset: int) -> Refused:
    return Refused("expression/types", offset, operator=operator, left=described(left), right=described(right))


def _compare(operator: Comparator, left: Node, right: Node) -> Node:
    """A comparison of operands that fit; `x == True` is x."""
    if left.type.kind == "boolean" and isinstance(right, Const) and isinstance(right.value, bool):
        same = right.value == (operator == "==")
        return left if same else Not(left, type=left.type, offset=left.offset)
    nullable = left.type.nullable or right.type.nullable
    kind = Type("boolean", nullable=nullable)
    return Compare(operator, left, right, type=kind, offset=left.offset)


def _joined(operator: LogicOperator, operands: tuple[Node, ...], offset: int) -> Node:
    """One junction; `a and (b and c)` is `a and b and c`."""
    parts: list[Node] = []
    for operand in operands:
        same = isinstance(operand, Logic) and operand.operator == operator
        parts += operand.operands if same and isinstance(operand, Logic) else (operand,)
    kind = Type("boolean", nullable=any(part.type.nullable for part in parts))
    return Logic(operator, tuple(parts), type=kind, offset=offset)
