"""Documents that want to do harm: each is refused as problems with a place, quickly, and nothing else happens."""

import json
import sys

import pytest

from loyaltykit.errors import ProgramError
from loyaltykit.program.load import Program, check

HEAD = "program: a\nevents: {e: {f: number, t: text}}\npoints: {xp: }\n"
LAUGHS = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*{'a' if not n else f'b{n - 1}'}, *a]\n" for n in range(30))
PYTHON_TAGS = (
    "!!python/object/apply:os.system ['true']",
    "!!python/object/new:subprocess.Popen [['true']]",
    "!!python/name:os.system ''",
    "!!python/module:os ''",
    "!!python/tuple [a]",
    "!!python/none ''",
    "!ruby/object:Gem::Installer {}",
    "!!binary aGk=",
    "!!set {a, b}",
    "!!omap [a: 1]",
    "!!timestamp 2026-01-01",
    "!!str text",
    "!!int 3",
    "!custom text",
    "! text",
    "!<tag:yaml.org,2002:str> text",
)
INJECTIONS = (
    "__import__('os').system('true')",
    "x\n    import os",
    "x'] or __import__('os') or data['x",
    'a"""; import os; """',
    "a\\",
    "a;b",
    "a b",
    "{a}",
    "$(id)",
    "`id`",
    "<script>",
    "a\u202eb",
    "a\u0000b",
    "__class__",
    "__dunder__",
    "ﬁeld",
    "1st",
    "a/../b",
    "%s%n",
    "a'b",
    "",
    " ",
)
CONTROLS = ("\x00", "\x01", "\x08", "\x0b", "\x0c", "\x1b[31m", "\x7f", "\x9b", "\ufffe", "\uffff")

