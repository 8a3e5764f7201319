"""What the learning policies remember, the same for all of them: sums over the choices of each option.

For each option these are the sums of x x' and x r over its choices, x the columns of the context and r the reward. They
can be added to one choice at a time, in any order, and give the ridge regression of all of them exactly, and with it
the posterior of a Bayesian linear model (Bishop 2006, Pattern Recognition and Machine Learning, 3.3). The predictions
are shrunk towards the mean reward of all options, so a new option starts as an average one. Coefficients of numbers are
shrunk in units of the numbers' standard deviation. The size depends on the number of options alone, and that is at
most 64.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from loyaltykit.campaigns.policies.features import COLUMNS, NUMBERS, features
from loyaltykit.campaigns.policies.policy import check_reward

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from loyaltykit.campaigns.policies.policy import Context, Memory

MAX_OPTIONS = 64
"""Options that the memory holds. The one that has brought no reward for longest makes room for a new one."""
SPREAD = 0.5
"""The largest standard deviation that a reward in [0, 1] can have (Popoviciu's inequality): taken as that of noise."""

_KIND = "sums/1"
_KINDS = (_KIND, "squarecb/1")
"""The same under the name that it had before there were more policies than one."""
_RIDGE = 1.0


class Belief(NamedTuple):
    """What is believed of an option's reward in one context."""

    mean: float
    spread: float
    """The standard deviation of the mean reward, as far as it is not known; at most `SPREAD`."""


def read(memory: Memory) -> dict[str, Any]:
    """The memory, or that of one who has seen nothing. Raises ValueError for the memory of something else."""
    if not memory:
        return {"kind": _KIND, "n": 0, "reward": 0.0, "options": {}}
    if memory.get("kind") not in _KINDS:
        raise ValueError("this is not the memory of a bandit")
    return dict(memory)


def added(memory: Memory, context: Context, option: str, reward: float) -> Memory:
    """The memory with one more choice and its reward."""
    check_reward(reward)
    known = read(memory)
    n = known["n"] + 1
    learned = {"kind": _KIND, "n": n, "reward": known["reward"] + reward}
    before = known["options"].get(option) or _nothing()
    kept = _with_room(known["options"], option)
    return {**learned, "options": {**kept, option: _add(before, features(context), reward, n)}}


def removed(memory: Memory, context: Context, option: str, reward: float) -> Memory:
    """The memory without a choice that was added once; the inverse of `added`, but for rounding.

    An option that has made room for others has nothing left to take away.
    """
    check_reward(reward)
    known = read(memory)
    if not known["n"]:
        return memory
    learned = {"kind": _KIND, "n": known["n"] - 1, "reward": max(0.0, known["reward"] - reward)}
    options = {id: sums for id, sums in known["options"].items() if id != option}
    before = known["options"].get(option)
    if before is not None and before["xx"][0] > 1:
        options[option] = _add(before, features(context), reward, before["last"], times=-1)
    return {**learned, "options": options}


def beliefs(known: Mapping[str, Any], context: Context, options: Sequence[str]) -> dict[str, Belief]:
    """What is believed of each option in a context, from a memory that was read."""
    mean, x = (known["reward"] + 0.5) / (known["n"] + 1), features(context)
    nothing = Belief(mean, min(SPREAD, SPREAD * math.sqrt(math.fsum(value * value for value in x.values()) / _RIDGE)))
    found = {}
    for option in options:
        sums = known["options"].get(option)
        found[option] = nothing if sums is None else _belief(sums, x, mean)
    return found


def _nothing() -> dict[str, Any]:
    return {"last": 0, "xx": [0.0] * (COLUMNS * (COLUMNS + 1) // 2), "xr": [0.0] * COLUMNS}


def _add(
    before: Mapping[str, Any], x: Mapping[int, float], reward: float, last: int, *, times: int = 1
) -> dict[str, Any]:
    """The sums with a choice more, or one less; only the upper triangle of x x' is kept, row by row."""
    xx, xr = [*before["xx"]], [*before["xr"]]
    for row, value in x.items():
        xr[row] += times * value * reward
        for column, other in x.items():
            if column >= row:
                xx[_place(row, column)] += times * value * other
    return {"last": last, "xx": xx, "xr": xr}


def _place(row: int, column: int) -> int:
    """Where a cell of the upper triangle stands."""
    return row * COLUMNS - row * (row - 1) // 2 + column - row


def _with_room(options: Mapping[str, Any], option: str) -> dict[str, Any]:
    """The options, without the one that was silent longest if there would be too many."""
    kept = dict(options)
    while len(kept) >= MAX_OPTIONS and option not in kept:
        del kept[min(kept, key=lambda one: (kept[one]["last"], one))]
    return kept


def _belief(sums: Mapping[str, Any], x: Mapping[int, float], mean: float) -> Belief:
    """The posterior of one option: a ridge regression on r - mean, and how sure it is of this context."""
    import numpy as np  # only here: importing the library must not cost NumPy's loading

    upper = np.zeros((COLUMNS, COLUMNS))
    upper[np.triu_indices(COLUMNS)] = sums["xx"]
    gram = upper + np.triu(upper, 1).T
    here = np.zeros(COLUMNS)
    here[list(x)] = list(x.values())
    sides = np.column_stack((np.array(sums["xr"]) - mean * gram[0], here))
    weights, shares = np.linalg.solve(gram + np.diag(penalties(gram)), sides).T
    more = math.fsum(value * float(weights[column]) for column, value in x.items())
    variance = math.fsum(value * float(shares[column]) for column, value in x.items())
    return Belief(mean + more, min(SPREAD, SPREAD * math.sqrt(max(0.0, variance))))


def penalties(gram: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """What shrinks each coefficient: for numbers in units of their variance, which the sums know (none yet: one)."""
    import numpy as np

    n = gram[0, 0]
    found = np.full(COLUMNS, _RIDGE)
    numbers = slice(1, 1 + NUMBERS)
    variance = np.maximum(0.0, np.diag(gram)[numbers] / n - (gram[0, numbers] / n) ** 2)
    found[numbers] = _RIDGE * (n * variance + 1) / (n + 1)
    return found
