import sys

import attrs
import numpy as np
import pytest

pytest.importorskip("sklearn")

from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from loyaltykit.churn import panel_of
from loyaltykit.churn.models.sklearn import Sklearn
from loyaltykit.churn.protocol import COLD_START, OK, OUT_OF_RANGE
from loyaltykit.errors import MissingExtra, ModelError
from tests.churn.panels import school

PANEL = school(members=80)


def linear():
    return Sklearn(make_pipeline(StandardScaler(), LogisticRegression()))


def trees():
    return Sklearn(HistGradientBoostingClassifier(max_iter=20, random_state=0))


@pytest.fixture(scope="module", params=[linear, trees])
def fitted(request):
    model = request.param()
    model.fit(PANEL)
    return model


def test_scores_are_the_estimators_own(fitted):
    matrix = PANEL.matrix(fitted.spec.features)
    matrix[:, fitted.spec.features.index("unknown")] = 0.0
    given = np.where(np.isnan(matrix), np.nanmedian(matrix, axis=0), matrix) if fitted._need().impute else matrix

    assert fitted.score(PANEL).p == pytest.approx(fitted.estimator_.predict_proba(given)[:, 1], abs=1e-11)


def test_medians_stand_in_only_for_estimators_that_do_not_take_nan():
    assert [model._need().impute for model in map(fit, (linear(), trees()))] == [True, False]


def fit(model):
    model.fit(PANEL)
    return model


def test_lightgbm_is_a_scikit_learn_classifier():
    lightgbm = pytest.importorskip("lightgbm")
    model = fit(Sklearn(lightgbm.LGBMClassifier(n_estimators=10, random_state=0, n_jobs=1, verbose=-1)))

    p = model.score(PANEL).p

    assert p[PANEL.labels > 0.5].mean() > p[PANEL.labels < 0.5].mean() + 0.1


def test_a_reason_is_what_the_log_odds_lose_at_the_median(fitted):
    one = PANEL.take(np.array([5]))
    (reasons,) = fitted.explain(one, top=99)
    place = PANEL.columns.index("silence_ratio")
    changed = one.X.copy()
    changed[0, place] = np.median(PANEL.column("silence_ratio"))

    p, without = fitted.score(one).p[0], fitted.score(attrs.evolve(one, X=changed)).p[0]

    found = {reason.code: reason.contribution for reason in reasons}
    assert found["silence_ratio"] == pytest.approx(np.log(p / (1 - p)) - np.log(without / (1 - without)), abs=1e-6)


def test_hard_rows_are_scored(fitted):
    rows = np.tile(PANEL.X[0], (4, 1))
    rows[1] = np.nan
    rows[2, 0] = np.inf
    rows[3, PANEL.columns.index("noise")] = -1e308

    found = fitted.score(panel_of(dict(zip(PANEL.columns, rows.T, strict=True))))

    assert found.status.tolist() == [OK, COLD_START, OUT_OF_RANGE, OUT_OF_RANGE]
    assert np.isfinite(found.p).all()


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_labels_of_one_kind_give_their_smoothed_share(label):
    model = Sklearn()

    report = model.fit(panel_of({"recency": np.arange(9.0)}, np.full(9, label)))

    assert report.degenerate
    assert model.estimator_ is None
    assert model.score(panel_of({"recency": [3.0]})).p == pytest.approx([(9 * label + 0.5) / 10])


def test_it_has_no_state_and_says_why():
    with pytest.raises(ModelError, match="pickle") as caught:
        fit(trees()).state()

    assert caught.value.code == "model/state"


def test_without_scikit_learn_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)

    with pytest.raises(MissingExtra, match=r"loyaltykit\[sklearn\]"):
        Sklearn()


def test_the_estimator_given_is_left_as_it_was():
    estimator = LogisticRegression()
    model = Sklearn(estimator, impute=True)
    model.fit(PANEL.only(["recency", "silence_ratio"]))

    assert not hasattr(estimator, "coef_")
    assert model.estimator_.coef_.shape == (1, 2)
