"""The comparison of triggers: who flags which rows, on a few students counted by hand."""

import numpy as np

from benchmarks.churn.trigger import flags, once, silences_of
from loyaltykit.calendars import DAY
from loyaltykit.churn import panel_of


def students():
    """Ann is silent from day 0 on, and for good; Bob from day 0 to day 16, when he is back, and silent again."""
    days, silent = np.tile(np.arange(1, 21), 2), np.concatenate([np.arange(1, 21), np.arange(1, 17), np.arange(1, 5)])
    member = np.repeat([0, 1], 20)
    gone = np.where(member == 0, 1.0, 0.0)
    return panel_of({"recency": silent}, gone, member=member, cutoff=days * DAY, members=("ann", "bob"))


def test_a_silence_begins_anew_after_every_activity():
    assert np.unique(silences_of(students()), return_counts=True)[1].tolist() == [20, 16, 4]


def test_the_rule_flags_each_silence_on_its_fourteenth_day():
    panel = students()
    rule = next(flags(panel, np.zeros(40), np.ones(40, dtype=bool)))
    assert rule.rows.tolist() == [13, 33]


def test_everybody_flags_as_many_as_the_rule_does_and_the_model_those_with_the_highest_scores():
    panel = students()
    scores = panel.labels + panel.column("recency") / 100
    rule, anyday, early, longest, each, fewer = flags(panel, scores, np.ones(40, dtype=bool))
    assert [len(one.rows) for one in (rule, anyday, early, longest, each, fewer)] == [2, 2, 2, 2, 2, 1]
    assert anyday.rows.tolist() == [19, 18]
    assert early.rows.tolist() == [13, 12]
    assert set(longest.rows) == {18, 19}


def test_once_a_silence_the_first_day_over_the_bar_counts():
    silences = np.array([0, 0, 0, 1, 1, 2])
    scores = np.array([0.1, 0.6, 0.9, 0.5, 0.7, 0.2])
    rows = once(scores, silences, np.ones(6, dtype=bool), 2)
    assert rows.tolist() == [2, 4]
    assert once(scores, silences, np.ones(6, dtype=bool), 3).tolist() == [1, 3, 5]
