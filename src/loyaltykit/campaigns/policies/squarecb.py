"""SquareCB: choose what is predicted to bring most, others the more seldom the less they are predicted to bring.

Foster and Rakhlin 2020, "Beyond UCB: Optimal and Efficient Contextual Bandits with Regression Oracles" (ICML). The
probabilities are a closed formula, so what is logged is exact and not an estimate.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.campaigns.policies.features import COLUMNS, NUMBERS, features
from loyaltykit.campaigns.policies.policy import Choice, check, check_reward, draw

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from loyaltykit.campaigns.policies.policy import Context, Memory

MAX_OPTIONS = 64
"""Options that the memory holds. The one that has brought no reward for longest makes room for a new one."""
MAX_GAMMA = 1_000.0
"""Even a hopeless option keeps a probability of about 1 in 1,000: the log stays useful, and tastes may change."""

_KIND = "squarecb/1"
_SCALE = 5.0
_RIDGE = 1.0


@attrs.frozen(slots=True)
class SquareCB:
    """The bandit: ridge regression for each option, inverse gap weighting over the options.

    Of K options the best has the predicted reward y, another one y', and the probability 1 / (K + gamma (y - y'));
    the best has what is left. gamma = 5 sqrt(K n) after n rewards, at most 1,000: the growth with K and n is the
    paper's (theorem 1, gamma = sqrt(K n / regret of the regression)), the factor is a choice of practice: with four
    options 10 sqrt(n), the default of Vowpal Wabbit. It grows with the rewards that came in, not with the choices
    made: while answers are out, it goes on exploring.

    The memory has, for each option, the sums of x x' and x r over its choices: they can be added to one at a time, and
    give the regression of all of them exactly. The predictions are shrunk towards the mean reward of all options, so a
    new option starts as an average one. Coefficients of numbers are shrunk in units of the numbers' standard deviation.
    The size of the memory depends on the number of options alone, and that is at most 64.
    """

    name: str = "bandit"

    def choose(self, context: Context, options: Sequence[str], *, chance: float, memory: Memory) -> Choice:
        """Choose by inverse gap weighting. The order of the options does not matter."""
        check(options, chance)
        known = _read(memory)
        predicted = _predict(known, features(context), sorted(options))
        return draw(inverse_gap_weights(predicted, gamma(len(options), known["n"])), chance, policy=self.name)

    def learn(self, memory: Memory, context: Context, option: str, reward: float) -> Memory:
        """Add one choice and its reward to the sums of its option."""
        check_reward(reward)
        known = _read(memory)
        n = known["n"] + 1
        learned = {"kind": _KIND, "n": n, "reward": known["reward"] + reward}
        before = known["options"].get(option) or _nothing()
        kept = _with_room(known["options"], option)
        return {**learned, "options": {**kept, option: _add(before, features(context), reward, n)}}


def gamma(count: int, n: int) -> float:
    """How hard the gaps count, with `count` options after `n` rewards."""
    return min(MAX_GAMMA, _SCALE * math.sqrt(count * n))


def inverse_gap_weights(predicted: Mapping[str, float], sharpness: float) -> dict[str, float]:
    """The probabilities of the options. Among equals the first by name is the best, which changes nothing for n = 0."""
    best = min(predicted, key=lambda option: (-predicted[option], option))
    top = predicted[best]
    weights = {option: 1 / (len(predicted) + sharpness * (top - value)) for option, value in predicted.items()}
    weights[best] = 1 - math.fsum(weight for option, weight in weights.items() if option != best)
    return weights


def _read(memory: Memory) -> dict[str, Any]:
    """The memory, or that of one who has seen nothing. Raises ValueError for the memory of something else."""
    if not memory:
        return {"kind": _KIND, "n": 0, "reward": 0.0, "options": {}}
    if memory.get("kind") != _KIND:
        raise ValueError("this is not the memory of a bandit")
    return dict(memory)


def _nothing() -> dict[str, Any]:
    return {"last": 0, "xx": [0.0] * (COLUMNS * (COLUMNS + 1) // 2), "xr": [0.0] * COLUMNS}


def _add(before: Mapping[str, Any], x: Mapping[int, float], reward: float, n: int) -> dict[str, Any]:
    """The sums with one more choice; only the upper triangle of x x' is kept, row by row."""
    xx, xr = [*before["xx"]], [*before["xr"]]
    for row, value in x.items():
        xr[row] += value * reward
        for column, other in x.items():
            if column >= row:
                xx[_place(row, column)] += value * other
    return {"last": n, "xx": xx, "xr": xr}


def _place(row: int, column: int) -> int:
    """Where a cell of the upper triangle stands."""
    return row * COLUMNS - row * (row - 1) // 2 + column - row


def _with_room(options: Mapping[str, Any], option: str) -> dict[str, Any]:
    """The options, without the one that was silent longest if there would be too many."""
    kept = dict(options)
    while len(kept) >= MAX_OPTIONS and option not in kept:
        del kept[min(kept, key=lambda one: (kept[one]["last"], one))]
    return kept


def _predict(known: Mapping[str, Any], x: Mapping[int, float], options: Sequence[str]) -> dict[str, float]:
    """The reward that each option is predicted to bring in this context, within [0, 1]."""
    mean = (known["reward"] + 0.5) / (known["n"] + 1)
    found = {}
    for option in options:
        sums = known["options"].get(option)
        guess = mean if sums is None else mean + _deviation(sums, x, mean)
        found[option] = max(0.0, min(1.0, guess))
    return found


def _deviation(sums: Mapping[str, Any], x: Mapping[int, float], mean: float) -> float:
    """How much more than the mean of all options this one is predicted to bring: a ridge regression on r - mean."""
    import numpy as np  # only here: importing the library must not cost NumPy's loading

    upper = np.zeros((COLUMNS, COLUMNS))
    upper[np.triu_indices(COLUMNS)] = sums["xx"]
    gram = upper + np.triu(upper, 1).T
    weights = np.linalg.solve(gram + np.diag(_penalties(gram)), np.array(sums["xr"]) - mean * gram[0])
    return math.fsum(value * float(weights[column]) for column, value in x.items())


def _penalties(gram: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """What shrinks each coefficient: for numbers in units of their variance, which the sums know (none yet: one)."""
    import numpy as np

    n = gram[0, 0]
    penalties = np.full(COLUMNS, _RIDGE)
    numbers = slice(1, 1 + NUMBERS)
    variance = np.maximum(0.0, np.diag(gram)[numbers] / n - (gram[0, numbers] / n) ** 2)
    penalties[numbers] = _RIDGE * (n * variance + 1) / (n + 1)
    return penalties
