"""Reasons as an event holds them: whatever is in them comes back, and what is somebody else's stands for itself."""

import math

from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.churn import Reason
from loyaltykit.churn.kept import to_sentence, to_text

NUMBERS = st.one_of(st.floats(-1e9, 1e9), st.just(math.nan), st.just(math.inf))
REASONS = st.builds(Reason, st.text(max_size=30), NUMBERS, NUMBERS, st.dictionaries(st.text(max_size=9), NUMBERS))


@given(REASONS, st.sampled_from(["en", "ru"]))
def test_a_kept_reason_says_what_it_said(reason, lang):
    text = to_text(reason)
    assert "\n" not in text
    assert isinstance(to_sentence(text, lang), str)
    assert to_text(reason) == text


def test_a_sentence_is_in_the_language_that_is_asked_for():
    text = to_text(Reason("recency", 1.25, 12.0))
    assert to_sentence(text, "en") == Reason("recency", 1.25, 12.0).sentence("en")
    assert to_sentence(text, "ru") == Reason("recency", 1.25, 12.0).sentence("ru")


def test_facts_and_what_is_not_known_are_kept():
    reason = Reason("silence_ratio", 0.5, math.nan, {"recency": 9.0, "cadence": 3.0})
    assert to_text(reason) == '["silence_ratio",null,0.5,{"recency":9.0,"cadence":3.0}]'
    assert to_sentence(to_text(reason), "en") == reason.sentence("en")


@given(st.text())
def test_a_text_of_somebody_else_stands_for_itself(text):
    told = to_sentence(text, "ru")
    assert told == text or text.startswith("[")


def test_what_only_looks_like_a_reason_stands_for_itself():
    for text in ("[", "[]", "[1]", '["a",{},1]', "[" * 10_000, '["a",1,2,3]'):
        assert to_sentence(text, "en") == text
