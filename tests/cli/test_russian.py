"""What goes wrong is said in the language that was asked for, and why, without anybody's data."""

import json

import pytest

from loyaltykit.cli.words import refusing
from tests.cli.helpers import invoke

PROGRAM = """\
program: school
locale: ru
events:
  lesson.completed: {course: text}
  quiz.failed: {score: number}
member: {birthday: date}
points: {xp: {}}
rules:
  - {id: lesson, on: lesson.completed, award: {xp: 5}}
campaigns:
  comeback:
    label: Возвращение
    start: {on: lesson.completed}
    steps:
      - send: hello
      - wait: 2d
      - send: hello
messages:
  hello: {ru: Привет}
"""
CANARY = "canary@nest.example"


def run(*arguments, lang="ru"):
    return invoke(*arguments, lang=lang)


def event(id, at="2026-09-01T10:00+03:00", type="lesson.completed", **data):
    return json.dumps({"id": id, "type": type, "member": "m1", "at": at, "data": data})


@pytest.fixture
def store(tmp_path):
    (tmp_path / "program.yaml").write_text(PROGRAM, "utf-8")
    bad = [
        event("b1", type="quiz.failed", score=CANARY),
        event("b2", type="quiz.faled", score=1),
        event("b3", at=CANARY),
        event("b4", type="lesson.completed"),
        event("b5", type="quiz.failed", score=[CANARY]),
        event("b6", type="member.updated", birthday=CANARY),
    ]
    (tmp_path / "events.jsonl").write_text("\n".join([event("e1", course="py"), *bad]), "utf-8")
    url = f"sqlite:///{tmp_path / 'school.db'}"
    result = run("run", str(tmp_path / "program.yaml"), str(tmp_path / "events.jsonl"), "--store", url)
    assert result.exit_code == 0, result.output
    return url


def test_reasons_of_the_quarantine_are_in_russian_and_hold_no_value(store, tmp_path):
    (file,) = tmp_path.glob("*quarantine*")
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    said = {row.get("event") or row["raw"][:12]: row["reason"] for row in rows}
    assert said["b1"] == f"quiz.failed: поле score должно быть number, а здесь текст, знаков: {len(CANARY)}"
    assert said["b2"] == "неизвестный тип события quiz.faled; может быть, quiz.failed?"
    assert said["b3"] == "at должно быть временем вида 2026-09-01T10:00:00+03:00"
    assert said["b4"] == "lesson.completed: не хватает поля course"
    assert said["b5"] == "quiz.failed: поле score должно быть number, а здесь список"
    assert CANARY not in "".join(said.values())
    assert any(CANARY in row["raw"] for row in rows)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("member", "m9"), "участника m9 никто не видел"),
        (("explain", "m1", "--rule", "lessn"), "в программе нет правила lessn; может быть, lesson?"),
        (("explain", "m1", "--rule", "comeback"), "comeback — кампания, а не правило: нужен --campaign comeback"),
        (("explain", "m1", "--campaign", "comebak"), "в программе нет кампании comebak; может быть, comeback?"),
        (("explain", "m1", "--event", "e9"), "у участника m1 нет события e9"),
        (("preview", "helo", "--as", "m1"), "в программе нет сообщения helo; может быть, hello?"),
    ],
)
def test_what_is_not_there_is_said_in_russian(store, command, words):
    result = run(*command, "--store", store)
    assert result.exit_code == 1
    assert result.stderr == f"ошибка: {words}\n"


def test_asking_for_a_campaign_as_a_rule_says_what_it_is(store):
    result = run("explain", "m1", "--rule", "comeback", "--store", store, lang="en")
    assert result.stderr == "error: comeback is a campaign, not a rule: give it as campaign (--campaign)\n"


def test_the_story_has_words_for_campaigns(store):
    said = run("member", "m1", "--store", store, "--at", "2026-09-01T12:00").stdout
    assert "кампания: Возвращение  начало" in said
    assert "группа: Возвращение  в кампании" in said
    why = run("explain", "m1", "--campaign", "comeback", "--store", store).stdout
    assert "(с 01.09.2026)" in why
    why = run("explain", "m1", "--event", "e1", "--store", store).stdout
    assert "exposure" not in why
    assert "группа comeback" in why


@pytest.mark.parametrize(
    ("text", "lang", "words"),
    [
        ("consle = true", "ru", "ключа consle нет; может быть, console?"),
        ("consle = true", "en", "there is no key consle; did you mean console?"),
        ('[telegram]\ntoken_evn = "T"', "ru", "ключа telegram.token_evn нет; может быть, token_env?"),
        ('[email]\nsender = "a@b.ru"', "ru", "не хватает email.host"),
        ('[email]\nsender = "a@b.ru"\nhost = "h"\nport = 0', "ru", "email.port: значение не подходит"),
    ],
)
def test_a_slip_in_the_file_of_channels_names_the_right_key(store, tmp_path, text, lang, words):
    (tmp_path / "channels.toml").write_text(text, "utf-8")
    result = run("deliver", "--store", store, "--config", str(tmp_path / "channels.toml"), lang=lang)
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_code_without_words_or_details_stays_english():
    assert refusing.in_russian("nobody/knows", {}) is None
    assert refusing.in_russian("member/unknown", {}) is None
    assert refusing.in_russian("member/unknown", {"name": "m"}) == "участника m никто не видел"
