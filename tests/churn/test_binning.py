import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from loyaltykit.churn.binning import Bins, bins_of

MATRIX = arrays(np.float64, st.tuples(st.integers(0, 40), st.integers(1, 3)), elements=st.floats(allow_nan=True))


def test_cuts_lie_half_way_between_values_and_not_known_has_a_bin_of_its_own():
    matrix = np.array([[1.0], [2.0], [4.0], [np.nan]])

    bins = bins_of(matrix)

    assert bins.cuts[0].tolist() == [1.5, 3.0]
    assert bins.codes(np.array([[0.0], [1.5], [1.6], [99.0], [np.nan], [np.inf], [-np.inf]]))[0].tolist() == [
        *(0, 0, 1, 2),
        *(bins.missing, 2, 0),
    ]


def test_bins_hold_about_as_many_rows_each():
    matrix = np.random.default_rng(0).exponential(size=(10_000, 1))

    codes = bins_of(matrix, 10).codes(matrix)[0]

    assert np.bincount(codes).tolist() == pytest.approx([1_000] * 10, abs=2)


def test_a_value_that_most_rows_share_is_a_bin_of_its_own():
    matrix = np.concatenate([np.zeros(900), np.arange(1.0, 101.0)])[:, None]

    codes = bins_of(matrix, 10).codes(matrix)[0]

    assert (codes[:900] == codes[0]).all()
    assert len(np.unique(codes)) > 1


@given(MATRIX, st.integers(2, 9))
def test_bins_rise_with_the_values_and_are_few(matrix, most):
    bins = bins_of(matrix, most)
    codes = bins.codes(matrix)

    for column, found in zip(matrix.T, codes, strict=True):
        known = ~np.isnan(column)
        assert (found[~known] == bins.missing).all()
        assert (found[known] < min(bins.missing, most)).all()
        assert (np.diff(found[known][np.argsort(column[known], kind="stable")].astype(int)) >= 0).all()


@given(MATRIX)
def test_bins_come_back_from_their_arrays(matrix):
    bins = bins_of(matrix, 5)

    again = Bins.from_arrays(bins.to_arrays())

    assert again.missing == bins.missing
    assert (again.codes(matrix) == bins.codes(matrix)).all()


def test_counts_that_do_not_fit_the_cuts_are_refused():
    with pytest.raises(ValueError, match="do not fit"):
        Bins.from_arrays({"cuts": np.zeros(3), "cut_counts": np.array([1, 1])})


@pytest.mark.parametrize("most", [1, 251])
def test_too_few_or_too_many_bins_are_refused(most):
    with pytest.raises(ValueError, match="2 to 250 bins"):
        bins_of(np.zeros((2, 1)), most)


def test_a_matrix_of_other_features_is_refused():
    with pytest.raises(ValueError, match="the matrix has 2"):
        bins_of(np.zeros((2, 1))).codes(np.zeros((2, 2)))
