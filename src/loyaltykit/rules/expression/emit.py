"""A checked tree to Python source: as fast as code that a person would write, and nothing of the document's text in it.

Three-valued logic needs no runtime here. A condition is emitted as the pair *truth* (true and not null) and *falsity*
(false and not null): `not` swaps them, `and` and `or` pass them on, a comparison guards its nullable operands. An
operand is emitted as *guards*, which hold exactly when it is not null, and a *source* that is valid behind them. So the
length of the source is linear in the tree.

What the reader gives for a `number` must be a float, for an `integer` an int, for a `boolean` True or False: `check`
made sure of the same for everything that is computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.rules.expression import source
from loyaltykit.rules.expression.operands import Guarded, Operands, Reader, compared, is_read
from loyaltykit.rules.expression.source import FALSE, NONE, TRUE, Source
from loyaltykit.rules.expression.tree import Choice, Compare, Const, Logic, Node, Not, alike, depends

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["BUILTINS", "Reader", "depends", "falsity", "truth", "value"]

BUILTINS = frozenset(["abs", "float", "int", "len", "max", "min", "round"])
"""The built-in functions that emitted source calls by name."""

_OPPOSITE = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
    "in": "not in",
    "not in": "in",
    "is-null": "not-null",
    "not-null": "is-null",
}
_ORDERED = frozenset(["==", "!=", "<", "<=", ">", ">="])


def truth(node: Node, reader: Reader, *, wrap: bool = False) -> str:
    """Source that is truthy exactly when the condition is true; null is not. `wrap`: safe inside other source."""
    return _Emitter(reader).truth(node).at(source.ATOM if wrap else source.CHOICE)


def falsity(node: Node, reader: Reader, *, wrap: bool = False) -> str:
    """Source that is truthy exactly when the condition is false; null is not."""
    return _Emitter(reader).falsity(node).at(source.ATOM if wrap else source.CHOICE)


def value(node: Node, reader: Reader, *, wrap: bool = False) -> str:
    """Source of the node's value, None when it is null."""
    return _Emitter(reader).value(node).at(source.ATOM if wrap else source.CHOICE)


class _Emitter(Operands):
    """Emits one expression."""

    def truth(self, node: Node) -> Source:
        match node:
            case Not(operand=operand):
                return self.falsity(operand)
            case Logic(operator=operator, operands=operands):
                return self.every(operands) if operator == "and" else self.some(self.truth, operands)
            case Compare():
                return self.comparison(node, node.operator)
            case Choice():
                return self.choice(node, self.truth)
            case Const(value=known):
                return TRUE if known is True else FALSE
            case _:
                return self.read(node)

    def falsity(self, node: Node) -> Source:
        match node:
            case Not(operand=operand):
                return self.truth(operand)
            case Logic(operator=operator, operands=operands):
                none = operator == "or"
                return source.all_of(map(self.falsity, operands)) if none else self.some(self.falsity, operands)
            case Compare():
                return self.comparison(node, _OPPOSITE[node.operator])
            case Choice():
                return self.choice(node, self.falsity)
            case Const(value=known):
                return TRUE if known is False else FALSE
            case _:
                read = self.read(node)
                return source.compared(read, ("is", FALSE)) if node.type.nullable else source.negation(read)

    def every(self, operands: Sequence[Node]) -> Source:
        """All conditions hold; neighbours that share an operand become one chain again."""
        return source.all_of([self.run(run) for run in _runs(operands)])

    def some(self, emit: Callable[[Node], Source], operands: Sequence[Node]) -> Source:
        return source.any_of([self.apart(emit, operand) for operand in operands])

    def run(self, run: Sequence[Compare] | Node) -> Source:
        if isinstance(run, Node):
            return self.truth(run)
        run = [alike(compare) for compare in run]
        parts = [self.guarded(node) for node in (run[0].left, *(compare.right for compare in run))]
        rest = zip((compare.operator for compare in run), (part.source for part in parts[1:]), strict=True)
        chain = source.compared(parts[0].source, *rest)
        return source.all_of([*(guard for part in parts for guard in part.guards), chain])

    def choice(self, node: Choice, emit: Callable[[Node], Source]) -> Source:
        before = dict(self.known)
        condition = self.truth(node.condition)
        then = emit(node.then)
        self.known = before
        return source.choice(condition, then, self.apart(emit, node.otherwise))

    def comparison(self, node: Compare, operator: str) -> Source:
        if operator in ("is-null", "not-null"):
            return self.null_test(node.left, asked=operator == "is-null")
        node = alike(node)
        left, right = self.operands(node, operator)
        return source.all_of([*left.guards, *right.guards, compared(left, operator, node.right, right)])

    def operands(self, node: Compare, operator: str) -> tuple[Guarded, Guarded]:
        """Both sides. A null equals nothing and is in no list, so that one side needs no guard there."""
        if operator in ("==", "in") and is_read(node.left) and node.left.type.nullable:
            return Guarded((), self.read(node.left)), self.guarded(node.right)
        left = self.guarded(node.left)
        if operator == "==" and is_read(node.right):
            return left, Guarded((), self.read(node.right))
        return left, self.guarded(node.right)

    def null_test(self, node: Node, *, asked: bool) -> Source:
        if is_read(node) or isinstance(node, Choice | Logic):
            found = self.value(node)
            if not node.type.nullable or found.text in self.known:
                return FALSE if asked else TRUE
            if not asked:
                return source.all_of(self.present(found).guards)
            return source.compared(found if is_read(node) else self.named(found)[1], ("is", NONE))
        if asked:
            return source.negation(self.apart(lambda inner: source.all_of(self.guarded(inner).guards), node))
        return source.all_of(self.guarded(node).guards)

    def value(self, node: Node) -> Source:
        return self.apart(self.emitted, node)

    def emitted(self, node: Node) -> Source:
        if is_read(node):
            return self.read(node)
        if isinstance(node, Choice):
            return self.choice(node, self.value)
        if isinstance(node, Logic) and node.type.nullable:
            return self.three_valued(node)
        if node.type.kind == "boolean" and not node.type.nullable:
            return self.truth(node)
        found = self.guarded(node)
        return source.choice(source.all_of(found.guards), found.source, NONE)

    def three_valued(self, node: Logic) -> Source:
        """`and` is False when a part is, else null when a part is, else True; `or` the other way round."""
        stop, end = (FALSE, TRUE) if node.operator == "and" else (TRUE, FALSE)
        settles: list[Source] = []
        nulls: list[Source] = []
        for operand in node.operands:
            if operand.type.nullable:
                name, test = self.named(self.value(operand))
                settles.append(source.compared(test, ("is", stop)))
                nulls.append(source.compared(name, ("is", NONE)))
            else:
                settles.append(self.apart(self.falsity if stop == FALSE else self.truth, operand))
        return source.choice(source.any_of(settles), stop, source.choice(source.any_of(nulls), NONE, end))


def _runs(operands: Sequence[Node]) -> list[Node | list[Compare]]:
    """Operands of `and`, with neighbours such as `a < b` and `b < c` put together."""
    runs: list[Node | list[Compare]] = []
    for operand in operands:
        if not isinstance(operand, Compare) or operand.operator not in _ORDERED:
            runs.append(operand)
        elif runs and isinstance(runs[-1], list) and runs[-1][-1].right == operand.left:
            runs[-1].append(operand)
        else:
            runs.append([operand])
    return [run[0] if isinstance(run, list) and len(run) == 1 else run for run in runs]
