"""Pieces of Python source that know how tightly they bind, so that brackets stand only where they must."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

CHOICE, OR, AND, NOT, COMPARE, SUM, TERM, SIGN, ATOM = range(9)
"""Precedence, loosest first."""
ARITHMETIC = {"+": SUM, "-": SUM, "*": TERM, "/": TERM, "//": TERM, "%": TERM}
_LEVELS: dict[type[ast.AST], int] = {
    ast.NamedExpr: CHOICE,
    ast.Lambda: CHOICE,
    ast.IfExp: CHOICE,
    ast.Tuple: CHOICE,
    ast.Or: OR,
    ast.And: AND,
    ast.Not: NOT,
    ast.Compare: COMPARE,
    ast.Add: SUM,
    ast.Sub: SUM,
    ast.Mult: TERM,
    ast.Div: TERM,
    ast.FloorDiv: TERM,
    ast.Mod: TERM,
    ast.USub: SIGN,
    ast.UAdd: SIGN,
    ast.Invert: SIGN,
}


@attrs.frozen(slots=True)
class Source:
    """Source and how tightly it binds."""

    text: str
    level: int = ATOM

    def at(self, level: int) -> str:
        """The text where something of this level is needed."""
        return self.text if self.level >= level else f"({self.text})"


TRUE, FALSE, NONE = Source("True"), Source("False"), Source("None")


@lru_cache(maxsize=4_096)
def foreign(text: str) -> Source:
    """Source that a back-end wrote (never the document's text)."""
    root = ast.parse(text, mode="eval").body
    if root.col_offset > 0:  # it is in brackets already
        return Source(text)
    if isinstance(root, ast.BoolOp | ast.BinOp | ast.UnaryOp):
        return Source(text, _LEVELS.get(type(root.op), CHOICE))
    return Source(text, _LEVELS.get(type(root), ATOM))


def all_of(parts: Iterable[Source]) -> Source:
    """Source that is truthy when every part is."""
    return _joined("and", AND, parts, neutral=TRUE, absorbing=FALSE)


def any_of(parts: Iterable[Source]) -> Source:
    """Source that is truthy when some part is."""
    return _joined("or", OR, parts, neutral=FALSE, absorbing=TRUE)


def _joined(word: str, level: int, parts: Iterable[Source], *, neutral: Source, absorbing: Source) -> Source:
    kept = [part for part in parts if part != neutral]
    if absorbing in kept:
        return absorbing
    if len(kept) < 2:
        return kept[0] if kept else neutral
    return Source(f" {word} ".join(part.at(level) for part in kept), level)


def negation(source: Source) -> Source:
    """Source that is truthy when this one is not."""
    if source in (TRUE, FALSE):
        return FALSE if source == TRUE else TRUE
    return Source(f"not {source.at(NOT)}", NOT)


def choice(condition: Source, then: Source, otherwise: Source) -> Source:
    """A conditional expression, or the part of it that a constant condition leaves."""
    if condition in (TRUE, FALSE):
        return then if condition == TRUE else otherwise
    return Source(f"{then.at(OR)} if {condition.at(OR)} else {otherwise.at(CHOICE)}", CHOICE)


def compared(left: Source, *rest: tuple[str, Source]) -> Source:
    """A comparison, or a chain of them."""
    return Source(left.at(SUM) + "".join(f" {operator} {right.at(SUM)}" for operator, right in rest), COMPARE)


def calculated(operator: str, left: Source, right: Source) -> Source:
    """An arithmetic operation."""
    level = ARITHMETIC[operator]
    return Source(f"{left.at(level)} {operator} {right.at(level + 1)}", level)


def minus(source: Source) -> Source:
    """A change of sign."""
    return Source(f"-{source.at(SIGN)}", SIGN)


def bound(name: str, source: Source) -> Source:
    """The source, and a name for its value from here on."""
    return Source(f"({name} := {source.text})")
