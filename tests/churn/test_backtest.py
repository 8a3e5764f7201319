"""Models judged side by side: nothing leaks, intervals are about members, and what breaks is named."""

import datetime as dt
import json
from itertools import pairwise

import attrs
import numpy as np
import pytest

from loyaltykit.churn import backtest, metrics, panel_of
from loyaltykit.churn.resampling import Estimate, Judging, Resamples, estimate, judge
from loyaltykit.churn.splitting import rolling
from loyaltykit.values import from_instant
from tests.churn.judging import DAY, Broken, Named, NotProbable, school

FEW = {"resamples": 200}


@pytest.fixture(scope="module")
def panel():
    return school()


@pytest.fixture(scope="module")
def found(panel):
    models = [Named("good"), Named("noisy", noise=1.5), Named("biased", bias=0.6)]
    return backtest(models, panel, value=10, cost=2, **FEW)


def moments(panel):
    return [from_instant(int(instant)) for instant in np.unique(panel.cutoff)]


# nothing leaks


def test_a_fold_learns_only_from_labels_that_were_known(panel):
    for split in rolling(panel):
        assert split.train.cutoff.max() + 28 * DAY <= split.test.cutoff.min()


def test_rolling_origin_judges_later_and_later_blocks_once(panel):
    splits = rolling(panel, folds=3)
    judged = np.concatenate([np.unique(split.test.cutoff) for split in splits])
    assert judged.tolist() == np.unique(panel.cutoff)[2:].tolist()
    assert [len(np.unique(split.train.cutoff)) for split in splits] == [1, 3, 5]


def test_models_are_fitted_to_the_past_of_each_fold(panel):
    fitted = backtest([Named("one")], panel, **FEW).fitted["one"]
    assert fitted.learned.cutoff.max() + 28 * DAY <= rolling(panel)[-1].test.cutoff.min()


def test_a_split_by_hand_that_leaks_is_refused_with_how_much(panel):
    times = moments(panel)
    with pytest.raises(
        ValueError, match=r"1970-01-29 looks 28 days ahead, and 1970-02-12 is judged: 14 days too early"
    ):
        backtest([Named("one")], panel, train=times[:3], test=times[3:], **FEW)
    held = backtest([Named("one")], panel, train=times[:3], test=times[4:], **FEW)
    assert held.folds[0].test.moments == times[4:]


def test_another_panel_may_be_later_or_of_other_members(panel):
    for test in (school(seed=1, first=200), school(seed=1, prefix="other-")):
        judged = backtest([Named("one")], panel, test=test, **FEW)
        assert (judged.rows, judged.members) == (len(test), 300)
    with pytest.raises(ValueError, match="the split leaks"):
        backtest([Named("one")], panel, test=school(seed=1, first=14), **FEW)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"train": [dt.datetime(1970, 1, 1, tzinfo=dt.UTC)]}, "both sides"),
        ({"folds": 0}, "at least one fold"),
        ({"folds": 8}, "8 folds need at least 9 cut-offs, and the panel has 8"),
        ({"share": 0}, "a share"),
        ({"value": 3}, "both a value and a cost"),
        ({"value": 3, "cost": -1}, "a cost is at least 0"),
        ({"bins": 0}, "at least one bin"),
        ({"confidence": 1}, "confidence level"),
    ],
)
def test_wrong_arguments_are_said(panel, options, told):
    with pytest.raises(ValueError, match=told):
        backtest([Named("one")], panel, **options)


def test_panels_that_do_not_fit_are_said(panel):
    one = [Named("one")]
    with pytest.raises(ValueError, match="no horizon"):
        backtest(one, attrs.evolve(panel, horizon=None))
    with pytest.raises(ValueError, match="one label and one horizon"):
        backtest(one, panel, test=school(first=200, label="left"))
    with pytest.raises(ValueError, match="no labelled row to judge"):
        backtest(one, panel, test=attrs.evolve(school(first=200), y=None))
    with pytest.raises(ValueError, match="too short to learn and to judge"):
        backtest(one, attrs.evolve(panel, horizon=dt.timedelta(days=200)))
    with pytest.raises(ValueError, match="take them apart"):
        backtest(one, panel, train=moments(panel), test=school(first=200))
    with pytest.raises(ValueError, match="two models have one id"):
        backtest([Named("one"), Named("one")], panel)
    with pytest.raises(ValueError, match="no model"):
        backtest([], panel)


