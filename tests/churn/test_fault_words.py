"""What models say against their own fits, in Russian."""

import re

import pytest

from loyaltykit.churn import FitReport
from loyaltykit.churn.fault_words import fault_words
from loyaltykit.churn.telling import doubts


@pytest.mark.parametrize(
    ("english", "russian"),
    [
        (
            "in 17 bins all rows end alike: their weights are the penalty's",
            "интервалов признаков, где исход у всех одинаков: 17; их вес держится только на штрафе",
        ),
        ("the labels hardly tell mu, k: the prior decides", "по исходам почти не определить mu, k: решает априорное"),
        (
            "every row has the label 0: every score is the share of churn",
            "исход у всех один, 0: каждая оценка равна доле ушедших",
        ),
    ],
)
def test_russian(english, russian):
    assert fault_words(english, "ru") == russian
    assert fault_words(english, "en") == english


def test_a_warning_of_another_model_stays_as_it_is():
    assert fault_words("our own words", "ru") == "our own words"


def test_what_fits_say_against_themselves_is_told_in_russian():
    told = doubts([FitReport(n=3, warnings=("there is no history at all",))], "ru")
    assert not re.search("[a-z]", " ".join(told))
