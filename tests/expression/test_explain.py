"""Why a condition is not met: the first single condition that failed, with the values that it had."""

import pytest

from loyaltykit.rules.expression.evaluate import evaluate, first_failure
from loyaltykit.rules.expression.text import to_text
from tests.expression.sample import node_of

VALUES = {
    "event.score": 0.7,
    "event.graded": True,
    "event.course": "py",
    "event.topic": None,
    "event.tries": 3,
    "event.tags": ("a", "b"),
    "member.paused": False,
    "level": 0,
    "count('quiz.passed')": 2,
}


def read(node):
    return VALUES[to_text(node)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("event.score >= 0.7 and event.graded", True),
        ("event.topic == 'x'", None),
        ("event.topic == 'x' or event.graded", True),
        ("event.topic == 'x' and not event.graded", False),
        ("event.topic == 'x' and event.graded", None),
        ("not event.topic == 'x'", None),
        ("event.topic is None", True),
        ("event.topic not in ('x', 'y')", None),
        ("'b' in event.tags", True),
        ("level < 'Explorer'", True),
        ("1 if event.topic == 'x' else 2", 2),
        ("event.tries // 2 + round(event.score) * 10", 11),
        ("event.tries / 0", None),
        ("event.tries * 9223372036854775807", None),
        ("event.score * 1e308 * 10", None),
        ("-7 // 2 + -7 % 2", -3),
        ("floor(-0.5) + ceil(0.5)", 0),
        ("round(2.5) + round(0.125, 2)", 2.12),
        ("min(1, 0.5)", 0.5),
        ("len(event.tags)", 2),
    ],
)
def test_values(text, value):
    found = evaluate(node_of(text), read)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "condition", "wanted", "operands"),
    [
        ("event.graded and event.score >= 0.9", "event.score >= 0.9", True, [0.7, 0.9]),
        ("event.score >= 0.9 and count('quiz.passed') > 5", "event.score >= 0.9", True, [0.7, 0.9]),
        ("event.score < 0.9 and count('quiz.passed') > 5", "count('quiz.passed') > 5", True, [2, 5]),
        ("event.course == 'js' or event.tries > 9", "event.course == 'js'", True, ["py", "js"]),
        ("not event.graded", "event.graded", False, [True]),
        ("not (event.tries > 9 or event.score > 0.5)", "event.score > 0.5", False, [0.7, 0.5]),
        ("not (event.score > 0.5 and event.tries > 1)", "event.score > 0.5", False, [0.7, 0.5]),
        ("event.topic == 'x'", "event.topic == 'x'", True, [None, "x"]),
        ("event.topic is not None", "event.topic is not None", True, [None, None]),
        ("member.paused if event.graded else event.tries > 1", "member.paused", True, [False]),
        ("level >= 'Explorer'", "level >= 'Explorer'", True, [0, 1]),
        ("0.1 < event.score < 0.5", "event.score < 0.5", True, [0.7, 0.5]),
    ],
)
def test_first_failure(text, condition, wanted, operands):
    failure = first_failure(node_of(text), read)
    assert failure is not None
    assert to_text(failure.condition) == condition
    assert failure.wanted is wanted
    assert [operand.value for operand in failure.operands] == operands


def test_a_condition_that_is_met_has_no_failure():
    assert first_failure(node_of("event.graded and not member.paused"), read) is None
