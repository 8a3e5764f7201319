"""The engine: folds one event, folds many, lets time pass. It keeps nothing between calls but its compiled program."""

from __future__ import annotations

import copy as copying
import datetime as dt
import hashlib
import json
import math
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from loyaltykit.errors import EventError, LoyaltyError
from loyaltykit.jsontext import encoder
from loyaltykit.problems import unknown
from loyaltykit.program.admission import Admission
from loyaltykit.rules.actions import Act, Actions
from loyaltykit.rules.badges import REVOKED
from loyaltykit.rules.compile import Compiled
from loyaltykit.rules.decisions import expand, expand_compact, scores
from loyaltykit.rules.mechanics import lower
from loyaltykit.rules.plan import DUE, KEPT, LAST, MEMBER, NOW
from loyaltykit.rules.rights import ENDED
from loyaltykit.rules.runtime import quests, streaks
from loyaltykit.rules.runtime.attributes import update_attributes
from loyaltykit.rules.runtime.chances import referred
from loyaltykit.rules.runtime.giving import answer, arm_kept
from loyaltykit.rules.view import view_of
from loyaltykit.values import Decision, Effect, Entry, Event, Request, from_instant, to_instant
from loyaltykit.views import MemberView

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from loyaltykit.program.load import Program
    from loyaltykit.rules.plan import Fire, Grant, Watch
    from loyaltykit.rules.reasons import Reason

State = list[Any]
SETTLED = "fact.settled"
UPDATED = "member.updated"
_BEFORE = -(2**62)


def _no_json(value: object) -> object:
    raise TypeError(f"a state holds JSON data only, not {type(value).__name__}")


_encode = encoder(_no_json)


def answer_id(request: Request) -> str:
    """The id of the event that answers a request."""
    return f"fact:{hashlib.sha256(request.id.encode()).hexdigest()[:32]}"


def _named(effect: Effect) -> tuple[str, str, str]:
    """What tells one right from another."""
    return effect.mechanic, effect.occurrence, effect.name


def _standing(effect: Effect) -> bool:
    """Whether it is a benefit of a tier."""
    return effect.mechanic.startswith("tiers.")


def _kept(effect: Effect) -> list[Any]:
    """What a state remembers of an effect that a refold no longer yields; of an offer also what it was."""
    data = effect.data
    about = [effect.mechanic, effect.occurrence]
    line = [effect.kind, effect.name, effect.at, data.get("step"), data.get("until"), *about]
    if effect.kind != "offer":
        return line
    value = (data.get("context") or {}).get("value")
    return [*line, {**{name: data[name] for name in ("offer", "option", "options", "materials")}, "value": value}]


class Folded(NamedTuple):
    """What a fold gives back: the state that follows, and what was decided."""

    state: State
    decision: Decision


@attrs.frozen(slots=True)
class Replay:
    """A member's whole history folded anew."""

    state: State
    entries: tuple[Entry, ...]
    effects: tuple[Effect, ...]
    requests: tuple[Request, ...]
    """Requests that no known answer settles."""
    scores: Mapping[tuple[str, int, str], Any] = attrs.field(factory=dict)
    """On leaderboards: by key of the board, period and group; None: not on it."""


@attrs.define
class Story:
    """What a history came to so far, while it is folded anew."""

    answers: Mapping[str, Event]
    """Facts settled before, by request id: each is folded where it is asked for."""
    late: Collection[str] = ()
    """Ids of events that came too late to count: they inform history functions only."""
    compact: list[tuple[Any, ...]] = attrs.field(factory=list)
    """Everything that was decided, as compact lines."""
    asked: list[Request] = attrs.field(factory=list)
    """Requests that no known answer settles."""
    skipped: list[str] | None = None
    """Takes the ids of events that are none of this program's; without it such an event is an error."""


