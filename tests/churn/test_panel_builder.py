import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.churn import Happens, History, Misses, PanelBuilder, Roles, Silence, panel_builder
from loyaltykit.values import to_instant
from tests.churn.naive_panel import DAY, naive_panel

HOUR = DAY // 24
START = to_instant(dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
"""So that clocks go forward within the month in Berlin, and in Santiago, at midnight, back in April."""
TYPES = (
    "lesson",
    "forum",
    "work",
    "work-late",
    "missed",
    "set",
    "marked",
    "balance",
    "rank",
    "gone",
    "churn.scored",
    "done",
    "done",
)
ROLES = Roles(
    amounts=("forum", "work"),
    progress=("lesson", "work"),
    scores="marked",
    handed_in=("work", "work-late"),
    late="work-late",
    missed="missed",
    due="set",
    points="balance",
    tier="rank",
    left="gone",
    away="done",
)
instants = st.integers(0, 75 * 24 * 2).map(lambda half: START + half * HOUR // 2)
lateness = st.sampled_from([0] * 12 + [1, HOUR, DAY, 5 * DAY, 40 * DAY])
values = st.one_of(st.floats(-2, 2), st.sampled_from([0.0, 1.0, 9.5, 30.0, float("nan"), 1e9, float("inf")]))
events = st.builds(
    lambda member, kind, at, late, value: (member, kind, at, at + late, value),
    st.sampled_from("abc"),
    st.sampled_from([*TYPES[:4] * 5, *["set"] * 4, *TYPES]),
    instants,
    lateness,
    values,
)


def history_of(rows, **options):
    member, type, at, known_at, value = zip(*rows, strict=True) if rows else ((),) * 5
    return History.from_columns(member=member, type=type, at=at, known_at=known_at, value=value, **options)


def assert_same_to_the_bit(panel, wanted):
    assert [(panel.members[m], c) for m, c in zip(panel.member, panel.cutoff, strict=True)] == [
        (member, cutoff) for member, cutoff, _ in wanted
    ]
    for name in panel.columns:
        expected = np.array([values[name] for _, _, values in wanted], dtype=np.float64)
        found = panel.column(name)
        same = (found == expected) | (np.isnan(found) & np.isnan(expected))
        assert same.all(), (name, found[~same], expected[~same])


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(events, max_size=60),
    cutoffs=st.lists(instants, max_size=5, unique=True),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/Santiago", "Pacific/Apia"]),
    active=st.sampled_from([None, 3 * DAY, 28 * DAY]),
)
def test_every_feature_equals_a_naive_recompute_to_the_bit(rows, cutoffs, zone, active):
    history = history_of(rows, zone=zone, until=START + 80 * DAY)
    span = None if active is None else dt.timedelta(microseconds=active)
    panel = PanelBuilder(history, ROLES).at(cutoffs, active=span)
    assert_same_to_the_bit(panel, naive_panel(rows, history.members, sorted(cutoffs), ROLES, zone=zone, active=active))


def test_much_that_is_known_late_is_taken_in_parts(monkeypatch):
    rows = [
        (name, "lesson", START + hour * HOUR, START + (hour // 24 + 2) * DAY, 0.5)
        for name in ("a", "b")
        for hour in range(0, 40 * 24, 7)
    ]
    cutoffs = [START + day * DAY + 5 * HOUR for day in range(0, 45, 3)]
    builder = PanelBuilder(history_of(rows, until=START + 50 * DAY))
    whole = builder.at(cutoffs, horizon="5d", label="silence")
    monkeypatch.setattr(panel_builder, "MOST_EXTRA", 500)
    parts = builder.at(cutoffs, horizon="5d", label="silence")
    assert np.array_equal(whole.X, parts.X, equal_nan=True)
    assert np.array_equal(whole.labels, parts.labels)
    assert whole.cutoff.tolist() == parts.cutoff.tolist()
    assert_same_to_the_bit(parts, naive_panel(rows, builder.history.members, cutoffs, Roles()))


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(events, min_size=1, max_size=40),
    cutoff=instants,
    poison=st.lists(events, min_size=1, max_size=20),
)
def test_nothing_known_after_the_cutoff_changes_a_feature(rows, cutoff, poison):
    later = [(m, t, at, max(known, cutoff), v) for m, t, at, known, v in poison if m in {row[0] for row in rows}]
    clean = PanelBuilder(history_of(rows), ROLES).at([cutoff])
    poisoned = PanelBuilder(history_of(rows + later), ROLES).at([cutoff])
    assert np.array_equal(clean.X, poisoned.X, equal_nan=True)
    assert np.array_equal(clean.member, poisoned.member)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(events, max_size=60),
    cutoffs=st.lists(instants, min_size=1, max_size=4, unique=True),
    days=st.integers(1, 40),
)
def test_labels_say_what_comes_within_the_horizon(rows, cutoffs, days):
    history = history_of(rows, until=START + 75 * DAY)
    rows = [row for row in rows if row[2] < history.until]
    builder = PanelBuilder(history, ROLES)
    activity = set(ROLES.active(TYPES))
    horizon = days * DAY
    for label, wanted, sense in (
        ("silence", activity, False),
        ("gone", {"gone"}, True),
        (Misses("work"), {"work"}, False),
    ):
        panel = builder.at(cutoffs, horizon=f"{days}d", label=label)
        assert (panel.cutoff + horizon <= history.until).all()
        for member, cutoff, y in zip(panel.member, panel.cutoff, panel.labels, strict=True):
            name = panel.members[member]
            comes = any(m == name and t in wanted and cutoff <= at < cutoff + horizon for m, t, at, *_ in rows)
            assert y == (comes is sense)


def test_immature_rows_go_with_a_label_and_stay_without():
    history = history_of([("a", "lesson", START, START, 0.0)], until=START + 30 * DAY)
    builder = PanelBuilder(history)
    cutoffs = [START + 2 * DAY, START + 3 * DAY]
    assert builder.at(cutoffs, horizon="28d", label="silence").cutoff.tolist() == cutoffs[:1]
    assert builder.at(cutoffs, horizon="28d").cutoff.tolist() == cutoffs


def test_more_than_64_kinds_are_counted():
    rows = [("a", f"kind-{number:03}", START + number * HOUR, START + number * HOUR, 0.0) for number in range(150)]
    panel = PanelBuilder(history_of(rows)).at([START + 7 * DAY, START + 5 * DAY + HOUR // 2, START + 30 * DAY])
    assert panel.column("kinds_28").tolist() == [121.0, 150.0, 102.0]


def test_equal_silence_with_another_rhythm_has_another_ratio():
    daily = [("daily", "lesson", START + day * DAY, START, 0.0) for day in range(20)]
    weekly = [("weekly", "lesson", START + day * DAY, START, 0.0) for day in range(5, 20, 7)]
    panel = PanelBuilder(history_of(daily + weekly)).at([START + 26 * DAY])
    recency, ratio = panel.column("recency"), panel.column("silence_ratio")
    assert recency[0] == recency[1]
    assert ratio[0] > 2 * ratio[1]


def test_members_and_their_order():
    rows = [(name, "lesson", START, START, 0.0) for name in ("c", "a", "b")]
    panel = PanelBuilder(history_of(rows)).at([START + DAY], members=["c", "b", "nobody"])
    assert [panel.members[member] for member in panel.member] == ["b", "c"]


def test_a_label_of_ones_own():
    rows = [("a", "lesson", START + day * DAY, START, 0.0) for day in range(10)]
    builder = PanelBuilder(history_of(rows, until=START + 20 * DAY))

    def few_lessons(ahead):
        return ahead.count("lesson") < 4

    panel = builder.at([START + 2 * DAY, START + 8 * DAY], horizon="5d", label=few_lessons)
    assert (panel.label, panel.labels.tolist()) == ("few_lessons", [0.0, 1.0])
    with pytest.raises(ValueError, match="0 or 1 for each of the 2 rows"):
        builder.at([START + 2 * DAY, START + 8 * DAY], horizon="5d", label=lambda ahead: ahead.count("lesson"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"label": "silence"}, "a label needs a horizon"),
        ({"horizon": "1 month"}, "months differ in length"),
        ({"horizon": "soon"}, "horizon: write a duration"),
        ({"active": dt.timedelta(0)}, "active is longer than zero"),
        ({"horizon": "7d", "label": 3}, "label is 'silence'"),
    ],
)
def test_wrong_use_says_so(options, message):
    builder = PanelBuilder(history_of([("a", "lesson", START, START, 0.0)], until=START + 90 * DAY))
    with pytest.raises(ValueError, match=message):
        builder.at([START + DAY], **options)


def test_labels_have_names():
    assert [label.name for label in (Silence(), Happens("gone"), Misses("paid"))] == ["silence", "gone", "no paid"]
