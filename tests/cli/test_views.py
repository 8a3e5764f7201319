"""member and explain: what they say, in both languages, and that no line is wider than the screen."""

import json

import pytest

from loyaltykit.cli.output import cells, clip, tame
from tests.cli.helpers import event, invoke, jsonl, program_in, run, store


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    folder = tmp_path_factory.mktemp("school")
    program_in(folder)
    named = event("m1", "member.updated", name="Анна Ильина", timezone="Asia/Omsk")
    events = [
        event("e1"),
        event("e2", at="2026-09-02T10:00:00+03:00"),
        event("e3", "quiz.passed", "2026-09-02T11:00:00+03:00", score=1.0),
        event("e4", "order.paid", "2026-09-03T11:00:00+03:00", order="7", amount="500.00"),
        event("x", member="evil \x1b[31m\u202ename"),
    ]
    run(folder, jsonl(folder / "events.jsonl", named, *events))
    return folder


def screen(school, *arguments, lang="en"):
    result = invoke(*arguments, "--store", store(school), lang=lang)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_member_on_one_screen(school):
    assert screen(school, "member", "ann", "--at", "2026-09-03T12:00:00+03:00").splitlines() == [
        "Анна Ильина (ann)",
        "since 2026-09-01 13:00 · as of 2026-09-03 15:00",
        "",
        "Points      Experience               35",
        "            stars                     0   5 pending, 5 in all",
        "Level       Explorer           the highest",
        "Streaks     Days in a row      2 days, last on 2026-09-02",
        "Quests      A pair             ████████████████████  2/2  done",
        "Badges      First step         one, 2026-09-01",
        *(line for line in screen(school, "member", "ann", "--at", "2026-09-03T12:00:00+03:00").splitlines()[9:]),
    ]


def test_the_story_has_the_newest_first_and_of_an_instant_the_event_first(school):
    lines = screen(school, "member", "ann", "--at", "2026-09-03T12:00:00+03:00").splitlines()
    story = lines[next(number for number, line in enumerate(lines) if line.startswith("Story")) :]
    assert story[0].split()[1:4] == ["2026-09-03", "14:00", "order.paid"]
    assert "+5 stars" in story[1]
    assert [line.split()[2] for line in story[2:4]] == ["quiz.passed", "+15"]


def test_in_russian(school):
    lines = screen(school, "member", "ann", "--at", "2026-09-03T12:00:00+03:00", lang="ru").splitlines()
    assert lines[1] == "с 01.09.2026 13:00 · на 03.09.2026 15:00"
    assert lines[3] == "Баллы       Опыт                     35"
    assert lines[6] == "Серии       Days in a row      2 дня, последний раз 02.09.2026"


def test_at_shows_another_moment(school):
    lines = screen(school, "member", "ann", "--at", "2026-09-02T10:30:00+03:00").splitlines()
    assert "Experience               20" in lines[3]
    assert "Level       Newcomer           █████████████░░░░░░░  10 to Explorer" in lines
    assert any(line.endswith("1/2  until 2026-09-08 13:00") for line in lines)


def test_as_json_it_is_the_whole_view(school):
    view = json.loads(screen(school, "member", "ann", "--at", "2026-09-20", "--json"))
    assert view["points"]["stars"]["available"] == 5
    assert {"tiers", "badges", "quests", "entitlements", "timeline", "inbox"} <= set(view)


def test_no_line_is_wider_than_the_screen(school, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    for line in screen(school, "member", "ann").splitlines():
        assert cells(line) <= 60


def test_nothing_from_outside_moves_the_cursor(school):
    text = screen(school, "member", "evil \x1b[31m\u202ename")
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "evil ·[31m·name" in text


def test_explain_an_event(school):
    assert screen(school, "explain", "ann", "--event", "e3").splitlines()[:3] == [
        "quiz.passed e3 · ann · 2026-09-02 14:00",
        "  score: 1.0",
        "  rules.quiz: +15 Experience (accrual), 20 without its cap",
    ]
    assert "rules.quiz: +15 Опыт (начисление), без ограничения было бы 20" in screen(
        school, "explain", "ann", "--event", "e3", lang="ru"
    )
    data = json.loads(screen(school, "explain", "ann", "--event", "e3", "--json"))
    assert data["event"]["id"] == "e3"


@pytest.mark.parametrize("arguments", [("member", "nobody"), ("explain", "ann", "--event", "nothing")])
def test_whom_and_what_nobody_has_seen(school, arguments):
    result = invoke(*arguments, "--store", store(school))
    assert result.exit_code == 1
    assert arguments[-1] in result.stderr
    assert "Traceback" not in result.output


def test_cut_texts_count_columns_not_characters():
    assert clip("幅広い文字", 7) == "幅広い…"
    assert clip("short", 5) == "short"
    assert cells("e\u0301") == 1
    assert tame("a\tb\x07") == "a b·"
