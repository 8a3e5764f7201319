"""What must hold of stock, waiting lists and tasks, whatever happens, in whatever order it becomes known."""

from __future__ import annotations

import datetime as dt
import tempfile
import threading
from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyaltykit.app import Loyalty
from loyaltykit.app.rows import claim_of, to_effect
from loyaltykit.app.tasks import task_row
from loyaltykit.errors import NotEligible, OutOfStock
from loyaltykit.program.load import Program
from loyaltykit.rules.plan import KEPT
from loyaltykit.store.memory import MemoryStore
from loyaltykit.values import Event, from_instant

START = dt.datetime(2026, 9, 1, 10, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
MEMBERS = ("ann", "bob", "cat", "dan")
calm = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])

PROGRAM = Program.from_dict({
    "program": "school",
    "timezone": "Europe/Moscow",
    "locale": "en",
    "events": {"lesson": {}, "quiz": {"score": "integer"}},
    "points": {"xp": {}},
    "rules": [
        {"id": "xp", "on": "lesson", "award": {"xp": 10}},
        {"id": "seat", "on": "quiz", "when": "event.score == 1 and count('lesson') < 3", "grant": "seat"},
        {"id": "desk", "on": "quiz", "when": "event.score == 2 and count('lesson') < 3", "grant": "desk"},
        {"id": "review", "on": "quiz", "when": "event.score == 3 and count('lesson') < 3", "grant": "review"},
        {"id": "talk", "on": "quiz", "when": "event.score == 4", "grant": "talk"},
    ],
    "badges": {"eager": {"when": "points.xp.lifetime >= 20"}},
    "staff": {"curator": {}, "head": {}},
    "rewards": {
        "seat": {"stock": 2, "waitlist": {"order": ["badge.eager", "points.xp.lifetime", "joined"], "send": "yours"}},
        "desk": {"stock": 1, "lasts": "2d", "waitlist": {}},
        "talk": {"stock": 1, "at": "2026-09-06T19:00", "waitlist": {"order": ["joined"]}},
        "review": {"lasts": "20d", "task": {"for": "curator", "due": "1d", "escalate": {"after": "1d", "to": "head"}}},
    },
    "messages": {"yours": {"en": {"text": "It is yours: {{ seat.label }}"}}},
})  # fmt: skip
LIMITED = {name: reward.stock for name, reward in PROGRAM.document.rewards.items() if reward.stock is not None}

KINDS = ["quiz"] * 3 + ["lesson"] * 2 + ["grant", "revoke", "reply", "leave", "use", "fulfil", "advance"]


@st.composite
def deeds(draw):
    """What is done, one thing after the other; events may be up to five days late."""
    found = []
    now = 0
    for number in range(draw(st.integers(1, 30))):
        now += draw(st.sampled_from([0, 1, 7, 24, 40]))
        kind = draw(st.sampled_from(KINDS))
        member, reward = draw(st.sampled_from(MEMBERS)), draw(st.sampled_from(sorted(LIMITED)))
        late = draw(st.sampled_from([0, 0, 1, 30, 120]))
        found.append((number, kind, member, reward, now, late, draw(st.integers(1, 4)), draw(st.booleans())))
    return found


def do(kit, deed):
    """One deed; what cannot be done is refused and changes nothing that matters here."""
    number, kind, member, reward, now, late, score, yes = deed
    at = START + now * HOUR
    with suppress(NotEligible, OutOfStock):
        match kind:
            case "quiz" | "lesson":
                data = {"score": score} if kind == "quiz" else {}
                kit.record(Event(f"e{number}", kind, member, at - late * HOUR, data))
            case "grant":
                kit.grant(member, reward, at=_possible(kit, member, at))
            case "revoke":
                kit.revoke(member, reward, at=_possible(kit, member, at))
            case "reply":
                kit.rsvp(member, "talk", going=yes, at=_possible(kit, member, at))
            case "leave":
                kit.leave(member, reward, at=_possible(kit, member, at))
            case "use":
                kit.use(member, "review", at=_possible(kit, member, at))
            case "fulfil":
                for task in kit.tasks()[:1]:
                    kit.fulfil(task.id, by="Olga", at=_possible(kit, task.member, at))
            case "advance":
                kit.advance(at)


