"""Campaigns: a `Journey` for each, its steps written out as numbered stages."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import attrs

from loyaltykit.calendars import zone
from loyaltykit.campaigns import stuckness
from loyaltykit.program.reserved import MATERIALS
from loyaltykit.rules.builder import Builder, split
from loyaltykit.rules.journeys import Holdout, Journey, OfferedThing, Offering, Stage
from loyaltykit.rules.plan import Follow
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from loyaltykit.program.campaigns import Campaign, Exit, Offer, OfferOption
    from loyaltykit.program.campaigns import Journey as Written
    from loyaltykit.rules.expression.tree import Node


def lower(builder: Builder) -> None:
    """A `Journey` for each campaign, the program-wide holdout, and what tells where a student is stuck."""
    document = builder.program.document
    if document.campaigns:
        builder.stuck = stuckness.lower(builder)
    if document.holdout:
        builder.holdout = Holdout(builder.slot("holdout arm", None), document.holdout)
    for name, campaign in document.campaigns.items():
        builder.journeys.append(_journey(builder, name, campaign))


def _journey(builder: Builder, name: str, campaign: Campaign) -> Journey:
    path, per = f"campaigns.{name}", campaign.field
    begins, place = campaign.start.at, zone(builder.program.document.timezone)
    date = None if begins is None else place.at_wall(dt.datetime.fromisoformat(begins))
    due = NEVER if date is None else date
    slot = builder.block(path, runs=[], arm=None, truth={}, due=due, count={}, begun={}, offers=[])
    again, months = split(campaign.again)
    leaving = campaign.exit
    stages = _Stages(builder, path, per)
    stages.add(campaign.steps, "")
    return Journey(
        id=name,
        source=path,
        slot=slot,
        per=per,
        values=None if per is None else builder.values(per),
        on=campaign.start.on or (),
        start=builder.expression(f"{path}.start", campaign.start.on or (), per=per),
        date=date,
        audience=builder.expression(f"{path}.audience", per=per),
        share=campaign.holdout,
        again=again,
        again_months=months,
        exit_on=(leaving and leaving.on) or (),
        exit=builder.expression(f"{path}.exit", (leaving and leaving.on) or (), per=per),
        stages=tuple(stages.found),
    )


@attrs.define
class _Stages:
    """Writes steps out, one after the other; what an `if` skips is jumped over."""

    builder: Builder
    source: str
    per: str | None
    found: list[Stage] = attrs.field(factory=list)

    def add(self, steps: tuple[Written, ...], before: str) -> None:
        """The stages of some steps; `before` is the path of what they stand in."""
        for number, step in enumerate(steps, start=1):
            self._step(step, f"{before}{number}")

    def _step(self, step: Written, path: str) -> None:
        where = f"{self.source}.steps.{path}"
        follow = self.builder.follow(self.source, step, where, per=self.per)
        if not follow.empty:
            self.found.append(Stage(path, "give", follow=follow))
        if step.enrol is not None:
            self.found.append(Stage(path, "enrol", step.enrol))
        if step.offer is not None:
            self.found.append(Stage(path, "offer", offering=self._offer(step.offer, where)))
        if step.send is not None:
            self.found.append(Stage(path, "send", step.send.message, step.send.channels))
        if step.survey is not None:
            self.found.append(Stage(path, "survey", step.survey))
        if step.wait is not None:
            micros, months = split(step.wait.at_most)
            until = self._expression(f"{where}.until")
            self.found.append(Stage(path, "wait", when=until, micros=micros, months=months))
        if step.stop:
            self.found.append(Stage(path, "stop"))
        if step.condition is not None:
            self._branch(step, path, where)

    def _branch(self, step: Written, path: str, where: str) -> None:
        place = len(self.found)
        self.found.append(Stage(path, "test", when=self._expression(f"{where}.if")))
        self.add(step.then, f"{path}.then.")
        if step.otherwise:
            over = len(self.found)
            self.found.append(Stage(path, "jump"))
            self.found[place] = attrs.evolve(self.found[place], goto=len(self.found))
            self.add(step.otherwise, f"{path}.else.")
            self.found[over] = attrs.evolve(self.found[over], goto=len(self.found))
        else:
            self.found[place] = attrs.evolve(self.found[place], goto=len(self.found))

    def _expression(self, path: str, triggers: tuple[str, ...] = ()) -> Node | None:
        return self.builder.expression(path, triggers, per=self.per)

    def _offer(self, offer: Offer, where: str) -> Offering:
        keep, months = split(offer.keep)
        success: Exit | None = offer.success
        events = (success and success.on) or ()
        return Offering(
            by=offer.by,
            options=tuple(self._option(one, f"{where}.options.{n}") for n, one in enumerate(offer.choose, start=1)),
            keep=keep or 0,
            keep_months=months,
            default="+".join(offer.default),
            at_once=offer.take == "at once",
            success_on=events,
            success=self._expression(f"{where}.success", events),
            context=stuckness.context(self.builder),
            policy=offer.policy or "",
            floor=offer.floor,
        )

    def _option(self, option: OfferOption, where: str) -> OfferedThing:
        document = self.builder.program.document
        rewards = tuple(one for one in option.give if one in document.rewards)
        materials = tuple("*" if one == MATERIALS else one for one in option.give if one not in document.rewards)
        follow = Follow(self.source, grants=rewards)
        topics = tuple(topic for one in rewards if (topic := document.rewards[one].topic) is not None)
        return OfferedThing(option.id, follow, materials, self._expression(f"{where}.when"), topics)
