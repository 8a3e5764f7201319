"""What the shell and its store do together: programs, stock, the host's transactions, failures."""

from __future__ import annotations

import copy
import sqlite3
import threading

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.errors import DuplicateConflict, EventError, LoyaltyError, ProgramError, StoreError
from loyaltykit.program.load import Program
from tests.app.school import DAY, DOCUMENT, PROGRAM, START, event, facts, net


def sprint(member, *, days=0.0):
    """What completes the quest that grants a seat."""
    return [
        event(f"{member}-q1", "quiz.passed", member, days=days),
        event(f"{member}-q2", "quiz.passed", member, days=days + 0.1),
        event(f"{member}-l", member=member, days=days + 0.2),
    ]


def has_seat(kit, member):
    return "seat" in kit.member(member).entitlements


def test_a_store_remembers_its_program(url):
    with Loyalty(PROGRAM, store=url) as kit:
        kit.record(event("l1"))
    with Loyalty.open(url) as kit:
        assert kit.program == PROGRAM
        assert kit.member("ann").points["xp"].available == 10
    with Loyalty(None, store=url) as kit:
        kit.record(event("l2", days=1))
    with Loyalty(PROGRAM, store=url) as kit:
        assert kit.member("ann").points["xp"].available == 70


def test_another_program_is_not_adopted(url):
    Loyalty(PROGRAM, store=url).close()
    other = Program.from_dict({**DOCUMENT, "version": 2})
    with pytest.raises(ProgramError) as caught:
        Loyalty(other, store=url)
    assert caught.value.code == caught.value.problems[0].code == "program/not-adopted"


def test_a_new_store_has_no_program(url):
    with pytest.raises(StoreError) as caught:
        Loyalty.open(url)
    assert caught.value.code == "store/no-program"


def test_snapshots_of_another_plan_are_made_anew(url):
    events = [*sprint("ann"), event("o1", "order.paid", days=1), event("l0", days=-0.5), event("old", days=-20)]
    with Loyalty(PROGRAM, store=url) as kit:
        kit.update_member("ann", {"name": "Ann"})
        for one in events:
            kit.record(one)
        kit.advance(START + 2 * DAY)
        before, ledger = facts(kit, "ann"), net(kit, "ann")
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.execute("UPDATE loyalty_plan SET hash = 'older'")
    connection.execute("UPDATE loyalty_state SET body = '[]', due = NULL")
    connection.commit()
    connection.close()
    with Loyalty(PROGRAM, store=url) as kit:
        assert facts(kit, "ann") == before
        assert kit._journal.outdated
        kit.advance(START + 8 * DAY)
        assert not kit._journal.outdated
        assert net(kit, "ann") == ledger
        assert [message.message for message in kit.member("ann").inbox] == ["come-back", "well-done"]


def test_stock_goes_to_the_first(kit):
    for member in ("ann", "bob", "eve"):
        for one in sprint(member):
            kit.record(one)
    assert [has_seat(kit, member) for member in ("ann", "bob", "eve")] == [True, True, False]
    assert "seat" in [item.name for item in kit.member("eve").timeline if item.kind == "refused"]


def test_stock_is_not_asked_again_by_a_refold(kit):
    for member in ("ann", "bob", "eve"):
        kit.record_many(sprint(member, days=1))
    for member in ("eve", "bob", "ann"):
        kit.record(event(f"{member}-late", member=member))
    assert [has_seat(kit, member) for member in ("ann", "bob", "eve")] == [True, True, False]
    with kit._journal.reading() as store:
        assert store.claimed("seat") == 2


def test_a_timer_that_asks_is_answered_before_the_next_one(url):
    """The seat that silence brings ends before the next event: its end is due only once it was granted."""
    rule = {"id": "quiet", "when": "silent('5d')", "grant": "seat"}
    program = Program.from_dict({**DOCUMENT, "rules": [*DOCUMENT["rules"][:-1], rule]})
    with Loyalty(program, store=url) as kit:
        for member in ("ann", "bob", "eve"):
            kit.record(event(f"{member}1", member=member))
            decision = kit.record(event(f"{member}2", member=member, days=30))
            kinds = [effect.kind for effect in decision.effects if effect.name == "seat"]
            assert kinds == (["refused"] if member == "eve" else ["grant", "expired"])
            again = kit.record(event(f"{member}2", member=member, days=30))
            assert (again.entries, again.effects) == (decision.entries, decision.effects)
        before = facts(kit, "ann")
        kit._journal._memory.clear()
        kit._journal.plan = -1
        assert facts(kit, "ann") == before


def test_a_refold_may_ask_for_the_first_time(kit):
    events = sprint("ann")
    for one in (events[0], events[2], events[1]):
        kit.record(one)
    assert has_seat(kit, "ann")
    assert [item.kind for item in kit.member("ann").timeline].count("grant") == 2
    again = kit.record(events[1])
    assert {effect.kind for effect in again.effects} >= {"grant", "message", "quest"}


# --- the host's transaction --------------------------------------------------------------------------------------


@pytest.fixture
def hosted(url):
    with Loyalty(PROGRAM, store=url) as kit:
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=1)
        yield kit, connection
        connection.close()


def test_the_hosts_rollback_takes_the_points_back(hosted):
    kit, connection = hosted
    kit.record(event("l1"))
    connection.execute("CREATE TABLE lesson (name TEXT)")
    connection.commit()
    connection.execute("INSERT INTO lesson VALUES ('loops')")
    with kit.within(connection) as tx:
        tx.record(event("l2", days=1))
        assert tx.member("ann").points["xp"].available == 70
        assert kit.member("ann").points["xp"].available == 10
    assert connection.in_transaction
    connection.rollback()
    assert kit.member("ann").points["xp"].available == 10
    assert kit.record(event("l2", days=1)).entries[0].amount == 10


