"""Whom an e-mail helps: Hillstrom's experiment, and our figures against scikit-uplift's on the same rows."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.measure import Result, goal, interleaved, ratio
from loyaltykit.churn import uplift

if TYPE_CHECKING:
    from collections.abc import Callable

    from examples.hillstrom.halves import Half

WANTED = 0.057
EQUAL = 1e-9
QUICK = {"halves": 2, "repeats": 1}
_MEANT = """Qini: the area between the Qini curve and chance, with members and effect as shares (`against="effect"`);
medians over the halves. The model of either arm is chosen by cross-validation inside the half that it learns from."""


def run(*, data: str | None = None, halves: int = 10, repeats: int = 5) -> Result:
    """Raises `examples.oulad.tables.DataMissing` when the table is not there."""
    from examples.hillstrom.halves import RANKINGS
    from examples.hillstrom.halves import halves as split
    from examples.hillstrom.table import either, find, read

    found = list(split(either(*read(find(data))), halves))
    lines = [_line(name, found) for name in RANKINGS]
    ours, theirs, furthest = compared(found[0], repeats)
    median = float(np.median([half.qini(RANKINGS[0]) for half in found]))
    same = (
        f"Of {len(found[0].measured):,} rows and ten scores, curves and areas: ours {1e3 * ours:.0f} ms, scikit-uplift "
        f"{1e3 * theirs:.0f} ms, {ratio(theirs / ours)} as fast; the largest difference of a figure is {furthest:.1e}."
    )
    return Result(
        "Churn: uplift, Hillstrom's e-mails",
        ("ranking", "Qini", "lowest", "highest", "against the perfect ranking"),
        tuple(lines),
        (f"{halves} random halves, outcome visit, either e-mail against none.", _MEANT, same),
        (
            goal("median Qini of the T-learner", median, WANTED),
            goal("largest difference from scikit-uplift", furthest, EQUAL, at_most=True),
        ),
    )


def _line(name: str, found: list[Half]) -> tuple[str, ...]:
    qinis = [half.qini(name) for half in found]
    perfect = [uplift.qini(half.measured.benefit, half.measured.treated, half.scores[name]) or 0.0 for half in found]
    return name, *(f"{one:.3f}" for one in (np.median(qinis), min(qinis), max(qinis), np.median(perfect)))


def compared(half: Half, repeats: int) -> tuple[float, float, float]:
    """Seconds of ours, seconds of scikit-uplift, and the largest difference: of continuous scores and of ties."""
    from sklift import metrics

    rows = half.measured
    benefit, treated = rows.benefit.astype(int), rows.treated.astype(int)
    scores = [one for score in half.scores.values() for one in (score, np.round(score, 2))]

    def ours() -> list[Any]:
        return [
            part
            for score in scores
            for part in (
                uplift.qini(benefit, treated, score),
                uplift.auuc(benefit, treated, score),
                uplift.qini_curve(benefit, treated, score).gain,
                uplift.uplift_curve(benefit, treated, score).gain,
            )
        ]

    def theirs() -> list[Any]:
        return [
            part
            for score in scores
            for part in (
                metrics.qini_auc_score(benefit, score, treated),
                metrics.uplift_auc_score(benefit, score, treated),
                metrics.qini_curve(benefit, score, treated)[1],
                metrics.uplift_curve(benefit, score, treated)[1],
            )
        ]

    works: dict[str, Callable[[], list[Any]]] = {"ours": ours, "theirs": theirs}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of scikit-learn, about what scikit-uplift calls
        seconds = interleaved(works, repeats)
        pairs = list(zip(ours(), theirs(), strict=True))
    furthest = max(float(np.max(np.abs(np.asarray(one) - np.asarray(other)))) for one, other in pairs)
    return seconds["ours"], seconds["theirs"], furthest
