"""When work is due, by what a program calls so: instants, dates and days come to a number of days from the event."""

import datetime as dt

import pytest

from loyaltykit import Program
from loyaltykit.program.churn_fields import readers
from loyaltykit.program.churn_sense import meaning
from loyaltykit.values import to_instant

NOON = to_instant(dt.datetime(2026, 3, 27, 12, tzinfo=dt.UTC))
EVENTS = {
    "lesson.completed": {"progress": "number"},
    "homework.set": {"until": "instant", "day": "date", "days": "number", "left": "optional integer"},
}


def said(*due, zone="UTC"):
    document = {"program": "school", "timezone": zone, "events": EVENTS, "churn": {"facts": {"due": list(due)}}}
    return meaning(Program.from_dict(document).document)


def days(field, value, zone="UTC"):
    [(name, read)] = readers(said(f"homework.set.{field}", zone=zone))["homework.set"]
    assert name == field
    return read(value, NOON)


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("until", "2026-03-30T12:00:00+00:00", 3.0),
        ("until", "2026-03-30T15:00:00+03:00", 3.0),
        ("until", "2026-03-26T12:00:00+00:00", -1.0),
        ("day", "2026-03-28", 1.5),
        ("days", 2.25, 2.25),
        ("left", 4, 4.0),
        ("left", None, None),
        ("until", None, None),
        ("until", "2026-03-30", None),
        ("day", "30 March", None),
        ("until", 17, None),
    ],
)
def test_what_is_due_is_so_many_days_from_the_event(field, value, wanted):
    assert days(field, value) == wanted


def test_a_date_ends_where_the_program_lives_also_when_clocks_change():
    assert days("day", "2026-03-28", "Europe/Berlin") == pytest.approx((36 - 1) / 24)
    assert days("day", "2026-03-29", "Europe/Berlin") == pytest.approx((60 - 2) / 24)


def test_setting_work_is_nothing_that_a_member_does():
    found = said("homework.set.until")
    assert found.activity == ("lesson.completed",)
    assert "homework.set" in found.types
    assert found.with_data == {"lesson.completed", "homework.set"}


def test_every_field_is_read_once_under_its_event():
    found = readers(said("homework.set.until", "homework.set.day"))
    assert {event: [name for name, _ in fields] for event, fields in found.items()} == {
        "lesson.completed": ["progress"],
        "homework.set": ["until", "day"],
    }
