"""goals: the table of both arms, the verdict, what works for whom, as text and as JSON."""

import json

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.cli.output import cells
from tests.app.judged import PROGRAM, simulate
from tests.cli.helpers import invoke, store


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    folder = tmp_path_factory.mktemp("judged")
    with Loyalty(PROGRAM, store=store(folder)) as kit:
        simulate(kit, students=600, base=0.3, lift=0.4, seed=1)
    return folder


def screen(school, *arguments, at="2026-09-26T13:00", lang="en"):
    result = invoke("goals", "--store", store(school), "--at", at, *arguments, lang=lang)
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def test_a_goal_is_a_table_and_a_verdict(school):
    assert screen(school)[:8] == [
        "Came back · campaigns.back · as of 2026-09-26 13:00",
        "                     members  reached it        rate     not yet",
        "  treated                222         154       69.4%           0",
        "  control                263          74       28.1%           0",
        "  difference     +41.2 pp [32.7, 48.9]",
        "  relative       +146.5% [100.0, 205.4], target +30%",
        "  in control     54.2%, planned 50.0% (p 0.063)",
        "  It helps, and the target of +30% is met.",
    ]


def test_in_russian(school):
    lines = [line.replace("\N{NO-BREAK SPACE}", " ") for line in screen(school, lang="ru")]
    assert lines[:8] == [
        "Вернулись · campaigns.back · на 26.09.2026 13:00",
        "                       всего    достигли        доля        ждём",
        "  кампания               222         154      69,4 %           0",
        "  контроль               263          74      28,1 %           0",
        "  разница        +41,2 п.п. [32,7; 48,9]",
        "  относительно   +146,5 % [100,0; 205,4], цель +30 %",
        "  в контроле     54,2 %, по плану 50,0 % (p 0,063)",
        "  Помогает, и цель +30 % достигнута.",
    ]


def test_other_verdicts_have_their_lines(school):
    lines = screen(school)
    assert "  There is nothing to compare with: nobody is withheld, set a `holdout` for campaigns.open." in lines
    assert any("churned" in line for line in lines)
    early = screen(school, at="2026-09-10")
    assert "  Too early to tell: the treated group has 0 with their time up, at least 30 needed." in early
    assert not any(line.startswith("  relative") for line in early)


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_what_works_for_whom(school, lang):
    lines = screen(school, "--offers", lang=lang)
    head = next(n for n, line in enumerate(lines) if "back" in line and ("whom" in line or "кому" in line))
    assert len(lines[head:]) == 5
    assert all(cells(line) <= 100 and "·%" not in line for line in lines)


def test_as_json(school):
    told = json.loads("\n".join(screen(school, "--json", "--by", "silent_days")))
    assert told["goals"]["returned"]["verdict"] == "target-met"
    assert [part["segment"] for part in told["offers"]["back"]["steps"][0]["segments"]] == ["7"]
    assert "offers" not in json.loads("\n".join(screen(school, "--json")))
