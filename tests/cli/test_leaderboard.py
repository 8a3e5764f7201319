"""leaderboard: who is ahead, in words and as data."""

import json

import pytest

from tests.cli.helpers import event, invoke, jsonl, program_in, run, store

PROGRAM = """\
program: school
timezone: Europe/Moscow
events: {lesson: {minutes: integer, course: text}}
points: {xp: }
rules: [{id: lesson, on: lesson, award: {xp: event.minutes}}]
leaderboards:
  weekly: {label: {en: This week, ru: Лидеры недели}, by: earned('xp'), every: week, group: event.course}
"""


@pytest.fixture
def school(tmp_path):
    program_in(tmp_path, PROGRAM)
    events = [
        event(f"e{number}", "lesson", member=member, at=f"2026-09-0{day}T10:00:00+03:00", minutes=minutes, course="py")
        for number, (member, day, minutes) in enumerate([("ann", 1, 5), ("bob", 2, 5), ("cat", 3, 2), ("ann", 8, 1)])
    ]
    run(tmp_path, jsonl(tmp_path / "events.jsonl", *events))
    return tmp_path


def lines(school, *arguments, lang="en", code=0):
    result = invoke("leaderboard", *arguments, "--store", store(school), lang=lang)
    assert result.exit_code == code, result.output
    return result.output.splitlines()


def test_the_first_ones_and_a_member_with_neighbours(school):
    at = ("--at", "2026-09-02T12:00")
    shown = lines(school, "weekly", *at)
    assert shown[0] == "This week, 2026-08-31 - 2026-09-06"
    assert [line.split() for line in shown[1:4]] == [["1", "ann", "5"], ["1", "bob", "5"], ["3", "cat", "2"]]
    assert shown[4] == "3 members, the winners are not settled yet"
    assert len(lines(school, "weekly", *at, "--top", "1")) == 3
    assert lines(school, "weekly", *at, "--group", "py", "--around", "cat", lang="ru")[0] == (
        "Лидеры недели, py, 31.08.2026 - 06.09.2026"
    )
    data = json.loads("\n".join(lines(school, "weekly", "--json", "--at", "2026-09-08T12:00")))
    assert data["rows"] == [{"rank": 1, "member": "ann", "score": 1}]


def test_an_unknown_board_is_refused_in_words(school):
    assert "weekly" in " ".join(lines(school, "wekly", code=1))
    assert "в программе нет таблицы лидеров" in " ".join(lines(school, "wekly", lang="ru", code=1))
