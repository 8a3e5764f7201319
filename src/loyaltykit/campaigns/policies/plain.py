"""The policies that learn nothing: the author's order, and a fair draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from loyaltykit.campaigns.policies.policy import Choice, check, check_reward, draw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.campaigns.policies.policy import Context, Memory


@attrs.frozen(slots=True)
class Rule:
    """The first option, always: conditions have been looked at before, and the author's order decides."""

    name: str = "rule"

    def choose(self, context: Context, options: Sequence[str], *, chance: float, memory: Memory) -> Choice:
        """Choose the first option; the others have the propensity 0."""
        del context, memory
        check(options, chance)
        weights = dict.fromkeys(options, 0.0) | {options[0]: 1.0}
        return draw(weights, chance, policy=self.name)

    def learn(self, memory: Memory, context: Context, option: str, reward: float) -> Memory:
        """Learn nothing."""
        del context, option
        check_reward(reward)
        return memory


@attrs.frozen(slots=True)
class Random:
    """Each option alike: the fair comparison that the others are held against."""

    name: str = "random"

    def choose(self, context: Context, options: Sequence[str], *, chance: float, memory: Memory) -> Choice:
        """Choose by chance alone."""
        del context, memory
        check(options, chance)
        return draw(dict.fromkeys(options, 1 / len(options)), chance, policy=self.name)

    def learn(self, memory: Memory, context: Context, option: str, reward: float) -> Memory:
        """Learn nothing."""
        del context, option
        check_reward(reward)
        return memory
