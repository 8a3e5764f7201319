# ruff: noqa: E501  # a small program and its story are read best in one line
"""What holds for every program and every history."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import loyaltykit as lk
from tests.engine.story import check_books
from tests.engine.strategies import document, member_events

quick = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
END = 10 * 86_400_000_000


def told(engine, events, *, between=lambda state: state) -> tuple[str, list]:
    """The last state, and every line that was decided on the way to ten days after the last event."""
    state, lines = engine.start(events[0].member), []
    for event in events:
        state, decision = engine.fold(between(state), event)
        lines += decision.compact
    state, decision = engine.advance(between(state), events[-1].instant + END)
    return engine.dump(state), lines + list(decision.compact)


@quick
@given(document(), st.data())
def test_members_in_any_order_are_as_each_alone(document, data):
    engine = lk.Engine(lk.Program.from_dict(document))
    members = {name: data.draw(member_events(most=6, member=name)) for name in ("ann", "bob", "eve")}
    turns = data.draw(st.permutations([name for name, events in members.items() for _ in events]))
    waiting = {name: iter(events) for name, events in members.items()}
    states = engine.fold_many(next(waiting[name]) for name in turns)
    assert set(states) == set(members)
    for name, events in members.items():
        state = engine.start(name)
        for event in events:
            state, _ = engine.fold(state, event)
        assert engine.dump(states[name]) == engine.dump(state)


def test_more_event_types_than_the_loop_has_in_line():
    types = {f"t{n}": {"n": "number"} for n in range(20)}
    rules = [{"id": f"r{n}", "on": f"t{n}", "award": {"xp": f"event.n + {n}"}, "limit": "1 per day"} for n in range(20)]
    engine = lk.Engine(lk.Program.from_dict({"program": "p", "events": types, "points": {"xp": {}}, "rules": rules}))
    start = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    events = [
        lk.Event(f"e{n:03}", f"t{n % 20}", f"m{n % 3}", start + dt.timedelta(hours=n), {"n": n}) for n in range(100)
    ]
    states = engine.fold_many(events)
    for name, state in states.items():
        assert engine.dump(state) == engine.dump(engine.fold_many(e for e in events if e.member == name)[name])
        alone = engine.start(name)
        for event in events:
            if event.member == name:
                alone, _ = engine.fold(alone, event)
        assert engine.dump(state) == engine.dump(alone)


@quick
@given(document(), member_events())
def test_a_state_can_be_put_away_anywhere(document, events):
    engine = lk.Engine(lk.Program.from_dict(document))
    again = lk.Engine(lk.Program.from_dict(document))
    assert engine.plan.hash == again.plan.hash
    assert told(engine, events) == told(again, events, between=lambda state: again.load(engine.dump(state)))
    assert told(engine, events) == told(engine, events, between=engine.copy)


@quick
@given(document(), member_events(), st.sampled_from([1, 5, 24, 37]))
def test_advancing_often_or_seldom_is_the_same(document, events, hours):
    engine = lk.Engine(lk.Program.from_dict(document))
    state, lines = engine.start("ann"), []
    at = events[0].instant - 3 * 3_600_000_000
    for event in events:
        while at < event.instant:
            state, decision = engine.advance(state, at)
            lines += decision.compact
            at += hours * 3_600_000_000
        state, decision = engine.advance(state, event.instant)
        lines += decision.compact
        state, decision = engine.fold(state, event)
        lines += decision.compact
    for days in range(11):
        state, decision = engine.advance(state, events[-1].instant + days * END // 10)
        lines += decision.compact
    assert told(engine, events) == (engine.dump(state), lines)


@quick
@given(document(), member_events(), st.integers(0, 500))
def test_looking_changes_nothing_and_sees_what_will_be(document, events, hours):
    engine = lk.Engine(lk.Program.from_dict(document))
    state = engine.start("ann")
    for event in events:
        engine.view(state, at=event.instant)
        state, _ = engine.fold(state, event)
        before = engine.dump(state)
        later = event.instant + hours * 3_600_000_000
        seen = engine.view(state, at=later).to_dict()
        assert engine.dump(state) == before
        passed, _ = engine.advance(engine.copy(state), later)
        assert engine.view(passed, at=later).to_dict() == seen


@quick
@given(document(), member_events(), st.randoms(use_true_random=False))
def test_replay_is_the_sorted_fold(document, events, random):
    engine = lk.Engine(lk.Program.from_dict(document))
    end = events[-1].instant + END
    shuffled = random.sample(events, len(events))
    replay = engine.replay("ann", shuffled, answers={}, to=end)
    state, entries, effects = engine.start("ann"), [], []
    for event in events:
        state, decision = engine.fold(state, event)
        entries += decision.entries
        effects += decision.effects
    state, decision = engine.advance(state, end)
    assert (list(replay.entries), list(replay.effects)) == (
        entries + list(decision.entries),
        effects + list(decision.effects),
    )
    assert engine.dump(replay.state) == engine.dump(state)
    check_books(engine, replay.state, list(replay.entries))
    ids = [effect.id for effect in replay.effects]
    assert len(ids) == len(set(ids))


@quick
@given(document(), member_events(moves=False), st.data())
def test_what_came_too_late_gives_nothing_by_itself(document, events, data):
    """Only time and later events act; the late one has no line of its own, and the books stay right."""
    engine = lk.Engine(lk.Program.from_dict(document))
    late = {event.id for event in events if data.draw(st.booleans())}
    state, entries = engine.start("ann"), []
    for event in events:
        state, decision = engine.fold(state, event, history_only=event.id in late)
        assert event.id not in late or all(line[2] is None for line in decision.compact)
        entries += decision.entries
        check_books(engine, state, entries)
    ids = {entry.event for entry in entries}
    assert not ids & late


STOCK = {
    "program": "p",
    "events": {"a": {}},
    "points": {"xp": {}},
    "rewards": {"seat": {"stock": 3, "lasts": "2d"}},
    "rules": [
        {"id": "r", "on": "a", "grant": "seat", "limit": "1 per day"},
        {"id": "w", "when": "silent('1d')", "grant": "seat"},
        {"id": "s", "on": "a", "when": "entitlement.seat", "award": {"xp": 1}},
    ],
}


@quick
@given(member_events(moves=False), st.lists(st.booleans(), min_size=60, max_size=60))
def test_a_replay_folds_the_answers_and_never_asks_again(events, stock):
    engine = lk.Engine(lk.Program.from_dict(STOCK))
    events = [lk.Event(event.id, "a", event.member, event.at, {}) for event in events]
    state, entries, effects, answers, left = engine.start("ann"), [], [], {}, iter(stock)

    def settled(decision):
        nonlocal state, entries, effects
        entries += decision.entries
        effects += decision.effects
        for request in decision.requests:
            answers[request.id] = engine.answer(request, next(left))
            state, more = engine.fold(state, answers[request.id])
            settled(more)

    end = events[-1].instant + END
    for to, event in [*((event.instant, event) for event in events), (end, None)]:
        while engine.due(state) <= to:
            state, decision = engine.advance(state, engine.due(state))
            settled(decision)
        if event is not None:
            state, decision = engine.fold(state, event)
            settled(decision)
    replay = engine.replay("ann", events, answers=answers, to=end)
    assert replay.requests == ()
    assert (list(replay.entries), list(replay.effects)) == (entries, effects)
    assert engine.dump(replay.state) == engine.dump(state)


SCRIPT = """
import datetime as dt, hashlib, json, sys
import loyaltykit as lk
documents = json.load(sys.stdin)
found = []
for document in documents:
    engine = lk.Engine(lk.Program.from_dict(document))
    start = dt.datetime(2026, 3, 5, tzinfo=dt.UTC)
    state = engine.start("ann")
    lines = []
    for n in range(60):
        type = "abcab"[n % 5]
        data = {} if type == "c" else {"n": n % 4, "k": "xyz"[n % 3], **({"o": n % 5} if n % 2 else {})}
        state, decision = engine.fold(state, lk.Event(f"e{n:03}", type, "ann", start + dt.timedelta(hours=7 * n), data))
        lines.append(repr((decision.compact, decision.entries, decision.effects)))
        lines.append(repr(engine.match(lk.Event(f"e{n:03}", type, "ann", start, data))))
    sources = [engine.source(type) for type in engine.plan.events]
    found.append([engine.dump(state), lines, engine.plan.text(), engine.plan.hash, sources, repr(engine.view(state))])
