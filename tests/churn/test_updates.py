"""Learning on: what the rows before taught is the prior of those that follow."""

import datetime as dt
import math

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.churn import State, WithUpdate, panel_of
from loyaltykit.churn.fault_words import fault_words
from loyaltykit.churn.files import dumps, loads
from loyaltykit.churn.models import BGNBD, MBGNBD, Boosted, Hazard, ParetoNBD
from tests.churn.panels import school
from tests.churn.test_survival import COUNTS, MONTH, counted

MODELS = [*COUNTS, Hazard]
ALL = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)


def panel_for(model, members=1000):
    """A panel whose features have few values each, so that the bins of one half are those of all."""
    if model is not Hazard:
        return counted(members)
    panel = school(members)
    return attrs.evolve(panel, X=np.clip(np.rint(panel.X / 2) * 2, -2, 12))


def halves(panel):
    first = panel.member % 2 == 0
    return panel.take(first), panel.take(~first)


def fitted(model, panel, *more):
    one = model()
    one.fit(panel)
    for part in more:
        one.update(part)
    return one


def numbers(model):
    """All that is learnt, as one row."""
    return np.concatenate([np.ravel(model.state().arrays[name]) for name in sorted(model.state().arrays)])


@ALL
def test_it_is_near_to_a_fit_to_everything_and_nearer_than_either_half(model):
    panel = panel_for(model)
    first, second = halves(panel)
    wanted = fitted(model, panel).score(panel).p

    off = {
        name: np.abs(one.score(panel).p - wanted)
        for name, one in {
            "first": fitted(model, first),
            "second": fitted(model, second),
            "updated": fitted(model, first, second),
        }.items()
    }

    assert off["updated"].mean() < 0.002
    assert off["updated"].max() < 0.02
    assert 8 * off["updated"].mean() < min(off["first"].mean(), off["second"].mean())


def drawn(model, members, seed=8):
    """Columns of members as the model has them, so that the history tells all four parameters."""
    chance = np.random.default_rng(seed)
    age = chance.uniform(50, 150, members)
    rate = chance.gamma(0.9, 1 / 12.0, members)
    if model is ParetoNBD:
        there = np.minimum(chance.exponential(1 / chance.gamma(0.8, 1 / 40.0, members)), age)
        x = chance.poisson(rate * there)
        return x, np.where(x > 0, there * chance.beta(np.maximum(x, 1), 1), 0.0), age
    would = chance.poisson(rate * age)
    most = chance.geometric(chance.beta(1.5, 6.0, members)) - (model is MBGNBD)
    x = np.minimum(would, most)
    return x, np.where(x > 0, age * chance.beta(np.maximum(x, 1), would - x + 1), 0.0), age


@pytest.mark.parametrize("model", COUNTS, ids=lambda model: model.__name__)
def test_parameters_are_near_to_those_of_a_fit_to_everything(model):
    columns = drawn(model, 8000)
    first, second = (tuple(column[half::2] for column in columns) for half in (0, 1))
    whole, learnt_on, half = model(), model(), model()

    whole.fit_counts(*columns)
    half.fit_counts(*first)
    learnt_on.fit_counts(*first)
    learnt_on.update_counts(*second)

    logs, wanted, before = (np.log(list(one.params_.values())) for one in (learnt_on, whole, half))
    assert np.abs(logs - wanted).max() < 0.02
    assert np.abs(logs - wanted).max() < 0.25 * np.abs(before - wanted).max()


@ALL
def test_many_small_updates_come_to_about_the_same(model):
    panel = panel_for(model)
    parts = [panel.take(panel.member % 10 == part) for part in range(10)]

    p = fitted(model, *parts).score(panel).p

    wanted = fitted(model, panel).score(panel).p
    assert np.abs(p - wanted).mean() < 0.5 * np.abs(fitted(model, parts[0]).score(panel).p - wanted).mean()


@ALL
def test_no_rows_change_nothing(model):
    panel = panel_for(model, 100)
    one = fitted(model, panel)
    before = dumps(one)

    report = one.update(panel.take(np.array([], dtype=np.int64)))

    assert dumps(one) == before
    assert report.n == 0
    assert fault_words(report.warnings[0], "ru") == "в таблице нет строк: модель осталась прежней"


