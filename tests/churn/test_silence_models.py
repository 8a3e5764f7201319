"""Recency and cadence: the two models that read nothing but silence and rhythm."""

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.churn import State, panel_of
from loyaltykit.churn.models.bgnbd import BGNBD
from loyaltykit.churn.models.cadence import Cadence
from loyaltykit.churn.models.mbgnbd import MBGNBD
from loyaltykit.churn.models.paretonbd import ParetoNBD
from loyaltykit.churn.models.recency import Recency
from loyaltykit.testing import churn_model_checks

MONTH = dt.timedelta(days=28)
MODELS = [Recency, Cadence]


def lomax_panel(rows, *, mu=7.0, k=1.0, beta=2.0, kappa=1.5, seed=1):
    """A panel whose labels are drawn from the model of cadence."""
    rng = np.random.default_rng(seed)
    repeats = rng.poisson(rng.gamma(1.0, 8.0, rows)).astype(float)
    last = repeats * rng.gamma(2.0, 3.0, rows)
    recency = rng.integers(1, 29, rows).astype(float)
    scale = beta * (last + k * mu) / (repeats + k) + recency
    y = rng.random(rows) < (scale / (scale + 28)) ** kappa
    return panel_of({"recency": recency, "last": last, "repeats": repeats}, y, horizon=MONTH, label="silence")


def test_cadence_finds_what_the_labels_were_made_of():
    model = Cadence()

    report = model.fit(lomax_panel(60_000))

    assert (report.n, report.converged, report.degenerate) == (60_000, True, False)
    assert model.params_["mu"] == pytest.approx(7.0, rel=0.4)
    found = model.score(lomax_panel(1000, seed=2)).p
    recency, last, repeats = lomax_panel(1000, seed=2).X.T
    scale = 2.0 * (last + 7.0) / (repeats + 1.0) + recency
    assert found == pytest.approx((scale / (scale + 28)) ** 1.5, abs=0.03)


def test_equal_silence_with_another_rhythm_scores_otherwise():
    model = Cadence()
    model.fit(lomax_panel(5000))
    daily, weekly = [14, 60, 60], [14, 63, 9]
    panel = panel_of(dict(zip(("recency", "last", "repeats"), np.transpose([daily, weekly]), strict=True)))

    p, found = model.score(panel).p, model.explain(panel)

    first, second = ({reason.code: reason for reason in reasons} for reasons in found)
    assert abs(p[0] - p[1]) > 0.05
    assert first["silence_ratio"].contribution > second["silence_ratio"].contribution > 0
    assert first["cadence"].contribution < second["cadence"].contribution
    assert first["silence_ratio"].facts == {"recency": 14.0, "cadence": first["cadence"].value}
    assert first["silence_ratio"].value == pytest.approx(14 / first["cadence"].value)


def test_a_rhythm_of_few_gaps_is_drawn_to_the_others():
    model = Cadence()
    model.fit(lomax_panel(5000))

    found = model.explain(panel_of({"recency": [3, 3, 3], "last": [1, 100, 0], "repeats": [1, 100, 0]}))

    few, many, none = (reasons[0].facts["cadence"] for reasons in found)
    assert many < few < none
    assert none == pytest.approx(model.params_["mu"])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(MODELS))
def test_longer_silence_is_never_safer(seed, made):
    rng = np.random.default_rng(seed)
    rows = int(rng.integers(1, 200))
    columns = {"recency": rng.gamma(1, 9, rows), "last": rng.gamma(1, 50, rows), "repeats": rng.poisson(3, rows)}
    model = made()
    model.fit(panel_of(columns, rng.integers(0, 2, rows), horizon=MONTH))

    days = np.linspace(0, 100, 301)
    p = model.score(panel_of({"recency": days, "last": np.full(301, 30), "repeats": np.full(301, 4)})).p

    assert (np.diff(p) >= 0).all()
    assert ((p > 0) & (p < 1)).all()


def test_recency_gives_the_share_of_churn_at_each_silence():
    rng = np.random.default_rng(4)
    days = rng.integers(1, 29, 40_000)
    y = rng.random(40_000) < days / 40
    model = Recency()

    model.fit(panel_of({"recency": days}, y, horizon=MONTH))

    asked = np.arange(1, 29)
    assert model.score(panel_of({"recency": asked})).p == pytest.approx(asked / 40, abs=0.04)


