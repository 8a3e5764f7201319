"""Every code that the library puts into words has a row, in both languages, with the same fields; none is left over."""

import ast
import re
import string
from pathlib import Path
from typing import NamedTuple

import pytest

import loyaltykit
from loyaltykit import wording
from loyaltykit.churn.card_words import WORDS as CARDS
from loyaltykit.churn.report_words import WORDS as PAGES
from loyaltykit.churn.telling import WORDS as BACKTESTED
from loyaltykit.cli import words as spoken
from loyaltykit.cli.demo.words import _WORDS as TOLD
from loyaltykit.insight.words import WORDS as JUDGED
from loyaltykit.telling.words import WORDS as SENTENCES

SOURCE = Path(loyaltykit.__file__).parent
ROWS = {**BACKTESTED, **CARDS, **PAGES, **TOLD, **JUDGED, **SENTENCES, **spoken.WORDS, **wording.WORDS}
FAMILIES = {code.partition("/")[0] for code in wording.WORDS}
CODE = re.compile(r"[a-z]+/[a-z0-9-]+")
MAKERS = {"Finding", "Refused", "Unknown", "PydanticCustomError", "report", "_fault", "Reason", "render"}
"""What takes a code as its first argument and turns it into words."""
TYPES_OF_PARTS = re.compile(r"message/(rfc822|global|global-headers|global-)?")
"""What the parts of a letter are called, in a place that makes no words."""
COUNTED = "count/"
"""Rows of the command line that hold the forms of a noun, apart at bars."""


class Use(NamedTuple):
    place: str
    code: str
    open: bool = False
    """Whether the code goes on with something computed."""


def uses():
    """Every code that is made with words in mind: the first argument of a maker, or a text of a family with rows."""
    for path in sorted(SOURCE.rglob("*.py")):
        if path.parent.name == "wording" or "words" in path.relative_to(SOURCE).parts or path.name == "words.py":
            continue
        tree = ast.parse(path.read_text("utf-8"))
        raised = {id(code) for code in codes_of_exceptions(tree)}
        made = {id(code) for call in ast.walk(tree) for code in made_by(call)}
        parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            text, is_open = literal(node)
            if id(node) in parts or (path.name == "bounces.py" and TYPES_OF_PARTS.fullmatch(text)):
                continue
            family = text.partition("/")[0]
            if id(node) in made or (family in FAMILIES and id(node) not in raised):
                yield Use(f"{path.relative_to(SOURCE)}:{node.lineno}", text, is_open)


def literal(node):
    """The code that a node is, or begins with."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
        return node.value, False
    first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else None
    if isinstance(first, ast.Constant) and re.fullmatch(r"[a-z]+/[a-z0-9-]*", str(first.value)):
        return first.value, True
    return "", False


def made_by(call):
    """The codes in the first argument of a maker of words."""
    if isinstance(call, ast.Call) and call.args:
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        if name in MAKERS:
            yield from (node for node in ast.walk(call.args[0]) if literal(node)[0])


def codes_of_exceptions(tree):
    """The codes that exceptions carry beside words of their own, and the classes' defaults."""
    for node in ast.walk(tree):
        names = [node.arg] if isinstance(node, ast.keyword) else map(ast.unparse, getattr(node, "targets", ()))
        if "code" in names:
            yield node.value


def fields(template):
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


USES = list(uses())


def test_codes_are_found():
    found = {use.code for use in USES}
    assert {"document/file", "expression/empty", "case/no-type", "map/source", "reason/limit", "hint/nearest"} <= found
    assert any(use.open for use in USES)


def test_every_code_has_words():
    missing = []
    for use in USES:
        known = any(code.startswith(use.code) for code in ROWS) if use.open else use.code in ROWS
        missing += [] if known else [f"{use.place} {use.code}"]
    assert missing == []


def test_no_words_without_a_use():
    exact = {use.code for use in USES if not use.open}
    begun = tuple(use.code for use in USES if use.open)
    left = {code for code in wording.WORDS if code not in exact and not code.startswith(begun)}
    assert not left


@pytest.mark.parametrize("code", sorted(ROWS))
def test_a_row_says_the_same_in_both_languages(code):
    english, russian = ROWS[code]
    assert english.strip() != "" != russian.strip()
    assert fields(english) == fields(russian)
    assert "" not in fields(english), "name the fields"
    if re.search(r"[a-z]{3}", re.sub(r"\{\w*\}", "", english)):
        assert re.search("[а-яё]", russian)
    assert not re.search("[а-яё]", english)


@pytest.mark.parametrize("code", sorted(code for code in spoken.WORDS if code.startswith(COUNTED)))
def test_a_noun_has_all_its_forms(code):
    english, russian = spoken.WORDS[code]
    assert [len(english.split("|")), len(russian.split("|"))] == [2, 3]


def test_words_are_filled_in():
    assert wording.render("document/missing", "en", {"name": "events"}) == "the key events is missing"
    assert wording.render("document/missing", "ru", {"name": "events"}) == "не хватает ключа events"
