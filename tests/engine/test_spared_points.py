"""Points that a condition spares when inactivity would end them: the time begins anew, whenever somebody looks."""

from __future__ import annotations

import pytest

import loyaltykit as lk
from tests.engine.story import Story

ENDS = "{inactivity: 30d, active_on: order, unless: \"tier.status >= 'two'\"}"
LADDER = "{by: earned('xp'), period: calendar month, keep: until end of period, steps: {one: 0, two: 50}}"
RULE = "rules: [{id: r, on: order, award: {xp: event.amount}}]"


def story() -> Story:
    return Story(f"points: {{xp: {{expires: {ENDS}}}}}\n{RULE}\ntiers: {{status: {LADDER}}}")


def test_who_is_not_spared_loses_them_at_the_end_of_the_silence():
    told = story()
    told.on("2026-03-01 00:00", "order", amount=49)
    told.until("2026-03-30 23:59")
    assert told.points() == 49
    told.until("2026-03-31 00:00")
    assert told.points() == 0


@pytest.mark.parametrize(
    "looks", [(), ("2026-03-31 00:00",), ("2026-03-15 00:00", "2026-04-01 00:00", "2026-04-29 00:00")]
)
def test_the_time_begins_anew_however_often_somebody_looks(looks):
    told = story()
    told.on("2026-03-01 00:00", "order", amount=50)
    for look in looks:
        told.until(look)
    told.until("2026-04-29 23:59")  # the tier was lost on 1 April, after the clock had run out once
    assert told.view().tiers["status"].name == "one"
    assert told.points() == 50
    told.until("2026-04-30 00:00")
    assert told.points() == 0


def test_only_a_silence_can_be_spared():
    points = {"xp": {"expires": {"after": "30d", "unless": "member.x"}}}
    program = {"program": "p", "events": {"order": {}}, "member": {"x": "boolean"}, "points": points}
    assert [one.code for one in lk.check(program) if one.severity == "error"] == ["document/needs-key"]
