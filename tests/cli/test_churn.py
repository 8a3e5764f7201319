"""`churn fit / score / backtest`: files and stores in, tables, files and JSON out."""

import csv
import datetime as dt
import json
import random
from itertools import pairwise

import pytest

from loyaltykit.churn import load
from tests.cli.helpers import PROGRAM, invoke, jsonl, program_in, run, store

START = dt.datetime(2026, 1, 1, 9, tzinfo=dt.UTC)
CHURN = "churn: {model: recency, bands: {watch: 0.1, high: 0.5}}\n"


def lessons(members=60, days=200, seed=3, prefix="student"):
    """Members with a rhythm of their own, who drop out one day; each third also passes a quiz."""
    chance, found = random.Random(seed), []
    for number in range(members):
        gap, day, end = chance.uniform(1, 8), chance.uniform(0, 40), chance.uniform(20, 2 * days)
        while day < min(end, days):
            at = (START + dt.timedelta(days=day)).isoformat()
            quiz = not number % 3 and chance.random() < 0.3
            type, data = ("quiz.passed", {"score": 0.8}) if quiz else ("lesson.completed", {"course": "py"})
            who = f"{prefix}-{number}"
            found.append({"id": f"{who}-{len(found)}", "type": type, "member": who, "at": at, "data": data})
            day += chance.expovariate(1 / gap) + 0.1
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("school")
    jsonl(made / "events.jsonl", *lessons())
    jsonl(made / "other.jsonl", *lessons(seed=4, prefix="other"))
    program_in(made, PROGRAM.replace("cases:", f"{CHURN}cases:"))
    return made


@pytest.fixture(scope="module")
def fitted(folder):
    made = invoke(*fit(folder), "--card", folder / "card.json")
    assert made.exit_code == 0, made.output
    return made


def fit(folder, *more):
    events = ("--events", folder / "events.jsonl", "--active", "28d")
    return ("churn", "fit", *events, "--model", "recency", "--out", folder / "model.churn", *more)


def backtest(folder, *more):
    return ("churn", "backtest", "--events", folder / "events.jsonl", "--resamples", "50", *more)


# backtest


def test_models_are_compared_by_rolling_origin(folder):
    made = invoke(*backtest(folder, "--model", "recency,cadence", "--model", "recency", "--active", "28d"))
    assert made.exit_code == 0, made.output
    assert "Judged on " in made.stdout
    assert made.stdout.count("Learned from") == 3
    assert "\nrecency " in made.stdout
    assert "\ncadence " in made.stdout
    assert "has the highest AUC" in made.stdout
    assert "recency: " in made.stdout.rpartition("\n\n")[2]


def test_a_second_file_judges_what_was_learned_of_the_first(folder):
    told = json.loads(
        invoke(*backtest(folder, "--test", folder / "other.jsonl", "--model", "recency", "--json")).stdout
    )
    assert len(told["folds"]) == 1
    assert told["folds"][0]["test"]["members"] <= 60
    assert told["label"] == "silence"
    assert told["horizon_days"] == 28
    assert set(told["models"]["recency"]["metrics"]["auc"]) == {"value", "low", "high"}


def test_a_test_file_of_the_same_members_and_time_leaks(folder):
    made = invoke(*backtest(folder, "--test", folder / "events.jsonl", "--model", "recency"))
    assert made.exit_code == 1
    assert "the split leaks" in made.output


def test_a_page_and_a_card_are_written(folder):
    pytest.importorskip("vl_convert")
    page, card = folder / "page.html", folder / "card.md"
    made = invoke(*backtest(folder, "--model", "recency", "--report", page, "--card", card), lang="ru")
    assert made.exit_code == 0, made.output
    assert f"Записано: {card}" in made.stdout
    assert "<svg" in page.read_text("utf-8")
    assert card.read_text("utf-8").startswith("# Карточка модели: recency")


def test_value_and_cost_add_the_gain(folder):
    made = invoke(*backtest(folder, "--model", "recency", "--value", "40", "--cost", "3", "--folds", "2"))
    assert "lift 10%" in made.stdout
    assert " gain" in made.stdout
    assert made.stdout.count("Learned from") == 2


def test_cut_offs_are_every_so_many_days_or_named(folder):
    def moments(text):
        more = ("--model", "recency", "--folds", "1", "--json", "--cutoffs", text)
        fold = json.loads(invoke(*backtest(folder, *more)).stdout)["folds"][0]
        return [moment[:10] for side in ("train", "test") for moment in fold[side]["cutoffs"]]

    steps = [dt.date.fromisoformat(day) for day in moments("every 7d")]
    assert {(b - a).days for a, b in pairwise(steps)} >= {7}
    assert moments("every 30d from 2026-02-01") == [
        "2026-02-01",
        "2026-03-03",
        "2026-04-02",
        "2026-05-02",
        "2026-06-01",
    ]
    assert moments("2026-02-01, 2026-03-01,2026-05-01T12:00") == ["2026-02-01", "2026-03-01", "2026-05-01"]


def test_what_was_not_known_by_a_moment_is_left_out(folder):
    more = ("--model", "recency", "--at", "2026-06-01", "--cutoffs", "every 14d", "--json")
    folds = json.loads(invoke(*backtest(folder, *more)).stdout)["folds"]
    assert max(folds[-1]["test"]["cutoffs"]) <= "2026-05-04T00:00:00+00:00"


