"""From exposures to rows to learn from: the same count as a goal's, joined to what was known by then; the T-learner."""

import datetime as dt

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.churn import FitReport, Scores, Spec, State, panel_of, uplift
from loyaltykit.churn.protocol import COLD_START
from loyaltykit.insight.goals import churned, measure

DAY = 86_400_000_000
WEEK = dt.timedelta(days=7)


class Halves:
    """The share with the outcome, below and above a feature's middle."""

    def __init__(self):
        self.low = self.high = 0.5

    @property
    def spec(self):
        return Spec(id="halves", features=("x",))

    def fit(self, panel):
        x = panel.column("x")
        self.low, self.high = panel.labels[x < 0].mean(), panel.labels[x >= 0].mean()
        return FitReport(n=len(panel))

    def score(self, panel):
        x = panel.column("x")
        return Scores(np.where(x < 0, self.low, self.high), np.zeros(len(panel), dtype=np.int8))

    def explain(self, panel, top=3):
        return ((),) * len(panel)

    def state(self):
        return State(id="halves", version="1", meta={"low": self.low, "high": self.high}, arrays={})

    @classmethod
    def from_state(cls, state):
        found = cls()
        found.low, found.high = state.meta["low"], state.meta["high"]
        return found


def experiment(size=4_000, seed=0, direction="less"):
    """Treatment takes 0.3 from the outcome's probability where x is above zero, and adds 0.1 elsewhere."""
    chance = np.random.default_rng(seed)
    x, treated = chance.normal(size=size), chance.random(size) < 0.5
    p = 0.5 + treated * np.where(x >= 0, -0.3, 0.1)
    panel = panel_of({"x": x}, (chance.random(size) < p).astype(float))
    return uplift.UpliftPanel(panel=panel, treated=treated, direction=direction)


EXPOSURES = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["treated", "withheld"]), st.integers(0, 30)), max_size=25
)
SEEN = st.lists(st.tuples(st.sampled_from("abcdefghxyz"), st.integers(0, 45)), max_size=40)


@settings(max_examples=200, deadline=None)
@given(EXPOSURES, SEEN, st.integers(0, 50), st.booleans())
def test_the_rows_are_those_that_a_goal_counts(exposures, seen, as_of, silence):
    counted = (churned if silence else measure)(exposures, seen, as_of=as_of, **{"horizon" if silence else "within": 7})
    member, arm, instant = zip(*exposures, strict=True) if exposures else ((), (), ())
    outcome = uplift.outcomes(
        member,
        instant,
        ([one[0] for one in seen], [one[1] for one in seen]),
        within=dt.timedelta(microseconds=7),
        as_of=as_of,
        silence=silence,
    )
    everybody = panel_of({"x": np.zeros(8)}, members=tuple("abcdefgh"))
    data = uplift.uplift_panel(everybody, member=member, instant=instant, arm=arm, outcome=outcome)
    treated = data.treated
    assert (treated.sum(), data.outcome[treated].sum()) == (counted.treated.n, counted.treated.successes)
    assert ((~treated).sum(), data.outcome[~treated].sum()) == (counted.control.n, counted.control.successes)
    assert (data.immature, data.both, data.unknown) == (counted.immature, counted.both, (0, 0))


def test_features_are_those_of_the_newest_row_before_the_exposure_and_never_of_one_after():
    panel = panel_of(
        {"x": [1.0, 2.0, 3.0, 4.0, 5.0]},
        members=("ann", "bob", "eve"),
        member=np.array([0, 0, 0, 1, 2]),
        cutoff=np.array([0, 5, 10, 0, 11]) * DAY,
    )
    data = uplift.uplift_panel(
        panel,
        member=["ann", "bob", "eve", "joe"],
        instant=np.array([9, 10, 10, 10]) * DAY,
        arm=["treated", "withheld", "treated", "treated"],
        outcome=[1, 0, 1, 1],
    )
    assert data.panel.column("x").tolist() == [2.0]
    assert data.unknown == (2, 1)
    older = uplift.uplift_panel(
        panel, member=["bob"], instant=[10 * DAY], arm=["withheld"], outcome=[1], stale=dt.timedelta(days=10)
    )
    assert older.panel.column("x").tolist() == [4.0]
    exact = uplift.uplift_panel(panel, member=["ann"], instant=[10 * DAY], arm=["treated"], outcome=[0])
    assert exact.panel.column("x").tolist() == [3.0]


