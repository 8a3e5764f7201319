"""Checks of what a policy learns and remembers."""

from __future__ import annotations

import copy
import json
import math
from typing import TYPE_CHECKING, Any

from loyaltykit.testing.policy.bench import BEST, OPTIONS, WORST, chance, student
from loyaltykit.testing.report import Fault

if TYPE_CHECKING:
    from loyaltykit.testing.policy.bench import Bench

_ROUNDS = 300
_HALF = 400
_LONGEST = 1_000_000


def json_memory(bench: Bench) -> None:
    """The memory is JSON, and means the same when it was read again."""
    policy, memory = bench.make(), bench.taught()
    try:
        text = json.dumps(memory, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise Fault(f"the memory is no JSON: {error}") from error
    again = json.loads(text)
    for number in range(8):
        context = student(number)
        first = policy.choose(context, OPTIONS, chance=0.4, memory=memory)
        if policy.choose(context, OPTIONS, chance=0.4, memory=again) != first:
            raise Fault("the memory that was written and read again chooses otherwise")
        if policy.learn(again, context, BEST, 1.0) != policy.learn(memory, context, BEST, 1.0):
            raise Fault("the memory that was written and read again learns otherwise")


def not_mutated(bench: Bench) -> None:
    """Neither choosing nor learning changes what was given."""
    policy = bench.make()
    memory, context, asked = dict(bench.taught()), dict(student(3)), list(OPTIONS)
    before = copy.deepcopy((memory, context, asked))
    policy.choose(context, asked, chance=0.4, memory=memory)
    if (memory, context, asked) != before:
        raise Fault("choose changes what it is given")
    policy.learn(memory, context, BEST, 1.0)
    if (memory, context, asked) != before:
        raise Fault("learn changes what it is given")


def learns(bench: Bench) -> None:
    """What brings more comes to be chosen more often: 70% against 20%, over 300 choices."""
    policy = bench.make()
    memory: Any = {}
    for number in range(_ROUNDS):
        context = student(number)
        choice = policy.choose(context, OPTIONS, chance=chance("learns", number), memory=memory)
        rate = 0.7 if choice.option == BEST else 0.2
        memory = policy.learn(memory, context, choice.option, float(chance("reward", number) < rate))
    each = [policy.choose(student(n), OPTIONS, chance=0.0, memory=memory).propensities for n in range(20)]
    share, other = (math.fsum(one[option] for one in each) / len(each) for option in (BEST, WORST))
    if share < 0.5 or share <= other:
        raise Fault(f"the option that brings most has the probability {share:.2f} after {_ROUNDS} choices")


def bounded(bench: Bench) -> None:
    """Students whose facts are all new do not make the memory longer and longer."""
    policy = bench.make()
    memory: Any = {}
    sizes = []
    for number in range(2 * _HALF):
        context = {**student(number), "topic": f"topic-{number}", f"fact-{number}": number}
        memory = policy.learn(memory, context, OPTIONS[number % 3], float(number % 2))
        if number + 1 in (_HALF, 2 * _HALF):
            sizes.append(len(json.dumps(memory, default=str)))
    if sizes[1] > _LONGEST:
        raise Fault(f"it has {sizes[1]:,} characters after {2 * _HALF} rewards")
    if sizes[1] > 1.5 * sizes[0] + 200:
        raise Fault(f"it has {sizes[0]:,} characters after {_HALF} rewards, and {sizes[1]:,} after {2 * _HALF}")
