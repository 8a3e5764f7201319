"""Rows of an experiment, counted: how many were treated and withheld, and to how many the good thing happened.

`benefit` is always "1.0 = the good thing happened": a visit, or a member who stayed. For an outcome that is bad, such
as churn, hand in ``1 - y``; `UpliftPanel.benefit` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from loyaltykit.churn.panel import Floats


class Counts(NamedTuple):
    """Counts along the last axis: of steps of a ranking, or of everybody. Further axes are draws of a bootstrap."""

    treated: Floats
    treated_benefit: Floats
    control: Floats
    control_benefit: Floats

    @property
    def rows(self) -> Floats:
        """Treated and withheld together."""
        return self.treated + self.control

    def summed(self) -> Counts:
        """How many there are up to each step and with it."""
        return Counts(*(np.cumsum(one, axis=-1) for one in self))

    def total(self) -> Counts:
        """Everybody, as a single step."""
        return Counts(*(one.sum(axis=-1, keepdims=True) for one in self))

    def at(self, ends: npt.NDArray[np.intp]) -> Counts:
        """The same, at some of the steps."""
        return Counts(*(one[..., ends] for one in self))


class Experiment(NamedTuple):
    """Rows that were checked: who was treated, and to whom the good thing happened, both as 0.0 and 1.0."""

    benefit: Floats
    treated: Floats

    def counts(self, weights: Floats | None = None) -> Counts:
        """Each row as a step of its own; `weights`, (draws, rows), says how often a row was drawn."""
        treated, good = self.treated, self.benefit
        parts = (treated, treated * good, 1 - treated, (1 - treated) * good)
        return Counts(*(part if weights is None else weights * part for part in parts))


def experiment(benefit: npt.ArrayLike, treated: npt.ArrayLike) -> Experiment:
    """The rows of an experiment. Raises ValueError where lengths differ, or something is neither 0 nor 1."""
    found = Experiment(np.asarray(benefit, dtype=np.float64), np.asarray(treated, dtype=np.float64))
    if found.benefit.ndim != 1 or found.benefit.shape != found.treated.shape:
        raise ValueError(f"one benefit and one arm a row: {found.benefit.shape} and {found.treated.shape}")
    for name, values in zip(("benefit", "treated"), found, strict=True):
        if not ((values == 0) | (values == 1)).all():
            raise ValueError(f"{name} must be 0 or 1 in every row")
    return found


class Ranking(NamedTuple):
    """An order of the rows, the highest score first."""

    order: npt.NDArray[np.intp]
    ends: npt.NDArray[np.intp]
    """The last place of each run of equal scores: rows that tie are taken together, whatever order they came in."""


def ranking(score: npt.ArrayLike, rows: int) -> Ranking:
    """The rows by falling score. Raises ValueError for a score that is not a number, and for another length."""
    values = np.asarray(score, dtype=np.float64)
    if values.shape != (rows,):
        raise ValueError(f"{rows} rows need {rows} scores: {values.shape}")
    if np.isnan(values).any():
        raise ValueError("a score is not a number (NaN)")
    order = np.argsort(-values, kind="stable")
    ordered = values[order]
    last = np.append(ordered[1:] != ordered[:-1], True) if rows else np.zeros(0, dtype=bool)
    return Ranking(order, np.flatnonzero(last))


def steps(rows: Experiment, score: npt.ArrayLike) -> Counts:
    """Counts up to and with each run of equal scores, the highest first. Raises ValueError as `ranking`."""
    ranked = ranking(score, len(rows.benefit))
    return rows.counts().at(ranked.order).summed().at(ranked.ends)
