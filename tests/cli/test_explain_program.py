"""`explain-program`: the page that students read, in both languages and three formats."""

import json

from tests.cli.helpers import invoke, program_in


def test_a_program_is_told_in_plain_sentences(tmp_path):
    result = invoke("explain-program", program_in(tmp_path))
    assert result.exit_code == 0
    assert "  When you complete a lesson, you get 10 points (Experience).\n" in result.stdout


def test_in_russian_with_russian_labels(tmp_path):
    result = invoke("explain-program", program_in(tmp_path), lang="ru")
    assert "  Когда вы прошли урок, вы получаете 10 баллов (Опыт).\n" in result.stdout


def test_as_html_markdown_and_json(tmp_path):
    path = program_in(tmp_path)
    assert "<li>When you complete a lesson" in invoke("explain-program", path, "--format", "html").stdout
    assert "- When you complete a lesson" in invoke("explain-program", path, "--format", "md").stdout
    found = json.loads(invoke("explain-program", path, "--json").stdout)
    assert {"section": "rules", "path": "rules.lesson"}.items() <= found[2].items()


def test_a_program_that_does_not_hold_is_not_told(tmp_path):
    result = invoke("explain-program", program_in(tmp_path, "program: p\n"))
    assert result.exit_code == 1
