import datetime as dt
import lzma
import math
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.churn import panel_of
from loyaltykit.churn.models.bgnbd import BGNBD
from loyaltykit.churn.models.bgnbd_likelihood import Histories, log_likelihood
from loyaltykit.churn.models.mbgnbd import MBGNBD
from loyaltykit.churn.models.rising import LONG, Rising
from loyaltykit.churn.protocol import COLD_START, OK, OUT_OF_RANGE

CDNOW = {"r": 0.24259, "alpha": 4.41354, "a": 0.79289, "b": 2.42575}
"""Fader, Hardie and Lee 2005, table 1 prints .243, 4.414, .793 and 2.426."""
MONTH = dt.timedelta(days=28)


@pytest.fixture(scope="module")
def cdnow():
    if "LOYALTYKIT_DATA" not in os.environ:
        pytest.skip("LOYALTYKIT_DATA is unset: no CDNOW")
    path = Path(os.environ["LOYALTYKIT_DATA"]) / "cdnow" / "customers_summary.csv.xz"
    with lzma.open(path, "rt") as file:
        return np.loadtxt(file, delimiter=",", skiprows=1, usecols=(1, 2, 3)).T


def test_cdnow_has_the_published_parameters(cdnow):
    model = BGNBD(prior=None)

    report = model.fit_counts(*cdnow)

    assert model.params_ == pytest.approx(CDNOW, abs=1e-4)
    assert report.log_likelihood == pytest.approx(-9582.4256, abs=1e-3)
    assert (report.n, report.converged, report.degenerate, report.warnings) == (2357, True, False, ())


