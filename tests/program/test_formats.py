"""One document in four notations is one program; scalars mean what YAML 1.2 says."""

import datetime as dt
import json
import pickle
import sys
import tomllib

import pytest
import yaml

from loyaltykit.errors import ProgramError
from loyaltykit.program.json_text import read_json
from loyaltykit.program.load import Program, check
from loyaltykit.program.places import locate
from loyaltykit.program.toml_text import read_toml
from loyaltykit.program.yaml_text import read_yaml

SCALARS = {
    "no": "no",
    "on": "on",
    "yes": "yes",
    "Off": "Off",
    "true": True,
    "False": False,
    "tRue": "tRue",
    "010": 10,
    "0o17": 15,
    "0x1F": 31,
    "-0x1F": "-0x1F",
    "+5": 5,
    "-5": -5,
    "1_000": "1_000",
    "12:30:00": "12:30:00",
    "190:20:30": "190:20:30",
    "2026-09-01": "2026-09-01",
    "2026-09-01T10:00:00Z": "2026-09-01T10:00:00Z",
    "1e3": 1000.0,
    ".5": 0.5,
    "5.": 5.0,
    "1.5E-2": 0.015,
    "1.2.3": "1.2.3",
    "~": None,
    "null": None,
    "Null": None,
    "nULL": "nULL",
    "": None,
    "'no'": "no",
    "'1'": "1",
    '"~"': "~",
    "''": "",
    "0b11": "0b11",
    "=": "=",
    "1 per day": "1 per day",
    "50%": "50%",
}
YAML = """
program: school
version: 2
timezone: Europe/Moscow
locale: ru
late: 3d
events:
  quiz.passed: {course: text, score: number, tags: optional list<text>}
member: {birthday: date}
points:
  xp: {label: {en: Experience, ru: Опыт}}
  stars: {spendable: true, pending: 14d, expires: {after: 6 months, from: end of month}}
rules:
  - {id: good, on: quiz.passed, when: "event.score >= 0.9", award: {xp: "5 + 10 * event.score"}, limit: 3 per day}
  - {id: friday, on: [quiz.passed], active: {weekdays: fri, from: 2026-09-01}, multiply: {stars: 2.0}}
levels: {by: xp, steps: {Новичок: 0, Знаток: 100}}
streaks: {study: {on: quiz.passed, milestones: {7: {xp: 50}}}}
messages:
  hello: {ru: "Привет!", en: {subject: Hi, text: "Hello {{ member.id }}"}}
"""
TOML = """
program = "school"
version = 2
timezone = "Europe/Moscow"
locale = "ru"
late = "3d"
[events."quiz.passed"]
course = "text"
score = "number"
tags = "optional list<text>"
[member]
birthday = "date"
[points.xp]
label = {en = "Experience", ru = "Опыт"}
[points.stars]
spendable = true
pending = "14d"
expires = {after = "6 months", from = "end of month"}
[[rules]]
id = "good"
on = "quiz.passed"
when = "event.score >= 0.9"
award.xp = "5 + 10 * event.score"
limit = "3 per day"
[[rules]]
id = "friday"
on = ["quiz.passed"]
active = {weekdays = "fri", from = 2026-09-01}
multiply = {stars = 2.0}
[levels]
by = "xp"
steps = {"Новичок" = 0, "Знаток" = 100}
[streaks.study]
on = "quiz.passed"
milestones.7.xp = 50
[messages.hello]
ru = "Привет!"
en = {subject = "Hi", text = "Hello {{ member.id }}"}
"""


@pytest.mark.parametrize("pure", [False, True])
@pytest.mark.parametrize("text", SCALARS)
def test_scalars(text, pure):
    value = read_yaml(f"a: {text}", pure=pure).data["a"]
    assert value == SCALARS[text]
    assert type(value) is type(SCALARS[text])


@pytest.mark.parametrize("text", ["no", "on", "7", "1.5", "true", "2026-01-01", "'x'"])
def test_keys_are_text(text):
    assert list(read_yaml(f"{text}: 1").data) == [text.strip("'")]


@pytest.mark.parametrize(
    "text",
    [
        YAML,
        "a: [b, {c: d}]\n",
        "a:\n- b\n-  c: d\n   e: 'f g'\n",
        'a: "b"\nc: |\n  d\n  e\n',
        "",
        "# x",
        "a: [",
        "a: b: c",
    ],
)
def test_both_yaml_parsers_say_the_same(text):
    fast, pure = read_yaml(text), read_yaml(text, pure=True)
    assert fast.data == pure.data
    assert len(fast.faults) == len(pure.faults)
    if isinstance(fast.data, dict):
        for keys in (("rules", 0, "when"), ("rules", 1, "active", "from"), ("a", 0), ("a", 1, "c"), ("c",)):
            assert locate(fast, keys, offset=2) == locate(pure, keys, offset=2)