class Engine:
    """A program, compiled. The fold is pure: same program, same events, same result, to the byte.

    A state belongs to whoever folds it: `fold` and `advance` take it over and give it back changed; `copy` keeps one.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.plan = lower(program)
        self.admission = Admission(program.document)
        self._compiled = Compiled(self.plan, self.admission)
        actions = Actions(self.plan, self._compiled)
        self._actions = actions.table
        self.spends = actions.spends
        """What can be done with points, and what keeps a member from it."""
        self.ideas = actions.ideas
        """What can be done with ideas, and what keeps a member from it."""
        self._steps: dict[str, Callable[[State, Event, Any], None]] = {}
        self._bare: dict[str, Callable[[State, Event, Any], None]] = {}
        self._initial = [slot.initial for slot in self.plan.slots]
        self._mutable = [
            (number, slot.initial)
            for number, slot in enumerate(self.plan.slots)
            if isinstance(slot.initial, list | dict)
        ]
        self._rights = {grant.id: grant for grant in self.plan.grants}

    def warm(self) -> None:
        """Generate the code of every event type now. Else it is done when a type is first seen, by one thread."""
        self._compiled.warm()
        self.view(self.start(""))

    @property
    def limited(self) -> bool:
        """Whether members depend on each other: who comes first gets what is limited for all, or refers the next."""
        budgets = any(surprise.budget is not None for surprise in self.plan.surprises)
        return budgets or self.plan.referrals is not None or any(grant.limited for grant in self.plan.grants)

    # --- states ------------------------------------------------------------------------------------------------

    def start(self, member: str) -> State:
        """The state of a member nothing is known of."""
        state: State = self._initial.copy()
        for number, initial in self._mutable:
            state[number] = initial.copy() if not initial else copying.deepcopy(initial)
        state[MEMBER] = member
        return state

    def copy(self, state: State) -> State:
        """An independent copy."""
        return copying.deepcopy(state)

    def dump(self, state: State) -> str:
        """The state as JSON text; `load` gives it back. It belongs to one plan (`plan.hash`)."""
        return _encode(state)

    def load(self, text: str) -> State:
        """A state that `dump` wrote."""
        state: State = json.loads(text)
        return state

    def due(self, state: State) -> int:
        """The instant of the next timer; NEVER when none is armed."""
        return self._compiled.soonest(state)

    def due_by(self, state: State, at: int) -> bool:
        """Whether a timer is due at or before an instant; cheaper than `due`."""
        return bool(state[DUE] <= at and self._compiled.soonest(state) <= at)

    def now(self, state: State) -> int:
        """The instant of the last folded event or fired timer."""
        return int(state[NOW])

    def last_id(self, state: State) -> str:
        """The id of the event folded last, empty after a timer."""
        return str(state[LAST])

    # --- folding -----------------------------------------------------------------------------------------------

    def fold(self, state: State, event: Event, *, history_only: bool = False) -> Folded:
        """One event. Timers due by then fire first.

        Raises EventError for an unknown type, an ill-typed field, or an event that is not later, by (instant, id),
        than what the state has seen; nothing is changed then. `history_only` takes the event into the history
        functions alone: it came too late to count.
        """
        out: list[tuple[Any, ...]] = []
        if history_only:
            if event.type in self.plan.events:
                self._compiled.recall(event.type)(state, event, out)
            else:
                self.admission.check(event)
        else:
            step = self._steps.get(event.type) or self._step(event)
            step(state, event, out)
        return Folded(state, Decision(event.member, event.id, out, expand))

    def fold_many(self, events: Iterable[Event]) -> dict[str, State]:
        """Fold events of any members into their states; each member's own events come in order."""
        states: dict[str, State] = {}
        self._compiled.fold_all(events, states, deque(maxlen=0), self._other)
        return states

    def _other(self, state: State, event: Event, out: Any) -> None:
        """One event of a type that the compiled loop does not have in line."""
        step = self._bare.get(event.type) or self._step(event, bare=True)
        step(state, event, out)

    def advance(self, state: State, to: int | dt.datetime) -> Folded:
        """Let time pass: every timer due at or before `to` fires at its own instant, in order."""
        until = to_instant(to) if isinstance(to, dt.datetime) else to
        out: list[tuple[Any, ...]] = []
        self._fire(state, until, out)
        return Folded(state, Decision(state[MEMBER], None, out, expand))

    def _fire(self, state: State, to: int, out: Any) -> None:
        """Timers, without an event: the next event looks for its zone and, if it is the first, joins."""
        if self._compiled.soonest(state) <= to:
            self._compiled.fire(state, to, out)
            state[DUE] = _BEFORE

    def _step(self, event: Event, *, bare: bool = False) -> Callable[[State, Event, Any], None]:
        """The step function of an event's type."""
        steps = self._bare if bare else self._steps
        if event.type == SETTLED:
            steps[SETTLED] = self._settled
        elif event.type == UPDATED:
            steps[UPDATED] = self._updated
        elif event.type in self._actions:
            steps[event.type] = self._acted
        elif event.type in self.plan.events:
            steps[event.type] = self._compiled.bare(event.type) if bare else self._compiled.step(event.type)
        else:
            self.admission.check(event)  # raises: there is no such type
            raise AssertionError(event.type)
        return steps[event.type]

    def _in_order(self, state: State, event: Event) -> None:
        if (event.instant, event.id) <= (state[NOW], state[LAST]):
            raise EventError(f"event {event.id}: is older than the state", code="event/out-of-order", event=event.id)

    def _updated(self, state: State, event: Event, out: Any) -> None:
        """Attributes that the host supplied."""
        data = self.admission.check(event)
        self._in_order(state, event)
        self._fire(state, event.instant, out)
        update_attributes(state, data, event.instant, self.plan)
        if "timezone" in data:
            streaks.look_again(state, self.plan.streaks, event.instant)
            quests.look_again(state, self.plan.quests, event.instant)
        self._fire(state, event.instant, out)  # a period that the move to another zone has ended
        state[NOW], state[LAST] = event.instant, event.id
        self._compiled.settle(state, event.instant, event.id, out, [])
        self._named(state, event, out)
        state[DUE] = _BEFORE

    def _acted(self, state: State, event: Event, out: Any) -> None:
        """An action through the kit, or a score: it is no activity, but what it changes is looked at."""
        data = self.admission.check(event)
        self._in_order(state, event)
        at = event.instant
        self._fire(state, at, out)
        state[NOW], state[LAST] = at, event.id
        queue: list[tuple[int | None, str]] = [(None, "")]
        self._actions[event.type](Act(state, data, at, event.id, out, queue))
        self._compiled.settle(state, at, event.id, out, queue)
        self._named(state, event, out)
        state[DUE] = _BEFORE

    def _named(self, state: State, event: Event, out: Any) -> None:
        """What waits for or counts an event of our own that the program names: it sees what the event did."""
        if event.type in self.plan.events:
            self._compiled.step(event.type)(state, event, out)

    def _settled(self, state: State, event: Event, out: Any) -> None:
        """The answer to a request. It belongs to the event that asked, so its id does not count for the order."""
        self.admission.check(event)
        if event.instant < state[NOW]:
            raise EventError(f"event {event.id}: is older than the state", code="event/out-of-order", event=event.id)
        self._fire(state, event.instant, out)
        if event.instant > state[NOW]:
            state[NOW], state[LAST] = event.instant, ""
        queue: list[tuple[int | None, str]] = [(None, "")]
        if event.data["kind"] == "choice":
            self._compiled.campaigns[event.data["name"]].offers.answered(state, event.data, event.instant, out, queue)
        elif event.data["kind"] in ("budget", "referral"):
            self._outside(state, event, out, queue)
        elif not self.spends.answered(state, event.data, event.instant, out):
            answer(state, self._rights, self.plan.grants_due, event.data, event.instant, out, self.plan.zone)
            campaign = self._compiled.campaigns.get(event.data["mechanic"].removeprefix("campaigns."))
            if campaign is not None:
                campaign.answered(state, event.data, event.instant, out)
        self._compiled.settle(state, event.instant, event.data.get("event"), out, queue)

    def _outside(self, state: State, event: Event, out: Any, queue: list[tuple[int | None, str]]) -> None:
        """The answer about a surprise's budget, or about who referred the member."""
        data, outside, refer = event.data, self._compiled.outside, self.plan.referrals
        if data["kind"] == "referral" and refer is not None:
            referred(state, refer, outside["friend"], data, event.instant, data.get("event"), out, queue)
        elif data["kind"] == "budget" and data["granted"]:
            number = outside.get(f"surprise {data['name']}")
            if number is not None:
                queue.append((number, data["occurrence"]))

    # --- a program that follows another ------------------------------------------------------------------------

    @property
    def compiled(self) -> Compiled:
        """The generated functions."""
        return self._compiled

    def look_again(
        self, state: State, at: int, out: list[tuple[Any, ...]], queue: list[tuple[int | None, str]]
    ) -> None:
        """Look at everything in a state that another program made, at an instant, and let what is due then happen."""
        self._compiled.settle(state, at, None, out, queue)
        self._fire(state, at, out)
        state[DUE] = _BEFORE

    # --- outside facts, late events ----------------------------------------------------------------------------

    def answer(self, request: Request, granted: bool, **more: Any) -> Event:  # noqa: FBT001  # the answer is the second half of the sentence
        """The event that records the answer to a request. Its id follows from the request's.

        That of a choice has `option` and `propensity`, and where they are known `propensities`, in the order of the
        options; of stock `waiting` when the member is in the waiting list now.
        """
        data = {
            "request": request.id,
            "kind": request.kind,
            "name": request.name,
            "mechanic": request.mechanic,
            "occurrence": request.occurrence,
            "event": request.event,
            "granted": granted,
            "option": None,
            "propensity": None,
            "code": None,
            **more,
        }
        return Event(answer_id(request), SETTLED, request.member, from_instant(request.at), data)

    def answer_again(self, request: Request, first: Event) -> Event:
        """The first answer to a request that is asked again, perhaps at another instant than it was then."""
        known = first.data
        more = {name: known.get(name) for name in ("option", "propensity", "waiting", "code", "reason")}
        if known.get("propensities") is not None:
            more["propensities"] = known["propensities"]
        return self.answer(request, known["granted"], **more)

    def replay(
        self,
        member: str,
        events: Iterable[Event],
        *,
        answers: Mapping[str, Event],
        to: int,
        late: Collection[str] = (),
    ) -> Replay:
        """Fold a member's whole history anew, in order of (at, id), and let time pass to `to`.

        `answers` are the facts settled before, by request id: each is folded where it is asked for. Events whose ids
        are in `late` came too late to count: they inform history functions only.
        """
        state = self.start(member)
        story = Story(answers, late)
        self.go_on(state, events, story, to=to)
        found = expand_compact(member, story.compact)
        return Replay(state, found.entries, found.effects, tuple(story.asked), scores(story.compact))

    def go_on(self, state: State, events: Iterable[Event], story: Story, *, to: int) -> None:
        """Fold more of a history into a state, in order of (at, id), and let time pass to `to`."""
        for event in sorted(events, key=lambda event: (event.instant, event.id)):
            if story.skipped is not None and not self._knows(event):
                story.skipped.append(event.id)
                continue
            self._advance_settling(state, event.instant, story)
            _, decision = self.fold(state, event, history_only=event.id in story.late)
            self.settling(state, decision.compact, story)
        self._advance_settling(state, to, story)

    def _knows(self, event: Event) -> bool:
        try:
            self.admission.check(event)
        except EventError:
            return False
        return True

    def _advance_settling(self, state: State, to: int, story: Story) -> None:
        """Timers one instant after the other, so that what one asks for is answered before the next."""
        while (due := self.due(state)) <= to:
            _, decision = self.advance(state, due)
            self.settling(state, decision.compact, story)

    def settling(self, state: State, compact: Iterable[tuple[Any, ...]], story: Story) -> None:
        """Take down what was decided, and fold the known answers to what it asks; remember what has none."""
        done = list(compact)
        for line in done:
            if line[0] != "request":
                continue
            request = expand_compact(state[MEMBER], [line]).requests[0]
            if request.id in story.answers:
                out: list[tuple[Any, ...]] = []
                self._settled(state, self.answer_again(request, story.answers[request.id]), out)
                done += out
            else:
                story.asked.append(request)
        story.compact += done

    def keep(self, state: State, effects: Iterable[Effect]) -> State:
        """Put effects that a refold no longer yields into the state: views show them, expressions do not see them.

        What a tier brought is not kept: it is held while the step is.
        Rights that were carried over from an earlier program are there already, and stay.
        """
        found = list(effects)
        ended = {_named(effect) for effect in found if effect.kind in ENDED}
        over = {effect.data.get("offer") for effect in found if effect.kind == "offer" and "state" in effect.data}
        taken: dict[str, int] = {}
        for effect in found:
            if effect.kind == REVOKED:
                taken[effect.name] = max(effect.at, taken.get(effect.name, _BEFORE))
        carried = [line for line in state[KEPT] or () if line[0] == "grant" and line[1] not in self._rights]
        state[KEPT] = carried + [
            _kept(effect)
            for effect in found
            if (effect.kind == "badge" and effect.at > taken.get(effect.name, _BEFORE))
            or (effect.kind == "grant" and not _standing(effect) and _named(effect) not in ended)
            or (effect.kind == "offer" and effect.data.get("offer") not in over)
        ]
        arm_kept(state, self.plan.grants_due)
        return state

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
        matchers: dict[str, Any] = {}
        found = []
        for event in events:
            matcher = matchers.get(event.type)
            if matcher is None:
                matcher = matchers[event.type] = self._matcher(event)
            found.append(matcher(event))
        return found

    def source(self, event: str) -> str:
        """The Python that was generated for an event type."""
        if event not in self.plan.events:
            raise EventError(f"unknown event type {event!r}", code="event/unknown-type")
        return self._compiled.source(event)
