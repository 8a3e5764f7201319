"""From columns to scores: names of facts, what a fit asks for, no score by what was not known."""

import numpy as np
import pytest

from loyaltykit.calendars import DAY
from loyaltykit.churn.scoring import CUTOFFS, Columns, cutoffs, fit, roles_of, score
from loyaltykit.program.churn_sense import Meaning
from tests.churn.sample import Sample

SAID = Meaning(
    activity=("lesson",),
    progress=("lesson", "share"),
    scores=(("quiz", "score"),),
    handed_in=(),
    missed=(),
    due=(),
    late=(),
    away=(),
    label="silence",
)
START = 1_767_600_000_000_000
HORIZON = 28 * DAY
NOW = START + 120 * DAY


def columns(members=60, seed=1):
    """Every third member stops on day 40."""
    chance, found = np.random.default_rng(seed), Columns()
    lesson, share = found.number("lesson"), found.number("lesson:share")
    for member in range(1, members + 1):
        at = START + int(chance.uniform(0, 5) * DAY)
        end = START + (40 if member % 3 == 0 else 120) * DAY
        while at < end:
            for kind, value in ((lesson, np.nan), (share, (at - START) / NOW)):
                found.member.append(member)
                found.type.append(kind)
                found.at.append(at)
                found.known_at.append(at)
                found.value.append(value)
            at += int(chance.uniform(1, 4) * DAY)
    return found


HISTORY = columns().history(until=NOW, zone="Europe/Moscow")


def fitted(at=NOW):
    model = Sample()
    made = fit(model, HISTORY, roles_of(SAID), at=at, horizon=HORIZON, label="silence")
    return model, made


def test_facts_stand_beside_their_events():
    assert HISTORY.types == ("lesson", "lesson:share")
    assert roles_of(SAID).progress == ("lesson:share",)
    assert roles_of(SAID).scores == ("quiz:score",)


def test_a_model_learns_from_weekly_cut_offs_whose_horizon_is_over():
    moments = cutoffs(HISTORY, at=NOW, horizon=HORIZON)
    assert moments[-1] == NOW - HORIZON
    assert set(np.diff(moments)) == {7 * DAY}
    assert len(moments) == CUTOFFS
    assert cutoffs(HISTORY, at=START + HORIZON, horizon=HORIZON) == []


def test_a_fit_says_from_what_it_was_made():
    _, made = fitted()
    assert (made.members, made.report.n) == (60, made.rows)
    assert 0 < made.churned < 1
    model, young = fitted(START + 35 * DAY)
    assert young.report is None
    with pytest.raises(ValueError, match="not fitted"):
        model.state()


def test_nobody_at_all_is_scored_without_complaint():
    model, _ = fitted()
    empty = Columns().history(until=NOW, zone="UTC")
    assert list(score(model, empty, roles_of(SAID), at=NOW, bands=(0.5,), members=None).rows()) == []
    assert fit(Sample(), empty, roles_of(SAID), at=NOW, horizon=HORIZON, label="silence").report is None


def test_bands_and_reasons_go_together():
    model, _ = fitted()
    made = score(model, HISTORY, roles_of(SAID), at=NOW, bands=(0.3, 0.6), members=None)
    assert made.member == list(range(1, 61))
    for _, p, status, rank, reasons in made.rows():
        assert round(p, 3) == p
        assert rank == (-1 if status == "cold-start" else (p >= 0.3) + (p >= 0.6) - 1)
        assert bool(reasons) == (rank >= 0)
    everybody = score(model, HISTORY, roles_of(SAID), at=NOW, bands=(), members=None)
    assert all(everybody.reasons)


def test_some_members_have_the_scores_that_they_have_among_all():
    model, _ = fitted()
    whole = score(model, HISTORY, roles_of(SAID), at=NOW, bands=(), members=None)
    some = score(model, HISTORY, roles_of(SAID), at=NOW, bands=(), members=["7", "12"])
    assert list(some.rows()) == [row for row in whole.rows() if row[0] in (7, 12)]
