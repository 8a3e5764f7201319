"""A history folded anew: facts that are known are answered where they are asked, and what no longer holds is kept."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.errors import EventError
from loyaltykit.rules.badges import REVOKED
from loyaltykit.rules.decisions import expand_compact, scores
from loyaltykit.rules.folding import SETTLED, Folding, State
from loyaltykit.rules.plan import KEPT, MEMBER
from loyaltykit.rules.rights import ENDED
from loyaltykit.rules.runtime.giving import arm_kept
from loyaltykit.values import NEVER, Effect, Entry, Event, Request, from_instant

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


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


class Replaying(Folding):
    """Folding whole histories."""

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
                taken[effect.name] = max(effect.at, taken.get(effect.name, -NEVER))
        carried = [line for line in state[KEPT] or () if line[0] == "grant" and line[1] not in self._rights]
        state[KEPT] = carried + [
            _kept(effect)
            for effect in found
            if (effect.kind == "badge" and effect.at > taken.get(effect.name, -NEVER))
            or (effect.kind == "grant" and not _standing(effect) and _named(effect) not in ended)
            or (effect.kind == "offer" and effect.data.get("offer") not in over)
        ]
        arm_kept(state, self.plan.grants_due)
        return state