def test_a_history_that_is_too_short_is_said(folder):
    made = invoke(*backtest(folder, "--model", "recency", "--horizon", "364d"))
    assert made.exit_code == 1
    assert "too little to learn from" in made.output


# fit and score


def test_a_model_is_fitted_and_kept_in_a_file(folder, fitted):
    assert "recency learned from " in fitted.stdout
    assert load(folder / "model.churn").spec.horizon == dt.timedelta(days=28)
    card = json.loads((folder / "card.json").read_text("utf-8"))
    assert card["model"]["id"] == "recency"
    assert card["judged"]["rows"] > 0


def test_members_are_scored_the_riskiest_first_with_band_and_reasons(folder, fitted):
    out = folder / "scores.csv"
    source = (
        "--events",
        folder / "events.jsonl",
        "--program",
        folder / "program.yaml",
        "--from",
        folder / "model.churn",
    )
    made = invoke("churn", "score", *source, "--out", out, "--top", "3", "--json")
    told = json.loads(made.stdout)["members"]
    risks = [one["p"] for one in told]
    assert len(told) == 60
    assert risks == sorted(risks, reverse=True)
    assert {one["band"] for one in told} <= {None, "watch", "high"}
    assert any(one["reasons"] for one in told)
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert [row["member"] for row in rows] == [one["member"] for one in told]
    shown = invoke("churn", "score", *source, "--top", "3", lang="ru").stdout
    assert shown.startswith("Оценено: 60 участников, модель recency")
    assert "и ещё 57" in shown


def test_scores_are_as_of_the_moment_asked_for(folder, fitted):
    source = ("--events", folder / "events.jsonl", "--from", folder / "model.churn")
    told = json.loads(invoke("churn", "score", *source, "--at", "2026-02-01", "--json").stdout)
    assert told["at"] == "2026-02-01T00:00:00+00:00"


def test_what_is_no_event_is_counted_and_named(folder, fitted):
    bad = jsonl(folder / "bad.jsonl", *lessons(5), "not json")
    made = invoke("churn", "score", "--events", bad, "--from", folder / "model.churn")
    assert made.exit_code == 0
    assert "Not taken: 1" in made.stderr
    assert "bad.jsonl" in made.stderr
    made = invoke("churn", "score", "--events", jsonl(folder / "worse.jsonl", "x"), "--from", folder / "model.churn")
    assert made.exit_code == 1


# a store


def test_a_store_keeps_its_model_and_its_scores(folder):
    _, made = run(folder, folder / "events.jsonl")
    assert made.exit_code == 0, made.output
    at = ("--at", "2026-07-20T00:00:00+00:00")
    judged = invoke("churn", "backtest", "--store", store(folder), "--resamples", "50", *at)
    assert judged.exit_code == 0, judged.output
    assert "\nrecency " in judged.stdout
    kept = invoke("churn", "fit", "--store", store(folder), *at)
    assert "is kept in the store" in kept.stdout, kept.output
    scored = invoke("churn", "score", "--store", store(folder), *at)
    assert scored.stdout.startswith("60 members scored by recency as of 2026-07-20"), scored.output
    again = json.loads(invoke("churn", "score", "--store", store(folder), *at, "--json").stdout)
    assert (again["scored"], again["recorded"]) == (60, 0)


# wrong usage


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("backtest",), "--events FILE or --store URL"),
        (("backtest", "--events", "nowhere.jsonl"), "nowhere.jsonl"),
        (("backtest", "--store", "sqlite:///x.db", "--left", "x"), "--left goes with --events"),
        (("fit", "--events", "{events}"), "--out FILE"),
        (("fit", "--events", "{events}", "--out", "x", "--map", "m.yaml"), "add --program"),
        (("fit", "--events", "{events}", "--out", "x", "--horizon", "5h"), "days or weeks"),
        (("score", "--events", "{events}"), "--from FILE"),
        (("backtest", "--events", "{events}", "--test-cutoffs", "every 7d"), "goes with --test"),
        (("backtest", "--events", "{events}", "--cutoffs", "often"), "often"),
        (("scores",), "score"),
    ],
)
def test_wrong_usage_is_said_with_exit_code_2(folder, arguments, told):
    made = invoke("churn", *(one.format(events=folder / "events.jsonl") for one in arguments))
    assert made.exit_code == 2, made.output
    assert told in made.output


def test_an_unknown_model_names_the_nearest(folder):
    made = invoke(*backtest(folder, "--model", "cadense"))
    assert made.exit_code == 1
    assert "cadence" in made.output


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_help_of_the_group_and_its_commands(lang):
    page = invoke("churn", "--help", lang=lang)
    assert page.exit_code == 0
    for name in ("fit", "score", "backtest"):
        assert f"  {name} " in page.stdout
        inner = invoke("churn", name, "--help", lang=lang)
        assert inner.exit_code == 0
        assert "help/" not in page.stdout + inner.stdout
    assert "  churn " in invoke("--help", lang=lang).stdout


def test_the_language_asked_for_before_the_command_holds_inside(folder):
    from click.testing import CliRunner

    from loyaltykit.cli.group import cli

    made = CliRunner().invoke(cli, ["--lang", "ru", "churn", "backtest"])
    assert "укажите, где события" in made.output
