"""Drift: what has moved since a model learned, and whether its forecasts still hold."""

import json
import math

import attrs
import numpy as np
import pytest

from loyaltykit.churn import Drift, backtest, drift, psi
from loyaltykit.churn.drift import Shift
from loyaltykit.churn.resampling import Estimate
from tests.churn.judging import Named, school

NOTHING = Shift("recency", 0.01, 0.01)
MOVED = Shift("recency", 0.4, 0.01)
HELD, MISSED = Estimate(0.10, 0.09, 0.11), Estimate(0.15, 0.14, 0.16)


def test_the_index_of_two_known_shares():
    first, second = np.repeat([0.0, 1.0], [500, 500]), np.repeat([0.0, 1.0], [200, 800])
    by_hand = (0.2 - 0.5) * math.log(0.2 / 0.5) + (0.8 - 0.5) * math.log(0.8 / 0.5)
    assert psi(first, second).psi == pytest.approx(by_hand, rel=0.01)
    assert psi(first, first).psi == 0


def test_a_column_that_has_not_moved_is_near_what_chance_gives():
    rng = np.random.default_rng(0)
    found = [psi(rng.normal(size=2_000), rng.normal(size=1_000)) for _ in range(60)]
    assert np.mean([one.psi for one in found]) == pytest.approx(found[0].by_chance, rel=0.25)


def test_what_is_no_longer_known_is_a_move():
    known = np.arange(1_000.0)
    lost = np.where(known < 500, known, np.nan)
    assert psi(known, lost).psi > 0.25
    assert psi(np.full(9, np.nan), np.full(5, np.nan)).psi == pytest.approx(0)
    assert psi([], [1.0]) == Shift("", 0.0, 0.0)


def test_a_value_never_seen_before_is_a_finite_index():
    assert 0.25 < psi(np.zeros(100), np.ones(100)).psi < math.inf


def test_the_most_moved_comes_first():
    train, later = school(), school(seed=1, shift=1.5)
    found = drift(train, later)
    assert [shift.name for shift in found.features] == ["a", "b"]
    assert found.features[0].psi > 0.25
    assert found.features[1].psi < 0.1
    assert drift(train, later, features=["b"]).features[0].name == "b"


@pytest.mark.parametrize(
    ("found", "verdict", "english", "russian"),
    [
        (Drift(features=(NOTHING,), forecast=0.1, rate=HELD), "steady", "Steady", "Всё устойчиво"),
        (Drift(features=(MOVED,), forecast=0.1, rate=HELD), "shifted", "recency moved", "Есть сдвиг: recency"),
        (Drift(features=(MOVED,)), "shifted", "is not known yet", "пока неизвестно"),
        (Drift(features=(NOTHING,), forecast=0.1, rate=MISSED), "off", "10.0% expected, 15.0% happened", "сбился"),
        (Drift(features=(NOTHING,), forecast=0.1), "unknown", "is not known yet", "пока неизвестно"),
        (Drift(features=(), forecast=0.1, rate=Estimate(0.2)), "steady", "Steady", "Всё устойчиво"),
    ],
)
def test_the_verdict_in_words(found, verdict, english, russian):
    assert found.verdict == verdict
    assert english in found.words("en")
    assert russian in found.words("ru")
    assert json.dumps(found.to_dict(), allow_nan=False)


def test_a_small_miss_is_near_enough_however_sure_it_is():
    assert Drift(features=(), forecast=0.100, rate=Estimate(0.105, 0.104, 0.106)).verdict == "steady"


def test_a_backtest_tells_the_drift_of_each_model():
    found = backtest([Named("good"), Named("biased", bias=0.8)], school(), resamples=100)
    assert {name: one.verdict for name, one in found.drift.items()} == {"good": "steady", "biased": "off"}
    assert [shift.name for shift in found.drift["good"].features] == ["a"]
    moved = attrs.evolve(found.drift["good"], scores=Shift("p", 0.3, 0.01))
    assert "the scores moved" in moved.words("en")
