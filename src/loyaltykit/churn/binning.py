"""Quantile bins: every feature cut into few ranges of about as many rows each, "not known" a range of its own.

Models of bins need no scaling, are not moved by outliers, and take NaN and infinities as they come. (Histogram-based
boosting: Ke et al. 2017, LightGBM, section 2.1.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from loyaltykit.churn.panel import Floats

    Codes = npt.NDArray[np.uint8]

LIMIT = 250
"""More bins do not fit into a byte with the one for "not known"."""


@attrs.frozen(slots=True, eq=False)
class Bins:
    """Where each feature is cut. A value's bin is the number of cuts below it; NaN has the bin `missing`."""

    cuts: tuple[Floats, ...]
    """By feature the cuts, rising; none for a feature that is the same everywhere."""
    missing: int
    """The bin of NaN, above every other: the most cuts of any feature, plus one."""

    @property
    def width(self) -> int:
        """How many bins there are at most, the one for NaN included."""
        return self.missing + 1

    @property
    def cut_any(self) -> bool:
        """Whether any feature has more than one bin of known values."""
        return self.missing > 1

    def codes(self, matrix: Floats) -> Codes:
        """The bins of a matrix (rows, features), as (features, rows): a feature's bins lie side by side."""
        if matrix.shape[1] != len(self.cuts):
            raise ValueError(f"the bins are of {len(self.cuts)} features, the matrix has {matrix.shape[1]}")
        found = np.empty((matrix.shape[1], len(matrix)), dtype=np.uint8)
        for place, cuts in enumerate(self.cuts):
            column = np.ascontiguousarray(matrix[:, place])
            found[place] = np.searchsorted(cuts, column, side="left")
            found[place][np.isnan(column)] = self.missing
        return found

    def to_arrays(self) -> dict[str, npt.NDArray[np.float64] | npt.NDArray[np.int64]]:
        """All cuts in a row, and how many each feature has."""
        counts = np.array([len(cuts) for cuts in self.cuts], dtype=np.int64)
        return {"cuts": np.concatenate([*self.cuts, np.empty(0)]), "cut_counts": counts}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[np.float64]]) -> Bins:
        """The bins again. Raises ValueError when the counts do not fit the cuts."""
        counts = arrays["cut_counts"].astype(np.int64)
        if (counts < 0).any() or counts.sum() != len(arrays["cuts"]):
            raise ValueError("the counts of the cuts do not fit the cuts")
        ends = np.cumsum(counts)
        cuts = tuple(arrays["cuts"][end - count : end] for end, count in zip(ends, counts, strict=True))
        return cls(cuts, int(counts.max(initial=0)) + 1)


def bins_of(matrix: Floats, most: int = 64) -> Bins:
    """Cut every feature into at most `most` bins of about as many rows each. Raises ValueError over 250 or under 2."""
    if not 2 <= most <= LIMIT:
        raise ValueError(f"a feature has 2 to {LIMIT} bins, not {most}")
    cuts = tuple(_cuts(matrix[:, place], most) for place in range(matrix.shape[1]))
    return Bins(cuts, max((len(one) for one in cuts), default=0) + 1)


def _cuts(column: Floats, most: int) -> Floats:
    """Half way between neighbouring values, where the quantiles fall: no cut ever lies on a value that was seen."""
    values = np.sort(column[np.isfinite(column)])
    different = values[np.append(True, values[1:] != values[:-1])] if len(values) else values
    if len(different) > most:
        # The value at each quantile, and from the different ones those below it: a value many rows share is taken once.
        places = (np.arange(1, most) * len(values)) // most
        at = np.unique(np.searchsorted(different, values[places]))
        at = at[at > 0]
    else:
        at = np.arange(1, len(different))
    below, above = different[at - 1], different[at]
    middle = below / 2 + above / 2
    return np.asarray(np.where((middle > below) & (middle < above), middle, below), dtype=np.float64)
