# ruff: noqa: E501  # a small program and its story are read best in one line
"""The order of one event, as program.md says it."""

from __future__ import annotations

import datetime as dt

import hypothesis
import pytest
from hypothesis import settings
from hypothesis import strategies as st

import loyaltykit as lk
from tests.engine.story import Story, given, program

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)

EVERYTHING = """
member: {plan: text}
points: {xp: {}, seen: {}}
levels: {by: xp, steps: {Newcomer: 0, Explorer: 20}}
tiers: {status: {by: earned('xp'), period: calendar year, steps: {bronze: 0, silver: 20}}}
streaks: {study: {on: quiz, every: day, milestones: {1: {xp: 1}}}}
badges: {counted: {count: quiz, steps: {one: 1}}, held: {when: points.xp.lifetime >= 20}}
quests: {q: {steps: [{on: quiz}], reward: {xp: 2}}}
rewards: {chat: {}}
rules:
  - {id: a, on: quiz, award: {xp: 20}, grant: chat}
  - {id: points, on: quiz, when: points.xp.lifetime == 0, award: {seen: 1}}
  - {id: level, on: quiz, when: level == 'Newcomer', award: {seen: 10}}
  - {id: tier, on: quiz, when: tier.status == 'bronze', award: {seen: 100}}
  - {id: badges, on: quiz, when: badge.counted is None and not badge.held, award: {seen: 1000}}
  - {id: quests, on: quiz, when: not quest.q.done and not quest.q.active and not quest.any.done, award: {seen: 10000}}
  - {id: rights, on: quiz, when: not entitlement.chat, award: {seen: 100000}}
  - {id: history, on: quiz, when: count('quiz') == 1 and event.nth == 1, award: {seen: 1000000}}
  - {id: streaks, on: quiz, when: streak.study.length == 1, award: {seen: 10000000}}
  - {id: amounts, on: quiz, award: {seen: "100000000 if points.xp.lifetime == 0 else 0"}}
"""


def test_rules_see_the_standing_before_the_event_but_history_and_streaks_with_it():
    story = Story(EVERYTHING)
    assert given(story.on("2026-03-01 10:00", "quiz"), "seen") == [10**n for n in range(9)]
    later = Story(EVERYTHING)
    later.on("2026-03-01 10:00", "quiz")
    assert given(later.on("2026-03-02 10:00", "quiz"), "seen") == []


def test_many_rules_see_the_standing_before_the_event_too():
    more = "".join(
        f"  - {{id: more-{n}, on: quiz, when: event.score > {n}, award: {{seen: 1}}}}\n" for n in range(2, 40)
    )
    story = Story(EVERYTHING + more)
    assert given(story.on("2026-03-01 10:00", "quiz"), "seen") == [10**n for n in range(9)]


def test_rules_in_document_order_then_levels_tiers_badges_quests_then_what_follows():
    story = Story(EVERYTHING)
    decision = story.on("2026-03-01 10:00", "quiz")
    lines = [line[3] for line in decision.compact]
    assert lines == [
        "streaks.study",
        "rules.a",
        "rules.a",
        *(
            f"rules.{name}"
            for name in ("points", "level", "tier", "badges", "quests", "rights", "history", "streaks", "amounts")
        ),
        "levels",
        "tiers.status",
        "badges.counted",
        "badges.held",
        "quests.q",
        "quests.q",
        "streaks.study",
        "quests.q",
    ]


def test_consequences_go_round_in_that_order():
    """A quest's reward lifts the level, the level earns a badge, the badge ends a quest, its reward lifts the level again."""
    story = Story(
        "points: {xp: {}}\nlevels: {by: xp, steps: {A: 0, B: 10, C: 20, D: 30}}\n"
        "quests: {one: {steps: [{on: quiz}], reward: {xp: 10}}, two: {steps: [{when: badge.b}], reward: {xp: 10}}}\n"
        "badges: {b: {when: level >= 'B', award: {xp: 5}}, c: {when: level >= 'C', award: {xp: 5}}}"
    )
    decision = story.on("2026-03-01 10:00", "quiz")
    assert [(line[0], line[3], line[6]) for line in decision.compact] == [
        ("effect", "quests.one", "one"),
        ("effect", "quests.one", "one"),
        ("accrual", "quests.one", 10),
        ("effect", "levels", "B"),
        ("effect", "badges.b", "b"),
        ("effect", "quests.two", "two"),
        ("effect", "quests.two", "two"),
        ("accrual", "badges.b", 5),
        ("accrual", "quests.two", 10),
        ("effect", "levels", "C"),
        ("effect", "badges.c", "c"),
        ("accrual", "badges.c", 5),
        ("effect", "levels", "D"),
    ]


def test_a_chain_longer_than_16_rounds_goes_on_with_the_next_event():
    """At most 16 rounds an event: what is left waits, nothing is lost and nothing runs for ever."""
    badges = ", ".join(f"b{n}: {{when: points.xp.lifetime >= {n + 1}, award: {{xp: 1}}}}" for n in range(40))
    story = Story(f"points: {{xp: {{}}}}\nrules: [{{id: r, on: quiz, award: {{xp: 1}}}}]\nbadges: {{{badges}}}")
    counts = [len(given(story.on(f"2026-03-01 1{n}:00", "quiz"))) for n in range(3)]
    assert 15 <= counts[0] <= 18
    assert sum(counts) == 43


