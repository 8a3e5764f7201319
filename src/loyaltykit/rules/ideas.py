"""Actions on ideas: proposed and judged (events of the author), supported and told of (events of a voter).

What an idea says is nowhere in a state, an event or an effect: it is kept where it can be erased.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.calendars import number_of
from loyaltykit.rules.plan.ideas import IDEAS
from loyaltykit.rules.runtime.clock import earlier, zone_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.rules.actions import Act
    from loyaltykit.rules.compile import Compiled
    from loyaltykit.rules.plan import Plan

    State = list[Any]

OWN, VOTES = 0, 1
STATE, AT, GIVEN = 0, 1, 2
PROPOSED, OPEN, DECLINED, ACCEPTED, DONE = "proposed", "open", "declined", "accepted", "done"
STATES = (PROPOSED, OPEN, DECLINED, ACCEPTED, DONE)
NEXT = {
    PROPOSED: (OPEN, DECLINED, ACCEPTED, DONE),
    OPEN: (DECLINED, ACCEPTED, DONE),
    DECLINED: (OPEN, ACCEPTED),
    ACCEPTED: (DONE, DECLINED),
    DONE: (),
}
"""What may follow each state."""
TOLD = "told"
"""The kind of the effect that says to author or voters what became of an idea, in words of ours."""
_TELLS = {"author": (ACCEPTED, DECLINED, DONE), "voter": (ACCEPTED, DONE)}


class Ideas:
    """What each of these actions does; nothing in a program without ideas."""

    def __init__(self, plan: Plan, compiled: Compiled) -> None:
        self._plan, self._compiled, self._ideas = plan, compiled, plan.ideas
        self.table: dict[str, Callable[[Act], None]] = {
            "kit.proposed": self.proposed,
            "kit.judged": self.judged,
            "kit.supported": self.supported,
            "kit.heard": self.heard,
        }

    def limited(self, state: State, at: int) -> bool:
        """Whether a member has proposed as many ideas by an instant as they may."""
        ideas = self._ideas
        if ideas is None:
            return True
        own, when = state[ideas.slot][OWN].values(), zone_of(state, self._plan.zone)
        if ideas.period is None:
            since = earlier(state, at, ideas.rolling or 0, ideas.months, self._plan.zone)
            return sum(int(idea[AT]) > since for idea in own) >= ideas.times
        now = number_of(ideas.period, when.local_day(at))  # type: ignore[arg-type]  # the plan holds period names
        same = (number_of(ideas.period, when.local_day(idea[AT])) == now for idea in own)  # type: ignore[arg-type]
        return sum(same) >= ideas.times

    def proposed(self, act: Act) -> None:
        """The member proposes an idea; it is open at once, or waits for a person."""
        ideas, idea = self._ideas, act.data["idea"]
        if ideas is None or idea in act.state[ideas.slot][OWN]:
            return
        state = OPEN if act.data["open"] else PROPOSED
        act.state[ideas.slot][OWN][idea] = [state, act.at, []]
        self._tell_shell(act, idea, state)
        self._follow(act, idea, PROPOSED)

    def judged(self, act: Act) -> None:
        """A person decides about an idea of the member's."""
        ideas, idea, state = self._ideas, act.data["idea"], act.data["state"]
        own = None if ideas is None else act.state[ideas.slot][OWN].get(idea)
        if own is None or state not in NEXT[own[STATE]]:
            return
        own[STATE] = state
        self._tell_shell(act, idea, state)
        self._tell(act, idea, state, "author")
        self._follow(act, idea, state)

    def supported(self, act: Act) -> None:
        """The member votes for an idea of somebody else's, or withdraws the vote (a weight of null)."""
        ideas, idea = self._ideas, act.data["idea"]
        if ideas is None:
            return
        votes, given = act.state[ideas.slot][VOTES], act.data["given"]
        weight = 1.0 if act.data["weight"] is None else act.data["weight"]
        first = idea not in votes
        votes[idea] = weight if given else None
        data = {"idea": idea, "weight": votes[idea]}
        act.out.append(("effect", act.at, act.event, IDEAS, act.event, "support", IDEAS, data))
        if first and given:
            self._queue(act, "supported", idea)

    def heard(self, act: Act) -> None:
        """What became of an idea that the member has voted for."""
        ideas, idea = self._ideas, act.data["idea"]
        if ideas is not None and act.state[ideas.slot][VOTES].get(idea) is not None:
            self._tell(act, idea, act.data["state"], "voter")

    def _tell_shell(self, act: Act, idea: str, state: str) -> None:
        data = {name: act.data[name] for name in ("by", "note") if act.data.get(name) is not None}
        data = {"idea": idea, "state": state, **data}
        act.out.append(("effect", act.at, act.event, IDEAS, act.event, "idea", IDEAS, data))

    def _tell(self, act: Act, idea: str, state: str, role: str) -> None:
        """Say what became of it: once a state, however often it comes to that."""
        if self._ideas is None or state not in _TELLS[role]:
            return
        message = dict(self._ideas.told).get(state)
        about = {"id": idea, "state": state, "role": role, "note": act.data.get("note")}
        kind, name = (TOLD, IDEAS) if message is None else ("message", message)
        act.out.append(("effect", act.at, act.event, IDEAS, f"{idea}:{state}", kind, name, {"idea": about}))

    def _follow(self, act: Act, idea: str, what: str) -> None:
        """What it brings the author, once."""
        ideas = self._ideas
        given = None if ideas is None else act.state[ideas.slot][OWN][idea][GIVEN]
        if given is not None and what not in given:
            given.append(what)
            self._queue(act, what, idea)

    def _queue(self, act: Act, what: str, idea: str) -> None:
        number = self._compiled.outside.get(f"{IDEAS} {what}")
        if number is not None:
            act.queue.append((number, idea))
