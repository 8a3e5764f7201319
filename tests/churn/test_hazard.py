import datetime as dt

import attrs
import numpy as np
import pytest

from loyaltykit.churn import panel_of
from loyaltykit.churn.binning import bins_of
from loyaltykit.churn.irls import additive_fit
from loyaltykit.churn.models.hazard import Hazard
from tests.churn.panels import school


@pytest.mark.parametrize("l2", [0.5, 30.0])
def test_weights_are_those_of_scikit_learn_on_one_column_a_bin(l2):
    peer = pytest.importorskip("sklearn.linear_model")
    panel = school(members=100)
    codes = bins_of(panel.X, 6).codes(panel.X)
    width = int(codes.max()) + 1
    columns = np.concatenate([(feature == np.arange(width)[:, None]).T for feature in codes], axis=1).astype(float)

    found = additive_fit(codes, panel.labels, width, l2)

    other = peer.LogisticRegression(C=1 / l2, tol=1e-12, solver="newton-cholesky").fit(columns, panel.labels)
    assert found.converged
    assert found.intercept == pytest.approx(other.intercept_[0], abs=1e-6)
    assert found.weights.ravel() == pytest.approx(other.coef_[0], abs=1e-6)


def test_rows_told_apart_without_fault_are_reported():
    apart = panel_of({"recency": np.arange(40.0)}, np.arange(40) >= 20)

    report = Hazard(bins=20).fit(apart)

    assert report.degenerate
    assert report.converged


def test_overlapping_rows_are_not_degenerate():
    report = Hazard().fit(school())

    assert not report.degenerate
    assert report.converged
    assert report.log_likelihood < 0


def test_bins_that_all_end_alike_are_named():
    y = np.tile([0.0, 1.0], 30)
    y[:30] = 0.0
    panel = panel_of({"recency": np.repeat([0.0, 1.0], 30)}, y)

    assert Hazard().fit(panel).warnings == ("in 1 bins all rows end alike: their weights are the penalty's",)


def test_a_penalty_of_zero_is_refused():
    with pytest.raises(ValueError, match="above zero"):
        Hazard(l2=0)


def test_survival_falls_and_starts_with_the_score():
    panel = school()
    model = Hazard()
    model.fit(panel)

    here = model.survival(panel, 4)

    assert here.shape == (len(panel), 4)
    assert here[:, 0] == pytest.approx(1 - model.score(panel).p)
    assert (np.diff(here, axis=1) < 0).all()


def test_survival_lets_age_grow_by_the_horizon():
    age = np.repeat(np.arange(0.0, 280.0, 28.0), 20)
    y = (np.arange(len(age)) % 20 < age / 28).astype(float)
    panel = panel_of({"age": age}, y, horizon=dt.timedelta(days=28))
    model = Hazard(l2=1e-3)
    model.fit(panel)

    here = model.survival(panel.take(np.array([20])), 3)[0]

    p = model.score(panel.take(np.array([20, 40, 60]))).p
    assert here == pytest.approx(np.cumprod(1 - p))


def test_survival_needs_a_horizon():
    panel = attrs.evolve(school(members=20), horizon=None)
    model = Hazard()
    model.fit(panel)

    with pytest.raises(ValueError, match="horizon"):
        model.survival(panel, 2)
