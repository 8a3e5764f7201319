"""What the checks of the policy kit share: a policy, a school's choices, and faults."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from loyaltykit.testing.report import Blocked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loyaltykit.campaigns.policies import Choice, Context, Memory, Policy

OPTIONS = ("bonus-lesson", "curator-review", "early-module")
BEST, WORST = "curator-review", "early-module"


def chance(*about: object) -> float:
    """A number in [0, 1) that follows from what it is about."""
    digest = hashlib.sha256(repr(about).encode()).digest()
    return (int.from_bytes(digest[:8], "big") >> 11) / 2**53


def student(number: int) -> Context:
    """What may be known of a student."""
    return {
        "topic": ("loops", "lists", "files")[number % 3],
        "silent_days": number % 40,
        "risk": chance("risk", number),
        "paid": number % 2 == 0,
        "course": None,
    }


class Bench:
    """A policy on the bench: made anew for each check."""

    def __init__(self, make: Callable[[], Policy]) -> None:
        self._make = make

    def make(self) -> Policy:
        """A fresh one."""
        return self._make()

    @property
    def name(self) -> str:
        """What to call it."""
        try:
            return str(self.make().name)
        except (Exception, SystemExit):  # noqa: BLE001  # a check says what is wrong with it
            return "the policy"

    def taught(self, rounds: int = 60) -> Memory:
        """A memory after a few choices; `Blocked` where it cannot be made."""
        policy = self.make()
        memory: Memory = {}
        try:
            for number in range(rounds):
                option = OPTIONS[int(3 * chance("taught", number))]
                reward = float(chance("reward", number) < (0.6 if option == BEST else 0.3))
                memory = policy.learn(memory, student(number), option, reward)
        except (Exception, SystemExit) as error:
            raise Blocked(f"learn fails: {type(error).__name__}") from error
        return memory

    def memories(self) -> Iterator[Memory]:
        """That of one who has seen nothing, and one of some experience."""
        yield {}
        yield self.taught()

    def choices(self, count: int = 12) -> Iterator[Choice]:
        """Choices for several students, with either memory."""
        policy = self.make()
        for memory in self.memories():
            for number in range(count):
                yield policy.choose(student(number), OPTIONS, chance=chance("choice", number), memory=memory)
