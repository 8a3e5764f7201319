from __future__ import annotations

import datetime as dt

import pytest

from loyaltykit.app import Loyalty, advancing
from loyaltykit.errors import EventError, LoyaltyError
from tests.app.school import DAY, PROGRAM, START, event, facts, net


def test_time_passes_for_everybody(kit):
    kit.record_many([event(f"o{n}", "order.paid", f"m{n}") for n in range(5)])
    summary = kit.advance(START + 3 * DAY)
    assert (summary.entries, summary.effects) == (5, 0)
    assert {kit.member(f"m{n}").points["stars"].available for n in range(5)} == {10}
    assert kit.advance(START + 60 * DAY).entries == 5
    assert kit.member("m0").points["stars"].available == 0
    assert net(kit, "m0") == {}


def test_an_earlier_instant_changes_nothing(kit):
    kit.record(event("o1", "order.paid"))
    kit.advance(START + 3 * DAY)
    assert kit.advance(START + DAY).entries == 0
    assert kit.member("ann").now == START + 3 * DAY


def test_advance_wants_a_time(kit):
    with pytest.raises(EventError) as caught:
        kit.advance()
    assert caught.value.code == "event/no-time"
    with pytest.raises(EventError) as caught:
        kit.advance(dt.datetime(2026, 9, 1))  # noqa: DTZ001
    assert caught.value.code == "event/naive-time"


def test_many_members_are_advanced_in_chunks(kit, monkeypatch):
    monkeypatch.setattr(advancing, "CHUNK", 3)
    kit.record_many([event(f"o{n}", "order.paid", f"m{n}") for n in range(10)])
    assert kit.advance(START + 3 * DAY).entries == 10
    assert kit._journal.advanced is not None


def test_an_interrupted_advance_is_taken_up_again(kit, monkeypatch):
    monkeypatch.setattr(advancing, "CHUNK", 3)
    kit.record_many([event(f"o{n}", "order.paid", f"m{n}") for n in range(10)])
    with pytest.MonkeyPatch.context() as patch:
        calls = []

        def stop(*args):
            calls.append(args)
            if len(calls) == 3:
                raise KeyboardInterrupt
            return real(*args)

        real = advancing._catch_up
        patch.setattr(advancing, "_catch_up", stop)
        with pytest.raises(KeyboardInterrupt):
            kit.advance(START + 3 * DAY)
    assert kit._journal.advanced is None
    assert kit.advance(START + 3 * DAY).entries == 4
    assert {kit.member(f"m{n}").points["stars"].available for n in range(10)} == {10}


def test_a_clock_gives_the_default():
    now = [START]
    with Loyalty(PROGRAM, clock=lambda: now[0]) as kit:
        kit.record(event("o1", "order.paid"))
        now[0] = START + 3 * DAY
        assert kit.member("ann").points["stars"].available == 10
        kit.update_member("ann", {"name": "Ann"})
        assert kit.member("ann").now == START + 3 * DAY
        kit.advance()
        assert kit._journal.advanced is not None
        now[0] = START + 30 * DAY
        assert kit.member("ann").points["stars"].available == 0


def test_a_member_can_be_seen_at_any_instant(kit):
    kit.record_many([event("l1"), event("o1", "order.paid"), event("l2", days=1), event("l3", days=4)])
    assert kit.member("ann", at=START + 30 * DAY).points["stars"].lifetime == 10
    assert kit.member("ann", at=START + 30 * DAY).points["stars"].available == 0
    assert kit.member("ann").points["stars"].available == 10
    past = kit.member("ann", at=START + DAY / 2)
    assert past.points["xp"].available == 10
    assert past.points["stars"].pending == 10
    assert [item.name for item in past.timeline].count("lesson.completed") == 1
    before = kit.member("ann", at=START - DAY)
    assert (before.points["xp"].available, before.joined, before.timeline) == (0, None, ())
    with pytest.raises(EventError):
        kit.member("ann", at=dt.datetime(2026, 9, 1))  # noqa: DTZ001


def test_the_timeline_is_newest_first_and_bounded(kit):
    kit.record_many([event(f"l{n:03}", days=n / 1000) for n in range(100)])
    view = kit.member("ann", timeline=10)
    assert len(view.timeline) == 10
    assert [item.at for item in view.timeline] == sorted((item.at for item in view.timeline), reverse=True)
    assert len(kit.member("ann").timeline) == 50
    assert kit.member("ann", timeline=0).timeline == ()


def test_members_and_segments(kit):
    kit.record_many([event("l1"), event("l2", days=1), event("l3", member="bob"), event("p", "page.opened", "eve")])
    assert kit.members() == ["ann", "bob", "eve"]
    assert kit.members(segment="rich") == ["ann"]
    assert kit.members(segment="rich", at=START + DAY / 2) == []
    with pytest.raises(LoyaltyError, match="did you mean rich") as caught:
        kit.members(segment="ritch")
    assert caught.value.code == "segment/unknown"


def test_messages_arrive_in_the_members_language(kit):
    kit.update_member("ann", {"name": "Аня", "locale": "ru"})
    kit.update_member("bob", {"name": "Bob {{ member.id }}"})
    kit.update_member("eve", {"name": "Eve", "locale": "fr"})
    for member in ("ann", "bob", "eve"):
        kit.record_many([event(f"q{n}{member}", "quiz.passed", member, days=n / 10) for n in range(2)])
        kit.record(event(f"l{member}", member=member, days=0.3))
    (message,) = kit.member("ann").inbox
    assert (message.subject, message.text, message.message) == ("Отлично", "Отлично, Аня: 60", "well-done")
    assert kit.member("bob").inbox[0].text == "Well done, Bob {{ member.id }}: 60 xp"
    assert kit.member("eve").inbox[0].subject == "Well done"


def test_why(kit):
    kit.update_member("ann", {"name": "Ann"})
    kit.record(event("q1", "quiz.passed", score=0.95))
    kit.record(event("q0", "quiz.passed", days=-1))
    kit.record(event("old", "quiz.passed", days=-30))
    kit.record(event("p", "page.opened", days=1))
    why = kit.explain("ann", event="q1")
    assert why.mechanics[0] == "rules.good"
    assert "rules.good: +14 xp (accrual)" in str(why)
    assert why.to_dict()["entries"][0]["amount"] == 14
    assert "+15 xp (adjustment)" in str(kit.explain("ann", event="q0"))
    assert "too late" in str(kit.explain("ann", event="old"))
    assert "слишком поздно" in str(kit.explain("ann", event="old", lang="ru"))
    assert "nothing followed" in str(kit.explain("ann", event="p"))
    kit.record(event("e1", member="bob"))
    for event_id in ("e1", "e9"):
        with pytest.raises(EventError) as caught:
            kit.explain("ann", event=event_id)
        assert caught.value.code == "event/unknown"


def test_facts_are_the_same_at_the_members_now(kit):
    kit.record_many([event("l1"), event("o1", "order.paid", days=1)])
    assert facts(kit, "ann") == facts(kit, "ann", at=START + DAY)


def test_an_event_far_ahead_of_the_clock_is_refused():
    with Loyalty(PROGRAM, clock=lambda: START) as kit:
        kit.record(event("e1", days=1))
        with pytest.raises(EventError) as caught:
            kit.record(event("e2", days=1.01))
        assert (caught.value.code, caught.value.event) == ("event/future", "e2")
        assert kit.member("ann", at=START + DAY).now == START + DAY
    with Loyalty(PROGRAM) as kit:
        kit.record(event("e2", days=400))
