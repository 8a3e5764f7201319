"""tasks, fulfil, and what `member` shows of what was given."""

import json

import pytest

from tests.cli.helpers import event, invoke, jsonl, program_in, run, store

PROGRAM = """\
program: school
timezone: Europe/Moscow
events: {quiz: {score: integer}}
member: {name: text}
rules:
  - {id: review, on: quiz, when: event.score == 1, grant: review}
  - {id: seat, on: quiz, when: event.score == 2, grant: seat}
  - {id: evening, on: quiz, when: event.score == 3, grant: evening}
staff:
  curator: {label: {en: Curator, ru: Куратор}}
  head: {label: {en: Head teacher, ru: Завуч}}
rewards:
  review: {label: {en: Review, ru: Разбор}, task: {for: curator, due: 3d, escalate: {after: 1d, to: head}}}
  seat: {label: {en: Seat, ru: Место}, stock: 1, waitlist: {}}
  evening: {label: {en: Evening, ru: Вечер}, at: 2026-09-10T19:00}
"""


@pytest.fixture
def school(tmp_path):
    program_in(tmp_path, PROGRAM)
    events = [
        event("e1", "quiz", score=1),
        event("e2", "quiz", member="bob", score=2),
        event("e3", "quiz", at="2026-09-01T11:00:00+03:00", score=2),
        event("e4", "quiz", at="2026-09-01T12:00:00+03:00", score=3),
    ]
    run(tmp_path, jsonl(tmp_path / "events.jsonl", *events), "--until", "2026-09-02T00:00:00+03:00")
    return tmp_path


def lines(school, *arguments, lang="en"):
    result = invoke(*arguments, "--store", store(school), lang=lang)
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def test_open_tasks_are_listed_and_done(school):
    (task,) = json.loads("\n".join(lines(school, "tasks", "--json", "--at", "2026-09-02T10:00")))
    assert (task["member"], task["role"], task["state"]) == ("ann", "curator", "open")
    first, line = lines(school, "tasks", "--staff", "curator", "--at", "2026-09-02T10:00")
    assert first == "1 open task"
    assert line == f"{task['id']}  Curator, until 2026-09-04 10:00  Review: ann"
    assert lines(school, "tasks", "--staff", "head", lang="ru") == ["0 открытых задач"]
    late = lines(school, "tasks", "--at", "2026-09-04T10:01", lang="ru")[1]
    assert late == f"{task['id']}  Куратор, до 04.09.2026 10:00, просрочено  Разбор: ann"
    said = lines(school, "fulfil", task["id"], "--by", "Olga", "--note", "fine", "--at", "2026-09-03T10:00")
    assert said == [f"Done: {task['id']}"]
    assert lines(school, "tasks") == ["0 open tasks"]


def test_what_cannot_be_done_is_said(school):
    result = invoke("fulfil", "0000", "--by", "Olga", "--store", store(school))
    assert result.exit_code == 1
    assert "no task" in result.output
    result = invoke("tasks", "--staff", "curtor", "--store", store(school))
    assert result.exit_code == 1
    assert "did you mean curator?" in result.output


@pytest.mark.parametrize(
    ("lang", "shown"),
    [
        (
            "en",
            [
                "Sessions    Evening            2026-09-10 19:00",
                "Promised    Review             Curator, until 2026-09-04 10:00",
                "Waiting     Seat               place 1 of 1",
            ],
        ),
        (
            "ru",
            [
                "Встречи     Вечер              10.09.2026 19:00",
                "Обещано     Разбор             Куратор, до 04.09.2026 10:00",
                "Ждёт        Место              место 1 из 1",
            ],
        ),
    ],
)
def test_a_member_sees_sessions_promises_and_places(school, lang, shown):
    screen = lines(school, "member", "ann", "--at", "2026-09-02T12:00", lang=lang)
    assert [line for line in screen if line.split(" ")[0] in {line.split(" ")[0] for line in shown}] == shown
