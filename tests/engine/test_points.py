# ruff: noqa: E501  # a small program and its story are read best in one line
from __future__ import annotations

from decimal import Decimal

import pytest

import loyaltykit as lk
from tests.engine.story import Story, given, moment


def awarded(point: str, award: str, *, type: str = "quiz", **data) -> list[int]:
    story = Story(f"points: {{xp: {point}}}\nrules: [{{id: r, on: {type}, award: {{xp: '{award}'}}}}]")
    return given(story.on("2026-03-01 10:00", type, **data))


@pytest.mark.parametrize(
    ("rounding", "score", "units"),
    [
        ("down", 2.9, 2),
        ("down", 3.0, 3),
        ("up", 2.1, 3),
        ("up", 3.0, 3),
        ("nearest", 2.4, 2),
        ("nearest", 2.5, 3),
        ("nearest", 3.5, 4),  # halves up, not to even
        ("nearest", 2.6, 3),
    ],
)
def test_rounding(rounding, score, units):
    assert awarded(f"{{rounding: {rounding}}}", "event.score", score=score) == [units]


@pytest.mark.parametrize(
    ("decimals", "rounding", "score", "units"),
    [
        (2, "down", 1.239, [123]),
        (2, "up", 1.231, [124]),
        (2, "nearest", 1.235, [124]),
        (2, "down", 0.009, []),  # nothing is no award
        (3, "down", 0.009, [9]),
        (0, "up", 0.000001, [1]),
        (0, "up", 0.0000001, []),  # finer than the grid of 2**-20: snapped to nothing before it is rounded
    ],
)
def test_decimals(decimals, rounding, score, units):
    assert awarded(f"{{decimals: {decimals}, rounding: {rounding}}}", "event.score", score=score) == units


@pytest.mark.parametrize("expression", ["event.amount * 100", "100 * event.amount", "event.amount / 0.01"])
@pytest.mark.parametrize("amount", ["0.29", 0.29, "0.57", 0.57, "1.13", "8.41", 16.41, "1001.10"])
def test_money_is_exact(expression, amount):
    """0.29 times 100 rounded down is 29, never 28, also with text and also rounded up."""
    cents = round(Decimal(str(amount)) * 100)
    for rounding in ("down", "up", "nearest"):
        assert awarded(f"{{rounding: {rounding}}}", expression, type="order", amount=amount) == [cents]


def test_every_cent_to_a_thousand_is_exact():
    story = Story("points: {xp: {}}\nrules: [{id: r, on: order, award: {xp: event.amount * 100}}]")
    for cents in range(1, 100_000, 37):
        decision = story.engine.fold(story.engine.start("x"), _order(cents / 100)).decision
        assert given(decision) == [cents]


def _order(amount):
    return lk.Event("e", "order", "x", moment("2026-03-01 10:00"), {"order": "o", "amount": amount})


@pytest.mark.parametrize("score", [0.0, -5.0])
def test_zero_and_less_give_nothing(score):
    assert awarded("{}", "event.score", score=score) == []
    assert awarded("{rounding: up}", "event.score * 0.5", score=score) == []


@pytest.mark.parametrize(
    "amount", ["event.tries", "event.tries + 1", "10 / (event.score - 1)", "event.score * 1e300 * 1e300"]
)
def test_null_and_what_is_out_of_bounds_give_nothing(amount):
    assert awarded("{}", amount) == []


def test_more_than_64_bits_give_nothing():
    assert awarded("{}", "event.score", score=2.0**63) == []
    assert awarded("{decimals: 6}", "event.score", score=2.0**50) == []
    assert awarded("{}", "event.score", score=2.0**62) == [2**62]


