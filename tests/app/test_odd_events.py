"""Events and amounts at the edges: nothing of them may stop the rest, and both stores agree."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

import loyaltykit as lk

PROGRAM = """
program: school
events: {lesson: {minutes: number}, order: {amount: number}}
member: {birthday: date}
points: {xp: {}, big: {}, stars: {expires: {after: 6 months}}}
rules:
  - {id: lesson, on: lesson, award: {xp: 1, stars: 1}}
  - {id: order, on: order, award: {big: event.amount}}
quests:
  start: {steps: [{on: lesson}], reward: {award: {xp: "2 * 3 + 1"}}}
"""
AT = dt.datetime(2026, 9, 1, 10, tzinfo=dt.UTC)


@pytest.fixture(params=["memory:", "sqlite"])
def kit(request, tmp_path):
    url = request.param if request.param == "memory:" else f"sqlite:///{tmp_path}/school.db"
    with lk.Loyalty(lk.Program.from_yaml(PROGRAM), store=url) as kit:
        yield kit


def event(name, type="lesson", at=AT, **data):
    return lk.Event(name, type, "ann", at, data or {"minutes": 5.0})


def test_a_reward_may_be_a_sum(kit):
    kit.record(event("e1"))
    assert kit.member("ann").points["xp"].available == 8


def test_an_ill_typed_repetition_does_not_stop_a_batch(kit):
    kit.record(event("e1"))
    bad, good = event("e1", minutes="five"), event("e2", at=AT + dt.timedelta(hours=1))
    summary = kit.record_many([bad, good])
    assert (summary.recorded, len(summary.rejected)) == (1, 1)
    twice = kit.record_many([event("e3", at=AT + dt.timedelta(hours=2)), event("e3", minutes="five")])
    assert len(twice.rejected) == 1


def test_totals_may_be_larger_than_64_bits(kit):
    for number in range(14):
        kit.record(event(f"o{number}", "order", AT + dt.timedelta(hours=number), amount=9e17))
    kit.record(event("late", at=AT + dt.timedelta(minutes=30)))
    assert kit.member("ann").points["big"].available == 14 * 900_000_000_000_000_000
    assert kit.member("ann").points["xp"].available == 8


def test_attributes_are_kept_as_they_would_be_read_again(kit):
    given = {"birthday": "2000-01-02", "price": Decimal("1.50"), "since": dt.date(2020, 1, 1), "tags": ("a", "b")}
    kit.update_member("ann", given, at=AT)
    seen = kit.member("ann").attributes
    assert seen["birthday"] == dt.date(2000, 1, 2)
    assert (seen["price"], seen["since"], seen["tags"]) == ("1.50", "2020-01-01", ["a", "b"])


def test_what_would_expire_after_the_last_year_does_not(kit):
    kit.record(event("e1", at=dt.datetime(9999, 9, 1, tzinfo=dt.UTC)))
    assert kit.member("ann").points["stars"].expiring == ()


def test_an_award_below_zero_is_a_problem():
    text = PROGRAM.replace("award: {xp: 1, stars: 1}", "award: {xp: -1}")
    with pytest.raises(lk.ProgramError) as caught:
        lk.Program.from_yaml(text)
    assert [(problem.code, problem.path) for problem in caught.value.problems] == [
        ("document/award", "rules.lesson.award.xp")
    ]


def test_why_a_silence_has_not_been_noticed_is_told_for_now():
    text = PROGRAM.replace("quests:", "  - {id: quiet, when: \"silent('7d')\", award: {xp: 5}}\nquests:")
    now = [AT]
    with lk.Loyalty(lk.Program.from_yaml(text), clock=lambda: now[0]) as kit:
        kit.record(event("e1"))
        assert kit.explain("ann", rule="quiet").reasons[0].code == "reason/condition"
        now[0] = AT + dt.timedelta(days=8)
        assert kit.explain("ann", rule="quiet").reasons[0].code == "reason/holds"


def test_the_pure_fold_refuses_what_it_cannot_take_and_changes_nothing():
    engine = lk.Engine(lk.Program.from_yaml(PROGRAM))
    state, _ = engine.fold(engine.start("ann"), event("e1"))
    before = engine.dump(state)
    later = AT + dt.timedelta(days=1)
    with pytest.raises(lk.EventError):
        engine.fold(state, event("e2", "lessom", later), history_only=True)
    with pytest.raises(lk.EventError):
        engine.fold(state, lk.Event("f1", "fact.settled", "ann", later, {"granted": True}))
    assert engine.dump(state) == before


def test_a_right_of_the_first_step_of_a_ladder_lasts_as_long_as_the_step():
    text = (
        PROGRAM
        + """
rewards: {chat: {kind: chat, lasts: 7d}}
tiers:
  status: {by: earned('xp'), period: calendar month, steps: {bronze: 0, gold: 900}, benefits: {bronze: {grant: chat}}}
"""
    )
    with lk.Loyalty(lk.Program.from_yaml(text)) as kit:
        kit.record(event("e1"))
        kit.advance(AT + dt.timedelta(days=90))
        assert kit.member("ann").entitlements["chat"].until is None
