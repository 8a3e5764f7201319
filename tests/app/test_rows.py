"""Rows made straight from compact lines are those of the values."""

from __future__ import annotations

from types import MappingProxyType

from loyaltykit.app.rows import add_rows, effect_row, entry_row, event_row, to_effect, to_entry, to_event
from loyaltykit.rules.engine import Engine
from loyaltykit.store.rows import EffectRow, EntryRow, EventRow
from loyaltykit.values import to_instant
from tests.app.school import DAY, PROGRAM, START, event


def decisions():
    engine = Engine(PROGRAM)
    state = engine.start("ann")
    for one in [
        event("l1"),
        event("o1", "order.paid", days=0.1),
        event("q1", "quiz.passed", days=0.2),
        event("q2", "quiz.passed", days=0.3),
        event("l2", days=1),
    ]:
        state, decision = engine.fold(state, one)
        yield decision
        for request in decision.requests:
            state, decision = engine.fold(state, engine.answer(request, True))
            yield decision
    yield engine.advance(state, to_instant(START + 60 * DAY))[1]


def test_the_two_ways_agree():
    kinds = set()
    for decision in decisions():
        entries, effects = [], []
        asks = add_rows(decision.compact, 7, 3, entries, effects)
        assert entries == [entry_row(entry, member=7, recorded=3) for entry in decision.entries]
        assert effects == [effect_row(effect, member=7, recorded=3) for effect in decision.effects]
        assert asks == bool(decision.requests or any(effect.kind == "message" for effect in decision.effects))
        kinds |= {line[0] for line in decision.compact}
    assert kinds >= {"accrual", "effect", "request", "expiry", "confirmation"}


def test_values_come_back_as_they_were():
    for decision in decisions():
        for entry in decision.entries:
            assert to_entry(EntryRow._make(entry_row(entry, member=7, recorded=3)), "ann") == entry
        for effect in decision.effects:
            assert to_effect(EffectRow._make(effect_row(effect, member=7, recorded=3)), "ann") == effect
    one = event("e", data=MappingProxyType({"a": [1, None, True, 0.1, "ж\u2028\x00"]}), known=START.isoformat())
    assert to_event(EventRow._make(event_row(one, 1, 7, late=False)), "ann") == one