def test_views_speak_whole_units():
    story = Story(
        "points: {xp: {}, stars: {decimals: 2, spendable: true}}\nrules: [{id: r, on: quiz, award: {xp: 7, stars: 1.25}}]"
    )
    decision = story.on("2026-03-01 10:00", "quiz")
    assert given(decision) == [7]
    assert given(decision, "stars") == [125]
    view = story.view().points
    assert (view["xp"].available, type(view["xp"].available)) == (7, int)
    assert view["stars"].available == Decimal("1.25")
    assert view["stars"].lifetime == Decimal("1.25")


def test_expressions_speak_whole_units():
    story = Story(
        "points: {xp: {}, stars: {decimals: 2}}\n"
        "rules: [{id: r, on: quiz, award: {stars: 1.5}}, {id: s, on: ping, when: points.stars.available == 1.5 and earned('stars') == 1.5, award: {xp: 1}}]"
    )
    story.on("2026-03-01 10:00", "quiz")
    assert given(story.on("2026-03-01 11:00")) == [1]


def test_a_rule_awards_several_points_in_its_order():
    story = Story("points: {a: {}, b: {}, c: {}}\nrules: [{id: r, on: ping, award: {c: 3, a: 1, b: event.nth - 1}}]")
    assert [(entry.point, entry.amount) for entry in story.on("2026-03-01 10:00").entries] == [("c", 3), ("a", 1)]


# --- lots ------------------------------------------------------------------------------------------------------------


def test_pending_then_available():
    story = Story("points: {xp: {pending: 14d}}\nrules: [{id: r, on: ping, award: {xp: 10}}]")
    entry = story.on("2026-03-01 10:00").entries[0]
    assert story.wall(entry.available_at) == "2026-03-15 10:00"
    view = story.view().points["xp"]
    assert (view.pending, view.available, view.lifetime) == (10, 0, 10)
    assert story.until("2026-03-15 09:59:59.999999").entries == ()
    (line,) = story.until("2026-03-15 10:00").entries
    assert (line.kind, line.amount, line.lot) == ("confirmation", 10, entry.id)
    view = story.view().points["xp"]
    assert (view.pending, view.available, view.lifetime) == (0, 10, 10)


def test_what_is_due_at_an_instant_comes_before_the_event_at_it():
    story = Story(
        "points: {xp: {pending: 1d}, seen: {}}\nrules: [{id: r, on: ping, award: {xp: 10}},"
        "{id: s, on: quiz, when: points.xp.available == 10, award: {seen: 1}}]"
    )
    story.on("2026-03-01 10:00")
    decision = story.on("2026-03-02 10:00", "quiz")
    assert [(entry.kind, entry.point) for entry in decision.entries] == [("confirmation", "xp"), ("accrual", "seen")]


@pytest.mark.parametrize(
    ("start", "awarded_at", "expires"),
    [
        ("award", "2026-08-31 10:00", "2027-02-28 10:00"),
        ("award", "2026-03-15 10:00", "2026-09-15 10:00"),
        ("end of day", "2026-03-15 10:00", "2026-09-16 00:00"),
        ("end of month", "2026-03-15 10:00", "2026-10-01 00:00"),
        ("end of quarter", "2026-02-15 10:00", "2026-10-01 00:00"),
        ("end of year", "2026-02-15 10:00", "2027-07-01 00:00"),
    ],
)
def test_expiry_counts_months_from_where_it_is_told(start, awarded_at, expires):
    story = Story(
        f"points: {{xp: {{expires: {{after: 6 months, from: {start}}}}}}}\nrules: [{{id: r, on: ping, award: {{xp: 10}}}}]",
        zone="Europe/Moscow",
    )
    entry = story.on(awarded_at).entries[0]
    assert story.wall(entry.expires_at) == expires
    assert [story.wall(at.timestamp() * 10**6) for at, _ in story.view().points["xp"].expiring] == [expires]
    (line,) = story.until("2028-01-01 00:00").entries
    assert (line.kind, line.amount, line.lot, story.wall(line.at)) == ("expiry", -10, entry.id, expires)
    view = story.view().points["xp"]
    assert (view.available, view.lifetime, view.expiring) == (0, 10, ())


