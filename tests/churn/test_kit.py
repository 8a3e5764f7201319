"""The kit for authors: an honest model passes, and each check catches the fault that it is there for."""

import attrs
import numpy as np
import pytest

from loyaltykit.churn import PanelBuilder, Reason, Scores
from loyaltykit.churn.panel import Feature
from loyaltykit.testing import check_churn_model, churn_model_checks, churn_model_report
from loyaltykit.testing.churn.school import ROLES, school_history, school_panel
from tests.churn.sample import FEATURES, Sample

CHECKS = {check.name: check for check in churn_model_checks() if not check.only_with}


class NoReport(Sample):
    def fit(self, panel):
        super().fit(panel)


class Vague(Sample):
    @property
    def spec(self):
        return attrs.evolve(self._spec, horizon=None)


class Eager(Sample):
    def score(self, panel):
        return (
            Scores(np.full(len(panel), 0.5), np.zeros(len(panel), np.int8))
            if self._weights is None
            else super().score(panel)
        )


class Lucky(Sample):
    def fit(self, panel):
        report = super().fit(panel)
        self._weights = self._weights + np.random.default_rng().normal(0, 1e-6, len(self._weights))
        return report


class Clinging(Sample):
    def fit(self, panel):
        before = self._weights
        report = super().fit(panel)
        self._weights = self._weights if before is None else 0.9 * self._weights + 0.1 * before
        return report


TABLE = {}


class Shared(Sample):
    def fit(self, panel):
        report = super().fit(panel)
        TABLE["weights"] = self._weights
        return report

    def score(self, panel):
        self._weights = None if self._weights is None else TABLE["weights"]
        return super().score(panel)


class Cheating(Sample):
    def score(self, panel):
        found = super().score(panel)
        return found if panel.y is None else Scores(0.5 * found.p + 0.5 * panel.y, found.status)


class Fragile(Sample):
    def fit(self, panel):
        if len(np.unique(panel.labels)) < 2:
            raise ValueError("this solver needs samples of at least 2 classes")
        return super().fit(panel)


class Odd(Sample):
    def score(self, panel):
        found = super().score(panel)
        return Scores(self._log_odds(panel), found.status)


class Curious(Sample):
    def score(self, panel):
        found = super().score(panel)
        return found if panel.y is None else Scores(np.clip(found.p, 0.01, 0.99), found.status)


class Queueing(Sample):
    def score(self, panel):
        found = super().score(panel)
        place = np.arange(len(panel)) / max(len(panel), 1)
        return Scores(found.p * (1.0 - 0.1 * place), found.status)


class Relative(Sample):
    def score(self, panel):
        found = super().score(panel)
        least = found.p.min(initial=1.0)
        return Scores((found.p - least) / max(found.p.max(initial=0.0) - least, 1e-12), found.status)


class ByPlace(Sample):
    def _matrix(self, panel):
        return super()._matrix(panel) + 0.01 * np.clip(np.nan_to_num(panel.X[:, :1] if panel.X.size else 0.0), -9, 9)


class Unlisted(Sample):
    def _matrix(self, panel):
        return super()._matrix(panel) + 0.01 * np.clip(np.nan_to_num(panel.matrix(["weeks"])), -9, 9)


class Personal(Sample):
    def score(self, panel):
        found = super().score(panel)
        return Scores(np.where(panel.member % 7 == 0, 0.5, found.p), found.status)


class Strict(Sample):
    def score(self, panel):
        for name in FEATURES:
            panel.column(name)
        return super().score(panel)


class Dense(Sample):
    def fit(self, panel):
        panel.take(np.array([0]) if len(panel) else np.array([], int))
        if np.isnan(panel.matrix(FEATURES)).any() and not np.isnan(panel.X).all():
            raise ValueError("Input X contains NaN")
        return super().fit(panel)


class Bounded(Sample):
    def score(self, panel):
        if np.isinf(panel.matrix(FEATURES)).any():
            raise ValueError("Input X contains infinity")
        return super().score(panel)


class Bold(Sample):
    def score(self, panel):
        found = super().score(panel)
        return Scores(found.p, np.zeros_like(found.status))


class Talkative(Sample):
    def explain(self, panel, top=3):
        return super().explain(panel, top + 1)


class Unsigned(Sample):
    def explain(self, panel, top=3):
        found = super().explain(panel, top)
        return tuple(tuple(attrs.evolve(one, contribution=abs(one.contribution)) for one in row) for row in found)


