"""Operands to source: a value as the guards that hold exactly when it is not null, and the source valid behind them.

Numbers have guards of their own: a result outside int64 or the finite floats is null, and so is a division by zero.
There is a guard only where `ranges` cannot prove that there need be none.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Protocol

import attrs

from loyaltykit.rules.expression import ranges, source
from loyaltykit.rules.expression.own import is_own
from loyaltykit.rules.expression.source import FALSE, NONE, SIGN, TERM, Source
from loyaltykit.rules.expression.tree import (
    Arithmetic,
    Call,
    Compare,
    Const,
    History,
    Negate,
    Node,
    Not,
    Ref,
    alike,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Reader(Protocol):
    """Where emitted source gets its values: the back-end's choice of variables.

    `ref` and `history` give any expression without effects; it is put in brackets where that is needed, and a name is
    bound to it where one mention in the document needs its value twice.
    """

    def ref(self, ref: Ref) -> str:
        """The source of a name of the vocabulary; None in it is null."""

    def history(self, history: History) -> str:
        """The source of a history function; None in it is null."""

    def constant(self, value: object) -> str:
        """A name that is bound to a text, a frozenset, or an infinity."""

    def temp(self) -> str:
        """A fresh local name for `:=`."""

    def own(self, function: str) -> str:
        """The name of a function of the school's own; it gives None for null."""


@attrs.frozen(slots=True)
class Guarded:
    """`source` is valid, and not null, where all `guards` hold."""

    guards: tuple[Source, ...]
    source: Source
    unbounded: bool = False
    """A result whose overflow nobody has looked at. No `+ - *` makes a float finite again: one look at the end does."""


class Operands(ABC):
    """Emits operands. `known` has what is not null here: the source of a read, and the name that holds it."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.known: dict[str, str] = {}

    @abstractmethod
    def value(self, node: Node) -> Source:
        """Source of the node's value, None when it is null."""

    def apart(self, emit: Callable[[Node], Source], node: Node) -> Source:
        """Emit what may not be evaluated: what it learns holds for nothing behind it."""
        before = dict(self.known)
        found = emit(node)
        self.known = before
        return found

    def named(self, found: Source) -> tuple[Source, Source]:
        """A name for a value that is used twice, and the source that binds it where it is used first."""
        if found.text.isidentifier():
            return found, found
        name = self.reader.temp()
        return Source(name), source.bound(name, found)

    def guarded(self, node: Node) -> Guarded:
        """A node as guards and the source behind them."""
        match node:
            case Const(value=known):
                return Guarded((FALSE,), NONE) if known is None else Guarded((), self.literal(known))
            case Arithmetic() | Negate() | Call():
                return self.bounded(node)
            case Compare() if node.type.nullable:
                left, right = self.guarded(node.left), self.guarded(node.right)
                return Guarded((*left.guards, *right.guards), compared(left, node.operator, node.right, right))
            case Not(operand=operand) if node.type.nullable:
                inner = self.guarded(operand)
                return Guarded(inner.guards, source.negation(inner.source))
            case _:
                found = self.value(node)
                return self.present(found) if node.type.nullable else Guarded((), found)

    def present(self, found: Source) -> Guarded:
        """A value that may be None, behind the guard that it is not."""
        known = self.known.get(found.text)
        if known is not None:
            return Guarded((), Source(known))
        name, test = self.named(found)
        self.known[found.text] = self.known[name.text] = name.text
        return Guarded((source.compared(test, ("is not", NONE)),), name)

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
        """A constant: numbers are written, what a person wrote as text gets a name."""
        if isinstance(known, str):
            return Source(self.reader.constant(known))
        if isinstance(known, tuple):
            return self.literal(known[0]) if len(known) == 1 else Source(self.reader.constant(frozenset(known)))
        written = repr(known)
        return Source(written, SIGN) if written.startswith("-") else Source(written)

    def bounded(self, node: Node) -> Guarded:
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
        return Guarded((*found.guards, Source(check, source.COMPARE)), Source(name))

    def loose(self, node: Node) -> Guarded:
        """An operand of an operation on floats that cannot hide an overflow: the operation's own check sees it."""
        return self.number(node) if node.type.kind == "number" else self.guarded(node)

    def number(self, node: Node) -> Guarded:
        """A number whose overflow may be still to be looked at."""
        match node:
            case Arithmetic():
                return self.arithmetic(node)
            case Negate(operand=operand):
                inner = self.loose(operand)
                unbounded = inner.unbounded or ranges.negated(operand).overflow
                return Guarded(inner.guards, source.minus(inner.source), unbounded)
            case Call():
                return self.call(node)
            case _:
                return self.guarded(node)

    def arithmetic(self, node: Arithmetic) -> Guarded:
        """An operation on two numbers, behind the guard that it divides by something."""
        divides = node.operator in ("/", "//", "%")
        like = alike(node)
        left = self.loose(like.left)
        right = self.guarded(like.right) if divides else self.loose(like.right)
        result = ranges.combined(node.operator, node.left, node.right)
        if result.zero and isinstance(node.right, Const):
            return Guarded((FALSE,), NONE)
        guards, divisor = (*left.guards, *right.guards), right.source
        if result.zero:
            divisor, test = self.named(divisor)
            guards = (*guards, source.compared(test, ("!=", Source("0"))))
        found = source.calculated(node.operator, left.source, divisor)
        return Guarded(guards, found, left.unbounded or right.unbounded or result.overflow)

    def call(self, node: Call) -> Guarded:
        """A plain function."""
        if is_own(node.function):
            return self.own(node)
        emit = self.loose if node.function == "abs" else self.guarded
        parts = [emit(argument) for argument in node.arguments]
        overflow = node.arguments[0].type.numeric and ranges.applied(node.function, node.arguments).overflow
        return Guarded(
            tuple(guard for part in parts for guard in part.guards),
            _called(node, [part.source for part in parts]),
            overflow or any(part.unbounded for part in parts),
        )

    def own(self, node: Call) -> Guarded:
        """A function of the school's own: called when no argument is null, and it may give null itself."""
        parts = [self.guarded(argument) for argument in node.arguments]
        given = ", ".join(part.source.text for part in parts)
        found = self.present(Source(f"{self.reader.own(node.function)}({given})"))
        return Guarded((*(guard for part in parts for guard in part.guards), *found.guards), found.source)


def compared(left: Guarded, operator: str, group: Node, right: Guarded) -> Source:
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


def is_read(node: Node) -> bool:
    """Whether the reader gives it."""
    return isinstance(node, Ref | History)
