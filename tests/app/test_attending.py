"""Attendance: joins add up without counting twice, lists can be recorded again and corrected, points follow."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyaltykit as lk
from loyaltykit.app.attending import overlaps_merged
from loyaltykit.app.rows import to_event

AT = dt.datetime(2026, 9, 10, 16, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
DOCUMENT = {
    "program": "school",
    "timezone": "Europe/Moscow",
    "events": {"session.attended": {"session": "text", "minutes": "number"}, "lesson.completed": {}},
    "member": {"email": "text"},
    "points": {"xp": {}},
    "rules": [
        {"id": "there", "on": "session.attended", "when": "event.minutes >= 30", "award": {"xp": "event.minutes"}}
    ],
    "badges": {"regular": {"count": "session.attended", "steps": {"one": 1, "two": 2}}},
    "rewards": {"open-lesson": {"kind": "session", "at": "2026-09-10T19:00", "minutes": 90}},
}


@pytest.fixture(params=["memory:", "sqlite"])
def kit(request, tmp_path):
    store = request.param if request.param == "memory:" else f"sqlite:///{tmp_path}/school.db"
    with lk.Loyalty(lk.Program.from_dict(DOCUMENT), store=store) as kit:
        yield kit


def stay(start, end):
    return {"joined": AT + start * MINUTE, "left": AT + end * MINUTE}


def row(member, *stays, minutes=None):
    spans = tuple((AT + start * MINUTE, AT + end * MINUTE) for start, end in stays)
    return lk.Attendance(member=member, stays=spans, minutes=minutes, at=None if spans else AT + 90 * MINUTE)


def xp(kit, member="ann"):
    return kit.member(member).points["xp"].available


def test_minutes_are_what_rules_see(kit):
    kit.attended("ann", session="open-lesson", minutes=45, at=AT)
    assert xp(kit) == 45
    assert kit.member("ann").badges["regular"].step == "one"


def test_several_joins_add_up_and_what_overlaps_counts_once(kit):
    kit.attended("ann", session="open-lesson", **stay(0, 20))
    kit.attended("ann", session="open-lesson", **stay(30, 50))
    assert xp(kit) == 40
    kit.attended("ann", session="open-lesson", **stay(10, 40))  # a telephone beside the computer
    assert xp(kit) == 50
    assert kit.member("ann").badges["regular"].step == "one"


def test_the_same_stay_again_changes_nothing(kit):
    first = kit.attended("ann", session="open-lesson", **stay(0, 40))
    again = kit.attended("ann", session="open-lesson", **stay(0, 40))
    inside = kit.attended("ann", session="open-lesson", **stay(5, 10))
    assert [entry.amount for entry in first.entries] == [40]
    assert again.entries == first.entries == inside.entries
    assert [item.amount for item in kit.member("ann").timeline if item.name == "xp"] == [40]


def test_a_correction_replaces_and_points_follow_down_and_up(kit):
    kit.attended("ann", session="open-lesson", minutes=60, at=AT)
    kit.attended("ann", session="open-lesson", minutes=29, at=AT + MINUTE)
    assert xp(kit) == 0
    kit.attended("ann", session="open-lesson", minutes=31, at=AT + 2 * MINUTE)
    assert xp(kit) == 31
    assert kit.member("ann").badges["regular"].step == "one"


def test_another_session_is_another_attendance(kit):
    kit.attended("ann", session="open-lesson", minutes=30, at=AT)
    kit.attended("ann", session="second", minutes=40, at=AT + 90 * MINUTE)
    kit.attended("bob", session="open-lesson", minutes=50, at=AT)
    assert (xp(kit), xp(kit, "bob")) == (70, 50)
    assert kit.member("ann").badges["regular"].step == "two"


def test_a_list_is_recorded_once_however_often_it_comes(kit):
    people = [row("ann", (0, 20), (15, 40)), row("bob", minutes=33), row("ann", (35, 50))]
    assert kit.record_attendance("open-lesson", people) == lk.Attended(new=2)
    assert (xp(kit), xp(kit, "bob")) == (50, 33)
    assert kit.record_attendance("open-lesson", reversed(people)) == lk.Attended(same=2)
    corrected = [row("ann", (0, 60)), row("bob", minutes=33), row("eve", minutes=90)]
    assert kit.record_attendance("open-lesson", corrected) == lk.Attended(new=1, corrected=1, same=1)
    assert (xp(kit), xp(kit, "bob"), xp(kit, "eve")) == (60, 33, 90)
    assert kit.record_attendance("open-lesson", people[:2]) == lk.Attended(corrected=1, same=1)
    assert xp(kit) == 40


def test_a_rehearsal_writes_nothing(kit):
    assert kit.record_attendance("open-lesson", [row("ann", minutes=40)], rehearse=True) == lk.Attended(new=1)
    assert kit.members() == []


def test_a_list_that_comes_after_other_events_is_rewarded_within_late(kit):
    kit.record(lk.Event("l1", "lesson.completed", "ann", AT + dt.timedelta(days=3), {}))
    kit.record(lk.Event("l2", "lesson.completed", "bob", AT + dt.timedelta(days=30), {}))
    made = kit.record_attendance("open-lesson", [row("ann", (0, 40)), row("bob", (0, 40))])
    assert made == lk.Attended(new=2, late=1)
    assert (xp(kit), xp(kit, "bob")) == (40, 0)


def test_a_replay_of_the_log_gives_the_same(kit):
    people = [row("ann", (0, 20)), row("bob", minutes=33)]
    kit.record_attendance("open-lesson", people)
    kit.record_attendance("open-lesson", [row("ann", (0, 45)), row("bob", minutes=20)])
    journal = kit._journal
    with journal.reading() as store:
        events = [to_event(one, id) for number, id in store.members() for one in store.history(number)]
    with lk.Loyalty(lk.Program.from_dict(DOCUMENT)) as again:
        again.record_many(events)
        for member in ("ann", "bob"):
            assert (
                again.member(member, timeline=0).to_dict()["points"]
                == kit.member(member, timeline=0).to_dict()["points"]
            )


def test_a_program_that_does_not_look_at_attendance_says_so():
    with lk.Loyalty(lk.Program.from_dict({"program": "p", "events": {"x": {}}})) as kit:
        with pytest.raises(lk.LoyaltyError) as raised:
            kit.attended("ann", session="s", minutes=1, at=AT)
        assert raised.value.code == "session/no-attendance"


@pytest.mark.parametrize(
    "said",
    [
        {"minutes": -1}, {"minutes": 10_081}, {"minutes": float("nan")}, {"minutes": True}, {},
        {"joined": AT, "left": AT - MINUTE}, {"joined": AT}, {"minutes": 5, "joined": AT, "left": AT + MINUTE},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_written(kit, said):
    with pytest.raises(lk.EventError):
        kit.attended("ann", session="open-lesson", at=AT, **said)
    assert kit.members() == []


SPANS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)).map(sorted), max_size=8)


@given(SPANS)
def test_merged_stays_hold_each_minute_once(spans):
    merged = overlaps_merged(spans)
    assert {m for a, b in merged for m in range(a, b)} == {m for a, b in spans for m in range(a, b)}
    assert all(first[1] < second[0] for first, second in pairwise(merged))


@given(SPANS, st.randoms())
def test_the_order_of_joins_does_not_matter(spans, random):
    shuffled = list(spans)
    random.shuffle(shuffled)
    assert overlaps_merged(shuffled) == overlaps_merged(spans)