def test_cdnow_has_the_published_parameters_of_mbg_nbd(cdnow):
    model = MBGNBD(prior=None)

    model.fit_counts(*cdnow)

    # Batislam, Denizel and Filiztekin 2007 print .525, 6.183, .891 and 1.614
    assert model.params_ == pytest.approx({"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614}, abs=1e-3)


def test_who_came_once_may_have_left_in_mbg_nbd_only(cdnow):
    plain, modified = BGNBD(prior=None), MBGNBD(prior=None)
    for model in (plain, modified):
        model.fit_counts(*cdnow)

    assert plain.p_alive(0, 0, [1, 10, 30]).tolist() == [1, 1, 1]
    alive = modified.p_alive(0, 0, [0, 10, 30])
    assert (np.diff(alive) < 0).all()
    assert alive[0] == pytest.approx(1.614 / (1.614 + 0.891), abs=1e-3)  # left at once, or not


def test_the_prior_hardly_moves_what_the_history_tells(cdnow):
    model = BGNBD()
    model.fit_counts(*cdnow)

    assert model.params_ == pytest.approx(CDNOW, rel=0.01)


def test_a_weight_stands_for_that_many_customers():
    x, last, age, weights = [0, 1, 3], [0.0, 5.0, 20.0], [30.0, 25.0, 28.0], [50, 20, 30]
    once, often = BGNBD(), BGNBD()

    once.fit_counts(x, last, age, weights)
    often.fit_counts(*(np.repeat(column, weights) for column in (x, last, age)))

    assert once.params_ == pytest.approx(often.params_, rel=1e-6)


def test_the_unit_of_time_does_not_matter():
    rng = np.random.default_rng(1)
    x, share, age = rng.poisson(1.5, 300), rng.random(300), rng.uniform(20, 40, 300)
    days, weeks = BGNBD(), BGNBD()

    in_days = days.fit_counts(x, share * age, age)
    in_weeks = weeks.fit_counts(x, share * age / 7, age / 7)

    assert weeks.params_ == pytest.approx({**days.params_, "alpha": days.params_["alpha"] / 7}, rel=1e-6)
    assert in_days.log_likelihood == pytest.approx(in_weeks.log_likelihood - x.sum() * math.log(7))


def test_what_it_was_made_of_is_found_again():
    rng = np.random.default_rng(2)
    wanted = {"r": 0.9, "alpha": 12.0, "a": 1.5, "b": 6.0}
    age = rng.uniform(50, 150, 60_000)
    would = rng.poisson(rng.gamma(wanted["r"], 1 / wanted["alpha"], len(age)) * age)
    stays = rng.geometric(rng.beta(wanted["a"], wanted["b"], len(age)))
    x = np.minimum(would, stays)
    last = np.where(x > 0, age * rng.beta(np.maximum(x, 1), would - x + 1), 0.0)
    model = BGNBD(prior=None)

    model.fit_counts(x, last, age)

    assert model.params_ == pytest.approx(wanted, rel=0.1)


logs = st.floats(-4, 4)
history = st.tuples(
    st.one_of(st.integers(0, 5), st.integers(0, 3000)), st.floats(0, 1), st.floats(1e-3, 1e3), st.floats(0.1, 10)
)


@settings(max_examples=40, deadline=None)
@given(st.lists(history, min_size=1, max_size=8), st.tuples(logs, logs, logs, logs), st.integers(0, 1))
def test_gradient_and_hessian_are_those_of_differences(rows, at, first):
    x, share, age, weights = np.array(rows, dtype=float).T
    histories = Histories.of(x, share * age, age, weights, first=first)
    at = np.array(at)

    _, gradient, hessian = log_likelihood(histories, at)

    step = 1e-5
    there = [[log_likelihood(histories, at + sign * step * axis) for sign in (1, -1)] for axis in np.eye(4)]
    large = float(weights @ (x + 1))
    by_values = [(up[0] - down[0]) / (2 * step) for up, down in there]
    by_slopes = [(up[1] - down[1]) / (2 * step) for up, down in there]
    assert gradient == pytest.approx(np.array(by_values), rel=1e-5, abs=1e-6 * large)
    assert hessian == pytest.approx(np.array(by_slopes), rel=1e-5, abs=1e-6 * large)


@pytest.mark.parametrize("x", [0, 1, 5, LONG - 1, LONG, LONG + 1, 100_000])
@pytest.mark.parametrize("c", [1e-8, 0.3, 7.0, 1e7])
def test_rising_factorials_are_their_products(x, c):
    value, slope, curve = Rising.of(np.array([float(x)]), np.array([2.0]))(c)

    steps = c + np.arange(x)
    assert value == pytest.approx(2 * math.fsum(np.log(steps)), rel=1e-12, abs=1e-9)
    assert slope == pytest.approx(2 * math.fsum(1 / steps), rel=1e-9)
    assert curve == pytest.approx(-2 * math.fsum(1 / steps**2), rel=1e-6)


def some_panel(**options):
    columns = {"repeats": [0, 4, 4, 90, math.nan], "last": [0, 20, 38, 35, 3], "age": [40, 40, 40, 40, 9]}
    return panel_of(columns, horizon=MONTH, label="silence", **options)


def test_a_panel_is_learnt_scored_and_read_back():
    model, panel = BGNBD(), some_panel(y=[1, 1, 0, 0, 1])
    model.fit(panel)

    again = BGNBD.from_state(model.state())

    assert again.score(panel).p.tolist() == model.score(panel).p.tolist()
    assert again.explain(panel) == model.explain(panel)
    assert (again.spec, again.params_, again.prior) == (model.spec, model.params_, model.prior)
    assert model.score(panel).words == ["cold-start", "ok", "ok", "ok", "cold-start"]
    assert model.score(panel).p[-1] == pytest.approx(3.5 / 6)


def test_a_row_is_scored_the_same_whatever_stands_beside_it():
    panel = some_panel()
    model = BGNBD()
    model.fit(panel)

    backwards = model.score(panel.take(np.arange(5)[::-1])).p[::-1]

    assert backwards.tolist() == model.score(panel).p.tolist()


def test_scores_come_true_for_labels_without_losing_their_order():
    rng = np.random.default_rng(7)
    repeats, age = rng.poisson(5, 2000), rng.uniform(20, 60, 2000)
    columns = {"repeats": repeats, "last": age * rng.random(2000), "age": age}
    plain, calibrated = BGNBD(calibrate=False), BGNBD()
    plain.fit(panel_of(columns, horizon=MONTH))
    silent = plain.p_none(28, *columns.values())
    panel = panel_of(columns, rng.random(2000) < silent / 3, horizon=MONTH)

    calibrated.fit(panel)
    plain.fit(panel)

    assert plain.score(panel).p.tolist() == silent.tolist()
    p = calibrated.score(panel).p
    assert p.mean() == pytest.approx(panel.y.mean(), abs=0.01)
    assert np.corrcoef(np.argsort(np.argsort(p)), np.argsort(np.argsort(silent)))[0, 1] > 0.9999
    assert calibrated.p_none(28, *columns.values()).tolist() == silent.tolist()


def test_reasons_add_up_to_the_log_odds():
    panel = some_panel(y=[1, 1, 0, 0, 1])
    model = BGNBD()
    model.fit(panel)

    p, found = model.score(panel).p, model.explain(panel)

    base = math.log(3.5 / 2.5)
    for row in range(4):
        total = sum(reason.contribution for reason in found[row])
        assert base + total == pytest.approx(math.log(p[row] / (1 - p[row])))
    assert [reason.code for reason in found[0]] == ["cadence"]
    assert {reason.code for reason in found[1]} == {"cadence", "p_alive"}
    assert found[4] == ()


def test_a_member_beyond_what_was_seen_is_out_of_range():
    model = BGNBD()
    model.fit(some_panel())

    status = model.score(panel_of({"repeats": [7, 7, 0], "last": [30, 30, 0], "age": [60, 90, 20]})).status

    assert status.tolist() == [OK, OUT_OF_RANGE, COLD_START]


def test_wrong_use_is_said():
    panel = some_panel()
    with pytest.raises(ValueError, match="not fitted"):
        BGNBD().score(panel)
    with pytest.raises(ValueError, match="above zero"):
        BGNBD(prior=0)
    with pytest.raises(ValueError, match="one length"):
        BGNBD().fit_counts([1], [2, 3], [4])
    model = BGNBD()
    model.fit_counts([1, 0], [2, 0], [4, 4])
    with pytest.raises(ValueError, match="not negative"):
        model.p_alive(-1, 0, 3)
    with pytest.raises(ValueError, match="without a horizon"):
        model.score(panel)