YAML = {
    "billion laughs": (LAUGHS, "document/anchor"),
    "anchor": (HEAD + "late: &x 7d", "document/anchor"),
    "anchored mapping": (HEAD + "member: &x {a: text}", "document/anchor"),
    "alias": (HEAD + "late: *x", "document/alias"),
    "alias as a key": ("*x : 1", "document/complex-key"),
    "merge key": (HEAD + "member: {<<: {a: text}}", "document/merge-key"),
    "recursive alias": ("a: &a [*a]", "document/alias"),
    "a mapping as key": ("{a: b}: c", "document/complex-key"),
    "a list as key": ("? [a]\n: b", "document/complex-key"),
    "two documents": (HEAD + "---\nprogram: b", "document/several"),
    "three documents": ("--- a\n--- b\n--- c", "document/several"),
    "duplicate key": (HEAD + "points: {}", "document/duplicate-key"),
    "duplicate key inside": (HEAD + "member: {a: text, a: number}", "document/duplicate-key"),
    "duplicate key in two notations": (HEAD + 'member: {"a": text, a: number}', "document/duplicate-key"),
    "deep lists": (HEAD + "cases: " + "[" * 5_000, "document/too-deep"),
    "deep mappings": (HEAD + "cases: " + "{a: " * 5_000, "document/too-deep"),
    "deep blocks": ("\n".join(" " * n + "a:" for n in range(200)), "document/too-deep"),
    "deep dashes": ("- " * 5_000, "document/too-deep"),
    "half a megabyte of brackets": ("[" * 500_000, "document/too-deep"),
    "half a megabyte of braces": ("{" * 500_000, "document/complex-key"),
    "closing brackets": ("]" * 500_000, "document/yaml"),
    "many parts": (HEAD + "cases: [" + "1," * 150_000 + "]", "document/too-many"),
    "a long scalar": (HEAD + "locale: " + "x" * 100_000, "document/too-long"),
    "a very long scalar": (HEAD + "locale: " + "x" * 2_000_000, "document/too-large"),
    "a long key": (HEAD + "x" * 100_000 + ": 1", "document/yaml"),
    "infinity": (HEAD + "version: .inf", "document/not-finite"),
    "minus infinity": (HEAD + "version: -.INF", "document/not-finite"),
    "not a number": (HEAD + "version: .nan", "document/not-finite"),
    "an overflowing float": (HEAD + "version: 1e999", "document/not-finite"),
    "a big integer": (HEAD + "version: 9223372036854775808", "document/too-big"),
    "a huge integer": (HEAD + "version: " + "9" * 50_000, "document/too-big"),
    "a huge hexadecimal": (HEAD + "version: 0x" + "f" * 50_000, "document/too-big"),
    "a unit separator": (HEAD + "locale: a\x1fb", "document/control"),
    "next line": (HEAD + "locale: a\x85b", "document/control"),
    "line separator": (HEAD + "locale: a\u2028b", "document/control"),
    "escaped nul": (HEAD + 'locale: "a\\0b"', "document/control"),
    "escaped surrogate": (HEAD + 'member: {a: "\\uD800"}', "document/"),
    "an escaped bell in a key": (HEAD + '"a\\ab": 1', "document/key"),
    "a tab": ("program:\n\t- a", "document/yaml"),
    "an unclosed quote": ('program: "a', "document/yaml"),
    "an unclosed list": ("program: [a", "document/yaml"),
    "a bad escape": ('program: "\\q"', "document/yaml"),
    "a wrong directive": ("%YAML 9.9\n---\na: b", "document/yaml"),
    "a tag directive": ("%TAG ! tag:x,2026:\n---\nprogram: !foo a", "document/tag"),
    "nothing": ("", "document/empty"),
    "only comments": ("# nothing\n\n# here", "document/empty"),
    "only a marker": ("---", "document/not-mapping"),
    "a scalar": ("hello", "document/not-mapping"),
    "a list": ("- a", "document/not-mapping"),
    "null": ("~", "document/not-mapping"),
    "an empty key": (HEAD + '"": 1', "document/key"),
    "undefined reference in a tag": ("!e!x a", "document/yaml"),
}
JSON = {
    "NaN": ('{"a": NaN}', "document/not-finite"),
    "Infinity": ('{"a": Infinity}', "document/not-finite"),
    "minus Infinity": ('{"a": -Infinity}', "document/not-finite"),
    "overflow": ('{"a": 1e999}', "document/not-finite"),
    "duplicate key": ('{"a": 1, "a": 2}', "document/duplicate-key"),
    "duplicate key by escape": ('{"a": 1, "\\u0061": 2}', "document/duplicate-key"),
    "big integer": ('{"a": -9223372036854775809}', "document/too-big"),
    "huge integer": ('{"a": ' + "9" * 100_000 + "}", "document/too-big"),
    "deep lists": ('{"a": ' + "[" * 500_000, "document/too-deep"),
    "deep objects": ('{"a":' * 100_000, "document/too-deep"),
    "many parts": ("[" + "1," * 200_000 + "1]", "document/too-many"),
    "comment": ('{"a": 1} // no', "document/json-end"),
    "trailing comma": ('{"a": 1,}', "document/json-key"),
    "trailing comma in a list": ('{"a": [1,]}', "document/json"),
    "single quotes": ("{'a': 1}", "document/json-key"),
    "no quotes": ("{a: 1}", "document/json-key"),
    "leading zero": ('{"a": 010}', "document/json-comma"),
    "hexadecimal": ('{"a": 0x10}', "document/json-comma"),
    "plus": ('{"a": +1}', "document/json"),
    "bare fraction": ('{"a": .5}', "document/json"),
    "minus alone": ('{"a": -}', "document/json"),
    "python words": ('{"a": True}', "document/json"),
    "raw line break": ('{"a": "x\ny"}', "document/json-string"),
    "raw tab": ('{"a": "x\ty"}', "document/json-string"),
    "bad escape": ('{"a": "\\x41"}', "document/json-string"),
    "short escape": ('{"a": "\\u12"}', "document/json-string"),
    "lone surrogate": ('{"program": "\\ud800"}', "document/control"),
    "escaped nul": ('{"program": "\\u0000"}', "document/control"),
    "escaped nul in a key": ('{"\\u0000": 1}', "document/key"),
    "unclosed text": ('{"a": "b', "document/json-string"),
    "unclosed object": ('{"a": 1', "document/json-comma"),
    "no colon": ('{"a" 1}', "document/json-colon"),
    "two documents": ("{}{}", "document/json-end"),
    "nothing": ("", "document/empty"),
    "white space": (" \n ", "document/empty"),
    "a list": ("[]", "document/not-mapping"),
    "null": ("null", "document/not-mapping"),
    "an odd space": ('{\u00a0"a": 1}', "document/json-key"),
}
TOML = {
    "infinity": ("version = inf", "document/not-finite"),
    "not a number": ("version = nan", "document/not-finite"),
    "huge integer": ("version = " + "9" * 10_000, "document/too-big"),
    "big integer": ("version = 9223372036854775808", "document/too-big"),
    "deep lists": ("a = " + "[" * 100_000, "document/too-deep"),
    "deep tables": ("a = " + "{a = " * 100_000, "document/too-deep"),
    "dotted key": (".".join("a" * 100_000) + " = 1", "document/too-deep"),
    "dotted quoted key": (".".join(['"a"'] * 100_000) + " = 1", "document/too-deep"),
    "dotted table": ("[" + ".".join("a" * 100_000) + "]", "document/too-deep"),
    "duplicate key": ("a = 1\na = 2", "document/toml"),
    "duplicate table": ("[a]\n[a]", "document/toml"),
    "control": ("a = 'x\x01'", "document/control"),
    "escaped nul": ('program = "\\u0000"', "document/control"),
    "a wrong date": ("a = 2026-13-01", "document/toml"),
    "nothing": ("# empty", "document/empty"),
    "not closed": ("a = [1", "document/toml"),
}