print(hashlib.sha256(json.dumps(found).encode()).hexdigest())
"""


def test_everything_is_the_same_to_the_byte_in_another_process():
    """Whatever the order of sets there: states, decisions, plans, hashes, generated source."""
    many = [
        {
            "id": f"m{n}",
            "on": "a",
            "when": f"event.k in ['{'xyz'[n % 3]}', 'q{n}', 'w'] and event.n >= {n % 7}",
            "award": {"xp": 1},
        }
        for n in range(40)
    ]
    documents = [
        {
            "program": "p",
            "events": {"a": {"n": "number", "k": "text", "o": "optional number"}, "b": {"n": "number", "k": "text", "o": "optional number"}, "c": {}},
            "points": {"xp": {"expires": {"after": "3d"}}, "go": {}},
            "rewards": {"chat": {"lasts": "2d"}, "club": {}},
            "levels": {"by": "xp", "steps": {"A": 0, "B": 20}},
            "tiers": {"t": {"by": "earned('xp')", "period": "calendar month", "steps": {"s": 0, "g": 50}, "benefits": {"g": {"multiply": {"xp": 2, "go": 3}, "grant": ["chat", "club"]}}}},
            "badges": {"b": {"count": "a", "steps": {"one": 1, "two": 5}}, "c": {"when": "distinct('a', 'k') >= 3 and level >= 'B'", "grant": "club"}},
            "streaks": {"s": {"on": ["a", "b"], "milestones": {2: {"xp": 5}}}},
            "quests": {"q": {"steps": [{"on": "a", "distinct": "k", "times": 3}, {"on": "b"}], "reward": {"go": 5}}},
            "rules": [
                *rules,
                {"id": "one", "on": ["a", "b"], "when": "event.k in ['x', 'y', 'w', 'v', 'u'] or event.local.weekday in ['mon', 'tue', 'sat']", "award": {"go": 2}, "active": {"weekdays": ["mon", "thu", "sun"]}},
                {"id": "two", "when": "count('a', within='1d') < 2", "award": {"go": 1}},
            ],
        }
        for rules in ([], many)
    ]  # fmt: skip
    digests = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            input=json.dumps(documents),
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(digests) == 1
