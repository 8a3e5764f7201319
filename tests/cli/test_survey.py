"""survey: what students said, in words and as data; nothing of small cells."""

import json

import pytest

from tests.cli.helpers import event, invoke, jsonl, program_in, run, store

PROGRAM = """\
program: school
events: {survey.answered: {survey: text, value: number, option: optional text}, lesson: {}}
member: {plan: text}
points: {xp: }
surveys:
  nps: {question: How likely?, label: {en: Would you recommend us?, ru: Посоветуете нас?}, scale: 0-10}
  happy: {question: Happy?, scale: 1-5}
  next: {question: What next?, options: [Go, SQL, Rust]}
"""


@pytest.fixture
def school(tmp_path):
    program_in(tmp_path, PROGRAM)
    events = []
    for number in range(30):
        member = f"m{number:02}"
        plan = "pro" if number < 14 else "basic" if number < 28 else "free"
        events.append(event(f"u{number}", "member.updated", member=member, at="2026-09-01T09:00:00+00:00", plan=plan))
        month = "09" if number < 15 else "10"
        said = {"nps": 10 if number < 20 else 3 if number < 25 else 7, "happy": 5 if number < 15 else 2}
        said["next"] = 1 if number % 2 else 2
        for survey, value in said.items():
            at = f"2026-{month}-02T10:00:00+00:00"
            events.append(
                event(f"{survey}{number}", "survey.answered", member=member, at=at, survey=survey, value=value)
            )
    run(tmp_path, jsonl(tmp_path / "events.jsonl", *events))
    return tmp_path


def shown(school, *arguments, lang="en", code=0):
    result = invoke("survey", *arguments, "--store", store(school), "--at", "2026-11-01T00:00", lang=lang)
    assert result.exit_code == code, result.output
    return result.output


def test_scores_have_intervals_and_answers_bars(school):
    text = shown(school, "nps")
    assert "Would you recommend us?" in text
    assert "30 members" in text
    assert "Net Promoter Score: +50 [" in text
    assert "NPS, лояльность: +50 [" in shown(school, "nps", lang="ru")
    assert "satisfied: 50% [33; 67]" in shown(school, "happy")
    assert "Go " in shown(school, "next")


def test_groups_and_periods(school):
    data = json.loads(shown(school, "nps", "--by", "plan", "--json"))
    groups = {one["name"]: one["n"] for one in data["groups"]}
    assert groups == {"basic": None, "free": None, "pro": 14}  # two are free: the total less the others would tell it
    assert "hidden" in shown(school, "nps", "--by", "plan")
    months = json.loads(shown(school, "nps", "--every", "month", "--json"))["groups"]
    assert [(one["name"], one["n"]) for one in months] == [("2026-09-01", 15), ("2026-10-01", 15)]
    assert months[0]["results"]["nps"]["value"] == 100


def test_what_there_is_not_is_refused_in_words(school):
    assert "nps" in shown(school, "nsp", code=1)
    assert "plan" in shown(school, "nps", "--by", "plam", code=1)
    assert "нет периода" in shown(school, "nps", "--every", "fortnight", lang="ru", code=1)