def test_who_is_in_both_arms_counts_in_that_of_the_first_and_is_named():
    data = uplift.uplift_panel(
        panel_of({"x": [0.0]}, members=("ann",)),
        member=["ann", "ann"],
        instant=[20, 10],
        arm=["treated", "withheld"],
        outcome=[1, 0],
    )
    assert (data.treated.tolist(), data.outcome.tolist(), data.both) == ([False], [0.0], ("ann",))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"arm": ["treated", "waiting"]}, "treated or withheld: waiting"),
        ({"arm": ["treated"]}, "lengths differ"),
        ({"outcome": [2, 0]}, "y needs"),
        ({"direction": "better"}, "better"),
    ],
)
def test_wrong_use_is_said(change, words):
    given = {"member": ["a", "b"], "instant": [1, 1], "arm": ["treated", "withheld"], "outcome": [1, 0], **change}
    with pytest.raises(ValueError, match=words):
        uplift.uplift_panel(panel_of({"x": [0.0, 0.0]}, members=("a", "b")), **given)


def test_an_outcome_needs_some_time_and_a_panel_an_outcome():
    with pytest.raises(ValueError, match="some time"):
        uplift.outcomes(["a"], [1], ([], []), within=dt.timedelta(0), as_of=5)
    with pytest.raises(ValueError, match="no label"):
        uplift.UpliftPanel(panel=panel_of({"x": [0.0]}), treated=np.array([True]))
    with pytest.raises(ValueError, match="flags"):
        uplift.UpliftPanel(panel=panel_of({"x": [0.0]}, [1.0]), treated=np.array([1]))


def test_the_learner_finds_whom_treatment_helps_and_whom_it_harms():
    learner = uplift.TLearner(Halves)
    assert learner.fit(experiment()).status == "ok"
    found = learner.uplift(panel_of({"x": [-1.0, 1.0]}))
    assert found.gain == pytest.approx([-0.1, 0.3], abs=0.06)
    assert found.gain == pytest.approx(found.control - found.treated)


def test_the_sign_is_that_of_what_is_hoped_for():
    less, more = uplift.TLearner(Halves), uplift.TLearner(Halves)
    less.fit(experiment())
    more.fit(experiment(direction="more"))
    panel = panel_of({"x": [-1.0, 1.0]})
    assert less.uplift(panel).gain.tolist() == (-more.uplift(panel).gain).tolist()
    assert uplift.qini(experiment().benefit, experiment().treated, experiment().panel.column("x")) > 0


@pytest.mark.parametrize("size", [0, 1, 40, 70])
def test_too_few_is_a_status_and_no_number(size):
    data = experiment(size)
    data = data if size < 70 else attrs.evolve(data, panel=attrs.evolve(data.panel, y=np.zeros(70)))
    learner = uplift.TLearner(Halves)
    report = learner.fit(data)
    assert (report.status, report.treated) == ("too-few", None)
    found = learner.uplift(panel_of({"x": [-1.0, 1.0]}))
    assert found.gain.tolist() == [0, 0]
    assert set(found.status) == {COLD_START}
    judged = uplift.judge(data, np.zeros(size))
    assert (judged.code, judged.figures) == ("too-few", None)
    assert "30" in judged.words("en")
    assert "контрольной" in judged.words("ru")


def test_a_learner_that_was_not_fitted_says_so():
    learner = uplift.TLearner(Halves)
    with pytest.raises(ValueError, match="fit it first"):
        learner.uplift(panel_of({"x": [1.0]}))
    with pytest.raises(ValueError, match="nothing to keep"):
        learner.states()


def test_a_learner_can_be_kept_as_two_states():
    learner = uplift.TLearner(Halves)
    learner.fit(experiment())
    again = uplift.TLearner.of(*(Halves.from_state(one) for one in learner.states()), "less")
    panel = panel_of({"x": np.linspace(-1, 1, 9)})
    assert again.uplift(panel).gain.tolist() == learner.uplift(panel).gain.tolist()


def test_a_verdict_says_whether_the_order_is_better_than_chance():
    data = experiment()
    good, chance = data.panel.column("x"), np.random.default_rng(7).random(len(data))
    assert uplift.judge(data, good, draws=200).code == "ranks"
    doubt = uplift.judge(data, chance, draws=200)
    assert doubt.code == "not-shown"
    assert "chance" in doubt.words("en")
    assert "случайн" in doubt.words("ru")
    assert doubt.to_dict()["figures"]["qini"]["low"] < 0
