"""Events that come after younger ones: the history is folded again, the ledger follows by adjustments."""

from __future__ import annotations

import pytest

from loyaltykit.app import Loyalty
from tests.app.school import DAY, PROGRAM, START, event, facts, net


def in_order(*events, to=None):
    kit = Loyalty(PROGRAM)
    for one in sorted(events, key=lambda one: (one.at, one.id)):
        kit.record(one)
    if to is not None:
        kit.advance(to)
    return kit


def test_a_late_event_is_rewarded_as_if_it_had_come_in_time(kit):
    kit.record(event("l2", days=1))
    decision = kit.record(event("l1", days=0))
    assert [(entry.kind, entry.amount, entry.mechanic, entry.event) for entry in decision.entries] == [
        ("adjustment", 10, "rules.lesson", "l1"),
        ("adjustment", 50, "streaks.study", "l1"),
    ]
    assert decision.entries[0].at == kit._journal.engine.now(kit._journal.look("ann").state)
    again = kit.record(event("l1", days=0))
    assert (again.entries, again.effects) == (decision.entries, decision.effects)
    same = in_order(event("l1"), event("l2", days=1))
    assert facts(kit, "ann") == facts(same, "ann")
    assert net(kit, "ann") == net(same, "ann")


def test_points_follow_down(kit):
    """A fourth lesson of the day came late, but was the first: the limit now falls on another one."""
    events = [event(f"l{n}", days=n / 100) for n in range(4)]
    for one in events[1:]:
        kit.record(one)
    kit.record(event("next", days=1))
    assert not kit.record(events[0]).entries
    assert net(kit, "ann") == net(in_order(*events, event("next", days=1)), "ann")


def test_what_a_refold_takes_away_stays_as_kept(kit):
    """Two lessons on following days were a streak; a late change of zone makes them one day."""
    kit.record(event("l1", days=0.4))  # 22:36 in Moscow
    kit.record(event("l2", days=0.5))  # 01:00 in Moscow, the next day
    assert kit.member("ann").points["xp"].available == 70
    assert kit.member("ann").badges["regular"].kept is False
    other = in_order(event("l1", days=0.4), event("l2", days=0.5))
    for one in (kit, other):
        late = event("zone", "member.updated", days=0, timezone="America/New_York")
        decision = one.record(late)
        assert [(entry.amount, entry.mechanic) for entry in decision.entries] == [(-50, "streaks.study")]
        view = one.member("ann")
        assert view.points["xp"].available == 20
        assert view.badges["regular"].kept is True
        assert view.entitlements["chat"].kept is True
        one.record(event("l3", days=2))
        one.record(event("l4", days=3))
        view = one.member("ann")
        assert view.badges["regular"].kept is False
        assert view.points["xp"].available == 90


def test_nothing_is_sent_twice(kit):
    kit.record_many([event("q1", "quiz.passed"), event("q2", "quiz.passed", days=0.1), event("l1", days=0.2)])
    kit.record(event("l9", days=4))
    assert len(kit.member("ann").inbox) == 1
    for n in range(3):
        kit.record(event(f"late{n}", days=0.3 + n))
    assert len(kit.member("ann").inbox) == 1
    assert len(kit.member("ann").entitlements) == 2


def test_beyond_late_it_is_never_rewarded(kit):
    kit.record(event("l1", days=10))
    decision = kit.record(event("old", days=2.9))
    assert not decision.entries
    assert kit.member("ann").timeline[-1].detail == "old (too late)"
    assert net(kit, "ann") == {("xp", "rules.lesson"): 10}
    kit.record(event("l2", days=10.2))
    kit.record(event("p", "page.opened", days=10.3))
    assert "chat" in kit.member("ann").entitlements  # three lessons are in the history
    kit.record(event("l3", days=10.1))  # refolded: still not rewarded
    assert net(kit, "ann") == {("xp", "rules.lesson"): 30}
    assert kit.record_many([event("older", days=1), event("l4", days=11)]).late == 1


def test_the_last_advance_counts_for_what_is_late(kit):
    kit.record(event("o1", "order.paid", member="bob"))
    kit.advance(START + 10 * DAY)
    assert kit.record_many([event("l1", days=2.9), event("l2", days=3)]).late == 1
    assert kit.member("ann").points["xp"].available == 10


def test_an_event_before_fired_timers(kit):
    events = [event("l1"), event("q1", "quiz.passed", days=0.5), event("q2", "quiz.passed", days=6)]
    kit.record(events[0])
    kit.advance(START + 6.5 * DAY)
    assert [message.message for message in kit.member("ann").inbox] == ["come-back"]
    for one in events[1:]:
        kit.record(one)
    same = in_order(*events, to=START + 6.5 * DAY)
    assert facts(kit, "ann") == facts(same, "ann")
    assert net(kit, "ann") == net(same, "ann")


def test_an_ill_typed_late_event_changes_nothing(kit):
    kit.record(event("l2", days=1))
    before = facts(kit, "ann")
    summary = kit.record_many([event("q", "quiz.passed", score="x"), event("q2", "quiz.unknown")])
    assert [row.code for row in summary.rejected] == ["event/field-type", "event/unknown-type"]
    assert facts(kit, "ann") == before


@pytest.mark.parametrize("ids", ["az", "za"])
def test_of_one_instant_the_ids_decide(kit, ids):
    events = [event(ids[0], "quiz.passed"), event(ids[1])]
    for one in events:
        kit.record(one)
    same = in_order(*events)
    assert facts(kit, "ann") == facts(same, "ann")
    assert net(kit, "ann") == net(same, "ann")