def _possible(kit, member, at):
    """An instant that is not before the member's now."""
    journal = kit._journal
    with journal.reading() as store:
        if not store.numbers([member]):
            return at if journal.advanced is None else max(at, from_instant(journal.advanced))
        now = journal.now(journal.look(member).state)
    return at if now is None else max(at, from_instant(now))


def holders(kit, reward):
    """The claims of everybody who holds a reward, by their states."""
    journal, found = kit._journal, []
    slot = journal.engine.right(reward).slot
    for id in kit.members():
        hand = journal.look(id)
        found += [claim_of(hand.number, right[2], right[3], reward) for right in hand.state[slot]]
        found += [
            claim_of(hand.number, line[5], line[6], reward)
            for line in hand.state[KEPT] or ()
            if line[:2] == ["grant", reward] and (line[4] is None or line[4] > (journal.now(hand.state) or 0))
        ]
    return sorted(found)


def check(kit, store):
    """The invariants, of a kit on the store in memory."""
    talked = kit._journal.engine.right("talk").session
    for reward, stock in LIMITED.items():
        held, claims = holders(kit, reward), sorted(store._claims[reward])
        assert len(claims) <= stock
        if reward == "talk":
            assert set(held) <= set(claims)
        else:
            assert held == claims
            assert not kit.waiting(reward) or len(claims) == stock
    assert talked is not None
    assert sorted(store._tasks.values()) == sorted(rebuilt(store))


def rebuilt(store):
    """The table of tasks, from the effects."""
    fresh = MemoryStore()
    for number in range(1, store.last_member() + 1):
        for row in store.effects(number):
            if row.kind == "task":
                fresh.put_tasks([task_row(to_effect(row, ""), number)])
    return fresh._tasks.values()


def seen(kit):
    """Everything about everybody but the order of the story of one instant."""
    found = {}
    for id in kit.members():
        view = kit.member(id).to_dict()
        view.pop("timeline")
        found[id] = view
    lists = {reward: kit.waiting(reward) for reward in LIMITED}
    return found, lists, [task.to_dict() for task in kit.tasks(open=None)]


@calm
@given(deeds())
def test_stock_is_what_is_claimed_and_what_is_free(found):
    store = MemoryStore()
    with Loyalty(PROGRAM, store=store) as kit:
        for deed in found:
            do(kit, deed)
            check(kit, store)
        kit.advance(START + 60 * 24 * HOUR)
        check(kit, store)


@calm
@given(deeds())
def test_memory_is_the_same_as_sqlite(found):
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/school.db?synchronous=off"
        with Loyalty(PROGRAM, store=url) as kit, Loyalty(PROGRAM) as same:
            for deed in found:
                do(kit, deed)
                do(same, deed)
            assert seen(kit) == seen(same)


@calm
@given(deeds())
def test_a_snapshot_is_what_a_replay_gives(found):
    with Loyalty(PROGRAM) as kit:
        for deed in found:
            do(kit, deed)
        before = seen(kit)
        kit._journal._memory.clear()
        kit._journal.plan = -1
        assert seen(kit) == before


@calm
@given(deeds())
def test_a_batch_is_the_same_as_one_by_one(found):
    events = [
        Event(f"e{number}", kind, member, START + now * HOUR, {"score": score} if kind == "quiz" else {})
        for number, kind, member, _, now, _, score, _ in found
        if kind in ("quiz", "lesson")
    ]
    with Loyalty(PROGRAM) as kit, Loyalty(PROGRAM) as same:
        kit.record_many(events)
        for event in sorted(events, key=lambda event: (event.at, event.id)):
            same.record(event)
        assert seen(kit) == seen(same)


