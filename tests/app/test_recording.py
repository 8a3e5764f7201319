from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from loyaltykit.errors import DuplicateConflict, EventError, UnknownMember
from loyaltykit.values import Event
from tests.app.school import DAY, START, event, facts, net


def test_an_event_is_recorded_and_decided(kit):
    decision = kit.record(event("e1"))
    assert [(entry.point, entry.amount, entry.event) for entry in decision.entries] == [("xp", 10, "e1")]
    assert kit.member("ann").points["xp"].available == 10


def test_the_same_event_returns_the_first_decision(kit):
    first = kit.record(event("q1", "quiz.passed", score=1))
    again = kit.record(event("q1", "quiz.passed", score=1.0))
    assert first.entries
    assert (again.entries, again.effects) == (first.entries, first.effects)
    silent = kit.record(event("p1", "page.opened"))
    assert not silent
    assert not kit.record(event("p1", "page.opened"))
    assert net(kit, "ann") == {("xp", "rules.good"): 15}


def test_all_that_recording_did_comes_back(kit):
    """Timers before, what was asked outside, and timers that the last advance had passed already."""
    kit.record_many([event("q1", "quiz.passed"), event("l1"), event("o1", "order.paid")])
    kit.advance(START + 9 * DAY)
    for one in (event("q2", "quiz.passed", days=2), event("q3", "quiz.passed", days=3), event("l2", days=12)):
        first = kit.record(one)
        again = kit.record(one)
        assert first.entries or first.effects
        assert (again.entries, again.effects) == (first.entries, first.effects)


def test_undeclared_fields_are_stored_and_compared(kit):
    kit.record(event("p1", "page.opened", tags=("a", "b"), price=Decimal("1.50"), day=dt.date(2026, 9, 1)))
    kit.record(event("p1", "page.opened", tags=["a", "b"], price=Decimal("1.50"), day=dt.date(2026, 9, 1)))
    with pytest.raises(DuplicateConflict):
        kit.record(event("p1", "page.opened", tags=["a"], price=Decimal("1.50"), day=dt.date(2026, 9, 1)))


@pytest.mark.parametrize(
    "other",
    [
        event("e1", days=1),
        event("e1", member="bob"),
        event("e1", lesson="another"),
        event("e1", "page.opened"),
        event("e1", extra=1),
    ],
)
def test_an_id_is_used_once(kit, other):
    kit.record(event("e1"))
    before = facts(kit, "ann")
    with pytest.raises(DuplicateConflict, match="e1"):
        kit.record(other)
    assert facts(kit, "ann") == before
    assert kit.members() == ["ann"]


@pytest.mark.parametrize(
    "bad",
    [
        {"id": "x", "type": "lesson.complete", "member": "bob", "at": "2026-09-02T10:00:00+03:00"},
        {"id": "x", "type": "quiz.passed", "member": "bob", "at": "2026-09-02T10:00:00+03:00", "data": {"score": "1"}},
        {"id": "x", "type": "quiz.passed", "member": "bob", "at": "2026-09-02T10:00:00+03:00", "data": {}},
        {"id": "x", "type": "page.opened", "member": "bob", "at": "2026-09-02T10:00:00", "data": {}},
        {"id": "x", "type": "page.opened", "member": "bob", "at": "yesterday"},
        {"id": "x", "type": "page.opened", "member": "bob"},
        {"id": "x", "type": "page.opened", "member": "", "at": "2026-09-02T10:00:00+03:00"},
        {"id": "x", "type": "page.opened", "member": "b" * 201, "at": "2026-09-02T10:00:00+03:00"},
        {
            "id": "x",
            "type": "page.opened",
            "member": "bob",
            "at": "2026-09-02T10:00:00+03:00",
            "data": {"n": float("nan")},
        },
        {"id": "x", "type": "page.opened", "member": "bob", "at": "2026-09-02T10:00:00+03:00", "data": {"n": object()}},
        {"id": "x", "type": "page.opened", "member": "bob", "at": "2026-09-02T10:00:00+03:00", "data": {"n": "\ud800"}},
        {"id": "\ud800", "type": "page.opened", "member": "bob", "at": "2026-09-02T10:00:00+03:00"},
        {"id": "x", "type": "page.opened", "member": "\ud800", "at": "2026-09-02T10:00:00+03:00"},
        {"id": "x", "type": "fact.settled", "member": "bob", "at": "2026-09-02T10:00:00+03:00"},
        {"id": "x", "type": "member.deleted", "member": "bob", "at": "2026-09-02T10:00:00+03:00"},
        {"id": "x", "type": "member.updated", "member": "bob", "at": "2026-09-02T10:00:00+03:00", "data": {"name": 5}},
        "{not json",
        "[1]",
    ],
)
def test_what_is_not_an_event_changes_nothing(kit, bad):
    kit.record(event("e1"))
    with pytest.raises(EventError) as caught:
        kit.record(bad)
    assert caught.value.code.startswith("event/")
    assert kit.members() == ["ann"]
    summary = kit.record_many([bad, event("e2", days=1)])
    assert (summary.recorded, len(summary.rejected)) == (1, 1)
    assert summary.rejected[0].code == caught.value.code
    assert kit.members() == ["ann"]
    assert kit.member("ann").points["xp"].available == 70


