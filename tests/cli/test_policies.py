"""policies: what others would have brought, as text in both languages and as JSON."""

import json

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.cli.output import cells
from tests.app.judged import PROGRAM, simulate
from tests.cli.helpers import invoke, store


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    folder = tmp_path_factory.mktemp("policies")
    with Loyalty(PROGRAM, store=store(folder)) as kit:
        simulate(kit, students=600, base=0.3, lift=0.2, seed=1)
    return folder


def screen(school, *arguments, lang="en", code=0):
    result = invoke("policies", "--store", store(school), *arguments, lang=lang)
    assert result.exit_code == code, result.output
    return (result.stdout if code == 0 else result.stderr).replace("\N{NO-BREAK SPACE}", " ").splitlines()


def test_a_line_a_policy(school):
    lines = screen(school, "--policy", "random", "--policy", "rule")
    assert lines[0] == "Policies beside one another: back"
    assert lines[1].startswith("Offer at step 1, drawn at random: ")
    assert lines[2].startswith("  what was chosen: ")
    assert [line.split(":")[0].strip() for line in lines[3:]] == ["random", "rule"]
    assert all("no difference shown" in line and "pp [" in line for line in lines[3:])


def test_in_russian(school):
    lines = screen(school, lang="ru")
    assert lines[0] == "Политики рядом: back"
    assert lines[1].startswith("Предложение на шаге 1, выбирает случай: выборов ")
    assert lines[2].startswith("  как выбирали: ")
    assert len(lines) == 8
    assert all(cells(line) <= 110 for line in lines)


def test_as_json(school):
    told = json.loads("\n".join(screen(school, "--json", "--campaign", "back", "--policy", "thompson")))
    (step,) = told["campaigns"]["back"]["steps"]
    assert [one["policy"] for one in step["policies"]] == ["thompson"]
    assert step["by"] == "random"


def test_no_answer_comes_with_its_reason(school):
    (line,) = [line for line in screen(school, "--at", "2026-09-02") if "thompson" in line]
    assert line == "  thompson: cannot be told: no choice's time is up yet"
    (line,) = [line for line in screen(school, "--at", "2026-09-02", lang="ru") if "thompson" in line]
    assert line == "  thompson: сказать нельзя: срок ещё не вышел ни у одного выбора"


def test_a_campaign_without_offers(school):
    assert screen(school, "--campaign", "open") == ["no campaign makes offers"]
    assert screen(school, "--campaign", "open", lang="ru") == ["ни одна кампания ничего не предлагает"]


def test_what_there_is_not(school):
    assert "thomson" in "\n".join(screen(school, "--policy", "thomson", code=1))
    assert "нет политики thomson" in "\n".join(screen(school, "--policy", "thomson", code=1, lang="ru"))
    assert "bakc" in "\n".join(screen(school, "--campaign", "bakc", code=1))
