"""Which e-mail for whom, and what it brings: `argmax(uplift * value - cost)`, measured where chance sent the same."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from examples.hillstrom.halves import Factory
from examples.hillstrom.table import ACTIONS, NOTHING, Texts, against_none
from loyaltykit.churn import Panel
from loyaltykit.churn.decisions import best_action
from loyaltykit.churn.uplift import TLearner

VALUE, COST = 1.0, 0.05
"""A visit is worth one unit, an e-mail costs a twentieth of it: of 20 e-mails one has to bring a visit."""


@attrs.frozen
class Policy:
    """What a way of choosing brings, a customer, in the unit of a visit."""

    name: str
    brings: float
    error: float
    """Standard error."""
    sent: dict[str, int]


def policies(panel: Panel, sent: Texts, learnt: npt.NDArray[np.intp], factory: Factory) -> list[Policy]:
    """The same for all, and the best for each by a learner an e-mail; measured on the customers not learnt from."""
    first, rest = panel.take(learnt), np.setdiff1d(np.arange(len(panel)), learnt)
    uplift = {}
    for action in ACTIONS:
        learner = TLearner(factory)
        learner.fit(against_none(first, sent[learnt], action))
        uplift[action] = learner.uplift(panel.take(rest)).gain
    choice = best_action(uplift, VALUE, dict.fromkeys(ACTIONS, COST))
    ways = {f"{action} to all": np.full(len(rest), action) for action in ACTIONS}
    ways = {"nothing": np.full(len(rest), NOTHING), **ways, "the best for each": np.array([w or NOTHING for w in choice.words])}
    return [_measured(name, way, sent[rest], panel.labels[rest]) for name, way in ways.items()]


def _measured(name: str, wanted: Texts, sent: Texts, visits: npt.NDArray[np.float64]) -> Policy:
    """Those whom chance sent what the policy would have sent stand for all: chance gave each a third."""
    share = np.array([np.mean(sent == one) for one in (NOTHING, *ACTIONS)])
    chance = dict(zip((NOTHING, *ACTIONS), share, strict=True))
    weight = np.where(wanted == sent, 1 / np.array([chance[one] for one in wanted.tolist()]), 0.0)
    brings = weight * (visits * VALUE - np.where(wanted == NOTHING, 0.0, COST))
    counts = {action: int((wanted == action).sum()) for action in ACTIONS}
    return Policy(name, float(brings.mean()), float(brings.std() / np.sqrt(len(brings))), counts)
