"""What a policy chooses for an offer, and what it learns from what came of it: memories are kept by the store."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from loyaltykit.campaigns.policies import policy_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyaltykit.app.work import Work
    from loyaltykit.campaigns.policies import Choice, Memory
    from loyaltykit.store import Store
    from loyaltykit.values import Request

POLICY = "bandit"


class Memories:
    """What the policies of a program remember, read when first asked for and written once a transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Memory] = {}
        self._changed: set[str] = set()

    def of(self, step: str) -> Memory:
        """What is remembered for one step of a campaign."""
        if step not in self._known:
            text = self._store.policy(step)
            self._known[step] = json.loads(text) if text else {}
        return self._known[step]

    def learn(self, step: str, context: Mapping[str, Any], option: str, reward: float) -> None:
        """Learn from what an option brought."""
        self._known[step] = policy_named(POLICY).learn(self.of(step), context, option, reward)
        self._changed.add(step)

    def write(self) -> None:
        """Write what has changed."""
        for step in sorted(self._changed):
            self._store.put_policy(step, json.dumps(self._known[step], separators=(",", ":")))
        self._changed.clear()


def choose(work: Work, request: Request) -> Choice:
    """Have the policy choose; chance is a hash of what the choice is about, so it can be checked."""
    program = work.engine.plan.program
    digest = hashlib.sha256(f"{program}\0{request.id}".encode()).digest()
    chance = (int.from_bytes(digest[:8], "big") >> 11) / 2**53
    memory = work.memories.of(f"{request.name}/{request.data['step']}")
    return policy_named(POLICY).choose(request.data["context"], request.data["options"], chance=chance, memory=memory)


def learn(work: Work, campaign: str, outcome: Mapping[str, Any]) -> None:
    """An offer that a policy chose was judged."""
    if outcome["by"] == POLICY and outcome["option"] is not None:
        step = outcome["offer"].split("/", 2)[2]
        work.memories.learn(f"{campaign}/{step}", outcome["context"] or {}, outcome["option"], outcome["reward"])
