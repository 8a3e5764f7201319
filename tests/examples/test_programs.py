"""The programs in examples/: each is sound, and what it says about itself in its cases comes true."""

import re
from pathlib import Path

import pytest

import loyaltykit as lk
from loyaltykit.rules.cases import run_cases
from loyaltykit.telling import sentences

EXAMPLES = Path(__file__).parents[2] / "examples"
PROGRAMS = sorted(path for path in EXAMPLES.rglob("*.yaml") if re.search(r"(?m)^program: ", path.read_text("utf-8")))
COMMUNITY = sorted((EXAMPLES / "community").glob("*.yaml"))


def named(path):
    return path.relative_to(EXAMPLES).as_posix()


@pytest.mark.parametrize("path", PROGRAMS, ids=named)
def test_nothing_is_to_be_said_against_a_program(path):
    assert lk.check(path) == []


@pytest.mark.parametrize("path", PROGRAMS, ids=named)
def test_every_case_comes_true(path):
    results = run_cases(lk.Program.load(path))
    assert {
        one.name: [check for check in one.checks if not check.ok] or one.problems for one in results if not one.ok
    } == {}
    assert len({one.name for one in results}) == len(results)


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("path", PROGRAMS, ids=named)
def test_every_rule_is_told_in_one_plain_sentence(path, lang):
    """Nothing of how it is written is left in it: no names of fields, no operators."""
    program = lk.Program.load(path)
    told = [(one.path, one.text) for one in sentences(program, lang=lang) if one.section == "rules"]
    assert [path for path, _ in told] == [f"rules.{rule.id}" for rule in program.document.rules]
    for _, text in told:
        assert re.fullmatch(r"[^_{}=<>\[\]]+\.", text)
        assert not re.search(r"\.\s+\w|\b(event|member|streak|tier|points)\.\w", text)


@pytest.mark.parametrize("path", COMMUNITY, ids=named)
def test_a_worked_example_is_short_explained_and_listed(path):
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) <= 50
    assert lines[0].startswith("# ")
    assert lines[1] == f"program: {path.stem}"
    assert lk.Program.load(path).document.cases
    for readme in ("README.md", "README.ru.md"):
        assert f"]({path.name})" in (path.parent / readme).read_text("utf-8")


def test_ten_lines_are_a_program():
    program = (EXAMPLES / "ten-lines" / "program.yaml").read_text("utf-8").partition("cases:")[0]
    assert len(program.splitlines()) <= 11
