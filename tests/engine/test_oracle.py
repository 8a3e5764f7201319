"""The engine against an interpreter that keeps nothing and counts everything anew."""

from __future__ import annotations

import datetime as dt

from hypothesis import HealthCheck, given, note, settings

import loyaltykit as lk
from tests.engine.oracle import Oracle
from tests.engine.story import check_books
from tests.engine.strategies import document, member_events


def plain(compact) -> list[tuple]:
    """Decisions as tuples that can be compared: no data is empty data."""
    return [(*line[:-1], line[-1] or {}) if line[0] == "effect" else tuple(line) for line in compact]


def facts(engine, state, oracle) -> None:
    """What expressions may name, on both sides."""
    view = engine.view(state)
    for name in view.points:
        assert float(view.points[name].available) == float(oracle.balance(name, "available"))
        assert float(view.points[name].pending) == float(oracle.balance(name, "pending"))
    for name, streak in view.streaks.items():
        assert streak.length == oracle.length(name), name
    for name, quest in view.quests.items():
        assert (quest.done, quest.active) == (oracle.done(name), oracle._run(name) is not None)
        assert quest.progress == oracle.progress(name)
    assert sorted(view.entitlements) == sorted(
        name for name in engine.program.document.rewards if oracle.entitled(name)
    )
    assert set(view.badges) == set(oracle.held)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(document(), member_events())
def test_engine_and_oracle_agree(document, events):
    engine = lk.Engine(lk.Program.from_dict(document))
    oracle, state = Oracle(engine.program), engine.start("ann")
    entries = []
    for event in events:
        expected = oracle.fold(event)
        state, decision = engine.fold(state, event)
        note(f"{event.id} {event.type} {event.at} {dict(event.data)}")
        assert plain(decision.compact) == expected
        entries += decision.entries
        facts(engine, state, oracle)
        check_books(engine, state, entries)
    end = events[-1].instant + 40 * 86_400_000_000
    expected = oracle.advance(end)
    state, decision = engine.advance(state, end)
    assert plain(decision.compact) == expected


def test_the_oracle_is_not_blind():
    """It tells a rule's award, a milestone and an expiry of a small program that a person worked out."""
    program = lk.Program.from_dict(
        {
            "program": "p",
            "events": {"a": {}},
            "points": {"xp": {"expires": {"after": "2d"}}},
            "rules": [{"id": "r", "on": "a", "award": {"xp": 3}, "limit": "1 per day"}],
            "streaks": {"s": {"on": "a", "milestones": {2: {"xp": 10}}}},
        }
    )
    oracle = Oracle(program)
    at = dt.datetime(2026, 3, 1, 10, tzinfo=dt.UTC)
    lines = [oracle.fold(lk.Event(f"e{n}", "a", "ann", at + dt.timedelta(hours=20 * n), {})) for n in range(3)]
    assert [[(line[0], line[3], line[6]) for line in some] for some in lines] == [
        [("accrual", "rules.r", 3)],
        [("effect", "streaks.s", "s"), ("accrual", "rules.r", 3), ("accrual", "streaks.s", 10)],
        [("accrual", "rules.r", 3)],
    ]
    assert [line[0] for line in oracle.advance(lk.Event("z", "a", "ann", at + dt.timedelta(days=9), {}).instant)] == [
        "expiry"
    ] * 4