class Turned(Sample):
    def explain(self, panel, top=3):
        found = super().explain(panel, top)
        return tuple(tuple(attrs.evolve(one, contribution=-one.contribution) for one in row) for row in found)


class Mute(Reason):
    def sentence(self, lang):
        return "" if lang == "ru" else super().sentence(lang)


class Silent(Sample):
    def explain(self, panel, top=3):
        found = super().explain(panel, top)
        return tuple(tuple(Mute(one.code, one.contribution, one.value) for one in row) for row in found)


class Rounded(Sample):
    def state(self):
        found = super().state()
        return attrs.evolve(found, arrays={name: one.astype(np.float32) for name, one in found.arrays.items()})


class Pickled(Sample):
    def state(self):
        return attrs.evolve(super().state(), arrays={"all": np.array([self], dtype=object)})


class Tidy(Sample):
    def score(self, panel):
        np.nan_to_num(panel.X, copy=False)
        return super().score(panel)


HISTORY = school_history(seed=3)


class Prophet(Sample):
    """Holds the history, and looks who comes back."""

    def score(self, panel):
        found = super().score(panel)
        comes = np.array([self._comes(*row) for row in zip(panel.member, panel.cutoff, strict=True)], dtype=float)
        return Scores(np.clip(found.p - 0.2 * comes, 0.0, 1.0), found.status)

    @staticmethod
    def _comes(member, cutoff):
        theirs = HISTORY.member == member
        return bool(((HISTORY.at[theirs] >= cutoff) & (HISTORY.at[theirs] < cutoff + 14 * 86_400_000_000)).any())


FAULTS = {
    "fits": NoReport,
    "spec": Vague,
    "not-fitted": Eager,
    "deterministic": Lucky,
    "refit": Clinging,
    "apart": Shared,
    "shuffled-labels": Cheating,
    "degenerate": Fragile,
    "probabilities": Odd,
    "blind": Curious,
    "row-order": Queueing,
    "alone": Relative,
    "by-name": ByPlace,
    "missing-columns": Strict,
    "not-known": Dense,
    "extreme-values": Bounded,
    "cold-start": Bold,
    "reasons": Talkative,
    "signed": Unsigned,
    "sentences": Silent,
    "round-trip": Rounded,
    "untouched": Tidy,
    "future": Prophet,
}


@pytest.fixture(scope="module")
def found():
    """The report of each broken model, made once."""
    reports = {}

    def report(model):
        if model not in reports:
            reports[model] = churn_model_report(model, history=HISTORY if model is Prophet else None)
        return reports[model]

    return report


def failing(report):
    return {one.name for one in report.failures}


def test_an_honest_model_passes():
    report = check_churn_model(Sample)
    assert report.ok
    assert [one.name for one in report.checks] == list(CHECKS)
    assert str(report) == f"sample: all {len(CHECKS)} checks hold"


def test_each_check_has_a_fault_that_it_is_there_for():
    assert FAULTS.keys() == CHECKS.keys()


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_caught_by_its_check(name, found):
    assert name in failing(found(FAULTS[name]))


ALONE = """
    spec not-fitted refit degenerate blind not-known extreme-values cold-start reasons signed sentences round-trip
""".split()


@pytest.mark.parametrize("name", ALONE)
def test_most_faults_are_caught_by_their_check_alone(name, found):
    assert failing(found(FAULTS[name])) == {name}


@pytest.mark.parametrize(
    ("name", "model"),
    [("by-name", Unlisted), ("by-name", Personal), ("signed", Turned), ("round-trip", Pickled)],
)
def test_other_faults_of_a_kind_are_caught_too(name, model, found):
    assert name in failing(found(model))


def test_a_failure_says_what_why_and_how_to_mend_it():
    with pytest.raises(AssertionError) as raised:
        check_churn_model(Relative)
    text = str(raised.value)
    assert text.startswith("sample: ")
    assert "  alone: among a third of the rows: " in text
    assert "    why: a member scored alone" in text
    assert "    mend: take means, ranges and ranks in fit" in text


class Broken(Sample):
    def fit(self, panel):
        raise RuntimeError("no licence")


def test_a_model_that_cannot_be_fitted_is_told_so_once_and_all_checks_are_named():
    report = churn_model_report(Broken)
    assert len(report.checks) == len(CHECKS)
    text = str(report)
    assert "fits: it raises RuntimeError: no licence" in text
    (blocked,) = (line for line in text.splitlines() if line.startswith("  not checked, it cannot be fitted: "))
    assert "row-order" in blocked
    assert text.index("  fits: ") < text.index(blocked)


