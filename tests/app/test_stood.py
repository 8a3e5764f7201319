"""Where members stood, as a model of churn may know it: balances and steps at each cut-off, as they were known then."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

import loyaltykit as lk
from loyaltykit.churn import PanelBuilder
from loyaltykit.churn.scoring import roles_of
from loyaltykit.program.churn_sense import meaning
from tests.app.scored import DAY, DOCUMENT, NOW, START, history, program
from tests.churn.sample import Sample

STANDING = {
    "points": {"coins": {"decimals": 2, "spendable": True}},
    "rules": [{"id": "lessons", "on": "lesson.completed", "award": {"coins": 2.5}}],
    "tiers": {
        "status": {"by": "earned('coins')", "period": "calendar year", "steps": {"iron": 1, "silver": 5, "gold": 50}}
    },
    "rewards": {"book": {"cost": {"coins": 4}}},
    "late": "30d",
    "churn": {**DOCUMENT["churn"], "facts": {"points": "coins", "tier": "status"}},
}
PROGRAM = program(**STANDING)


@pytest.fixture(params=["memory", "sqlite"])
def kit(request, url):
    with lk.Loyalty(PROGRAM, store="memory:" if request.param == "memory" else url, churn_model=Sample) as kit:
        yield kit


def lesson(number, at, **more):
    return lk.Event(f"l{number}", "lesson.completed", "ann", at, {"progress": 0.1}, **more)


def stood(kit, *moments, at=NOW):
    roles = roles_of(meaning(kit.program.document))
    panel = PanelBuilder(kit.churn_history(at), roles).at(moments)
    return panel.column("points").tolist(), panel.column("tier").tolist()


def test_the_balance_and_the_step_are_those_of_each_moment(kit):
    kit.record(lesson(1, START))
    kit.record(lesson(2, START + 2 * DAY))
    kit.redeem("ann", "book", at=START + 4 * DAY)
    points, tier = stood(kit, *(START + days * DAY + DAY / 2 for days in (0, 2, 4)))
    assert points == [2.5, 5.0, 1.0]
    assert tier == [1.0, 2.0, 2.0]


def test_what_became_known_late_is_not_known_before(kit):
    kit.record(lesson(1, START))
    kit.record(lesson(2, START + DAY, known_at=START + 10 * DAY))
    points, tier = stood(kit, START + 5 * DAY, START + 11 * DAY)
    assert points == [2.5, 5.0]
    assert tier == [1.0, 2.0]
    assert stood(kit, START + 5 * DAY, at=START + 6 * DAY) == ([2.5], [1.0])


def test_without_being_named_they_are_not_read(url):
    with lk.Loyalty(program(**{**STANDING, "churn": DOCUMENT["churn"]}), store=url, churn_model=Sample) as kit:
        kit.record(lesson(1, START))
        points, tier = stood(kit, START + DAY)
        assert np.isnan([*points, *tier]).all()
        assert not any(name.startswith(":") for name in kit.churn_history(NOW).types)


def test_scoring_day_after_day_knows_them_as_scoring_anew_does(kit):
    seen = []

    class Watching(Sample):
        def score(self, panel):
            seen.append(panel)
            return super().score(panel)

    kit.record_many(history(60))
    model = Watching()
    for day in range(3):
        kit.record(lesson(f"x{day}", NOW + day * DAY))
        kit.score_churn(NOW + (day + 1) * DAY, model=model)
    last = seen[-1]
    anew = PanelBuilder(kit.churn_history(NOW + 3 * DAY), roles_of(meaning(PROGRAM.document))).at([NOW + 3 * DAY])
    for name in ("points", "tier", "events_28"):
        assert np.array_equal(last.column(name), anew.column(name))
    assert last.column("points").max() > 50
    assert set(last.column("tier")) >= {2.0, 3.0}


def test_a_moment_in_the_past_is_scored_by_what_was_known_then(kit):
    kit.record_many(history(60))
    kit.record(lesson(1, NOW - 10 * DAY))
    kit.record(lesson(2, NOW - 2 * DAY))
    points, _ = stood(kit, NOW - 5 * DAY, at=NOW - 5 * DAY)
    kit.score_churn(NOW + dt.timedelta(hours=1))
    assert stood(kit, NOW - 5 * DAY, at=NOW - 5 * DAY)[0] == points
    assert 2.5 in points
