"""What must hold for any history: however it comes in, and wherever it is kept, it comes to the same."""

from __future__ import annotations

import tempfile
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyaltykit.app import Loyalty
from loyaltykit.program.load import Program
from tests.app.school import DAY, DOCUMENT, PROGRAM, START, event, facts, net

MEMBERS = ("ann", "bob")
LATE = 7
calm = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
CAMPAIGNS = {
    "quests": DOCUMENT["quests"] | {"mini": {"start": "campaign", "within": "2d", "steps": [{"on": "page.opened"}]}},
    "holdout": "20%",
    "campaigns": {
        "comeback": {
            "per": "event.course",
            "start": "silent('36h') and count('lesson.completed') >= 1",
            "audience": "points.xp.available < 500",
            "holdout": "30%",
            "again": "after 2d",
            "exit": {"on": "order.paid"},
            "steps": [
                {"offer": {"choose": ["chat", ["chat", "seat"]], "by": "random", "keep": "1d", "take": "at once"}},
                {"send": "come-back"},
                {"enrol": "mini"},
                {"wait": {"until": "quest.mini.done", "at_most": "30h"}},
                {"if": "quest.mini.done", "then": [{"award": {"xp": 7}}], "else": [{"stop": True}]},
            ],
        },
        "thanks": {
            "start": {"on": "quiz.passed", "when": "event.score > 0.8"},
            "again": "after 1d",
            "steps": [{"wait": "5h"}, {"badge": "regular"}, {"send": "well-done"}],
        },
    },
}
AMPLE = Program.from_dict({**DOCUMENT, **CAMPAIGNS, "rewards": {"seat": {"stock": 100, "lasts": "10d"}, "chat": {}}})
"""Stock is an outside fact: who comes first is not the same when members' events are mixed in another way."""


@st.composite
def events(draw, days=6.9, size=14):
    """Events of some members within the time that may be late, in order of arrival."""
    moments = st.one_of(st.integers(0, int(days * 24)), st.integers(0, int(days * 1440)).map(lambda n: n / 60))
    kinds = st.sampled_from(["lesson.completed", "quiz.passed", "order.paid", "page.opened", "member.updated"])
    found = []
    for number in range(draw(st.integers(1, size))):
        kind = draw(kinds)
        data = {
            "quiz.passed": {"score": draw(st.sampled_from([0.5, 0.9, 1]))},
            "order.paid": {
                "order": draw(st.sampled_from("abc")),
                "amount": draw(st.sampled_from([99, 250, "1000.50"])),
            },
            "member.updated": {"timezone": draw(st.sampled_from(["Asia/Omsk", "America/New_York", "UTC"]))},
        }.get(kind, {})
        id = f"{draw(st.sampled_from('abz'))}{number}"
        found.append(event(id, kind, draw(st.sampled_from(MEMBERS)), days=draw(moments) / 24, **data))
    return found


def everything(kit):
    """All that is known about everybody, at their now."""
    return {member: (facts(kit, member), net(kit, member)) for member in kit.members()}


def by_effect(kit, member):
    """The effects of a member that hold, each once."""
    journal = kit._journal
    with journal.reading() as store:
        rows = store.effects(store.numbers([member])[member])
        return Counter((row.mechanic, row.occurrence, row.kind, row.name) for row in rows if not row.kept)


def sorted_in(program, found, to=None):
    kit = Loyalty(program)
    for one in sorted(found, key=lambda one: (one.at, one.id)):
        kit.record(one)
    if to is not None:
        kit.advance(to)
    return kit


@calm
@given(events(), st.data())
def test_shuffled_single_records_are_the_same_as_sorted(found, data):
    shuffled = data.draw(st.permutations(found))
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/school.db?synchronous=off"
        kit = Loyalty(AMPLE, store=url)
        for one in shuffled:
            kit.record(one)
            if data.draw(st.integers(0, 3)) == 0:
                kit.close()
                kit = Loyalty(AMPLE, store=url)
        same = sorted_in(AMPLE, found)
        assert _without_kept(everything(kit)) == _without_kept(everything(same))
        assert all(by_effect(kit, member) == by_effect(same, member) for member in kit.members())
        kit.close()


@calm
@given(events(days=20), st.data())
def test_a_batch_is_the_same_as_one_by_one(found, data):
    cut = data.draw(st.integers(0, len(found)))
    one_by_one, batches, chunks = Loyalty(AMPLE), Loyalty(AMPLE), Loyalty(AMPLE)
    totals = Counter()
    for batch in (found[:cut], found[cut:]):
        for one in sorted(batch, key=lambda one: (one.member, one.at, one.id)):
            one_by_one.record(one)
        summary = batches.record_many(batch)
        totals.update(recorded=summary.recorded, rejected=len(summary.rejected))
        chunks.record_many(sorted(batch, key=lambda one: (one.member, one.at, one.id)), chunk=3)
    assert totals["recorded"] == len(found)
    assert _without_kept(everything(batches)) == _without_kept(everything(one_by_one))
    assert everything(chunks).keys() == everything(batches).keys()


