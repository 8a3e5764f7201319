import datetime as dt

import numpy as np
import pytest

from loyaltykit.churn import History
from loyaltykit.values import Event, to_instant

NOON = dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)
MICROS = to_instant(NOON)
HOUR = 3_600_000_000


def columns(history):
    return [
        (history.members[m], history.types[t], at, known, value)
        for m, t, at, known, value in zip(
            history.member, history.type, history.at, history.known_at, history.value.tolist(), strict=True
        )
    ]


def test_events_dicts_and_tuples_make_the_same_history():
    later = NOON + dt.timedelta(hours=1)
    event = Event("e1", "quiz", "ann", NOON, {"score": 0.5}, later)
    written = {
        "id": "e1",
        "type": "quiz",
        "member": "ann",
        "at": NOON.isoformat(),
        "known_at": "2026-09-01T16:00:00+03:00",
    }
    written["data"] = {"score": 0.5}
    for one in (event, written, ("ann", "quiz", NOON, later, 0.5), ("ann", "quiz", MICROS, MICROS + HOUR, 0.5)):
        found = History.from_events([one], value={"quiz": "score"})
        assert columns(found) == [("ann", "quiz", MICROS, MICROS + HOUR, 0.5)]
    assert np.isnan(History.from_events([event]).value[0])
    assert np.isnan(History.from_events([("ann", "quiz", NOON)]).value[0])


def test_columns_of_any_kind_make_the_same_history():
    wanted = [("1", "quiz", MICROS, MICROS, 0.5)]
    for member in ([1], np.array([1]), ["1"], np.array(["1"])):
        for at in ([MICROS], np.array([MICROS]), [NOON], np.array(["2026-09-01T12:00"], dtype="datetime64[s]")):
            found = History.from_columns(member=member, type="quiz", at=at, value=[0.5])
            assert columns(found) == wanted


def test_rows_are_sorted_by_member_and_time_and_equal_ones_stay():
    found = History.from_columns(
        member=["b", "a", "b", "b"], type=["x", "x", "x", "y"], at=[2, 5, 1, 2], value=[1, 2, 3, 4]
    )
    assert found.value.tolist() == [2, 3, 1, 4]


def test_numbers_rise_as_numbers():
    assert History.from_columns(member=[10, 9], type="x", at=[0, 0]).members == ("9", "10")


def test_nothing_is_known_before_it_happened():
    assert History.from_columns(member=["a"], type="x", at=[5], known_at=[3]).known_at.tolist() == [5]


def test_until_is_just_after_the_newest_event_or_cuts():
    history = {"member": ["a", "a"], "type": "x", "at": [1, 9]}
    assert History.from_columns(**history).until == 10
    assert columns(History.from_columns(**history, until=9)) == [("a", "x", 1, 1, pytest.approx(np.nan, nan_ok=True))]
    assert History.from_events([]).until == 0


def test_days_are_those_of_the_zone():
    found = History.from_events([], zone="Europe/Moscow")
    assert found.local_days(np.array([to_instant(dt.datetime(1970, 1, 2, 21, 0, tzinfo=dt.UTC))])).tolist() == [2]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"at": [dt.datetime(2026, 1, 1)]}, "needs an offset"),  # noqa: DTZ001  # naive on purpose
        ({"at": ["2026-01-01T00:00"]}, "needs an offset"),
        ({"at": ["soon"]}, "is no time"),
        ({"at": [1.5]}, "whole microseconds, not float64"),
        ({"at": np.array(["NaT"], dtype="datetime64[us]")}, "missing"),
        ({"at": [2**62]}, "outside the years"),
        ({"at": [1, 2]}, "at has 2 rows, member 1"),
        ({"member": [""]}, "text or whole numbers"),
        ({"member": [None]}, "text or whole numbers"),
        ({"type": [1.5]}, "text or whole numbers"),
        ({"zone": "Mars/Base"}, "unknown time zone"),
        ({"at": NOON}, "a column of times"),
    ],
)
def test_wrong_columns_say_so(options, message):
    with pytest.raises(ValueError, match=message):
        History.from_columns(**{"member": ["a"], "type": ["x"], "at": [0], **options})


@pytest.mark.parametrize(
    ("event", "message"),
    [({"member": "a", "at": 0}, "an event has no type"), (("a", "x"), "a tuple is"), (("a",) * 6, "a tuple is")],
)
def test_wrong_events_say_so(event, message):
    with pytest.raises(ValueError, match=message):
        History.from_events([event])
