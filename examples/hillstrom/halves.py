"""Ten random halves: on one a model learns and is chosen, on the other its ranking is measured. Nothing goes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import attrs
import numpy as np
import numpy.typing as npt

from loyaltykit.churn import ChurnModel
from loyaltykit.churn.growing import Growth
from loyaltykit.churn.models.boosted import Boosted
from loyaltykit.churn.models.hazard import Hazard
from loyaltykit.churn.uplift import TLearner, UpliftPanel, qini

Floats = npt.NDArray[np.float64]
Factory = Callable[[], ChurnModel]

FOLDS = 4
RANKINGS = ("T-learner", "high response first", "random", "riskiest first", "longest silent first")


def candidates() -> dict[str, Factory]:
    """What may be the model of either arm. None needs a history of activity here: there is none in the table."""
    found: dict[str, Factory] = {
        f"hazard, {bins} bins, l2 {l2:g}": partial(Hazard, minimum={}, bins=bins, l2=l2)
        for bins in (4, 10)
        for l2 in (10.0, 100.0, 1000.0)
    }
    shallow = Growth(trees=150, depth=2, rate=0.1)
    return {**found, "boosted, 150 trees of depth 2": partial(Boosted, minimum={}, bins=16, folds=3, growth=shallow)}


@attrs.frozen
class Half:
    """One split: what was chosen on its first half, and each ranking's scores of its second."""

    seed: int
    learnt: npt.NDArray[np.intp]
    measured: UpliftPanel
    chosen: str
    scores: dict[str, Floats]

    def qini(self, name: str) -> float:
        """The Qini coefficient against the whole effect."""
        return qini(self.measured.benefit, self.measured.treated, self.scores[name], against="effect") or 0.0


def halves(data: UpliftPanel, number: int = 10) -> Iterator[Half]:
    """Split after split, seeded by its number."""
    for seed in range(number):
        order = np.random.default_rng(seed).permutation(len(data))
        middle = len(data) // 2
        learnt, measured = data.take(order[:middle]), data.take(order[middle:])
        name, factory = choose(learnt, seed)
        yield Half(seed, order[:middle], measured, name, rank(factory, learnt, measured, seed))


def choose(data: UpliftPanel, seed: int) -> tuple[str, Factory]:
    """The candidate with the best mean Qini coefficient over the folds of the data that it may see."""
    fold = np.random.default_rng([seed, 1]).permutation(len(data)) % FOLDS
    found = {}
    for name, factory in candidates().items():
        scores = []
        for one in range(FOLDS):
            learner, held = TLearner(factory), data.take(fold == one)
            learner.fit(data.take(fold != one))
            scores.append(qini(held.benefit, held.treated, learner.uplift(held.panel).gain, against="effect") or 0.0)
        found[name] = float(np.mean(scores))
    best = max(found, key=found.__getitem__)
    return best, candidates()[best]


def rank(factory: Factory, learnt: UpliftPanel, measured: UpliftPanel, seed: int) -> dict[str, Floats]:
    """The scores of each ranking; the models of all of them are of the same kind."""
    learner, response = TLearner(factory), factory()
    learner.fit(learnt)
    response.fit(learnt.panel)
    uplift = learner.uplift(measured.panel)
    found = (
        uplift.gain,
        response.score(measured.panel).p,
        np.random.default_rng([seed, 2]).random(len(measured)),
        1 - uplift.control,
        measured.panel.column("recency"),
    )
    return dict(zip(RANKINGS, found, strict=True))
