"""A model of one's own from `learn` and `predict`: the rest is there, and holds what the protocol says."""

# ruff: noqa: N803  # X is a matrix, as data scientists write it

import attrs
import numpy as np
import pytest

from loyaltykit.churn import MatrixModel, files, panel_of
from loyaltykit.churn.protocol import COLD_START, OUT_OF_RANGE
from loyaltykit.errors import ModelError
from loyaltykit.testing import check_churn_model
from loyaltykit.testing.churn import school_history, school_panel

SCHOOL = school_history(members=100)


class Ridge(MatrixModel):
    """The nearest thing to a model: the logistic of a linear rule, by the normal equations."""

    id = "ridge"
    features = ("recency", "active_days_14", "missed", "points")

    def _rows(self, X):
        return np.hstack([np.ones((len(X), 1)), (X - self.centre) / self.scale])

    def learn(self, X, y):
        self.learnt_from = X
        self.centre, self.scale = X.mean(axis=0), np.where(X.std(axis=0) > 0, X.std(axis=0), 1.0)
        rows = self._rows(X)
        self.weights = np.linalg.solve(rows.T @ rows + np.eye(rows.shape[1]), rows.T @ y)

    def predict(self, X):
        return 1.0 / (1.0 + np.exp(-4.0 * np.clip((self._rows(X) * self.weights).sum(axis=1) - 0.5, -9.0, 9.0)))


class Small(Ridge):
    """Keeps what was learnt, not what it was learnt from."""

    def to_arrays(self):
        return {name: getattr(self, name) for name in ("centre", "scale", "weights")}

    def from_arrays(self, arrays):
        vars(self).update(arrays)


class Open(Ridge):
    keeps_nan = True

    def predict(self, X):
        assert not np.isinf(X).any()
        return super().predict(np.nan_to_num(X))

    def learn(self, X, y):
        super().learn(np.nan_to_num(X), y)
        self.learnt_from = X


@pytest.fixture(scope="module")
def panel():
    return school_panel(SCHOOL)


@pytest.mark.parametrize("model", [Ridge, Small, Open])
def test_it_passes_the_kit(model):
    check_churn_model(model, history=SCHOOL)


def test_learn_sees_no_hole_unless_it_keeps_them(panel):
    holes = attrs.evolve(panel, X=np.where(np.arange(len(panel))[:, None] % 9 == 0, np.nan, panel.X))
    filled, kept = Ridge(), Open()
    filled.fit(holes)
    kept.fit(holes)
    assert np.isfinite(filled.learnt_from).all()
    assert np.isnan(kept.learnt_from[:, :3]).any(axis=0).all()
    assert (kept.learnt_from[:, 3] == 0).all()  # nobody had points


@pytest.mark.parametrize("ones", [0, 4])
def test_too_few_rows_of_a_label_give_the_share_of_churn(ones):
    panel = panel_of({"recency": np.arange(50.0), "active_days": np.ones(50)}, y=np.arange(50) < ones)
    model = Ridge()
    report = model.fit(panel)
    assert (report.degenerate, report.n) == (True, 50)
    assert "fewer than 5 rows of either label" in report.warnings[0]
    assert np.allclose(model.score(panel).p, (ones + 0.5) / 51)
    assert model.explain(panel) == ((),) * 50
    again = files.loads(files.dumps(model), [Ridge])
    assert again.score(panel).p.tobytes() == model.score(panel).p.tobytes()


def test_a_row_far_off_is_cut_and_said_to_be_out_of_range(panel):
    model = Ridge()
    model.fit(panel)
    worst = panel.X.copy()
    worst[:, panel.columns.index("recency")] = panel.column("recency").max()
    far = worst.copy()
    far[:, panel.columns.index("recency")] = 1e9
    scores = model.score(attrs.evolve(panel, X=far))
    assert scores.p.tobytes() == model.score(attrs.evolve(panel, X=worst)).p.tobytes()
    assert set(scores.status) == {OUT_OF_RANGE}


def test_a_cold_start_has_the_share_of_churn(panel):
    model = Ridge()
    model.fit(panel)
    scores = model.score(panel.only(["recency"]))
    assert set(scores.status) == {COLD_START}
    assert len(np.unique(scores.p)) == 1


def test_the_file_holds_nobodys_name(panel):
    model = Ridge()
    model.fit(panel)
    data = files.dumps(model)
    assert b"m0001" not in data
    assert np.asarray(panel.X[0, 0]).tobytes() not in files.dumps(_small(panel))


def _small(panel):
    model = Small()
    model.fit(panel)
    return model


def test_a_state_of_another_version_is_refused(panel):
    class Newer(Ridge):
        version = "2"

    model = Ridge()
    model.fit(panel)
    with pytest.raises(ModelError, match="version 1, this is 2"):
        files.loads(files.dumps(model), [Newer])


def test_the_parts_say_how_far_each_feature_is_from_usual(panel):
    model = Ridge()
    model.fit(panel)
    recency = panel.column("recency")
    rows = np.array([int(recency.argmax()), int(recency.argmin())])
    silent, active = model.explain(panel.take(rows), 9)
    by_code = [{one.code: one.contribution for one in row} for row in (silent, active)]
    assert by_code[0]["recency"] > 0 > by_code[1]["recency"]
