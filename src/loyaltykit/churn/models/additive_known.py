"""What an additive model knows and keeps, so that it can learn on: weights, their precision, and the rows so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from loyaltykit.churn.irls import Additive, Quadratic, additive_fit, additive_update, known_share
from loyaltykit.churn.models._common import Seen, smoothed_rate

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from loyaltykit.churn.binning import Codes
    from loyaltykit.churn.panel import Floats

_MOST = 4000
"""Weights whose precision is kept in a state; that of more would be a file of hundreds of megabytes."""


@attrs.frozen(slots=True, eq=False, kw_only=True)
class Known:
    """What has been learnt so far."""

    of: Quadratic
    counts: Floats
    """By feature and bin, how many rows so far."""
    rows: float
    ones: float
    """How many of the rows have the label 1."""

    @property
    def rate(self) -> float:
        """The share of churn in all rows."""
        return (self.ones + 0.5) / (self.rows + 1.0)

    @property
    def one_kind(self) -> bool:
        """Whether all rows have one label, or there are none."""
        return not 0 < self.ones < self.rows

    def parts(self) -> tuple[Floats, float]:
        """The weights less each feature's mean over all rows, and the log odds with these means.

        A feature whose rows are all in one bin has no weights: it tells nobody from another.
        """
        weights = self.of.at[1:].reshape(self.counts.shape)
        means = self.counts * weights / max(self.rows, 1.0)
        differs = (self.counts > 0).sum(axis=1, keepdims=True) > 1
        centred = np.where(differs, weights - means.sum(axis=1, keepdims=True), 0.0)
        return centred, float(self.of.at[0]) + float(means.sum())

    def arrays(self) -> dict[str, Floats]:
        """The same as arrays, of the precision its lower half; nothing where that is too much to keep."""
        length = len(self.of.at)
        if length > _MOST:
            return {}
        return {
            "mode": self.of.at,
            "precision": self.of.precision[np.tril_indices(length)],
            "counts": self.counts,
            "rows": np.array([self.rows, self.ones]),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[np.float64]], shape: tuple[int, ...]) -> Known | None:
        """What was known, again; None where a state has none of it. Raises ValueError where it does not fit."""
        if "precision" not in arrays:
            return None
        at, half, counts, rows = (arrays[name] for name in ("mode", "precision", "counts", "rows"))
        length = 1 + shape[0] * shape[1]
        fits = at.shape == (length,) and half.shape == (length * (length + 1) // 2,) and counts.shape == shape
        if not fits or rows.shape != (2,) or not all(np.isfinite(one).all() for one in (at, half, counts, rows)):
            raise ValueError("the state's precision does not fit its features and bins")
        precision = np.empty((length, length))
        places = np.tril_indices(length)
        precision[places] = half
        precision[places[::-1]] = half
        return cls(of=Quadratic(at, precision), counts=counts, rows=float(rows[0]), ones=float(rows[1]))


def learnt(codes: Codes, y: Floats, width: int, l2: float) -> tuple[Known, Additive]:
    """What rows of both labels teach."""
    found = additive_fit(codes, y, width, l2)
    return Known(of=found.known, counts=found.counts, rows=float(len(y)), ones=float(y.sum())), found


def learnt_share(codes: Codes, y: Floats, width: int, l2: float) -> Known:
    """What rows of one label teach, or none: how large the share is."""
    of = known_share(codes, width, l2, smoothed_rate(y))
    counts = (
        np.stack([np.bincount(bins, minlength=width) for bins in codes]).astype(np.float64)
        if len(codes)
        else (np.zeros((0, width)))
    )
    return Known(of=of, counts=counts, rows=float(len(y)), ones=float(y.sum()))


def learnt_on(before: Known, codes: Codes, y: Floats, width: int) -> tuple[Known, Additive]:
    """What is known with more rows, of either label or both."""
    found = additive_update(codes, y, width, before.of, before.rows)
    counts, rows, ones = before.counts + found.counts, before.rows + len(y), before.ones + float(y.sum())
    return Known(of=found.known, counts=counts, rows=rows, ones=ones), found


def seen_on(before: Seen, after: Seen, rate: float) -> Seen:
    """The widest range of both; what is usual stays what it was at first, for no median comes of two."""
    return Seen(
        low=np.fmin(before.low, after.low),
        high=np.fmax(before.high, after.high),
        usual=np.where(np.isnan(before.usual), after.usual, before.usual),
        rate=rate,
    )
