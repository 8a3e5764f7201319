"""Checks of what a policy chooses and says about it."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from loyaltykit.campaigns.policies import SHIPPED, Choice
from loyaltykit.testing.policy.bench import BEST, OPTIONS, chance, student
from loyaltykit.testing.report import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.testing.policy.bench import Bench

_ROUNDING = 1e-6
_GRID = 250
_ODD: tuple[Any, ...] = (math.nan, math.inf, -math.inf, 10**400, -(10**400), 5e-324, "", "\ud800", "x" * 10_000, None)


def chooses(bench: Bench) -> None:
    """A Choice of one of the options."""
    for choice in bench.choices():
        if not isinstance(choice, Choice):
            raise Fault(f"choose gives a {type(choice).__name__}")
        if choice.option not in OPTIONS:
            raise Fault(f"it chooses {choice.option!r}, which is none of the options")


def name(bench: Bench) -> None:
    """An id of its own, which its choices bear."""
    found = bench.make().name
    if not isinstance(found, str) or not re.fullmatch(r"[a-z][a-z0-9-]{0,59}", found):
        raise Fault(f"its name is {found!r}")
    if found in SHIPPED and not bench.make().__class__.__module__.startswith("loyaltykit."):
        raise Fault(f"{found} is a policy of the library")
    other = next((choice.policy for choice in bench.choices() if choice.policy != found), found)
    if other != found:
        raise Fault(f"its name is {found!r}, its choices say {other!r}")


def pure(bench: Bench) -> None:
    """Equal arguments give equal choices and memories, also from another object."""
    for memory in bench.memories():
        for number in range(8):
            context, at = student(number), chance("pure", number)
            policy, other = bench.make(), bench.make()
            first = policy.choose(context, OPTIONS, chance=at, memory=memory)
            for again in (policy, other):
                if again.choose(context, OPTIONS, chance=at, memory=memory) != first:
                    raise Fault("the same context, options, chance and memory give another choice")
            learned = policy.learn(memory, context, BEST, 1.0)
            if any(one.learn(memory, context, BEST, 1.0) != learned for one in (policy, other)):
                raise Fault("the same choice and reward are learnt otherwise the second time")


def nothing_kept(bench: Bench) -> None:
    """What an object has learned counts only through the memory that is given."""
    policy, fresh = bench.make(), bench.make()
    memory: Any = {}
    for number in range(40):
        option = OPTIONS[number % 3]
        memory = policy.learn(memory, student(number), option, float(option == BEST))
        policy.choose(student(number), OPTIONS, chance=chance(number), memory=memory)
    for number in range(8):
        arguments: dict[str, Any] = {"chance": 0.5, "memory": {}}
        if policy.choose(student(number), OPTIONS, **arguments) != fresh.choose(student(number), OPTIONS, **arguments):
            raise Fault("with an empty memory, an object that has learned chooses otherwise than a new one")


def propensities(bench: Bench) -> None:
    """A probability of every option, their sum 1."""
    for choice in bench.choices():
        each = choice.propensities
        if set(each) != set(OPTIONS):
            raise Fault(f"it gives probabilities of {sorted(each)}, asked about {sorted(OPTIONS)}")
        if not all(0 <= value <= 1 + _ROUNDING for value in each.values()):
            raise Fault(f"probabilities lie in [0, 1]: {dict(each)}")
        if abs(math.fsum(each.values()) - 1) > _ROUNDING:
            raise Fault(f"the probabilities sum to {math.fsum(each.values())}")
        if abs(each[choice.option] - choice.propensity) > _ROUNDING:
            raise Fault(f"the chosen option has {each[choice.option]}, `propensity` says {choice.propensity}")


def frequencies(bench: Bench) -> None:
    """Over all chances, each option is chosen as often as its probability says; and chance changes nothing else."""
    policy = bench.make()
    for memory in bench.memories():
        context = student(5)
        counts: dict[str, int] = {}
        logged = None
        for step in range(_GRID):
            choice = policy.choose(context, OPTIONS, chance=(step + 0.5) / _GRID, memory=memory)
            counts[choice.option] = counts.get(choice.option, 0) + 1
            if logged is not None and dict(choice.propensities) != logged:
                raise Fault("the probabilities change with `chance`")
            logged = dict(choice.propensities)
        for option, share in (logged or {}).items():
            chosen = counts.get(option, 0) / _GRID
            if abs(chosen - share) > len(OPTIONS) / _GRID:
                raise Fault(f"{option} has the probability {share:.3f} and is chosen {chosen:.3f} of the time")


def explores(bench: Bench) -> None:
    """No option has the probability 0."""
    for choice in bench.choices():
        never = [option for option, value in choice.propensities.items() if not value > 0]
        if never:
            raise Fault(f"{never[0]} has the probability 0")


def order(bench: Bench) -> None:
    """Options and context in another order give the same choice."""
    policy = bench.make()
    for memory in bench.memories():
        for number in range(8):
            context, at = student(number), chance("order", number)
            first = policy.choose(context, OPTIONS, chance=at, memory=memory)
            if policy.choose(context, OPTIONS[::-1], chance=at, memory=memory) != first:
                raise Fault("the options in another order give another choice")
            if (
                policy.choose(
                    {fact: context[fact] for fact in reversed(list(context))}, OPTIONS, chance=at, memory=memory
                )
                != first
            ):
                raise Fault("the facts of the context in another order give another choice")


def options(bench: Bench) -> None:
    """Other options than those that were learnt about: one more, one less, one alone."""
    policy, memory = bench.make(), bench.taught()
    for asked in ((*OPTIONS, "brand-new"), OPTIONS[1:], OPTIONS[:1], ("one", "two")):
        choice = policy.choose(student(1), asked, chance=0.3, memory=memory)
        if choice.option not in asked or set(choice.propensities) != set(asked):
            raise Fault(f"asked about {list(asked)}, it speaks of {sorted(choice.propensities)}")
        if "brand-new" in asked and not choice.propensities["brand-new"] > 0:
            raise Fault("a new option is never tried")


def odd_context(bench: Bench) -> None:
    """Values that nobody expects, and no values at all."""
    policy, memory = bench.make(), bench.taught()
    for context in ({}, *({**student(1), "risk": value, "odd": value} for value in _ODD)):
        learned = policy.learn(memory, context, BEST, 1.0)
        for known in (memory, learned):
            each = policy.choose(context, OPTIONS, chance=0.3, memory=known).propensities
            if not all(math.isfinite(value) for value in each.values()):
                raise Fault(f"with the value {str(context.get('odd'))[:20]!r} the probabilities are {dict(each)}")


def misuse(bench: Bench) -> None:
    """ValueError for what cannot be chosen from or learnt."""
    policy = bench.make()
    wrong: dict[str, Callable[[], Any]] = {
        "no options": lambda: policy.choose({}, (), chance=0.5, memory={}),
        "an option named twice": lambda: policy.choose({}, ("a", "a"), chance=0.5, memory={}),
        "the chance 1": lambda: policy.choose({}, OPTIONS, chance=1.0, memory={}),
        "a chance below 0": lambda: policy.choose({}, OPTIONS, chance=-0.1, memory={}),
        "the reward 1.5": lambda: policy.learn({}, {}, BEST, 1.5),
        "the reward nan": lambda: policy.learn({}, {}, BEST, math.nan),
    }
    for what, call in wrong.items():
        try:
            call()
        except ValueError:
            continue
        raise Fault(f"{what} is taken")
