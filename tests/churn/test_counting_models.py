"""What holds for every model of counts and times: BG/NBD, MBG/NBD and Pareto/NBD."""

from __future__ import annotations

import datetime as dt
import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.churn import panel_of
from loyaltykit.churn.models.bgnbd import BGNBD
from loyaltykit.churn.models.mbgnbd import MBGNBD
from loyaltykit.churn.models.paretonbd import ParetoNBD

MONTH = dt.timedelta(days=28)
MODELS = [BGNBD, MBGNBD, ParetoNBD]


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize("prior", [None, 3.0])
@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (([0] * 50, [0.0] * 50, [30.0] * 50), "nobody came a second time"),
        (([5] * 50, [30.0] * 50, [30.0] * 50), "hardly tells"),
        (([3] * 50, [0.0] * 50, [1e-9] * 50), "hardly tells"),
        (([4], [20.0], [30.0]), "hardly tells"),
        (([0, 4], [0.0, 0.0], [0.0, 0.0]), "hardly tells"),
        (([], [], []), "no history at all"),
        (([math.nan, 3], [1.0, -2.0], [5.0, 3.0]), "2 rows were left out"),
    ],
)
def test_a_ridge_is_reported_and_scores_stay_numbers(kind, prior, columns, said):
    model = kind(prior)

    report = model.fit_counts(*columns)

    assert report.degenerate
    assert any(re.search(said, warning) for warning in report.warnings)
    assert all(0 < value < math.inf for value in model.params_.values())
    found = model.p_none(28, [0, 2, 100_000], [0, 10, 50], [30, 30, 50])
    assert ((found >= 0) & (found <= 1)).all()
    assert np.isfinite(model.expected_purchases(28, [0, 2, 100_000], [0, 10, 50], [30, 30, 50])).all()


counts = st.one_of(st.just(0), st.integers(0, 3), st.integers(0, 100_000))
times = st.one_of(st.just(0.0), st.floats(0, 1e-9), st.floats(0, 500), st.floats(0, 1e9))
anything = st.tuples(counts, times, times, st.sampled_from([0.0, 0.0, 0.0, 0.0, 0.0, -1.0, math.nan, math.inf]))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", MODELS)
@settings(max_examples=100, deadline=None)
@given(
    rows=st.lists(anything, min_size=1, max_size=12),
    prior=st.sampled_from([None, 0.5, 3.0]),
    ahead=st.sampled_from([0.0, 1e-6, 28.0]),
)
def test_whatever_comes_nothing_raises_and_nothing_is_nan(kind, rows, prior, ahead):
    x, first, second, odd = np.array(rows, dtype=float).T
    last, age = np.minimum(first, second), np.maximum(first, second) + odd
    panel = panel_of({"repeats": x, "last": last, "age": age}, horizon=MONTH)
    model = kind(prior)

    report = model.fit(panel)

    scores = model.score(panel)
    assert ((scores.p >= 0) & (scores.p <= 1)).all()
    assert report.log_likelihood is None or math.isfinite(report.log_likelihood)
    good = (age >= 0) & (age < math.inf)
    assert np.isfinite(model.expected_purchases(ahead, x[good], last[good], age[good])).all()
    assert all(math.isfinite(one.contribution) for reasons in model.explain(panel) for one in reasons)
