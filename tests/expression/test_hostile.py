"""Nothing that somebody writes hurts: it ends as findings, before anything expensive happens, and warns nobody."""

import sys

import pytest

from loyaltykit.rules.expression import emit, tokens
from loyaltykit.rules.expression.check import check
from loyaltykit.rules.expression.parse import MAX_NODES
from tests.expression.hostile import HARMLESS, HOSTILE
from tests.expression.sample import SCOPE, Names, node_of


def test_the_corpus_is_large_and_has_no_doubles():
    assert len(HOSTILE) == len(set(HOSTILE)) >= 300


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_refused(text):
    """As a condition and as a value; pytest makes any warning an error."""
    for expect in ("condition", "value"):
        checked = check(text, SCOPE, expect=expect)
        assert checked.node is None
        assert checked.findings
        for finding in checked.findings:
            assert finding.code.startswith("expression/")
            assert 0 <= finding.offset <= len(text)
            shown = str(finding.problem("en", path="rules.x.when"))
            assert len(shown) < 400
            assert shown.isprintable()


@pytest.mark.parametrize("text", HARMLESS, ids=range(len(HARMLESS)))
def test_harmless_text_is_taken_and_stays_data(text):
    names = Names()
    source = emit.truth(node_of(text, "condition"), names)
    compile(source, "<emitted>", "eval")
    assert "import" not in source
    assert "'" not in source
    assert '"' not in source


def test_a_long_text_is_not_even_looked_at(monkeypatch):
    monkeypatch.setattr(tokens, "_TOKEN", None)
    (finding,) = check("1" * 4_097, SCOPE, expect="value").findings
    assert finding.code == "expression/too-long"
    with pytest.raises(AttributeError):  # one character less is
        check("1" * 4_096, SCOPE, expect="value")


@pytest.mark.parametrize(
    ("text", "code", "offset"),
    [
        ("(" * 4_000, "too-deep", 24),
        ("-" * 4_000 + "1", "too-deep", 25),
        ("not " * 1_000 + "True", "too-deep", 100),
        ("1" + "+1" * 2_000, "too-deep", 47),
        ("min(" * 1_000, "too-deep", 99),
        ("9" * 4_000, "number-too-large", 0),
        ("True" + " and True" * 399, "too-many-nodes", 0),
        ("0 < 0 < " * 100 + "1", "too-many-nodes", 0),
    ],
)
def test_limits_stop_the_reading_where_they_are_passed(text, code, offset):
    (finding,) = check(text, SCOPE, expect="value").findings
    assert (finding.code, finding.offset) == (f"expression/{code}", offset)


def test_the_stack_stays_shallow():
    """The deepest text that is taken, and the deepest that is refused, fit in the stack of a small program."""
    deepest = ["(" * 24 + "not " * 23 + "True" + ")" * 24, "(not " * 24 + "True" + ")" * 24, "-(" * 2_000]
    depth = len(_frames())
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(depth + 480)
    try:
        for text in deepest:
            check(text, SCOPE, expect="value")
    finally:
        sys.setrecursionlimit(before)


def _frames():
    frame, found = sys._getframe(), []
    while frame is not None:
        found.append(frame)
        frame = frame.f_back
    return found


def test_a_chain_counts_its_middle_twice():
    """Its tree has it twice: nested chains would double with every level."""
    middle = "+".join(["event.score"] * 20)
    assert check(f"0 < {middle} < 1", SCOPE, expect="value").findings == ()
    nested = "event.graded"
    for _ in range(8):
        nested = f"True == ({nested}) == True"
    (finding,) = check(nested, SCOPE, expect="value").findings
    assert (finding.code, finding.arguments["limit"]) == ("expression/too-many-nodes", MAX_NODES)


def test_looking_for_near_names_has_a_budget(monkeypatch):
    looked = []
    monkeypatch.setattr("loyaltykit.rules.expression.names.nearest", lambda name, known: looked.append(len(known)))
    text = " and ".join(f"tier.x{number}" for number in range(300))
    assert len(check(text, SCOPE, expect="value").findings) == 300
    assert 0 < sum(looked) < 1_000