# measures


def test_values_are_those_of_the_metrics(panel, found):
    tests = [split.test for split in rolling(panel)]
    y = np.concatenate([test.labels for test in tests])
    p = np.concatenate([Named("good").score(test).p for test in tests])
    wanted = {
        "auc": metrics.auc(y, p),
        "pr_auc": metrics.pr_auc(y, p),
        "brier": metrics.brier(y, p),
        "log_loss": metrics.log_loss(y, p),
        "calibration_error": metrics.calibration_error(y, p),
        "lift": metrics.lift_at(y, p, 0.1),
        "gain": metrics.expected_gain(y, p, value=10, cost=2),
    }
    assert {name: one.value for name, one in found.metrics["good"].items()} == pytest.approx(wanted, abs=1e-12)


def test_a_resample_is_the_measure_of_the_members_drawn(panel):
    y, p = panel.labels, Named("good").score(panel).p
    how = Judging(resamples=3, value=4, cost=1)
    drawn = Resamples.drawn(panel.member, 3, seed=1)
    judged = judge(y, p, drawn, how)
    for counts, values in zip(drawn.counts, judged.resampled, strict=True):
        weight = counts[panel.member]
        assert counts.sum() == 300
        wanted = {
            "auc": metrics.auc(y, p, weight=weight),
            "pr_auc": metrics.pr_auc(y, p, weight=weight),
            "brier": metrics.brier(y, p, weight=weight),
            "log_loss": metrics.log_loss(y, p, weight=weight),
            "calibration_error": metrics.calibration_error(y, p, weight=weight),
            "lift": metrics.lift_at(y, p, weight=weight),
            "gain": metrics.expected_gain(y, p, value=4, cost=1, weight=weight),
        }
        assert dict(zip(how.metrics, values, strict=True)) == pytest.approx(wanted, abs=1e-12)


def test_intervals_hold_their_values(found):
    for measures in found.metrics.values():
        for one in measures.values():
            assert one.low <= one.value <= one.high


def test_copies_of_a_members_rows_tell_nothing_new():
    """The point of drawing members: ten equal rows of a member are worth one, and by rows they would seem ten."""
    once = school(members=400, cutoffs=1)
    again = panel_of(
        {"a": np.repeat(once.column("a"), 10)},
        np.repeat(once.labels, 10),
        member=np.repeat(once.member, 10),
        members=once.members,
    )
    one, ten = (_auc(panel, resamples=300) for panel in (once, again))
    assert (ten.low, ten.high) == pytest.approx((one.low, one.high), abs=1e-9)


def test_intervals_cover_the_truth_as_often_as_they_say():
    truth = _auc(school(members=60_000, cutoffs=1, seed=99), resamples=0).value
    found = [_auc(school(members=150, cutoffs=3, seed=seed), seed=seed, confidence=0.9) for seed in range(120)]
    assert 0.82 <= np.mean([one.low <= truth <= one.high for one in found]) <= 0.97


def _auc(panel, *, resamples=200, seed=0, confidence=0.95):
    drawn = Resamples.drawn(panel.member, resamples, seed)
    judged = judge(panel.labels, Named("good").score(panel).p, drawn, Judging())
    return estimate(judged.resampled[:, 0], judged.point[0], "auc", confidence)


def test_too_little_to_say_how_sure():
    assert estimate(np.array([np.nan, np.nan, 1.0]), 1.0, "auc", 0.95) == Estimate(1.0)
    assert estimate(np.array([1.0]), np.nan, "auc", 0.95) == Estimate(None)
    assert len(Resamples.drawn(np.zeros(5, dtype=np.int64), 100, 0).counts) == 0


def test_one_class_alone_has_no_order_and_is_told_all_the_same(panel):
    nobody = attrs.evolve(panel, y=np.zeros(len(panel)))
    found = backtest([Named("good"), Named("noisy", noise=1)], nobody, **FEW)
    assert found.metrics["good"]["auc"] == found.metrics["good"]["lift"] == Estimate(None)
    assert found.metrics["good"]["brier"].value > 0
    assert found.curves["good"].roc == ()
    assert "—" in found.words("en")
    assert json.dumps(found.to_dict(), allow_nan=False)


# differences


