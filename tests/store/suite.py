"""What every store must do, as one class of tests: a store's own tests subclass it and say how to make one."""

from __future__ import annotations

import pytest

from loyaltykit.errors import StoreError
from loyaltykit.store.protocol import TAKEN
from loyaltykit.store.rows import (
    KEPT_MODELS,
    EffectRow,
    EntryRow,
    EventRow,
    IdeaRow,
    InboxRow,
    ModelRow,
    OutboxRow,
    PlaceRow,
    ProgramRow,
    SaidRow,
    Served,
    StateRow,
    TaskRow,
    effect_key,
)


def event(seq, id, *, member=1, at=100, data='{"n":1}', late=0):
    return EventRow(seq, id, member, "lesson.completed", at, None, late, data)


def entry(amount, *, member=1, recorded=1, kind="accrual", at=100, point="xp", mechanic="rules.lesson"):
    return EntryRow(member, recorded, point, kind, amount, at, mechanic, "e1", "e1", None, None, 500)


def effect(name, *, member=1, recorded=1, at=100, kept=0):
    return EffectRow(member, recorded, "badge", name, at, "badges", name, "e1", '{"step":"gold"}', kept)


def letter(effect, *, member=1, message="hello", purpose="service", at=100, seq=0, **more):
    row = OutboxRow(seq, member, effect, message, purpose, '["telegram","email"]', at, at, "queued")
    return row._replace(**more)


