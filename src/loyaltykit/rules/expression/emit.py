"""A checked tree to Python source: as fast as code that a person would write, and nothing of the document's text in it.

Three-valued logic needs no runtime here. A condition is emitted as the pair *truth* (true and not null) and *falsity*
(false and not null): `not` swaps them, `and` and `or` pass them on, a comparison guards its nullable operands. An
operand is emitted as *guards*, which hold exactly when it is not null, and a *source* that is valid behind them. So the
length of the source is linear in the tree.

What the reader gives for a `number` must be a float, for an `integer` an int, for a `boolean` True or False: `check`
made sure of the same for everything that is computed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

import attrs

from loyaltykit.rules.expression import ranges, source
from loyaltykit.rules.expression.source import FALSE, NONE, SIGN, TERM, TRUE, Source
from loyaltykit.rules.expression.tree import (
    Arithmetic,
    Call,
    Choice,
    Compare,
    Const,
    History,
    Logic,
    Negate,
    Node,
    Not,
    Ref,
    depends,
)

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


class Reader(Protocol):
    """Where emitted source gets its values: the back-end's choice of variables.

    `ref` and `history` give any expression; it is put in brackets where that is needed, and evaluated at most once
    unless it is a plain name.
    """

    def ref(self, ref: Ref) -> str:
        """The source of a name of the vocabulary; None in it is null."""

    def history(self, history: History) -> str:
        """The source of a history function; None in it is null."""

    def constant(self, value: object) -> str:
        """A name that is bound to a text, a frozenset, or an infinity."""

    def temp(self) -> str:
        """A fresh local name for `:=`."""


def truth(node: Node, reader: Reader, *, wrap: bool = False) -> str:
    """Source that is truthy exactly when the condition is true; null is not. `wrap`: safe inside other source."""
    return _Emitter(reader).truth(node).at(source.ATOM if wrap else source.CHOICE)


def falsity(node: Node, reader: Reader, *, wrap: bool = False) -> str:
    """Source that is truthy exactly when the condition is false; null is not."""
    return _Emitter(reader).falsity(node).at(source.ATOM if wrap else source.CHOICE)


def value(node: Node, reader: Reader, *, wrap: bool = False) -> str:
    """Source of the node's value, None when it is null."""
    return _Emitter(reader).value(node).at(source.ATOM if wrap else source.CHOICE)


@attrs.frozen(slots=True)
class _Guarded:
    """`source` is valid, and not null, where all `guards` hold."""

    guards: tuple[Source, ...]
    source: Source
    unbounded: bool = False
    """A result whose overflow nobody has looked at. No `+ - *` makes a float finite again: one look at the end does."""


