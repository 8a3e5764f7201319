"""The JSON Schema accepts what loads and refuses what has the wrong shape."""

import json

import pytest

from loyaltykit.program.document import Document
from loyaltykit.program.load import Program, json_schema
from tests.program.test_formats import YAML
from tests.program.test_load import FULL

jsonschema = pytest.importorskip("jsonschema")


@pytest.fixture(scope="module")
def validator():
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("text", [YAML, FULL])
def test_programs_are_valid(validator, text):
    data = json.loads(Program.from_yaml(text).text)
    assert list(validator.iter_errors(data)) == []


def test_short_forms_are_valid(validator):
    data = {
        "program": "a",
        "events": {"e": None},
        "points": {"p": None},
        "segments": None,
        "rewards": {"r": None},
        "rules": [
            {"id": "r", "on": ["e"], "award": {"p": 1}, "limit": {"times": 1, "per": "day", "by": "event.x"}},
            {"id": "s", "on": "e", "cap": {"p": 5, "per": "week"}, "grant": ["r"], "active": {"weekdays": "fri"}},
        ],
        "quests": {"q": {"steps": [{"on": "e"}], "reward": {"p": 5}}},
        "messages": {"m": {"ru": "Привет", "en": {"text": "Hi"}}},
    }
    assert list(validator.iter_errors(data)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"rulez": []},
        {"holdout": ["5%"]},
        {"leaderboards": {"a": {}}},
        {"version": "1"},
        {"program": "Big"},
        {"events": {"e": {"f": "numbr"}}},
        {"rules": [{"id": "a", "wen": "x"}]},
        {"points": {"XP": {}}},
        {"messages": {"m": {"language": "x"}}},
        {"rules": [{"on": "e"}]},
    ],
)
def test_wrong_shapes_are_invalid(validator, change):
    assert list(validator.iter_errors({"program": "a", "events": {}, **change}))


def test_titles_descriptions_and_nothing_that_is_not_built():
    schema = json_schema()
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["description"]
    assert "budget" not in schema["$defs"]["Campaign"]["properties"]
    assert "from" in schema["$defs"]["Expiry"]["properties"]
    assert set(schema["properties"]) == set(Document.model_fields)
    for part in schema["$defs"].values():
        assert part["title"]
        assert part["description"]
    assert json.loads(json.dumps(schema)) == schema