@ALL
def test_the_same_rows_give_the_same_numbers_and_fit_forgets_them(model):
    panel = panel_for(model, 200)
    first, second = halves(panel)
    one = fitted(model, first, second)

    assert numbers(one).tobytes() == numbers(fitted(model, first, second)).tobytes()
    one.fit(first)
    assert numbers(one).tobytes() == numbers(fitted(model, first)).tobytes()


def test_the_order_of_the_rows_does_not_matter_to_the_hazard():
    first, second = halves(panel_for(Hazard, 200))
    back = second.take(np.arange(len(second))[::-1])

    assert numbers(fitted(Hazard, first, second)).tobytes() == numbers(fitted(Hazard, first, back)).tobytes()


@ALL
def test_a_file_learns_on_as_the_model_that_was_saved(model):
    first, second = halves(panel_for(model, 200))
    one = fitted(model, first)
    again = loads(dumps(one))

    one.update(second)
    again.update(second)

    assert numbers(again).tobytes() == numbers(one).tobytes()
    assert dumps(loads(dumps(again))) == dumps(again)


@ALL
def test_a_state_of_an_older_version_scores_and_says_that_it_cannot_learn_on(model):
    panel = panel_for(model, 100)
    one = fitted(model, panel)
    state = one.state()
    kept = {"cuts", "cut_counts", "weights", "seen", "rate", "parameters", "largest", "base", "platt"}
    arrays = {name: array for name, array in state.arrays.items() if name in kept}

    old = model.from_state(State(id=state.id, version=state.version, meta=state.meta, arrays=arrays))

    assert old.score(panel).p.tolist() == one.score(panel).p.tolist()
    assert old.state().arrays.keys() >= arrays.keys()
    with pytest.raises(ValueError, match="has no precision: fit it anew before an update"):
        old.update(panel)


@ALL
def test_a_state_whose_precision_does_not_fit_is_refused(model):
    state = fitted(model, panel_for(model, 60)).state()
    for odd in (state.arrays["precision"][:-1], np.full_like(state.arrays["precision"], math.nan)):
        bad = State(id=state.id, version=state.version, meta=state.meta, arrays={**state.arrays, "precision": odd})
        with pytest.raises(ValueError, match="precision"):
            model.from_state(bad)


@ALL
def test_wrong_use_is_said(model):
    panel = panel_for(model, 60)
    with pytest.raises(ValueError, match="not fitted"):
        model().update(panel)
    one = fitted(model, panel)
    for other in ({"horizon": dt.timedelta(days=7)}, {"label": "refund"}):
        with pytest.raises(ValueError, match="was fitted to the horizon and label"):
            one.update(attrs.evolve(panel, **other))
    before, silence = one.score(panel).p, panel.y
    with pytest.raises(ValueError, match=f"features that the panel has not: .*{one.spec.features[-3]}"):
        one.update(panel_of({"other": np.ones(len(panel))}, silence, horizon=MONTH, label="silence"))
    assert one.score(panel).p.tolist() == before.tolist()
    assert isinstance(one, WithUpdate)
    assert not isinstance(Boosted(), WithUpdate)


@ALL
def test_after_a_fit_to_nothing_an_update_is_a_fit(model):
    panel = panel_for(model, 60)
    nothing = panel.take(np.array([], dtype=np.int64))

    assert numbers(fitted(model, nothing, panel)).tobytes() == numbers(fitted(model, panel)).tobytes()


def test_a_hazard_that_saw_one_label_learns_the_share_and_then_the_rest():
    panel = panel_for(Hazard, 400)
    stayed = panel.take(panel.labels == 0)
    one = fitted(Hazard, stayed)

    report = one.update(panel.take(panel.labels == 1))

    wanted = fitted(Hazard, panel).score(panel).p
    p = one.score(panel).p
    assert not report.degenerate
    assert np.corrcoef(p, wanted)[0, 1] > 0.8
    assert one.state().arrays["rate"][0] == pytest.approx(wanted.mean(), abs=0.01)


def test_what_the_hazard_saw_grows_and_what_is_usual_stays():
    first = panel_of({"recency": np.arange(40.0)}, np.arange(40) % 2)
    one = fitted(Hazard, first, panel_of({"recency": [500.0, math.nan]}, [1, 0]))

    low, high, usual = one.state().arrays["seen"]
    assert (low[0], high[0], usual[0]) == (0.0, 500.0, 19.5)