def test_timers_at_one_instant_expiries_period_ends_deadlines_then_conditions():
    story = Story(
        "points: {xp: {expires: {after: 1 month}}, seen: {}}\nrewards: {chat: {lasts: 1 month}}\n"
        "rules: [{id: r, on: quiz, award: {xp: 10}, grant: chat}, {id: w, when: \"count('quiz') > 0 and points.xp.available == 0 and tier.status == 'a' and not quest.q.active\", award: {seen: 1}}]\n"
        "tiers: {status: {by: earned('xp'), period: calendar month, keep: until end of period, steps: {a: 0, b: 1}}}\n"
        "quests: {q: {within: 1 month, steps: [{on: quiz, times: 2}]}}"
    )
    story.on("2026-03-01 00:00", "quiz")
    decision = story.until("2026-04-01 00:00")
    assert [line[3] for line in decision.compact] == ["rules.r", "rules.r", "tiers.status", "quests.q", "rules.w"]
    assert {line[1] for line in decision.compact} == {decision.compact[0][1]}
    assert all(entry.event is None for entry in decision.entries)


def test_timers_due_at_t_come_before_events_at_t():
    story = Story(
        "points: {seen: {}}\nrewards: {chat: {lasts: 1d}}\nrules: [{id: r, on: quiz, grant: chat}, {id: s, on: ping, when: entitlement.chat, award: {seen: 1}}]\n"
        "quests: {q: {within: 1d, steps: [{on: quiz, times: 2}], reward: {seen: 100}}}"
    )
    story.on("2026-03-01 10:00", "quiz")
    story.on("2026-03-02 10:00", "quiz")
    story.on("2026-03-03 10:00", "ping")
    assert story.entries == []


def test_events_of_one_instant_by_id():
    story = Story("points: {xp: {}}\nrules: [{id: r, on: [quiz, ping], award: {xp: event.nth}}]")
    story.on("2026-03-01 10:00", "ping", id="b")
    story.on("2026-03-01 10:00", "ping", id="c")
    before = story.engine.dump(story.state)
    for id in ("a", "c"):
        with pytest.raises(lk.EventError) as error:
            story.on("2026-03-01 10:00", "ping", id=id)
        assert error.value.code == "event/out-of-order"
    assert story.engine.dump(story.state) == before


def test_what_is_refused_changes_nothing():
    story = Story("points: {xp: {expires: {after: 1d}}}\nrules: [{id: r, on: quiz, award: {xp: 10}}]")
    story.on("2026-03-01 10:00", "quiz")
    before = story.engine.dump(story.state)
    for type, data in (
        ("quiz", {"score": "x"}),
        ("quiz", {"score": float("nan")}),
        ("quiz", {"score": True}),
        ("nonsense", {}),
        ("quiz", {"score": 1, "tries": 1.5}),
        ("member.updated", {"timezone": "Mars/Base"}),
    ):
        with pytest.raises(lk.EventError):
            story.on("2026-06-01 10:00", type, **data)
        assert story.engine.dump(story.state) == before, type


ANYTIME = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob"]),
        st.integers(0, 4),
        st.sampled_from("abc"),
        st.sampled_from(["quiz", "member.updated"]),
    ),
    max_size=12,
)


@settings(max_examples=300, deadline=None)
@hypothesis.given(ANYTIME)
def test_the_loop_over_all_members_refuses_what_a_fold_of_the_member_refuses(happenings):
    """Whatever other members did before, or later, and whether the loop has the type in line."""
    engine = lk.Engine(program("quests: {q: {within: 1h, steps: [{on: quiz, times: 2}]}}\nmember: {plan: text}"))
    events = [
        lk.Event(id, type, member, START + dt.timedelta(hours=hour), {"score": 0.5} if type == "quiz" else {"plan": id})
        for member, hour, id, type in happenings
    ]
    states, refused = {}, None
    for event in events:
        try:
            state, _ = engine.fold(states.get(event.member) or engine.start(event.member), event)
        except lk.EventError as error:
            refused = error
            break
        states[event.member] = state
    if refused is None:
        together = engine.fold_many(iter(events))
        assert {name: engine.dump(state) for name, state in together.items()} == {
            name: engine.dump(state) for name, state in states.items()
        }
        return
    with pytest.raises(lk.EventError) as found:
        engine.fold_many(iter(events))
    assert (str(found.value), found.value.code) == (str(refused), refused.code)


class Name(str):
    """Text of another type, such as numpy gives."""

    __slots__ = ()


@pytest.mark.parametrize("types", [["member.updated"], ["quiz", "member.updated"], ["member.updated", "quiz", "quiz"]])
def test_an_id_may_be_a_subclass_of_text(types):
    """The loop over all members tells it from an event."""
    engine = lk.Engine(program("member: {plan: text}"))
    events = [
        lk.Event(Name(f"e{n}"), type, "ann", START, {"score": 0.5} if type == "quiz" else {"plan": "pro"})
        for n, type in enumerate(types)
    ]
    state = engine.start("ann")
    for event in events:
        state, _ = engine.fold(state, event)
    assert engine.dump(engine.fold_many(events)["ann"]) == engine.dump(state)
    with pytest.raises(lk.EventError) as error:
        engine.fold_many([*events, events[-1]])
    assert error.value.code == "event/out-of-order"