def test_a_bad_event_in_the_far_future_moves_no_time(kit):
    kit.record(event("e1"))
    before = facts(kit, "ann")
    bad = event("e2", "quiz.passed", days=30_000, score="many")
    with pytest.raises(EventError):
        kit.record(bad)
    assert kit.record_many([bad]).recorded == 0
    assert facts(kit, "ann") == before
    assert not kit.record(event("e2", "page.opened", days=1)).entries


def test_events_come_as_values_mappings_and_json(kit):
    kit.record({"id": "a", "type": "page.opened", "member": "ann", "at": START})
    kit.record('{"id": "b", "type": "page.opened", "member": "ann", "at": "2026-09-02T10:00:00Z"}')
    assert [item.detail for item in kit.member("ann").timeline] == ["b", "a"]


def test_many_events_are_counted(kit):
    kit.record(event("e0"))
    summary = kit.record_many(
        [
            event("e0"),
            event("e0", "page.opened"),
            event("e1", days=1, extra=1),
            event("e1", days=1, extra=1),
            event("e1", days=2),
            {"id": "x"},
            event("old", days=-30),
            event("b1", member="bob", extra=2, more=3),
        ]
    )
    assert (summary.recorded, summary.duplicates, summary.late) == (3, 2, 1)
    assert [(row.event, row.code) for row in summary.rejected] == [
        ("x", "event/missing"),
        ("e0", "event/conflict"),
        ("e1", "event/conflict"),
    ]
    assert summary.ignored_fields == {"lesson.completed.extra": 3, "lesson.completed.more": 1}
    assert summary.entries == 3
    assert kit.member("bob").points["xp"].available == 10


def test_a_first_event_that_cannot_be_taken_leaves_its_id_free(kit):
    summary = kit.record_many([event("q", "quiz.passed", score="x"), event("q", "quiz.passed", score=1)])
    assert (summary.recorded, len(summary.rejected)) == (1, 1)


def test_a_long_source_is_taken_in_pieces(kit):
    summary = kit.record_many((event(f"p{n}", "page.opened", f"m{n % 7}", days=n / 100) for n in range(200)), chunk=30)
    assert summary.recorded == 200
    assert len(kit.members()) == 7


def test_attributes(kit):
    decision = kit.update_member("ann", {"name": "Анна", "shoe": 38})
    assert decision.event == "member.updated:1"
    view = kit.member("ann")
    assert (view.attributes["name"], view.attributes["shoe"], view.joined) == ("Анна", 38, None)
    kit.record(event("e1"))
    kit.update_member("ann", {"plan": "pro"})
    kit.update_member("ann", {"plan": None})
    kit.update_member("ann", {"name": "Аня"}, at=START + DAY, id="crm-1")
    kit.update_member("ann", {"name": "Аня"}, at=START + DAY, id="crm-1")
    assert kit.member("ann").attributes["name"] == "Аня"
    assert "plan" not in kit.member("ann").attributes
    kit.record(event("later", days=2))
    kit.update_member("ann", {"name": "Аня"}, at=START + DAY, id="crm-1")
    kit.update_member("ann", {"name": "Аня"}, id="crm-1")
    with pytest.raises(EventError) as caught:
        kit.update_member("ann", {"plan": "pro"}, at=START)
    assert caught.value.code == "event/past"
    with pytest.raises(DuplicateConflict):
        kit.update_member("ann", {"name": "Анна"}, at=START + DAY, id="crm-1")
    with pytest.raises(EventError):
        kit.update_member("ann", {"name": 7})
    assert kit.member("ann").points["xp"].available == 20


def test_somebody_unknown(kit):
    with pytest.raises(UnknownMember):
        kit.member("nobody")
    with pytest.raises(UnknownMember):
        kit.explain("nobody", event="e1")


def test_ids_of_any_script(kit):
    kit.record(Event("событие'; DROP TABLE loyalty_event; --", "page.opened", "Анна Ж. 😀", START))
    assert kit.members() == ["Анна Ж. 😀"]
    assert kit.member("Анна Ж. 😀").id == "Анна Ж. 😀"
