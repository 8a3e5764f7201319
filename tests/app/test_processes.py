"""Several processes on one file, and processes that are killed in the middle."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.store.sqlite import OwnExecutor
from tests.app.school import DAY, PROGRAM, START, event, facts, net

spawn = multiprocessing.get_context("spawn")
MEMBERS = tuple(f"m{n}" for n in range(8))


def _events(own):
    """What a process records: its own events, and some that every process records."""
    shared = [event(f"s{n}", "quiz.passed", MEMBERS[n % 8], days=n / 10) for n in range(40)]
    return [event(f"{own}-{n}", "quiz.passed", MEMBERS[n % 8], days=n / 10) for n in range(40)] + shared


def _record(url, own):
    with Loyalty(PROGRAM, store=url) as kit:
        for number, one in enumerate(_events(own)):
            kit.record(one)
            if number % 7 == own:
                kit.record_many(_events(own)[number : number + 5])


def _sprint(url, own):
    with Loyalty(PROGRAM, store=url) as kit:
        for n in range(4):
            member = f"p{own}-{n}"
            kit.record_many([event(f"{member}q{k}", "quiz.passed", member, days=k / 10) for k in range(2)])
            kit.record(event(f"{member}l", member=member, days=0.5))


def _run(target, url):
    processes = [spawn.Process(target=target, args=(url, own)) for own in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0] * 4


def test_four_processes_lose_and_repeat_nothing(tmp_path):
    url = f"sqlite:///{tmp_path}/school.db?synchronous=normal"
    _run(_record, url)
    with Loyalty(PROGRAM, store=url) as kit, Loyalty(PROGRAM) as same:
        same.record_many([*{one.id: one for own in range(4) for one in _events(own)}.values()])
        for member in MEMBERS:
            assert net(kit, member) == net(same, member)
            assert facts(kit, member)["points"] == facts(same, member)["points"]


def test_four_processes_never_oversell(tmp_path):
    url = f"sqlite:///{tmp_path}/school.db?synchronous=normal"
    _run(_sprint, url)
    with Loyalty(PROGRAM, store=url) as kit:
        seats = [member for member in kit.members() if "seat" in kit.member(member).entitlements]
        assert (len(kit.members()), len(seats)) == (16, 2)


def _killed(url, statements):
    """Record a batch, and die before its n-th statement."""
    kit = Loyalty(PROGRAM, store=url)
    left = [statements]

    def counted(real):
        def run(self, *args):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(self, *args)

        return run

    executor = kit._journal.store._executor
    store = kit._journal.store
    store._many = counted(OwnExecutor.executemany).__get__(executor)
    store.commit = counted(OwnExecutor.commit).__get__(executor)
    kit.record_many(_batch())
    os._exit(0)


def _batch():
    return [event(f"b{n}", "quiz.passed", MEMBERS[n % 8], days=1 + n / 10) for n in range(40)]


def _recorded(url):
    with Loyalty(PROGRAM, store=url) as kit:
        with kit._journal.reading() as store:
            events = len(store.seen([one.id for one in _batch()]))
        return events, {member: (facts(kit, member), net(kit, member)) for member in kit.members()}


@pytest.mark.parametrize("statements", range(8))
def test_killed_between_writes_all_or_nothing(tmp_path, statements):
    url = f"sqlite:///{tmp_path}/school.db"
    with Loyalty(PROGRAM, store=url) as kit:
        kit.record_many([event(f"e{n}", "quiz.passed", MEMBERS[n % 4], days=n / 10) for n in range(8)])
    before = _recorded(url)
    process = spawn.Process(target=_killed, args=(url, statements))
    process.start()
    process.join(60)
    after = _recorded(url)
    if process.exitcode == -signal.SIGKILL:
        assert after == before
    else:
        assert process.exitcode == 0
        assert after[0] == 40
    with Loyalty(PROGRAM, store=url) as kit:
        summary = kit.record_many(_batch())
        assert summary.recorded + summary.duplicates == 40
    assert _recorded(url)[0] == 40


def _forever(url):
    with Loyalty(PROGRAM, store=url) as kit:
        for number in range(1_000_000):
            kit.record_many(
                [event(f"{number}-{n}", "quiz.passed", MEMBERS[n % 8], days=number / 100) for n in range(20)]
            )


@pytest.mark.parametrize("delay", [0.02, 0.15])
def test_killed_at_any_moment(tmp_path, delay):
    url = f"sqlite:///{tmp_path}/school.db?synchronous=normal"
    Loyalty(PROGRAM, store=url).close()
    process = spawn.Process(target=_forever, args=(url,))
    process.start()
    patience = time.monotonic() + 30
    with Loyalty(PROGRAM, store=url) as kit:
        while not kit.members() and time.monotonic() < patience:
            time.sleep(0.01)
    time.sleep(delay)
    process.kill()
    process.join()
    with Loyalty(PROGRAM, store=url) as kit:
        with kit._journal.reading() as store:
            assert store.last_event() % 20 == 0
            assert store.last_event() > 0
        batches = {member: kit.member(member).timeline for member in kit.members()}
        assert len(batches) == 8
        assert kit.advance(START + 3000 * DAY)