def test_the_hosts_commit_keeps_them(hosted):
    kit, connection = hosted
    kit.record(event("l1"))
    with kit.within(connection) as tx:
        tx.record(event("l2", days=1))
        tx.update_member("ann", {"name": "Ann"})
        assert tx.record_many(sprint("bob")).recorded == 3
        assert tx.advance(START + 2 * DAY)
        assert tx.members(segment="rich") == ["ann", "bob"]
        assert tx.explain("ann", event="l2").entries
    connection.commit()
    assert kit.member("ann").points["xp"].available == 70
    assert kit.member("ann").attributes["name"] == "Ann"
    assert kit.member("ann").now == START + 2 * DAY
    kit.record(event("l3", days=2.5))
    assert kit.member("ann").points["xp"].available == 80


def test_an_error_of_ours_leaves_the_hosts_transaction_usable(hosted):
    kit, connection = hosted
    kit.record(event("l1"))
    with kit.within(connection) as tx:
        tx.record(event("l2", days=1))
        with pytest.raises(EventError):
            tx.record(event("bad", "quiz.passed", score="x"))
        with pytest.raises(DuplicateConflict):
            tx.record(event("l1", days=3))
        with pytest.raises(LoyaltyError):
            tx.member("nobody")
        tx.record(event("l3", days=2))
    connection.commit()
    assert kit.member("ann").points["xp"].available == 80


def test_an_error_of_the_hosts_passes_through(hosted):
    kit, connection = hosted
    with pytest.raises(RuntimeError, match="the host's"), kit.within(connection) as tx:  # noqa: PT012  # the point of it
        tx.record(event("l1"))
        raise RuntimeError("the host's")
    assert connection.in_transaction
    connection.rollback()
    assert kit.members() == []


def test_nothing_read_in_the_hosts_transaction_is_remembered(hosted):
    """The host may take a part back by a savepoint of its own."""
    kit, connection = hosted
    connection.isolation_level = None
    connection.execute("BEGIN IMMEDIATE")
    with kit.within(connection) as tx:
        tx.record(event("l1"))
        connection.execute("SAVEPOINT lesson")
        tx.record(event("l2", days=1))
        connection.execute("ROLLBACK TO lesson")
        assert tx.member("ann").points["xp"].available == 10
        tx.record(event("l3", days=1))
    connection.execute("COMMIT")
    assert kit.member("ann").points["xp"].available == 70
    with pytest.raises(StoreError) as caught, kit.within(connection):
        pass
    assert caught.value.code == "store/autocommit"


def test_a_transaction_that_ended_meanwhile(hosted):
    kit, connection = hosted
    with kit.within(connection) as tx:
        tx.record(event("l1"))
        connection.commit()
        with pytest.raises(StoreError) as caught:
            tx.record(event("l2"))
        assert caught.value.code == "store/autocommit"


def test_a_program_in_memory_within_the_hosts_database(url):
    """The tables are there, the program is remembered with the first use."""
    Loyalty(PROGRAM, store=url).close()
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    with Loyalty(PROGRAM) as kit, kit.within(connection) as tx:
        tx.record(event("l1"))
    connection.commit()
    connection.close()
    with Loyalty.open(url) as kit:
        assert kit.members() == ["ann"]


# --- failures ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["add_events", "add_entries", "put_states", "commit"])
def test_a_failing_store_changes_nothing(kit, monkeypatch, method):
    kit.record(event("l1"))
    before = facts(kit, "ann")

    def fail(*_):
        raise StoreError("disk full")

    for action in (
        lambda: kit.record(event("l2", days=1)),
        lambda: kit.record_many([event("l2", days=1), event("x", member="bob")]),
        lambda: kit.record(event("l0", days=-1)),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(kit._journal.store, method, fail)
            with pytest.raises(StoreError, match="disk full"):
                action()
        assert facts(kit, "ann") == before
    assert kit.members() == ["ann"]
    assert kit.record(event("l2", days=1)).entries


def test_a_closed_kit(url):
    kit = Loyalty(PROGRAM, store=url)
    kit.close()
    kit.close()
    with pytest.raises(StoreError):
        kit.record(event("l1"))


def test_few_states_are_remembered(kit):
    kit._journal._bound = 3
    events = [event(f"l{n}", member=f"m{n % 10}", days=n / 10) for n in range(40)]
    for one in events:
        kit.record(one)
    kit.member("m0")
    assert len(kit._journal._memory) <= 3
    with Loyalty(PROGRAM) as other:
        other.record_many(events)
        assert [facts(kit, f"m{n}") for n in range(10)] == [facts(other, f"m{n}") for n in range(10)]


def test_two_kits_on_one_file(url):
    with Loyalty(PROGRAM, store=url) as one, Loyalty(PROGRAM, store=url) as two:
        for n in range(10):
            kit = (one, two)[n % 2]
            kit.record(event(f"l{n}", days=n))
        assert facts(one, "ann") == facts(two, "ann")
        one.advance(START + 12 * DAY)
        assert two.member("ann").now == START + 12 * DAY


def test_threads(kit):
    events = [event(f"{n}", "quiz.passed", f"m{n % 5}", days=n / 50) for n in range(200)]
    errors = []

    def run(part):
        try:
            for one in part:
                kit.record(one)
                kit.member(one.member)
        except Exception as error:  # noqa: BLE001  # whatever it is, the test shall see it
            errors.append(error)

    threads = [threading.Thread(target=run, args=(events[start::8] + events[:20],)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with Loyalty(PROGRAM) as other:
        other.record_many(copy.copy(events))
        assert [net(kit, f"m{n}") for n in range(5)] == [net(other, f"m{n}") for n in range(5)]