def test_a_model_that_ends_the_process_is_reported():
    class Leaving(Sample):
        def score(self, panel):
            raise SystemExit(2)

    report = churn_model_report(Leaving)
    assert len(report.checks) == len(CHECKS)
    assert "it raises SystemExit: 2" in str(report)


@pytest.mark.parametrize("check", churn_model_checks(), ids=str)
def test_the_checks_can_be_made_one_by_one(check):
    check(Sample)


def test_a_check_alone_raises():
    with pytest.raises(AssertionError, match=r"^cold-start: .*not said to be a cold start"):
        CHECKS["cold-start"](Bold)


@pytest.mark.parametrize("seed", [1, 2])
def test_another_seed_is_another_school_and_an_honest_model_passes_there_too(seed):
    check_churn_model(Sample, seed=seed)
    assert school_history(seed=seed).at.tobytes() != school_history(seed=0).at.tobytes()


def test_equal_arguments_give_an_equal_report():
    assert str(churn_model_report(Relative)) == str(churn_model_report(Relative))


def test_a_panel_of_ones_own_is_taken():
    panel = school_panel(HISTORY)
    assert check_churn_model(Sample(), panel=panel).ok


@pytest.mark.parametrize("change", [lambda panel: panel.take(np.arange(30)), lambda panel: panel.take(panel.y == 1)])
def test_a_panel_that_nothing_can_be_checked_on_is_refused(change):
    panel = school_panel(HISTORY)
    with pytest.raises(ValueError, match="at least 40 rows with both labels"):
        check_churn_model(Sample, panel=change(panel))


# features of one's own, and the future


def with_feature(values):
    """A builder of panels with one feature more, from the history and the rows."""

    def builder(history, cutoffs, horizon=None, label=None):
        panel = school_panel(history, cutoffs, horizon, label)
        column = np.array([values(history, *row) for row in zip(panel.member, panel.cutoff, strict=True)], dtype=float)
        features = (*panel.features, Feature("own", "", "of one's own"))
        return attrs.evolve(panel, X=np.column_stack([panel.X, column]), features=features)

    return builder


def night_share(history, member, cutoff):
    theirs = (history.member == member) & (history.at < cutoff) & (history.known_at < cutoff)
    return np.mean(history.at[theirs] % 86_400_000_000 > 18 * 3_600_000_000) if theirs.any() else np.nan


def last_score_ever(history, member, cutoff):
    theirs = (history.member == member) & ~np.isnan(history.value)
    return history.value[theirs][-1] if theirs.any() else np.nan


def last_score_as_if_known_at_once(history, member, cutoff):
    theirs = (history.member == member) & (history.at < cutoff) & ~np.isnan(history.value)
    return history.value[theirs][-1] if theirs.any() else np.nan


def test_an_honest_feature_passes():
    CHECKS["future"](Sample, panel=with_feature(night_share))


@pytest.mark.parametrize("peek", [last_score_ever, last_score_as_if_known_at_once])
def test_a_feature_that_looks_ahead_is_named(peek):
    with pytest.raises(AssertionError, match=r"these features change with what is known only after the cut-off: own\n"):
        CHECKS["future"](Sample, panel=with_feature(peek))


def test_rows_that_come_of_what_is_known_later_are_caught():
    def survivors(history, cutoffs, horizon=None, label=None):
        panel = PanelBuilder(history, ROLES).at(cutoffs, horizon=horizon, label=label)
        last = np.array([history.at[history.member == one].max(initial=0) for one in range(len(history.members))])
        return panel.take(last[panel.member] > panel.cutoff)

    with pytest.raises(AssertionError, match="rows come or go"):
        CHECKS["future"](Sample, panel=survivors)


def test_the_history_is_afterwards_as_it_was():
    history = school_history(seed=9)
    before = [column.tobytes() for column in (history.at, history.known_at, history.type, history.value)]
    churn_model_report(Broken, history=history)
    check_churn_model(Sample, history=history)
    assert [column.tobytes() for column in (history.at, history.known_at, history.type, history.value)] == before


def test_the_school_can_be_learnt_from():
    from loyaltykit.testing.churn.bench import Bench, auc, halves, scored

    bench = Bench(Sample)
    train, test = halves(bench)
    model = Sample()
    model.fit(bench.panel.take(train))
    held = bench.panel.take(test)
    assert auc(held.labels, scored(model, held)) > 0.8
    assert 0.1 < bench.panel.labels.mean() < 0.4
