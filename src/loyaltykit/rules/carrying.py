"""Carries a member's state over from one program to the next, at the instant of an adoption.

What both programs have under the same name goes over as it is. What is new, or another than it was, is informed by the
history: the counters are what they would be had the new program always been there, and nothing is given for the past.
A campaign that changed ends its runs as `adopted`; a mechanic that is gone stops, and its grants run out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.program.reserved import own
from loyaltykit.rules import carried_standing as standing
from loyaltykit.rules.expression.text import to_text
from loyaltykit.rules.expression.tree import Node
from loyaltykit.rules.informing import Informed
from loyaltykit.rules.journeys import DUE_SLOT, OFFERS, RUNS
from loyaltykit.rules.plan import ACTIVE, DUE, HEADER, KEPT, LAST, MEMBER, NOW, ZONE_FROM, ZONE_TO, PeriodCap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loyaltykit.rules.engine import Engine
    from loyaltykit.rules.folding import State
    from loyaltykit.rules.plan import Plan
    from loyaltykit.rules.replaying import Story
    from loyaltykit.values import Event

_BEFORE = -(2**62)
_HEADER = len(HEADER)
"""So many slots are the same in every plan."""
_BY_HISTORY = ("history ", "values of ")


@attrs.frozen
class Passage:
    """One member's way from a program to the next."""

    old: Engine
    new: Engine
    before: State
    """Under the old program, with everything fired that was due by then."""
    after: State
    """Under the new one, as far as it is written."""
    at: int
    informed: Informed
    out: list[tuple[Any, ...]]
    """Takes decisions as compact lines."""
    queue: list[tuple[int | None, str]]

    def same(self, group: str, id: str) -> bool:
        """Whether both documents say the same of something."""
        old = getattr(self.old.program.document, group)
        new = getattr(self.new.program.document, group)
        return id in old and id in new and old[id] == new[id]


def carry(old: Engine, new: Engine, state: State, past: Sequence[Event], *, story: Story, at: int) -> State:
    """The state under the new program; what follows from the change itself goes into the story.

    `past` are the events that were folded so far, `state` is taken over.
    """
    out: list[tuple[Any, ...]] = []
    _end_runs(old, new, state, at, out)
    after = _same_names(old, new, state)
    passage = Passage(
        old,
        new,
        state,
        after,
        at,
        Informed(new, str(state[MEMBER]), past, story.late, story.compact),
        out,
        [(None, "")],
    )
    _histories(passage)
    standing.carry(passage)
    _rights(passage)
    active = (event.instant for event in past if event.type in new.plan.events and not own(event.type))
    after[ACTIVE] = max(active, default=after[ACTIVE])
    after[NOW], after[LAST] = at, ""
    after[DUE], after[ZONE_FROM], after[ZONE_TO] = _BEFORE, 0, 0
    for journey in new.plan.journeys:
        after[journey.slot + DUE_SLOT] = at
    standing.note(passage)
    new.look_again(after, at, out, passage.queue)
    new.settling(after, out, story)
    return after


def _same_names(old: Engine, new: Engine, state: State) -> State:
    """A new state, with what has the same name and the same shape."""
    known = {slot.name: (number, slot.initial) for number, slot in enumerate(old.plan.slots)}
    periods = _periods(old.plan), _periods(new.plan)
    after = new.start(str(state[MEMBER]))
    after[:_HEADER] = state[:_HEADER]
    for number, slot in enumerate(new.plan.slots[_HEADER:], start=_HEADER):
        place, initial = known.get(slot.name, (0, None))
        if place < _HEADER or slot.name.startswith(_BY_HISTORY) or not _alike(initial, slot.initial):
            continue
        if periods[0].get(slot.name) == periods[1].get(slot.name):
            after[number] = state[place]
    return after


def _periods(plan: Plan) -> dict[str, Any]:
    """The slots of limits and caps, and over what each counts: one of other periods counts anew."""
    parts = (plan.rules, plan.points, plan.watches, plan.badges, plan.quests, plan.streaks, plan.journeys)
    return {
        plan.slots[cap.slot].name: (cap.period, cap.rolling, cap.months, None if cap.by is None else to_text(cap.by))
        for cap in _caps(parts)
    }


def _caps(part: Any) -> Iterator[PeriodCap]:
    """Every limit and cap in a part of a plan."""
    if isinstance(part, PeriodCap):
        yield part
    elif isinstance(part, tuple):
        for one in part:
            yield from _caps(one)
    elif attrs.has(type(part)) and not isinstance(part, Node):
        for name in attrs.fields_dict(type(part)):
            yield from _caps(getattr(part, name))


def _alike(first: Any, second: Any) -> bool:
    """Whether two initial values are of one shape."""
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second)
    return first is None or second is None or type(first) is type(second)


def _histories(passage: Passage) -> None:
    """What history functions know: as it was where they are the same, else by the whole history."""
    old, new = passage.old.plan, passage.new.plan
    known = {_what(track): track for track in old.tracks}
    for track in new.tracks:
        before = known.get(_what(track))
        if before is not None and (track.within or 0) <= (before.within or 0):
            passage.after[track.slot] = passage.before[before.slot]
        elif track.function == "earned":
            passage.after[track.slot] = passage.informed.earned(track)
        else:
            passage.after[track.slot] = passage.informed.state[track.slot]
    values = dict(old.values)
    for field, slot in new.values:
        source = passage.before[values[field]] if field in values else passage.informed.state[slot]
        passage.after[slot] = source
    if new.stuck is not None:
        same = old.stuck is not None and attrs.evolve(old.stuck, slot=0, materials=()) == attrs.evolve(
            new.stuck, slot=0, materials=()
        )
        held = passage.before[old.stuck.slot] if same and old.stuck else passage.informed.state[new.stuck.slot]
        passage.after[new.stuck.slot] = held


def _what(track: Any) -> Any:
    """What a history function is about, wherever it is kept and however far it looks back."""
    return attrs.evolve(track, slot=0, name="", within=0 if track.within is not None else None)


def _end_runs(old: Engine, new: Engine, state: State, at: int, out: list[tuple[Any, ...]]) -> None:
    """Runs and offers of campaigns that changed, or are gone, end; what is the same goes on."""
    documents = old.program.document.campaigns, new.program.document.campaigns
    for journey in old.plan.journeys:
        if documents[0][journey.id] == documents[1].get(journey.id):
            continue
        campaign = old.compiled.campaigns[journey.id]
        for run in tuple(state[journey.slot + RUNS]):
            campaign.end(state, run, "adopted", at, None, out)
        campaign.offers.withdraw_all(state, at, None, out)
        state[journey.slot + OFFERS] = []


def _rights(passage: Passage) -> None:
    """Rights to rewards that are no longer declared run out: until then they are held as kept."""
    known = {grant.id for grant in passage.new.plan.grants}
    kept = list(passage.after[KEPT] or ())
    for grant in passage.old.plan.grants:
        if grant.id not in known:
            kept += [
                ["grant", grant.id, right[0], None, right[1], right[2], right[3]]
                for right in passage.before[grant.slot]
            ]
    if kept or passage.after[KEPT] is not None:
        passage.after[KEPT] = kept
    if passage.new.plan.grants_due is not None:
        passage.after[passage.new.plan.grants_due] = passage.at
