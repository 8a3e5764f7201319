"""Ideas in a case: proposed, supported, decided about, as the shell would have it.

``{propose: Evening streams, id: streams}``, ``{support: streams, member: bob}`` (``given: false`` withdraws it),
``{idea: streams, state: accepted}`` with ``note:``. The `id` of a proposal is the idea's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.problems import Finding, echo, nearest
from loyaltykit.program.ideas_seen import seen_data
from loyaltykit.program.places import Fault, Keys
from loyaltykit.rules.ideas import ACCEPTED, DONE, NEXT, OPEN, PROPOSED, STATES
from loyaltykit.rules.spends import Refusal
from loyaltykit.values import Event, from_instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loyaltykit.rules.engine import Engine

    State = list[Any]

VOICES = ("propose", "support", "idea")
MORE = {"support": ("given",), "idea": ("state", "note")}
"""What may stand beside one, besides `id`, `member` and `at`."""


@attrs.frozen
class Voice:
    """One of these, and its number in the list."""

    verb: str
    idea: str
    member: str
    id: str
    at: int
    number: int
    given: bool = True
    state: str = ""
    note: str | None = None


def read_voice(
    verb: str, item: Mapping[str, Any], *, member: str, at: int, number: int, keys: Keys, faults: list[Fault]
) -> Voice | None:
    """What an item means; None when something is wrong with it."""
    id, state = str(item.get("id", f"e{number + 1}")), str(item.get("state", ""))
    if verb == "idea" and state not in STATES[1:]:
        near = nearest(state, STATES[1:])
        said = {"name": echo(state), "known": ", ".join(STATES[1:])} | ({} if near is None else {"nearest": near})
        hint = "hint/nearest" if near else "hint/one-of"
        faults.append(Fault(Finding("case/unknown-name", said, hint), (*keys, "state") if "state" in item else keys))
        return None
    idea = id if verb == "propose" else str(item[verb])
    given, note = item.get("given", True) is not False, item.get("note")
    return Voice(verb, idea, member, id, at, number, given, state, None if note is None else str(note))


@attrs.define
class Voices:
    """The ideas of a case: author and state of each, and who votes for it."""

    engine: Engine
    authors: dict[str, str] = attrs.field(factory=dict)
    states: dict[str, str] = attrs.field(factory=dict)
    votes: dict[str, dict[str, None]] = attrs.field(factory=dict)
    """By idea those who vote for it, in order."""

    def author(self, voice: Voice) -> str:
        """Whose event it is: of a decision the author's."""
        return self.authors.get(voice.idea, voice.member) if voice.verb == "idea" else voice.member

    def judge(self, voice: Voice, state: State) -> list[Event] | Refusal:
        """The events that it is recorded as, or why it is not."""
        made = getattr(self, f"_{voice.verb}")(voice, state)
        return made if isinstance(made, Refusal) else list(made)

    def _propose(self, voice: Voice, state: State) -> list[Event] | Refusal:
        ideas = self.engine.program.document.ideas
        if ideas is None or self.engine.ideas.limited(state, voice.at):
            return Refusal("ideas/none" if ideas is None else "idea/limit")
        opened = ideas.opens == "at once"
        self.authors[voice.idea], self.states[voice.idea] = voice.member, OPEN if opened else PROPOSED
        return [*self._one(voice, "kit.proposed", {"idea": voice.idea, "open": opened}), *self._seen(voice, "proposed")]

    def _support(self, voice: Voice, state: State) -> list[Event] | Refusal:
        if self.authors.get(voice.idea) in (None, voice.member):
            return Refusal("idea/own" if voice.idea in self.authors else "idea/unknown")
        votes = self.votes.setdefault(voice.idea, {})
        if (voice.member in votes) == voice.given:
            return []
        if self.states[voice.idea] != OPEN:
            return Refusal("idea/closed")
        weight = self.engine.weight(state, ":ideas", voice.at) if voice.given else None
        if voice.given:
            votes[voice.member] = None
        else:
            del votes[voice.member]
        said = {"idea": voice.idea, "given": voice.given, "weight": weight}
        return [*self._one(voice, "kit.supported", said), *(self._seen(voice, "supported") if voice.given else ())]

    def _idea(self, voice: Voice, state: State) -> list[Event] | Refusal:
        del state
        known = self.states.get(voice.idea)
        if known == voice.state:
            return []
        if known is None or voice.state not in NEXT[known]:
            return Refusal("idea/unknown" if known is None else "idea/state")
        self.states[voice.idea] = voice.state
        said = {"idea": voice.idea, "state": voice.state, "by": "case", "note": voice.note}
        found = [*self._one(voice, "kit.judged", said)]
        if voice.state in (ACCEPTED, DONE):
            found += self._seen(voice, voice.state)
            heard = {"idea": voice.idea, "state": voice.state, "note": voice.note}
            for voter in self.votes.get(voice.idea, ()):
                id = f"{voice.id}-heard-{voter}"
                found.append(Event(id, "kit.heard", voter, from_instant(voice.at + 2), heard))
        return found

    def _one(self, voice: Voice, type: str, data: dict[str, Any]) -> Iterator[Event]:
        yield Event(voice.id, type, self.author(voice), from_instant(voice.at), data)

    def _seen(self, voice: Voice, what: str) -> Iterator[Event]:
        """The event that rules can see, where the program declares it."""
        type = f"idea.{what}"
        data = seen_data(self.engine.program.document, type, voice.idea)
        if data is not None:
            yield Event(f"{voice.id}-seen", type, self.author(voice), from_instant(voice.at + 1), data)
