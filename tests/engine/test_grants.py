# ruff: noqa: E501  # a small program and its story are read best in one line
from __future__ import annotations

from tests.engine.story import Story, given, told


def test_a_grant_without_an_end():
    story = Story(
        "points: {xp: {}}\nrewards: {chat: {kind: chat, label: {en: The chat, ru: Чат}}}\nrules: [{id: r, on: quiz, grant: chat}, {id: s, on: ping, when: entitlement.chat, award: {xp: 1}}]"
    )
    assert given(story.on("2026-03-01 10:00")) == []
    (effect,) = story.on("2026-03-02 10:00", "quiz").effects
    assert (effect.kind, effect.name, effect.mechanic, dict(effect.data)) == ("grant", "chat", "rules.r", {})
    assert given(story.on("2036-03-02 10:00")) == [1]
    view = story.view().entitlements["chat"]
    assert (view.kind, view.label, view.until) == ("chat", "The chat", None)
    assert view.since.isoformat() == "2026-03-02T10:00:00+00:00"


def test_lasts_and_the_expiry_effect():
    story = Story(
        "points: {xp: {}}\nrewards: {chat: {lasts: 30d}}\nrules: [{id: r, on: quiz, grant: chat}, {id: s, on: ping, when: entitlement.chat, award: {xp: 1}}]"
    )
    (effect,) = story.on("2026-03-01 10:00", "quiz").effects
    assert story.wall(effect.data["until"]) == "2026-03-31 10:00"
    assert given(story.on("2026-03-31 09:59:59.999999")) == [1]
    decision = story.on("2026-03-31 10:00")
    assert [(e.kind, e.name, e.mechanic, e.event) for e in decision.effects] == [("expired", "chat", "rules.r", None)]
    assert given(decision) == []
    assert story.view().entitlements == {}


def test_lasts_months_on_the_members_wall():
    story = Story(
        "points: {xp: {}}\nrewards: {chat: {lasts: 1 month}}\nrules: [{id: r, on: quiz, grant: chat}]",
        zone="Europe/Berlin",
    )
    (effect,) = story.on("2026-03-15 10:00", "quiz").effects
    assert story.wall(effect.data["until"]) == "2026-04-15 10:00"


def test_a_second_grant_makes_the_right_last_longer_and_it_ends_once():
    story = Story("points: {xp: {}}\nrewards: {chat: {lasts: 30d}}\nrules: [{id: r, on: quiz, grant: chat}]")
    story.on("2026-03-01 10:00", "quiz")
    story.on("2026-03-11 10:00", "quiz")
    assert story.view().entitlements["chat"].until.isoformat() == "2026-04-10T10:00:00+00:00"
    story.until("2027-01-01 00:00")
    assert story.dated("grant") == ["2026-03-01 10:00", "2026-03-11 10:00"]
    assert story.dated("expired") == ["2026-04-10 10:00"]  # the entitlement ended then, not before


def test_a_right_from_two_sources_ends_with_the_last():
    story = Story(
        "points: {xp: {}}\nrewards: {chat: {}}\nrules: [{id: r, on: quiz, award: {xp: 10}}, {id: g, on: ping, grant: chat}]\n"
        "tiers: {status: {by: earned('xp'), period: calendar month, keep: until end of period, steps: {a: 0, b: 10}, benefits: {b: {grant: chat}}}}"
    )
    story.on("2026-03-01 10:00", "quiz")
    story.on("2026-03-02 10:00")
    story.until("2026-05-01 10:00")
    assert "chat" in story.view().entitlements
    assert story.told("expired") == []


def test_what_is_held_for_good_does_not_pile_up():
    story = Story("points: {xp: {}}\nrewards: {chat: {}}\nrules: [{id: r, on: quiz, grant: chat}]")
    story.on("2026-03-01 10:00", "quiz")
    size = len(story.engine.dump(story.state))
    for hour in range(10):
        story.on(f"2026-03-02 1{hour}:00", "quiz")
    assert len(story.engine.dump(story.state)) == size


