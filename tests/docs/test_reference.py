"""The reference is what the library says of itself, and complete."""

import re

import pytest
import yaml

import loyaltykit
from docs import build
from docs.source import codes, commands, keys
from loyaltykit import churn
from loyaltykit.churn import models, uplift
from loyaltykit.program.document import Document
from loyaltykit.program.load import Program
from loyaltykit.rules.expression import functions, names, parse, tokens
from loyaltykit.rules.runtime import history
from loyaltykit.wording import WORDS
from tests.docs.pages import ROOT, blocks

REFERENCE = ROOT / "docs" / "reference"
PROGRAMS = [block.text for block in blocks(REFERENCE / "program.md") if block.lang == "yaml"]


def test_the_pages_are_up_to_date():
    assert build.outdated() == [], "run: python -m docs.build"


def test_every_key_has_a_meaning_and_no_meaning_is_left_over():
    described = {model: set(texts) for model, texts in keys.TEXTS.items()}
    assert described == {model: set(found) for model, found in keys.schema_keys().items()}


@pytest.mark.parametrize("model", keys.schema_keys())
def test_every_key_is_in_the_table_of_its_model(model):
    text = (REFERENCE / "program.md").read_text("utf-8")
    if model != "Document":
        text = text.partition(f"**{keys.spoken(model)}**:")[2].partition("\n\n")[2].partition("\n\n")[0]
    assert [name for name in keys.schema_keys()[model] if f"\n| `{name}` |" not in f"\n{text}"] == []


def test_every_key_is_used_in_a_runnable_program():
    used = {}
    for text in PROGRAMS:
        document = Program.from_yaml(text).document
        for model, name in written(document):
            used.setdefault(model, set()).add(name)
    missing = {model: sorted(set(found) - used.get(model, set())) for model, found in keys.schema_keys().items()}
    assert {model: left for model, left in missing.items() if left} == {}


def written(part):
    """(model, key) of everything that a document says."""
    if isinstance(part, list | tuple):
        for item in part:
            yield from written(item)
    elif isinstance(part, dict):
        yield from written(list(part.values()))
    elif hasattr(type(part), "model_fields"):
        for name in part.model_fields_set:
            yield type(part).__name__, type(part).model_fields[name].alias or name
            yield from written(getattr(part, name))


def test_every_program_of_the_reference_has_cases():
    assert [text.splitlines()[0] for text in PROGRAMS if "cases:" not in text] == []
    assert len(PROGRAMS) > 10


def test_every_section_stands_in_the_reference():
    text = (REFERENCE / "program.md").read_text("utf-8")
    built = yaml.safe_dump(list(keys.schema_keys()["Document"]))
    assert [name for name in Document.model_fields if name in built and f"`{name}`" not in text] == []


def test_every_public_name_is_in_the_python_reference():
    text = (REFERENCE / "python.md").read_text("utf-8")
    assert [name for name in loyaltykit.__all__ if f"### `{name}`\n" not in text] == []


@pytest.mark.parametrize("module", [churn, models, uplift], ids=["churn", "models", "uplift"])
def test_every_public_name_of_churn_is_in_its_reference(module):
    text = (REFERENCE / "churn.md").read_text("utf-8")
    room = module.__name__.removeprefix("loyaltykit.")
    missing = {name for name in module.__all__ if f"### `{room}.{name}`\n" not in text}
    assert missing <= {"Reasons", "models"}, "these two are an alias, and a module with names of its own"


def test_every_command_is_in_the_reference():
    text = (REFERENCE / "cli.md").read_text("utf-8")
    assert [name for name in commands.NAMES if f"## `loyaltykit {name}`\n" not in text] == []


def test_every_code_is_in_the_reference():
    text = (REFERENCE / "problems.md").read_text("utf-8")
    assert [code for code in WORDS if f"| `{code}` |" not in text] == []
    assert [family for family in codes.families() if f"| `{family}/" not in text] == []


def test_every_name_function_and_limit_is_in_the_expression_reference():
    text = (REFERENCE / "expressions.md").read_text("utf-8")
    called = [*functions.EVENTS, *functions.OTHERS, *functions.PLAIN]
    assert [name for name in called if not re.search(rf"`{name}\(", text)] == []
    assert [name for name in names._HEADS if not re.search(rf"`{name}\b", text)] == []
    limits = (tokens.MAX_LENGTH, tokens.MAX_TEXT, parse.MAX_NODES, parse.MAX_DEPTH, parse.MAX_ITEMS)
    limits += (history.MOST_INSTANTS, history.MOST_VALUES)
    assert [limit for limit in limits if f"{limit:,}" not in text] == []
