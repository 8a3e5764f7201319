"""redeem, cancel, adjust, transfer, pause, badge: what a person at the desk does for a member."""

import json

import pytest

from tests.cli.helpers import event, invoke, jsonl, program_in, run, store

PROGRAM = """\
program: school
timezone: Europe/Moscow
events: {lesson: {}, paid: {amount: money}}
points: {stars: {label: {en: Stars, ru: Звёзды}, spendable: true, decimals: 1}}
rules: [{id: paid, on: paid, award: {stars: event.amount / 100}}]
rewards:
  talk: {label: {en: A talk, ru: Беседа}, cost: {stars: 20}}
  voucher: {cost: {stars: 1.5}, codes: [BOOK-1], value: 3}
streaks: {study: {on: lesson, every: day, freezes: {initial: 1}}}
badges: {mentor: {label: {en: Mentor, ru: Ментор}, count: lesson, steps: {one: 100, two: 200}}}
"""

LATER = "2026-09-02T11:00"


@pytest.fixture
def school(tmp_path):
    program_in(tmp_path, PROGRAM)
    events = [
        event("p1", "paid", amount=5000),
        event("p2", "paid", member="bob", amount=1000),
        event("l1", "lesson", at="2026-09-01T12:00:00+03:00"),
    ]
    run(tmp_path, jsonl(tmp_path / "events.jsonl", *events), "--until", "2026-09-02T00:00:00+03:00")
    return tmp_path


def told(school, *arguments, at="2026-09-02T10:00", lang="en", code=0):
    result = invoke(*arguments, "--store", store(school), "--at", at, lang=lang)
    assert result.exit_code == code, result.output
    return result.output.replace("\xa0", " ")


def stars(school, member="ann"):
    return json.loads(told(school, "member", member, "--json", at=LATER))["points"]["stars"]["available"]


def test_a_reward_is_redeemed_and_undone(school):
    first, second = told(school, "redeem", "ann", "talk", "--key", "k").splitlines()
    assert first == "ann has A talk for 20.0 Stars"
    assert told(school, "redeem", "ann", "talk", "--key", "k", lang="ru").startswith("ann: Беседа, списано 20,0 Звёзды")
    assert stars(school) == "30.0"
    id = second.removeprefix("  redemption ")
    assert told(school, "cancel", id, "--by", "Olga").splitlines() == [f"Undone: {id}", "ann has 50.0 Stars now"]
    assert stars(school) == "50.0"
    assert "нет обмена nothing" in told(school, "cancel", "nothing", lang="ru", code=1)


def test_a_redemption_as_json_has_its_code(school):
    done = json.loads(told(school, "redeem", "ann", "voucher", "--json", "--key", "k"))
    shown = told(school, "redeem", "ann", "voucher", "--key", "k", lang="ru")
    assert shown.splitlines()[2:] == ["  код BOOK-1", "  стоимость 3"]
    assert (done["member"], done["reward"], done["cost"], done["state"]) == (
        "ann",
        "voucher",
        {"stars": "1.5"},
        "granted",
    )
    assert (done["code"], done["value"]) == ("BOOK-1", 3)
    assert "out-of-stock" in json.loads(told(school, "redeem", "ann", "voucher", "--json", code=1))["error"]["code"]


def test_a_refusal_takes_nothing_and_says_why(school):
    assert "not enough stars" in told(school, "redeem", "bob", "talk", code=1)
    assert "не хватает баллов stars" in told(school, "redeem", "bob", "talk", lang="ru", code=1)
    assert "did you mean talk?" in told(school, "redeem", "bob", "tak", code=1)
    assert stars(school, "bob") == "10.0"


def test_points_are_given_taken_and_moved(school):
    why = ("--by", "Olga", "--reason", "found a mistake")
    assert told(school, "adjust", "ann", "stars=2.5", *why) == "ann has 52.5 Stars now\n"
    assert told(school, "adjust", "ann", "stars=-5", *why, lang="ru") == "ann: теперь 47,5 Звёзды\n"
    assert json.loads(told(school, "transfer", "ann", "bob", "stars=7.5", *why, "--json")) == {
        "ann": {"stars": "40.0"},
        "bob": {"stars": "17.5"},
    }
    assert "stars=5" in told(school, "adjust", "ann", "stars", *why, code=2)
    assert "no amount" in told(school, "adjust", "ann", "stars=much", *why, code=1)
    told(school, "adjust", "anne", "stars=5", *why, code=1)
    told(school, "member", "anne", code=1)


def test_the_same_key_gives_once(school):
    for _ in range(2):
        told(school, "adjust", "bob", "stars=1", "--by", "Olga", "--reason", "prize", "--key", "prize-bob")
    assert stars(school, "bob") == "11.0"


def test_a_pause_keeps_a_streak(school):
    said = told(school, "pause", "ann", "--from", "2026-09-02", "--to", "2026-09-08", "--by", "Olga")
    assert said == "ann: nothing is missed from 2026-09-02 to 2026-09-08\n"
    shown = json.loads(told(school, "member", "ann", "--json", at="2026-09-09T10:00"))["streaks"]["study"]
    assert (shown["length"], shown["freezes"]) == (1, 1)
    assert "не день" in told(school, "pause", "ann", "--from", "soon", "--to", "2026-09-08", lang="ru", code=2)
    backwards = told(school, "pause", "ann", "--from", "2026-09-08", "--to", "2026-09-02", lang="ru", code=1)
    assert "через 366 дней" in backwards


def test_a_badge_is_awarded_and_taken_away(school):
    assert told(school, "badge", "award", "ann", "mentor", "--step", "two") == "ann has the badge Mentor\n"
    assert json.loads(told(school, "member", "ann", "--json", at=LATER))["badges"]["mentor"]["step"] == "two"
    assert "уже есть" in told(school, "badge", "award", "ann", "mentor", lang="ru", code=1)
    assert told(school, "badge", "revoke", "ann", "mentor", lang="ru") == "ann: значка «Ментор» больше нет\n"
    assert json.loads(told(school, "badge", "award", "bob", "mentor", "--json"))["badges"] == ["mentor"]