def test_expiry_in_the_members_own_zone():
    story = Story(
        "points: {xp: {expires: {after: 1d, from: end of day}}}\nrules: [{id: r, on: ping, award: {xp: 1}}]", zone="UTC"
    )
    story.move("Asia/Vladivostok", "2026-03-01 00:00")
    entry = story.on("2026-03-02 23:00").entries[0]
    assert story.wall(entry.expires_at) == "2026-03-04 00:00"


def test_days_are_24_hours_and_months_keep_the_wall():
    """Berlin's clocks go forward on 29 March 2026."""
    exact = Story(
        "points: {xp: {expires: {after: 30d}}}\nrules: [{id: r, on: ping, award: {xp: 1}}]", zone="Europe/Berlin"
    )
    wall = Story(
        "points: {xp: {expires: {after: 1 month}}}\nrules: [{id: r, on: ping, award: {xp: 1}}]", zone="Europe/Berlin"
    )
    assert exact.wall(exact.on("2026-03-10 10:00").entries[0].expires_at) == "2026-04-09 11:00"
    assert wall.wall(wall.on("2026-03-10 10:00").entries[0].expires_at) == "2026-04-10 10:00"


def test_a_lot_can_end_before_it_is_confirmed():
    story = Story("points: {xp: {pending: 5d, expires: {after: 2d}}}\nrules: [{id: r, on: ping, award: {xp: 1}}]")
    story.on("2026-03-01 10:00")
    assert [line.kind for line in story.until("2026-04-01 00:00").entries] == ["expiry"]
    view = story.view().points["xp"]
    assert (view.available, view.pending) == (0, 0)


def test_a_lot_that_ends_as_it_is_confirmed_only_ends():
    story = Story("points: {xp: {pending: 2d, expires: {after: 2d}}}\nrules: [{id: r, on: ping, award: {xp: 1}}]")
    story.on("2026-03-01 10:00")
    assert [line.kind for line in story.until("2026-04-01 00:00").entries] == ["expiry"]


def test_lots_end_one_after_the_other_and_two_at_once():
    story = Story(
        "points: {xp: {expires: {after: 1 month, from: end of month}}}\nrules: [{id: r, on: ping, award: {xp: 1}}]"
    )
    for when in ("2026-01-05 10:00", "2026-01-05 10:00", "2026-01-31 23:59", "2026-02-01 00:00"):
        story.on(when)
    lines = story.until("2026-12-01 00:00").entries
    assert [story.wall(line.at) for line in lines] == ["2026-03-01 00:00"] * 3 + ["2026-04-01 00:00"]
    assert len({line.lot for line in lines}) == 4


def test_expired_points_still_count_as_earned():
    story = Story(
        "points: {xp: {expires: {after: 1d}}, seen: {}}\nrules: [{id: r, on: ping, award: {xp: 10}},"
        "{id: s, on: quiz, when: earned('xp') == 10 and points.xp.lifetime == 10 and points.xp.available == 0, award: {seen: 1}}]"
    )
    story.on("2026-03-01 10:00")
    assert given(story.on("2026-03-05 10:00", "quiz"), "seen") == [1]


def test_pending_counts_as_earned():
    story = Story(
        "points: {xp: {pending: 9d}, seen: {}}\nrules: [{id: r, on: ping, award: {xp: 10}},"
        '{id: s, on: quiz, when: \'earned("xp") == 10 and earned("xp", within="2d") == 10 and points.xp.pending == 10\', award: {seen: 1}}]'
    )
    story.on("2026-03-01 10:00")
    assert given(story.on("2026-03-02 10:00", "quiz"), "seen") == [1]


def test_points_without_lots_are_never_pending():
    story = Story(
        "points: {xp: {}, seen: {}}\nrules: [{id: r, on: ping, when: points.xp.pending == 0, award: {xp: 10}}]"
    )
    assert given(story.on("2026-03-01 10:00")) == [10]
    assert story.view().points["xp"].pending == 0