def test_silence_beyond_any_seen_is_out_of_range_and_an_unknown_one_a_cold_start():
    panel = lomax_panel(500)
    asked = panel_of({"recency": [28, 29, math.nan, 5], "last": [30, 30, 30, 0], "repeats": [5, 5, 5, 0]})
    words = {}
    for made in MODELS:
        model = made()
        model.fit(panel)
        words[made] = model.score(asked).words
        assert model.score(asked).p[2] == pytest.approx((panel.y.sum() + 0.5) / 501)
        assert model.explain(asked)[2] == ()

    assert words[Recency] == ["ok", "out-of-range", "cold-start", "ok"]
    assert words[Cadence] == ["ok", "out-of-range", "cold-start", "cold-start"]


@pytest.mark.parametrize("made", MODELS)
def test_the_model_is_read_back_to_the_bit(made):
    model, panel = made(), lomax_panel(300)
    model.fit(panel)

    again = made.from_state(model.state())

    assert again.score(panel).p.tolist() == model.score(panel).p.tolist()
    assert again.explain(panel) == model.explain(panel)
    assert again.spec == model.spec
    assert (model.spec.horizon, model.spec.label) == (MONTH, "silence")


@pytest.mark.parametrize("made", MODELS)
def test_reasons_are_the_distance_from_the_share_of_churn_in_log_odds(made):
    model, panel = made(), lomax_panel(300)
    model.fit(panel)

    parts = np.array([sum(reason.contribution for reason in reasons) for reasons in model.explain(panel)])

    base = (panel.y.sum() + 0.5) / 301
    p = model.score(panel).p
    assert parts == pytest.approx(np.log(p / (1 - p)) - math.log(base / (1 - base)))
    assert set(model.explain(panel, top=0)) == {()}


numbers = st.one_of(
    st.just(math.nan), st.just(1e300), st.just(math.inf), st.just(0.0), st.floats(-5, 5), st.floats(0, 1e9)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(numbers, numbers, numbers, st.integers(0, 1)), max_size=15), st.sampled_from(MODELS))
def test_whatever_comes_nothing_raises_and_nothing_is_nan(rows, made):
    recency, last, repeats, y = np.array(rows, dtype=float).reshape(-1, 4).T
    panel = panel_of({"recency": recency, "last": last, "repeats": repeats}, y, horizon=MONTH)
    model = made()

    report = model.fit(panel)

    p = model.score(panel).p
    assert ((p >= 0) & (p <= 1)).all()
    assert math.isfinite(report.log_likelihood)
    assert all(math.isfinite(one.contribution) for reasons in model.explain(panel) for one in reasons)


def test_labels_that_teach_nothing_are_reported():
    columns = {"recency": [3.0] * 20, "last": [30.0] * 20, "repeats": [6.0] * 20}

    reports = [made().fit(panel_of(columns, [0.0] * 20, horizon=MONTH)) for made in MODELS]

    assert all(report.degenerate and report.warnings for report in reports)


def test_wrong_use_is_said():
    columns = {"recency": [1.0], "last": [3.0], "repeats": [2.0]}
    for made in MODELS:
        with pytest.raises(ValueError, match="not fitted"):
            made().score(panel_of(columns))
        with pytest.raises(ValueError, match="no label"):
            made().fit(panel_of(columns, horizon=MONTH))
    with pytest.raises(ValueError, match="no horizon"):
        Cadence().fit(panel_of(columns, [1.0]))


@pytest.mark.parametrize("made", MODELS)
def test_a_state_that_is_none_is_refused(made):
    model = made()
    model.fit(lomax_panel(50))
    state = model.state()
    name = "p" if made is Recency else "parameters"
    broken = State(
        id=state.id, version=state.version, meta=state.meta, arrays={**state.arrays, name: -np.abs(state.arrays[name])}
    )

    with pytest.raises(ValueError, match=r"probabilities|above zero"):
        made.from_state(broken)


@pytest.mark.parametrize("check", churn_model_checks(), ids=str)
@pytest.mark.parametrize("made", [*MODELS, BGNBD, MBGNBD, ParetoNBD])
def test_the_kit_for_authors_passes(made, check):
    check(made)
