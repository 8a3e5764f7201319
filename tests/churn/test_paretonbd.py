import datetime as dt
import lzma
import math
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from loyaltykit.churn import State, panel_of
from loyaltykit.churn.models.bgnbd_likelihood import Histories
from loyaltykit.churn.models.paretonbd import ParetoNBD
from loyaltykit.churn.models.paretonbd_integral import log_odds, second_first
from loyaltykit.churn.models.paretonbd_likelihood import log_likelihood

CDNOW = {"r": 0.5533, "alpha": 10.578, "s": 0.6062, "beta": 11.667}
"""Fader and Hardie 2005 print .553, 10.58, .606 and 11.67, and the log-likelihood -9595.0."""
MONTH = dt.timedelta(days=28)

logs, scales = st.floats(-4, 4), st.floats(-10, 10)


@pytest.fixture(scope="module")
def cdnow():
    if "LOYALTYKIT_DATA" not in os.environ:
        pytest.skip("LOYALTYKIT_DATA is unset: no CDNOW")
    path = Path(os.environ["LOYALTYKIT_DATA"]) / "cdnow" / "customers_summary.csv.xz"
    with lzma.open(path, "rt") as file:
        return np.loadtxt(file, delimiter=",", skiprows=1, usecols=(1, 2, 3)).T


def model_of(r=0.5533, alpha=10.578, s=0.6062, beta=11.667, prior=3.0):
    """A model of these parameters, by its state; those of CDNOW unless others are given."""
    model = ParetoNBD(prior)
    model.fit(panel_of({"repeats": [0, 1], "last": [0, 3], "age": [40, 40]}, horizon=MONTH))
    state = model.state()
    arrays = {**state.arrays, "parameters": np.array([r, alpha, s, beta])}
    return ParetoNBD.from_state(State(id=state.id, version=state.version, meta=state.meta, arrays=arrays))


def likelihood_of(model, x, last, age):
    """The log-likelihood of one history by the model."""
    histories = Histories.of(*(np.array([float(one)]) for one in (x, last, age)), first=1)
    return log_likelihood(histories, np.log(list(model.params_.values())))[0]


def by_sums(f, low, high, pieces=4000):
    """An integral by five nodes of Gauss and Legendre in each of many pieces, without any of the model's code."""
    at, weights = np.polynomial.legendre.leggauss(5)
    edges = np.linspace(low, high, pieces + 1)
    half = 0.5 * np.diff(edges)[:, None]
    return float((half * weights * f(edges[:-1, None] + half * (1 + at))).sum())


def test_cdnow_has_the_published_parameters(cdnow):
    model = ParetoNBD(prior=None)

    report = model.fit_counts(*cdnow)

    assert model.params_ == pytest.approx(CDNOW, rel=1e-4)
    assert report.log_likelihood == pytest.approx(-9594.974, abs=1e-3)
    assert (report.n, report.converged, report.degenerate, report.warnings) == (2357, True, False, ())


def test_the_prior_hardly_moves_what_the_history_tells(cdnow):
    model = ParetoNBD()
    model.fit_counts(*cdnow)

    assert model.params_ == pytest.approx(CDNOW, rel=0.05)


def test_a_customer_of_cdnow_is_told_what_lifetimes_tells():
    # lifetimes 0.11.3, ParetoNBDFitter with these parameters, the first, second and seventh customer of the sample
    model, columns = model_of(), ([2, 1, 0], [30.43, 1.71, 0.0], [38.86, 38.86, 38.86])

    assert model.p_alive(*columns) == pytest.approx([0.8691189792, 0.1678671811, 0.2950869587], abs=1e-9)
    assert model.expected_purchases(39, *columns) == pytest.approx([1.4551178730, 0.1709772138, 0.1070601340], abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 100_000), logs, logs, st.floats(1e-6, 1e6), st.floats(1e-6, 1e6))
def test_with_one_scale_for_coming_and_leaving_the_odds_have_a_closed_form(x, log_r, log_s, scale, gap):
    r, s = math.exp(log_r), math.exp(log_s)
    a, m = np.array([scale]), np.array([r + x])

    found = log_odds(m, s, a, a, np.array([gap]))[0]
    first = second_first(m, np.array([s]), a, a, np.array([gap]))[0]

    power = (m[0] + s) * math.log1p(gap / scale)  # s / (m + s) (((A + g) / A)^(m + s) - 1)
    wanted = -s / (m[0] + s) * math.expm1(-power)
    assert first == pytest.approx(wanted, rel=1e-11)
    assert found == pytest.approx(power + math.log(wanted), rel=1e-11, abs=1e-11)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 30), st.tuples(logs, logs), st.tuples(scales, scales, scales))
