"""LinUCB: choose what may bring most, by the upper end of what is believed of each option.

Li, Chu, Langford and Schapire 2010, "A Contextual-Bandit Approach to Personalized News Article Recommendation" (WWW),
algorithm 1, with disjoint linear models.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import attrs

from loyaltykit.campaigns.policies.policy import Choice, check, draw, floored, share
from loyaltykit.campaigns.policies.sums import added, beliefs, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.campaigns.policies.policy import Context, Memory

_TIE = 1e-9


def _width(instance: object, attribute: object, value: float) -> None:
    del instance, attribute
    if not 0 <= value < math.inf:
        raise ValueError(f"alpha is a number from 0: {value}")


@attrs.frozen(slots=True)
class LinUCB:
    """A linear model for each option; the one with the highest mean + alpha x spread is chosen, but for the floor.

    `alpha` is how much what is not known yet counts for an option, in standard deviations of its mean reward. The
    paper's choice has no chance in it, and a log without chance says nothing of what was not chosen. So each option
    keeps the probability `floor`, by default 5%, and the best one has the rest; those that are equally good share it.
    With as many options that floors leave no rest, each is chosen alike. What is remembered is said in `policies.sums`.
    """

    name: str = "linucb"
    floor: float = attrs.field(default=0.05, validator=share)
    alpha: float = attrs.field(default=1.0, validator=_width)

    def choose(self, context: Context, options: Sequence[str], *, chance: float, memory: Memory) -> Choice:
        """Choose by the upper end. The order of the options does not matter."""
        check(options, chance)
        found = beliefs(read(memory), context, sorted(options))
        upper = {option: belief.mean + self.alpha * belief.spread for option, belief in found.items()}
        top = max(upper.values())
        best = [option for option, end in upper.items() if end >= top - _TIE]
        weights = {option: 1 / len(best) if option in best else 0.0 for option in upper}
        return draw(floored(weights, self.floor), chance, policy=self.name)

    def learn(self, memory: Memory, context: Context, option: str, reward: float) -> Memory:
        """Add one choice and its reward to the sums of its option."""
        return added(memory, context, option, reward)
