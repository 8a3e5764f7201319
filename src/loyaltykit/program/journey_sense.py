"""What a campaign must agree on with itself: when it begins, what each step does, what can never happen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from loyaltykit.problems import echo
from loyaltykit.program.campaigns import POLICIES
from loyaltykit.program.fields import MAX_STEPS
from loyaltykit.program.names import suggest
from loyaltykit.program.walking import ends, walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.program.campaigns import Campaign, Exit, Journey, Offer
    from loyaltykit.program.document import Document
    from loyaltykit.program.names import Desk
    from loyaltykit.program.places import Keys

_PER = ("text", "integer")
_ROUNDING = 1e-9
_PLACES = re.compile(r"\{[{%][^}]*\b(session|seat)\.")


def check_journeys(desk: Desk, document: Document, cut: set[Keys]) -> None:
    """Report the faults of all campaigns, and of the fields that segments are per; those in `cut` are not judged."""
    journeys = _Journeys(desk, document)
    sure = not any(keys[0] == "events" for keys in cut)
    for name, segment in document.segments.items():
        if segment.field is not None and sure:
            journeys.per(segment.field, ("segments", name, "per"))
    for name, campaign in document.campaigns.items():
        if ("campaigns", name) not in cut:
            journeys.campaign(campaign, ("campaigns", name))
            if campaign.field is not None and sure:
                journeys.begun(campaign, campaign.field, ("campaigns", name))


@attrs.frozen
class _Journeys:
    desk: Desk
    document: Document

    def per(self, field: str, loc: Keys) -> bool:
        """Some event has the field, and it is of one kind whose values can be told apart."""
        events = self.document.named_events.values()
        kinds = {(fields[field].kind, fields[field].items) for fields in events if field in fields}
        if not kinds:
            self.desk.ask("field", field, dict.fromkeys(name for fields in events for name in fields), loc)
        elif len(kinds) > 1 or not kinds <= {(kind, False) for kind in _PER}:
            self.desk.report("document/per-kind", loc, name=field)
        return bool(kinds)

    def begun(self, campaign: Campaign, field: str, loc: Keys) -> None:
        """An event that begins a run says of which value it is."""
        if self.per(field, (*loc, "per")):
            for number, kind in enumerate(campaign.start.on or ()):
                fields = self.document.named_events.get(kind)
                if fields is not None and field not in fields:
                    self.desk.report("document/per-missing", (*loc, "start", "on", number), name=kind, field=field)

    def campaign(self, campaign: Campaign, loc: Keys) -> None:
        """It begins in one way, and its steps are not without number."""
        start = campaign.start
        if (start.at is None) == (start.on is None and start.when is None):
            self.desk.report("document/campaign-start", (*loc, "start"))
        if campaign.exit is not None:
            self.turn(campaign.exit, (*loc, "exit"))
        visits = list(walk(campaign.steps, (*loc, "steps")))
        if len(visits) > MAX_STEPS:
            self.desk.report("document/too-many-items", (*loc, "steps"), max_length=MAX_STEPS)
        for visit in visits:
            self.step(visit.step, visit.loc)
        self.reached(campaign.steps, (*loc, "steps"))
        self.held(campaign.steps, (*loc, "steps"), frozenset())

    def turn(self, turn: Exit, loc: Keys) -> None:
        """It happens with an event, or when something holds."""
        if turn.on is None and turn.when is None:
            self.desk.report("document/turn-neither", loc)

    def step(self, step: Journey, loc: Keys) -> None:
        """A step does exactly one thing."""
        if not step.kinds:
            self.desk.report("document/journey-nothing", loc)
        elif len(step.kinds) > 1:
            names = ", ".join("award, grant, badge" if kind == "give" else kind for kind in step.kinds)
            self.desk.report("document/journey-several", loc, names=names)
        self.idle(step, loc)
        for key, given in (("then", step.then), ("else", step.otherwise)):
            if given and step.condition is None:
                self.desk.report("document/needs-if", (*loc, key), at_key=True, name=key)
        for point, amount in step.award.items():
            if isinstance(amount, int | float) and not isinstance(amount, bool) and amount < 0:
                self.desk.report("document/award", (*loc, "award", point), name=echo(str(amount)))
        if step.wait is not None and step.wait.until is None and step.wait.at_most is None:
            self.desk.report("document/wait", (*loc, "wait"))
        if step.offer is not None:
            self.offer(step.offer, (*loc, "offer"))

    def idle(self, step: Journey, loc: Keys) -> None:
        """What is allowed and does nothing."""
        if step.condition is not None and not step.then and not step.otherwise:
            self.desk.report("document/if-nothing", loc, severity="warning")
        if step.send is not None and "channels" in step.send.model_fields_set and not step.send.channels:
            self.desk.report("document/no-channel", (*loc, "send", "channels"), severity="warning")

    def offer(self, offer: Offer, loc: Keys) -> None:
        """Options can be told apart; what is given by default is one of them."""
        seen: set[str] = set()
        for number, option in enumerate(offer.choose):
            if option.id in seen:
                self.desk.report("document/twice", (*loc, "choose", number), name=option.id)
            seen.add(option.id)
        if offer.default and offer.by != "member":
            self.desk.report("document/default-by", (*loc, "default"), at_key=True)
        elif offer.default and offer.default not in [option.give for option in offer.choose]:
            self.desk.report("document/default", (*loc, "default"), name="+".join(offer.default))
        self.policy(offer, loc)
        if offer.success is not None:
            self.turn(offer.success, (*loc, "success"))
        rewards = self.document.rewards
        if all(any(name in rewards and rewards[name].stock is not None for name in one.give) for one in offer.choose):
            self.desk.report("document/offer-stock", (*loc, "choose"), severity="warning")
        quiet = self.document.contact.quiet_hours
        minutes = 0 if quiet is None else (quiet.end - quiet.start) % 1440
        if not offer.keep.months and offer.keep.micros < minutes * 60_000_000:
            self.desk.report("document/keep-quiet", (*loc, "keep"), severity="warning", keep=offer.keep, hours=quiet)

    def policy(self, offer: Offer, loc: Keys) -> None:
        """A policy is one that there is, as far as is known here; its floor leaves each option a chance."""
        for key in ("policy", "floor"):
            if getattr(offer, key) is not None and offer.by != "bandit":
                self.desk.report("document/policy-by", (*loc, key), at_key=True, name=key)
        if offer.policy is not None and offer.policy not in POLICIES:
            arguments, hint = suggest(offer.policy, POLICIES)
            self.desk.report("document/policy", (*loc, "policy"), hint=hint, severity="warning", **arguments)
        count = len(offer.choose)
        if offer.floor is not None and not 0 < offer.floor * count <= 1 + _ROUNDING:
            self.desk.report("document/floor", (*loc, "floor"), count=count, most=f"{100 / count:.4g}%")

    def reached(self, steps: Sequence[Journey], loc: Keys) -> None:
        """No step comes after the end."""
        for number, step in enumerate(steps):
            self.reached(step.then, (*loc, number, "then"))
            self.reached(step.otherwise, (*loc, number, "else"))
            if number and ends(steps[number - 1]):
                self.desk.report("document/after-stop", (*loc, number))
                return

    def held(self, steps: Sequence[Journey], loc: Keys, granted: frozenset[str]) -> frozenset[str]:
        """A letter about a place that may have run out goes only to who has it. The grants nobody asked about after."""
        for number, step in enumerate(steps):
            place: Keys = (*loc, number)
            if step.send is not None and granted and self._about_places(step.send.message):
                name = min(granted)
                self.desk.report("document/may-be-full", (*place, "send"), severity="warning", name=name)
            asked = _asked(step, granted)
            ways = (("then", step.then), ("else", step.otherwise))
            left = [self.held(way, (*place, key), granted - asked) for key, way in ways]
            ended = any(way and ends(way[-1]) for _, way in ways)
            granted = left[0] | left[1] | (frozenset() if ended else asked)
            granted |= {name for name in step.grant if self._limited(name)}
        return granted

    def _limited(self, name: str) -> bool:
        reward = self.document.rewards.get(name)
        return reward is not None and reward.stock is not None and reward.at is not None

    def _about_places(self, message: str) -> bool:
        """Whether a message's words name the session."""
        found = self.document.messages.get(message)
        bodies = () if found is None else found.bodies.values()
        return any(_PLACES.search(text) for body in bodies for _, text in body.all())


def _asked(step: Journey, granted: frozenset[str]) -> frozenset[str]:
    """The rewards of which a condition asks whether the member has them."""
    text = str(step.condition or "").replace("-", "_")
    return frozenset(name for name in granted if re.search(rf"entitlement\.{name.replace('-', '_')}\b", text))