def refused(load, text):
    with pytest.raises(ProgramError) as caught:
        load(text)
    assert len(str(caught.value)) < 2_000
    for problem in caught.value.problems:
        assert "\n" not in problem.message
        assert problem.message.isprintable()
        assert problem.path.isprintable()
        assert len(str(problem)) < 700
    return caught.value.problems


@pytest.mark.parametrize("name", YAML)
def test_yaml(name):
    text, code = YAML[name]
    first = refused(Program.from_yaml, text)[0]
    found = [problem.code for problem in refused(Program.from_yaml, text)]
    assert code in found if not code.endswith("/") else found[0].startswith(code)
    assert first.line >= 1
    assert first.column >= 1


@pytest.mark.parametrize("name", JSON)
def test_json(name):
    text, code = JSON[name]
    problems = refused(Program.from_json, text)
    assert code in [problem.code for problem in problems]
    assert all(problem.line >= 1 and problem.column >= 1 for problem in problems)


@pytest.mark.parametrize("name", TOML)
def test_toml(name):
    text, code = TOML[name]
    problems = refused(Program.from_toml, text)
    assert code in [problem.code for problem in problems]
    assert all(problem.line >= 1 for problem in problems)


@pytest.mark.parametrize("tag", PYTHON_TAGS)
def test_tags_do_nothing(tag):
    before = set(sys.modules)
    problems = refused(Program.from_yaml, HEAD + f"locale: {tag}\n")
    assert "document/tag" in [problem.code for problem in problems]
    assert {"subprocess", "antigravity"} & (set(sys.modules) - before) == set()


@pytest.mark.parametrize("name", INJECTIONS)
@pytest.mark.parametrize("place", ["program", "event", "field", "attribute", "point", "rule", "badge"])
def test_names_are_not_code(name, place):
    document = {"program": "a", "events": {"e": {"f": "number"}}, "points": {"xp": {}}}
    if place == "program":
        document["program"] = name
    elif place == "event":
        document["events"] = {name: {}}
    elif place == "field":
        document["events"] = {"e": {name: "number"}}
    elif place == "attribute":
        document["member"] = {name: "text"}
    elif place == "point":
        document["points"] = {name: {}}
    elif place == "rule":
        document["rules"] = [{"id": name, "on": "e"}]
    else:
        document["badges"] = {name: {"when": True}}
    refused(Program.from_dict, document)


@pytest.mark.parametrize("char", CONTROLS)
@pytest.mark.parametrize("load", [Program.from_yaml, Program.from_json, Program.from_toml])
def test_control_characters(load, char):
    problem = refused(load, f'# "{char}"')[0]
    assert (problem.code, problem.line, problem.column) == ("document/control", 1, 4)


@pytest.mark.parametrize("char", CONTROLS)
def test_control_characters_in_data(char):
    problems = refused(
        Program.from_dict, {"program": "a", "events": {}, "badges": {"b": {"label": char, "when": True}}}
    )
    assert [(problem.path, problem.code) for problem in problems] == [("badges.b.label", "document/control")]


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (b"program: \xff", 1, 10),
        (b"program: a\nlocale: \xd0\xb9\xd0", 2, 10),
        ("program: a".encode("utf-16"), 1, 1),
        ("program: a".encode("utf-32"), 1, 1),
        ("program: школа".encode("cp1251"), 1, 10),
    ],
)
def test_other_encodings(content, line, column):
    problem = refused(Program.from_yaml, content)[0]
    assert (problem.code, problem.line, problem.column) == ("document/encoding", line, column)


def test_endless_data():
    circle = {}
    circle["cases"] = [circle, circle]
    assert refused(Program.from_dict, circle)[0].code in ("document/too-deep", "document/too-many")
    wide = [1]
    for _ in range(25):
        wide = [wide, wide]
    assert refused(Program.from_dict, {"cases": wide})[0].code == "document/too-many"


