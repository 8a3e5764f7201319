"""Campaigns at run time: who begins, who is withheld, and one run's way through the stages.

A `Campaign` changes the state in place and writes decisions as compact tuples, as the rest of this room does. Runs are
looked at whenever something that they wait for may have changed; a look goes as far as it can and arms one timer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.campaigns.holdouts import PROGRAM, TREATED, WITHHELD, arm_of
from loyaltykit.rules.journeys import (
    ARM,
    ASKED,
    ASKING,
    BEGUN,
    COUNT,
    DUE_SLOT,
    NUMBER,
    OFFERS,
    PENDING,
    STAGE,
    TRUTH,
    UNTIL,
    VALUE,
)
from loyaltykit.rules.plan import ATTRIBUTES, JOINED, MEMBER
from loyaltykit.rules.runtime.clock import later
from loyaltykit.rules.runtime.history import MOST_VALUES, key_of
from loyaltykit.rules.runtime.labels import label
from loyaltykit.rules.runtime.offers import Offers
from loyaltykit.rules.runtime.quests import Way, enrol
from loyaltykit.rules.runtime.standing import arm
from loyaltykit.rules.runtime.stuck import stuck_at
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from loyaltykit.rules.journeys import Holdout, Journey, Stage, Stuckness
    from loyaltykit.rules.plan import Advance, Grant

    State = list[Any]
    Run = list[Any]
    Queue = list[tuple[int | None, str]]
    Look = Callable[[State, int, Any, Any], Any]
    """``(state, at, value, offer)``: what an expression gives."""

_GIVING = ("give", "enrol")


@attrs.frozen(slots=True, kw_only=True)
class Looks:
    """The generated functions of a campaign's conditions, and of when time next changes them."""

    start: Look | None
    audience: Look | None
    exit: Look | None
    """None, too, when only events end a run."""
    stages: Mapping[int, Look]
    options: Mapping[tuple[int, int], Look]
    successes: Mapping[int, Look]
    contexts: Mapping[str, Look]
    success_changes: Mapping[int, Look]
    changes: tuple[Look, ...]
    """Of start and audience."""
    exit_changes: Look | None
    stage_changes: Mapping[int, Look]
    gives: Mapping[int, int]
    """The follow-up of a stage that gives, by stage."""
    asks: frozenset[int]
    """The stages that give what is limited for all members together: the shell has to be asked."""
    takes: Mapping[tuple[int, str], int]
    """The follow-up of an option that is taken, by stage and option."""
    claims: Mapping[tuple[int, str], tuple[str, ...]]
    """By stage and option the rewards that are limited for all members together."""


class HoldoutArms:
    """The program-wide control group: a member's arm is decided once and recorded."""

    __slots__ = ("plan", "program")

    def __init__(self, plan: Holdout, program: str) -> None:
        self.plan = plan
        self.program = program

    def arm(self, state: State, at: int, event: str | None, out: Any) -> str:
        """The member's arm; decided and recorded when it was not yet."""
        slot = self.plan.slot
        if state[slot] is None:
            withheld = arm_of(self.program, "", state[MEMBER], self.plan.share) == WITHHELD
            state[slot] = PROGRAM if withheld else TREATED
            data = {"arm": state[slot], "run": None, "value": None}
            out.append(("effect", at, event, "holdout", "", "exposure", "program", data))
        return str(state[slot])


