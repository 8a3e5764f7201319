"""Fitting a model of counts: from columns to parameters, and what can be said of how well the history tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from loyaltykit.churn.models.bgnbd_likelihood import Histories
from loyaltykit.churn.models.newton import climb
from loyaltykit.churn.protocol import FitReport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loyaltykit.churn.models.newton import Peak
    from loyaltykit.churn.panel import Floats

_EDGE = 18.0
"""Logarithms of the parameters, times as shares of the mean age, stay within this of zero."""
_LOW, _HIGH = np.full(4, -_EDGE), np.full(4, _EDGE)
_MANY = 40_000
_SAMPLE = 16_384
"""With more rows than `_MANY`, the climb begins with about `_SAMPLE` of them: the last steps only need all."""
_LARGEST_COUNT = 1e9
SHORTEST, LONGEST = 1e-100, 1e100
"""No unit of time makes an age that small or large; their squares and ratios are numbers."""


@attrs.frozen(slots=True, eq=False, kw_only=True)
class Family:
    """What tells one model of counts from another: four parameters, and how likely they make histories."""

    names: tuple[str, str, str, str]
    """The first two are the shape and the scale of the rates that members come at."""
    times: tuple[int, ...]
    """Which parameters are times, in the unit of the ages."""
    start: tuple[float, float, float, float]
    """The logarithms that the climb begins at, times as shares of the mean age."""
    first: int
    """1 where the first activity may be the last, 0 where it may not."""
    log_likelihood: Callable[[Histories, Floats], tuple[float, Floats, Floats]]
    """Value, gradient and Hessian by the logarithms of the parameters."""

    def may_be(self, parameters: Floats) -> bool:
        """Whether a fit could end at these: beyond, what is made of them might be no number."""
        if parameters.shape != (4,) or not ((parameters > 0) & (parameters < np.inf)).all():
            return False
        unit = np.array([np.log(LONGEST) if place in self.times else 0.0 for place in range(4)])
        return bool((np.abs(np.log(parameters)) <= _EDGE + unit + 1e-6).all())


@attrs.frozen(slots=True, eq=False)
class Known:
    """What it takes to learn on: how well the logarithms of the parameters are known, and the mean age."""

    precision: Floats
    """Of shape (4, 4): the inverse of their covariance, by Laplace's approximation. The prior is in it."""
    unit: float
    """The mean age of all rows."""
    rows: float
    """How many, by weight."""

    def arrays(self) -> dict[str, Floats]:
        """The same as arrays."""
        return {"precision": self.precision.copy(), "so_far": np.array([self.unit, self.rows])}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Floats]) -> Known | None:
        """What was known, again; None where a state has none of it. Raises ValueError where it cannot be."""
        if "precision" not in arrays:
            return None
        precision, so_far = (np.array(arrays[name], dtype=np.float64) for name in ("precision", "so_far"))
        if precision.shape != (4, 4) or so_far.shape != (2,) or not np.isfinite(precision).all():
            raise ValueError("a precision is a square of four numbers, and so far there are a mean age and rows")
        if not (SHORTEST <= so_far[0] <= LONGEST and 0 <= so_far[1] < np.inf):
            raise ValueError("the mean age is above zero, and rows are a number")
        return cls(precision, float(so_far[0]), float(so_far[1]))


@attrs.frozen(slots=True, eq=False)
class Fitted:
    """The four parameters, times in the unit of the ages, the largest count and age seen, and the report."""

    parameters: Floats
    largest: Floats
    report: FitReport
    known: Known | None = None
    """None for what was read from a state of an older version."""


Columns = tuple["Floats", "Floats", "Floats", "Floats | None"]


