"""Thompson sampling: each option is chosen as often as it is believed to be the best one.

Thompson 1933, "On the likelihood that one unknown probability exceeds another in view of the evidence of two samples"
(Biometrika 25:285); with a linear model for each option: Agrawal and Goyal 2013, "Thompson Sampling for Contextual
Bandits with Linear Payoffs" (ICML).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.campaigns.policies.policy import Choice, check, draw, floored, share
from loyaltykit.campaigns.policies.sums import added, beliefs, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from loyaltykit.campaigns.policies.policy import Context, Memory
    from loyaltykit.campaigns.policies.sums import Belief

    Numbers = np.ndarray[Any, np.dtype[np.float64]]

_NODES = 8
_STEPS = (-8.0, -5.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 5.0, 8.0)
_NARROW = 1e-6


@attrs.frozen(slots=True)
class Thompson:
    """A Bayesian linear model for each option; the probability of each is that of being the best under the posterior.

    The usual way draws a reward for each option from its posterior and takes the highest, and nobody knows how likely
    the choice was. Here that probability is computed first, by an integral over one line (`chances_of_best`), then the
    option is drawn with it. So the logged propensity is the one that was drawn with, exactly; what the integral is off,
    less than one in a billion, changes how well it is Thompson's, never whether the log is right.

    The posterior is normal, with a reward's noise taken as 1/2, the most that a reward in [0, 1] can have. `floor` is
    the least probability that each option keeps: by default 1%. What is remembered is said in `policies.sums`.
    """

    name: str = "thompson"
    floor: float = attrs.field(default=0.01, validator=share)

    def choose(self, context: Context, options: Sequence[str], *, chance: float, memory: Memory) -> Choice:
        """Choose by the probability of being the best. The order of the options does not matter."""
        check(options, chance)
        weights = chances_of_best(beliefs(read(memory), context, sorted(options)))
        return draw(floored(weights, self.floor), chance, policy=self.name)

    def learn(self, memory: Memory, context: Context, option: str, reward: float) -> Memory:
        """Add one choice and its reward to the sums of its option."""
        return added(memory, context, option, reward)


def chances_of_best(found: Mapping[str, Belief]) -> dict[str, float]:
    """How likely each option's reward is the highest of all, where they are independent and normal.

    The integral over z of the density of one at z times the probabilities that the others are below z: Gauss and
    Legendre's rule with 8 nodes between all of mean + k spread, k from -8 to 8. The sum, which is 1 but for the error
    of the rule, is made 1.
    """
    import numpy as np  # only here: importing the library must not cost NumPy's loading

    if len(found) == 1:
        return dict.fromkeys(found, 1.0)
    means = np.array([belief.mean for belief in found.values()])
    spreads = np.maximum(_NARROW, [belief.spread for belief in found.values()])
    points, widths = _points(np.unique((means[:, None] + spreads[:, None] * np.array(_STEPS)).ravel()))
    standard = (points[:, None] - means) / spreads
    density = np.exp(-(standard**2) / 2) / (spreads * math.sqrt(2 * math.pi))
    raw = widths @ (density * _others(_below(standard)))
    weights = raw / raw.sum()
    return dict(zip(found, weights.tolist(), strict=True))


def _points(edges: Numbers) -> tuple[Numbers, Numbers]:
    """The nodes between neighbouring edges, and their weights."""
    import numpy as np

    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    half = np.diff(edges)[:, None] / 2
    middle = (edges[:-1] + edges[1:])[:, None] / 2
    return (middle + half * nodes).ravel(), (half * weights).ravel()


def _below(standard: Numbers) -> Numbers:
    """The normal distribution function."""
    import numpy as np

    root = -math.sqrt(0.5)
    return np.array([[math.erfc(root * value) / 2 for value in row] for row in standard.tolist()])


def _others(below: Numbers) -> Numbers:
    """The product of each row without the column itself, also where some are zero."""
    import numpy as np

    ones = np.ones((len(below), 1))
    before = np.multiply.accumulate(np.hstack((ones, below[:, :-1])), axis=1)
    after = np.multiply.accumulate(np.hstack((ones, below[:, :0:-1])), axis=1)[:, ::-1]
    return np.asarray(before * after, np.float64)
