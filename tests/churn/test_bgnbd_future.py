import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.churn import State, panel_of
from loyaltykit.churn.models.beta_rule import beta_rule
from loyaltykit.churn.models.bgnbd import BGNBD
from loyaltykit.churn.models.bgnbd_likelihood import Histories, log_likelihood

logs = st.floats(-4, 4)


def model_of(r=0.24259, alpha=4.41354, a=0.79289, b=2.42575):
    """A model of these parameters, by its state; those of CDNOW unless others are given."""
    model = BGNBD()
    model.fit(panel_of({"repeats": [0, 1], "last": [0, 3], "age": [40, 40]}, horizon=dt.timedelta(days=28)))
    state = model.state()
    arrays = {**state.arrays, "parameters": np.array([r, alpha, a, b])}
    return BGNBD.from_state(State(id=state.id, version=state.version, meta=state.meta, arrays=arrays))


def expected_by_counting(parameters, t, x, age):
    """Sum over j of P(more than j would come in t) P(stays through j of them), for somebody who is still there."""
    r, alpha, a, b = parameters
    m, s = r + x, t / (alpha + age)
    k = np.arange(int(m * s + 40 * math.sqrt(m * s * (1 + s)) + 60 * (1 + s)) + 60)
    rising = np.concatenate(([0.0], np.cumsum(np.log((m + k[:-1]) / (k[:-1] + 1)))))
    comes = np.exp(rising + k * math.log(s / (1 + s)) - m * math.log1p(s))
    more = np.append(np.cumsum(comes[::-1])[::-1][1:], 0.0)
    stays = np.exp(np.concatenate(([0.0], np.cumsum(np.log((b + x + k[:-1]) / (a + b + x + k[:-1]))))))
    return float(more @ stays)


def test_the_first_customer_of_cdnow_is_expected_as_published():
    # Hardie 2004, "Implementing the BG/NBD model for customer base analysis in Excel", prints 1.226 for this customer
    assert model_of().expected_purchases(39, 2, 30.43, 38.86)[0] == pytest.approx(1.226, abs=5e-4)


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(logs, logs, logs, logs), st.sampled_from([0, 1, 2, 10, 300]), st.floats(0.01, 100), st.floats(0.01, 100)
)
def test_expected_purchases_are_the_sum_over_what_may_happen(at, x, t, age):
    parameters = [math.exp(one) for one in at]
    s = t / (parameters[1] + age)
    if (parameters[0] + x) * s * (1 + s) > 2e4:
        t = 1e-3 * (parameters[1] + age)
    model = model_of(*parameters)

    found = model.expected_purchases(t, x, age, age) / model.p_alive(x, age, age)

    assert found[0] == pytest.approx(expected_by_counting(parameters, t, x, age), rel=1e-9)


def test_nothing_happens_at_a_equal_to_one():
    near = [model_of(a=a).expected_purchases(39, [0, 2, 9], [0, 30, 38], 38.86) for a in (1 - 1e-9, 1.0, 1 + 1e-9)]

    assert near[0] == pytest.approx(near[1], rel=1e-8)
    assert near[2] == pytest.approx(near[1], rel=1e-8)


def test_many_customers_are_expected_what_each_is_alone():
    rng = np.random.default_rng(3)
    x = np.where(rng.random(20_000) < 0.5, 0, rng.integers(0, 12, 20_000))
    age = rng.uniform(1, 400, len(x))
    last = np.where(x > 0, age * rng.random(len(x)), 0)
    model = model_of()

    together = model.expected_purchases(39, x, last, age)

    some = rng.choice(len(x), 100, replace=False)
    alone = [model.expected_purchases(39, x[row], last[row], age[row])[0] for row in some]
    assert together[some] == pytest.approx(np.array(alone), rel=1e-11)


def test_a_mean_over_beta_is_exact_for_powers_of_p():
    for a in (1e-6, 0.3, 1.0, 40.0, 1e5):
        b = np.array([1e-6, 0.5, 3.0, 1e3, 1e6])
        rule = beta_rule(a, b, np.zeros(len(b)))
        second = (rule.weights * rule.p**3).sum(axis=1)  # the weights are those of f = g / p

        assert second == pytest.approx(a * (a + 1) / ((a + b) * (a + b + 1)), rel=1e-9)
        assert rule.none + (rule.weights * rule.p).sum(axis=1) == pytest.approx(1.0)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 3000), st.floats(0, 1), st.floats(1e-3, 1e3), st.floats(0, 500))
def test_silence_is_a_ratio_of_likelihoods(x, share, age, ahead):
    last = share * age
    model = model_of()
    at = np.log(list(model.params_.values()))

    silent = model.p_none(ahead, x, last, age)[0]

    now, then = (
        log_likelihood(Histories.of(*(np.array([float(one)]) for one in (x, last, until))), at)[0]
        for until in (age, age + ahead)
    )
    assert silent == pytest.approx(math.exp(then - now), rel=1e-7, abs=1e-12)


def test_silence_begins_certain_and_ends_with_those_who_have_left():
    model = model_of()
    x, last, age = [0, 1, 5], [0, 4, 33], 38.86

    assert model.p_none(0, x, last, age) == pytest.approx(1.0)
    assert model.p_none(1e30, x, last, age)[1:] == pytest.approx(1 - model.p_alive(x, last, age)[1:], abs=1e-6)
    assert (np.diff([model.p_none(ahead, x, last, age) for ahead in (1, 7, 28, 365)], axis=0) < 0).all()


def test_equal_silence_means_more_in_a_faster_rhythm():
    slow, fast = model_of(0.5, 5, 1, 3).p_alive([3, 60], 60.0, 80.0)

    assert fast < slow
