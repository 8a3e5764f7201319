"""Fitting a model of counts: from columns to parameters, and what can be said of how well the history tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from loyaltykit.churn.models.bgnbd_likelihood import Histories
from loyaltykit.churn.models.newton import climb
from loyaltykit.churn.protocol import FitReport

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.churn.models.newton import Peak
    from loyaltykit.churn.panel import Floats

_EDGE = 18.0
"""Logarithms of the parameters, times as shares of the mean age, stay within this of zero."""
_LOW, _HIGH = np.full(4, -_EDGE), np.full(4, _EDGE)
_DIAGONAL = np.diag_indices(4)
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
class Fitted:
    """The four parameters, times in the unit of the ages, the largest count and age seen, and the report."""

    parameters: Floats
    largest: Floats
    report: FitReport


def fit_counts(columns: tuple[Floats, Floats, Floats, Floats | None], prior: float | None, family: Family) -> Fitted:
    """The most likely parameters, or with a prior the most probable. Rows that are not histories are left out."""
    rows = columns[0].size
    x, last, age, weights = usable(*columns)
    said = [f"{rows - len(x)} rows were left out: no such history"] if len(x) < rows else []
    if not len(x):
        report = FitReport(n=0, converged=False, degenerate=True, warnings=(*said, "there is no history at all"))
        return Fitted(np.ones(4), np.zeros(2), report)
    unit = max(float(np.average(age, weights=weights)), SHORTEST) if age.any() else 1.0
    last, age = last / unit, age / unit
    precision = 0.0 if prior is None else prior**-2
    start = np.array(family.start)
    if len(x) > _MANY:
        some = slice(None, None, len(x) // _SAMPLE)
        part = Histories.of(
            x[some], last[some], age[some], None if weights is None else weights[some], first=family.first
        )
        start = _climb(family, part, start, precision, tolerance=1e-3).at
    histories = Histories.of(x, last, age, weights, first=family.first)
    peak = _climb(family, histories, start, precision)
    likelihood = peak.value + 0.5 * precision * float(peak.at @ peak.at)
    # the likelihood was taken of activities in units of the mean age
    likelihood -= float(histories.totals[1]) * float(np.log(unit))
    vague = [family.names[place] for place in peak.vague(precision)]
    report = FitReport(
        n=len(x),
        converged=peak.converged,
        degenerate=bool(vague),
        log_likelihood=likelihood,
        warnings=(*said, *_warnings(peak, vague, histories, prior)),
    )
    parameters = np.exp(peak.at)
    parameters[list(family.times)] *= unit
    return Fitted(parameters, np.array([x.max(), unit * age.max()]), report)


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


def _climb(family: Family, histories: Histories, start: Floats, precision: float, tolerance: float = 1e-10) -> Peak:
    def height(logs: Floats) -> tuple[float, Floats, Floats]:
        value, gradient, hessian = family.log_likelihood(histories, logs)
        if not precision:
            return value, gradient, hessian
        hessian[_DIAGONAL] -= precision
        return value - 0.5 * precision * float(logs @ logs), gradient - precision * logs, hessian

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
