import lzma
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.churn.models.bgbb import BGBB, _log_likelihood

logs = st.floats(-3, 3)
history = st.integers(0, 12).flatmap(
    lambda n: st.integers(0, n).flatmap(
        lambda last: st.tuples(st.integers(min(last, 1), last), st.just(last), st.just(n))
    )
)


@pytest.fixture(scope="module")
def donations():
    if "LOYALTYKIT_DATA" not in os.environ:
        pytest.skip("LOYALTYKIT_DATA is unset: no donations")
    path = Path(os.environ["LOYALTYKIT_DATA"]) / "cdnow" / "donations.csv.xz"
    with lzma.open(path, "rt") as file:
        return np.loadtxt(file, delimiter=",", skiprows=1).T


def test_donations_have_the_published_parameters(donations):
    model = BGBB(prior=None)

    report = model.fit_counts(*donations)

    # Fader, Hardie and Shang 2010 print 1.204, .750, .657 and 2.783, log-likelihood -33,225.6
    wanted = {"alpha": 1.2035, "beta": 0.7497, "gamma": 0.6567, "delta": 2.7834}
    assert model.params_ == pytest.approx(wanted, abs=1e-4)
    assert report.log_likelihood == pytest.approx(-33225.6, abs=0.05)
    assert (report.converged, report.degenerate) == (True, False)


@settings(max_examples=40, deadline=None)
@given(st.tuples(logs, logs, logs, logs), history)
def test_gradient_and_hessian_are_those_of_differences(at, row):
    at, columns = np.array(at), [np.array([one]) for one in row]

    _, gradient, hessian = _log_likelihood(at, *columns)

    there = [[_log_likelihood(at + sign * 1e-5 * axis, *columns) for sign in (1, -1)] for axis in np.eye(4)]
    assert gradient[0] == pytest.approx([(up[0][0] - down[0][0]) / 2e-5 for up, down in there], abs=1e-6)
    assert hessian[0] == pytest.approx(np.array([(up[1][0] - down[1][0]) / 2e-5 for up, down in there]), abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.tuples(logs, logs, logs, logs), st.integers(0, 7))
def test_all_histories_together_are_certain(at, n):
    sequences = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    last = (sequences * np.arange(1, n + 1)).max(axis=1, initial=0)

    value, _, _ = _log_likelihood(np.array(at), sequences.sum(axis=1), last, np.full(2**n, n))

    assert np.exp(value).sum() == pytest.approx(1.0)


def test_longer_silence_means_gone(donations):
    model = BGBB()
    model.fit_counts(*donations)

    alive = model.p_alive(2, [2, 4, 6], 6)
    assert (np.diff(alive) > 0).all()
    assert alive[-1] == pytest.approx(1.0)
    assert (np.diff([model.p_none(ahead, 2, [2, 4, 6], 6) for ahead in (0, 1, 5)], axis=0) < 0).all()
    assert model.p_none(0, 2, [2, 4, 6], 6) == pytest.approx(1.0)


@pytest.mark.parametrize("prior", [None, 3.0])
@pytest.mark.parametrize("row", [(0, 0, 6), (6, 6, 6), (1, 1, 1), (0, 0, 0), (1, 1, 1000), (500, 1000, 1000)])
def test_a_ridge_is_reported_and_nothing_is_nan(prior, row):
    model = BGBB(prior)

    report = model.fit_counts(*row)

    assert report.degenerate
    assert 0 <= model.p_alive(*row)[0] <= 1
    assert np.isfinite(report.log_likelihood)


@pytest.mark.parametrize("row", [(2, 1, 6), (1, 0, 6), (0, 1, 6), (1, 7, 6), (-1, 0, 6), (0.5, 1, 6), (np.nan, 0, 6)])
def test_what_is_no_history_is_refused(row):
    with pytest.raises(ValueError, match="whole counts"):
        BGBB().fit_counts(*row)
