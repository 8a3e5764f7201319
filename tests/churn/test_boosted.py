import attrs
import numpy as np
import pytest

from loyaltykit.churn import panel_of
from loyaltykit.churn.growing import Growth
from loyaltykit.churn.logistic import log_odds
from loyaltykit.churn.models.boosted import Boosted
from loyaltykit.churn.models.hazard import Hazard
from loyaltykit.churn.protocol import COLD_START, OK, OUT_OF_RANGE
from tests.churn.panels import school

QUICK = Growth(trees=40, rate=0.1)


def boosted():
    return Boosted(growth=QUICK)


@pytest.fixture(scope="module", params=[boosted, Hazard])
def make(request):
    return request.param


@pytest.fixture(scope="module")
def panel():
    return school()


@pytest.fixture(scope="module")
def fitted(make, panel):
    model = make()
    model.fit(panel)
    return model


def ranking(y, p):
    """The share of pairs that are in the right order."""
    ones, zeros = p[y > 0.5], p[y < 0.5]
    return ((ones[:, None] > zeros).mean() + (ones[:, None] >= zeros).mean()) / 2


def test_it_learns_what_there_is_to_learn(fitted):
    fresh = school(seed=1)

    p = fitted.score(fresh).p

    assert ranking(fresh.labels, p) > ranking(fresh.labels, fresh.column("recency")) + 0.05
    assert p.mean() == pytest.approx(fresh.labels.mean(), abs=0.05)


def test_equal_silence_scores_higher_for_whom_silence_is_unusual(fitted):
    two = panel_of(
        {
            "recency": [8.0, 8.0],
            "cadence": [1.0, 9.0],
            "silence_ratio": [8.0, 8 / 9],
            "active_days": [21.0, 3.0],
            "score_last": [50.0, 50.0],
            "noise": [0.0, 0.0],
            "constant": [1.0, 1.0],
            "unknown": [np.nan, np.nan],
        }
    )

    often, seldom = fitted.score(two).p

    assert often > seldom + 0.2


def test_the_same_panel_gives_the_same_model_in_whatever_order_its_rows_stand(make, fitted, panel):
    order = np.random.default_rng(0).permutation(len(panel))
    other = make()
    other.fit(panel.take(order))

    assert (other.score(panel).p == fitted.score(panel).p).all()


def test_a_row_scores_the_same_alone(fitted, panel):
    p = fitted.score(panel).p

    assert [fitted.score(panel.take(np.array([row]))).p[0] for row in (0, 7, 200)] == [p[0], p[7], p[200]]


def test_parts_and_base_add_up_to_the_log_odds(fitted, panel):
    assert fitted.parts(panel).sum(axis=1) + fitted.base == pytest.approx(log_odds(fitted.score(panel).p), abs=1e-9)


def test_reasons_are_the_weightiest_parts_with_what_a_sentence_needs(fitted, panel):
    row = int(fitted.score(panel).p.argmax())
    one = panel.take(np.array([row]))

    (found,) = fitted.explain(one, top=2)

    parts = fitted.parts(one)[0]
    weightiest = np.argsort(-np.abs(parts))[:2]
    assert [reason.code for reason in found] == [fitted.spec.features[place] for place in weightiest]
    assert [reason.contribution for reason in found] == parts[weightiest].tolist()
    assert found[0].facts["recency"] == one.column("recency")[0]
    assert found[0].facts["usual"] == np.median(panel.column(found[0].code))


def test_a_feature_that_tells_nothing_is_no_reason(fitted, panel):
    codes = {reason.code for reasons in fitted.explain(panel, top=99) for reason in reasons}

    assert codes.isdisjoint({"constant", "unknown"})
    assert {"silence_ratio", "score_last"} <= codes


def test_a_state_scores_the_same_to_the_bit(make, fitted, panel):
    again = type(make()).from_state(fitted.state())

    assert again.spec == fitted.spec
    assert (again.score(panel).p == fitted.score(panel).p).all()
    assert (again.parts(panel) == fitted.parts(panel)).all()


