"""OULAD in columns: on the tables of the streaming example, and the panels of the real ones where they are."""

import datetime as dt
import os

import numpy as np
import pytest

from examples.oulad.history import builder, cutoffs, history, oulad_panels
from loyaltykit.calendars import DAY
from loyaltykit.values import to_instant
from tests.examples.test_oulad import TABLES, write

START = to_instant(dt.datetime(2013, 10, 1, tzinfo=dt.UTC))


@pytest.fixture
def found(tmp_path):
    return history("AAA2013J", write(tmp_path / "oulad", TABLES))


def rows(found, *types):
    chosen = found.take(found.of(types))
    days = (chosen.at - START) // DAY, (chosen.known_at - START) // DAY
    return [
        (found.members[member], found.types[type], *map(int, when), value)
        for member, type, *when, value in zip(chosen.member, chosen.type, *days, chosen.value.tolist(), strict=True)
    ]


def test_clicks_are_activity_by_kind_with_their_number(found):
    assert rows(found, "clicked.oucontent", "clicked.forumng", "clicked.externalquiz") == [
        ("11", "clicked.oucontent", -2, -2, 4.0),
        ("11", "clicked.oucontent", -2, -2, 1.0),
        ("11", "clicked.forumng", -2, -2, 2.0),
        ("11", "clicked.externalquiz", 0, 0, 7.0),
        ("12", "clicked.forumng", -2, -2, 3.0),
        ("12", "clicked.oucontent", 40, 40, 1.0),
    ]
    assert (found.until - START) // DAY == 41


def test_a_score_is_known_14_days_after_its_submission_and_banked_ones_are_nothing(found):
    assert rows(found, "work.marked", "work.progress") == [
        ("11", "work.progress", 18, 18, 0.5),
        ("11", "work.marked", 18, 32, 78.0),
        ("12", "work.progress", 20, 20, 0.5),
    ]


def test_what_is_not_there_on_the_day_after_it_was_due_is_missed(found):
    missed = [(member, day) for member, _, day, *_ in rows(found, "work.missed")]
    assert missed == [("12", 20), ("12", 31), ("13", 20), ("13", 31)]
    assert [row[:3] for row in rows(found, "work.submitted-late")] == [("12", "work.submitted-late", 20)]


def test_everybody_knows_from_the_first_by_the_end_of_which_day_their_work_is_due(found):
    announced = [(member, at + round(value)) for member, _, at, _, value in rows(found, "work.announced")]
    banked = {("11", 31)}
    assert set(announced) == {(member, due) for member in ("11", "12", "13") for due in (20, 31)} - banked


def test_who_withdrew_is_in_no_later_row(found):
    panel = builder(found).at([START + 39 * DAY, START + 41 * DAY])
    assert [(panel.members[m], (c - START) // DAY) for m, c in zip(panel.member, panel.cutoff, strict=True)] == [
        ("11", 39),
        ("11", 41),
        ("12", 39),
        ("13", 39),
        ("13", 41),
    ]


def test_cutoffs_are_the_ends_of_every_so_manieth_day(found):
    assert ((cutoffs(found, "AAA2013J", step=20) - START) // DAY).tolist() == [21, 41]


@pytest.mark.skipif("LOYALTYKIT_DATA" not in os.environ, reason="LOYALTYKIT_DATA is unset: no OULAD tables")
def test_the_panels_of_the_real_tables_have_the_size_that_was_published_for_them():
    train, test = oulad_panels()
    assert (len(test), round(float(np.mean(test.labels)), 3)) == (10_785, 0.098)
    assert train.columns == test.columns
    assert train.cutoff.max() < test.cutoff.min()