class _Emitter:
    """Emits one expression. `known` has what is not null here: the source of a read, and the name that holds it."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.known: dict[str, str] = {}

    def apart(self, emit: Callable[[Node], Source], node: Node) -> Source:
        """Emit what may not be evaluated: what it learns holds for nothing behind it."""
        before = dict(self.known)
        found = emit(node)
        self.known = before
        return found

    # conditions

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
        left, right = self.operands(node, operator)
        return source.all_of([*left.guards, *right.guards, _compared(left, operator, node.right, right)])

    def operands(self, node: Compare, operator: str) -> tuple[_Guarded, _Guarded]:
        """Both sides. A null equals nothing and is in no list, so that one side needs no guard there."""
        if operator in ("==", "in") and _is_read(node.left) and node.left.type.nullable:
            return _Guarded((), self.read(node.left)), self.guarded(node.right)
        left = self.guarded(node.left)
        if operator == "==" and _is_read(node.right):
            return left, _Guarded((), self.read(node.right))
        return left, self.guarded(node.right)

    def null_test(self, node: Node, *, asked: bool) -> Source:
        if _is_read(node) or isinstance(node, Choice | Logic):
            found = self.value(node)
            if not node.type.nullable or found.text in self.known:
                return FALSE if asked else TRUE
            return source.compared(found, ("is", NONE)) if asked else self.present(found).guards[0]
        if asked:
            return source.negation(self.apart(lambda inner: source.all_of(self.guarded(inner).guards), node))
        return source.all_of(self.guarded(node).guards)

    # values

    def value(self, node: Node) -> Source:
        return self.apart(self.emitted, node)

    def emitted(self, node: Node) -> Source:
        if _is_read(node):
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

    def named(self, found: Source) -> tuple[Source, Source]:
        """A name for a value that is used twice, and the source that binds it where it is used first."""
        if found.text.isidentifier():
            return found, found
        name = self.reader.temp()
        return Source(name), source.bound(name, found)

    def guarded(self, node: Node) -> _Guarded:
        """A node as guards and the source behind them."""
        match node:
            case Const(value=known):
                return _Guarded((FALSE,), NONE) if known is None else _Guarded((), self.literal(known))
            case Arithmetic() | Negate() | Call():
                return self.bounded(node)
            case Compare() if node.type.nullable:
                left, right = self.guarded(node.left), self.guarded(node.right)
                return _Guarded((*left.guards, *right.guards), _compared(left, node.operator, node.right, right))
            case Not(operand=operand) if node.type.nullable:
                inner = self.guarded(operand)
                return _Guarded(inner.guards, source.negation(inner.source))
            case _:
                found = self.value(node)
                return self.present(found) if node.type.nullable else _Guarded((), found)

    def present(self, found: Source) -> _Guarded:
        """A value that may be None, behind the guard that it is not."""
        known = self.known.get(found.text)
        if known is not None:
            return _Guarded((), Source(known))
        name, test = self.named(found)
        self.known[found.text] = self.known[name.text] = name.text
        return _Guarded((source.compared(test, ("is not", NONE)),), name)

    def read(self, node: Node) -> Source:
        """The source of a read, or the name that has its value already."""
        match node:
            case Ref():
                text = self.reader.ref(node)
            case History():
                text = self.reader.history(node)
            case _:
                raise TypeError(node)
        return Source(self.known[text]) if text in self.known else source.foreign(text)

    def literal(self, known: object) -> Source:
        if isinstance(known, str):
            return Source(self.reader.constant(known))
        if isinstance(known, tuple):
            return self.literal(known[0]) if len(known) == 1 else Source(self.reader.constant(frozenset(known)))
        written = repr(known)
        return Source(written, SIGN) if written.startswith("-") else Source(written)

    # numbers

    def bounded(self, node: Node) -> _Guarded:
        """A number that is inside its bounds where the guards hold."""
        found = self.number(node)
        if not found.unbounded:
            return found
        name = self.reader.temp()
        test = source.bound(name, found.source).text
        if node.type.kind == "integer":
            check = f"-2**63 <= {test} < 2**63"
        else:
            check = f"{self.reader.constant(-math.inf)} < {test} < {self.reader.constant(math.inf)}"
        return _Guarded((*found.guards, Source(check, source.COMPARE)), Source(name))

    def loose(self, node: Node) -> _Guarded:
        """An operand of an operation on floats that cannot hide an overflow: the operation's own check sees it."""
        return self.number(node) if node.type.kind == "number" else self.guarded(node)

    def number(self, node: Node) -> _Guarded:
        """A number whose overflow may be still to be looked at."""
        match node:
            case Arithmetic():
                return self.arithmetic(node)
            case Negate(operand=operand):
                inner = self.loose(operand)
                unbounded = inner.unbounded or ranges.negated(operand).overflow
                return _Guarded(inner.guards, source.minus(inner.source), unbounded)
            case Call():
                return self.call(node)
            case _:
                return self.guarded(node)

    def arithmetic(self, node: Arithmetic) -> _Guarded:
        divides = node.operator in ("/", "//", "%")
        left = self.loose(node.left)
        right = self.guarded(node.right) if divides else self.loose(node.right)
        result = ranges.combined(node.operator, node.left, node.right)
        if result.zero and isinstance(node.right, Const):
            return _Guarded((FALSE,), NONE)
        guards, divisor = (*left.guards, *right.guards), right.source
        if result.zero:
            divisor, test = self.named(divisor)
            guards = (*guards, source.compared(test, ("!=", Source("0"))))
        found = source.calculated(node.operator, left.source, divisor)
        return _Guarded(guards, found, left.unbounded or right.unbounded or result.overflow)

    def call(self, node: Call) -> _Guarded:
        emit = self.loose if node.function == "abs" else self.guarded
        parts = [emit(argument) for argument in node.arguments]
        overflow = node.arguments[0].type.numeric and ranges.applied(node.function, node.arguments).overflow
        return _Guarded(
            tuple(guard for part in parts for guard in part.guards),
            _called(node, [part.source for part in parts]),
            overflow or any(part.unbounded for part in parts),
        )


def _compared(left: _Guarded, operator: str, group: Node, right: _Guarded) -> Source:
    """A comparison of two sources; to be in a list of one is to be that one."""
    if isinstance(group, Const) and isinstance(group.value, tuple) and len(group.value) == 1:
        operator = "==" if operator == "in" else "!="
    return source.compared(left.source, (operator, right.source))


def _called(node: Call, arguments: Sequence[Source]) -> Source:
    first = arguments[0]
    if node.function == "number":
        return Source(f"float({first.text})")
    if node.function not in ("floor", "ceil"):
        return Source(f"{node.function}({', '.join(argument.text for argument in arguments)})")
    if node.arguments[0].type.kind == "integer":
        return first
    if node.function == "floor":
        return Source(f"int({first.at(TERM)} // 1)")
    return source.minus(Source(f"int({source.minus(first).text} // 1)"))


def _is_read(node: Node) -> bool:
    return isinstance(node, Ref | History)


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
