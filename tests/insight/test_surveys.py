"""Scores have the intervals of their sources, and small cells cannot be worked out from what is shown."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltykit.insight.cells import LEAST
from loyaltykit.insight.scores import Weighed, mean, net_promoters, share, worth
from loyaltykit.insight.surveys import Answer, of_options, of_scale, split


def weighed(*values):
    return [Weighed(value, 1.0) for value in values]


def test_the_interval_of_the_promoter_score_is_the_adjusted_wald_one():
    """By hand, of the formula: 15 promoters and 9 detractors of 30."""
    score = net_promoters(weighed(*[10] * 15, *[8] * 6, *[3] * 9))
    n, p, d = 33, 15.75 / 33, 9.75 / 33
    half = 1.959963984540054 * math.sqrt((p + d - (p - d) ** 2) / n)
    assert score.value == pytest.approx(20)
    assert (score.low, score.high) == (pytest.approx(100 * (p - d - half)), pytest.approx(100 * (p - d + half)))


def test_the_interval_covers_what_is_true_about_as_often_as_it_says():
    draw = np.random.default_rng(11)
    covered = 0
    for _ in range(2_000):
        values = draw.choice([10, 8, 2], size=40, p=[0.55, 0.25, 0.20])
        score = net_promoters(weighed(*values.tolist()))
        covered += score.low <= 35 <= score.high
    assert 0.93 <= covered / 2_000 <= 0.97


def test_everybody_says_ten_and_the_interval_is_not_empty():
    score = net_promoters(weighed(*[10] * 10))
    assert score.value == score.high == 100
    assert score.low < 90


@given(st.lists(st.tuples(st.integers(0, 10), st.floats(0, 5)), min_size=1, max_size=60))
def test_scores_lie_in_their_intervals_whatever_the_weights(answers):
    found = [Weighed(*one) for one in answers]
    assert 0 <= worth([one.weight for one in found]) <= len(found) + 1e-9
    for score, low, high in ((net_promoters(found), -100, 100), (share(found, 9), 0, 1), (mean(found, 0, 10), 0, 10)):
        assert score is None or low <= score.low <= score.value + 1e-9 <= score.high + 2e-9 <= high + 3e-9


def test_the_satisfied_are_those_of_the_two_highest_answers():
    results = of_scale("csat", 1, 5, [Answer(value, None) for value in (5, 5, 4, 4, 4, 1, 1, 2, 3, 5)])
    assert results.csat.value == pytest.approx(0.6)
    assert results.nps is None
    assert of_scale("nps", 0, 10, [Answer(9, None)] * 10).csat is None


def test_numbers_become_bands_where_they_would_be_few_and_then_nothing():
    many = [Answer(value, None) for value in [9] * 6 + [10] * 3 + [7] * 8 + [2] * 9]
    assert [one.option for one in of_scale("nps", 0, 10, many).options] == ["detractors", "passives", "promoters"]
    assert of_scale("nps", 0, 10, many[:-6]).options == ()
    assert len(of_scale("nps", 0, 10, [Answer(9, None)] * 9).options) == 11


GROUPS = st.dictionaries(
    st.sampled_from("uvwxyz"), st.lists(st.sampled_from("abc"), max_size=25), min_size=1, max_size=6
)


@settings(max_examples=200)
@given(GROUPS)
def test_no_small_cell_follows_from_the_totals_and_the_other_groups(chosen):
    """All that is shown is a system of linear equations; no small cell is the same in all of its solutions."""
    groups = {name: [Answer(1, one) for one in answers] for name, answers in chosen.items()}
    whole = of_options("s", ["a", "b", "c"], [one for answers in groups.values() for one in answers])
    results = split(whole, "plan", groups, scale=None)
    names, options = list(groups), ["a", "b", "c"]
    cells = {(name, option): number for number, (name, option) in enumerate((n, o) for n in names for o in options)}
    rows = [np.ones(len(cells))]

    def equation(*of):
        row = np.zeros(len(cells))
        row[[cells[one] for one in of]] = 1
        rows.append(row)

    for one in results.options:
        if one.n is not None:
            equation(*((name, one.option) for name in names))
    for group in results.groups:
        assert group.n is None or group.n == 0 or group.n >= LEAST
        if group.n is not None:
            equation(*((group.name, option) for option in options))
        for one in group.results.options if group.results is not None else ():
            assert one.n is None or one.n == 0 or one.n >= LEAST
            if one.n is not None:
                equation((group.name, one.option))
    known = np.linalg.matrix_rank(np.array(rows))
    total = sum(map(len, chosen.values()))
    for (name, option), number in cells.items():
        n = chosen[name].count(option)
        unit = np.zeros(len(cells))
        unit[number] = 1
        told = np.linalg.matrix_rank(np.array([*rows, unit])) == known
        assert not (told and 0 < n < LEAST) or n == total or len([one for one in chosen.values() if one]) == 1


def test_one_group_with_a_small_cell_takes_another_with_it():
    """The total less the only other group would tell it."""
    groups = {
        name: [Answer(1, "a")] * a + [Answer(1, "b")] * b for name, (a, b) in {"u": (4, 6), "v": (10, 10)}.items()
    }
    whole = of_options("s", ["a", "b"], [one for answers in groups.values() for one in answers])
    results = split(whole, "plan", groups, scale=None)
    assert [(one.name, one.n, one.results.options) for one in results.groups] == [("u", 10, ()), ("v", 20, ())]
