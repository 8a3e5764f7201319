"""`churn` over files: what goes wrong is said, with its place and what to do."""

import pytest

from tests.cli.helpers import PROGRAM, invoke, jsonl, program_in, run, store
from tests.cli.test_churn import lessons

CAMPAIGN = """
churn: {model: recency}
campaigns: {back: {start: churn.score > 0.99, steps: [{send: hi}]}}
messages: {hi: {en: Hello}}
"""


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    made = tmp_path_factory.mktemp("school")
    return jsonl(made / "events.jsonl", *lessons()).parent


def fit(school, name="events.jsonl", *more, out="model.churn"):
    where = ("--events", school / name, "--out", school / out)
    return invoke("churn", "fit", *where, "--model", "recency", *more)


def test_a_label_that_never_happens_is_not_taken_for_nobody_leaves(school):
    judge = ("churn", "backtest", "--events", school / "events.jsonl", "--model", "recency", "--resamples", "0")
    made = invoke(*judge, "--label", "quiz.pased")
    assert made.exit_code == 1
    assert "no event has the type quiz.pased" in made.stderr
    assert "did you mean quiz.passed?" in made.stderr
    other = invoke(*judge, "--label", "zzz", "--lang", "ru")
    assert "событий zzz нет" in other.stderr
    assert "есть lesson.completed, quiz.passed" in other.stderr


def test_fit_says_what_it_did_not_take(school):
    whole = (school / "events.jsonl").read_text(encoding="utf-8")
    (school / "mixed.jsonl").write_text("junk\n" + whole, encoding="utf-8")
    for more in ((), ("--json",)):
        made = fit(school, "mixed.jsonl", *more)
        assert made.exit_code == 0
        assert "Not taken: 1, the first one at" in made.stderr
        assert "mixed.jsonl:1" in made.stderr


def test_an_empty_file_is_named(school):
    (school / "empty.jsonl").touch()
    made = fit(school, "empty.jsonl")
    assert made.exit_code == 1
    assert "empty.jsonl: there is no event in it" in made.stderr


def test_a_folder_that_is_not_there_is_told_by_the_name_that_was_given(school):
    made = fit(school, out="nowhere/model.churn")
    assert made.exit_code == 2
    assert "nowhere/model.churn: No such file" in made.stderr


def test_without_draws_no_interval_is_spoken_of(school):
    where = ("--events", school / "events.jsonl", "--model", "recency")
    made = invoke("churn", "backtest", *where, "--resamples", "0")
    assert "% of them churned.\n" in made.stdout
    assert "interval" not in made.stdout


def test_a_card_names_no_minimum_of_nothing(school):
    where = ("--events", school / "events.jsonl", "--out", school / "m.churn", "--model", "hazard")
    made = invoke("churn", "fit", *where, "--card", school / "card.md")
    assert made.exit_code == 0, made.output
    assert "recency 0" not in (school / "card.md").read_text(encoding="utf-8")


def test_days_are_those_of_the_programs_zone(tmp_path):
    school = PROGRAM.replace("cases:", f"{CAMPAIGN}cases:")
    program_in(tmp_path, school)
    jsonl(tmp_path / "events.jsonl", *lessons())
    assert run(tmp_path, tmp_path / "events.jsonl")[1].exit_code == 0
    at = ("--store", store(tmp_path), "--at", "2026-07-20")  # midnight in Moscow, the 19th in UTC
    assert invoke("churn", "fit", *at).exit_code == 0
    assert "as of 2026-07-20." in invoke("churn", "score", *at).stdout
    where = ("--events", tmp_path / "events.jsonl", "--program", tmp_path / "program.yaml", "--model", "recency")
    model = tmp_path / "model.churn"
    assert invoke("churn", "fit", *where, "--out", model).exit_code == 0
    made = invoke("churn", "score", *where[:4], "--from", model, "--at", "2026-07-20")
    assert "as of 2026-07-20." in made.stdout
    told = invoke("explain", "student-1", "--campaign", "back", "--store", store(tmp_path)).stdout
    assert "as of 2026-07-20" in told
