"""The untyped shape of an expression: what `parse` makes and `check` gives types to."""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import Literal as Choices

import attrs

if TYPE_CHECKING:
    from loyaltykit.rules.expression.tree import ArithmeticOperator, LogicOperator

Written = Choices["==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not"]
"""A comparison as it is written."""


@attrs.frozen(slots=True, kw_only=True)
class Syntax:
    """The root of all shapes. `size` and `depth` bound the tree that is made from it."""

    offset: int
    size: int = 1
    """Nodes, with the middle of a chained comparison counted twice, as its tree has it twice."""
    depth: int = 1


@attrs.frozen(slots=True)
class Literal(Syntax):
    """A number, a text, True, False or None."""

    value: str | int | float | bool | None


@attrs.frozen(slots=True)
class Sequence(Syntax):
    """A list or tuple of literals."""

    items: tuple[Literal, ...]


@attrs.frozen(slots=True)
class Part:
    """One step of a dotted name."""

    name: str
    offset: int
    quoted: bool = False
    """Written ``['name']`` instead of ``.name``."""


@attrs.frozen(slots=True)
class Name(Syntax):
    """A dotted name: ``event.local.hour``, ``event['from']``."""

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        first, *rest = self.parts
        return first.name + "".join(f"['{part.name}']" if part.quoted else f".{part.name}" for part in rest)


@attrs.frozen(slots=True)
class Keyword:
    """A keyword argument."""

    name: str
    value: Syntax
    offset: int


@attrs.frozen(slots=True)
class Apply(Syntax):
    """A call of a plain name."""

    function: str
    arguments: tuple[Syntax, ...]
    keywords: tuple[Keyword, ...]


@attrs.frozen(slots=True)
class Prefix(Syntax):
    """``not``, ``-`` or ``+`` before a value."""

    operator: str
    operand: Syntax


@attrs.frozen(slots=True)
class Infix(Syntax):
    """Arithmetic between two values."""

    operator: ArithmeticOperator
    left: Syntax
    right: Syntax


@attrs.frozen(slots=True)
class Junction(Syntax):
    """``and`` or ``or`` over two or more values."""

    operator: LogicOperator
    operands: tuple[Syntax, ...]


@attrs.frozen(slots=True)
class Chain(Syntax):
    """``a < b <= c``: one operator fewer than operands. Also ``in``, ``not in``, ``is``, ``is not``."""

    operators: tuple[Written, ...]
    operands: tuple[Syntax, ...]


@attrs.frozen(slots=True)
class Conditional(Syntax):
    """``then if condition else otherwise``."""

    condition: Syntax
    then: Syntax
    otherwise: Syntax