def fit_counts(columns: Columns, prior: float | None, family: Family) -> Fitted:
    """The most likely parameters, or with a prior the most probable. Rows that are not histories are left out."""
    x, last, age, weights = usable(*columns)
    said = _left_out(columns, x)
    if not len(x):
        report = FitReport(n=0, converged=False, degenerate=True, warnings=(*said, "there is no history at all"))
        return Fitted(np.ones(4), np.zeros(2), report, Known(np.zeros((4, 4)), 1.0, 0.0))
    unit = _unit(age, weights)
    last, age = last / unit, age / unit
    before = Normal.around_zero(prior)
    start = np.array(family.start)
    if len(x) > _MANY:
        some = slice(None, None, len(x) // _SAMPLE)
        part = Histories.of(
            x[some], last[some], age[some], None if weights is None else weights[some], first=family.first
        )
        start = _climb(family, part, start, before, tolerance=1e-3).at
    histories = Histories.of(x, last, age, weights, first=family.first)
    peak = _climb(family, histories, start, before)
    so_far = (unit, float(histories.totals[0]))
    return _fitted((peak, before), histories, family, so_far, (prior, said))


def update_counts(fitted: Fitted, known: Known, columns: Columns, prior: float | None, family: Family) -> Fitted:
    """The most probable parameters when what is known is a normal prior of what follows, with the report of that.

    Spiegelhalter and Lauritzen 1990, Networks 20. Times are shares of the mean age of all rows, those before and these.
    """
    x, last, age, weights = usable(*columns)
    said = _left_out(columns, x)
    if not len(x):
        return attrs.evolve(fitted, report=FitReport(n=0, warnings=tuple(said)))
    more = float(len(x) if weights is None else weights.sum())
    rows = known.rows + more
    unit = known.unit * (known.rows / rows) + _unit(age, weights) * (more / rows)
    histories = Histories.of(x, last / unit, age / unit, weights, first=family.first)
    at = np.log(fitted.parameters)
    at[list(family.times)] -= np.log(unit)
    before = Normal(at, known.precision)
    peak = _climb(family, histories, at, before)
    found = _fitted((peak, before), histories, family, (unit, rows), (prior, said))
    return attrs.evolve(found, largest=np.maximum(fitted.largest, found.largest))


@attrs.frozen(slots=True, eq=False)
class Normal:
    """A normal prior on the logarithms of the parameters, times as shares of the unit."""

    at: Floats
    precision: Floats

    @classmethod
    def around_zero(cls, deviation: float | None) -> Normal:
        """All about zero; None: flat."""
        return cls(np.zeros(4), np.eye(4) * (0.0 if deviation is None else deviation**-2))


def _fitted(
    of: tuple[Peak, Normal],
    histories: Histories,
    family: Family,
    so_far: tuple[float, float],
    said: tuple[float | None, list[str]],
) -> Fitted:
    """What a climb found, in the unit of the ages; `so_far` are the mean age and the count of all rows."""
    peak, before = of
    unit, rows = so_far
    prior, left_out = said
    precision = 0.0 if prior is None else prior**-2
    off = peak.at - before.at
    # the likelihood was taken of activities in units of the mean age
    likelihood = peak.value + 0.5 * float(off @ before.precision @ off)
    likelihood -= float(histories.totals[1]) * float(np.log(unit))
    vague = [family.names[place] for place in peak.vague(precision)]
    report = FitReport(
        n=len(histories.age),
        converged=peak.converged,
        degenerate=bool(vague),
        log_likelihood=likelihood,
        warnings=(*left_out, *_warnings(peak, vague, histories, prior)),
    )
    parameters = np.exp(peak.at)
    parameters[list(family.times)] *= unit
    # `histories.x` has those who may have left only: who is not there came no second time
    largest = np.array([histories.x.max(initial=0.0), unit * histories.age.max()])
    return Fitted(parameters, largest, report, Known(_told(peak.hessian, precision), unit, rows))


def _told(hessian: Floats, prior: float) -> Floats:
    """The precision at a peak. Where the likelihood bends up, at an edge for instance, it tells nothing."""
    curvature, axes = np.linalg.eigh(-hessian - prior * np.eye(4))
    found: Floats = (axes * np.maximum(curvature, 0.0)) @ axes.T + prior * np.eye(4)
    return 0.5 * (found + found.T)


def _unit(age: Floats, weights: Floats | None) -> float:
    return max(float(np.average(age, weights=weights)), SHORTEST) if age.any() else 1.0


def _left_out(columns: Columns, x: Floats) -> list[str]:
    rows = columns[0].size
    return [f"{rows - len(x)} rows were left out: no such history"] if len(x) < rows else []


def usable(
    x: Floats, last: Floats, age: Floats, weights: Floats | None
) -> tuple[Floats, Floats, Floats, Floats | None]:
    """Histories only: finite, not negative, of whole counts, the last activity not after the age.

    Raises ValueError for columns of different lengths or more than one dimension.
    """
    columns = [np.asarray(one, dtype=np.float64) for one in (x, last, age, *(() if weights is None else (weights,)))]
    if {one.shape for one in columns} != {(columns[0].size,)}:
        raise ValueError(f"x, t_x, T and weights need one length, not {[one.shape for one in columns]}")
    good = np.ones(len(columns[0]), dtype=bool)
    for one in columns:
        good &= (one >= 0) & (one <= LONGEST)
    if weights is not None:
        good &= columns[3] > 0
    if not good.all():
        columns = [one[good] for one in columns]
    counts = np.minimum(np.rint(columns[0]), _LARGEST_COUNT)
    return counts, columns[1], np.maximum(columns[1], columns[2]), columns[3] if weights is not None else None


def _climb(family: Family, histories: Histories, start: Floats, before: Normal, tolerance: float = 1e-10) -> Peak:
    def height(logs: Floats) -> tuple[float, Floats, Floats]:
        value, gradient, hessian = family.log_likelihood(histories, logs)
        off = logs - before.at
        slope = before.precision @ off
        return value - 0.5 * float(off @ slope), gradient - slope, hessian - before.precision

    return climb(height, start, _LOW, _HIGH, tolerance=tolerance)


def _warnings(peak: Peak, vague: list[str], histories: Histories, prior: float | None) -> list[str]:
    found = []
    if not histories.totals[1]:
        found.append("nobody came a second time: only an upper bound of the rate can be told")
    if vague:
        names = ", ".join(vague)
        decides = "the prior decides" if prior is not None else "any of many values would do"
        found.append(f"the history hardly tells {names}: {decides}")
    if not peak.converged:
        found.append("the climb of the likelihood did not end at a peak")
    return found
