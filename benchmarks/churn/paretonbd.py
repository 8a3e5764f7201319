"""Pareto/NBD against the package lifetimes: CDNOW's 2,357 customers, simulated ones, and hard histories.

Both fit the same columns without a prior in the same run; what they find is compared before any time is told.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.churn.lifetimes import MANY, ahead, cdnow, faults, fits, line
from benchmarks.measure import Result, goal, interleaved
from loyaltykit.churn.models import ParetoNBD

if TYPE_CHECKING:
    from benchmarks.churn.lifetimes import Columns

PUBLISHED = {"r": 0.553, "alpha": 10.58, "s": 0.606, "beta": 11.67}
"""Fader and Hardie 2005, as printed; so the figures are compared to half of the last digit."""
LIKELIHOOD = -9594.98
QUICK = {"repeats": 1, "customers": 20_000, "fewer": 5_000, "hard": 200}


def run(
    *,
    data: str | None = None,
    repeats: int = 5,
    customers: int = 1_000_000,
    fewer: int = 100_000,
    hard: int = 10_000,
) -> Result:
    """Raises `examples.oulad.tables.DataMissing` when the tables are not there."""
    small, some, large = cdnow(data), simulated(fewer), simulated(customers)
    found = agree(small)
    seconds = interleaved({"ours": fits(ours, small), "lifetimes": fits(theirs, small)}, repeats)
    mine, other = ours(small), theirs(small)
    for which, columns in ((" ahead", small), (" ahead large", large)):
        seconds |= {f"{who}{which}": taken for who, taken in interleaved(ahead(mine, other, columns), repeats).items()}
    once = {"ours some": lambda: ours(some), "lifetimes some": lambda: theirs(some), "ours large": lambda: ours(large)}
    seconds |= interleaved(once, 1)
    lines = [
        line(f"fit, CDNOW, {len(small[0]):,} customers", seconds, "", 1 / MANY),
        line("expected purchases, CDNOW", seconds, " ahead"),
        line(f"fit, {fewer:,} customers", seconds, " some"),
        (f"fit, {customers:,} customers", f"{1000 * seconds['ours large']:,.0f}", "not run", ""),
        line(f"expected purchases, {customers:,} customers", seconds, " ahead large"),
    ]
    said = "CPU milliseconds, one thread. The simulated ones are drawn from CDNOW's parameters and fitted once."
    wrong = faults(ParetoNBD, hard, data)
    return Result(
        "Churn: Pareto/NBD",
        ("work", "ours, ms", "lifetimes, ms", "ours is faster by"),
        tuple(lines),
        (found, said),
        (goal(f"NaN or exceptions on {hard:,} hard inputs and OULAD's active days", wrong, 0, at_most=True),),
    )


def simulated(customers: int, seed: int = 5) -> Columns:
    """Customers drawn from CDNOW's parameters, with ages to the day between 27 and 39 weeks."""
    rng = np.random.default_rng(seed)
    age = np.floor(rng.uniform(27, 39, customers) * 7) / 7
    rate = rng.gamma(PUBLISHED["r"], 1 / PUBLISHED["alpha"], customers)
    leaves = rng.exponential(1 / np.maximum(rng.gamma(PUBLISHED["s"], 1 / PUBLISHED["beta"], customers), 1e-12))
    there = np.minimum(leaves, age)
    x = rng.poisson(rate * there)
    last = np.where(x > 0, there * rng.beta(np.maximum(x, 1), 1), 0.0)
    return x.astype(np.float64), last, age


def ours(columns: Columns) -> ParetoNBD:
    """Ours, fitted by maximum likelihood."""
    model = ParetoNBD(prior=None)
    model.fit_counts(*columns)
    return model


def theirs(columns: Columns) -> Any:
    """The package's, fitted."""
    from lifetimes import ParetoNBDFitter

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ParetoNBDFitter().fit(*columns)


def agree(columns: Columns) -> str:
    """What both find on CDNOW. Raises AssertionError where it is not what was published."""
    model, other = ParetoNBD(prior=None), theirs(columns)
    report = model.fit_counts(*columns)
    assert all(abs(model.params_[name] / value - 1) < 1e-3 for name, value in PUBLISHED.items())
    assert report.log_likelihood is not None
    assert abs(report.log_likelihood - LIKELIHOOD) < 0.01
    for name, value in model.params_.items():
        other.params_[name] = value
    mine, their = (np.asarray(work()) for work in ahead(model, other, columns).values())
    apart = float(np.abs(mine / their - 1).max())
    assert apart < 1e-9
    told = ", ".join(f"{name} {value:.4f}" for name, value in model.params_.items())
    return (
        f"CDNOW: {told}, log-likelihood {report.log_likelihood:.4f}, as published; "
        f"with the same parameters all customers' expected purchases are those of lifetimes to {apart:.0e}."
    )
