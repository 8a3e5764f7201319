"""What members of one case cause for each other, as the shell would have it: referrals, and budgets for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.calendars import number_of, zone
from loyaltykit.rules.plan import ATTRIBUTES, MEMBER
from loyaltykit.rules.runtime.chances import UNKNOWN
from loyaltykit.values import Event, from_instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loyaltykit.rules.engine import Engine
    from loyaltykit.values import Request

    State = list[Any]


@attrs.define
class Others:
    """The members of a case, and who waits for whom."""

    engine: Engine
    states: Mapping[str, State]
    waiting: dict[str, str] = attrs.field(factory=dict)
    """By friend the referrer that nobody has seen yet."""
    told: list[Event] = attrs.field(factory=list)
    """Events of members' own that others have caused, to be folded."""

    def pot(self, request: Request) -> tuple[str, int]:
        """The name of a surprise's budget in its calendar period, and how much is in it."""
        period = request.data["period"]
        number = number_of(period, zone(self.engine.plan.zone).local_day(request.at))
        return f"{request.mechanic}/{period}/{number}", request.data["times"]

    def referral(self, request: Request) -> Event:
        """Whether the member named a referrer who counts."""
        friend, referrer = request.member, request.data["referrer"]
        reason = self._against(friend, referrer)
        if reason == UNKNOWN:
            self.waiting[friend] = referrer
        elif reason is None:
            self._tell(referrer, "kit.referred", {"friend": _number(friend, self.states)}, f"referred:{friend}")
        return self.engine.answer(request, reason is None, reason=reason)

    def welcome(self, member: str) -> None:
        """A member was seen for the first time: whoever waited for them hears of it."""
        for friend in [friend for friend, referrer in self.waiting.items() if referrer == member]:
            del self.waiting[friend]
            reason = self._against(friend, member)
            said = {"granted": reason is None, "reason": reason}
            self._tell(friend, "kit.invited", said, f"invited:{friend}")
            if reason is None:
                self._tell(member, "kit.referred", {"friend": _number(friend, self.states)}, f"referred:{friend}")

    def take(self) -> Iterator[Event]:
        """What others have caused, one after the other."""
        while self.told:
            yield self.told.pop(0)

    def _against(self, friend: str, referrer: str) -> str | None:
        refer = self.engine.plan.referrals
        if referrer == friend:
            return "self"
        if referrer not in self.states:
            return UNKNOWN
        known, name = {friend}, referrer
        while refer is not None and name in self.states:
            if name in known:
                return "ring" if name == friend else None
            known.add(name)
            name = self.states[name][ATTRIBUTES].get(refer.referrer.path[1])
        return None

    def _tell(self, member: str, type: str, data: Mapping[str, Any], id: str) -> None:
        """At the newest instant of all: a case has one time line."""
        at = max(self.engine.now(state) for state in self.states.values()) + 1
        self.told.append(Event(id, type, member, from_instant(at), data))


def _number(member: str, states: Mapping[str, State]) -> int:
    """A member's number: in order of being seen."""
    return 1 + next(number for number, state in enumerate(states.values()) if state[MEMBER] == member)
