"""What a policy chooses for an offer, and what it learns from what came of it: memories are kept by the store."""

from __future__ import annotations

import hashlib
import json
import logging
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loyaltykit.app.work import Work
    from loyaltykit.campaigns.policies import Choice, Memory, Policy
    from loyaltykit.store import Store
    from loyaltykit.values import Request

POLICY = "bandit"
_log = logging.getLogger("loyaltykit.app")


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
        self._known[step] = _policy().learn(self.of(step), context, option, reward)
        self._changed.add(step)

    def write(self) -> None:
        """Write what has changed."""
        for step in sorted(self._changed):
            self._store.put_policy(step, json.dumps(self._known[step], separators=(",", ":")))
        self._changed.clear()


class Recommender(Protocol):
    """The school's own model: chooses an offer from what is known of the member, which never names a person."""

    def __call__(self, context: Mapping[str, Any], options: Sequence[str]) -> str | None:
        """One of the options; None, or anything else, is no opinion: then the first option is taken."""


class Chosen(NamedTuple):
    """The option, and how likely it was; None where nobody can say."""

    option: str
    propensity: float | None


def choose(work: Work, request: Request) -> Chosen:
    """Have the recommender or the policy choose."""
    if request.data["by"] == "recommender":
        return _recommended(work, request)
    choice = _by_policy(work, request)
    return Chosen(choice.option, choice.propensity)


def _recommended(work: Work, request: Request) -> Chosen:
    options = request.data["options"]
    recommender = work.journal.recommender
    if recommender is None:
        _log.warning("%s: there is no recommender, the first option is taken", request.mechanic)
        return Chosen(options[0], None)
    try:
        option = recommender(dict(request.data["context"]), list(options))
    except Exception as error:  # noqa: BLE001  # the school's own code: an event is not lost because it fails
        _log.warning("%s: the recommender failed with %s", request.mechanic, type(error).__name__)
        return Chosen(options[0], None)
    return Chosen(options[0] if option is None or option not in options else option, None)


def _by_policy(work: Work, request: Request) -> Choice:
    """Chance is a hash of what the choice is about, so it can be checked."""
    program = work.engine.plan.program
    digest = hashlib.sha256(f"{program}\0{request.id}".encode()).digest()
    chance = (int.from_bytes(digest[:8], "big") >> 11) / 2**53
    memory = work.memories.of(f"{request.name}/{request.data['step']}")
    return _policy().choose(request.data["context"], request.data["options"], chance=chance, memory=memory)


def learn(work: Work, campaign: str, outcome: Mapping[str, Any]) -> None:
    """An offer that a policy chose was judged."""
    if outcome["by"] == POLICY and outcome["option"] is not None:
        step = outcome["offer"].rpartition("/")[2]
        work.memories.learn(f"{campaign}/{step}", outcome["context"] or {}, outcome["option"], outcome["reward"])


def _policy() -> Policy:
    from loyaltykit.campaigns.policies import policy_named  # only where a program has such offers

    return policy_named(POLICY)