def test_differences_are_paired_over_the_same_resamples(found):
    apart = found.between("good", "biased")
    assert attrs.astuple(apart["auc"].value) == pytest.approx((0, 0, 0), abs=1e-12)  # the same order
    assert apart["brier"].better == apart["calibration_error"].better == "good"
    worse = found.between("noisy", "good")["auc"]
    assert worse.value.value == pytest.approx(found.metrics["noisy"]["auc"].value - found.metrics["good"]["auc"].value)
    assert worse.value.high < 0
    assert worse.better == "good"


def test_what_is_not_shown_is_not_called_better():
    found = backtest({"a": Named("good"), "b": Named("good", noise=0.05)}, school(members=40), **FEW)
    assert found.between("a", "b")["auc"].better is None
    assert "no difference is shown" in found.words("en")


def test_the_same_seed_gives_the_same_figures_to_the_bit(panel, found):
    models = [Named("good"), Named("noisy", noise=1.5), Named("biased", bias=0.6)]
    again = backtest(models, panel, value=10, cost=2, **FEW)
    assert again.to_dict() == found.to_dict()
    other = backtest(models, panel, value=10, cost=2, seed=1, **FEW)
    assert other.metrics["good"]["auc"].value == found.metrics["good"]["auc"].value
    assert other.metrics["good"]["auc"].low != found.metrics["good"]["auc"].low


# models that break, and models that are yours


def test_a_model_that_breaks_is_named_and_the_others_go_on(panel):
    found = backtest([Broken("broken"), Named("good"), NotProbable("odd")], panel, **FEW)
    assert list(found.metrics) == ["good"]
    assert found.failed == {
        "broken": "ZeroDivisionError: no luck",
        "odd": "ValueError: its scores are not 600 probabilities",
    }
    assert "broken failed: ZeroDivisionError: no luck" in found.words("en")
    assert "broken не работает" in found.words("ru")
    assert "No model could be judged" in backtest([Broken("broken")], panel, **FEW).words("en")


def test_a_model_that_ends_the_process_is_named_and_the_others_go_on(panel):
    class Leaving(Named):
        def fit(self, panel):
            raise SystemExit(3)

    found = backtest([Leaving("leaving"), Named("good")], panel, **FEW)
    assert list(found.metrics) == ["good"]
    assert found.failed == {"leaving": "SystemExit: 3"}


def test_your_model_stays_as_it_is(panel):
    model = Named("mine")
    found = backtest([model], panel, **FEW)
    assert model.learned is None
    assert found.fitted["mine"].learned is not None


def test_status_and_reports_are_kept_by_model(panel):
    found = backtest([Named("cold", "b")], panel, **FEW)
    judged = np.concatenate([split.test.column("b") for split in rolling(panel)])
    assert found.status["cold"] == ((~np.isnan(judged)).sum(), np.isnan(judged).sum(), 0)
    assert [report.n for report in found.reports["cold"]] == [fold.train.rows for fold in found.folds]
    assert "too little is known" in found.words("en")


# curves and words


def test_curves_are_what_pictures_need(found):
    curves = found.curves["good"]
    for line in (curves.roc, curves.gains):
        assert (line[0], line[-1]) == ((0, 0), (1, 1))
        assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(line))
    area = sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in pairwise(curves.roc))
    assert area == pytest.approx(found.metrics["good"]["auc"].value, abs=0.002)
    assert sum(one.n for one in curves.calibration) == sum(one.n for one in curves.over_time) == found.rows
    assert [one.p for one in curves.calibration] == sorted(one.p for one in curves.calibration)
    assert all(one.rate.low <= one.rate.value <= one.rate.high for one in curves.over_time)


def test_everything_is_ready_for_json(found):
    told = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert set(told["models"]) == {"good", "noisy", "biased"}
    assert told["folds"][0]["test"]["cutoffs"][0].startswith("1970-01-29T00:00:00")


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        (
            "en",
            ["Judged on 1,800 rows of 300 members", "lift 10%", "good has the highest AUC", "  noisy: worse: AUC −0."],
        ),
        (
            "ru",
            ["Проверено строк: 1\xa0800", "лифт 10\xa0%", "У модели good наибольший AUC", "  noisy — хуже: AUC −0,"],
        ),
    ],
)
def test_words_tell_it_in_both_languages(found, lang, lines):
    told = found.words(lang)
    assert all(line in told for line in lines), told
    assert max(map(len, told.splitlines())) < 150