@calm
@given(events(), st.data())
def test_duplicates_are_no_ops(found, data):
    kit = Loyalty(PROGRAM)
    kit.record_many(found)
    before = everything(kit)
    again = data.draw(st.lists(st.sampled_from(found), min_size=1))
    for one in again:
        kit.record(one)
    summary = kit.record_many(again)
    assert (summary.recorded, summary.duplicates, summary.entries) == (0, len(again), 0)
    assert everything(kit) == before


@calm
@given(events(days=30), st.lists(st.integers(0, 40 * 24), max_size=5))
def test_memory_is_the_same_as_sqlite(found, hours):
    with tempfile.TemporaryDirectory() as folder:
        memory, sqlite = Loyalty(PROGRAM), Loyalty(PROGRAM, store=f"sqlite:///{folder}/s.db?synchronous=off")
        for kit in (memory, sqlite):
            for number, one in enumerate(found):
                kit.record(one)
                if number < len(hours):
                    kit.advance(START + hours[number] / 24 * DAY)
        assert everything(memory) == everything(sqlite)
        for member in memory.members():
            assert memory.member(member) == sqlite.member(member)
        sqlite.close()


@calm
@given(events(days=30), st.lists(st.integers(0, 60 * 24), max_size=8))
def test_advancing_often_is_the_same_as_seldom(found, hours):
    """Advances come between events that are in order: none of these comes late."""
    end = START + 60 * DAY
    ordered = sorted(found, key=lambda one: (one.at, one.id))
    often, seldom = Loyalty(AMPLE), sorted_in(AMPLE, found, end)
    waiting = sorted(hours)
    for one in ordered:
        while waiting and START + waiting[0] / 24 * DAY <= one.at:
            often.advance(START + waiting.pop(0) / 24 * DAY)
        often.record(one)
    for hour in waiting:
        often.advance(START + hour / 24 * DAY)
    often.advance(end)
    assert everything(often) == everything(seldom)
    assert all(by_effect(often, member) == by_effect(seldom, member) for member in often.members())


@calm
@given(events(), st.integers(0, 9 * 24), st.data())
def test_an_advance_before_late_events_changes_nothing(found, hour, data):
    """What comes after an advance is folded as if it had come before it."""
    to = START + min(hour, LATE * 24) / 24 * DAY
    kit = Loyalty(AMPLE)
    shuffled = data.draw(st.permutations(found))
    cut = data.draw(st.integers(0, len(found)))
    kit.record_many(shuffled[:cut])
    kit.advance(to)
    for one in shuffled[cut:]:
        kit.record(one)
    same = sorted_in(AMPLE, found, to)
    assert _without_kept(everything(kit)) == _without_kept(everything(same))
    assert all(by_effect(kit, member) == by_effect(same, member) for member in kit.members())


@calm
@given(events(days=30), st.lists(st.integers(0, 60 * 24), max_size=4))
def test_points_are_conserved_and_the_ledger_agrees_with_the_view(found, hours):
    kit = Loyalty(PROGRAM)
    for number, one in enumerate(found):
        kit.record(one)
        if number < len(hours):
            kit.advance(START + hours[number] / 24 * DAY)
        view = kit.member(one.member)
        for point, shown in view.points.items():
            ledger = sum(amount for (name, _), amount in net(kit, one.member).items() if name == point)
            assert ledger == shown.available + shown.pending + shown.held


@calm
@given(events(days=20), st.lists(st.integers(0, 30 * 24), max_size=3))
def test_a_snapshot_is_what_a_replay_gives(found, hours):
    kit = Loyalty(PROGRAM)
    for number, one in enumerate(found):
        kit.record(one)
        if number < len(hours):
            kit.advance(START + hours[number] / 24 * DAY)
    before = everything(kit)
    kit._journal._memory.clear()
    kit._journal.plan = -1
    assert everything(kit) == before


def _without_kept(found):
    """What stays only because it was given before is not there when the history came in order."""
    plain = {}
    for member, (view, ledger) in found.items():
        kept = {
            part: {name: item for name, item in view[part].items() if not item["kept"]}
            for part in ("badges", "entitlements")
        }
        plain[member] = ({**view, **kept}, ledger)
    return plain


@pytest.mark.parametrize("seed", ["0", "1"])
def test_it_does_not_depend_on_the_hash_seed(seed, tmp_path, monkeypatch):
    """Rows are written in an order that is the same in every process."""
    import subprocess
    import sys

    script = (
        "from tests.app.school import *\nfrom loyaltykit.app import Loyalty\n"
        "kit = Loyalty(PROGRAM)\n"
        "kit.record_many([event(f'{n}', k, f'm{n % 3}', days=n / 3) for n in range(30)"
        " for k in ['lesson.completed' if n % 2 else 'quiz.passed']])\n"
        "kit.record_many([event(f'late{n}', 'quiz.passed', f'm{n % 3}', days=8 + n / 10) for n in range(6)])\n"
        "kit.advance(START + 30 * DAY)\n"
        "j = kit._journal\n"
        "print([j.store.entries(n) + j.store.effects(n) + j.store.states([n]) for n in (1, 2, 3)])\n"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": one, "PYTHONPATH": "."},
            capture_output=True,
            check=True,
        ).stdout
        for one in (seed, "77")
    ]
    assert runs[0] == runs[1]
    assert runs[0].count(b"EntryRow") > 20