@example(0, (-4.0, -4.0), (-10.0, 10.0, 10.0))
@example(0, (-2.0, -2.0), (-10.0, 0.0, 10.0))
@example(0, (-2.0, -2.0), (0.0, -10.0, 10.0))
def test_the_odds_of_having_left_are_the_integral_over_when(x, shapes, times):
    r, s = (math.exp(one) for one in shapes)
    a, b, gap = (math.exp(one) for one in times)
    m = r + x

    found = log_odds(np.array([m]), s, *(np.array([one]) for one in (a, b, gap)))[0]

    def left(w):
        u = np.exp(w)
        return s * np.exp(-m * np.log1p(u / a) - s * np.log1p(u / b)) / (b + u) * u

    wanted = math.log(by_sums(left, times[2] - 60, times[2])) + m * math.log1p(gap / a) + s * math.log1p(gap / b)
    assert found == pytest.approx(wanted, rel=1e-10, abs=1e-10)


history = st.tuples(
    st.one_of(st.integers(0, 5), st.integers(0, 3000)), st.floats(0, 1), st.floats(1e-3, 1e3), st.floats(0.1, 10)
)


@settings(max_examples=40, deadline=None)
@given(st.lists(history, min_size=1, max_size=8), st.tuples(logs, logs, logs, logs))
def test_gradient_and_hessian_are_those_of_differences(rows, at):
    x, share, age, weights = np.array(rows, dtype=float).T
    histories = Histories.of(x, share * age, age, weights, first=1)
    at = np.array(at)

    _, gradient, hessian = log_likelihood(histories, at)

    step = 1e-5
    there = [[log_likelihood(histories, at + sign * step * axis) for sign in (1, -1)] for axis in np.eye(4)]
    large = float(weights @ (x + 1))
    by_values = [(up[0] - down[0]) / (2 * step) for up, down in there]
    by_slopes = [(up[1] - down[1]) / (2 * step) for up, down in there]
    assert gradient == pytest.approx(np.array(by_values), rel=1e-5, abs=1e-6 * large)
    assert hessian == pytest.approx(np.array(by_slopes), rel=1e-5, abs=1e-6 * large)


def test_a_weight_stands_for_that_many_customers():
    x, last, age, weights = [0, 1, 3], [0.0, 5.0, 20.0], [30.0, 25.0, 28.0], [50, 20, 30]
    once, often = ParetoNBD(), ParetoNBD()

    once.fit_counts(x, last, age, weights)
    often.fit_counts(*(np.repeat(column, weights) for column in (x, last, age)))

    assert once.params_ == pytest.approx(often.params_, rel=1e-6)


def test_the_unit_of_time_does_not_matter():
    rng = np.random.default_rng(1)
    x, share, age = rng.poisson(1.5, 300), rng.random(300), rng.uniform(20, 40, 300)
    days, weeks = ParetoNBD(), ParetoNBD()

    in_days = days.fit_counts(x, share * age, age)
    in_weeks = weeks.fit_counts(x, share * age / 7, age / 7)

    found = days.params_
    wanted = {**found, "alpha": found["alpha"] / 7, "beta": found["beta"] / 7}
    assert weeks.params_ == pytest.approx(wanted, rel=1e-6)
    assert in_days.log_likelihood == pytest.approx(in_weeks.log_likelihood - x.sum() * math.log(7))


def drawn(wanted, rows, *, seed=2):
    """Histories of members drawn from the model."""
    rng = np.random.default_rng(seed)
    age = rng.uniform(50, 150, rows)
    rate = rng.gamma(wanted["r"], 1 / wanted["alpha"], rows)
    lived = np.minimum(rng.exponential(1 / rng.gamma(wanted["s"], 1 / wanted["beta"], rows)), age)
    x = rng.poisson(rate * lived)
    last = np.where(x > 0, lived * rng.beta(np.maximum(x, 1), 1), 0.0)
    return x, last, age


def test_what_it_was_made_of_is_found_again():
    wanted = {"r": 0.9, "alpha": 12.0, "s": 1.5, "beta": 60.0}
    model = ParetoNBD(prior=None)

    report = model.fit_counts(*drawn(wanted, 60_000))

    assert model.params_ == pytest.approx(wanted, rel=0.1)
    assert report.converged


wide = st.floats(-17, 17)


@settings(max_examples=60, deadline=None)
@given(st.tuples(wide, wide, wide, wide), st.integers(0, 100_000), st.floats(0, 1e3))
def test_longer_silence_never_raises_the_chance_to_be_there(at, x, last):
    model = model_of(*(math.exp(one) for one in at))
    silence = np.concatenate(([0.0], np.geomspace(1e-6, 1e6, 200)))

    alive = model.p_alive(x, last, last + silence)
    none = [model.p_none(ahead, x, last, last + 5.0)[0] for ahead in silence[::20]]

    assert alive[0] == 1
    assert ((alive >= 0) & (alive <= 1)).all()
    assert (np.diff(alive) <= 1e-13).all()
    assert (np.diff(none) <= 1e-13).all()


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(logs, logs, logs, logs), st.integers(0, 3000), st.floats(0, 1), st.floats(1e-3, 1e3), st.floats(0, 500)
)
def test_silence_is_a_ratio_of_likelihoods(at, x, share, age, ahead):
    model, last = model_of(*(math.exp(one) for one in at)), share * age

    silent = model.p_none(ahead, x, last, age)[0]

    change = likelihood_of(model, x, last, age + ahead) - likelihood_of(model, x, last, age)
    assert silent == pytest.approx(math.exp(change), rel=1e-7, abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.tuples(logs, logs, logs, logs), st.integers(0, 100), st.floats(0, 50), st.floats(0, 50), st.floats(0.01, 200))
