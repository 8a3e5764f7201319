"""Events that are taken out: the history is folded as if they had never been, and everybody can see that."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyaltykit.app import Loyalty
from loyaltykit.errors import DuplicateConflict, EventError
from loyaltykit.values import Event
from tests.app.school import DAY, PROGRAM, START, event, facts, net


def void(id, target, *, member="ann", days=6.0, **data):
    return Event(id, "event.voided", member, START + days * DAY, {"event": target, **data})


def told(events, *, to=None):
    kit = Loyalty(PROGRAM)
    for one in events:
        kit.record(one)
    if to is not None:
        kit.advance(to)
    return kit


def without_kept(kit, member="ann"):
    found = facts(kit, member)
    for group in ("badges", "entitlements"):
        found[group] = {name: one for name, one in found[group].items() if not one["kept"]}
    return found


def test_history_is_as_if_the_event_had_never_been(kit):
    kit.record_many([event("l1"), event("l2", days=1), event("q1", "quiz.passed", days=1.1)])
    decision = kit.record(void("v", "l2", by="curator"))
    assert [(entry.kind, entry.amount, entry.mechanic, entry.event) for entry in decision.entries] == [
        ("adjustment", -10, "rules.lesson", "v"),
        ("adjustment", -3, "rules.steady", "v"),
        ("adjustment", -50, "streaks.study", "v"),
    ]
    other = told([event("l1"), event("q1", "quiz.passed", days=1.1)], to=START + 6 * DAY)
    assert without_kept(kit) | {"now": None} == facts(other, "ann") | {"now": None}
    assert net(kit, "ann") == net(other, "ann")


def test_a_completed_quest_is_undone(kit):
    kit.record_many([event("q1", "quiz.passed"), event("q2", "quiz.passed", days=0.1), event("l1", days=0.2)])
    assert kit.member("ann").quests["sprint"].done
    kit.void("q2")
    view = kit.member("ann")
    assert not view.quests["sprint"].done
    assert view.entitlements["seat"].kept
    assert ("xp", "quests.sprint") not in net(kit, "ann")


def test_the_verb_may_be_repeated(kit):
    kit.record_many([event("l1"), event("l2", days=1)])
    first = kit.void("l2", by="curator", reason="another student")
    again = kit.void("l2")
    assert (again.entries, again.effects) == (first.entries, first.effects)
    assert first.entries
    assert kit.record(void("v2", "l2")).entries == ()
    assert kit.void("l2").entries == first.entries


def test_age_does_not_matter_to_a_void(kit):
    kit.record(event("l1"))
    kit.advance(START + 100 * DAY)
    assert [entry.amount for entry in kit.void("l1").entries] == [-10]


def test_a_void_that_is_too_late_itself_takes_out_nothing(kit):
    kit.record(event("l1"))
    kit.record(event("o1", "order.paid", days=20))
    summary = kit.record_many([void("v", "l1", days=1)])
    assert (summary.recorded, summary.late) == (1, 1)
    assert net(kit, "ann")["xp", "rules.lesson"] == 10
    assert [entry.amount for entry in kit.void("l1").entries] == [-10]


def test_a_void_may_come_before_its_event(kit):
    kit.record(event("l2", days=1))
    kit.record(void("v", "l1"))
    assert kit.record(event("l1")).entries == ()
    assert net(kit, "ann") == {("xp", "rules.lesson"): 10}
    assert kit.member("ann").timeline[-1].detail == "l1 (voided)"


def test_what_was_late_can_be_taken_out_of_history(kit):
    kit.record(event("l2", days=10))
    kit.record_many([event("l1"), event("l0", days=0.1)])
    kit.record(event("p", "page.opened", days=10.1))
    assert "chat" in kit.member("ann").entitlements
    kit.void("l1")
    assert kit.member("ann").entitlements["chat"].kept


@pytest.mark.parametrize("target", ["v", "k", "granted"])
def test_actions_and_voids_are_not_voided(kit, target):
    kit.record_many([event("l1"), event("l2")])
    kit.record(void("v", "l1", days=1))
    kit.grant("ann", "chat", key="k")
    granted = next(item.detail for item in kit.member("ann").timeline if item.name == "kit.granted")
    name = {"k": granted, "granted": granted}.get(target, target)
    with pytest.raises(EventError) as failure:
        kit.void(name)
    assert failure.value.code == "event/not-voidable"


def test_unknown_and_foreign_events(kit):
    kit.record_many([event("l1"), event("b1", member="bob")])
    with pytest.raises(EventError) as failure:
        kit.void("nothing")
    assert failure.value.code == "event/not-recorded"
    with pytest.raises(EventError) as failure:
        kit.record(void("v", "b1"))
    assert failure.value.code == "event/unknown"
    assert kit.record_many([void("v", "b1"), void("a", "l1", days=0), void("x", "x")]).recorded == 1  # a is too early
    assert net(kit, "bob") == {("xp", "rules.lesson"): 10}


def test_a_recorded_id_stays_taken(kit):
    kit.record(event("l1"))
    kit.void("l1")
    kit.record(event("l1"))  # the same again: still the first, still out
    assert net(kit, "ann") == {}
    with pytest.raises(DuplicateConflict):
        kit.record(event("l1", course="data"))


def test_what_was_sent_for_it_is_not_sent(kit):
    kit.record_many([event("q1", "quiz.passed"), event("q2", "quiz.passed", days=0.1), event("l1", days=0.2)])
    kit.void("l1")
    kit.record(event("l3", days=0.25))
    assert len(kit.member("ann").inbox) == 1


def test_explain_says_that_it_was_taken_out(kit):
    kit.record_many([event("l1"), event("l2", days=1)])
    kit.void("l2")
    why = kit.explain("ann", event="l2")
    assert why.voided
    assert "was taken out" in str(why)
    assert kit.explain("ann", event="l2", rule="lesson").reasons[0].code == "reason/voided"


def test_a_restart_changes_nothing(url):
    with Loyalty(PROGRAM, store=url) as kit:
        kit.record_many([event("l1"), event("l2", days=1)])
        kit.void("l2")
        before = facts(kit, "ann")
    with Loyalty(PROGRAM, store=url) as kit:
        assert facts(kit, "ann") == before
        assert kit.record(event("l3", days=7)).entries
    with Loyalty.open(url) as kit:
        assert net(kit, "ann") == {("xp", "rules.lesson"): 20}


def test_nobody_else_counts_what_was_taken_out(kit):
    kit.record_many([event("l1"), event("l2", days=1)])
    kit.void("l1")
    with kit._journal.reading() as store:
        types = ("lesson.completed",)
        assert [row.id for row in store.happened(types, [1], data=False)] == ["l2"]
        assert len(store.happenings(types, (), after=0, to=1, before=2**62)) == 1


_KINDS = st.sampled_from(["lesson.completed", "quiz.passed", "order.paid", "page.opened"])
_EVENTS = st.lists(st.tuples(_KINDS, st.integers(0, 60)), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=_EVENTS, out=st.sets(st.integers(0, 7)), random=st.randoms(use_true_random=False))
def test_voids_and_events_in_any_order_are_as_if_the_events_had_not_been(made, out, random):
    events = [event(f"e{n}", kind, days=hours / 10) for n, (kind, hours) in enumerate(made)]
    out = {f"e{n}" for n in out if n < len(events)}
    voids = [void(f"v{name}", name, days=6.5) for name in sorted(out)]
    mixed = [*events, *voids]
    random.shuffle(mixed)
    shuffled, batch = told(mixed, to=START + 7 * DAY), Loyalty(PROGRAM)
    batch.record_many(mixed)
    batch.advance(START + 7 * DAY)
    rest = [one for one in events if one.id not in out]
    if not rest:
        assert net(shuffled, "ann") == {}
        return
    plain = told(sorted(rest, key=lambda one: (one.at, one.id)), to=START + 7 * DAY)
    for kit in (shuffled, batch):
        assert net(kit, "ann") == net(plain, "ann")
        assert without_kept(kit) == without_kept(plain)
