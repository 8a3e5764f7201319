"""`check`: advice beside problems, what counts as a failure, and the form that code hosts take."""

import json

import pytest

from tests.cli.helpers import invoke, program_in

WARNED = """\
program: school
events: {lesson.opened: {lesson: text}}
points: {stars: {spendable: true}}
rules:
  - {id: open, on: lesson.opened, award: {stars: 1}}
rewards: {sticker: {kind: gift, cost: {stars: 20}}}
"""
HELLO = "messages: {hello: {en: Hello}}\n"
ADVISED = WARNED.replace("{stars: 1}}", "{stars: 1}, limit: 1 per day}") + HELLO


def test_a_warning_is_shown_and_does_not_fail(tmp_path):
    result = invoke("check", program_in(tmp_path, WARNED))
    assert result.exit_code == 0
    assert "warning: rules.open.award.stars:" in result.stdout
    assert "[economy/farmable]" in result.stdout
    assert "1 warning" in result.stdout
    assert "the program can run" in result.stdout


def test_strict_fails_for_warnings_and_not_for_advice(tmp_path):
    assert invoke("check", program_in(tmp_path, WARNED), "--strict").exit_code == 1
    result = invoke("check", program_in(tmp_path, ADVISED), "--strict")
    assert "advice: messages.hello" in result.stdout
    assert result.exit_code == 0


def test_advice_in_russian(tmp_path):
    result = invoke("check", program_in(tmp_path, WARNED + HELLO), lang="ru")
    assert "1 замечание, 1 совет" in result.stdout


@pytest.mark.parametrize(("text", "level"), [(WARNED, "warning"), (ADVISED, "note"), ("program: p\n", "error")])
def test_sarif_has_a_result_with_its_place_for_each_problem(tmp_path, text, level):
    path = program_in(tmp_path, text)
    log = json.loads(invoke("check", path, "--sarif").stdout)
    found = json.loads(invoke("check", path, "--json").stdout)["problems"]
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert log["version"] == "2.1.0"
    assert [result["ruleId"] for result in run["results"]] == [problem["code"] for problem in found]
    for result, problem in zip(run["results"], found, strict=True):
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] == level
        assert problem["message"] in result["message"]["text"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == path.as_posix()
        assert place["region"] == {"startLine": problem["line"], "startColumn": problem["column"]}


def test_sarif_of_a_sound_program_has_no_results(tmp_path):
    log = json.loads(invoke("check", program_in(tmp_path), "--sarif").stdout)
    assert log["runs"][0]["results"] == []
