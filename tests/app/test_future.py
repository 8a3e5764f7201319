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


AHEAD = FAR.at


@pytest.mark.parametrize(
    "act",
    [
        lambda kit: kit.update_member("ann", {"name": "Ann"}, at=AHEAD),
        lambda kit: kit.consent("ann", purpose="marketing", given=True, at=AHEAD),
        lambda kit: kit.consent("new", purpose="marketing", given=True, at=AHEAD, id="c"),
    ],
)
def test_what_is_done_through_the_kit_is_no_different(act):
    with Loyalty(PROGRAM, clock=lambda: START) as kit:
        kit.record(event("e"))
        with pytest.raises(EventError) as failure:
            act(kit)
        assert failure.value.code == "event/future"
        assert "new" not in kit.members()
        assert kit.record(event("f", days=0.5)).entries, "the days of ann go on"


def test_what_is_done_right_after_a_members_now_is_no_future():
    with Loyalty(PROGRAM) as kit:
        kit.record(FAR)
        kit._clock = lambda: START  # as another machine's, whose clock is behind
        kit.consent("ann", purpose="marketing", given=True, at=FAR.at)
        with pytest.raises(EventError):
            kit.consent("ann", purpose="marketing", given=True, at=FAR.at + DAY)


def test_the_same_again_is_no_future():
    now = [START + 3 * DAY]
    with Loyalty(PROGRAM, clock=lambda: now[0]) as kit:
        kit.update_member("ann", {"name": "Ann"}, at=AHEAD, id="u")
        now[0] = START
        assert kit.update_member("ann", {"name": "Ann"}, at=AHEAD, id="u") is not None


def test_time_that_has_come_is_no_future():
    now = [START]
    with Loyalty(PROGRAM, clock=lambda: now[0]) as kit:
        now[0] = START + DAY
        assert kit.record(FAR).entries
