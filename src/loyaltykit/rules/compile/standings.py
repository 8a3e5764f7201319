"""Code for what follows the rules: levels, badges, quests and watched conditions.

Each emitter writes one round of one mechanic. In a step function only what the event can have touched is written; in
`settle` everything is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.rules.builder import timely
from loyaltykit.rules.compile import ways
from loyaltykit.rules.compile.awards import active, award_badge
from loyaltykit.rules.compile.context import slots_of
from loyaltykit.rules.expression.tree import Compare, Const, History, Node, Ref, children
from loyaltykit.rules.plan import ACTIVE, DUE, WAITS, SegmentRead, StreakRead
from loyaltykit.rules.runtime import clock, history
from loyaltykit.rules.runtime.standing import arm, climb
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltykit.rules.compile.context import Function, Module
    from loyaltykit.rules.plan import Advance, Award, Step, Watch

_FROM_NOW = "at + "
Touched = set[int] | None
"""Slots that may have changed; None: any may have."""


def concerned(module: Module, node: Node, touched: Touched) -> bool:
    """Whether a condition reads what may have changed."""
    return touched is None or node in module.eager or bool(slots_of(module.plan, node, module) & touched)


def levels(fn: Function, touched: Touched) -> None:
    """Levels after their point has moved."""
    ladder = fn.plan.levels
    if ladder is None:
        return
    point = fn.module.points[ladder.point]
    if touched is not None and point.slot not in touched:
        return
    if not fn.record:
        thresholds = fn.module.names.constant((*ladder.thresholds, NEVER), "thresholds")
        with fn.block(f"while s[{point.slot}] >= s[{ladder.slot + 1}]:"):
            fn(f"s[{ladder.slot}] += 1")
            fn(f"s[{ladder.slot + 1}] = {thresholds}[s[{ladder.slot}] + 1]")
            fn.changed(ladder.slot)
        return
    name = fn.module.names.shared("LEVELS", ladder)
    with fn.block(f"if s[{point.slot}] >= s[{ladder.slot + 1}]:"):
        fn(f"{fn.module.helper(climb)}(s, {name}, s[{point.slot}], at, eid, out)")
        fn.changed(ladder.slot)


def badges(fn: Function, touched: Touched) -> None:
    """Badges on conditions, while they are not held."""
    for badge in fn.plan.badges:
        if badge.when is None or not concerned(fn.module, badge.when, touched):
            continue
        if badge.waits:
            with fn.block(f"if s[{badge.slot}] == {WAITS} and not ({fn.truth(badge.when)}):"):
                fn(f"s[{badge.slot}] = -1")
        with fn.block(f"if s[{badge.slot}] == -1:"):
            with fn.block(f"if {fn.truth(badge.when)}:"):
                award_badge(fn, badge.id, fn.constant(badge.source), "''")
            rearm(fn, badge.when, badge.due)


def rearm(fn: Function, when: Node, due: int | None) -> None:
    """Set the timer of a condition to when time next changes it."""
    if due is None:
        return
    changes = list(dict.fromkeys(changes_of(fn, when)))
    if fn.event is not None and all(change.startswith(_FROM_NOW) for change in changes):
        soonest = min(int(change.removeprefix(_FROM_NOW)) for change in changes)
        fn(f"s[{due}] = at + {soonest}")
        with fn.block(f"if s[{due}] < s[{DUE}]:"):
            fn(f"s[{DUE}] = s[{due}]")
        return
    fn(f"{fn.module.helper(arm)}(s, {due}, {fn.module.helper(clock.after)}(at, {', '.join(changes)}))")


def changes_of(fn: Function, node: Node) -> Iterator[str]:
    """Sources of the instants at which time changes a condition's parts."""
    match node:
        case Ref(path=("segment", _)):
            read = fn.plan.reads[node.path]
            if isinstance(read, SegmentRead):
                yield from _segment_changes(fn, read)
        case Ref(path=("streak", _, _)):
            read = fn.plan.reads[node.path]
            if isinstance(read, StreakRead):
                yield f"{fn.module.chain(read.slot)}.ends(s)"
        case Compare(left=History(function="days_since") as since, right=Const(value=int() as days)):
            yield _since(fn, since, (days, days + 1))
        case Compare(left=Const(value=int() as days), right=History(function="days_since") as since):
            yield _since(fn, since, (days, days + 1))
        case History():
            yield from _history_changes(fn, node)
        case _:
            for part in children(node):
                yield from changes_of(fn, part)


def _segment_changes(fn: Function, read: SegmentRead) -> Iterator[str]:
    """Those of a segment; of one that is about values, where none is at hand, those for any of them."""
    if read.per is None or fn.has(read.per):
        yield from changes_of(fn, read.when)
        return
    inner = fn.about(read.per)
    after = fn.module.helper(clock.after)
    for change in changes_of(inner, read.when):
        yield f"{after}(at, *({change} for v in s[{read.values}].values()))"
    fn.numbers |= inner.numbers


