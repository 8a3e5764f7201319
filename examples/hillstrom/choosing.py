"""Which e-mail for whom, and what it brings: `argmax(uplift * value - cost)`, measured where chance sent the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from examples.hillstrom.halves import Half, candidates
from examples.hillstrom.table import ACTIONS, NOTHING, Texts, against_none
from loyaltykit.churn import Panel
from loyaltykit.churn.decisions import best_action
from loyaltykit.churn.uplift import TLearner

VALUE = 1.0
COSTS = (0.02, 0.05, 0.08)
"""Of an e-mail, where a visit is worth one. One brings 0.06 visits on average: at the last cost most are a loss."""
WAYS = ("nothing", *(f"{action} to all" for action in ACTIONS), "the best for each")

Floats = npt.NDArray[np.float64]


def policies(panel: Panel, sent: Texts, found: Sequence[Half]) -> Floats:
    """What each way brings a customer, in visits less costs; (ways, costs), means over the halves.

    For each e-mail a learner of the kind chosen on that half; measured on the customers not learnt from.
    """
    return np.mean([_of_half(panel, sent, half) for half in found], axis=0)


def _of_half(panel: Panel, sent: Texts, half: Half) -> Floats:
    first, rest = panel.take(half.learnt), np.setdiff1d(np.arange(len(panel)), half.learnt)
    uplift = {}
    for action in ACTIONS:
        learner = TLearner(candidates()[half.chosen])
        learner.fit(against_none(first, sent[half.learnt], action))
        uplift[action] = learner.uplift(panel.take(rest)).gain
    visits = panel.labels[rest]
    brings = np.empty((len(WAYS), len(COSTS)))
    for column, cost in enumerate(COSTS):
        choice = best_action(uplift, VALUE, dict.fromkeys(ACTIONS, cost))
        same = [np.full(len(rest), one) for one in (NOTHING, *ACTIONS)]
        for row, way in enumerate([*same, np.array([word or NOTHING for word in choice.words])]):
            brings[row, column] = _measured(way, sent[rest], visits, cost)
    return brings


def _measured(wanted: Texts, sent: Texts, visits: Floats, cost: float) -> float:
    """Those whom chance sent what was wanted stand for all, each for one over the chance of it: a third."""
    chance = np.zeros(len(wanted))
    for one in (NOTHING, *ACTIONS):
        chance[wanted == one] = np.mean(sent == one)
    brings = visits * VALUE - np.where(wanted == NOTHING, 0.0, cost)
    return float(np.mean((wanted == sent) / chance * brings))