def test_a_state_whose_features_do_not_fit_is_refused(make, fitted):
    state = fitted.state()
    broken = attrs.evolve(state, meta={**state.meta, "features": ["recency"]})

    with pytest.raises(ValueError, match="state"):
        type(make()).from_state(broken)


def test_the_spec_says_what_was_fitted(fitted, panel):
    assert fitted.spec.features == tuple(name for name in panel.columns if name != "active_days")  # it only grows
    assert (fitted.spec.horizon, fitted.spec.label) == (panel.horizon, "silence")


def test_wanted_features_alone_are_read(make, panel):
    model = Boosted(features=["recency", "absent"], growth=QUICK) if make is boosted else Hazard(features=["recency"])
    model.fit(panel)
    poisoned = attrs.evolve(panel, X=np.where(np.arange(panel.X.shape[1]) == 0, panel.X, 1e9))

    assert (model.score(poisoned).p == model.score(panel).p).all()


def test_statuses_say_what_a_score_is_worth(fitted):
    names = ("recency", "cadence", "silence_ratio", "active_days", "score_last", "noise", "constant", "unknown")
    rows = np.array(
        [
            [3.0, 2.0, 1.5, 5.0, 50.0, 0.0, 1.0, np.nan],
            [np.nan, 2.0, 1.5, 0.0, 50.0, 0.0, 1.0, np.nan],
            [np.nan] * 8,
            [3.0, 2.0, 1.5, 5.0, 50.0, 1e12, 1.0, np.nan],
            [np.inf, -np.inf, 0.0, 5.0, 50.0, 1e308, -1e308, 0.0],
        ]
    )

    found = fitted.score(panel_of(dict(zip(names, rows.T, strict=True))))

    assert found.status.tolist() == [OK, COLD_START, COLD_START, OUT_OF_RANGE, OUT_OF_RANGE]
    assert found.p[1] == found.p[2]
    assert np.isfinite(found.p).all()


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_labels_of_one_kind_give_their_smoothed_share_and_a_warning(make, label):
    panel = panel_of({"recency": np.arange(9.0)}, np.full(9, label))
    model = make()

    report = model.fit(panel)

    assert report.degenerate
    assert report.warnings
    assert model.score(panel).p == pytest.approx((9 * label + 0.5) / 10)


@pytest.mark.parametrize(
    ("columns", "y"),
    [
        ({"recency": []}, []),
        ({"recency": [1.0]}, [1.0]),
        ({"recency": [1.0, 1.0]}, [0.0, 1.0]),
        ({"recency": [np.nan, np.nan]}, [0.0, 1.0]),
        ({"recency": [np.inf, -np.inf, 1e308, -1e308]}, [0.0, 1.0, 1.0, 0.0]),
    ],
)
def test_hard_panels_are_fitted_without_an_exception_or_nan(make, columns, y):
    panel = panel_of(columns, y)
    model = make()

    report = model.fit(panel)

    assert report.n == len(y)
    assert ((model.score(panel).p > 0) & (model.score(panel).p < 1)).all()


def test_a_single_member_is_no_fold_and_still_fits(make):
    panel = panel_of({"recency": np.arange(40.0)}, np.arange(40) > 20, member=np.zeros(40, np.int64), members=("m",))
    model = make()
    model.fit(panel)

    assert model.score(panel).p[-1] > model.score(panel).p[0]


def test_scoring_before_fit_is_wrong_use(make, panel):
    with pytest.raises(ValueError, match="not fitted"):
        make().score(panel)


def test_a_panel_without_a_label_is_wrong_use(make, panel):
    with pytest.raises(ValueError, match="no label"):
        make().fit(attrs.evolve(panel, y=None))


def test_other_seeds_give_other_committees(panel):
    one, other = Boosted(growth=QUICK), Boosted(growth=QUICK, seed=1)
    one.fit(panel)
    other.fit(panel)

    assert (one.score(panel).p != other.score(panel).p).any()


def test_one_fold_is_refused():
    with pytest.raises(ValueError, match="at least 2 folds"):
        Boosted(folds=1)
