"""Tokens to shape: a recursive-descent parser of the subset of Python's expression grammar that the language has.

It stops at the first thing that is not an expression (`Refused`), and at the limits on size and depth, so that nothing
behind it ever meets a tree that could hurt. One method a level of precedence, loosest first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from loyaltykit.problems import echo
from loyaltykit.rules.expression import syntax
from loyaltykit.rules.expression.tokens import Refused, Token, tokenize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loyaltykit.rules.expression.tree import ArithmeticOperator, LogicOperator

MAX_NODES = 400
MAX_DEPTH = 24
MAX_ITEMS = 1_000
_COMPARISONS = frozenset(["<", "<=", ">", ">=", "==", "!=", "in", "not", "is"])
_SHOWN_WORDS = {"True": True, "False": False, "None": None}

S = TypeVar("S", bound=syntax.Syntax)


def parse(text: str) -> syntax.Syntax:
    """The shape of an expression. Raises Refused with the first finding."""
    parser = _Parser(tokenize(text))
    if parser.ended:
        raise Refused("expression/empty", 0)
    shape = parser.expression()
    if not parser.ended:
        raise parser.misplaced()
    return shape


class _Parser:
    """A cursor over the tokens: the next one, and the one after it."""

    def __init__(self, tokens: Iterator[Token]) -> None:
        self.tokens = tokens
        self.token = next(tokens)
        self.after = next(tokens, self.token)
        self.brackets = 0
        self.chained = 0

    @property
    def ended(self) -> bool:
        return self.token.kind == "end"

    def sees(self, *values: str) -> bool:
        """Whether the next token is one of these operators or words."""
        return self.token.kind in ("operator", "word") and self.token.value in values

    def take(self) -> Token:
        token = self.token
        self.token, self.after = self.after, next(self.tokens, self.after)
        return token

    def expect(self, value: str) -> Token:
        if not self.sees(value):
            raise self.misplaced(value)
        return self.take()

    def misplaced(self, expected: str = "") -> Refused:
        """What to say about a token that cannot stand here."""
        token = self.token
        if token.kind == "end":
            return Refused("expression/ends-early", token.offset, expected=expected or "…")
        if token.kind == "operator" and token.value == "=":
            return Refused("expression/not-allowed", token.offset, "hint/instead", what="=", instead="==")
        if expected:
            return Refused("expression/expected", token.offset, expected=expected, found=echo(token.value))
        return Refused("expression/misplaced", token.offset, found=echo(token.value))

    def inside(self, step: Callable[[], S]) -> S:
        """Run a step that reads a bracket: at most so many inside one another."""
        if self.brackets >= MAX_DEPTH:
            raise Refused("expression/too-deep", self.token.offset, limit=MAX_DEPTH)
        self.brackets += 1
        shape = step()
        self.brackets -= 1
        return shape

    def behind(self, step: Callable[[], S]) -> S:
        """Run a step that reads what follows a prefix or an `else`: at most so many in a row."""
        if self.chained >= MAX_DEPTH:
            raise Refused("expression/too-deep", self.token.offset, limit=MAX_DEPTH)
        self.chained += 1
        shape = step()
        self.chained -= 1
        return shape

    def expression(self) -> syntax.Syntax:
        then = self.junction("or", self.conjunction)
        if not self.sees("if"):
            return then
        offset = self.take().offset
        condition = self.junction("or", self.conjunction)
        self.expect("else")
        otherwise = self.behind(self.expression)
        size, depth = _bounds(offset, condition, then, otherwise)
        return syntax.Conditional(condition, then, otherwise, offset=then.offset, size=size, depth=depth)

    def conjunction(self) -> syntax.Syntax:
        return self.junction("and", self.inversion)

    def junction(self, word: LogicOperator, part: Callable[[], syntax.Syntax]) -> syntax.Syntax:
        parts = [part()]
        while self.sees(word):
            self.take()
            parts.append(part())
            _few(parts)
        if len(parts) == 1:
            return parts[0]
        size, depth = _bounds(parts[0].offset, *parts)
        return syntax.Junction(word, tuple(parts), offset=parts[0].offset, size=size, depth=depth)

    def inversion(self) -> syntax.Syntax:
        if not self.sees("not"):
            return self.comparison()
        return self.prefix(self.inversion)

    def prefix(self, operand: Callable[[], syntax.Syntax]) -> syntax.Syntax:
        operator = self.take()
        inner = self.behind(operand)
        size, depth = _bounds(operator.offset, inner)
        return syntax.Prefix(str(operator.value), inner, offset=operator.offset, size=size, depth=depth)

    def comparison(self) -> syntax.Syntax:
        operands = [self.sum()]
        operators: list[syntax.Written] = []
        while self.sees(*_COMPARISONS):
            operators.append(self.comparator())
            operands.append(self.sum())
            _few(operands)
        if not operators:
            return operands[0]
        offset = operands[0].offset
        size, depth = _bounds(offset, *operands, *operands[1:-1], extra=len(operators))
        return syntax.Chain(tuple(operators), tuple(operands), offset=offset, size=size, depth=depth)

    def comparator(self) -> syntax.Written:
        word = str(self.take().value)
        if word == "not":
            self.expect("in")
            return "not in"
        if word == "is" and self.sees("not"):
            self.take()
            return "is not"
        return cast("syntax.Written", word)

    def sum(self) -> syntax.Syntax:
        return self.infix(("+", "-"), self.term)

    def term(self) -> syntax.Syntax:
        return self.infix(("*", "/", "//", "%"), self.factor)

    def infix(self, operators: tuple[str, ...], part: Callable[[], syntax.Syntax]) -> syntax.Syntax:
        left = part()
        while self.sees(*operators):
            operator = self.take()
            right = part()
            size, depth = _bounds(operator.offset, left, right)
            symbol = cast("ArithmeticOperator", operator.value)
            left = syntax.Infix(symbol, left, right, offset=operator.offset, size=size, depth=depth)
        return left

    def factor(self) -> syntax.Syntax:
        if not self.sees("-", "+"):
            return self.primary()
        shape = self.prefix(self.factor)
        if isinstance(shape, syntax.Prefix) and shape.operator == "-" and isinstance(shape.operand, syntax.Literal):
            return _negative(shape, shape.operand)
        return shape

    def primary(self) -> syntax.Syntax:
        token = self.token
        if token.kind == "name":
            return self.named()
        if self.sees("(", "["):
            shape = self.inside(self.bracketed)
        elif token.kind in ("number", "text"):
            shape = self.literal()
        elif self.sees(*_SHOWN_WORDS):
            shape = syntax.Literal(_SHOWN_WORDS[str(self.take().value)], offset=token.offset)
        else:
            raise self.misplaced()
        if self.sees(".", "[", "("):
            raise Refused("expression/not-allowed", self.token.offset, what=f"(…){self.token.value}")
        return shape

    def literal(self) -> syntax.Literal:
        token = self.take()
        if token.kind == "text" and self.token.kind == "text":
            raise Refused("expression/expected", self.token.offset, expected=",", found=echo(self.token.value))
        return syntax.Literal(token.value, offset=token.offset)

    def alone(self) -> bool:
        """Whether a literal is all of an item: lists are long, and all the levels of precedence are slow."""
        return self.token.kind in ("number", "text") and self.after.value in (",", ")", "]")

    def bracketed(self) -> syntax.Syntax:
        opening = self.take()
        closing = ")" if opening.value == "(" else "]"
        items: list[syntax.Syntax] = []
        comma = False
        while not self.sees(closing):
            items.append(self.literal() if self.alone() else self.expression())
            if len(items) > MAX_ITEMS:
                raise Refused("expression/list-too-long", opening.offset, limit=MAX_ITEMS)
            comma = self.sees(",")
            if not comma:
                break
            self.take()
        self.expect(closing)
        if closing == ")" and len(items) == 1 and not comma:
            return items[0]
        return _sequence(items, opening.offset)

    def named(self) -> syntax.Syntax:
        first = self.take()
        parts = [syntax.Part(str(first.value), first.offset)]
        if self.sees("("):
            return self.inside(lambda: self.call(first))
        while self.sees(".", "["):
            parts.append(self.attribute() if self.take().value == "." else self.subscript())
            if len(parts) > MAX_DEPTH:
                raise Refused("expression/too-deep", parts[-1].offset, limit=MAX_DEPTH)
        if self.sees("("):
            raise Refused("expression/not-allowed", self.token.offset, what=f".{parts[-1].name}(…)")
        return syntax.Name(tuple(parts), offset=first.offset)

    def attribute(self) -> syntax.Part:
        if self.token.kind != "name":
            raise self.misplaced()
        token = self.take()
        return syntax.Part(str(token.value), token.offset)

    def subscript(self) -> syntax.Part:
        token = self.take()
        if token.kind != "text" or not self.sees("]"):
            raise Refused("expression/not-allowed", token.offset, what="[…]")
        self.take()
        return syntax.Part(str(token.value), token.offset, quoted=True)

    def call(self, function: Token) -> syntax.Apply:
        self.expect("(")
        arguments: list[syntax.Syntax] = []
        keywords: list[syntax.Keyword] = []
        while not self.sees(")"):
            self.argument(arguments, keywords)
            _few(arguments)
            if not self.sees(","):
                break
            self.take()
        self.expect(")")
        size, depth = _bounds(function.offset, *arguments, *(keyword.value for keyword in keywords))
        return syntax.Apply(
            str(function.value), tuple(arguments), tuple(keywords), offset=function.offset, size=size, depth=depth
        )

    def argument(self, arguments: list[syntax.Syntax], keywords: list[syntax.Keyword]) -> None:
        name, after = self.token, self.after
        if name.kind == "name" and after.kind == "operator" and after.value == "=":
            self.take()
            self.take()
            if any(keyword.name == name.value for keyword in keywords):
                raise Refused("expression/repeated", name.offset, name=echo(name.value))
            keywords.append(syntax.Keyword(str(name.value), self.expression(), name.offset))
        elif keywords:
            raise Refused("expression/expected", name.offset, expected="name=", found=echo(name.value))
        else:
            arguments.append(self.expression())


def _few(parts: list[syntax.Syntax]) -> None:
    """Stop early where the limit on nodes is passed already."""
    if len(parts) > MAX_NODES:
        raise Refused("expression/too-many-nodes", parts[0].offset, limit=MAX_NODES)


def _bounds(offset: int, *parts: syntax.Syntax, extra: int = 1) -> tuple[int, int]:
    """Size and depth of a shape made of these parts. Raises Refused beyond the limits."""
    size = extra + sum(part.size for part in parts)
    depth = 1 + max((part.depth for part in parts), default=0)
    if size > MAX_NODES:
        raise Refused("expression/too-many-nodes", offset, limit=MAX_NODES)
    if depth > MAX_DEPTH:
        raise Refused("expression/too-deep", offset, limit=MAX_DEPTH)
    return size, depth


def _negative(shape: syntax.Prefix, literal: syntax.Literal) -> syntax.Syntax:
    """Minus a number is a number, so that lists and limits may have negative ones."""
    value = literal.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return shape
    return syntax.Literal(-value or type(value)(0), offset=shape.offset)


def _sequence(items: list[syntax.Syntax], offset: int) -> syntax.Sequence:
    literals = tuple(item for item in items if isinstance(item, syntax.Literal))
    other = next((item for item in items if not isinstance(item, syntax.Literal)), None)
    if other is not None:
        raise Refused("expression/list-literal", other.offset)
    return syntax.Sequence(literals, offset=offset)
