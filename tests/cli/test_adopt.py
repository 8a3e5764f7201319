"""adopt and void: what changes a store that runs already."""

import json

import pytest

from tests.cli.helpers import event, invoke, jsonl, program_in, run, store

PROGRAM = """\
program: school
version: 1
events: {lesson: {course: text}}
points: {xp: {}}
rules: [{id: lesson, on: lesson, award: {xp: 10}}]
"""


@pytest.fixture
def school(tmp_path):
    program_in(tmp_path, PROGRAM)
    events = [event("e1", "lesson", course="py"), event("e2", "lesson", at="2026-09-02T10:00:00+03:00", course="py")]
    run(tmp_path, jsonl(tmp_path / "events.jsonl", *events), "--until", "2026-09-03T00:00:00+03:00")
    (tmp_path / "next.yaml").write_text(PROGRAM.replace("version: 1", "version: 2").replace("xp: 10", "xp: 15"))
    return tmp_path


def told(school, *arguments, lang="en", code=0):
    result = invoke(*arguments, "--store", store(school), lang=lang)
    assert result.exit_code == code, result.output
    return result.stdout


def points(school):
    return json.loads(told(school, "member", "ann", "--json"))["points"]["xp"]["available"]


def test_forward_and_again(school):
    assert told(school, "adopt", str(school / "next.yaml")).splitlines() == [
        "school 2 runs from now on",
        "  1 member, 0 ledger entries, 0 effects",
    ]
    assert points(school) == 20
    assert "делать нечего" in told(school, "adopt", str(school / "next.yaml"), lang="ru")


def test_with_the_past(school):
    said = json.loads(told(school, "adopt", str(school / "next.yaml"), "--mode", "recompute", "--json"))
    assert (said["version"], said["mode"], said["members"], said["entries"]) == (2, "recompute", 1, 1)
    assert points(school) == 30


def test_an_earlier_instant_and_another_program(school):
    told(school, "adopt", str(school / "next.yaml"), "--at", "2026-09-01", code=1)
    (school / "other.yaml").write_text(PROGRAM.replace("program: school", "program: other"))
    result = invoke("adopt", str(school / "other.yaml"), "--store", store(school), lang="ru")
    assert result.exit_code == 1
    assert "другая программа" in result.output


def test_what_if_of_a_store_and_of_files(school):
    said = told(school, "what-if", str(school / "next.yaml")).splitlines()
    assert said == [
        "With version 2: the past counted anew",
        "  changes for 1 member of 1 member",
        "  xp: +10 for 1 member, 0 for 0 members, +10 in all",
        "    rules.lesson: +10 xp",
        "    ann: +10 xp",
    ]
    files = invoke(
        "what-if", str(school / "program.yaml"), str(school / "next.yaml"), "--events", str(school / "events.jsonl")
    )
    assert files.stdout.splitlines() == said
    assert points(school) == 20
    found = json.loads(told(school, "what-if", str(school / "next.yaml"), "--mode", "forward", "--json"))
    assert (found["members"], found["changed"]) == (1, 0)
    assert invoke("what-if", str(school / "next.yaml")).exit_code == 2


def test_void(school):
    assert told(school, "void", "e1", "--by", "olga").splitlines()[0] == "Taken out: e1"
    assert points(school) == 10
    said = json.loads(told(school, "void", "e1", "--json"))
    assert said["entries"] == [{"point": "xp", "mechanic": "rules.lesson", "amount": -10}]
    told(school, "void", "nothing", code=1)
