"""Whom to do what for: the action with the largest expected gain, also when the money is short.

The gain of an action for a member is ``uplift * value - cost``: by how much it raises the probability of what is hoped
for, times what that is worth, less what the action costs. Doing nothing gains nothing and costs nothing. A high risk of
churn is nowhere in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from loyaltykit.churn.uplift.counts import experiment, steps

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from loyaltykit.churn.panel import Floats

NOTHING = -1
_HALVINGS = 100
_ROUNDING = 1e-12
"""Ten times 0.1 may be a little more than 1."""


@attrs.frozen(slots=True, eq=False)
class Choice:
    """An action for each member, or none."""

    actions: tuple[str, ...]
    taken: npt.NDArray[np.intp]
    """Places in `actions`; NOTHING (-1) where leaving the member alone is best."""
    gain: Floats
    """Expected, in the unit of value and cost; 0 where nothing is done."""
    cost: Floats

    @property
    def words(self) -> list[str | None]:
        """The name of the action for each member, None for nothing."""
        return [None if at == NOTHING else self.actions[at] for at in self.taken]

    def counts(self) -> dict[str, int]:
        """How many get each action."""
        return {name: int((self.taken == at).sum()) for at, name in enumerate(self.actions)}


def best_action(
    uplift: Mapping[str, npt.ArrayLike],
    value: npt.ArrayLike,
    cost: Mapping[str, npt.ArrayLike],
    *,
    budget: float | None = None,
) -> Choice:
    """For each member the action with the largest ``uplift * value - cost``, or nothing where all are below zero.

    `uplift` has an array for each action, one number a member; `value` is one number for all, or one each; so is each
    action's cost. Of equal gains nothing wins, then the action that comes first.

    With a `budget` the sum of the costs stays within it: what is spent goes to where another unit of money gains most
    (the greedy rule of the linear multiple-choice knapsack, P. Sinha and A. A. Zoltners 1979, Operations Research
    27:503; off the best by no more than one member's action gains). Raises ValueError for numbers that are not
    finite, costs below zero, other lengths, an action without a cost, and a budget below zero.
    """
    names = tuple(uplift)
    gain, costs = _gains(uplift, value, cost)
    taken = _best(gain, costs, 0.0)
    if budget is not None:
        taken = _within(gain, costs, budget, taken)
    rows = np.arange(len(taken))
    return Choice(names, taken - 1, gain[rows, taken], costs[rows, taken])


def _gains(
    uplift: Mapping[str, npt.ArrayLike], value: npt.ArrayLike, cost: Mapping[str, npt.ArrayLike]
) -> tuple[Floats, Floats]:
    """Gains and costs, (members, actions), with doing nothing as the first action."""
    if set(uplift) != set(cost):
        raise ValueError(f"each action needs its cost: {sorted(uplift)} and {sorted(cost)}")
    effects = [np.asarray(one, dtype=np.float64) for one in uplift.values()]
    shape = effects[0].shape if effects else ()
    if len(shape) != 1 or any(one.shape != shape for one in effects):
        raise ValueError(f"each action needs one uplift a member: {[one.shape for one in effects]}")
    worth = np.broadcast_to(np.asarray(value, dtype=np.float64), shape)
    costs = [np.broadcast_to(np.asarray(cost[name], dtype=np.float64), shape) for name in uplift]
    if not all(np.isfinite(one).all() for one in (*effects, worth, *costs)):
        raise ValueError("an uplift, a value or a cost is not a finite number")
    if any((one < 0).any() for one in costs):
        raise ValueError("a cost is below zero")
    nothing = np.zeros(shape)
    gains = [effect * worth - price for effect, price in zip(effects, costs, strict=True)]
    return np.column_stack([nothing, *gains]), np.column_stack([nothing, *costs])


def _best(gain: Floats, cost: Floats, price: float) -> npt.NDArray[np.intp]:
    """The best action when each unit of cost costs `price` more than itself."""
    found: npt.NDArray[np.intp] = np.argmax(gain - price * cost, axis=1)
    return found


def _within(gain: Floats, cost: Floats, budget: float, free: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """The choice within a budget: raise the price of money until it is enough, then spend what is left in order."""
    if not budget >= 0:
        raise ValueError(f"a budget is not below zero: {budget}")
    rows = np.arange(len(free))
    if cost[rows, free].sum() <= budget:
        return free
    paid = cost > 0
    low, high = 0.0, 1.0 + float((gain[paid] / cost[paid]).max(initial=0.0))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        if cost[rows, _best(gain, cost, middle)].sum() <= budget:
            high = middle
        else:
            low = middle
    taken, wished = _best(gain, cost, high), _best(gain, cost, low)
    return _spent(gain, cost, budget, taken, wished)


def _spent(
    gain: Floats, cost: Floats, budget: float, taken: npt.NDArray[np.intp], wished: npt.NDArray[np.intp]
) -> npt.NDArray[np.intp]:
    """Members for whom the last unit of money is as good here as there: as many as it is enough for, by gain."""
    rows = np.arange(len(taken))
    more_cost, more_gain = (one[rows, wished] - one[rows, taken] for one in (cost, gain))
    waiting = np.flatnonzero((more_cost > 0) & (more_gain > 0))
    waiting = waiting[np.lexsort((more_cost[waiting], -more_gain[waiting] / more_cost[waiting]))]
    left = budget * (1 + _ROUNDING) - cost[rows, taken].sum()
    fits = waiting[np.cumsum(more_cost[waiting]) <= left]
    taken = taken.copy()
    taken[fits] = wished[fits]
    return taken


@attrs.frozen(slots=True, eq=False)
class GainCurve:
    """What it brings to act on the best-ranked members, from none to all of them."""

    share: Floats
    """Of the members."""
    expected: Floats
    """As the scores promise, a member of the whole group."""
    measured: Floats | None
    """As an experiment found it; None without one."""

    @property
    def best(self) -> float:
        """The share with the largest gain: measured where it was, else expected."""
        gain = self.expected if self.measured is None else self.measured
        return float(self.share[int(np.argmax(gain))])


def expected_gain(
    uplift: npt.ArrayLike,
    value: float,
    cost: float,
    *,
    outcome: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
) -> GainCurve:
    """The gain of acting on the first so many members by falling uplift, divided by the number of all.

    `value` of one success and `cost` of one action are the same for everybody. `outcome` is (benefit, treated) of an
    experiment with the same rows: then the curve is also measured, the difference of the shares with benefit among the
    first so many, times how many they are, times value, less the costs. Raises ValueError as `qini_curve` does.
    """
    effects = np.asarray(uplift, dtype=np.float64)
    if effects.ndim != 1 or not np.isfinite(effects).all():
        raise ValueError("an uplift is not a finite number")
    rows = len(effects)
    benefit, treated = outcome if outcome is not None else (np.zeros(rows), np.zeros(rows))
    so_far = steps(experiment(benefit, treated), effects)
    ends, size = np.append(0, so_far.rows).astype(np.intp), max(rows, 1)
    promised = np.append(0.0, np.cumsum(-np.sort(-effects)))[ends]
    expected = (promised * value - ends * cost) / size
    if outcome is None:
        return GainCurve(ends / size, expected, None)
    shares = [
        np.divide(good, all_, out=np.zeros_like(good), where=all_ > 0)
        for good, all_ in ((so_far.treated_benefit, so_far.treated), (so_far.control_benefit, so_far.control))
    ]
    won = np.append(0.0, (shares[0] - shares[1]) * so_far.rows)
    return GainCurve(ends / size, expected, (won * value - ends * cost) / size)