def test_too_many_weights_are_not_kept(monkeypatch):
    monkeypatch.setattr("loyaltykit.churn.models.additive_known._MOST", 10)
    one = fitted(Hazard, panel_for(Hazard, 60))

    assert "precision" not in one.state().arrays
    with pytest.raises(ValueError, match="no precision"):
        Hazard.from_state(one.state()).update(panel_for(Hazard, 60))


def test_weights_of_rows_count_in_an_update_too():
    x, last, age, weights = [0, 1, 3], [0.0, 5.0, 20.0], [30.0, 25.0, 28.0], [50, 20, 30]
    once, often = BGNBD(), BGNBD()
    for model in (once, often):
        model.fit_counts([0, 2, 4, 1], [0.0, 8.0, 9.0, 4.0], [20.0, 20.0, 11.0, 30.0])

    once.update_counts(x, last, age, weights)
    often.update_counts(*(np.repeat(column, weights) for column in (x, last, age)))

    assert once.params_ == pytest.approx(often.params_, rel=1e-6)


@pytest.mark.parametrize("model", COUNTS, ids=lambda model: model.__name__)
def test_rows_that_are_no_histories_change_no_parameter(model):
    one = fitted(model, counted(60))
    before = one.params_

    report = one.update(panel_of({"repeats": [math.nan], "last": [1], "age": [2]}, horizon=MONTH, label="silence"))

    assert one.params_ == before
    assert report.warnings == ("1 rows were left out: no such history",)


def test_labels_that_come_later_calibrate_too():
    panel = counted(2000)
    first, second = halves(panel)
    one = MBGNBD()
    one.fit(attrs.evolve(first, y=None))
    before = one.score(panel).p.mean()

    one.update(second)

    after, share = one.score(panel).p.mean(), second.labels.mean()
    assert abs(after - share) < 0.02 < abs(before - share)


@pytest.mark.parametrize("model", COUNTS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("rows", [1, 4])
def test_many_small_updates_keep_the_mean_of_the_labels(model, rows):
    panel = counted(400)
    panel = attrs.evolve(panel, y=panel.labels * (panel.member % 3 == 0))
    one = fitted(model, panel.take(np.arange(200)))

    for start in range(200, 400, rows):
        one.update(panel.take(np.arange(start, start + rows)))

    good = ~np.isnan(panel.matrix(["repeats"])[:, 0])
    assert one.score(panel).p[good].mean() == pytest.approx(panel.labels[good].mean(), abs=0.02)


def test_an_update_without_labels_leaves_the_calibration():
    first, second = halves(counted(400))
    one = fitted(ParetoNBD, first)
    platt = one.state().arrays["platt"].tolist()

    one.update(attrs.evolve(second, y=None))

    assert one.state().arrays["platt"].tolist() == platt


counts = st.one_of(st.just(0), st.integers(0, 3), st.integers(0, 100_000))
times = st.one_of(st.just(0.0), st.floats(0, 1e-9), st.floats(0, 500), st.floats(0, 1e9))
rows = st.tuples(counts, times, times, st.sampled_from([0.0, 0.0, 0.0, -1.0, math.nan, math.inf]), st.booleans())
panels = st.lists(rows, min_size=0, max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(panels, min_size=2, max_size=3), st.sampled_from([None, 0.5, 3.0]), st.sampled_from(MODELS))
def test_whatever_comes_nothing_raises_and_nothing_is_nan(parts, prior, model):
    parts = [_panel(part) for part in parts]
    one = model() if model is Hazard else model(prior)
    one.fit(parts[0])

    with np.errstate(all="raise", under="ignore"):
        reports = [one.update(part) for part in parts[1:]]

    assert all(one.log_likelihood is None or math.isfinite(one.log_likelihood) for one in reports)
    assert np.isfinite(numbers(one)[~np.isnan(numbers(one))]).all()
    again = model.from_state(one.state())
    for part in parts:
        p = one.score(part).p
        assert ((p >= 0) & (p <= 1)).all()
        assert again.score(part).p.tolist() == p.tolist()


def _panel(found):
    x, first, second, odd, y = np.array(found, dtype=float).reshape(-1, 5).T
    columns = {"repeats": x, "last": first, "age": second + odd}
    return panel_of(columns, y, horizon=MONTH, label="silence")
