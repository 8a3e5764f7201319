"""Events that are ahead of the clock are refused by every way in: they would make all that comes before them late."""

from __future__ import annotations

import sqlite3

import pytest

from loyaltykit.app import Loyalty
from loyaltykit.errors import EventError
from tests.app.school import DAY, PROGRAM, START, event

FAR = event("far", days=1.1)
NEAR = event("near", days=0.9)


def test_one_by_one_and_in_bulk():
    with Loyalty(PROGRAM, clock=lambda: START) as kit:
        with pytest.raises(EventError) as failure:
            kit.record(FAR)
        assert failure.value.code == "event/future"
        summary = kit.record_many([FAR, NEAR])
        assert (summary.recorded, [row.code for row in summary.rejected]) == (1, ["event/future"])


def test_within_the_hosts_transaction(tmp_path):
    path = tmp_path / "school.db"
    with Loyalty(PROGRAM, store=f"sqlite:///{path}", clock=lambda: START) as kit:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        with kit.within(connection) as shell:
            with pytest.raises(EventError):
                shell.record(FAR)
            assert shell.record_many([FAR, NEAR]).recorded == 1
        connection.execute("COMMIT")
        connection.close()
        assert kit.members() == ["ann"]


def test_without_a_clock_nobody_knows():
    with Loyalty(PROGRAM) as kit:
        assert kit.record(event("x", days=300)).entries
        assert kit.record_many([event("y", days=3_000, member="bob")]).recorded == 1


def test_time_that_has_come_is_no_future():
    now = [START]
    with Loyalty(PROGRAM, clock=lambda: now[0]) as kit:
        now[0] = START + DAY
        assert kit.record(FAR).entries