def test_four_notations_make_one_program():
    one = Program.from_yaml(YAML)
    other = [
        Program.from_toml(TOML),
        Program.from_json(one.text),
        Program.from_dict(json.loads(one.text)),
        Program.from_dict(tomllib.loads(TOML)),
        Program.from_dict({True if key == "on" else key: value for key, value in json.loads(one.text).items()}),
        pickle.loads(pickle.dumps(one)),  # noqa: S301
    ]
    for program in other:
        assert program == one
        assert (program.text, program.hash) == (one.text, one.hash)
        assert program.expressions == one.expressions
        assert program.document == one.document
        assert hash(program) == hash(one)


def test_notation_and_order_of_sections_do_not_matter():
    one = Program.from_yaml("program: a\nevents: {e: }\nrules: [{id: r, on: e, award: {p: 1}}]\npoints: {p: }\n")
    two = Program.from_dict(
        {
            "points": {"p": None},
            "rules": ({"award": {"p": 1}, "id": "r", True: ["e"]},),
            "events": {"e": {}},
            "program": "a",
        }
    )
    assert one == two
    assert one != Program.from_yaml(
        "program: a\nevents: {e: }\nrules: [{id: r, on: e, award: {p: 2}}]\npoints: {p: }\n"
    )


def test_the_canonical_text_is_in_the_words_of_the_contract():
    data = json.loads(Program.from_yaml(YAML).text)
    assert data["late"] == "3d"
    assert data["events"]["quiz.passed"]["tags"] == "optional list<text>"
    assert data["points"]["stars"]["expires"] == {"after": "6 months", "from": "end of month"}
    assert data["rules"][0]["limit"] == "3 per day"
    assert data["rules"][1]["active"] == {"weekdays": ["fri"], "from": "2026-09-01"}
    assert data["streaks"]["study"]["milestones"] == {"7": {"award": {"xp": 50}}}
    assert data["messages"]["hello"]["ru"] == {"text": "Привет!"}
    assert "segments" not in data


def test_yaml_1_1_readers_turn_on_into_true():
    data = yaml.safe_load("program: a\nevents: {e: {}}\npoints: {p: {}}\nrules: [{id: r, on: e, award: {p: 1}}]")
    assert True in data["rules"][0]
    assert Program.from_dict(data).document.rules[0].on == ("e",)


def test_python_values():
    program = Program.from_dict(
        {
            "program": "a",
            "events": {"e": {}},
            "points": {"p": {}},
            "rules": [{"id": "r", "on": "e", "award": {"p": 1}, "active": {"from": dt.date(2026, 9, 1)}}],
            "streaks": {"s": {"on": ("e",), "milestones": {7: {"p": 1}}}},
        }
    )
    assert program.document.rules[0].active.start == dt.date(2026, 9, 1)
    assert list(program.document.streaks["s"].milestones) == [7]


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path):
    path = tmp_path / "program.YML"
    path.write_bytes(b"\xef\xbb\xbf" + YAML.strip().replace("\n", "\r\n").encode())
    program = Program.load(path)
    assert program == Program.from_yaml(YAML)
    assert program.file == str(path)
    assert program.source.startswith("program")
    assert check(path) == check(str(path)) == check(program) == []


def test_a_problem_of_a_file_names_the_file(tmp_path):
    path = tmp_path / "program.toml"
    path.write_text(TOML.replace("event.score >= 0.9", "event.scor >= 0.9"), "utf-8")
    (problem,) = check(str(path), lang="ru")
    assert str(problem).startswith(f"{path}:22:15 ")
    with pytest.raises(ProgramError) as caught:
        Program.load(path)
    assert caught.value.problems[0].path == problem.path == "rules.good.when"


PLACES = {
    "yaml": (read_yaml, "program: a\nrules:\n  - id: x\n    when: \"abc def\"\n  - {id: y, when: 'abc'}\n"),
    "json": (read_json, '{"program": "a",\n "rules": [\n  {"id": "x", "when": "abc def"},\n  {"id": "y"}]}'),
    "toml": (read_toml, 'program = "a"\n[[rules]]\nid = "x"\nwhen = "abc def"\n[[rules]]\nid = "y"\n'),
}


@pytest.mark.parametrize(
    ("form", "value", "key", "inside", "second"),
    [
        ("yaml", (4, 11), (4, 5), (4, 16), (5, 10)),
        ("json", (3, 23), (3, 15), (3, 28), (4, 10)),
        ("toml", (4, 8), (4, 1), (4, 13), (6, 6)),
    ],
)
def test_places(form, value, key, inside, second):
    read, text = PLACES[form]
    source = read(text)

    def at(*keys, **options):
        place = locate(source, keys, **options)
        return place.line, place.column

    assert at("rules", 0, "when") == value
    assert at("rules", 0, "when", at_key=True) == key
    assert at("rules", 0, "when", offset=4) == inside
    assert at("rules", 1, "id") == second
    assert at("rules", 1, "nothing", "there")[0] == (second[0] if form != "toml" else 5)


def test_an_escaped_text_has_no_places_inside():
    source = read_json('{"a": "x\\u0041y"}')
    assert locate(source, ("a",), offset=1).column == 7


def test_a_pyyaml_without_libyaml_reads_the_same(monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml._yaml", None)
    assert Program.from_yaml(YAML) == Program.from_toml(TOML)
