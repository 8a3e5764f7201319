"""Offers at run time: chosen, open for a while, taken or lapsed, and judged by what the member did then."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from loyaltykit.rules.journeys import (
    ASKED,
    CLAIMED,
    CLOSED,
    CONTEXT,
    ENDS,
    HELD,
    ID,
    JUDGED,
    LABEL,
    MATERIALS,
    OF,
    OFFER,
    OFFERS,
    OPTION,
    OPTIONS,
    PLACE,
    RUNS,
    STAGE,
    TAKEN,
    UNTIL,
    VALUE,
)
from loyaltykit.rules.plan import ACTIVE, KEPT, MEMBER
from loyaltykit.rules.runtime.clock import later
from loyaltykit.rules.runtime.giving import asks
from loyaltykit.rules.runtime.labels import label
from loyaltykit.rules.runtime.stuck import stuck_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loyaltykit.rules.journeys import OfferedThing, Offering, Stage
    from loyaltykit.rules.runtime.journeys import Campaign

    State = list[Any]
    Run = list[Any]
    Offer = list[Any]
    Queue = list[tuple[int | None, str]]

OF_THE_SHELL = ("bandit", "recommender")
"""Choices that the shell makes."""
_DAY = 86_400_000_000


class Offers:
    """The offers of one campaign."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._slot = campaign.slot + OFFERS

    # --- making ------------------------------------------------------------------------------------------------

    def make(self, state: State, run: Run, stage: Stage, at: int, event: str | None, out: Any, queue: Queue) -> bool:
        """Choose among the options that fit; whether the run goes on at once.

        With nothing to offer the run stops. A policy of the shell's is asked; its answer goes on with the run.
        """
        offering = stage.offering
        if run[UNTIL] == ASKED or offering is None:
            return False
        names = self._fitting(state, run, offering, at)
        if not names:
            self._campaign.end(state, run, "stopped", at, event, out, why="nothing to offer")
            return False
        if offering.by in OF_THE_SHELL:
            run[UNTIL] = ASKED
            context = self._context(state, run, offering, at)
            data = {"options": names, "context": context, "step": stage.path, "by": offering.by, **_policy(offering)}
            occurrence, source = self._campaign.occurrence(run, stage), self._campaign.plan.source
            out.append(("request", at, event, source, occurrence, "choice", self._campaign.plan.id, data))
            return False
        chosen: str | None = names[0]
        if offering.by == "member":
            chosen = None
        elif offering.by == "random":
            chosen = names[self._drawn(state, run, stage, len(names))]
        propensity = 1 / len(names) if offering.by == "random" else 1.0
        self._open(state, run, stage, names, chosen, {"propensity": propensity}, at, event, out, queue)
        return True

    def answered(self, state: State, data: Mapping[str, Any], at: int, out: Any, queue: Queue) -> None:
        """The shell's choice: the offer stands, the run goes on at the next look."""
        named, _, path = data["occurrence"].rpartition(":")
        run = next((one for one in state[self._campaign.slot + RUNS] if label(one) == named), None)
        if run is None or run[UNTIL] != ASKED:
            return
        stage = self._campaign.plan.stages[run[STAGE]]
        if stage.path != path or stage.offering is None:
            return
        run[UNTIL] = None
        names = self._fitting(state, run, stage.offering, at)
        option = data["option"] if data["option"] in names else names[0] if names else None
        if option is not None:
            self._open(state, run, stage, names, option, _likely(data, names, option), at, data["event"], out, queue)
        run[STAGE] += 1

    def _open(
        self,
        state: State,
        run: Run,
        stage: Stage,
        names: list[str],
        chosen: str | None,
        likely: Mapping[str, Any],
        at: int,
        event: str | None,
        out: Any,
        queue: Queue,
    ) -> None:
        offering = stage.offering
        assert offering is not None  # noqa: S101  # only stages that offer come here
        campaign = self._campaign
        ends = later(state, at, offering.keep, offering.keep_months, campaign.zone)
        shown = [one for one in offering.options if one.id == chosen or (chosen is None and one.id in names)]
        materials = self._materials(shown, self._stuck(state, run))
        context = self._context(state, run, offering, at)
        id = f"{campaign.plan.id}/{label(run)}/{stage.path}"
        success = campaign.looks.successes.get(run[STAGE])
        held = success is not None and bool(success(state, at, run[VALUE], None))
        known = context if offering.by == "bandit" else None
        begun = [id, label(run), run[STAGE], run[VALUE], chosen, names, ends]
        offer: Offer = [*begun, False, False, materials, False, known, None, held]
        state[self._slot].append(offer)
        run[OFFER] = id
        data = {**self.facts(offer), "by": offering.by, **likely, "context": context}
        occurrence = campaign.occurrence(run, stage)
        out.append(("effect", at, event, campaign.plan.source, occurrence, "offer", campaign.plan.id, data))
        if offering.at_once and chosen is not None:
            self._give(state, offer, chosen, at, event, out, queue, who="")

    def _fitting(self, state: State, run: Run, offering: Offering, at: int) -> list[str]:
        """The options that are for this member, where they are stuck."""
        stuck = self._stuck(state, run)
        found = []
        for number, option in enumerate(offering.options):
            look = self._campaign.looks.options.get((run[STAGE], number))
            fits = look is None or look(state, at, run[VALUE], None)
            on_topic = not option.topics or stuck.get("topic") in option.topics
            if fits and on_topic and ("*" not in option.materials or "material" in stuck):
                found.append(option.id)
        return found

    def _stuck(self, state: State, run: Run) -> dict[str, Any]:
        campaign = self._campaign
        return stuck_at(campaign.stuck, state, run[VALUE] if campaign.by_course else None)

    @staticmethod
    def _materials(options: list[OfferedThing], stuck: Mapping[str, Any]) -> list[str]:
        named = [one for option in options for one in option.materials]
        return [stuck["material"] if one == "*" else one for one in dict.fromkeys(named)]

    def _drawn(self, state: State, run: Run, stage: Stage, among: int) -> int:
        """A draw that follows from the names alone, so that a replay draws the same."""
        text = "\0".join((self._campaign.plan.source, state[MEMBER], label(run), stage.path))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % among

    def _context(self, state: State, run: Run, offering: Offering, at: int) -> dict[str, Any]:
        """What the choice may depend on: nothing in it names a person."""
        stuck = self._stuck(state, run)
        found: dict[str, Any] = {name: stuck[name] for name in ("topic", "course") if name in stuck}
        if run[VALUE] is not None:
            found["value"] = run[VALUE]
        if state[ACTIVE] is not None:
            found["silent_days"] = (at - state[ACTIVE]) // _DAY
        for name, _ in offering.context:
            found[name] = self._campaign.looks.contexts[name](state, at, run[VALUE], None)
        return found

    # --- while it stands ---------------------------------------------------------------------------------------

    def of(self, state: State, run: Run) -> Offer | None:
        """The offer that a run made last."""
        return next((offer for offer in state[self._slot] if offer[ID] == run[OFFER]), None)

    @staticmethod
    def facts(offer: Offer) -> dict[str, Any]:
        """What effects and messages say of an offer."""
        return {
            "offer": offer[ID],
            "option": offer[OPTION],
            "options": list(offer[OPTIONS]),
            "until": offer[ENDS],
            "materials": list(offer[MATERIALS]),
        }

    def instants(self, state: State, at: int) -> Iterator[int]:
        """When offers lapse, and when time next changes whether they were good ones."""
        for offer in state[self._slot]:
            if not offer[CLOSED]:
                yield offer[ENDS]
                change = self._campaign.looks.success_changes.get(offer[PLACE])
                if change is not None and not offer[JUDGED]:
                    yield change(state, at, offer[OF], offer)

    def take(self, state: State, id: str, option: str | None, at: int, event: str | None, out: Any, queue: Any) -> bool:
        """The member takes an offer, of several options the one named; whether it could be taken."""
        offer = next((one for one in state[self._slot] if one[ID] == id), None)
        if offer is None or offer[TAKEN] or offer[CLAIMED] or offer[CLOSED] or at >= offer[ENDS]:
            return False
        chosen = offer[OPTION] if option is None else option
        if chosen is None or chosen not in offer[OPTIONS] or offer[OPTION] not in (None, chosen):
            return False
        self._give(state, offer, chosen, at, event, out, queue, who="member")
        return True

    def take_kept(
        self, state: State, id: str, option: str | None, at: int, event: str | None, out: Any, queue: Queue
    ) -> None:
        """The member takes an offer that a correction of history no longer makes: the shell saw that it stands."""
        named, _, path = id.removeprefix(f"{self._campaign.plan.id}/").rpartition("/")
        place = next((n for n, stage in enumerate(self._campaign.plan.stages) if stage.path == path), None)
        if place is None or (place, option or "") not in self._campaign.looks.takes:
            return
        if state[KEPT]:
            state[KEPT] = [line for line in state[KEPT] if line[0] != "offer" or line[7]["offer"] != id]
        plan = self._campaign.plan
        queue.append((self._campaign.looks.takes[place, option or ""], f"{named}:{path}"))
        data = {"state": "taken", "offer": id, "option": option, "run": f"{plan.id}/{named}", "who": "member"}
        out.append(("effect", at, event, plan.source, f"{named}:{path}-taken", "offer", plan.id, data))

    def _give(
        self, state: State, offer: Offer, option: str, at: int, event: str | None, out: Any, queue: Queue, *, who: str
    ) -> None:
        """Give what an option brings; it counts as taken at once, or where it is limited, when the shell says so."""
        campaign, place = self._campaign, (offer[PLACE], option)
        occurrence = f"{offer[LABEL]}:{campaign.plan.stages[offer[PLACE]].path}"
        queue.append((campaign.looks.takes.get(place), occurrence))
        limited = [campaign.grants[name] for name in campaign.looks.claims.get(place, ())]
        claims = [grant.id for grant in limited if asks(state, grant, at, campaign.plan.source, occurrence)]
        if claims:
            offer[CLAIMED] = [option, who, claims]
        else:
            self._taken(offer, option, who, at, event, out)

    def _taken(self, offer: Offer, option: str, who: str, at: int, event: str | None, out: Any) -> None:
        plan = self._campaign.plan
        offer[OPTION], offer[TAKEN], offer[CLAIMED] = option, True, None
        data = {"state": "taken", "offer": offer[ID], "option": option, "run": f"{plan.id}/{offer[LABEL]}", "who": who}
        occurrence = f"{offer[LABEL]}:{plan.stages[offer[PLACE]].path}-taken"
        out.append(("effect", at, event, plan.source, occurrence, "offer", plan.id, data))

    def claimed(self, state: State, data: Mapping[str, Any], at: int, out: Any) -> None:
        """The shell has said whether there was one left of what an option brings.

        An option that is gone is taken off and the member may pick another; with none left the offer lapses.
        """
        stages = self._campaign.plan.stages
        for offer in state[self._slot]:
            occurrence = f"{offer[LABEL]}:{stages[offer[PLACE]].path}"
            if not offer[CLAIMED] or data["occurrence"] != occurrence or data["name"] not in offer[CLAIMED][2]:
                continue
            option, who, claims = offer[CLAIMED]
            claims.remove(data["name"])
            event = data.get("event")
            if data["granted"] or data.get("waiting") or (option != data["name"] and not claims):
                self._taken(offer, option, who, at, event, out)
            elif not claims:
                self._run_out(offer, option, at, event, out)

    def _run_out(self, offer: Offer, option: str, at: int, event: str | None, out: Any) -> None:
        offer[OPTION], offer[CLAIMED] = None, None
        offer[OPTIONS].remove(option)
        if not self._takeable(offer):
            self._lapsed(offer, at, event, out)
            offer[CLOSED] = True

    def succeed(self, state: State, places: tuple[int, ...], value: Any, at: int, event: str, out: Any) -> None:
        """An event made offers of these stages good ones."""
        for offer in state[self._slot]:
            if offer[PLACE] in places and (value is None or offer[OF] == value):
                self._judge(offer, 1, at, event, out)

    def _judge(self, offer: Offer, reward: int, at: int, event: str | None, out: Any) -> None:
        if offer[JUDGED]:
            return
        offer[JUDGED] = True
        plan = self._campaign.plan
        stage = plan.stages[offer[PLACE]]
        by = "" if stage.offering is None else stage.offering.by
        data = {"offer": offer[ID], "option": offer[OPTION], "reward": reward, "by": by, "context": offer[CONTEXT]}
        if stage.offering is not None and stage.offering.policy:
            data["policy"] = stage.offering.policy
        occurrence = f"{offer[LABEL]}:{stage.path}-{'success' if reward else 'nothing'}"
        out.append(("effect", at, event, plan.source, occurrence, "outcome", plan.id, data))

    # --- its end -----------------------------------------------------------------------------------------------

    def close(self, state: State, at: int, event: str | None, out: Any, queue: Queue) -> None:
        """Judge offers by their conditions; those that are over lapse, the default of a member's pick is given.

        A closed one is remembered while its run goes on.
        """
        going = {label(run) for run in state[self._campaign.slot + RUNS]}
        for offer in tuple(state[self._slot]):
            if offer[CLOSED]:
                if offer[LABEL] not in going:
                    state[self._slot].remove(offer)
                continue
            self._look(state, offer, at, event, out)
            if at >= offer[ENDS]:
                self._end(state, offer, at, event, out, queue)

    def _look(self, state: State, offer: Offer, at: int, event: str | None, out: Any) -> None:
        """A success condition counts when it turns true while the offer stands."""
        look = self._campaign.looks.successes.get(offer[PLACE])
        if look is not None and not offer[JUDGED]:
            holds = bool(look(state, at, offer[OF], offer))
            if holds and not offer[HELD]:
                self._judge(offer, 1, at, event, out)
            offer[HELD] = holds

    def _end(self, state: State, offer: Offer, at: int, event: str | None, out: Any, queue: Queue) -> None:
        stage = self._campaign.plan.stages[offer[PLACE]]
        default = "" if stage.offering is None else stage.offering.default
        if not offer[TAKEN] and not offer[CLAIMED] and offer[OPTION] is None and default in offer[OPTIONS]:
            self._give(state, offer, default, at, event, out, queue, who="")
        elif not offer[TAKEN] and self._takeable(offer):
            self._lapsed(offer, at, event, out)
        self._judge(offer, 0, at, event, out)
        offer[CLOSED] = True

    def withdraw(self, state: State, run: Run, at: int, event: str | None, out: Any) -> None:
        """The run was left: its offers cannot be taken any more."""
        for offer in state[self._slot]:
            if offer[LABEL] == label(run) and not offer[CLOSED]:
                if not offer[TAKEN] and self._takeable(offer):
                    self._lapsed(offer, at, event, out)
                self._judge(offer, 0, at, event, out)
                offer[CLOSED] = True

    def withdraw_all(self, state: State, at: int, event: str | None, out: Any) -> None:
        """The campaign is not what it was: nothing that it offered can be taken any more. That is nobody's verdict."""
        for offer in state[self._slot]:
            if not offer[CLOSED] and not offer[TAKEN] and self._takeable(offer):
                self._lapsed(offer, at, event, out)

    def _lapsed(self, offer: Offer, at: int, event: str | None, out: Any) -> None:
        plan = self._campaign.plan
        data = {"state": "lapsed", "offer": offer[ID], "option": offer[OPTION]}
        occurrence = f"{offer[LABEL]}:{plan.stages[offer[PLACE]].path}-lapsed"
        out.append(("effect", at, event, plan.source, occurrence, "offer", plan.id, data))

    def _takeable(self, offer: Offer) -> bool:
        """Whether there is something to take: a material is there for everybody who reads of it."""
        takes = self._campaign.looks.takes
        return any((offer[PLACE], one) in takes for one in offer[OPTIONS] if offer[OPTION] in (None, one))


def _policy(offering: Offering) -> dict[str, Any]:
    """What a request says of the policy, where the program says it."""
    said = {"policy": offering.policy or None, "floor": offering.floor}
    return {name: value for name, value in said.items() if value is not None}


def _likely(data: Mapping[str, Any], names: list[str], option: str) -> dict[str, Any]:
    """How likely the answer was, and each option, by id; unknown for an option that the answer did not choose."""
    if option != data["option"]:
        return {"propensity": None}
    found: dict[str, Any] = {"propensity": data["propensity"]}
    each = data.get("propensities")
    if each is not None and len(each) == len(names):
        found["propensities"] = dict(zip(names, each, strict=True))
    return found
