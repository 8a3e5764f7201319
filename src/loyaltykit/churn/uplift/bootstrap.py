"""How far chance alone may have carried an uplift figure: percentile intervals of a bootstrap.

B. Efron and R. J. Tibshirani 1993, An Introduction to the Bootstrap, chapters 8 and 13. Members are drawn, not rows: a
member's rows go together. Each arm is drawn by itself, so that it keeps its size, as in the experiment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from loyaltykit.churn.uplift.counts import Counts, Experiment, experiment, ranking
from loyaltykit.churn.uplift.curves import Against, auucs, qinis, uplifts_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    from loyaltykit.churn.panel import Floats

_AT_ONCE = 1_000_000
"""Rows times draws that are held in memory at once."""
_ENOUGH = 0.9
"""An interval needs at least this share of the draws to have a value."""


@attrs.frozen(slots=True)
class Estimate:
    """A figure with its interval. None: not defined, with nobody in an arm for instance."""

    value: float | None
    low: float | None
    high: float | None

    @property
    def above_zero(self) -> bool:
        """The whole interval is above zero: more than chance."""
        return self.low is not None and self.low > 0

    def to_dict(self) -> dict[str, float | None]:
        """Ready for JSON."""
        return {"value": self.value, "low": self.low, "high": self.high}


@attrs.frozen(slots=True, kw_only=True)
class UpliftFigures:
    """What a ranking is worth in an experiment."""

    qini: Estimate
    """Against the perfect ranking, as scikit-uplift has it."""
    qini_effect: Estimate
    """Against the whole effect: see `qini`."""
    auuc: Estimate
    top: Estimate
    """The effect among the best-ranked `share`."""
    effect: Estimate
    """The effect on everybody: what treating all of them brings, a member."""
    share: float
    treated: int
    control: int

    def to_dict(self) -> dict[str, object]:
        """Ready for JSON."""
        return {**attrs.asdict(self, recurse=True)}


def figures(
    benefit: npt.ArrayLike,
    treated: npt.ArrayLike,
    score: npt.ArrayLike,
    *,
    member: npt.ArrayLike | None = None,
    share: float = 0.3,
    draws: int = 1_000,
    confidence: float = 0.95,
    seed: int = 0,
) -> UpliftFigures:
    """The figures of a ranking with their intervals.

    `member` says whose row it is, by any number or name; without it every row is a member of its own. The same seed
    gives the same intervals. Raises ValueError as `qini`.
    """
    rows = experiment(benefit, treated)
    ranked = ranking(score, len(rows.benefit))
    kinds: list[Callable[[Counts], Floats]] = [
        qinis,
        lambda so_far: qinis(so_far, against="effect"),
        auucs,
        lambda so_far: uplifts_at(so_far, share),
        lambda so_far: uplifts_at(so_far, 1.0),
    ]

    def all_of(counts: Counts) -> list[Floats]:
        so_far = counts.summed().at(ranked.ends)
        return [kind(so_far) for kind in kinds]

    ordered = Experiment(*(one[ranked.order] for one in rows))
    names = _members(None if member is None else np.asarray(member)[ranked.order], len(rows.benefit))
    found = _estimates(ordered, all_of, _weights(ordered, names, draws, seed), confidence)
    sizes = int(rows.treated.sum()), int((1 - rows.treated).sum())
    return UpliftFigures(
        qini=found[0],
        qini_effect=found[1],
        auuc=found[2],
        top=found[3],
        effect=found[4],
        share=share,
        treated=sizes[0],
        control=sizes[1],
    )


def qini_difference(
    benefit: npt.ArrayLike,
    treated: npt.ArrayLike,
    one: npt.ArrayLike,
    other: npt.ArrayLike,
    *,
    against: Against = "perfect",
    member: npt.ArrayLike | None = None,
    draws: int = 1_000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Estimate:
    """How much better one ranking is than another, of the same rows: their Qini coefficients, `one` minus `other`.

    Both are measured on the same draws, so what the rows have in common does not widen the interval.
    """
    rows = experiment(benefit, treated)
    first, second = ranking(one, len(rows.benefit)), ranking(other, len(rows.benefit))

    def apart(counts: Counts) -> list[Floats]:
        ours, theirs = (counts.at(ranked.order).summed().at(ranked.ends) for ranked in (first, second))
        return [qinis(ours, against=against) - qinis(theirs, against=against)]

    draws_of = _weights(rows, _members(member, len(rows.benefit)), draws, seed)
    return _estimates(rows, apart, draws_of, confidence)[0]


def _estimates(
    rows: Experiment, kinds: Callable[[Counts], list[Floats]], draws: Iterator[Floats], confidence: float
) -> list[Estimate]:
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence level lies between 0 and 1: {confidence}")
    drawn = [kinds(rows.counts(weights)) for weights in draws]
    whole = kinds(rows.counts())
    return [_estimate(value, [one[at] for one in drawn], confidence) for at, value in enumerate(whole)]


def _estimate(value: Floats, drawn: list[Floats], confidence: float) -> Estimate:
    found = np.concatenate(drawn) if drawn else np.empty(0)
    known = found[~np.isnan(found)]
    if np.isnan(value) or not len(known) or len(known) < _ENOUGH * len(found):
        return Estimate(None if np.isnan(value) else float(value), None, None)
    low, high = np.quantile(known, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Estimate(float(value), float(low), float(high))


def _members(member: npt.ArrayLike | None, rows: int) -> npt.NDArray[Any]:
    names: npt.NDArray[Any] = np.arange(rows) if member is None else np.asarray(member)
    if names.shape != (rows,):
        raise ValueError(f"{rows} rows need {rows} members: {names.shape}")
    return names


def _weights(rows: Experiment, names: npt.NDArray[Any], draws: int, seed: int) -> Iterator[Floats]:
    """How often each row was drawn, (some draws, rows) at a time."""
    _, first, cluster = np.unique(names, return_index=True, return_inverse=True)
    arms = [np.flatnonzero(rows.treated[first] == arm) for arm in (0.0, 1.0)]
    alone = bool((cluster == np.arange(len(names))).all())
    chance = np.random.default_rng(seed)
    at_once = max(1, _AT_ONCE // max(len(names), 1))
    for start in range(0, draws, at_once):
        number = min(at_once, draws - start)
        weights = np.zeros((number, len(first)))
        for arm in arms:
            weights[:, arm] = _drawn(chance, number, len(arm))
        yield weights if alone else weights[:, cluster]


def _drawn(chance: np.random.Generator, draws: int, size: int) -> npt.NDArray[np.intp]:
    """How often each of `size` was drawn in `size` draws with replacement, a row a draw."""
    if not size:
        return np.zeros((draws, 0), dtype=np.intp)
    picks = chance.integers(0, size, size=(draws, size)) + np.arange(draws)[:, None] * size
    return np.bincount(picks.ravel(), minlength=draws * size).reshape(draws, size)