def _since(fn: Function, node: History, days: tuple[int, ...]) -> str:
    return f"{fn.module.helper(clock.since_changes)}({fn.cell(node)}, at, {days!r})"


def _history_changes(fn: Function, node: History) -> Iterator[str]:
    zone = fn.module.zone
    span = f"{node.within or 0}, {node.within_months}, {zone}"
    if node.function == "silent" and fn.active and not node.within_months:
        yield f"{_FROM_NOW}{node.within}"  # the event itself is activity
    elif node.function == "silent":
        yield f"(None if s[{ACTIVE}] is None else {fn.module.helper(clock.later)}(s, s[{ACTIVE}], {span}))"
    elif node.function == "anniversary" and node.subject is not None:
        helper = fn.module.helper(clock.anniversary_changes)
        yield f"{helper}(s, {fn.date(node.subject)}, at, {span})"
    elif node.function == "days_since":
        yield _since(fn, node, ())
    elif node.within is not None or node.within_months:
        cutoff = fn.cutoff(node.within or 0, node.within_months)
        leaves = f"{fn.module.helper(history.leaves)}({fn.cell(node)}, {cutoff})"
        yield f"{fn.module.helper(clock.leaving)}(s, at, {leaves}, {span})"


def quests(fn: Function, touched: Touched) -> None:
    """Quest steps that are conditions."""
    for quest in fn.plan.quests:
        if quest.ways is not None:
            ways.conditions(fn, quest, touched)
            continue
        for number, step in enumerate(quest.steps):
            if step.when is None:
                continue
            if not concerned(fn.module, step.when, touched) and (touched is None or quest.slot not in touched):
                continue
            with fn.block(f"if {_open(fn, quest, number)} and s[{step.slot}] < 1{_earlier(quest, number)}:"):
                with fn.block(f"if {fn.truth(step.when)}:"):
                    progress(fn, quest, step, f"s[{step.slot}] = 1")
                rearm(fn, step.when, step.due)


def _open(fn: Function, quest: Advance, number: int) -> str:
    """The condition that a step which is itself a condition may be done now.

    Beside steps that count events it waits until one of these has enrolled; time alone never enrols.
    """
    slot = quest.slot
    if not quest.auto or (not (number == 0 and quest.in_order) and any(step.when is None for step in quest.steps)):
        return f"s[{slot}] == 1"
    return f"s[{slot}] != 2" if fn.event is not None else f"(s[{slot}] == 1 or s[{slot}] == 0 and eid is not None)"


def _earlier(quest: Advance, number: int) -> str:
    """The condition that all steps before this one are done, where order matters."""
    if not quest.in_order:
        return ""
    return "".join(f" and {_done(step)}" for step in quest.steps[:number])


def _done(step: Step) -> str:
    held = f"s[{step.slot}]" if step.distinct is None else f"len(s[{step.slot}])"
    return f"{held} >= {step.needed}"


def quest_steps(fn: Function) -> None:
    """Quest steps that count the event itself. In order, only the step that is current advances."""
    for quest in fn.plan.quests:
        counting = [(n, step) for n, step in enumerate(quest.steps) if fn.event in step.events and step.when is None]
        if not counting:
            continue
        if quest.ways is not None:
            ways.count(fn, quest, counting)
            continue
        with fn.block(f"if s[{quest.slot}] {'!= 2' if quest.auto else '== 1'}:"):
            for number, step in reversed(counting) if quest.in_order else counting:
                _count_step(fn, quest, number, step)


def _count_step(fn: Function, quest: Advance, number: int, step: Step) -> None:
    tests = [f"not {_done(step)}"] if len(quest.steps) > 1 else []
    if quest.needed < len(quest.steps):
        tests.insert(0, f"s[{quest.slot}] != 2")  # a step before this one may have finished it
    if step.where is not None:
        tests.append(f"({fn.truth(step.where)})")
    test = " and ".join(tests) + _earlier(quest, number)
    if step.distinct is None:
        move = f"s[{step.slot}] += 1"
    else:
        fn(f"key = {fn.module.helper(history.key_of)}({fn.field(step.distinct)})")
        test = " and ".join(part for part in (test, f"key is not None and key not in s[{step.slot}]") if part)
        move = f"s[{step.slot}][key] = 1"
    if test:
        with fn.block(f"if {test.removeprefix(' and ')}:"):
            progress(fn, quest, step, move)
    else:
        progress(fn, quest, step, move)


