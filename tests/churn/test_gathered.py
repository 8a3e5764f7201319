"""Reasons told once a cause."""

import math

from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.churn import Reason
from loyaltykit.churn.features import FEATURES
from loyaltykit.churn.gathered import CAUSES, gathered

reasons = st.lists(
    st.builds(
        Reason,
        st.sampled_from([*(code for codes in CAUSES for code in codes), "own", "other"]),
        st.floats(-3, 3),
        st.one_of(st.floats(0, 100), st.just(math.nan)),
    ),
    max_size=30,
)


def test_every_feature_has_a_cause():
    known = [code for codes in CAUSES for code in codes]
    assert len(known) == len(set(known))
    assert {feature.name for feature in FEATURES} <= set(known)


def test_one_silence_is_told_once_by_what_tells_it_best():
    found = gathered([Reason("events_7", 0.3, 0), Reason("score_last", 0.4, 0.2), Reason("recency", 0.2, 6)], 3)
    assert [(one.code, round(one.contribution, 9)) for one in found] == [("recency", 0.5), ("score_last", 0.4)]


def test_what_hardly_weighs_does_not_speak_for_the_others():
    (found,) = gathered([Reason("recency", 0.01, 6), Reason("events_7", 0.5, 0)], 3)
    assert (found.code, found.value) == ("events_7", 0)


def test_a_silence_is_told_as_one_whatever_column_weighs_most_in_it():
    facts = {"usual": 4.0, "recency": 6.0, "cadence": 2.0}
    (found,) = gathered([Reason("events_7", 0.5, 0, facts)], 3)
    assert (found.code, found.value, found.facts) == ("recency", 6.0, {"recency": 6.0, "cadence": 2.0})
    told = found.sentence("ru").replace("\N{NO-BREAK SPACE}", " ")
    assert told == "не заходит 6 дней, хотя обычно занимается через день"
    (lately,) = gathered([Reason("events_7", 0.5, 0, {**facts, "recency": 0.4})], 3)
    assert lately.code == "events_7"


def test_what_is_as_with_everybody_is_told_only_where_there_is_nothing_else():
    usual = Reason("events_28", 0.9, 16, {"usual": 15.0})
    other = Reason("score_last", 0.1, 0.4, {"usual": 0.8})
    assert [one.code for one in gathered([usual, other], 3)] == ["score_last"]
    assert [one.code for one in gathered([usual], 3)] == ["events_28"]


def test_who_speaks_agrees_with_the_whole():
    (found,) = gathered([Reason("recency", -0.2, 1), Reason("events_7", 0.5, 0)], 3)
    assert found.code == "events_7"
    assert math.isclose(found.contribution, 0.3)


@given(reasons)
def test_nothing_is_told_twice_and_the_weightiest_comes_first(all_of_them):
    found = gathered(all_of_them, 99)
    weights = [abs(one.contribution) for one in found]
    assert weights == sorted(weights, reverse=True)
    causes = [next((n for n, codes in enumerate(CAUSES) if one.code in codes), one.code) for one in found]
    assert len(causes) == len(set(causes))
    assert [one.code for one in gathered(all_of_them, 2)] == [one.code for one in found[:2]]


@given(
    st.lists(st.builds(Reason, st.sampled_from(["recency", "late", "own", "tier"]), st.floats(-3, 3), st.floats(1, 9)))
)
def test_a_cause_weighs_what_all_of_it_weighs(known):
    whole = math.fsum(one.contribution for one in gathered(known, 99))
    assert math.isclose(whole, math.fsum(one.contribution for one in known), abs_tol=1e-9)