def corrected(score, *, members=("ann",)):
    """A kit in which late lessons took away what a quiz gave; the others wait for it."""
    kit = Loyalty(PROGRAM)
    for number, member in enumerate(members):
        kit.record(Event(f"q{member}", "quiz", member, START + (24 + number) * HOUR, {"score": score}))
    for number in range(3):
        kit.record(Event(f"l{number}", "lesson", "ann", START + number * HOUR))
    return kit


def test_a_place_that_a_correction_no_longer_yields_is_kept_and_free_when_it_ends():
    with corrected(2, members=("ann", "bob")) as kit:
        assert kit.member("ann").entitlements["desk"].kept
        assert kit.entitled("ann", "desk")
        assert kit.waiting("desk") == ["bob"]
        kit.advance(START + 72 * HOUR - HOUR)
        assert not kit.entitled("bob", "desk")
        kit.advance(START + 72 * HOUR)
        assert not kit.entitled("ann", "desk")
        assert kit.member("bob").entitlements["desk"].since == START + 72 * HOUR


def test_what_was_kept_can_be_revoked_for_the_next_and_stays_revoked():
    with corrected(1, members=("ann", "bob", "cat")) as kit:
        assert kit.waiting("seat") == ["cat"]
        kit.revoke("ann", "seat")
        assert kit.entitled("cat", "seat")
        assert not kit.entitled("ann", "seat")
        kit._journal._memory.clear()
        kit._journal.plan = -1
        assert not kit.entitled("ann", "seat")
        kit.record(Event("again", "lesson", "ann", START + 5 * HOUR))
        assert not kit.entitled("ann", "seat")


def test_a_task_that_a_correction_no_longer_yields_is_owed_all_the_same():
    with corrected(3) as kit:
        (task,) = kit.tasks()
        assert kit.entitled("ann", "review")
        kit.fulfil(task.id, by="Olga")
        assert kit.tasks() == []
        assert not kit.entitled("ann", "review")
        with suppress(NotEligible):
            kit.fulfil(task.id, by="Olga")
        assert [one.state for one in kit.tasks(open=None)] == ["done"]


def test_a_late_event_grants_and_tells_nothing_twice():
    with Loyalty(PROGRAM) as kit:
        for member in ("ann", "bob", "cat"):
            kit.record(Event(f"q{member}", "quiz", member, START + 24 * HOUR, {"score": 1}))
        kit.revoke("ann", "seat", at=START + 30 * HOUR)
        letters = kit.member("cat").inbox
        assert [letter.text for letter in letters] == ["It is yours: seat"]
        for number, member in enumerate(("ann", "cat", "cat")):
            kit.record(Event(f"l{number}", "lesson", member, START + number * HOUR))
        assert kit.member("cat").inbox == letters
        assert [claim.partition("/")[0] for claim in holders(kit, "seat")] == ["2", "3"]
        assert not kit.entitled("ann", "seat")


def test_sixty_four_threads_never_oversell_and_leave_no_seat_empty(tmp_path):
    url = f"sqlite:///{tmp_path}/school.db?synchronous=normal"
    with Loyalty(PROGRAM, store=url) as kit:
        ready = threading.Barrier(64)

        def come_and_go(number):
            member = f"m{number:02}"
            ready.wait()
            kit.grant(member, "seat", at=START)
            if number % 2:
                with suppress(NotEligible):
                    kit.revoke(member, "seat")

        threads = [threading.Thread(target=come_and_go, args=(number,)) for number in range(64)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        held = holders(kit, "seat")
        with kit._journal.reading() as store:
            assert store.claimed("seat") == len(held) == 2
        assert len(kit.waiting("seat")) + 2 + revoked(kit) == 64


def revoked(kit):
    """How many had a seat and lost it."""
    with kit._journal.reading() as store:
        return sum(row.kind == "revoked" for number in range(1, 65) for row in store.effects(number))