def progress(fn: Function, quest: Advance, step: Step, move: str) -> None:
    """One step of a quest moves on: enrol if need be, and finish when enough steps are done."""
    slot = quest.slot
    if quest.auto:
        _enrol(fn, quest)
    fn(move)
    fn.changed(step.slot)
    done = [_done(one) for one in quest.steps]
    finished = (
        " and ".join(done)
        if quest.needed == len(done)
        else f"{' + '.join(f'({one})' for one in done)} >= {quest.needed}"
    )
    with fn.block(f"if {finished}:"):
        fn(f"s[{slot}] = 2")
        fn(f"s[{slot + 3}] = {NEVER}")
        fn(f"s[{slot + 4}] = at")
        _quest_effect(fn, quest, "done")
        fn.follow(quest.reward, f"str(s[{slot + 1}])")
        fn.changed(slot)


def _enrol(fn: Function, quest: Advance) -> None:
    """The first counting event enrols, and counts."""
    slot = quest.slot
    with fn.block(f"if s[{slot}] == 0:"):
        fn(f"s[{slot}] = 1")
        fn(f"s[{slot + 1}] += 1")
        fn(f"s[{slot + 2}] = at")
        if quest.within is not None:
            helper = fn.module.helper(clock.later)
            end = (
                f"{helper}(s, at, {quest.within}, {quest.within_months}, {fn.module.zone})"
                if quest.within_months
                else f"at + {quest.within}"
            )
            fn(f"s[{slot + 3}] = {end}")
            with fn.block(f"if s[{slot + 3}] < s[{DUE}]:"):
                fn(f"s[{DUE}] = s[{slot + 3}]")
        _quest_effect(fn, quest, "started")
        fn.changed(slot)


def _quest_effect(fn: Function, quest: Advance, what: str) -> None:
    source = fn.constant(quest.source)
    run = f"str(s[{quest.slot + 1}])"
    occurrence = run if what == "done" else f"{run} + {'-' + what!r}"
    fn.out(
        f"('effect', at, eid, {source}, {occurrence}, 'quest', {fn.constant(quest.id)}, "
        f"{{'state': {what!r}, 'run': s[{quest.slot + 1}]}})"
    )


def quest_deadline(fn: Function, quest: Advance) -> None:
    """A quest's time is up: it may be tried again."""
    slot = quest.slot
    if quest.ways is not None:
        ways.deadline(fn, quest)
        return
    with fn.block(f"if s[{slot + 3}] <= at:"):
        fn(f"s[{slot + 3}] = {NEVER}")
        with fn.block(f"if s[{slot}] == 1:"):
            fn(f"s[{slot}] = 0")
            for step in quest.steps:
                fn(f"s[{step.slot}] = {0 if step.distinct is None else '{}'}")
            _quest_effect(fn, quest, "failed")
            fn.changed(slot)


def watches(fn: Function, touched: Touched) -> None:
    """Conditions without an event: act each time they turn true."""
    for watch in fn.plan.watches:
        if concerned(fn.module, watch.when, touched):
            _watch(fn, watch)


def _watch(fn: Function, watch: Watch) -> None:
    slot = watch.slot
    met = fn.truth(watch.when)
    if met == "False":
        fn(f"s[{slot}] = False")
    else:
        fn(f"met = bool({met})")
        with fn.block(f"if met != s[{slot}]:"):
            fn(f"s[{slot}] = met")
            once = f"s[{slot + 3}] != {fn.tag()}"  # each mechanic once an event
            with fn.block(f"if {' and '.join(['met', once, *active(fn, watch.active)])}:"):
                fn(f"s[{slot + 1}] += 1")
                fn(f"s[{slot + 3}] = {fn.tag()}")
                fn.follow(watch.follow, f"str(s[{slot + 1}])")
    if timely(watch.when, fn.module.segments):
        rearm(fn, watch.when, slot + 2)


def count_badges(fn: Function) -> None:
    """Badges that count the event itself."""
    for badge in fn.plan.badges:
        if badge.count != fn.event:
            continue
        if badge.where is not None:
            with fn.block(f"if {fn.truth(badge.where)}:"):
                _count_badge(fn, badge)
        else:
            _count_badge(fn, badge)


def _count_badge(fn: Function, badge: Award) -> None:
    slot = badge.slot
    steps = {threshold: rank for rank, threshold in enumerate(badge.thresholds)}
    table = fn.module.names.constant(steps, f"steps_{slot}")
    fn(f"s[{slot + 2}] = n = s[{slot + 2}] + 1")
    with fn.block(f"if n in {table} and {table}[n] > s[{slot}]:"):
        fn(f"s[{slot}] = {table}[n]")
        fn(f"s[{slot + 1}] = at")
        names = fn.constant(badge.names)
        step = f"{names}[s[{slot}]]" if badge.names else "''"
        data = f"{{'step': {step}}}" if badge.names else "None"
        source = fn.constant(badge.source)
        fn.out(f"('effect', at, eid, {source}, {step}, 'badge', {fn.constant(badge.id)}, {data})")
        fn.follow(badge.follow, step)
        fn.changed(slot)
