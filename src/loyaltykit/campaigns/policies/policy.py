"""What a policy is: options and a context in, one option and the probabilities of all out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

import attrs

if TYPE_CHECKING:
    from collections.abc import Sequence

Context = Mapping[str, float | int | str | bool | None]
"""What is known of the member at the moment of choosing: names and plain values, never a person's name or address."""
Memory = Mapping[str, Any]
"""What a policy has learned: JSON, kept by the caller, empty at first."""


ROUNDING = 1e-6
"""How far the sum of a policy's probabilities may be from 1."""


def _frozen(weights: Mapping[str, float]) -> Mapping[str, float]:
    return MappingProxyType(dict(weights))


@attrs.frozen(slots=True)
class Choice:
    """The option that was chosen, and how likely each was. Log all of it: propensities make the log worth reading."""

    option: str
    propensity: float
    """The probability of `option` under this policy, context and memory."""
    propensities: Mapping[str, float] = attrs.field(converter=_frozen, hash=False)
    """Of every option, by id: each above zero for a policy that explores, their sum is 1."""
    policy: str

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "option": self.option,
            "propensity": self.propensity,
            "propensities": dict(self.propensities),
            "policy": self.policy,
        }


class Policy(Protocol):
    """Chooses among options and may learn. Pure: the same arguments give the same result."""

    @property
    def name(self) -> str:
        """What the log calls it."""

    def choose(self, context: Context, options: Sequence[str], *, chance: float, memory: Memory) -> Choice:
        """Choose one of the options.

        `chance` in [0, 1) is all the randomness there is; the caller takes it from a hash of what the choice is about.
        Raises ValueError for no options, an option named twice, or a chance outside [0, 1).
        """

    def learn(self, memory: Memory, context: Context, option: str, reward: float) -> Memory:
        """The memory after a choice brought its reward, in [0, 1]; the memory that was given stays as it is.

        A choice that brought nothing is learned too, with the reward 0. Raises ValueError for a reward outside [0, 1].
        """


def draw(weights: Mapping[str, float], chance: float, *, policy: str) -> Choice:
    """The option whose stretch of [0, 1) holds `chance`: they lie there by name, each as long as it is likely."""
    passed = 0.0
    chosen = ""
    for option in sorted(weights):
        if weights[option] > 0:
            chosen = option  # the last one takes what rounding leaves over
            passed += weights[option]
            if chance < passed:
                break
    return Choice(option=chosen, propensity=weights[chosen], propensities=weights, policy=policy)


def check(options: Sequence[str], chance: float) -> None:
    """Raise ValueError for what no policy can choose from."""
    if not options or len(set(options)) != len(options):
        raise ValueError("a choice needs at least one option, and none twice")
    if not 0 <= chance < 1:
        raise ValueError(f"chance lies in [0, 1): {chance}")


def check_reward(reward: float) -> None:
    """Raise ValueError for a reward that is not in [0, 1]."""
    if not 0 <= reward <= 1:
        raise ValueError(f"a reward lies in [0, 1]: {reward}")


def floored(weights: Mapping[str, float], floor: float) -> dict[str, float]:
    """Probabilities of which none is below the floor; where that leaves nothing to tell apart, all are alike."""
    least = min(floor, 1 / len(weights))
    rest = 1 - len(weights) * least
    return {option: least + rest * weight for option, weight in weights.items()} if least else dict(weights)


def share(instance: object, attribute: object, value: float) -> None:
    """Raise ValueError for a floor that is no probability; a validator of attrs."""
    del instance, attribute
    if not 0 <= value <= 1:
        raise ValueError(f"a floor lies in [0, 1]: {value}")


def drawn(choice: Choice, options: Sequence[str], *, floor: float, chance: float) -> Choice:
    """The choice by the probabilities that another's policy gave, drawn here: what is logged is what was drawn with.

    Raises ValueError where they are no probabilities of these options.
    """
    weights = {option: float(weight) for option, weight in choice.propensities.items()}
    if weights.keys() != set(options):
        raise ValueError("the propensities are not those of the options")
    total = math.fsum(weights.values())
    if not all(weight >= 0 for weight in weights.values()) or not abs(total - 1) <= ROUNDING:
        raise ValueError(f"propensities are from 0, and their sum is 1, not {total}")
    even = {option: weight / total for option, weight in weights.items()}
    return draw(floored(even, floor), chance, policy=choice.policy)
