"""A regression of what options bring, for the doubly robust estimate: nobody's reward is predicted from itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.campaigns.policies.features import COLUMNS, features
from loyaltykit.campaigns.policies.sums import penalties
from loyaltykit.insight.policy_log import FOLDS, fold_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from loyaltykit.insight.policy_log import LoggedChoice

    Numbers = np.ndarray[Any, np.dtype[np.float64]]


def guesses(log: Sequence[LoggedChoice], wanted: Sequence[Mapping[str, float]]) -> tuple[Numbers, Numbers]:
    """What the policy's choice would bring by the regression, and what the logged option would; by folds of members."""
    import numpy as np

    x = np.zeros((len(log), COLUMNS))
    for number, row in enumerate(log):
        columns = features(row.context)
        x[number, list(columns)] = list(columns.values())
    rewards = np.array([row.reward for row in log])
    chosen = np.array([row.option for row in log])
    folds = np.array([fold_of(row.member) for row in log])
    found, own = np.zeros(len(log)), np.zeros(len(log))
    for fold in range(FOLDS):
        here, others = folds == fold, folds != fold
        if not here.any():
            continue
        mean = (float(rewards[others].sum()) + 0.5) / (int(others.sum()) + 1)
        for option in sorted({option for row in log for option in row.options}):
            learnt = others & (chosen == option)
            predicted = np.clip(mean + x[here] @ _ridge(x[learnt], rewards[learnt] - mean), 0, 1)
            share = np.array([wanted[n].get(option, 0.0) for n in np.flatnonzero(here).tolist()])
            found[here] += share * predicted
            own[here & (chosen == option)] = predicted[chosen[here] == option]
    return found, own


def _ridge(x: Numbers, y: Numbers) -> Numbers:
    """The coefficients, shrunk as those of the policies are; all zero where nothing is known."""
    import numpy as np

    if not len(x):
        return np.zeros(x.shape[1])
    gram = x.T @ x
    return np.asarray(np.linalg.solve(gram + np.diag(penalties(gram)), x.T @ y), np.float64)
