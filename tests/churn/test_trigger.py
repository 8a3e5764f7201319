"""The comparison of triggers: who flags which rows, on a few students counted by hand."""

import numpy as np

from benchmarks.churn.stopping import Stopping
from benchmarks.churn.trigger import flags, once, rested, silences_of
from loyaltykit.calendars import DAY
from loyaltykit.churn import panel_of


def students():
    """Ann is silent from day 0 on, and for good; Bob from day 0 to day 16, when he is back, and silent again."""
    days, silent = np.tile(np.arange(1, 21), 2), np.concatenate([np.arange(1, 21), np.arange(1, 17), np.arange(1, 5)])
    member = np.repeat([0, 1], 20)
    gone = np.where(member == 0, 1.0, 0.0)
    return panel_of({"recency": silent}, gone, member=member, cutoff=days * DAY, members=("ann", "bob"))


def stopping(panel, scores):
    silent = np.rint(panel.column("recency")).astype(np.int64)
    return Stopping.learnt(scores, silences_of(panel), silent, panel.labels)


def test_a_silence_begins_anew_after_every_activity():
    assert np.unique(silences_of(students()), return_counts=True)[1].tolist() == [20, 16, 4]


def test_the_rule_flags_each_silence_on_its_fourteenth_day():
    panel = students()
    rule = next(flags(panel, np.zeros(40), np.ones(40, dtype=bool), stopping(panel, np.zeros(40))))
    assert rule.rows.tolist() == [13, 33]


def test_everybody_flags_as_many_as_the_rule_does_and_the_model_those_with_the_highest_scores():
    panel = students()
    scores = panel.labels / 2 + panel.column("recency") / 200
    found = list(flags(panel, scores, np.ones(40, dtype=bool), stopping(panel, scores)))
    rule, anyday, early, longest, weekly, monthly, each, fewer, best = found
    assert [len(one.rows) for one in (rule, anyday, early, longest, weekly, each, fewer)] == [2, 2, 2, 2, 2, 2, 1]
    assert len(monthly.rows) <= 2
    assert len(best.rows) <= 2
    assert weekly.rows.tolist() == [6, 13]
    assert anyday.rows.tolist() == [19, 18]
    assert early.rows.tolist() == [13, 12]
    assert set(longest.rows) == {18, 19}


def test_once_a_silence_the_first_day_over_the_bar_counts():
    silences = np.array([0, 0, 0, 1, 1, 2])
    scores = np.array([0.1, 0.6, 0.9, 0.5, 0.7, 0.2])
    rows = once(scores, silences, np.ones(6, dtype=bool), 2)
    assert rows.tolist() == [2, 4]
    assert once(scores, silences, np.ones(6, dtype=bool), 3).tolist() == [1, 3, 5]


def test_a_student_who_was_flagged_is_left_alone_for_so_long():
    panel, everybody = students(), np.ones(40, dtype=bool)
    assert rested(panel, np.ones(40), everybody, 7, 0.5).tolist() == [0, 7, 14, 20, 27, 34]
    assert rested(panel, panel.labels, everybody, 28, 0.5).tolist() == [0]


def waves(number, seed=0):
    """Silences of four days: one in ten will last. The score says nothing until the third day, and all from then on."""
    chance = np.random.default_rng(seed)
    lasts = chance.random(number) < 0.1
    day, silence = np.tile(np.arange(1, 5), number), np.repeat(np.arange(number), 4)
    lost = lasts[silence].astype(float)
    scores = np.where(day < 3, 0.1, np.where(lost > 0, 0.9, 0.01)) + chance.uniform(0, 1e-3, 4 * number)
    return scores, silence, day, lost


def test_the_best_moment_is_not_before_the_score_begins_to_know():
    scores, silence, day, lost = waves(4_000)
    learnt = Stopping.learnt(scores, silence, day, lost)
    scores, silence, day, lost = waves(1_000, seed=1)
    rows = learnt.rows(scores, silence, day, int(lost.sum() / 4))
    assert len(rows) == lost.sum() / 4
    assert (day[rows] >= 3).all()
    assert lost[rows].all()


def test_waiting_is_worth_more_than_a_flag_that_pays():
    """One in ten lasts and a flag costs half of that; two days later those who last are known."""
    scores, silence, day, lost = waves(4_000)
    learnt = Stopping.learnt(scores, silence, day, lost)
    early = np.searchsorted(learnt.edges, scores[day == 1])
    assert np.mean(learnt.lasting[1, early] > 0.06) > 0.9
    assert np.mean(learnt.flags(0.05)[1, early]) < 0.1


def test_whoever_will_come_back_soon_is_flagged_before_waiting_costs_more():
    """Half of the silences end each night, and none of those that go on is lost any more."""
    number = 2_000
    left = np.random.default_rng(0).random(number) < 0.5
    silence = np.concatenate([np.arange(number), np.flatnonzero(left)])
    day = np.concatenate([np.ones(number, dtype=np.int64), np.full(left.sum(), 2)])
    order = np.lexsort((day, silence))
    silence, day = silence[order], day[order]
    scores, lost = np.full(len(day), 0.5) + day / 100, ((day == 1) & left[silence]).astype(float)
    rows = Stopping.learnt(scores, silence, day, lost).rows(scores, silence, day, number)
    assert (day[rows] == 1).all()
    assert len(rows) == number