def test_stock_is_asked_for_and_the_answer_folded():
    story = Story(
        "points: {xp: {}}\nrewards: {seat: {stock: 1, lasts: 10d}}\nrules: [{id: r, on: quiz, grant: seat}, {id: s, on: ping, when: entitlement.seat, award: {xp: 1}}]\nbadges: {b: {when: entitlement.seat}}"
    )
    decision = story.on("2026-03-01 10:00", "quiz")
    assert decision.effects == ()
    (request,) = decision.requests
    assert (request.kind, request.name, request.mechanic, request.occurrence, request.event) == (
        "stock",
        "seat",
        "rules.r",
        "e001",
        "e001",
    )
    answered = story.answer(request, granted=True)
    assert [(e.kind, e.name, e.mechanic, e.occurrence, e.event) for e in answered.effects] == [
        ("grant", "seat", "rules.r", "e001", "e001"),
        ("badge", "b", "badges.b", "", "e001"),
    ]
    assert given(story.on("2026-03-02 10:00")) == [1]
    assert [story.wall(e.at) for e in story.until("2026-04-01 10:00").effects] == ["2026-03-11 10:00"]


def test_a_refusal_is_told():
    story = Story("points: {xp: {}}\nrewards: {seat: {stock: 0}}\nrules: [{id: r, on: quiz, grant: seat}]")
    (request,) = story.on("2026-03-01 10:00", "quiz").requests
    (effect,) = story.answer(request, granted=False).effects
    assert (effect.kind, effect.name, effect.mechanic) == ("refused", "seat", "rules.r")
    assert story.view().entitlements == {}


def test_the_answer_has_an_id_of_its_own_and_events_of_the_same_instant_may_follow():
    story = Story("points: {xp: {}}\nrewards: {seat: {stock: 1, lasts: 1d}}\nrules: [{id: r, on: quiz, grant: seat}]")
    (request,) = story.on("2026-03-01 10:00", "quiz", id="a").requests
    event = story.engine.answer(request, granted=True)
    assert event == story.engine.answer(request, granted=True)
    assert event.type == "fact.settled"
    story.take(event)
    story.on("2026-03-01 10:00", "quiz", id="b")
    assert len(story.requests) == 2


def test_a_quest_a_badge_and_a_milestone_grant():
    story = Story(
        "points: {xp: {}}\nrewards: {a: {}, b: {}, c: {}, d: {}}\nquests: {q: {steps: [{on: quiz}], reward: {grant: a}}}\n"
        "badges: {b: {count: quiz, grant: b}, e: {when: entitlement.a and entitlement.b and entitlement.c, grant: d}}\nstreaks: {s: {on: quiz, milestones: {1: {grant: c}}}}"
    )
    decision = story.on("2026-03-01 10:00", "quiz")
    assert sorted(told(decision, "grant")) == ["a", "b", "c", "d"]
    assert told(decision, "badge") == ["b", "e"]


def test_the_end_of_a_right_can_make_a_condition_true():
    story = Story(
        "points: {xp: {}}\nrewards: {chat: {lasts: 2d}}\nrules: [{id: r, on: quiz, grant: chat}, {id: w, when: count('quiz') >= 1 and not entitlement.chat, award: {xp: 5}}]"
    )
    story.on("2026-03-01 10:00", "quiz")
    story.until("2026-04-01 10:00")
    assert [story.wall(entry.at) for entry in story.entries] == ["2026-03-03 10:00"]


def test_no_piece_of_stock_is_asked_for_that_would_bring_nothing():
    story = Story("points: {xp: {}}\nrewards: {seat: {stock: 5}}\nrules: [{id: r, on: quiz, grant: seat}]")
    (request,) = story.on("2026-03-01 10:00", "quiz").requests
    story.answer(request, granted=True)
    assert story.on("2026-03-02 10:00", "quiz").requests == ()
