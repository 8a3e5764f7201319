"""What models say of more than one horizon ahead."""

import datetime as dt
import math

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.churn import WithSurvival, panel_of
from loyaltykit.churn.models import BGNBD, MBGNBD, Boosted, Hazard, ParetoNBD
from tests.churn.panels import school

COUNTS = [BGNBD, MBGNBD, ParetoNBD]
MONTH = dt.timedelta(days=28)
DRAWS = 200_000


def counted(members=300, seed=4, **options):
    """Members with all kinds of histories, labelled; some are cold starts, of some nothing is known."""
    chance = np.random.default_rng(seed)
    age = chance.uniform(5, 120, members)
    repeats = chance.poisson(chance.gamma(1.0, 2.0, members)).astype(float)
    last = np.where(repeats > 0, age * chance.beta(2, 1, members), 0.0)
    repeats[::29] = np.nan
    y = chance.random(members) < 1 / (1 + np.exp(-(age - last - 20) / 15))
    columns = {"repeats": repeats, "last": last, "age": age}
    return panel_of(columns, y, horizon=MONTH, label="silence", **options)


@pytest.fixture(params=[*COUNTS, Hazard], ids=lambda model: model.__name__)
def fitted(request):
    panel = school() if request.param is Hazard else counted()
    model = request.param()
    model.fit(panel)
    return model, panel


def test_it_falls_and_starts_with_the_score(fitted):
    model, panel = fitted

    here = model.survival(panel, 6)

    assert here.shape == (len(panel), 6)
    assert here[:, 0].tolist() == (1 - model.score(panel).p).tolist()
    assert (np.diff(here, axis=1) < 0).all()
    assert (here >= 0).all()
    assert isinstance(model, WithSurvival)


def test_fewer_steps_and_rows_are_the_same_and_a_state_knows_it_all(fitted):
    model, panel = fitted
    here = model.survival(panel, 5)

    assert model.survival(panel, 2).tolist() == here[:, :2].tolist()
    assert model.survival(panel.take(np.array([3])), 5) == pytest.approx(here[3:4], abs=1e-9)
    assert type(model).from_state(model.state()).survival(panel, 5).tolist() == here.tolist()


def test_somebody_of_whom_nothing_is_known_stays_with_everybodys_chance(fitted):
    model, panel = fitted
    nobody = attrs.evolve(panel.take(np.array([0])), X=np.full((1, panel.X.shape[1]), math.nan))

    here = model.survival(nobody, 3)[0]

    stays = 1 - model.score(nobody).p[0]
    assert here == pytest.approx([stays, stays**2, stays**3])


@pytest.mark.parametrize("model", [*COUNTS, Hazard])
def test_wrong_use_is_said(model):
    panel = school(members=20) if model is Hazard else counted(40)
    with pytest.raises(ValueError, match="not fitted"):
        model().survival(panel, 2)
    one = model()
    one.fit(panel)
    with pytest.raises(ValueError, match="one horizon ahead or more, not 0"):
        one.survival(panel, 0)
    one.fit(attrs.evolve(panel, horizon=None))
    with pytest.raises(ValueError, match="without a horizon"):
        one.survival(panel, 2)


@pytest.mark.parametrize("model", COUNTS, ids=lambda model: model.__name__)
def test_an_age_below_the_last_activity_is_that(model):
    one = model()
    one.fit(counted())

    here = one.survival(panel_of({"repeats": [4, 4], "last": [30, 30], "age": [20, 30]}), 4)

    assert here[0].tolist() == here[1].tolist()


def test_a_model_that_looks_one_horizon_ahead_has_none():
    assert not isinstance(Boosted(), WithSurvival)


def drawn(model, x, last, age, chance):
    """By simulation, not by any formula of the model: the share of such members who come in each of four horizons."""
    r, alpha, a, b = model.params_.values()
    rate = chance.gamma(r + x, 1 / (alpha + age), DRAWS)
    come = rate[:, None] * MONTH.days
    if isinstance(model, ParetoNBD):
        leaves = chance.exponential(1 / chance.gamma(a, 1 / (b + age), DRAWS))
        there = np.clip(leaves[:, None] - MONTH.days * np.arange(4), 0, MONTH.days)
        came = chance.poisson(rate[:, None] * there) > 0
    else:
        activities = chance.poisson(np.repeat(come, 4, axis=1))
        most = chance.geometric(chance.beta(a, b + x + (isinstance(model, MBGNBD)), DRAWS))
        before = np.cumsum(activities, axis=1) - activities
        came = (activities > 0) & (before < most[:, None])
    return model.p_alive(x, last, age)[0] * came.mean(axis=0)


@pytest.mark.parametrize("model", COUNTS)
@pytest.mark.parametrize("history", [(0, 0.0, 10.0), (3, 20.0, 30.0), (20, 50.0, 60.0)])
def test_it_is_the_share_of_simulated_members_who_come_in_that_horizon(model, history):
    of = {BGNBD: [0.9, 12.0, 1.5, 6.0], MBGNBD: [0.9, 12.0, 1.5, 6.0], ParetoNBD: [0.9, 12.0, 0.8, 40.0]}
    one = model(calibrate=False)
    one.fit(counted(40))
    state = one.state()
    state.arrays["parameters"][:] = of[model]
    one = model.from_state(state)

    here = one.survival(panel_of(dict(zip(("repeats", "last", "age"), ([value] for value in history), strict=True))), 4)

    assert here[0] == pytest.approx(drawn(one, *history, np.random.default_rng(3)), abs=4 / math.sqrt(DRAWS))


counts = st.one_of(st.just(0), st.integers(0, 3), st.integers(0, 100_000))
times = st.one_of(st.just(0.0), st.floats(0, 1e-9), st.floats(0, 500), st.floats(0, 1e9))
rows = st.tuples(counts, times, times, st.sampled_from([0.0, 0.0, 0.0, -1.0, math.nan, math.inf]))


@settings(max_examples=40, deadline=None)
@given(st.lists(rows, min_size=1, max_size=8), st.sampled_from([None, 3.0]), st.sampled_from(COUNTS))
def test_whatever_comes_it_is_a_probability_that_never_rises(found, prior, model):
    x, first, second, odd = np.array(found, dtype=float).T
    panel = panel_of({"repeats": x, "last": first, "age": second + odd}, horizon=MONTH)
    one = model(prior)
    one.fit(panel)

    with np.errstate(all="raise", under="ignore"):
        here = one.survival(panel, 3)

    assert ((here >= 0) & (here <= 1)).all()
    assert (np.diff(here, axis=1) <= 0).all()
