"""What the parser takes, Python's own parser takes too, and means the same by it."""

import ast
import warnings

from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.rules.expression import syntax
from loyaltykit.rules.expression.parse import parse
from loyaltykit.rules.expression.tokens import Refused
from tests.expression.hostile import HARMLESS, HOSTILE
from tests.expression.test_check import TYPES
from tests.expression.texts import LEAVES, SCALE, expression

SYMBOLS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.And: "and",
    ast.Or: "or",
    ast.Not: "not",
    ast.USub: "-",
    ast.UAdd: "+",
}


def python(node):  # noqa: C901, PLR0911  # one case a kind of node
    """Python's tree as nested tuples."""
    match node:
        case ast.Constant(value=value):
            return ("literal", type(value), value)
        case ast.UnaryOp(op=op, operand=operand):
            return signed(SYMBOLS[type(op)], python(operand))
        case ast.BinOp(left=left, op=op, right=right):
            return ("infix", SYMBOLS[type(op)], python(left), python(right))
        case ast.BoolOp(op=op, values=values):
            return ("junction", SYMBOLS[type(op)], *map(python, values))
        case ast.Compare(left=left, ops=ops, comparators=rest):
            return ("chain", tuple(SYMBOLS[type(op)] for op in ops), *map(python, [left, *rest]))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return ("choice", python(test), python(body), python(orelse))
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return ("sequence", *map(python, items))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords):
            return ("call", name, tuple(map(python, arguments)), tuple((k.arg, python(k.value)) for k in keywords))
        case ast.Name(id=name):
            return ("name", name)
        case ast.Attribute(value=value, attr=name):
            return (*python(value), name)
        case ast.Subscript(value=value, slice=ast.Constant(value=name)):
            return (*python(value), name)
    raise AssertionError(ast.dump(node))


def signed(operator, operand):
    """Minus a number is a number to us."""
    if operator == "-" and operand[0] == "literal" and operand[1] in (int, float):
        return ("literal", operand[1], -operand[2])
    return ("prefix", operator, operand)


def ours(shape):  # noqa: PLR0911  # one case a kind of shape
    """Our shape as the same tuples."""
    match shape:
        case syntax.Literal(value=value):
            return ("literal", type(value), value)
        case syntax.Prefix(operator=operator, operand=operand):
            return ("prefix", operator, ours(operand))
        case syntax.Infix(operator=operator, left=left, right=right):
            return ("infix", operator, ours(left), ours(right))
        case syntax.Junction(operator=operator, operands=operands):
            return ("junction", operator, *map(ours, operands))
        case syntax.Chain(operators=operators, operands=operands):
            return ("chain", operators, *map(ours, operands))
        case syntax.Conditional(condition=condition, then=then, otherwise=otherwise):
            return ("choice", ours(condition), ours(then), ours(otherwise))
        case syntax.Sequence(items=items):
            return ("sequence", *map(ours, items))
        case syntax.Apply(function=function, arguments=arguments, keywords=keywords):
            return ("call", function, tuple(map(ours, arguments)), tuple((k.name, ours(k.value)) for k in keywords))
        case syntax.Name(parts=parts):
            return ("name", *(part.name for part in parts))
    raise AssertionError(shape)


def agrees(text):
    """Whether both take the text, and then mean the same; what we do not take is not asked."""
    try:
        shape = parse(text)
    except Refused:
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # we take `1 in x` beside a bracket; Python warns of what nobody runs
        tree = ast.parse(f"(\n{text}\n)", mode="eval").body
    assert ours(shape) == python(tree)
    return True


def test_known_expressions_are_both_taken():
    assert all(agrees(text) for text in [*TYPES, *HARMLESS])


def test_hostile_ones_agree_where_they_parse():
    assert 50 < sum(agrees(text) for text in HOSTILE) < len(HOSTILE) / 2


@settings(max_examples=SCALE, deadline=None)
@given(st.one_of(*map(expression, LEAVES)))
def test_well_typed_expressions_are_both_taken(text):
    assert agrees(text)


PIECES = (
    "event.score|member['class']|count('a', where=x > 1, same='b')|min(|round(|x|f|1|0|00|1.5|.5|1.|1e3|1_0|'a'|\"b\"|"
    "''|(|)|[|]|,|.|=|+|-|*|/|//|%|<|<=|>|>=|==|!=|**|:=|and|or|not|in|not in|is|is not|if|else|True|False|None|for|"
    "lambda|1if|2else|'|\\|:|#|~|@|&|{|}|;"
).split("|")


@settings(max_examples=SCALE * 6, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["", " ", "\n"])), max_size=14))
def test_token_soup_that_we_take_python_takes(pieces):
    agrees("".join(piece + space for piece, space in pieces))


@settings(max_examples=SCALE * 4, deadline=None)
@given(st.one_of(*map(expression, LEAVES)), st.data())
def test_mutations_that_we_take_python_takes(text, data):
    at = data.draw(st.integers(0, len(text)))
    upto = data.draw(st.integers(at, min(len(text), at + 4)))
    agrees(text[:at] + data.draw(st.sampled_from([*PIECES, " "])) + text[upto:])
