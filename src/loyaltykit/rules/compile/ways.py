"""Code for quests with ways of their own: what counts is found in line, the rest is `runtime.quests.Way`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.rules.compile import standings
from loyaltykit.rules.runtime import history

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.rules.compile.context import Function
    from loyaltykit.rules.plan import Advance, Step


def count(fn: Function, quest: Advance, counting: Sequence[tuple[int, Step]]) -> None:
    """Steps that count the event itself."""
    way = fn.module.way(quest)
    if len(counting) == 1:
        test, move = _move(fn, *counting[0])
        with fn.block(f"if {test or 'True'}:"):
            _moved(fn, quest, way, f"({move},)")
        return
    fn("moves = []")
    for number, step in counting:
        test, move = _move(fn, number, step)
        with fn.block(f"if {test or 'True'}:"):
            fn(f"moves.append({move})")
    with fn.block("if moves:"):
        _moved(fn, quest, way, "moves")


def _move(fn: Function, number: int, step: Step) -> tuple[str, str]:
    """The condition under which an event counts for a step, and what it counts."""
    what = "1"
    if step.distinct is not None:
        what = f"{fn.module.helper(history.key_of)}({fn.field(step.distinct)})"
    elif step.sum is not None:
        what = fn.field(step.sum)
    return "" if step.where is None else fn.truth(step.where), f"({number}, {what})"


def _moved(fn: Function, quest: Advance, way: str, moves: str) -> None:
    with fn.block(f"if {way}.move(s, {moves}, {_ready(quest)}, at, eid, out):"):
        fn.follow(quest.reward, f"str(s[{quest.slot + 1}])")
    _changed(fn, quest)


def before(fn: Function) -> None:
    """Look at the prerequisites as they are before the event advances any quest."""
    for quest in fn.plan.quests:
        if (
            quest.ways is not None
            and quest.ways.requires is not None
            and any(fn.event in step.events for step in quest.steps)
        ):
            fn(f"{_ready(quest)} = s[{quest.slot}] == 1 or {fn.module.way(quest)}.ready(s, at)")


def _ready(quest: Advance) -> str:
    return "True" if quest.ways is None or quest.ways.requires is None else f"ready_{quest.slot}"


def conditions(fn: Function, quest: Advance, touched: set[int] | None) -> None:
    """Steps that are conditions; between events also a run that was begun by somebody and is done already."""
    way = fn.module.way(quest)
    requires = None if quest.ways is None else quest.ways.requires
    for number, step in enumerate(quest.steps):
        if step.when is None:
            continue
        concerned = standings.concerned(fn.module, step.when, touched) or quest.slot in (touched or ())
        if not concerned and not (requires is not None and standings.concerned(fn.module, requires, touched)):
            continue
        with fn.block(f"if {way}.open(s, {number}, at, eid):"):
            with fn.block(f"if {fn.truth(step.when)}:"):
                ready = "True" if requires is None else f"s[{quest.slot}] == 1 or {way}.ready(s, at)"
                with fn.block(f"if {way}.move(s, (({number}, 1),), {ready}, at, eid, out):"):
                    fn.follow(quest.reward, f"str(s[{quest.slot + 1}])")
                _changed(fn, quest)
            standings.rearm(fn, step.when, step.due)
    if touched is None and quest.ways is not None and quest.ways.retroactive:
        with fn.block(f"if {way}.complete(s, at, eid, out):"):
            fn.follow(quest.reward, f"str(s[{quest.slot + 1}])")
            _changed(fn, quest)


def deadline(fn: Function, quest: Advance) -> None:
    """The time of a run is up."""
    with fn.block(f"if s[{quest.slot + 3}] <= at:"), fn.block(f"if {fn.module.way(quest)}.pass_time(s, at, out):"):
        _changed(fn, quest)


def _changed(fn: Function, quest: Advance) -> None:
    fn.changed(quest.slot, *(step.slot for step in quest.steps))
