"""The demo: the same seed tells the same, `run` folds the same, and the screen says what the store says."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from loyaltykit.app import Loyalty
from loyaltykit.cli.demo import rates, run_demo
from loyaltykit.cli.demo.folding import shipped
from loyaltykit.cli.demo.simulate import simulate
from loyaltykit.cli.demo.words import count
from loyaltykit.cli.group import cli
from loyaltykit.cli.output import cells
from loyaltykit.program.load import Program, check
from loyaltykit.rules.cases import run_cases

LANGS = ("ru", "en")
SPEED = re.compile(r"(за|in) [\d.,\s]+ (с: |s, )[\d.,\s]+ (в секунду|a second)")
RUN = [sys.executable, "-c", "from loyaltykit.cli import main; main()"]


@pytest.fixture(autouse=True)
def _piped(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def tell(tmp_path, monkeypatch, capsys):
    """Run the demo in a folder and give its screen."""
    monkeypatch.chdir(tmp_path)

    def told(lang="ru", *, out="out", seed=7, students=60, days=90):
        assert run_demo(Path(out), lang, seed, students, days) == 0
        return capsys.readouterr().out

    return told


def started(folder, hash_seed, *arguments):
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [*RUN, "demo", *arguments], cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_two_runs_tell_the_same(tmp_path):
    screens = []
    for hash_seed in ("1", "2"):
        folder = tmp_path / hash_seed
        folder.mkdir()
        screens.append(SPEED.sub("", started(folder, hash_seed, "--lang", "ru", "--students", "40", "--days", "60")))
    assert screens[0] == screens[1]
    assert (tmp_path / "1/out/events.jsonl").read_bytes() == (tmp_path / "2/out/events.jsonl").read_bytes()


def test_run_gives_the_same_members(tell, tmp_path):
    tell(students=80)
    command = "run out/program.yaml out/events.jsonl --store sqlite:///again.db --until 2025-11-30"
    result = CliRunner().invoke(cli, command.split())
    assert result.exit_code == 0, result.output
    with Loyalty(None, store="sqlite:///out/school.db") as one, Loyalty(None, store="sqlite:///again.db") as two:
        members = one.members()
        assert len(members) == 80
        assert two.members() == members
        for member in members:
            assert one.member(member, timeline=10_000).to_dict() == two.member(member, timeline=10_000).to_dict()


def test_the_screen_says_what_the_store_says(tell):
    screen = tell(students=80)
    with Loyalty(None, store="sqlite:///out/school.db") as kit:
        views = [kit.member(member) for member in kit.members()]
        levels = Counter(view.level for view in views)
        for step in kit.program.document.levels.steps:
            assert re.search(rf"^  {step} +{levels[step]}\b", screen, re.MULTILINE)
        for name, quest in kit.program.document.quests.items():
            begun, done = (sum(bool(getattr(view.quests[name], part)) for view in views) for part in ("runs", "done"))
            assert re.search(rf"^  {quest.label} +{begun} +{done}\b", screen, re.MULTILINE)
        holders = sum("persistent" in view.badges for view in views)
        assert f"«Упорный ученик»: {count('ru', holders, 'student')}." in screen
        stock = kit.program.document.rewards["advanced-seat"].stock
        assert f"занято {holders} из {stock}" in screen
        letters = {letter.subject for view in views for letter in view.inbox}
    assert letters
    assert set(re.findall(r"✉ \d+ \w+ · ([^│\n]+?) *(?:│|$)", screen, re.MULTILINE)) <= letters


def test_a_renamed_badge_is_told_by_its_new_name(tell):
    before = tell()
    program = Path("out/program.yaml")
    program.write_text(program.read_text("utf-8").replace("Упорный ученик", "Стойкий ученик"), "utf-8")
    after = tell()
    assert "Упорный ученик" in before
    assert "Стойкий ученик" in after
    assert "Упорный ученик" not in after
    assert after.startswith("Рассказ идёт по изменённой вами")


def test_the_shipped_program_comes_back_in_the_language_asked_for(tell):
    for lang in ("ru", "en", "ru"):
        tell(lang, students=2, days=2)
        assert Path("out/program.yaml").read_text("utf-8").startswith(shipped(lang))


def test_a_program_that_an_older_demo_left_is_replaced(tell, monkeypatch):
    with monkeypatch.context() as older:
        older.setattr("loyaltykit.cli.demo.folding.shipped", lambda lang: f"# older\n{shipped(lang)}")
        tell("ru", students=2, days=2)
    assert Path("out/program.yaml").read_text("utf-8").startswith("# older")
    assert "Рассказ идёт" not in tell("ru", students=2, days=2)
    assert Path("out/program.yaml").read_text("utf-8").startswith(shipped("ru"))


@pytest.mark.parametrize("lang", LANGS)
def test_each_line_fits_and_the_language_is_one(tell, lang):
    screen = tell(lang, students=150)
    assert max(map(cells, screen.splitlines())) <= 100
    assert "\x1b" not in screen
    assert [line[0] for line in screen.splitlines() if re.match(r"\d [A-ZА-Я]", line)] == list("12345")
    if lang == "en":
        assert not re.search("[а-яё]", screen, re.IGNORECASE)
        assert not re.search("[а-яё]", Path("out/events.jsonl").read_text("utf-8"), re.IGNORECASE)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("columns", [60, 72, 85])
def test_a_narrow_terminal(tell, lang, columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = tell(lang).splitlines()
    assert [line for line in lines if cells(line) > columns and "  loyaltykit" not in line] == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("students", "days"), [(1, 1), (1, 14), (5, 1), (5, 14), (5, 90), (3, 365), (1, 365), (20, 30)]
)
def test_odd_sizes(tell, lang, students, days):
    for seed in (1, 2):
        screen = tell(lang, students=students, days=days, seed=seed)
        assert count(lang, students, "student") in screen
        assert count(lang, days, "day") in screen


def test_what_did_not_happen_is_said(tell):
    screen = tell(students=1, days=1)
    assert "никто не молчит неделю и дольше" in screen
    assert "пока ни одного значка" in screen
    assert "Значка «Упорный ученик» пока нет ни у кого." in screen
    assert "писем нет" in screen


def test_a_program_without_most_of_its_parts_is_told_too(tell):
    Path("out").mkdir()
    Path("out/program.yaml").write_text(
        "program: tiny\nevents:\n  lesson.completed: {course: text}\n  quiz.passed: {course: text}\n", "utf-8"
    )
    screen = tell(students=5)
    assert "в программе нет уровней" in screen
    assert "программа не приняла" in screen
    assert Path("out/school.quarantine.jsonl").exists()


def test_nobody_who_ever_comes_is_said(tell):
    Path("out").mkdir()
    Path("out/program.yaml").write_text("program: closed\nevents: {other: {}}\n", "utf-8")
    assert "ШКОЛА closed" in tell(students=2, days=2)


@pytest.mark.parametrize("lang", LANGS)
def test_the_programs_hold(tmp_path, lang):
    path = tmp_path / "program.yaml"
    path.write_text(shipped(lang), "utf-8")
    assert check(path) == []
    results = run_cases(Program.load(path))
    assert len(results) >= 5
    assert all(result.ok for result in results)


def test_both_programs_are_the_same_but_for_words():
    def bare(value):
        if isinstance(value, dict):
            steps = "steps" in value and isinstance(value["steps"], dict)
            kept = {key: bare(item) for key, item in value.items() if key not in ("label", "locale", "name", "cases")}
            if steps:
                kept["steps"] = list(value["steps"].values())
            if "benefits" in value:
                kept["benefits"] = list(value["benefits"].values())
            return kept
        return [bare(item) for item in value] if isinstance(value, list) else value

    one, two = (json.loads(Program.from_yaml(shipped(lang)).text) for lang in LANGS)
    assert one["messages"] == two["messages"]
    assert bare(one) == bare(two)
    assert [case["given"] for case in one["cases"]] == [case["given"] for case in two["cases"]]


def test_more_students_or_days_leave_the_others_as_they_are():
    def events(students, days, who):
        lines = map(json.loads, simulate(3, students, days, "en"))
        return [(line["type"], line["at"], line["data"]) for line in lines if line["member"].endswith(f"-{who}")]

    assert events(5, 60, 4) == events(9, 60, 4)


def test_events_come_in_order_and_in_time():
    lines = [json.loads(line) for line in simulate(5, 50, 30, "ru")]
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)
    assert len({line["id"] for line in lines}) == len(lines)
    assert lines[0]["at"] >= "2025-09-01T00:00:00+03:00"
    assert lines[-1]["at"] < "2025-10-01T00:00:00+03:00"


def test_silences_end_as_often_as_published():
    rng = Random(1)
    drawn = [rates.silence(rng) for _ in range(40_000)]
    lengths = [float("inf") if one is None else one for one in drawn]
    assert min(lengths) >= 7
    for days, published in rates.RETURNING.items():
        lasting = [one for one in lengths if one > days]
        back = sum(one <= days + rates.WITHIN for one in lasting) / len(lasting)
        assert back == pytest.approx(published, abs=0.02)


def test_students_are_active_as_often_as_counted():
    for kind in rates.KINDS:
        assert sum(one.share for one in rates.KINDS) == pytest.approx(1, abs=0.001)
        weights = rates.steps(kind)
        assert len(weights) == 6
        assert all(first >= second for first, second in pairwise(weights))


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1 день"), (2, "2 дня"), (5, "5 дней"), (11, "11 дней"), (21, "21 день"), (112, "112 дней")],
)
def test_russian_plurals(number, words):
    assert count("ru", number, "day") == words
    assert count("en", number, "day") == (f"{number} day" if number == 1 else f"{number} days")


def test_the_commands_at_the_end_work(tell):
    screen = tell(students=30)
    commands = [line.strip().removeprefix("loyaltykit ") for line in screen.splitlines() if "  loyaltykit " in line]
    assert [command.split()[0] for command in commands] == ["test", "member", "run"]
    for command in commands:
        result = CliRunner().invoke(cli, command.split())
        assert result.exit_code == 0, (command, result.output)
