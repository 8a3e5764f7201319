"""SquareCB: choose what is predicted to bring most, others the more seldom the less they are predicted to bring.

Foster and Rakhlin 2020, "Beyond UCB: Optimal and Efficient Contextual Bandits with Regression Oracles" (ICML). The
probabilities are a closed formula, so what is logged is exact and not an estimate.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import attrs

from loyaltykit.campaigns.policies.policy import Choice, check, draw, floored, share
from loyaltykit.campaigns.policies.sums import MAX_OPTIONS, added, beliefs, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loyaltykit.campaigns.policies.policy import Context, Memory

__all__ = ["MAX_GAMMA", "MAX_OPTIONS", "SquareCB", "gamma", "inverse_gap_weights"]

MAX_GAMMA = 1_000.0
"""Even a hopeless option keeps a probability of about 1 in 1,000: the log stays useful, and tastes may change."""

_SCALE = 5.0


@attrs.frozen(slots=True)
class SquareCB:
    """The bandit: ridge regression for each option, inverse gap weighting over the options.

    Of K options the best has the predicted reward y, another one y', and the probability 1 / (K + gamma (y - y'));
    the best has what is left. gamma = 5 sqrt(K n) after n rewards, at most 1,000: the growth with K and n is the
    paper's (theorem 1, gamma = sqrt(K n / regret of the regression)), the factor is a choice of practice: with four
    options 10 sqrt(n), the default of Vowpal Wabbit. It grows with the rewards that came in, not with the choices
    made: while answers are out, it goes on exploring.

    `floor` is the least probability that each option keeps. What is remembered is said in `policies.sums`.
    """

    name: str = "squarecb"
    floor: float = attrs.field(default=0.0, validator=share)

    def choose(self, context: Context, options: Sequence[str], *, chance: float, memory: Memory) -> Choice:
        """Choose by inverse gap weighting. The order of the options does not matter."""
        check(options, chance)
        known = read(memory)
        found = beliefs(known, context, sorted(options))
        predicted = {option: max(0.0, min(1.0, belief.mean)) for option, belief in found.items()}
        weights = inverse_gap_weights(predicted, gamma(len(options), known["n"]))
        return draw(floored(weights, self.floor), chance, policy=self.name)

    def learn(self, memory: Memory, context: Context, option: str, reward: float) -> Memory:
        """Add one choice and its reward to the sums of its option."""
        return added(memory, context, option, reward)


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
