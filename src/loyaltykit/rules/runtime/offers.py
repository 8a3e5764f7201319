"""Offers at run time: chosen, open for a while, taken or lapsed, and judged by what the member did then."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from loyaltykit.rules.plan import ACTIVE, MEMBER
from loyaltykit.rules.runtime.clock import later
from loyaltykit.rules.runtime.stuck import stuck_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loyaltykit.rules.journeys import OfferedThing, Offering, Stage
    from loyaltykit.rules.runtime.journeys import Campaign

    State = list[Any]
    Run = list[Any]
    Offer = list[Any]
    Queue = list[tuple[int | None, str]]

ID, RUN, PLACE, OF, OPTION, OPTIONS, UNTIL, TAKEN, JUDGED, MATERIALS, CLOSED, CONTEXT = range(12)
OF_THE_SHELL = ("bandit", "recommender")
"""Choices that the shell makes."""
_ASKED = -1
_DAY = 86_400_000_000


class Offers:
    """The offers of one campaign."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._slot = campaign.slot + 6

    # --- making ------------------------------------------------------------------------------------------------

    def make(self, state: State, run: Run, stage: Stage, at: int, event: str | None, out: Any, queue: Queue) -> bool:
        """Choose among the options that fit; whether the run goes on at once.

        With nothing to offer the run stops. A policy of the shell's is asked; its answer goes on with the run.
        """
        if run[4] == _ASKED or stage.offering is None:
            return False
        offering, source = stage.offering, self._campaign.plan.source
        stuck = self._stuck(state, run)
        fit = [option for n, option in enumerate(offering.options) if self._fits(state, run, n, option, stuck, at)]
        if not fit:
            self._campaign.end(state, run, "stopped", at, event, out)
            return False
        names = [option.id for option in fit]
        if offering.by in OF_THE_SHELL:
            run[4] = _ASKED
            data = {
                "options": names,
                "context": self._context(state, run, offering, stuck, at),
                "step": stage.path,
                "by": offering.by,
            }
            occurrence = self._campaign.occurrence(run, stage)
            out.append(("request", at, event, source, occurrence, "choice", self._campaign.plan.id, data))
            return False
        chosen: str | None = names[0]
        if offering.by == "member":
            chosen = None
        elif offering.by == "random":
            chosen = names[self._drawn(state, run, stage, len(names))]
        propensity = 1 / len(names) if offering.by == "random" else 1.0
        self._open(state, run, stage, names, chosen, propensity, at, event, out, queue)
        return True

    def answered(self, state: State, data: Mapping[str, Any], at: int, out: Any, queue: Queue) -> None:
        """The shell's choice: the offer stands, the run goes on at the next look."""
        number, path = data["occurrence"].split(":", 1)
        run = next((one for one in state[self._campaign.slot] if one[1] == int(number)), None)
        if run is None or run[4] != _ASKED:
            return
        stage = self._campaign.plan.stages[run[3]]
        if stage.path != path or stage.offering is None:
            return
        run[4] = None
        stuck = self._stuck(state, run)
        names = [
            option.id for n, option in enumerate(stage.offering.options) if self._fits(state, run, n, option, stuck, at)
        ]
        option = data["option"] if data["option"] in names else names[0] if names else None
        if option is not None:
            self._open(state, run, stage, names, option, data["propensity"], at, data["event"], out, queue)
        run[3] += 1

    def _open(
        self,
        state: State,
        run: Run,
        stage: Stage,
        names: list[str],
        chosen: str | None,
        propensity: float | None,
        at: int,
        event: str | None,
        out: Any,
        queue: Queue,
    ) -> None:
        offering = stage.offering
        assert offering is not None  # noqa: S101  # only stages that offer come here
        campaign = self._campaign
        until = later(state, at, offering.keep, offering.keep_months, campaign.zone)
        stuck = self._stuck(state, run)
        shown = [one for one in offering.options if one.id == chosen or (chosen is None and one.id in names)]
        materials = self._materials(shown, stuck)
        id = f"{campaign.plan.id}/{run[1]}/{stage.path}"
        context = self._context(state, run, offering, stuck, at)
        learned = context if offering.by == "bandit" else None
        offer: Offer = [id, run[1], run[3], run[0], chosen, names, until, False, False, materials, False, learned]
        state[self._slot].append(offer)
        run[5] = id
        data = {**self.facts(offer), "by": offering.by, "propensity": propensity, "context": context}
        occurrence = campaign.occurrence(run, stage)
        out.append(("effect", at, event, campaign.plan.source, occurrence, "offer", campaign.plan.id, data))
        if offering.at_once and chosen is not None:
            self._give(offer, chosen, at, event, out, queue)

    def _fits(
        self, state: State, run: Run, number: int, option: OfferedThing, stuck: Mapping[str, Any], at: int
    ) -> bool:
        look = self._campaign.looks.options.get((run[3], number))
        if look is not None and not look(state, at, run[0], None):
            return False
        if option.topics and stuck.get("topic") not in option.topics:
            return False
        return "*" not in option.materials or "material" in stuck

    def _stuck(self, state: State, run: Run) -> dict[str, Any]:
        campaign = self._campaign
        return stuck_at(campaign.stuck, state, run[0] if campaign.by_course else None)

    @staticmethod
    def _materials(options: list[OfferedThing], stuck: Mapping[str, Any]) -> list[str]:
        named = [one for option in options for one in option.materials]
        return [stuck["material"] if one == "*" else one for one in dict.fromkeys(named)]

    def _drawn(self, state: State, run: Run, stage: Stage, among: int) -> int:
        """A draw that follows from the names alone, so that a replay draws the same."""
        text = "\0".join((self._campaign.plan.source, state[MEMBER], str(run[1]), stage.path))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % among

    def _context(self, state: State, run: Run, offering: Offering, stuck: Mapping[str, Any], at: int) -> dict[str, Any]:
        """What the choice may depend on: nothing in it names a person."""
        found: dict[str, Any] = {name: stuck[name] for name in ("topic", "course") if name in stuck}
        if run[0] is not None:
            found["value"] = run[0]
        if state[ACTIVE] is not None:
            found["silent_days"] = (at - state[ACTIVE]) // _DAY
        for name, look in self._campaign.looks.contexts.items():
            found[name] = look(state, at, run[0], None)
        return found

    # --- while it stands ---------------------------------------------------------------------------------------

    def of(self, state: State, run: Run) -> Offer | None:
        """The offer that a run made last."""
        return next((offer for offer in state[self._slot] if offer[ID] == run[5]), None)

    @staticmethod
    def facts(offer: Offer) -> dict[str, Any]:
        """What effects and messages say of an offer."""
        return {
            "offer": offer[ID],
            "option": offer[OPTION],
            "options": list(offer[OPTIONS]),
            "until": offer[UNTIL],
            "materials": list(offer[MATERIALS]),
        }

    def instants(self, state: State) -> Iterator[int]:
        """When offers lapse."""
        return (offer[UNTIL] for offer in state[self._slot] if not offer[CLOSED])

    def take(self, state: State, id: str, option: str | None, at: int, event: str | None, out: Any, queue: Any) -> bool:
        """The member takes an offer, of several options the one named; whether it could be taken."""
        offer = next((one for one in state[self._slot] if one[ID] == id), None)
        if offer is None or offer[TAKEN] or at >= offer[UNTIL]:
            return False
        chosen = offer[OPTION] if option is None else option
        if chosen is None or chosen not in offer[OPTIONS] or offer[OPTION] not in (None, chosen):
            return False
        self._give(offer, chosen, at, event, out, queue)
        return True

    def _give(self, offer: Offer, option: str, at: int, event: str | None, out: Any, queue: Queue) -> None:
        plan = self._campaign.plan
        offer[OPTION], offer[TAKEN] = option, True
        occurrence = f"{offer[RUN]}:{plan.stages[offer[PLACE]].path}"
        data = {"state": "taken", "offer": offer[ID], "option": option, "run": f"{plan.id}/{offer[RUN]}"}
        out.append(("effect", at, event, plan.source, f"{occurrence}-taken", "offer", plan.id, data))
        number = self._campaign.looks.takes.get((offer[PLACE], option))
        queue.append((number, occurrence))

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
        out.append(("effect", at, event, plan.source, f"{offer[RUN]}:{stage.path}", "outcome", plan.id, data))

    def close(self, state: State, at: int, event: str | None, out: Any, queue: Queue) -> None:
        """Judge offers by their conditions; those that are over lapse, the default of a member's pick is given.

        A closed one is remembered while its run goes on.
        """
        going = {run[1] for run in state[self._campaign.slot]}
        for offer in tuple(state[self._slot]):
            if offer[CLOSED]:
                if offer[RUN] not in going:
                    state[self._slot].remove(offer)
                continue
            look = self._campaign.looks.successes.get(offer[PLACE])
            if look is not None and not offer[JUDGED] and look(state, at, offer[OF], offer):
                self._judge(offer, 1, at, event, out)
            if at >= offer[UNTIL]:
                self._lapse(state, offer, at, event, out, queue)

    def _takeable(self, offer: Offer) -> bool:
        """Whether there is something to take: a material is there for everybody who reads of it."""
        return any(
            (offer[PLACE], one) in self._campaign.looks.takes for one in offer[OPTIONS] if offer[OPTION] in (None, one)
        )

    def _lapse(self, state: State, offer: Offer, at: int, event: str | None, out: Any, queue: Queue) -> None:
        plan = self._campaign.plan
        stage = plan.stages[offer[PLACE]]
        default = "" if stage.offering is None else stage.offering.default
        if not offer[TAKEN] and offer[OPTION] is None and default in offer[OPTIONS]:
            self._give(offer, default, at, event, out, queue)
        elif not offer[TAKEN] and self._takeable(offer):
            data = {"state": "lapsed", "offer": offer[ID], "option": offer[OPTION]}
            occurrence = f"{offer[RUN]}:{stage.path}-lapsed"
            out.append(("effect", at, event, plan.source, occurrence, "offer", plan.id, data))
        self._judge(offer, 0, at, event, out)
        offer[CLOSED] = True
