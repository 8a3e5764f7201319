"""Intervals against the figures of the papers, and their coverage by exact enumeration."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit.insight.intervals import difference, quantile, relative_change, wilson

N = st.integers(1, 3_000)
PROPORTION = N.flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_newcombes_figures(successes, n, low, high):
    """Newcombe 1998, Statistics in Medicine 17:857, table I, method 3."""
    found = wilson(successes, n)
    assert [found.low, found.high] == pytest.approx([low, high], abs=5e-5)


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_the_difference_gives_newcombes_figures(a, b, low, high):
    """Newcombe 1998, Statistics in Medicine 17:873, table II, method 10."""
    found = difference(a, b)
    assert [found.low, found.high] == pytest.approx([low, high], abs=5e-5)


def test_the_relative_change_gives_the_figures_of_fagerland_and_others():
    """Perondi's trial of adrenaline, 7 of 34 against 1 of 34: ratio 7, MOVER-R Wilson 1.1537 to 41.9763.

    Fagerland, Lydersen and Laake 2017, Statistical Analysis of Contingency Tables, chapter 4, and their R package
    contingencytables; the difference there is 0.0189 to 0.3404.
    """
    found = relative_change((7, 34), (1, 34))
    assert [found.value + 1, found.low + 1, found.high + 1] == pytest.approx([7, 1.1537, 41.9763], abs=5e-5)
    found = difference((7, 34), (1, 34))
    assert [found.low, found.high] == pytest.approx([0.0189, 0.3404], abs=5e-5)


@given(PROPORTION, PROPORTION)
def test_difference_and_relative_change_agree_about_their_side_of_zero(a, b):
    delta, change = difference(a, b), relative_change(a, b)
    for one, other in ((delta.low, change.low), (delta.high, change.high)):
        if abs(one) > 1e-6:  # at the very edge rounding decides
            assert (one > 0) == (other > 0)


@given(PROPORTION, PROPORTION)
def test_an_interval_holds_its_estimate_and_is_mirrored(a, b):
    delta, change = difference(a, b), relative_change(a, b)
    assert -1 <= delta.low <= delta.value <= delta.high <= 1
    turned = difference(b, a)
    assert [turned.low, turned.high] == pytest.approx([-delta.high, -delta.low])
    assert -1 <= change.low <= change.high
    if change.value is not None:
        assert change.low <= change.value <= change.high
    back = relative_change(b, a)
    if b[0] and a[0]:
        assert (1 + change.low) * (1 + back.high) == pytest.approx(1, rel=1e-5)


@pytest.mark.parametrize(("a", "b"), [((5, 40), (0, 40)), ((0, 40), (0, 40)), ((0, 40), (5, 40)), ((0, 0), (5, 40))])
def test_zeros_have_an_interval(a, b):
    found = relative_change(a, b)
    assert not math.isnan(found.low)
    assert found.low < found.high
    assert (found.value is None) == (b[0] == 0 or a[1] == 0)
    assert (found.high == math.inf) == (b[0] == 0 or a[1] == 0)
    assert found.to_dict()["high"] is None or math.isfinite(found.high)


def test_more_confidence_is_a_wider_interval():
    narrow, wide = (difference((61, 106), (42, 106), confidence=level) for level in (0.9, 0.99))
    assert wide.low < narrow.low < narrow.high < wide.high
    assert quantile(0.95) == pytest.approx(1.959964, abs=1e-6)


@pytest.mark.parametrize("arguments", [(-1, 5), (6, 5), (math.nan, 5), (1, math.inf)])
def test_impossible_counts_are_refused(arguments):
    with pytest.raises(ValueError, match="successes"):
        wilson(*arguments)


@pytest.mark.parametrize("confidence", [0, 1, -1, math.nan])
def test_impossible_confidence_is_refused(confidence):
    with pytest.raises(ValueError, match="confidence"):
        wilson(1, 2, confidence=confidence)


def binomial(n, share):
    """The probabilities of 0 to n successes."""
    logs = [math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) for k in range(n + 1)]
    return [math.exp(log + k * math.log(share) + (n - k) * math.log1p(-share)) for k, log in enumerate(logs)]


@pytest.mark.parametrize(
    ("treated", "control"), [((106, 0.55), (106, 0.40)), ((90, 0.30), (40, 0.20)), ((60, 0.5), (60, 0.5))]
)
def test_the_intervals_hold_the_truth_as_often_as_they_say(treated, control):
    """Every possible pair of counts, weighed by how likely it is: no luck in it."""
    (n, p), (m, q) = treated, control
    held = {"difference": 0.0, "relative": 0.0}
    second = [(k, chance) for k, chance in enumerate(binomial(m, q)) if chance > 1e-7]
    for j, chance in enumerate(binomial(n, p)):
        for k, other in second if chance > 1e-7 else ():
            delta, change = difference((j, n), (k, m)), relative_change((j, n), (k, m))
            held["difference"] += chance * other * (delta.low <= p - q <= delta.high)
            held["relative"] += chance * other * (change.low <= p / q - 1 <= change.high)
    assert all(0.94 < share < 0.965 for share in held.values()), held
