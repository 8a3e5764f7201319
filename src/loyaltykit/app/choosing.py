"""What a policy chooses for an offer, and what it learns from what came of it: memories are kept by the store."""

from __future__ import annotations

import copy
import hashlib
import json
import logging
from typing import TYPE_CHECKING, Any, Protocol

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from loyaltykit.app.policies import Policies
    from loyaltykit.app.work import Work
    from loyaltykit.campaigns.policies import Choice, Memory
    from loyaltykit.store import Store
    from loyaltykit.store.rows import EffectRow
    from loyaltykit.values import Request

BANDIT = "bandit"
MAX_MEMORY = 4_000_000
"""How long a memory may be, as JSON text: it is read and written with the offers of its step."""
_log = logging.getLogger("loyaltykit.app")


class Memories:
    """What the policies of a program remember, read when first asked for and written once a transaction."""

    def __init__(self, store: Store, policies: Policies) -> None:
        self._store = store
        self._policies = policies
        self._known: dict[str, Memory] = {}
        self._changed: set[str] = set()

    def of(self, step: str, policy: str = "") -> Memory:
        """What is remembered for one step of a campaign. Policies of ours share it, one of a plug-in has its own."""
        return self._of(self._policies.place(step, policy))

    def learn(self, step: str, policy: str, context: Mapping[str, Any], option: str, reward: float) -> None:
        """Learn from what an option brought. What a plug-in's policy cannot learn is left out, and logged."""
        place = self._policies.place(step, policy)
        before = self._of(place)
        if self._policies.ours(policy):
            learned = self._policies.find(policy).learn(before, context, option, reward)
        else:
            try:
                made = self._policies.find(policy).learn(copy.deepcopy(before), dict(context), option, reward)
                learned = _kept(made)
            except (Exception, SystemExit) as error:  # noqa: BLE001  # a plug-in's code: an event is not lost to it
                _log.warning("%s: the policy %s cannot learn, %s", step, policy, type(error).__name__)
                return
        self._known[place] = learned
        self._changed.add(place)

    def unlearn(self, step: str, policy: str, context: Mapping[str, Any], option: str, reward: float) -> None:
        """Take back what was learned from an outcome that is none any more. A plug-in's policy keeps what it has."""
        from loyaltykit.campaigns.policies.sums import removed  # only where a program has such offers

        place = self._policies.place(step, policy)
        if self._policies.ours(policy):
            self._known[place] = removed(self._of(place), context, option, reward)
            self._changed.add(place)

    def write(self) -> None:
        """Write what has changed."""
        for place in sorted(self._changed):
            self._store.put_policy(place, json.dumps(self._known[place], separators=(",", ":")))
        self._changed.clear()

    def _of(self, place: str) -> Memory:
        if place not in self._known:
            text = self._store.policy(place)
            self._known[place] = json.loads(text) if text else {}
        return self._known[place]


class Recommender(Protocol):
    """The school's own model: chooses an offer from what is known of the member, which never names a person."""

    def __call__(self, context: Mapping[str, Any], options: Sequence[str]) -> str | None:
        """One of the options; None, or anything else, is no opinion: then the first option is taken."""


@attrs.frozen(slots=True)
class Chosen:
    """The option, and how likely it was; None where nobody can say."""

    option: str
    propensity: float | None
    propensities: tuple[float, ...] | None = None
    """Of each option that was asked about, in that order."""

    def to_dict(self) -> dict[str, Any]:
        """What the answer records."""
        said = {"option": self.option, "propensity": self.propensity}
        return said if self.propensities is None else {**said, "propensities": list(self.propensities)}


def choose(work: Work, request: Request) -> Chosen:
    """Have the recommender or the policy choose."""
    if request.data["by"] == "recommender":
        return _recommended(work, request)
    choice = _by_policy(work, request)
    each = tuple(choice.propensities[option] for option in request.data["options"])
    return Chosen(choice.option, choice.propensity, each)


def _recommended(work: Work, request: Request) -> Chosen:
    options = request.data["options"]
    recommender = work.journal.recommender.find()
    if recommender is None:
        _log.warning("%s: %s, the first option is taken", request.mechanic, work.journal.recommender.lacking)
        return Chosen(options[0], None)
    try:
        option = recommender(dict(request.data["context"]), list(options))
    except (Exception, SystemExit) as error:  # noqa: BLE001  # the school's own code: an event is not lost to it
        _log.warning("%s: the recommender failed with %s", request.mechanic, type(error).__name__)
        return Chosen(options[0], None)
    return Chosen(options[0] if option is None or option not in options else option, None)


def _by_policy(work: Work, request: Request) -> Choice:
    """Chance is a hash of what the choice is about, so it can be checked."""
    program = work.engine.plan.program
    digest = hashlib.sha256(f"{program}\0{request.id}".encode()).digest()
    chance = (int.from_bytes(digest[:8], "big") >> 11) / 2**53
    data = request.data
    memory = work.memories.of(f"{request.name}/{data['step']}", data.get("policy", ""))
    policies = work.journal.policies
    return policies.choose(
        data.get("policy", ""),
        data["context"],
        data["options"],
        floor=data.get("floor"),
        chance=chance,
        memory=memory,
        mechanic=request.mechanic,
    )


def learn(work: Work, campaign: str, outcome: Mapping[str, Any]) -> None:
    """An offer that a policy chose was judged."""
    if _learnt_from(outcome):
        work.memories.learn(*_lesson(campaign, outcome))


def relearn(work: Work, gone: Iterable[EffectRow], back: Iterable[EffectRow]) -> None:
    """A late event has changed what came of offers: outcomes that are none any more, and some that are ones again.

    Without that a choice would count twice, with what was thought of it first and with what came of it.
    """
    for rows, teach in ((gone, work.memories.unlearn), (back, work.memories.learn)):
        for row in rows:
            outcome = json.loads(row.data) if row.kind == "outcome" else None
            if outcome is not None and _learnt_from(outcome) and work.journal.policies.ours(outcome.get("policy", "")):
                teach(*_lesson(row.name, outcome))


def _learnt_from(outcome: Mapping[str, Any]) -> bool:
    return outcome["by"] == BANDIT and outcome["option"] is not None


def _lesson(campaign: str, outcome: Mapping[str, Any]) -> tuple[str, str, Mapping[str, Any], str, float]:
    step, context = outcome["offer"].rpartition("/")[2], outcome["context"] or {}
    return f"{campaign}/{step}", outcome.get("policy", ""), context, outcome["option"], outcome["reward"]


def _kept(made: Any) -> Memory:
    """A memory as it is read again. ValueError for one that is no JSON object, or too long."""
    text = json.dumps(made, allow_nan=False, separators=(",", ":"))
    if not text.startswith("{") or len(text) > MAX_MEMORY:
        raise ValueError(f"a memory is a JSON object of at most {MAX_MEMORY} characters")
    known: Memory = json.loads(text)
    return known