class StoreSuite:
    """Subclass it, and define `store` as a fixture that gives a new, empty store."""

    @pytest.fixture
    def store(self):
        raise NotImplementedError

    @pytest.fixture
    def work(self, store):
        """A store in an open transaction that has the members ann and bob."""
        store.begin()
        store.add_members([(1, "ann"), (2, "bob")])
        yield store
        store.rollback()
        store.close()

    def test_a_new_store_is_empty(self, store):
        store.begin(write=False)
        assert store.program() is None
        assert store.advanced() is None
        assert store.last_event() == store.last_member() == 0
        assert store.members() == []
        store.rollback()

    def test_remembers_the_program_adopted_last(self, work):
        first = ProgramRow("h1", "school", 1, "p1", None, "{}")
        work.add_program(first)
        assert work.program() == first
        work.add_program(first._replace(version=2, adopted=5))
        assert work.program() == first._replace(version=2, adopted=5)

    def test_numbers_plans(self, work):
        assert work.plan("a") == work.plan("a") != work.plan("b")

    def test_remembers_how_far_time_came(self, work):
        work.set_advanced(7)
        work.set_advanced(9)
        assert work.advanced() == 9

    def test_members_have_numbers(self, work):
        assert work.numbers(["bob", "zoe", "ann"]) == {"ann": 1, "bob": 2}
        assert work.last_member() == 2
        assert work.members(after=1) == [(2, "bob")]
        assert work.members(limit=1) == [(1, "ann")]

    def test_events_come_back_in_order_of_time_and_id(self, work):
        rows = [event(1, "b", at=200), event(2, "c", at=100, data=""), event(3, "a", at=200), event(4, "x", member=2)]
        work.add_events(rows)
        assert work.history(1) == [rows[1], rows[2], rows[0]]
        assert sorted(work.seen(["a", "x", "nobody"])) == [rows[2], rows[3]]
        assert work.last_event() == 4

    def test_the_newest_events_come_first(self, work):
        work.add_events([event(n, f"e{n}", at=n * 10) for n in range(1, 5)])
        assert [row.id for row in work.recent(1, until=30, limit=2)] == ["e3", "e2"]

    def test_an_event_id_is_taken_once(self, work):
        work.add_events([event(1, "a")])
        with pytest.raises(StoreError) as caught:
            work.add_events([event(2, "a")])
        assert caught.value.code == TAKEN

    def test_states_are_written_over(self, work):
        work.add_members([(3, "eve")])
        work.plan("p"), work.plan("q")
        first = [StateRow(1, 1, 10, 50, "[1]"), StateRow(2, 1, 10, None, "[2]"), StateRow(3, 1, 10, 40, "[3]")]
        work.put_states(first)
        assert work.due(50, limit=10) == ["eve", "ann"]
        assert work.due(50, limit=1) == ["eve"]
        assert work.due(39, limit=10) == []
        work.put_states([StateRow(1, 2, 20, None, "[9]")])
        assert sorted(work.states([1, 2, 7])) == [StateRow(1, 2, 20, None, "[9]"), first[1]]
        assert work.outdated(2, limit=10) == ["bob", "eve"]
        assert work.outdated(2, limit=1) == ["bob"]

    def test_the_ledger_sums_up_by_point_and_mechanic(self, work):
        rows = [
            entry(10),
            entry(-4, recorded=2, kind="adjustment"),
            entry(3, kind="confirmation"),
            entry(5, recorded=None, at=200, mechanic="streaks.study"),
            entry(1, member=2),
        ]
        work.add_entries(rows)
        assert work.entries(1) == rows[:4]
        assert work.entries(1, recorded=2) == [rows[1]]
        assert dict(work.sums(1)) == {("xp", "rules.lesson"): 6, ("xp", "streaks.study"): 5}
        assert work.recent_entries(1, until=300, limit=2) == [rows[3], rows[2]]
        assert work.recent_entries(1, until=100, limit=1) == [rows[2]]

    def test_an_effect_is_there_once_and_can_be_kept(self, work):
        one, two = effect("one"), effect("two", recorded=2, at=200)
        work.add_effects([one, two])
        work.mark_kept(1, [effect_key(one)], kept=True)
        assert work.effects(1) == [one._replace(kept=1), two]
        assert work.effects(1, recorded=2) == [two]
        assert work.recent_effects(1, until=200, limit=1) == [two]
        again = one._replace(recorded=9, at=150, event="e9", data="{}")
        work.add_effects([again, two._replace(recorded=9)])
        assert work.effects(1) == [again, two]
        work.mark_kept(1, [effect_key(again)], kept=True)
        work.mark_kept(1, [effect_key(again)], kept=False)
        assert work.effects(1) == [again, two]

    def test_a_message_is_queued_once(self, work):
        work.enqueue([letter("f1"), letter("f1", message="again")])
        work.enqueue([letter("f1"), letter("f2", member=2), letter("f3", at=50)])
        queued = [letter("f3", at=50, seq=3), letter("f1", seq=1), letter("f2", member=2, seq=2)]
        assert work.to_send(100, limit=9) == queued
        assert work.to_send(99, limit=9) == queued[:1]
        assert work.to_send(100, limit=2) == queued[:2]
        assert work.letter(2) == queued[2]
        assert work.letter(9) is None
        assert work.letters(limit=9) == [queued[0], queued[2], queued[1]]
        assert work.letters(member=1, limit=1) == [queued[0]]
        assert work.letters(member=2, status="sent", limit=1) == []
        assert work.deliveries() == {("queued", None, None): 3}

    def test_a_lease_is_taken_once_and_runs_out(self, work):
        work.enqueue([letter("f1"), letter("f2", at=200)])
        assert work.lease(300, limit=1, until=1_000) == [letter("f1", seq=1)]
        assert work.lease(300, limit=9, until=1_100) == [letter("f2", at=200, seq=2)]
        assert work.lease(999, limit=9, until=2_000) == []
        assert work.lease(1_000, limit=9, until=2_000) == [letter("f1", seq=1, status="leased", due=1_000)]
        assert not work.start(1, lease=1_000, channel="email", at=1_001)
        assert work.start(1, lease=2_000, channel="email", at=1_001)
        tried = letter("f1", seq=1, status="leased", due=2_000, attempts=1, channel="email", done=1_001)
        assert work.letter(1) == tried
        assert work.sent_since(1, 1_001) == [(1_001, "leased")]

    def test_a_deliverer_takes_what_it_serves(self, work):
        work.enqueue([
            letter("f1", channels='["a"]'),
            letter("f2", channels='["ab", "a"]'),
            letter("f3", channels='["b","a"]', at=200),
            letter("f4", channels='["b"]', at=50),
            letter("f5", channels="[]"),
        ])  # fmt: skip

        def taken(*channels, waited=0, stale=0, limit=9, elsewhere=()):
            served = Served(channels, waited=waited, stale=stale, elsewhere=elsewhere)
            return [row.seq for row in work.to_send(300, limit=limit, served=served)]

        assert taken("a") == [1, 2, 5, 3]
        assert taken("a", elsewhere=("ab", "b")) == [1, 5]
        assert taken("a", elsewhere=("a", "b")) == [1, 2, 5]
        assert taken("a", elsewhere=("ab", "b"), waited=150) == [1, 2, 5]
        assert taken("b", elsewhere=("a", "ab")) == [4, 5, 3]
        assert taken("b", limit=1) == [4]
        assert taken("c") == [5]
        assert taken("c", waited=999, stale=60) == [4, 5]
        assert taken(elsewhere=("a",)) == [5]
        served = Served(("a",), waited=0, stale=0, elsewhere=("ab", "b"))
        assert [row.seq for row in work.lease(300, limit=1, until=900, served=served)] == [1]
        assert [row.seq for row in work.lease(300, limit=9, until=900, served=served)] == [5]
        assert [row.seq for row in work.to_send(300, limit=9)] == [4, 2, 3]

    def test_a_message_is_settled_by_whoever_holds_the_lease(self, work):
        work.enqueue([letter("f1", run="c/1", facts='{"n":1}'), letter("f2", purpose="staff")])
        work.lease(100, limit=9, until=500)
        for seq in (1, 2):
            assert work.start(seq, lease=500, channel="email", at=101)
        later = work.letter(1)._replace(
            status="deferred", due=700, reason="smtp/450", done=None, at=1, facts="", run=""
        )
        assert not work.finish(later, lease=499)
        assert work.finish(later, lease=500)
        stays = letter("f1", run="c/1", facts='{"n":1}', seq=1, channel="email", attempts=1)
        assert work.letter(1) == stays._replace(status="deferred", due=700, reason="smtp/450")
        assert not work.finish(later._replace(status="dead"), lease=500)
        sent = later._replace(status="sent", reason=None, reference="m1", done=103)
        assert work.finish(sent, lease=None)
        assert work.letter(1) == stays._replace(status="sent", due=700, reference="m1", done=103)
        assert work.sent_since(1, 103) == [(103, "sent")]
        assert work.sent_since(1, 104) == []
        assert work.deliveries() == {("sent", "email", None): 1, ("leased", "email", None): 1}
        assert work.to_send(9_999, limit=9) == [work.letter(2)]

    def test_what_waits_can_be_suppressed(self, work):
        work.enqueue([
            letter("f1", run="c/1"),
            letter("f2", run="c/1", member=2),
            letter("f3", run="c/2", at=300),
            letter("f4", at=300),
            letter("f5", purpose="staff"),
        ])  # fmt: skip
        assert [row.seq for row in work.unsent(1)] == [1, 3, 4, 5]
        assert work.suppress([1], reason="exited", at=400) == 1
        assert work.suppress([1], reason="answered", at=400) == 0
        assert [row.seq for row in work.unsent(1)] == [3, 4, 5]
        assert work.letter(1) == letter("f1", run="c/1", seq=1, status="suppressed", reason="exited", done=400)
        assert work.lapse(300, reason="stale", at=500) == 1
        assert work.letter(2).reason == "stale"
        assert [row.seq for row in work.to_send(999, limit=9)] == [5, 3, 4]

    def test_what_was_tried_does_not_lapse_unseen(self, work):
        tried = letter("f2")._replace(tried='[["telegram","telegram/403",1]]')
        work.enqueue([letter("f1")._replace(attempts=1, reason="smtp/450"), tried, letter("f3")])
        assert work.lapse(300, reason="stale", at=500) == 1
        assert [work.letter(seq).status for seq in (1, 2, 3)] == ["queued", "queued", "suppressed"]

    def test_what_was_suppressed_for_a_reason_can_wait_again(self, work):
        work.enqueue([letter("f1"), letter("f2"), letter("f3"), letter("f1", member=2)])
        work.suppress([1, 4], reason="undone", at=400)
        work.suppress([2], reason="exited", at=400)
        assert work.requeue(1, ["f1", "f2", "f3", "f9"], reason="undone") == 1
        assert work.letter(1) == letter("f1", seq=1)
        assert [row.status for row in map(work.letter, (2, 3, 4))] == ["suppressed", "queued", "suppressed"]

    def test_a_code_is_good_once(self, work):
        work.add_code("d1", 2, ends=500)
        assert work.take_code("d2") is None
        assert work.take_code("d1") == (2, 500)
        assert work.take_code("d1") is None

    def test_the_inbox_shows_the_newest_first(self, work):
        old, new = (InboxRow(1, f"f{at}", "hello", at, "Hi", "there") for at in (100, 200))
        work.add_inbox([new, old])
        work.add_inbox([old._replace(text="again")])
        assert work.inbox(1, limit=5) == [new, old]
        assert work.inbox(1, limit=1) == [new]
        assert work.inbox(2, limit=5) == []

    def test_messages_in_inboxes_are_found_by_their_effects_and_reworded(self, work):
        rows = [InboxRow(1, f"ideas/{id}:done/told/ideas", "ideas", 5, "Idea", "words") for id in ("i1", "i12")]
        work.add_inbox(rows)
        assert work.told("ideas/i1:") == [rows[0]]
        assert work.told("ideas/i_:") == work.told("ideas/%") == []
        work.reword(rows[0]._replace(subject="-", text="…"))
        assert sorted((row.effect, row.subject, row.text) for row in work.told("ideas/")) == [
            ("ideas/i12:done/told/ideas", "Idea", "words"),
            ("ideas/i1:done/told/ideas", "-", "…"),
        ]

    def test_stock_is_never_oversold(self, work):
        assert [work.claim("seat", f"c{n}", stock=2) for n in range(4)] == [True, True, False, False]
        assert work.claim("seat", "c0", stock=2)
        assert work.claimed("seat") == 2
        assert work.claim("chair", "c9", stock=1)
        assert not work.claim("nothing", "c10", stock=0)

    def test_a_rollback_undoes_everything(self, store):
        store.begin()
        store.add_members([(1, "ann")])
        store.plan("p")
        store.put_states([StateRow(1, 1, 10, 50, "[1]")])
        store.add_effects([effect("one")])
        store.commit()
        store.begin()
        store.add_members([(2, "bob")])
        store.add_program(ProgramRow("h1", "school", 1, "p1", None, "{}"))
        store.plan("q")
        store.set_advanced(9)
        store.add_events([event(1, "a")])
        store.put_states([StateRow(1, 1, 99, None, "[2]")])
        store.add_entries([entry(10)])
        store.mark_kept(1, [effect_key(effect("one"))], kept=True)
        store.add_effects([effect("two")])
        store.enqueue([letter("f1")])
        store.lease(100, limit=1, until=200)
        store.finish(letter("f1", seq=1, status="dead"), lease=200)
        store.enqueue([letter("f2")])
        store.add_code("d", 1, ends=9)
        store.add_inbox([InboxRow(1, "f1", "hello", 100, "Hi", "there")])
        store.claim("seat", "c", stock=1)
        store.rollback()
        store.rollback()
        store.begin(write=False)
        assert store.members() == [(1, "ann")]
        assert store.program() is None
        assert store.advanced() is None
        assert store.history(1) == store.seen(["a"]) == store.entries(1) == store.inbox(1, limit=1) == []
        assert store.states([1]) == [StateRow(1, 1, 10, 50, "[1]")]
        assert store.effects(1) == [effect("one")]
        assert store.letters(limit=1) == store.to_send(999, limit=1) == []
        assert store.take_code("d") is None
        assert store.claimed("seat") == 0
        store.rollback()

    def test_nothing_changed_by_others(self, store):
        store.begin()
        store.commit()
        assert store.begin() is False
        store.rollback()

    def test_a_piece_that_was_let_go_is_taken_again(self, work):
        assert [work.claim("seat", claim, stock=3) for claim in "abcd"] == [True, True, True, False]
        assert work.release("seat", "b")
        assert not work.release("seat", "b")
        assert not work.release("seat", "never")
        assert not work.release("book", "a")
        assert work.claimed("seat") == 2
        assert work.release("seat", "c")
        assert work.claimed("seat") == 1
        assert [work.claim("seat", claim, stock=3) for claim in "bcd"] == [True, True, False]
        assert work.claimed("seat") == 3

    def test_waiting_lists_keep_who_came_first(self, work):
        rows = [PlaceRow("seat", 2, 10), PlaceRow("seat", 1, 20), PlaceRow("book", 1, 5)]
        for row in rows:
            work.wait(row)
        work.wait(PlaceRow("seat", 2, 99))
        assert work.waiting("seat") == [("bob", rows[0]), ("ann", rows[1])]
        assert work.places(1) == [rows[2], rows[1]]
        work.unwait("seat", 2)
        work.unwait("seat", 2)
        assert work.waiting("seat") == [("ann", rows[1])]
        assert work.waiting("chat") == work.places(2) == []

    def test_tasks_by_role_and_state(self, work):
        first = TaskRow("t1", 1, "review", "curator", None, "open", 10, 50, None, None, None)
        second = TaskRow("t2", 2, "call", "mentor", None, "open", 10, 40, None, None, None)
        work.put_tasks([first, second])
        assert work.tasks() == [("bob", second), ("ann", first)]
        assert work.tasks(role="curator") == [("ann", first)]
        work.put_tasks([first._replace(escalated="head", state="escalated", role="", due=0)])
        told = first._replace(escalated="head", state="escalated")
        assert work.tasks(role="head") == work.tasks(role="curator") == [("ann", told)]
        work.put_tasks([first._replace(state="done", ended=60, doer="Olga", note="fine")])
        done = told._replace(state="done", ended=60, doer="Olga", note="fine")
        assert work.task("t1") == done
        assert work.task("t9") is None
        assert (work.tasks(open=False), work.tasks()) == ([("ann", done)], [("bob", second)])
        assert len(work.tasks(open=None)) == 2

    def test_a_rollback_takes_back_what_was_given(self, work):
        work.claim("seat", "a", stock=1)
        work.wait(PlaceRow("seat", 1, 5))
        work.commit()
        work.begin()
        work.release("seat", "a")
        work.unwait("seat", 1)
        work.put_tasks([TaskRow("t1", 1, "review", "curator", None, "open", 10, 50, None, None, None)])
        work.rollback()
        work.begin()
        assert (work.claimed("seat"), len(work.waiting("seat")), work.task("t1")) == (1, 1, None)

    def test_ids_of_numbers(self, work):
        assert work.ids([2, 1, 7]) == {1: "ann", 2: "bob"}
        assert work.ids([2]) == {2: "bob"}

    def test_effects_of_a_mechanic_come_by_member(self, work):
        def shown(member, occurrence, *, mechanic="campaigns.back", kind="exposure", kept=0):
            return EffectRow(member, 1, kind, "back", 100, mechanic, occurrence, "e1", '{"arm":"treated"}', kept)

        work.add_members([(3, "eve")])
        rows = [shown(3, "1"), shown(1, "2"), shown(1, "1", kept=1), shown(2, "1"), shown(1, "1", kind="outcome")]
        work.add_effects([*rows, shown(1, "1", mechanic="campaigns.other")])
        assert work.effects_of("campaigns.back", "exposure", after=0, to=9) == [rows[1], rows[2], rows[3], rows[0]]
        assert work.effects_of("campaigns.back", "exposure", after=1, to=2) == [rows[3]]
        assert work.effects_of("campaigns.back", "outcome", after=0, to=3) == [rows[4]]
        assert work.effects_of("campaigns.back", "offer", after=0, to=3) == []

    def test_what_happened_comes_by_member_and_time(self, work):
        assert work.newest() is None
        paid = EventRow(9, "z", 1, "order.paid", 100, None, 1, '{"n":2}')
        rows = [event(1, "b", at=200), event(2, "c", member=2), event(3, "a", at=200), paid]
        work.add_events(rows)
        assert work.newest() == 200
        assert work.happened(["lesson.completed"], [2, 1], data=True) == [rows[2], rows[0], rows[1]]
        both = work.happened(["lesson.completed", "order.paid"], [1], data=False)
        assert both == [row._replace(data="") for row in (paid, rows[2], rows[0])]
        assert work.happened(["order.paid"], [2], data=True) == []

    def test_events_come_as_columns_as_far_as_they_were_known(self, work):
        rows = [
            event(1, "a", at=300),
            event(2, "b", at=100)._replace(known_at=250),
            event(3, "c", at=200)._replace(type="quiz.passed"),
            event(4, "d", member=2, at=150, data=""),
            event(5, "e", member=2, at=150)._replace(known_at=900),
            event(6, "f", member=2, at=50)._replace(type="other"),
        ]
        work.add_events(rows)
        types, told = ["lesson.completed", "quiz.passed"], ["lesson.completed"]
        found = work.happenings(types, told, after=0, to=2, before=300)
        assert found == [
            (1, "lesson.completed", 100, 250, '{"n":1}'),
            (1, "quiz.passed", 200, None, ""),
            (2, "lesson.completed", 150, None, ""),
        ]
        assert [row[0] for row in work.happenings(types, [], after=1, to=9, before=301)] == [2]
        assert [row[2:] for row in work.happenings(types, [], after=0, to=1, before=301)][-1] == (300, None, "")
        assert work.happenings(types, told, after=0, to=2, before=250)[0][2] == 200
        assert [row[2] for row in work.happenings(types, told, after=0, to=2, before=999, since=3)] == [150, 150]

    def test_postings_of_a_point_come_with_what_was_known_when(self, work):
        work.add_events([event(1, "a"), event(2, "b")._replace(known_at=700)])
        rows = [
            entry(5, at=100),
            entry(7, at=90, recorded=2)._replace(occurrence="e2"),
            entry(-3, at=400, recorded=None)._replace(occurrence="e3", kind="expiry"),
            entry(5, at=300)._replace(kind="confirmation"),
            entry(9, point="gems"),
            entry(2, member=2)._replace(occurrence="e4"),
        ]
        work.add_entries(rows)
        found = work.postings("xp", after=0, to=2)
        assert found == [(1, 5, 100, None), (1, 7, 90, 700), (1, -3, 400, None), (2, 2, 100, None)]
        assert work.postings("xp", after=1, to=9) == [(2, 2, 100, None)]
        assert work.postings("none", after=0, to=9) == []

    def test_changes_come_with_what_was_known_when_but_not_those_that_a_refold_took_back(self, work):
        work.add_events([event(1, "a"), event(2, "b")._replace(known_at=700)])
        rows = [effect("one"), effect("two", recorded=2, at=90), effect("gone", kept=1), effect("one", member=2)]
        work.add_effects([row._replace(kind="tier", mechanic="tiers.status") for row in rows] + [effect("one")])
        said = '{"step":"gold"}'
        found = work.changes("tiers.status", "tier", after=0, to=2)
        assert found == [(1, said, 100, None), (1, said, 90, 700), (2, said, 100, None)]
        assert work.changes("tiers.status", "tier", after=1, to=2) == [(2, said, 100, None)]
        assert work.changes("tiers.other", "tier", after=0, to=2) == []

    def test_models_come_back_as_they_were_known(self, work):
        first = ModelRow("hazard", "1", 100, "ab", "{}", b"\0one")
        assert work.model("hazard", until=100) is None
        work.add_model(first)
        work.add_model(first._replace(at=300, body=b"two"))
        work.add_model(first._replace(name="other", at=200))
        assert work.model("hazard", until=299) == first
        assert work.model("hazard", until=300).body == b"two"
        assert work.model("hazard", until=99) is None

    def test_the_newest_models_are_kept(self, work):
        for at in range(KEPT_MODELS + 2):
            work.add_model(ModelRow("m", "1", at, "", "{}", b""))
        assert work.model("m", until=1) is None
        assert work.model("m", until=2).at == 2

    def test_numbers_are_noted(self, work):
        assert work.noted("churn") is None
        work.note("churn", 7)
        work.note("churn", 9)
        assert work.noted("churn") == 9
        assert work.advanced() is None

    def test_a_rollback_takes_back_models_and_notes(self, store):
        store.begin()
        store.add_model(ModelRow("m", "1", 1, "", "{}", b""))
        store.note("churn", 7)
        store.rollback()
        store.begin(write=False)
        assert store.model("m", until=9) is None
        assert store.noted("churn") is None
        store.rollback()

    def test_ideas_keep_author_and_birth_and_votes_are_one_a_member(self, work):
        first = IdeaRow("i1", 1, "proposed", 10, 10, None, None)
        work.put_ideas([first, first._replace(id="i2", since=5)])
        work.put_ideas([IdeaRow("i1", 2, "open", 99, 20, "Eva", "good")])
        assert work.idea("i1") == ("ann", IdeaRow("i1", 1, "open", 10, 20, "Eva", "good"))
        assert [row.id for _, row in work.ideas()] == ["i2", "i1"]
        assert [row.id for _, row in work.ideas("open")] == ["i1"]
        assert work.idea("i9") is None
        for weight in (1.0, 2.5):
            work.put_support("i1", 2, weight)
        work.put_support("i1", 1, 0.0)
        work.put_support("i2", 1, 1.0)
        work.put_support("i2", 1, None)
        assert work.supporters("i1") == ["ann", "bob"]
        assert work.tallies() == {"i1": (1, 2.5)}  # a vote of no weight does not count

    def test_what_was_said_can_be_erased_and_a_rollback_takes_it_back(self, store):
        store.begin()
        store.add_members([(1, "ann")])
        store.commit()
        store.begin()
        store.say(SaidRow("idea", "i1", 1, "", 10, "Streams"))
        store.say(SaidRow("idea", "i1", 1, "", 11, "Evening streams"))
        store.say(SaidRow("comment", "a1", 1, "nps", 12, "Too fast"))
        store.say(SaidRow("comment", "a2", 1, "nps", 13, "Too slow"))
        assert store.said("idea", ["i1", "i2"]) == {"i1": "Evening streams"}
        assert [row.text for row in store.said_by("comment", 1)] == ["Too fast", "Too slow"]
        assert [row.text for row in store.said_about("comment", "nps", limit=1)] == ["Too slow"]
        assert (store.unsay("idea", "i1"), store.unsay("idea", "i1")) == (True, False)
        store.rollback()
        store.begin(write=False)
        assert store.said_by("comment", 1) == []
        store.rollback()
        store.close()

    def test_codes_are_given_once_in_order_and_one_that_nobody_saw_again(self, work):
        assert work.codes("voucher") == (0, 0)
        assert work.give_code("voucher", "c1") is None
        assert work.add_codes("voucher", ["A", "B", "A"]) == 2
        assert work.add_codes("voucher", ["B", "C"]) == 1
        assert [work.give_code("voucher", claim) for claim in ("c1", "c2", "c1")] == ["A", "B", "A"]
        assert work.codes("voucher") == (3, 1)
        work.return_code("voucher", "c1")
        work.return_code("voucher", "nobody")
        assert [work.give_code("voucher", claim) for claim in ("c3", "c4", "c5")] == ["A", "C", None]
        assert work.codes("other") == (0, 0)

    def test_codes_that_were_given_in_a_transaction_undone_are_there_again(self, work):
        work.add_codes("voucher", ["A"])
        work.commit()
        work.begin()
        work.give_code("voucher", "c1")
        work.rollback()
        work.begin()
        assert work.codes("voucher") == (1, 1)
