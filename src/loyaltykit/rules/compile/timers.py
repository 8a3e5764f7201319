"""The generated functions of time: the timers that fire at an instant, and what an event does when a state is due."""

from __future__ import annotations

from loyaltykit.rules.builder import timely
from loyaltykit.rules.compile import journeys, ladders, standings, voice, waiting
from loyaltykit.rules.compile.context import Function, Module
from loyaltykit.rules.compile.writer import Writer
from loyaltykit.rules.plan import DUE, JOINED, LAST, NOW, ZONE_FROM, ZONE_TO
from loyaltykit.rules.runtime import giving, lots, spending
from loyaltykit.values import NEVER

_SHORT = 8
"""Lines of timers that are written twice, where they fire and where an event comes."""


def fire(module: Module, *, record: bool = True) -> str:
    """Source of the timers: at each due instant expiries, period ends, deadlines, then the watched conditions.

    `soonest` is when the next timer is due. The state's due time is that, or the end of the span in which the UTC
    offset is known, whichever comes first, so that one comparison an event serves both; `wake` is what an event does
    then.
    """
    fn = Function(module, record=record)
    slots = _timers(fn)
    soonest = (
        f"min({', '.join(f's[{slot}]' for slot in slots)})" if len(slots) > 1 else f"s[{slots[0]}]" if slots else NEVER
    )
    writer = Writer()
    with writer.block("def soonest(s):"):
        writer(f"return {soonest}")
    writer("")
    _wake(fn, writer, soonest)
    writer("")
    with writer.block(f"def {fn.shared('fire')}(s, to, out):"):
        writer("eid = None")
        with writer.block(f"while (at := {soonest}) <= to:"):
            writer(f"s[{NOW}] = at")
            writer(f"s[{LAST}] = ''")
            _fire_once(fn, writer)
        writer(f"s[{DUE}] = at")
    return writer.text()


def _fire_once(fn: Function, writer: Writer) -> None:
    """All timers that are due at one instant, and what follows."""
    queues = any("queue" in line for line in fn.body.lines)
    if any("tag" in line for line in fn.body.lines):
        writer("tag = f'@{at}'")
    if queues:
        writer("queue = []")
    for line in fn.prelude():
        writer(line)
    writer.include(fn.body)
    if queues:
        with writer.block("if queue:"):
            writer(f"{fn.shared('settle')}(s, at, None, out, queue)")


def _wake(fn: Function, writer: Writer, soonest: str | int) -> None:
    """What an event does when the state is due: the member joins, timers fire, the offset is looked up anew."""
    module = fn.module
    with writer.block(f"def {fn.shared('wake')}(s, at, out):"):
        with writer.block(f"if s[{JOINED}] is None:"):
            writer(f"s[{JOINED}] = at")
            for tier in module.plan.tiers:
                if tier.grants[tier.base] if tier.base >= 0 else ():
                    writer(f"{ladders.ladder_name(fn, tier)}.begin(s, at, out)")
            if module.plan.holdout is not None:
                writer("HOLDOUT.arm(s, at, None, out)")
            for slot in journeys.at_joining(module):
                writer(f"s[{slot}] = at")
        _fire_before(fn, writer, soonest)
        with writer.block(f"if not s[{ZONE_FROM}] <= at < s[{ZONE_TO}]:"):
            writer("locate(s, at)")
        writer(f"due = {soonest}")
        writer(f"s[{DUE}] = due if due < s[{ZONE_TO}] else s[{ZONE_TO}]")


def _fire_before(fn: Function, writer: Writer, soonest: str | int) -> None:
    """The timers that are due before an event, in line where that is short: the event writes its own now."""
    if isinstance(soonest, int):
        return
    if len(fn.body.lines) > _SHORT or any("eid" in line for line in fn.body.lines):
        with writer.block(f"if {soonest} <= at:"):
            writer(f"{fn.shared('fire')}(s, at, out)")
        return
    writer("to = at")
    with writer.block(f"while (at := {soonest}) <= to:"):
        _fire_once(fn, writer)
    writer("at = to")


def _timers(fn: Function) -> list[int]:
    """The slots of all timers, and the code of those that act by themselves."""
    slots = []
    for point in fn.plan.points:
        if point.lots is not None:
            slots.append(point.slot + 4)
            with fn.block(f"if s[{point.slot + 4}] <= at:"):
                name = fn.module.names.constant(point, f"point_{point.id}")
                waiting.spare(fn, point, name)
                fn(f"{fn.module.helper(lots.mature)}(s, {name}, at, out)")
                fn.changed(point.slot + 1, point.slot + 2)
    if fn.plan.spending is not None:
        slots.append(fn.plan.spending.due)
        with fn.block(f"if s[{fn.plan.spending.due}] <= at:"):
            holds = fn.module.names.shared("HOLDS", spending.Holds(fn.plan.spending, fn.module.points))
            fn(f"{holds}.pass_time(s, at, out)")
            fn.changed(*(point.slot + 1 for point in fn.plan.points if point.lots is not None))
    if fn.plan.grants_due is not None:
        slots.append(fn.plan.grants_due)
        with fn.block(f"if s[{fn.plan.grants_due}] <= at:"):
            grants = fn.module.names.shared("REWARDS", fn.plan.grants)
            fn(f"{fn.module.helper(giving.pass_time)}(s, {grants}, {fn.plan.grants_due}, at, out)")
            fn.changed(*(grant.slot for grant in fn.plan.grants))
    slots += _freezes(fn)
    slots += ladders.timers(fn)
    for quest in fn.plan.quests:
        if quest.within is not None or (quest.ways is not None and quest.ways.last is not None):
            slots.append(quest.slot + 3)
            standings.quest_deadline(fn, quest)
    slots += journeys.timers(fn)
    for due in _watched(fn.module):
        slots.append(due)
        with fn.block(f"if s[{due}] <= at:"):
            fn(f"s[{due}] = {NEVER}")
            fn("queue.append((None, ''))")
    return slots


def _freezes(fn: Function) -> list[int]:
    """The timers of streaks that freezes keep: a freeze is taken when a missed period is over."""
    slots = []
    for streak in fn.plan.streaks:
        if streak.keeping is not None:
            due = streak.keeping.slot + 3
            slots.append(due)
            with fn.block(f"if s[{due}] <= at:"):
                fn(f"{fn.module.chain(streak.slot)}.pass_time(s, {fn.number(streak.period)}, at, out)")
                fn.changed(streak.slot)
    return slots


def _watched(module: Module) -> list[int]:
    """The timers of conditions; `settle` looks at the conditions themselves."""
    found = [badge.due for badge in module.plan.badges]
    found += [part.due for quest in module.plan.quests for part in quest.steps]
    found += [watch.slot + 2 for watch in module.plan.watches if timely(watch.when, module.segments)]
    found += voice.timers(module)
    return [due for due in found if due is not None]
