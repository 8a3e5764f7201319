"""The policies that may choose offers: those of the library, those that a host gives, those that plug-ins bring."""

from __future__ import annotations

import copy
import logging
from typing import TYPE_CHECKING, Any, cast

from loyaltykit.errors import LoyaltyError
from loyaltykit.problems import echo, unknown
from loyaltykit.program.walking import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import TypeAlias

    from loyaltykit.campaigns.policies import Choice, Memory, Policy
    from loyaltykit.program.document import Document

    GivenPolicy: TypeAlias = Policy | Callable[[], Policy]
    """A policy, its class, or a call that makes one."""

DEFAULT = "squarecb"
OURS = ("squarecb", "thompson", "linucb")
_log = logging.getLogger("loyaltykit.app")


class Policies:
    """Policies by id. Plug-ins are looked for when a program names one that is neither ours nor given."""

    def __init__(self, given: Iterable[GivenPolicy] = ()) -> None:
        self._given: dict[str, Policy] = {}
        for one in given:
            policy = cast("Policy", one if hasattr(one, "choose") and not isinstance(one, type) else one())
            if policy.name in OURS or policy.name in self._given:
                name = echo(policy.name)
                raise LoyaltyError(f"there are two policies {name}", code="policy/duplicate", details={"name": name})
            self._given[policy.name] = policy
        self._brought: dict[str, Policy] | None = None

    @staticmethod
    def ours(id: str) -> bool:
        """Whether it is one of the library's; the empty id is the default."""
        return not id or id in OURS

    def place(self, step: str, id: str) -> str:
        """Under which name a store keeps what it has learned for a step."""
        return step if self.ours(id) else f"{step}@{id}"

    def names(self) -> tuple[str, ...]:
        """All ids: ours, those given, those that plug-ins bring."""
        return (*OURS, *self._given, *(id for id in self._plugins() if id not in self._given))

    def find(self, id: str, *, floor: float | None = None) -> Policy:
        """A policy by its id. Raises LoyaltyError (``policy/unknown``) with the nearest there is."""
        if self.ours(id):
            from loyaltykit.campaigns.policies import policy_named  # only where a program has such offers

            return policy_named(id or DEFAULT, floor=floor)
        found = self._given.get(id) or self._plugins().get(id)
        if found is None:
            text, details = unknown("policy", id, self.names())
            raise LoyaltyError(text, code="policy/unknown", details=details)
        return found

    def settle(self, document: Document) -> None:
        """Look for every policy that a program names. Raises LoyaltyError for one that nothing brings."""
        for campaign in document.campaigns.values():
            for visit in walk(campaign.steps):
                offer = visit.step.offer
                if offer is not None and offer.policy is not None:
                    self.find(offer.policy)

    def choose(
        self,
        id: str,
        context: Mapping[str, Any],
        options: Sequence[str],
        *,
        floor: float | None,
        chance: float,
        memory: Memory,
        mechanic: str,
    ) -> Choice:
        """Have a policy choose; where it fails or gives no probabilities, each option alike, and that is logged."""
        from loyaltykit.campaigns.policies import Random  # as above
        from loyaltykit.campaigns.policies.policy import drawn

        try:
            policy = self.find(id, floor=floor)
            if self.ours(id):
                return policy.choose(context, options, chance=chance, memory=memory)
            choice = policy.choose(dict(context), list(options), chance=chance, memory=copy.deepcopy(memory))
            return drawn(choice, options, floor=floor or 0.0, chance=chance)
        except (Exception, SystemExit) as error:  # noqa: BLE001  # a plug-in's code: an event is not lost to it
            name = id or DEFAULT
            _log.warning("%s: the policy %s failed with %s, chance chooses", mechanic, name, type(error).__name__)
            return Random().choose(context, options, chance=chance, memory={})

    def _plugins(self) -> Mapping[str, Policy]:
        if self._brought is None:
            from loyaltykit.plugins import (
                discover_safely,
            )  # imports what plug-ins have: only for a policy that is not ours

            self._brought = {policy.name: policy for policy in discover_safely(("loyaltykit_policies",)).policies}
        return self._brought
