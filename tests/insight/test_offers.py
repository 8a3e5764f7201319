"""What works for whom: the weighing, the interval, the flags, the words."""

import json
import random

import pytest

from loyaltykit.campaigns.policies import SquareCB
from loyaltykit.insight.intervals import wilson
from loyaltykit.insight.offers import ChoiceRow, what_works


def rows(option, n, successes, *, segment="new", propensity=0.5):
    return [ChoiceRow(segment, option, propensity, float(i < successes)) for i in range(n)]


def shares(report, segment="new"):
    found = next(one for one in report.segments if one.segment == segment)
    return {share.option: share for share in found.shares}


def test_a_uniform_policy_gives_plain_shares_with_wilsons_interval():
    found = shares(what_works(rows("call", 40, 12) + rows("mail", 60, 30)))
    assert found["call"].mean == wilson(12, 40)
    assert [found["mail"].n, found["mail"].effective] == [60, 60]


def test_a_choice_counts_for_those_it_stands_for():
    """One in ten was offered at 0.1 and succeeded, nine in ten at 0.9 and failed: half the segment would succeed."""
    found = shares(what_works(rows("call", 10, 10, propensity=0.1) + rows("call", 90, 0, propensity=0.9)))["call"]
    assert found.mean.value == pytest.approx(0.5)
    assert found.effective == pytest.approx(200**2 / (10 * 100 + 90 / 0.81))
    assert found.effective < found.n
    assert [found.mean.low, found.mean.high] == pytest.approx([0.3447, 0.6553], abs=1e-4)


def test_few_choices_are_marked_and_nothing_is_best_with_them():
    report = what_works(rows("call", 29, 29) + rows("mail", 500, 5))
    assert [share.few for share in report.segments[0].shares] == [True, False]
    assert report.segments[0].best is None


def test_the_best_lies_above_all_others():
    clear = what_works(rows("call", 200, 150) + rows("mail", 200, 60) + rows("call", 200, 60, segment="old"))
    assert [segment.best for segment in clear.segments] == ["call", None]
    assert what_works(rows("call", 200, 100) + rows("mail", 200, 90)).segments[0].best is None


def test_order_of_rows_does_not_matter():
    mixed = [ChoiceRow("new", "call", 0.1 + (i % 7) / 10, float(i % 3 == 0)) for i in range(100)]
    again = mixed[:]
    random.Random(1).shuffle(again)
    assert what_works(mixed) == what_works(again)


@pytest.mark.parametrize(
    ("propensity", "reward"), [(0.0, 1.0), (1.1, 1.0), (0.5, -0.1), (0.5, 1.1), (float("nan"), 1.0)]
)
def test_impossible_rows_are_refused(propensity, reward):
    with pytest.raises(ValueError, match="propensity"):
        what_works([("new", "call", propensity, reward)])


def test_a_plain_mean_flatters_and_the_weighed_one_does_not():
    """Those who would come back anyway get the call more often: its plain rate is too high, its weighed rate right."""
    rng = random.Random(7)
    log = []
    for _ in range(20_000):
        keen = rng.random() < 0.5
        likely = 0.8 if keen else 0.2
        if rng.random() < likely:
            log.append(ChoiceRow("new", "call", likely, float(rng.random() < (0.7 if keen else 0.3))))
    plain = sum(row.reward for row in log) / len(log)
    found = shares(what_works(log))["call"]
    assert plain > 0.58
    assert found.mean.low < 0.5 < found.mean.high < 0.55


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    held = 0
    for seed in range(400):
        rng = random.Random(seed)
        log = []
        for _ in range(400):
            keen = rng.random() < 0.3
            likely = 0.15 if keen else 0.6
            if rng.random() < likely:
                log.append(ChoiceRow("new", "call", likely, float(rng.random() < (0.6 if keen else 0.3))))
        found = shares(what_works(log))["call"].mean
        held += found.low <= 0.3 * 0.6 + 0.7 * 0.3 <= found.high
    assert 0.92 < held / 400 < 0.99


def test_the_log_of_a_bandit_tells_what_works_for_whom():
    rng = random.Random(3)
    policy, memory, log = SquareCB(), {}, []
    for _ in range(2_000):
        segment = rng.choice(("new", "old"))
        choice = policy.choose({"segment": segment}, ("call", "mail"), chance=rng.random(), memory=memory)
        reward = float(rng.random() < (0.5 if (choice.option == "call") == (segment == "new") else 0.2))
        memory = policy.learn(memory, {"segment": segment}, choice.option, reward)
        log.append(ChoiceRow(segment, choice.option, choice.propensity, reward))
    report = what_works(log)
    assert [segment.shares[0].option for segment in report.segments] == ["call", "mail"]
    assert shares(report)["call"].mean.value == pytest.approx(0.5, abs=0.1)


def test_words_and_json():
    report = what_works(rows("call", 200, 150) + rows("mail", 200, 60) + rows("call", 3, 1, segment="old"))
    assert report.words("ru").replace("\xa0", " ").splitlines() == [
        "new (выборов: 400): лучше всего работает «call»",
        "  call: 75,0 % [68,6; 80,5], выбрано: 200",
        "  mail: 30,0 % [24,1; 36,7], выбрано: 200",
        "old (выборов: 3): не доказано, что какой-то из вариантов лучше остальных",
        "  call: 33,3 % [6,1; 79,2], выбрано: 3 (слишком мало, чтобы судить)",
    ]
    assert report.words("en").splitlines()[0] == "new (400 choices): “call” works best"
    assert what_works([]).words("ru") == "пока ничего не предлагали"
    found = json.loads(json.dumps(report.to_dict()))
    assert found["segments"][0]["best"] == "call"
    assert found["segments"][1]["options"][0]["few"] is True