class Odd:
    def __repr__(self):
        raise RuntimeError

    __str__ = __repr__


ODD = {
    "misbehaved": Odd(),
    "object": object(),
    "set": {1, 2},
    "bytes": b"bytes",
    "range": range(3),
    "complex": 1j,
    "function": lambda: 0,
    "nan": float("nan"),
    "huge": 10**5_000,
}


@pytest.mark.parametrize("name", ODD)
def test_odd_values_and_keys(name):
    value = ODD[name]
    refused(Program.from_dict, {"program": value, "events": {}})
    refused(Program.from_dict, {"program": "a", "events": {}, "cases": [{"name": "a", "then": {"b": value}}]})
    try:
        hash(value)
    except TypeError:
        return
    refused(Program.from_dict, {value: 1})


@pytest.mark.parametrize("data", [None, 5, "program: a", [], [1], True, Odd()], ids=lambda data: type(data).__name__)
def test_what_is_not_a_mapping(data):
    assert refused(Program.from_dict, data)


def test_of_ten_thousand_mistakes_the_first_are_told():
    rules = [{"id": f"r{n}", "on": f"unknown{n}", "award": {f"p{n}": 1}} for n in range(10_000)]
    problems = check({"program": "a", "events": {"e": {}}, "rules": rules})
    assert len(problems) == 201
    assert problems[-1].code == "document/more-problems"


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "a.txt").write_text("program: a")
    (tmp_path / "big.json").write_text(json.dumps({"program": "x" * 2_100_000}))
    codes = {
        "folder.yaml": "document/file",
        "missing.yaml": "document/file",
        "a.txt": "document/format",
        "noname": "document/format",
        "a\0b.yaml": "document/file",
        "x" * 5_000 + ".yaml": "document/file",
        "big.json": "document/too-large",
    }
    for name, code in codes.items():
        (problem,) = check(tmp_path / name)
        assert (problem.code, problem.file) == (code, str(tmp_path / name))
        with pytest.raises(ProgramError):
            Program.load(str(tmp_path / name))


def test_hints_do_not_repeat_hostile_names():
    long, odd = "rewar" * 10_000, "rewar\u202ed"
    data = {
        "program": "a",
        "events": {"e": {}},
        "rewards": {long: {}, odd: {}},
        "member": {long: "text", odd: "text"},
        "rules": [{"id": "r", "on": "e", "grant": "reward"}],
        "badges": {"b": {"when": "entitlement.rewar and member.rewar"}},
        "messages": {"m": {"en": "{{ member.reward }}"}},
    }
    assert len(refused(Program.from_dict, data)) >= 6


@pytest.mark.parametrize(
    "text", [*INJECTIONS, "9" * 400 + "%", "+" + "9" * 400 + "%", "9" * 400 + "-1", "after " + "9" * 400 + "d"]
)
def test_short_forms_of_campaigns_take_nothing_else(text):
    campaign = {"start": "True", "steps": [{"wait": "2d"}]}
    head = {"program": "a", "events": {"e": {"t": "text"}}, "messages": {"m": {"en": "Hi"}}}
    parts = [
        {"campaigns": {"c": {**campaign, "per": f"event.{text}"}}},
        {"campaigns": {"c": {**campaign, "again": text}}},
        {"campaigns": {"c": {**campaign, "again": f"after {text}"}}},
        {"campaigns": {"c": {**campaign, "holdout": text}}},
        {"campaigns": {"c": {**campaign, "start": {"at": text}}}},
        {"campaigns": {"c": {**campaign, "steps": [{"wait": text}]}}},
        {"campaigns": {"c": {**campaign, "steps": [{"send": {"message": "m", "channels": [text]}}]}}},
        {"campaigns": {"c": {**campaign, "steps": [{"offer": {"choose": [[text]]}}]}}},
        {"contact": {"quiet_hours": text}},
        {"surveys": {"s": {"question": "?", "scale": text}}},
        {"goals": {"g": {"event": "e", "within": "9d", "target": text}}},
        {"goals": {"g": {"event": "e", "within": "9d", "target": "+5%", "of": f"campaigns.{text}"}}},
    ]
    for part in parts:
        found = check({**head, **part})
        assert {problem.severity for problem in found} == {"error"}, part
        assert max(len(problem.message) for problem in found) < 1_000
        assert all(problem.message.isprintable() for problem in found)