class Campaign:
    """One campaign, ready for use at run time."""

    def __init__(
        self,
        plan: Journey,
        looks: Looks,
        *,
        program: str,
        zone: str,
        holdout: HoldoutArms | None,
        stuck: Stuckness | None,
        quests: Mapping[str, Advance],
        ways: Mapping[str, Way],
        grants: Mapping[str, Grant],
    ) -> None:
        self.plan = plan
        self.slot = plan.slot
        self.looks = looks
        self.zone = zone
        self.stuck = stuck
        self._program = program
        self._holdout = holdout
        self._quests = quests
        self._ways = ways
        self.grants = grants
        self.offers = Offers(self)

    # --- beginning ---------------------------------------------------------------------------------------------

    def begin(self, state: State, value: Any, at: int, event: str | None, out: Any) -> None:
        """Begin a run when the audience allows it, none is on its way and the last began long enough ago."""
        plan, slot = self.plan, self.slot
        if plan.per is not None and value is None:
            return
        if self.looks.audience is not None and not self.looks.audience(state, at, value, None):
            return
        key = key_of(value) or ""
        if any(run[VALUE] == value for run in state[slot]) or not self._again(state, key, at):
            return
        number = state[slot + COUNT][key] = state[slot + COUNT].get(key, 0) + 1
        state[slot + BEGUN].pop(key, None)
        state[slot + BEGUN][key] = at
        self._forget(state)
        chosen = self._arm_of(state, at, event, out)
        run = [value, number, at, 0, None, None, None, None]
        data = {"arm": chosen, "run": number, "value": value}
        out.append(("effect", at, event, plan.source, label(run), "exposure", plan.id, data))
        if chosen == TREATED:
            state[slot].append(run)
            self._tell(run, "started", at, event, out)

    def _forget(self, state: State) -> None:
        """What is remembered by value is remembered of so many values at most: those that began longest ago go."""
        for place in (COUNT, BEGUN, TRUTH):
            known = state[self.slot + place]
            while len(known) > MOST_VALUES:
                del known[next(iter(known))]

    def _again(self, state: State, key: str, at: int) -> bool:
        plan = self.plan
        begun = state[self.slot + BEGUN].get(key)
        if begun is None:
            return True
        return plan.again is not None and later(state, begun, plan.again, plan.again_months, self.zone) <= at

    def _arm_of(self, state: State, at: int, event: str | None, out: Any) -> str:
        if self._holdout is not None and self._holdout.arm(state, at, event, out) == PROGRAM:
            return PROGRAM
        place = self.slot + ARM
        if state[place] is None:
            state[place] = arm_of(self._program, self.plan.id, state[MEMBER], self.plan.share)
        return str(state[place])

    def _starts(self, state: State, at: int, event: str | None, out: Any) -> None:
        """Begin for every value for which the start has turned true."""
        if self.plan.on:
            return
        truth = state[self.slot + TRUTH]
        for value in self._candidates(state):
            key = key_of(value) or ""
            if self._holds(state, value, at):
                if key not in truth:
                    truth[key] = 1
                    self.begin(state, value, at, event, out)
            elif key in truth:
                del truth[key]

    def _candidates(self, state: State) -> tuple[Any, ...]:
        return (None,) if self.plan.values is None else tuple(state[self.plan.values].values())

    def _holds(self, state: State, value: Any, at: int) -> bool:
        plan, looks = self.plan, self.looks
        joined = state[ATTRIBUTES].get("joined", state[JOINED])
        if joined is None or joined > at:
            return False
        if plan.date is not None:
            return plan.date == at and (looks.audience is None or bool(looks.audience(state, at, value, None)))
        if looks.start is None or not looks.start(state, at, value, None):
            return False
        return looks.audience is None or bool(looks.audience(state, at, value, None))

    # --- looking -----------------------------------------------------------------------------------------------

    def look(self, state: State, at: int, event: str | None, out: Any, queue: Queue) -> None:
        """Begin what begins, go on with every run as far as it goes, close offers, and arm the timer."""
        self._starts(state, at, event, out)
        paused = False
        for run in tuple(state[self.slot]):
            paused |= self._walk(state, run, at, event, out, queue)
        if state[self.slot + OFFERS]:
            self.offers.close(state, at, event, out, queue)
        arm(state, self.slot + DUE_SLOT, at + 1 if paused else self._next(state, at))

    def _next(self, state: State, at: int) -> int:
        """When time alone next changes something."""
        return min((instant for instant in self._instants(state, at) if instant > at), default=NEVER)

    def _instants(self, state: State, at: int) -> Iterator[int]:
        plan, looks = self.plan, self.looks
        if plan.date is not None:
            yield plan.date
        for changes in looks.changes:
            for value in self._candidates(state):
                yield changes(state, at, value, None)
        for run in state[self.slot]:
            if run[UNTIL] is not None and run[UNTIL] != ASKED:
                yield run[UNTIL]
            if run[STAGE] in looks.stage_changes:
                yield looks.stage_changes[run[STAGE]](state, at, run[VALUE], self.offers.of(state, run))
            if looks.exit_changes is not None:
                yield looks.exit_changes(state, at, run[VALUE], None)
        yield from self.offers.instants(state, at)

    def quiet(self, state: State, at: int, within: int) -> None:
        """An event broke a silence that the start waits for: it does not hold, and may after another one."""
        slot = self.slot
        if state[slot + TRUTH]:
            state[slot + TRUTH].clear()
        if state[slot + DUE_SLOT] > at + within:
            arm(state, slot + DUE_SLOT, at + within)

    def leave(self, state: State, value: Any, at: int, event: str | None, out: Any) -> None:
        """An event ended the runs of a value; of all when the event has none."""
        for run in tuple(state[self.slot]):
            if value is None or run[VALUE] == value:
                self.end(state, run, "exited", at, event, out)

    # --- a run's way -------------------------------------------------------------------------------------------

    def _walk(self, state: State, run: Run, at: int, event: str | None, out: Any, queue: Queue) -> bool:
        """Go on with a run; whether it only waits for what it has just given to be posted."""
        stages, looks = self.plan.stages, self.looks
        if looks.exit is not None and looks.exit(state, at, run[VALUE], None):
            self.end(state, run, "exited", at, event, out)
            return False
        if self._awaits(run, out):
            return False
        gave = False
        while run[STAGE] < len(stages):
            stage = stages[run[STAGE]]
            if gave and stage.kind not in _GIVING:
                return True
            if stage.kind == "stop":
                self.end(state, run, "stopped", at, event, out)
                return False
            if not self._do(state, run, stage, at, event, out, queue):
                return False
            gave = gave or stage.kind in _GIVING
        self.end(state, run, "done", at, event, out)
        return False

    def _awaits(self, run: Run, out: Any) -> bool:
        """Whether the run waits for what the shell says of limited rewards that it has just asked for."""
        if run[ASKING]:
            source, asked = self.plan.source, run[ASKING]
            run[ASKING] = None
            run[PENDING] = [line[4] for line in out if line[0] == "request" and line[3] == source and line[4] in asked]
        return bool(run[PENDING])

    def answered(self, state: State, data: Mapping[str, Any], at: int, out: Any) -> None:
        """The shell has answered what a step of a run, or an offer that was taken, asked for.

        With the last answer the run goes on.
        """
        occurrence = data["occurrence"]
        for run in state[self.slot]:
            if run[PENDING] and occurrence in run[PENDING]:
                run[PENDING].remove(occurrence)
        self.offers.claimed(state, data, at, out)

    def _do(self, state: State, run: Run, stage: Stage, at: int, event: str | None, out: Any, queue: Queue) -> bool:  # noqa: C901  # one row a kind of stage
        """One stage; whether the run goes on to the next (`run[STAGE]` is moved)."""
        following = run[STAGE] + 1
        match stage.kind:
            case "give":
                occurrence = self.occurrence(run, stage)
                queue.append((self.looks.gives[run[STAGE]], occurrence))
                if run[STAGE] in self.looks.asks:
                    run[ASKING] = [*(run[ASKING] or ()), occurrence]
            case "enrol":
                way = self._ways.get(stage.name)
                if way is None or way.barred(state, at) is None:
                    enrol(state, self._quests[stage.name], at, event, out, self.zone)
                queue.append((None, ""))
            case "send" | "survey":
                self._send(state, run, stage, at, event, out)
            case "offer":
                if not self.offers.make(state, run, stage, at, event, out, queue):
                    return False
            case "wait":
                if not self._waited(state, run, stage, at):
                    return False
            case "test":
                if not self._met(state, run, at):
                    following = stage.goto
            case "jump":
                following = stage.goto
        run[STAGE] = following
        return True

    def _met(self, state: State, run: Run, at: int) -> bool:
        look = self.looks.stages.get(run[STAGE])
        return look is not None and bool(look(state, at, run[VALUE], self.offers.of(state, run)))

    def _waited(self, state: State, run: Run, stage: Stage, at: int) -> bool:
        if run[UNTIL] is None:
            endless = stage.micros is None
            run[UNTIL] = NEVER if endless else later(state, at, stage.micros or 0, stage.months, self.zone)
        if at < run[UNTIL] and not self._met(state, run, at):
            return False
        run[UNTIL] = None
        return True

    def _send(self, state: State, run: Run, stage: Stage, at: int, event: str | None, out: Any) -> None:
        data: dict[str, Any] = {"run": f"{self.plan.id}/{label(run)}", "campaign": self.plan.id, "value": run[VALUE]}
        if stage.channels:
            data["channels"] = list(stage.channels)
        offer = self.offers.of(state, run)
        if offer is not None:
            data["offer"] = self.offers.facts(offer)
        stuck = stuck_at(self.stuck, state, run[VALUE] if self.by_course else None)
        if stuck:
            data["stuck"] = stuck
        kind = "message" if stage.kind == "send" else "survey"
        out.append(("effect", at, event, self.plan.source, self.occurrence(run, stage), kind, stage.name, data))

    @property
    def by_course(self) -> bool:
        """Whether runs are about courses, as being stuck is."""
        return self.stuck is not None and self.plan.per is not None and self.plan.per == self.stuck.course

    @staticmethod
    def occurrence(run: Run, stage: Stage) -> str:
        """What tells this step of this run from others."""
        return f"{label(run)}:{stage.path}"

    def end(
        self, state: State, run: Run, how: str, at: int, event: str | None, out: Any, *, why: str | None = None
    ) -> None:
        """End a run, and say how. What was offered in a run that was left does not stand any more."""
        state[self.slot].remove(run)
        self._tell(run, how, at, event, out, why=why)
        if how == "exited":
            self.offers.withdraw(state, run, at, event, out)

    def _tell(self, run: Run, how: str, at: int, event: str | None, out: Any, *, why: str | None = None) -> None:
        data = {"state": how, "run": run[NUMBER], "value": run[VALUE], "label": label(run)}
        if why is not None:
            data["why"] = why
        out.append(("effect", at, event, self.plan.source, f"{label(run)}-{how}", "run", self.plan.id, data))
