"""Histories as columns: from panels, and as they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loyaltykit.churn.models.counts_fit import LONGEST

if TYPE_CHECKING:
    import numpy.typing as npt

    from loyaltykit.churn.models.counts_fit import Columns
    from loyaltykit.churn.panel import Floats, Panel

FEATURES = ("repeats", "last", "age")


def columns_of(x: npt.ArrayLike, last: npt.ArrayLike, age: npt.ArrayLike, weights: npt.ArrayLike | None) -> Columns:
    """Columns as they are given, as arrays of numbers."""
    three = (np.asarray(one, dtype=np.float64) for one in (x, last, age))
    return (*three, None if weights is None else np.asarray(weights, dtype=np.float64))  # type: ignore[return-value]


def known_rows(panel: Panel) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """The columns, and which rows are histories."""
    matrix = panel.matrix(FEATURES)
    good = np.asarray(((matrix >= 0) & (matrix <= LONGEST)).all(axis=1), dtype=bool)
    return matrix, good


def histories_of(x: npt.ArrayLike, last: npt.ArrayLike, age: npt.ArrayLike, *more: npt.ArrayLike) -> list[Floats]:
    """Columns of one length of whole counts and times."""
    columns = [np.atleast_1d(np.asarray(one, dtype=np.float64)) for one in (x, last, age, *more)]
    for one in columns:
        if not ((one >= 0) & (one < np.inf)).all():
            raise ValueError("counts and times are finite and not negative")
    columns = [np.ascontiguousarray(one) for one in np.broadcast_arrays(*columns)]
    columns[0] = np.rint(columns[0])
    columns[2] = np.maximum(columns[1], columns[2])
    return columns