def test_expected_purchases_are_the_rate_over_the_time_that_somebody_is_there(at, x, last, silence, ahead):
    r, alpha, s, beta = (math.exp(one) for one in at)
    model, age = model_of(r, alpha, s, beta), last + silence

    found = model.expected_purchases(ahead, x, last, age)[0] / model.p_alive(x, last, age)[0]

    low = math.log(ahead) - 40
    there = by_sums(lambda w: np.exp(w) * ((beta + age) / (beta + age + np.exp(w))) ** s, low, math.log(ahead))
    assert found == pytest.approx((r + x) / (alpha + age) * there, rel=1e-9)


def test_nothing_happens_at_s_equal_to_one():
    columns = ([0, 2, 9], [0, 30, 38], 38.86)
    near = [model_of(s=s).expected_purchases(39, *columns) for s in (1 - 1e-9, 1.0, 1 + 1e-9)]

    assert near[0] == pytest.approx(near[1], rel=1e-8)
    assert near[2] == pytest.approx(near[1], rel=1e-8)


def test_the_probabilities_come_true_for_members_drawn_from_the_model():
    wanted = {"r": 0.9, "alpha": 12.0, "s": 1.5, "beta": 60.0}
    rng = np.random.default_rng(9)
    rows, now, ahead = 200_000, 60.0, 28.0
    rate = rng.gamma(wanted["r"], 1 / wanted["alpha"], rows)
    leaves = rng.exponential(1 / rng.gamma(wanted["s"], 1 / wanted["beta"], rows))
    lived = np.minimum(leaves, now)
    x = rng.poisson(rate * lived)
    last = np.where(x > 0, lived * rng.beta(np.maximum(x, 1), 1), 0.0)
    later = rng.poisson(rate * (np.minimum(leaves, now + ahead) - lived))
    model = model_of(*wanted.values())

    none, comes, alive = (
        one(x, last, now)
        for one in (
            lambda *of: model.p_none(ahead, *of),
            lambda *of: model.expected_purchases(ahead, *of),
            model.p_alive,
        )
    )

    for band in np.array_split(np.argsort(none), 5):
        assert none[band].mean() == pytest.approx((later[band] == 0).mean(), abs=0.01)
        assert comes[band].mean() == pytest.approx(later[band].mean(), rel=0.05, abs=0.005)
        assert alive[band].mean() == pytest.approx((leaves[band] > now).mean(), abs=0.01)


def test_who_came_once_may_have_left():
    assert (np.diff(model_of().p_alive(0, 0, [0, 10, 30])) < 0).all()


def test_equal_silence_means_more_in_a_faster_rhythm():
    slow, fast = model_of(0.5, 5, 1, 30).p_alive([3, 60], 60.0, 80.0)

    assert fast < slow


def test_a_panel_is_learnt_scored_and_read_back():
    columns = {"repeats": [0, 4, 4, 90, math.nan], "last": [0, 20, 38, 35, 3], "age": [40, 40, 40, 40, 9]}
    panel = panel_of(columns, [1, 1, 0, 0, 1], horizon=MONTH, label="silence")
    model = ParetoNBD()
    model.fit(panel)

    again = ParetoNBD.from_state(model.state())

    assert again.score(panel).p.tolist() == model.score(panel).p.tolist()
    assert again.explain(panel) == model.explain(panel)
    assert (again.spec, again.params_, again.prior) == (model.spec, model.params_, model.prior)
    assert model.score(panel).words == ["cold-start", "ok", "ok", "ok", "cold-start"]
    assert model.spec.id == "pareto-nbd"
    backwards = model.score(panel.take(np.arange(5)[::-1])).p[::-1]
    assert backwards.tolist() == model.score(panel).p.tolist()


@pytest.mark.parametrize("wrong", [[1, 2, -1, 4], [1, 2, 3], [1e300, 1, 1, 1], [1, 1e-300, 1, 1]])
def test_parameters_of_a_state_are_named_when_they_are_wrong(wrong):
    state = model_of().state()
    arrays = {**state.arrays, "parameters": np.array(wrong)}

    with pytest.raises(ValueError, match="r, alpha, s, beta are four numbers above zero"):
        ParetoNBD.from_state(State(id=state.id, version=state.version, meta=state.meta, arrays=arrays))


def test_reasons_add_up_to_the_log_odds():
    columns = {"repeats": [0, 4, 4, 90], "last": [0, 20, 38, 35], "age": [40, 40, 40, 40]}
    panel = panel_of(columns, [1, 1, 0, 0], horizon=MONTH)
    model = ParetoNBD()
    model.fit(panel)

    p, found = model.score(panel).p, model.explain(panel)

    for row in range(4):
        total = sum(reason.contribution for reason in found[row])
        assert total == pytest.approx(math.log(p[row] / (1 - p[row])))  # half of them left: odds of one
    assert {reason.code for reason in found[1]} == {"cadence", "p_alive"}
