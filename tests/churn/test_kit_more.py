"""The kit's checks of what a model may do besides: each catches the fault that it is there for."""

import attrs
import numpy as np
import pytest

from loyaltykit.churn import FitReport, Scores
from loyaltykit.testing import check_churn_model, churn_model_checks, churn_model_report
from loyaltykit.testing.churn.school import school_history
from tests.churn.further import Further
from tests.churn.sample import Sample

CHECKS = {check.name: check for check in churn_model_checks() if check.only_with}
HISTORY = school_history(seed=5)


class Rising(Further):
    def survival(self, panel, steps):
        return super().survival(panel, steps)[:, :1] ** (1.0 / np.arange(1, steps + 1))


class Shifted(Further):
    def survival(self, panel, steps):
        return super().survival(panel, steps + 1)[:, 1:]


class Endless(Further):
    def survival(self, panel, steps):
        return super().survival(panel, steps) - 0.2 * np.arange(steps)


class OfTheBatch(Further):
    def survival(self, panel, steps):
        here = super().survival(panel, steps)
        return here if steps < 3 else np.column_stack([here[:, 0], 0.9 * here[:, 1:]])


class Turned(Further):
    def survival(self, panel, steps):
        return super().survival(panel, steps).T


class Careless(Further):
    def survival(self, panel, steps):
        return np.zeros((len(panel), steps)) if self._weights is None else super().survival(panel, steps)


class Stepless(Further):
    def survival(self, panel, steps):
        return super().survival(panel, steps) if steps else np.ones((len(panel), 0))


class Idle(Further):
    def update(self, panel):
        super().update(panel.take(np.array([], dtype=np.int64)))
        return FitReport(n=len(panel))


class Fading(Further):
    def update(self, panel):
        report = super().update(panel)
        self._weights = 0.99 * self._weights
        return report


class Forgetful(Further):
    def update(self, panel):
        report = super().update(panel.take(np.array([], dtype=np.int64)))
        return self.fit(panel) if len(panel) else report


class Mixing(Further):
    def update(self, panel):
        return super().update(attrs.evolve(panel, horizon=self.spec.horizon, label=self.spec.label))


class Early(Further):
    def update(self, panel):
        return self.fit(panel) if self._weights is None else super().update(panel)


class Lost(Further):
    @classmethod
    def from_state(cls, state):
        found = super().from_state(state)
        found._known = 0.5 * found._known
        return found


class Lucky(Further):
    def update(self, panel):
        report = super().update(panel)
        if len(panel):
            self._weights = self._weights + np.random.default_rng().normal(0, 1e-6, len(self._weights))
        return report


class Stubborn(Further):
    kept = None

    def update(self, panel):
        report = super().update(panel)
        self.kept = self._weights if len(panel) else None
        return report

    def fit(self, panel):
        report = super().fit(panel)
        self._weights = self._weights if self.kept is None else 0.5 * (self._weights + self.kept)
        return report


class Tidy(Further):
    def update(self, panel):
        np.nan_to_num(panel.X, copy=False)
        return super().update(panel)


class Certain(Further):
    sure = False

    def update(self, panel):
        self.sure = len(panel) > 0
        return super().update(panel)

    def score(self, panel):
        found = super().score(panel)
        return Scores(2 * found.p, found.status) if self.sure else found


class NoReport(Further):
    def update(self, panel):
        super().update(panel)


class Prophet(Further):
    """Holds the history, and while it learns on looks what happens later."""

    def update(self, panel):
        report = super().update(panel)
        self._weights = self._weights + 1e-3 * (HISTORY.at.sum() % 97)
        return report


FAULTS = [
    ("survival", Rising, "survival rises in"),
    ("survival", Shifted, "the first step, and what the score leaves of one"),
    ("survival", Endless, r"survival: \d+ of \d+ scores are not in \[0, 1\]"),
    ("survival", OfTheBatch, "looking fewer steps ahead"),
    ("survival", Turned, "survival has the shape"),
    ("survival", Careless, "survival before fit gives something"),
    ("survival", Stepless, "survival of no steps gives something"),
    ("update", Forgetful, "what was known is forgotten"),
    ("update", Mixing, "update by another horizon or label gives something"),
    ("update", Idle, "changes no score"),
    ("update", Fading, "updated by no rows"),
    ("update", Early, "update before fit gives something"),
    ("update", Lost, "updated after it was saved and loaded"),
    ("update", Lucky, "updated twice by the same panel"),
    ("update", Stubborn, "fitted anew after an update"),
    ("update", Tidy, "update changes the panel"),
    ("update", Certain, "after an update: .* not in"),
    ("update", NoReport, "not a FitReport"),
    ("update-future", Prophet, "change with what comes after the cut-off"),
]


def test_an_honest_model_passes_and_all_its_checks_are_made():
    report = check_churn_model(Further)
    assert [one.name for one in report.checks] == [check.name for check in churn_model_checks()]


def test_of_a_model_without_them_nothing_is_checked():
    names = {one.name for one in churn_model_report(Sample).checks}
    assert not names & CHECKS.keys()
    for check in CHECKS.values():
        check(Sample)


def test_none_in_place_of_a_method_is_no_method():
    bare = type("Bare", (Further,), {"update": None, "survival": None})
    assert not {one.name for one in check_churn_model(bare).checks} & CHECKS.keys()


def test_each_check_has_a_fault():
    assert {name for name, _, _ in FAULTS} == CHECKS.keys()


@pytest.mark.parametrize(("name", "model", "said"), FAULTS, ids=lambda one: getattr(one, "__name__", None))
def test_a_planted_fault_is_caught_by_its_check(name, model, said):
    with pytest.raises(AssertionError, match=rf"^{name}: .*{said}"):
        CHECKS[name](model, history=HISTORY)


def test_the_history_is_afterwards_as_it_was():
    before = HISTORY.at.tobytes(), HISTORY.value.tobytes(), HISTORY.type.tobytes(), HISTORY.known_at.tobytes()
    with pytest.raises(AssertionError):
        CHECKS["update-future"](Prophet, history=HISTORY)
    assert before == (HISTORY.at.tobytes(), HISTORY.value.tobytes(), HISTORY.type.tobytes(), HISTORY.known_at.tobytes())
