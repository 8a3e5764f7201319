"""BG/NBD against the package lifetimes: CDNOW's 2,357 customers, a million simulated ones, and hard histories.

Both fit the same columns without a prior in the same run; what they find is compared before any time is told.
"""

from __future__ import annotations

import datetime as dt
import os
import warnings
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.measure import Result, goal, interleaved, ratio
from loyaltykit.churn.models import BGNBD, MBGNBD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loyaltykit.churn.models.counts import OfCounts
    from loyaltykit.churn.panel import Floats

    Columns = tuple[Floats, Floats, Floats]
    Made = Callable[[float | None], OfCounts]

PUBLISHED = {"r": 0.24259, "alpha": 4.41354, "a": 0.79289, "b": 2.42575}
LIKELIHOOD = -9582.43
WEEKS = 39
QUICK = {"repeats": 1, "customers": 20_000, "hard": 200}
MANY = 10
"""Fits a run on CDNOW: one alone is over before a clock can tell."""


def run(*, data: str | None = None, repeats: int = 7, customers: int = 1_000_000, hard: int = 10_000) -> Result:
    """Raises `examples.oulad.tables.DataMissing` when the tables are not there."""
    small, large = cdnow(data), simulated(customers)
    found = agree(small)
    seconds = interleaved({"ours": fits(ours, small), "lifetimes": fits(theirs, small)}, repeats)
    mine, other = ours(large), theirs(small)
    mine_there, other_there = ahead(mine, other, small), ahead(mine, other, large)
    seconds |= {f"{who} ahead": taken for who, taken in interleaved(mine_there, repeats).items()}
    seconds["ours large"] = interleaved({"": lambda: ours(large)}, max(repeats // 2, 1))[""]
    seconds |= {f"{who} ahead large": taken for who, taken in interleaved(other_there, max(repeats // 2, 1)).items()}
    seconds["lifetimes large"] = interleaved({"": lambda: theirs(large)}, 1)[""]
    lines = [
        line(f"fit, CDNOW, {len(small[0]):,} customers", seconds, "", 1 / MANY),
        line("expected purchases, CDNOW", seconds, " ahead"),
        line(f"fit, {customers:,} customers", seconds, " large"),
        line(f"expected purchases, {customers:,} customers", seconds, " ahead large"),
    ]
    wrong, wrong_too = faults(BGNBD, hard, data), faults(MBGNBD, hard, data)
    return Result(
        "Churn: BG/NBD",
        ("work", "ours, ms", "lifetimes, ms", "ours is faster by"),
        tuple(lines),
        (
            found,
            "CPU milliseconds, one thread. The million are drawn from CDNOW's parameters; lifetimes fits them once.",
        ),
        (
            goal("fit on CDNOW against lifetimes", seconds["lifetimes"] / seconds["ours"], 40, unit="×"),
            goal(f"seconds to fit {customers:,} customers", seconds["ours large"], 0.4, at_most=True, unit=" s"),
            goal("seconds to expect their purchases", seconds["ours ahead large"], 0.2, at_most=True, unit=" s"),
            goal(f"NaN or exceptions on {hard:,} hard inputs and OULAD's active days", wrong, 0, at_most=True),
            goal(f"the same of MBG/NBD, {hard:,} hard inputs and OULAD's", wrong_too, 0, at_most=True),
        ),
    )


def cdnow(data: str | None = None) -> Columns:
    """Repeats, weeks to the last purchase and weeks in all of CDNOW's sample."""
    from examples.oulad.tables import VARIABLE, DataMissing

    path = Path(data or os.environ.get(VARIABLE) or ".") / "cdnow" / "customers_summary.csv.xz"
    if not path.is_file():
        raise DataMissing(f"There is no {path}: set {VARIABLE} to the folder that has cdnow in it.")
    import lzma

    with lzma.open(path, "rt") as file:
        x, last, age = np.loadtxt(file, delimiter=",", skiprows=1, usecols=(1, 2, 3)).T
    return np.ascontiguousarray(x), np.ascontiguousarray(last), np.ascontiguousarray(age)


def simulated(customers: int, seed: int = 5) -> Columns:
    """Customers drawn from CDNOW's parameters, with ages to the day between 27 and 39 weeks."""
    rng = np.random.default_rng(seed)
    age = np.floor(rng.uniform(27, 39, customers) * 7) / 7
    would = rng.poisson(rng.gamma(PUBLISHED["r"], 1 / PUBLISHED["alpha"], customers) * age)
    stays = rng.geometric(np.maximum(rng.beta(PUBLISHED["a"], PUBLISHED["b"], customers), 1e-12))
    x = np.minimum(would, stays)
    last = np.where(x > 0, age * rng.beta(np.maximum(x, 1), would - x + 1), 0.0)
    return x.astype(np.float64), last, age


def ours(columns: Columns) -> BGNBD:
    """Ours, fitted by maximum likelihood."""
    model = BGNBD(prior=None)
    model.fit_counts(*columns)
    return model


def theirs(columns: Columns) -> Any:
    """The package's, fitted."""
    from lifetimes import BetaGeoFitter

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return BetaGeoFitter().fit(*columns)


def agree(columns: Columns) -> str:
    """What both find on CDNOW. Raises AssertionError where it is not what was published."""
    model, other = BGNBD(prior=None), theirs(columns)
    report = model.fit_counts(*columns)
    assert all(abs(model.params_[name] - value) < 1e-4 for name, value in PUBLISHED.items())
    assert report.log_likelihood is not None
    assert abs(report.log_likelihood - LIKELIHOOD) < 0.01
    for name, value in model.params_.items():
        other.params_[name] = value
    mine, their = (work() for work in ahead(model, other, columns).values())
    apart = float(np.abs(mine / np.asarray(their) - 1).max())
    assert apart < 1e-9
    told = ", ".join(f"{name} {value:.5f}" for name, value in model.params_.items())
    return (
        f"CDNOW: {told}, log-likelihood {report.log_likelihood:.4f}, as published; "
        f"with the same parameters all customers' expected purchases are those of lifetimes to {apart:.0e}."
    )


def fits(fit: Callable[[Columns], Any], columns: Columns) -> Callable[[], None]:
    """As many fits as a run on CDNOW makes."""

    def work() -> None:
        for _ in range(MANY):
            fit(columns)

    return work


def ahead(mine: OfCounts, other: Any, columns: Columns) -> dict[str, Callable[[], Any]]:
    """The purchases that either expects in the time that CDNOW was held out."""
    return {
        "ours": lambda: mine.expected_purchases(WEEKS, *columns),
        "lifetimes": lambda: other.conditional_expected_number_of_purchases_up_to_time(WEEKS, *columns),
    }


def line(work: str, seconds: dict[str, float], which: str, share: float = 1.0) -> tuple[str, ...]:
    """A line of the table, of the seconds that are named for either and `which`."""
    mine, their = (1000 * share * seconds[f"{who}{which}"] for who in ("ours", "lifetimes"))
    return work, f"{mine:,.3g}", f"{their:,.0f}" if their > 100 else f"{their:.3g}", ratio(their / mine)


def hard_panels(count: int, seed: int = 6) -> Iterator[tuple[Any, float | None]]:
    """Panels of histories that no shop has, and priors: counts to 100,000, all-zero repeats, ridges, tiny ages."""
    from loyaltykit.churn import panel_of

    rng = np.random.default_rng(seed)
    for number in range(count):
        rows = int(rng.choice([1, 2, 5, 30]))
        age = np.exp(rng.normal(3, rng.choice([0.0, 0.5, 5.0]), rows))
        x = rng.poisson(rng.gamma(0.5, rng.choice([1.0, 10.0, 1e3, 1e5]), rows)).clip(0, 100_000).astype(np.float64)
        share = rng.random(rows)
        kind = number % 9
        if kind == 1:
            x[:] = 0  # nobody came again
        elif kind == 2:
            share[:] = 1  # t_x = T
        elif kind == 3:
            share[:] = 0  # t_x = 0 with x > 0
        elif kind == 4:
            age *= rng.choice([1e-300, 1e-12, 1e12, 1e90])
        elif kind == 5:
            age[:], share[:], x[:] = age[0], 0.9, x[0]  # all alike: a ridge
        elif kind == 6:
            share *= 1.5  # t_x after T
        elif kind == 7:
            x = rng.choice([0.0, 1.0, 1e5], rows)
        elif kind == 8:
            age[rng.random(rows) < 0.5] = 0
        horizon = dt.timedelta(days=float(rng.choice([1e-6, 1, 28, 3650])))
        columns = {"repeats": x, "last": age * share, "age": age}
        yield panel_of(columns, horizon=horizon), [None, 0.3, 3.0, 30.0][int(rng.integers(4))]


def faults(made: Made, hard: int, data: str | None) -> int:
    """How many of so many hard panels, and of the two OULAD panels with a prior and without, have a fault."""
    from examples.oulad.history import oulad_panels

    students = ((panel, prior) for panel in oulad_panels(data) for prior in (None, 3.0))
    return sum(fault(made, panel, prior) for panel, prior in chain(hard_panels(hard), students))


def fault(made: Made, panel: Any, prior: float | None) -> bool:
    """Whether fitting, scoring, looking ahead or learning on raises, warns, or gives anything but numbers in range."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            model = made(prior)
            report, p = model.fit(panel), model.score(panel).p
            ahead = np.stack([_expected(one, panel) for one in (model, _near_one(model))])
            here = model.survival(panel, 3)
            model.update(panel)
            after = model.score(panel).p
        told = np.concatenate((p, here.ravel(), after))
        fine = (
            ((told >= 0) & (told <= 1)).all()
            and (np.diff(here, axis=1) <= 0).all()
            and (ahead >= 0).all()
            and np.isfinite(ahead).all()
        )
        return not (fine and np.isfinite(report.log_likelihood or 0.0))
    except Exception:  # noqa: BLE001  # whatever it is, it is what is counted
        return True


def _expected(model: OfCounts, panel: Any) -> Floats:
    return model.expected_purchases(28.0, *panel.matrix(("repeats", "last", "age")).T)


def _near_one(model: OfCounts) -> OfCounts:
    """The same model with a (in Pareto/NBD s) next to 1, where the published formula divides zero by zero."""
    state = model.state()
    state.arrays["parameters"][2] = 1.0 + 1e-12
    return type(model).from_state(state)
