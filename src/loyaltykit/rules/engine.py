"""The engine: a compiled program that folds events, replays histories, and says what it sees in them."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

from loyaltykit.errors import EventError, LoyaltyError
from loyaltykit.problems import unknown
from loyaltykit.rules.plan import KEPT, NOW
from loyaltykit.rules.replaying import Replaying
from loyaltykit.rules.runtime import quests
from loyaltykit.rules.view import view_of
from loyaltykit.values import Event, to_instant
from loyaltykit.views import MemberView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from loyaltykit.rules.folding import State
    from loyaltykit.rules.plan import Fire, Grant, Watch
    from loyaltykit.rules.reasons import Reason


class Engine(Replaying):
    """A program, compiled. The fold is pure: same program, same events, same result, to the byte.

    A state belongs to whoever folds it: `fold` and `advance` take it over and give it back changed; `copy` keeps one.
    """

    def warm(self) -> None:
        """Generate the code of every event type now. Else it is done when a type is first seen, by one thread.

        What `match`, `match_many` and `fold_many` run is generated when they first need it, by one thread, too.
        """
        self._compiled.warm()
        self.view(self.start(""))

    # --- rights ------------------------------------------------------------------------------------------------

    def weight(self, state: State, survey: str, at: int) -> float | None:
        """How much an answer to a survey counts now; None when all count alike, 0 when it is null or negative."""
        node = next((node for name, node in self.plan.weights if name == survey), None)
        if node is None:
            return None
        value = self._compiled.value(node)(self._as_of(state, at).copy(), at, None)
        return max(0.0, float(value)) if value is not None else 0.0

    def right(self, reward: str) -> Grant | None:
        """What may be granted, by its id; None when the program has no such reward."""
        return self._rights.get(reward)

    def entitled(self, state: State, reward: str, at: int) -> bool:
        """Whether a reward is held at an instant not before the state's now; rights that were kept count."""
        grant = self._rights.get(reward)
        seen = self._as_of(state, at)
        kept = (line for line in seen[KEPT] or () if line[:2] == ["grant", reward])
        return (grant is not None and bool(seen[grant.slot])) or any(line[4] is None or line[4] > at for line in kept)

    def turn(self, state: State, reward: str, since: int, at: int) -> tuple[float, ...]:
        """A member's sort key in a reward's waiting list at an instant, smaller before larger; null is last.

        `since` is when the member came onto the list.
        """
        line = self._rights[reward].line
        order = () if line is None else line.order
        seen = self._as_of(state, at).copy()  # looking finds the local day, and leaves no trace
        values = (None if node is None else self._compiled.value(node)(seen, at, None) for node in order)
        keys = (
            float(since) if node is None else math.inf if value is None else -float(value)
            for node, value in zip(order, values, strict=True)
        )
        return (*keys, float(since))

    def _as_of(self, state: State, at: int) -> State:
        """The state with the timers fired that are due by an instant; the state itself stays as it is."""
        if self.due(state) > at:
            return state
        seen = self.copy(state)
        self._fire(seen, at, [])
        return seen

    def may_join(self, state: State, quest: str, at: int) -> str | None:
        """Why a quest cannot be begun: `done`, `too-soon`, `dates`, `requires`; None when it can, or is on."""
        way = self._compiled.ways.get(quest)
        plan = next(one for one in self.plan.quests if one.id == quest)
        seen = self._as_of(state, at).copy()  # looking finds the local day, and leaves no trace
        if way is None:
            return "done" if seen[plan.slot] == quests.DONE_QUEST else None
        why = way.barred(seen, at)
        return None if why == "active" else why

    # --- looking -----------------------------------------------------------------------------------------------

    def view(self, state: State, at: int | dt.datetime | None = None) -> MemberView:
        """The member at an instant (default: the state's now). Timers due by then fire on a copy."""
        until = to_instant(at) if isinstance(at, dt.datetime) else at
        if until is not None and until >= self.due(state):
            state = self.copy(state)
            self._fire(state, until, [])
        else:
            state = state.copy()  # looking finds the local day, and leaves no trace
        return view_of(self.program, self.plan, self._compiled, state, until)

    def explain(
        self, state: State, event: Event | None, *, rule: str | None = None, at: int | None = None
    ) -> tuple[Reason, ...]:
        """Why each rule (or the one named) acts on an event or does not, given the state before it.

        Nothing is changed. Without an event the conditions of rules without `on` are looked at, at `at` or the state's
        now.
        Raises EventError for a rule that the program does not have.
        """
        from loyaltykit.rules.reasons import Look  # only where somebody asks why

        rules: list[Fire | Watch] = [*self.plan.rules, *self.plan.watches]
        wanted = [one for one in rules if rule in (None, one.id)]
        if not wanted:
            text, details = unknown("rule", rule or "", [one.id for one in rules])
            if any(one.id == rule for one in self.plan.journeys):
                text, details = (
                    f"{rule} is a campaign, not a rule: give it as campaign (--campaign)",
                    {"name": rule or ""},
                )
                raise EventError(text, code="rule/campaign", details=details)
            raise EventError(text, code="rule/unknown", details=details)
        seen = self.copy(state)
        if event is None:
            now = seen[NOW] if at is None else max(at, seen[NOW])
            self._fire(seen, now, [])
            look = Look(self.plan, self._compiled, seen, now, None)
            return tuple(look.reason(one) for one in wanted)
        _, decision = self.fold(self.copy(state), event)
        self._compiled.prepare(event.type)(seen, event, [])
        look = Look(self.plan, self._compiled, seen, event.instant, event, decision.trace)
        concerned = [one for one in wanted if rule is not None or event.type in getattr(one, "events", ())]
        return tuple(look.reason(one) for one in concerned)

    def explain_campaign(self, state: State, campaign: str, at: int | None = None) -> tuple[Reason, ...]:
        """Why a campaign has begun with a member or not, for each value of its `per`, at `at` or the state's now.

        Nothing is changed. Raises EventError for a campaign that the program does not have.
        """
        found = next((one for one in self.plan.journeys if one.id == campaign), None)
        if found is None:
            text, details = unknown("campaign", campaign, [one.id for one in self.plan.journeys])
            raise EventError(text, code="campaign/unknown", details=details)
        seen = self.copy(state)
        now = seen[NOW] if at is None else max(at, seen[NOW])
        self._fire(seen, now, [])
        from loyaltykit.rules.campaign_reasons import CampaignLook  # only where somebody asks why

        return CampaignLook(self.plan, self._compiled, seen, now).reasons(found)

    def explain_standing(self, state: State, kind: str, id: str = "", *, at: int | None = None) -> tuple[Reason, ...]:
        """Why a member has a badge, quest, tier, level, reward, streak, surprise or referral, and why not, at `at`.

        Without `at` it is the state's now. Nothing is changed. LoyaltyError for what the program does not have.
        """
        known = {
            "badge": [one.id for one in self.plan.badges],
            "quest": [one.id for one in self.plan.quests],
            "tier": [one.id for one in self.plan.tiers],
            "reward": [one.id for one in self.plan.grants],
            "streak": [one.id for one in self.plan.streaks],
            "surprise": [one.id for one in self.plan.surprises],
        }.get(kind)
        if known is not None and id not in known:
            text, details = unknown(kind, id, known)
            raise LoyaltyError(text, code=f"{kind}/unknown", details=details)
        if kind == "referral" and self.plan.referrals is None:
            raise LoyaltyError("the program has no referrals", code="referral/none")
        seen = self.copy(state)
        now = seen[NOW] if at is None else max(at, seen[NOW])
        self._fire(seen, now, [])
        from loyaltykit.rules.standing_reasons import StandingLook  # only where somebody asks why

        view = view_of(self.program, self.plan, self._compiled, seen.copy(), now)
        return StandingLook(self.plan, self._compiled, self.spends, seen, view, now).about(kind, id)

    def match(self, event: Event) -> tuple[str, ...]:
        """The ids of the rules that look at nothing but the event and hold for it, in document order.

        The event is taken as admitted: its required fields are there and of their types.
        """
        found: tuple[str, ...] = self._matcher(event)(event)
        return found

    def _matcher(self, event: Event) -> Callable[[Event], tuple[str, ...]]:
        if event.type not in self.plan.events:
            self.admission.check(event)  # raises EventError for a type that there is not
            return lambda event: ()
        matcher: Callable[[Event], tuple[str, ...]] = self._compiled.match(event.type)
        return matcher

    def match_many(self, events: Iterable[Event]) -> list[tuple[str, ...]]:
        """`match` for each event."""
        found: list[tuple[str, ...]] = self._compiled.match_all(events, self.match)
        return found

    def source(self, event: str) -> str:
        """The Python that was generated for an event type."""
        if event not in self.plan.events:
            raise EventError(f"unknown event type {event!r}", code="event/unknown-type")
        return self._compiled.source(event)
