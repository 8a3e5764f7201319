"""The emitted source and the interpreter say the same, for every well-typed expression and every value."""

import math
import warnings
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.rules.expression import emit
from loyaltykit.rules.expression.emit import depends
from loyaltykit.rules.expression.evaluate import evaluate, first_failure
from loyaltykit.rules.expression.text import to_text
from loyaltykit.rules.expression.tree import History, Type
from tests.expression.sample import Names, node_of
from tests.expression.texts import LEAVES, SCALE, expression, value_for

CONDITION = expression("boolean")
ANY = st.one_of(*map(expression, LEAVES))


def run(source, names, values):
    """What generated source gives, compiled with every warning an error."""
    space = {name: value for (_, value), name in names.constants.items()}
    space |= {name: getattr(__builtins__, name, None) or __builtins__[name] for name in emit.BUILTINS}
    for name, node in names.reads.items():
        value = values[node]
        space[name] = (lambda value=value: value) if isinstance(node, History) else value
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        code = compile(f"def found():\n    return {source}", "<emitted>", "exec")
    space["__builtins__"] = {}
    exec(code, space)  # noqa: S102  # running it is the test
    return space["found"]()


@st.composite
def situations(draw, texts):
    """A tree, and a value for everything that it reads."""
    node = node_of(draw(texts))
    return node, {read: draw(value_for(read)) for read in depends(node)}


def same(one, other):
    return type(one) is type(other) and (one == other or one is None)


@settings(max_examples=SCALE * 5, deadline=None)
@given(situations(ANY))
def test_emitted_value_is_the_interpreted_one(situation):
    node, values = situation
    names = Names()
    assert same(run(emit.value(node, names), names, values), evaluate(node, values.__getitem__))


@settings(max_examples=SCALE * 5, deadline=None)
@given(situations(CONDITION))
def test_truth_and_falsity_split_what_is_not_null(situation):
    node, values = situation
    expected = evaluate(node, values.__getitem__)
    names = Names()
    assert bool(run(emit.truth(node, names), names, values)) is (expected is True)
    names = Names()
    assert bool(run(emit.falsity(node, names), names, values)) is (expected is False)


@settings(max_examples=SCALE * 3, deadline=None)
@given(situations(ANY))
def test_a_value_is_what_its_type_says(situation):
    node, values = situation
    value = evaluate(node, values.__getitem__)
    if value is None:
        assert node.type.nullable
        return
    expected = {"integer": int, "number": float, "boolean": bool, "text": str}[node.type.kind]
    assert type(value) is expected
    assert expected is not int or -(2**63) <= value < 2**63
    assert expected is not float or math.isfinite(value)


@settings(max_examples=SCALE * 2, deadline=None)
@given(ANY)
def test_canonical_text_checks_to_the_same_tree(text):
    node = node_of(text)
    again = node_of(to_text(node))
    assert again == node
    assert to_text(again) == to_text(node)


@settings(max_examples=SCALE, deadline=None)
@given(situations(CONDITION))
def test_a_condition_that_is_not_true_has_a_failure_with_the_values_that_made_it(situation):
    node, values = situation
    read = values.__getitem__
    failure = first_failure(node, read)
    assert (failure is None) == (evaluate(node, read) is True)
    if failure is not None:
        assert evaluate(failure.condition, read) is not failure.wanted
        assert all(same(operand.value, evaluate(operand.node, read)) for operand in failure.operands)


def test_source_grows_with_the_tree_and_not_faster():
    nested = "event.open"
    lengths = []
    for _ in range(20):
        nested = f"({nested}) == (member.paused and event.bonus > 1)"
        lengths.append(len(emit.value(node_of(nested), Names())))
    steps = [after - before for before, after in pairwise(lengths)]
    assert max(steps) < 2 * min(steps)


def test_zero_over_zero_and_overflow_are_null_in_both():
    for text, values in {
        "event.score / event.bonus": (0.0, 0.0),
        "event.score // event.bonus": (1e308, 1e-10),
        "event.score % event.bonus": (1.0, 0.0),
        "event.score * event.bonus": (1e308, 10.0),
        "event.score + event.bonus": (1.7e308, 1.7e308),
        "1.5 / (event.score * event.bonus)": (1e308, 1e308),
    }.items():
        node, names = node_of(text), Names()
        read = dict(zip(depends(node), values, strict=True))
        assert node.type == Type("number", nullable=True)
        assert evaluate(node, read.__getitem__) is None
        assert run(emit.value(node, names), names, read) is None
