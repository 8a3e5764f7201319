"""Why a campaign has begun with a member, and why not: for each value of its `per` field one reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.campaigns.holdouts import PROGRAM, WITHHELD, arm_of
from loyaltykit.rules.expression.evaluate import Failure, first_failure
from loyaltykit.rules.expression.tree import Call, History, Node, Ref
from loyaltykit.rules.journeys import ARM, BEGUN, RUNS, STAGE, VALUE
from loyaltykit.rules.plan import MEMBER, SegmentRead
from loyaltykit.rules.reasons import Reason, failed
from loyaltykit.rules.runtime.clock import later
from loyaltykit.rules.runtime.history import key_of
from loyaltykit.values import from_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.rules.compile import Compiled
    from loyaltykit.rules.journeys import Journey
    from loyaltykit.rules.plan import Plan

State = list[Any]


@attrs.frozen
class CampaignLook:
    """One look at a campaign and a member, at an instant."""

    plan: Plan
    compiled: Compiled
    state: State
    at: int

    def reasons(self, campaign: Journey) -> tuple[Reason, ...]:
        """One for each value that the member's events had; one for a campaign without `per`."""
        return tuple(self._reasons(campaign))

    def _reasons(self, campaign: Journey) -> Iterator[Reason]:
        held = self.state[campaign.slot + ARM]
        arm = arm_of(self.plan.program, campaign.id, self.state[MEMBER], campaign.share) if held is None else held
        values = [None] if campaign.values is None else list(self.state[campaign.values].values())
        if not values:
            yield Reason(campaign.id, "reason/no-value", values=((f"event.{campaign.per}", None),))
        for value in values:
            about = () if value is None else ((f"event.{campaign.per}", value),)
            reason = self._reason(campaign, value, withheld=arm == WITHHELD or self._withheld())
            yield attrs.evolve(reason, values=(*about, *reason.values))

    def _withheld(self) -> bool:
        holdout = self.plan.holdout
        return holdout is not None and self.state[holdout.slot] == PROGRAM

    def _reason(self, campaign: Journey, value: Any, *, withheld: bool) -> Reason:
        run = next((one for one in self.state[campaign.slot + RUNS] if one[VALUE] == value), None)
        if run is not None:
            return Reason(campaign.id, "reason/on-its-way", values=(("step", campaign.stages[run[STAGE]].path),))
        begun = self.state[campaign.slot + BEGUN].get(key_of(value) or "")
        if begun is not None and withheld:
            return Reason(campaign.id, "reason/withheld", values=(("since", _day(begun)),))
        conditions = (campaign.audience, None if campaign.on else campaign.start)
        for node in conditions:
            failure = None if node is None else self._failure(campaign, node, value)
            if failure is not None:
                return failed(campaign.id, failure, self.plan)
        if begun is not None:
            return self._again(campaign, begun)
        if campaign.on:
            return Reason(campaign.id, "reason/no-event", values=(("event", ", ".join(campaign.on)),))
        return Reason(campaign.id, "reason/withheld" if withheld else "reason/holds")

    def _again(self, campaign: Journey, begun: int) -> Reason:
        """It has begun before: when it may again."""
        if campaign.again is None:
            return Reason(campaign.id, "reason/once", values=(("since", _day(begun)),))
        then = later(self.state, begun, campaign.again, campaign.again_months, self.plan.zone)
        if then > self.at:
            return Reason(campaign.id, "reason/too-soon", values=(("since", _day(begun)), ("again", _day(then))))
        return Reason(campaign.id, "reason/not-anew", values=(("since", _day(begun)),))

    def _failure(self, campaign: Journey, node: Node, value: Any) -> Failure | None:
        """The first single condition that fails; of a segment, the one inside it."""

        def read(one: Ref | History | Call) -> Any:
            return self.compiled.about(campaign.per, one)(self.state, self.at, value, None)

        failure = first_failure(node, read)
        while failure is not None and isinstance(failure.condition, Ref) and failure.condition.path[0] == "segment":
            segment = self.plan.reads[failure.condition.path]
            inner = first_failure(segment.when, read) if isinstance(segment, SegmentRead) else None
            if inner is None or not failure.wanted:
                break
            failure = inner
        return failure


def _day(instant: int) -> str:
    return from_instant(instant).date().isoformat()
