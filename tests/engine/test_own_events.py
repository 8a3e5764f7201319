"""The library's own events: what a program names triggers and counts; what it does not name is no activity."""

from __future__ import annotations

import datetime as dt

import pytest

from loyaltykit import Engine, Loyalty, Program, ProgramError, check
from loyaltykit.values import Event

START = dt.datetime(2026, 9, 1, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
BASE = {
    "program": "school",
    "events": {"lesson.completed": {}, "order.paid": {"amount": "money"}},
    "member": {"name": "text", "city": "text"},
    "points": {"stars": {"spendable": True}, "xp": {}},
    "rewards": {"pen": {"cost": {"stars": 10}}, "cap": {"cost": {"stars": 20}}},
    "surveys": {"nps": {"question": "?", "scale": "0-10"}},
}


def program(**parts):
    paid = {"id": "paid", "on": "order.paid", "award": {"stars": "event.amount"}}
    return Program.from_dict({**BASE, **parts, "rules": [paid, *parts.get("rules", [])]})


def kit_of(store, **parts):
    kit = Loyalty(program(**parts), store=store)
    kit.record(Event("o1", "order.paid", "ann", START, {"amount": 100}))
    return kit


@pytest.fixture(params=["memory", "sqlite"])
def store(request, tmp_path):
    return "memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/school.db"


def xp(kit):
    return kit.member("ann").points["xp"].available


def test_a_rule_waits_for_a_redemption_and_reads_its_fields(store):
    rule = {"id": "spent", "on": "kit.redeemed", "when": "event.reward == 'pen'", "award": {"xp": 5}}
    with kit_of(store, rules=[rule]) as kit:
        kit.redeem("ann", "cap")
        assert xp(kit) == 0
        kit.redeem("ann", "pen")
        kit.redeem("ann", "pen", key="again")
        kit.redeem("ann", "pen", key="again")
        assert xp(kit) == 10


def test_answers_are_counted_and_start_what_waits_for_them(store):
    parts = {
        "badges": {"voice": {"count": "kit.answered", "steps": {"first": 1, "third": 3}}},
        "quests": {"heard": {"steps": [{"on": "kit.answered", "times": 2}], "reward": {"award": {"xp": 7}}}},
        "rules": [{"id": "lesson", "on": "lesson.completed", "when": "count('kit.answered') >= 2", "award": {"xp": 1}}],
    }
    with kit_of(store, **parts) as kit:
        for number, value in enumerate((9, 10)):
            kit.answer("ann", survey="nps", value=value, key=str(number))
            kit.record(Event(f"l{number}", "lesson.completed", "ann", START + (number + 1) * DAY))
        assert kit.member("ann").badges["voice"].step == "first"
        assert kit.member("ann").quests["heard"].done
        assert xp(kit) == 7 + 1


def test_a_profile_is_filled_in_once(store):
    rule = {
        "id": "profile",
        "on": "member.updated",
        "when": "member.city is not None",
        "award": {"xp": 20},
        "key": "'x'",
    }
    with kit_of(store, rules=[rule]) as kit:
        kit.update_member("ann", {"name": "Анна"}, at=START + DAY)
        kit.update_member("ann", {"city": "Омск"}, at=START + 2 * DAY)
        kit.update_member("ann", {"city": "Томск"}, at=START + 3 * DAY)
        assert xp(kit) == 20


def test_a_score_starts_what_waits_for_it():
    engine = Engine(program(churn={"bands": {"high": 0.5}}, rules=[
        {"id": "risk", "on": "churn.scored", "when": "event.score >= 0.5 and churn.band == 'high'", "award": {"xp": 1}},
    ]))  # fmt: skip
    state = engine.start("ann")
    for number, score in enumerate((0.2, 0.7)):
        event = Event(f"s{number}", "churn.scored", "ann", START + number * DAY, {"score": score, "status": "ok"})
        state, decision = engine.fold(state, event)
        assert [entry.amount for entry in decision.entries] == ([1] if score > 0.5 else [])


def test_what_is_not_named_is_no_activity_and_what_is_named_still_ends_no_silence():
    rules = [{"id": "quiet", "when": "silent('3d')", "award": {"xp": 1}}]
    for more in ([], [{"id": "named", "on": "kit.answered", "award": {"stars": 1}}]):
        with kit_of("memory:", rules=[*rules, *more]) as kit:
            kit.answer("ann", survey="nps", value=9, at=START + 2 * DAY)
            kit.advance(START + 4 * DAY)
            assert xp(kit) == 1


def test_a_refold_gives_what_an_unbroken_run_gives(store):
    rule = {"id": "spent", "on": "kit.redeemed", "award": {"xp": "count('order.paid')"}}
    with kit_of(store, rules=[rule]) as kit:
        kit.redeem("ann", "pen", at=START + 2 * DAY)
        assert xp(kit) == 1
        kit.record(Event("late", "order.paid", "ann", START + DAY, {"amount": 1}))
        assert xp(kit) == 2


def test_a_program_that_names_none_has_not_a_line_more():
    plain, named = program(), program(rules=[{"id": "spent", "on": "kit.redeemed", "award": {"xp": 1}}])
    assert list(Engine(plain).plan.events) == ["lesson.completed", "order.paid"]
    assert list(Engine(named).plan.events) == ["lesson.completed", "order.paid", "kit.redeemed"]


def test_settled_facts_cannot_be_named_and_a_slip_has_its_nearest():
    with pytest.raises(ProgramError, match=r"unknown event type fact\.settled"):
        program(rules=[{"id": "x", "on": "fact.settled", "award": {"xp": 1}}])
    with pytest.raises(ProgramError, match=r"unknown event type kit\.redemed"):
        program(rules=[{"id": "x", "on": "kit.redemed", "award": {"xp": 1}}])
    with pytest.raises(ProgramError, match=r"did you mean event\.reward"):
        program(rules=[{"id": "x", "on": "kit.redeemed", "when": "event.rewerd == 'pen'", "award": {"xp": 1}}])


def test_a_name_of_our_own_that_is_misspelt_has_the_right_one_as_its_hint():
    rules = [{"id": "r", "on": "kit.redeemd", "award": {"xp": 1}}]
    problems = check({"program": "p", "events": {"a": {}}, "points": {"xp": {}}, "rules": rules})
    assert [(one.code, one.hint) for one in problems] == [("document/unknown-event", "did you mean kit.redeemed?")]
